//! Who logs in, by what the spec and its references say.

use selkie_api::Cause;
use selkie_crypto::Secret;
use serde_json::{Value, json};

use super::super::login::{Login, Proof, form, machine_address, token_address};
use super::super::needs::Needs;
use super::{means, spec, with};

const CLIENT: &str = "azure.workload.identity/client-id";
const TENANT: &str = "azure.workload.identity/tenant-id";
const TOKEN: &str = "token for api://AzureADTokenExchange";

/// What references stand for, in a row of its own.
type Given<'v> = Vec<(&'v str, &'v str)>;

/// Client, tenant and proof of a login, or why there is none.
fn login(more: &Value, values: &[(&str, &str)], own: bool) -> Result<String, Cause> {
    let spec = spec(&with(more));
    let means = means(&spec, values, own);
    let login = Login::new(&spec, &Needs::of(&spec), &means);
    let login = login.map_err(|failure| {
        assert!(!failure.detail.contains("s3cret"), "{failure}");
        failure.cause
    })?;
    Ok(match login {
        Login::Machine { url, client } => format!("machine {url} {client:?}"),
        Login::Application {
            tenant,
            client,
            proof,
        } => {
            let proof = match proof {
                Proof::Secret(secret) => format!("secret {:?}", str::from_utf8(secret.expose())),
                Proof::Certificate(..) => "certificate".to_owned(),
                Proof::Statement(it) => format!("statement {:?}", str::from_utf8(it.expose())),
            };
            format!("{client}@{tenant} {proof}")
        }
    })
}

#[test]
fn principals_log_in_with_one_proof() {
    let id = json!({"name": "a", "key": "id"});
    let secret = json!({"name": "a", "key": "secret"});
    let auth = |auth: Value| json!({"authType": "ServicePrincipal", "tenantId": "t", "authSecretRef": auth});
    let good = auth(json!({"clientId": id, "clientSecret": secret}));
    let values = [("a/id", " c\n"), ("a/secret", "s3cret\n")];
    // A password is taken as it is; only an identifier loses its line break.
    assert_eq!(
        login(&good, &values, false),
        Ok("c@t secret Ok(\"s3cret\\n\")".to_owned())
    );
    let rows = [
        (good.clone(), &values[..1], Cause::CredentialsMissing),
        (good, &values[1..], Cause::CredentialsMissing),
        (
            json!({"authSecretRef": {"clientId": id, "clientSecret": secret}}),
            &values,
            Cause::InvalidSpec,
        ),
        (json!({"tenantId": "t"}), &values, Cause::InvalidSpec),
        (
            auth(json!({"clientSecret": secret})),
            &values,
            Cause::InvalidSpec,
        ),
        (auth(json!({"clientId": id})), &values, Cause::InvalidSpec),
        (
            auth(json!({"clientId": id, "clientSecret": secret, "clientCertificate": secret})),
            &values,
            Cause::InvalidSpec,
        ),
        (
            auth(json!({"clientId": id, "clientCertificate": secret})),
            &values,
            Cause::InvalidData,
        ),
        (
            json!({"tenantId": "../t", "authSecretRef": {"clientId": id, "clientSecret": secret}}),
            &values,
            Cause::InvalidSpec,
        ),
    ];
    for (more, values, expected) in rows {
        assert_eq!(login(&more, values, false), Err(expected), "{more}");
    }
}

#[test]
fn accounts_log_in_as_one_identity() {
    let base = json!({"authType": "WorkloadIdentity", "serviceAccountRef": {"name": "app"}});
    let and = |more: Value| {
        let mut spec = base.clone();
        for (name, value) in more.as_object().unwrap() {
            spec[name] = value.clone();
        }
        spec
    };
    let id = json!({"clientId": {"name": "a", "key": "id"}});
    let both = json!({
        "clientId": {"name": "a", "key": "id"}, "tenantId": {"name": "a", "key": "tenant"},
    });
    let done = |who: &str| Ok(format!("{who} statement Ok(\"jwt\")"));
    let missing = Err(Cause::CredentialsMissing);
    let invalid = Err(Cause::InvalidSpec);
    let annotated = [(CLIENT, "c"), (TENANT, "t"), (TOKEN, "jwt")];
    let rows: Vec<(Value, Given<'_>, Result<String, Cause>)> = vec![
        (base.clone(), annotated.to_vec(), done("c@t")),
        (
            base.clone(),
            vec![(CLIENT, "c"), (TENANT, "t")],
            missing.clone(),
        ),
        (
            base.clone(),
            vec![(TENANT, "t"), (TOKEN, "jwt")],
            missing.clone(),
        ),
        (
            base.clone(),
            vec![(CLIENT, "c"), (TOKEN, "jwt")],
            missing.clone(),
        ),
        (
            base.clone(),
            vec![(CLIENT, "c"), (TOKEN, "jwt"), ("AZURE_TENANT_ID", "own")],
            done("c@own"),
        ),
        (
            and(json!({"tenantId": "s"})),
            vec![(CLIENT, "c"), (TOKEN, "jwt"), ("AZURE_TENANT_ID", "own")],
            done("c@s"),
        ),
        (
            and(json!({"tenantId": "s"})),
            annotated.to_vec(),
            invalid.clone(),
        ),
        (
            and(json!({"tenantId": "s", "useAzureSDK": true})),
            annotated.to_vec(),
            done("c@s"),
        ),
        (
            and(json!({"authSecretRef": id})),
            vec![("a/id", "x"), (TENANT, "t"), (TOKEN, "jwt")],
            done("x@t"),
        ),
        (
            and(json!({"authSecretRef": id})),
            [&annotated[..], &[("a/id", "x")]].concat(),
            invalid.clone(),
        ),
        (
            and(json!({"authSecretRef": both})),
            vec![("a/id", "x"), ("a/tenant", "y"), (TOKEN, "jwt")],
            done("x@y"),
        ),
        (
            and(json!({"authSecretRef": both, "tenantId": "s"})),
            vec![("a/id", "x"), ("a/tenant", "y"), (TOKEN, "jwt")],
            done("x@y"),
        ),
        (
            and(json!({"authSecretRef": both})),
            vec![
                ("a/id", "x"),
                ("a/tenant", "y"),
                (TENANT, "t"),
                (TOKEN, "jwt"),
            ],
            invalid.clone(),
        ),
        (
            and(json!({"authSecretRef": {}})),
            annotated.to_vec(),
            invalid,
        ),
        (
            and(json!({"serviceAccountRef": {"name": "app", "audiences": ["more"]}})),
            vec![
                (CLIENT, "c"),
                (TENANT, "t"),
                ("token for api://AzureADTokenExchange more", "jwt"),
            ],
            done("c@t"),
        ),
        (
            and(json!({
                "useAzureSDK": true,
                "customCloudConfig": {"activeDirectoryEndpoint": "https://l", "audience": "own"},
            })),
            vec![(CLIENT, "c"), (TENANT, "t"), ("token for own", "jwt")],
            done("c@t"),
        ),
    ];
    for (more, values, expected) in rows {
        assert_eq!(login(&more, &values, false), expected, "{more} {values:?}");
    }
}

#[test]
fn the_controllers_own_identity_is_for_stores_of_the_cluster() {
    let own = [
        ("own token", "jwt\n"),
        ("AZURE_CLIENT_ID", "c"),
        ("AZURE_TENANT_ID", "t"),
    ];
    let workload = json!({"authType": "WorkloadIdentity"});
    assert_eq!(
        login(&workload, &own, true),
        Ok("c@t statement Ok(\"jwt\")".to_owned())
    );
    assert_eq!(login(&workload, &own, false), Err(Cause::Forbidden));
    assert_eq!(
        login(&workload, &own[..2], true),
        Err(Cause::CredentialsMissing)
    );
    let machine = json!({"authType": "ManagedIdentity", "identityId": "i"});
    assert_eq!(
        login(&machine, &[], true),
        Ok("machine http://169.254.169.254/ Some(\"i\")".to_owned())
    );
    assert_eq!(login(&machine, &[], false), Err(Cause::Forbidden));
    let elsewhere = [("AZURE_POD_IDENTITY_AUTHORITY_HOST", "http://127.0.0.1:1")];
    assert_eq!(
        login(&machine, &elsewhere, true),
        Ok("machine http://127.0.0.1:1/ Some(\"i\")".to_owned())
    );
}

#[test]
fn requests_for_tokens_are_spelled_as_the_directory_reads_them() {
    let authority = "https://login.microsoftonline.com".parse().unwrap();
    let address = token_address(&authority, "t").unwrap();
    assert_eq!(
        address.as_str(),
        "https://login.microsoftonline.com/t/oauth2/v2.0/token"
    );
    let proof = Proof::Secret(Secret::from("a~+/&é".to_owned()));
    let form = form(&address, "c", &proof, "https://vault.azure.net").unwrap();
    assert_eq!(
        str::from_utf8(form.expose()).unwrap(),
        "grant_type=client_credentials&client_id=c&scope=https%3A%2F%2Fvault.azure.net%2F.default&client_secret=a~%2B%2F%26%C3%A9"
    );
    let machine = "http://169.254.169.254/".parse().unwrap();
    assert_eq!(
        machine_address(&machine, Some("i"), "https://vault.azure.net").as_str(),
        "http://169.254.169.254/metadata/identity/oauth2/token?api-version=2018-02-01&resource=https%3A%2F%2Fvault.azure.net&client_id=i"
    );
}
