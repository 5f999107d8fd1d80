//! Every way to log in, at the directory that knows who is who.

use selkie_api::Cause;
use selkie_providers::{Address, Provider as _, Validity};
use serde_json::{Value, json};

use super::{Cloud, Values, connect, failure, with};
use crate::runtime::run;

const CLIENT: &str = "azure.workload.identity/client-id";
const TENANT: &str = "azure.workload.identity/tenant-id";

/// What references stand for, in a row of its own.
type Given<'v> = Vec<(&'v str, &'v str)>;

/// A store that proves itself, and reads.
fn works(cloud: &Cloud, spec: &Value, values: Values<'_>, own: bool) {
    let store = connect(spec, values, own).unwrap();
    run(async {
        let validity = store.validate().await;
        assert_eq!(validity, Ok(Validity::Valid), "{spec}");
        let read = store.read(&Address::value("app")).await.unwrap();
        assert!(read.is_some(), "{spec}");
    });
    assert_eq!(cloud.vault.complaints(), Vec::<String>::new());
}

#[test]
fn everybody_logs_in_once() {
    let cloud = Cloud::start();
    cloud.put("app", "s3cret", &[]);
    let directory = cloud.vault.directory();
    let (id, secret) = (
        &*directory.application.client,
        &*directory.application.secret,
    );
    let tenant = &*directory.tenant;
    let pem = directory.certificate();
    let federated = directory.cluster_token();
    let by_certificate = json!({"authSecretRef": {
        "clientId": {"name": "app", "key": "id"},
        "clientCertificate": {"name": "app", "key": "pem"},
    }});
    let account = json!({
        "authType": "WorkloadIdentity", "authSecretRef": null, "tenantId": null,
        "serviceAccountRef": {"name": "app"},
    });
    let own = json!({"authType": "WorkloadIdentity", "authSecretRef": null, "tenantId": null});
    let machine = json!({"authType": "ManagedIdentity", "authSecretRef": null, "tenantId": null});
    let named = with(machine.clone(), &json!({"identityId": id}));
    let elsewhere = ("AZURE_POD_IDENTITY_AUTHORITY_HOST", cloud.url());
    let rows: [(Value, Given<'_>, bool, [usize; 2]); 6] = [
        (
            json!({}),
            vec![("app/id", id), ("app/secret", secret)],
            false,
            [1, 0],
        ),
        (
            by_certificate,
            vec![("app/id", id), ("app/pem", &pem)],
            false,
            [1, 0],
        ),
        (
            account,
            vec![(CLIENT, id), (TENANT, tenant), ("token", &federated)],
            false,
            [1, 0],
        ),
        (
            own,
            vec![
                ("AZURE_CLIENT_ID", id),
                ("AZURE_TENANT_ID", tenant),
                ("own token", &federated),
            ],
            true,
            [1, 0],
        ),
        (machine, vec![elsewhere], true, [0, 1]),
        (named, vec![elsewhere], true, [0, 1]),
    ];
    for (more, values, own, calls) in rows {
        works(&cloud, &with(cloud.spec(), &more), &values, own);
        assert_eq!(cloud.calls(&["token", "machine"]), calls, "{more}");
    }
}

#[test]
fn who_is_refused_learns_why_without_the_services_words() {
    let cloud = Cloud::start();
    cloud.put("app", "s3cret", &[]);
    let directory = cloud.vault.directory();
    let (id, secret) = (
        &*directory.application.client,
        &*directory.application.secret,
    );
    let stranger = &directory.stranger;
    let other = selkie_tests::servers::key_vault::KeyVault::start();
    let foreign = other.directory().certificate();
    let forged = other.directory().cluster_token();
    let by_certificate = json!({"authSecretRef": {
        "clientId": {"name": "app", "key": "id"},
        "clientCertificate": {"name": "app", "key": "pem"},
    }});
    let account = json!({
        "authType": "WorkloadIdentity", "authSecretRef": null, "serviceAccountRef": {"name": "app"},
    });
    let machine = json!({
        "authType": "ManagedIdentity", "authSecretRef": null, "identityId": "another",
    });
    let unknown = "00000000-0000-0000-0000-000000000000";
    let elsewhere = ("AZURE_POD_IDENTITY_AUTHORITY_HOST", cloud.url());
    let good = [("app/id", id), ("app/secret", secret)];
    let rows: Vec<(Value, Given<'_>, Cause, &str)> = vec![
        (
            json!({}),
            vec![("app/id", id), ("app/secret", "wrong-s3cret")],
            Cause::Unauthorized,
            "AADSTS7000215",
        ),
        (
            json!({}),
            vec![("app/id", unknown), ("app/secret", secret)],
            Cause::Unauthorized,
            "AADSTS700016",
        ),
        (
            json!({"tenantId": unknown}),
            good.to_vec(),
            Cause::Unauthorized,
            "AADSTS90002",
        ),
        (
            json!({}),
            vec![
                ("app/id", &*stranger.client),
                ("app/secret", &*stranger.secret),
            ],
            Cause::Forbidden,
            "may not do this (HTTP 403)",
        ),
        (
            by_certificate,
            vec![("app/id", id), ("app/pem", &foreign)],
            Cause::Unauthorized,
            "AADSTS700027",
        ),
        (
            account,
            vec![(CLIENT, id), ("token", &forged)],
            Cause::Unauthorized,
            "AADSTS700027",
        ),
        (
            machine,
            vec![elsewhere],
            Cause::Unauthorized,
            "no such identity (HTTP 400)",
        ),
        (
            json!({}),
            vec![],
            Cause::CredentialsMissing,
            "Secret \"app\"",
        ),
    ];
    for (more, values, cause, words) in rows {
        let told = failure(&with(cloud.spec(), &more), &values, true);
        assert_eq!(told.cause, cause, "{more}: {told}");
        assert!(told.detail.contains(words), "{more}: {told}");
        assert!(!told.detail.contains("s3cret"), "{told}");
    }
}

#[test]
fn a_vault_can_say_itself_what_tokens_are_for() {
    let cloud = Cloud::start();
    cloud.put("app", "s3cret", &[]);
    let application = &cloud.vault.directory().application;
    let values = [
        ("app/id", &*application.client),
        ("app/secret", &*application.secret),
    ];
    let asks = with(
        cloud.spec(),
        &json!({
            "environmentType": "AzureStackCloud",
            "customCloudConfig": {"activeDirectoryEndpoint": cloud.url()},
        }),
    );
    works(&cloud, &asks, &values, false);
    assert_eq!(cloud.calls(&["challenge", "token"]), [1, 1]);
    // Where it is known, a vault that says something else is not ours.
    let told = |resource: &str| {
        let custom = json!({"customCloudConfig": {
            "activeDirectoryEndpoint": cloud.url(), "keyVaultEndpoint": resource,
        }});
        let store = connect(&with(cloud.spec(), &custom), &values, false).unwrap();
        run(store.validate()).map_err(|failure| failure.cause)
    };
    assert_eq!(told("https://vault.azure.net"), Err(Cause::InvalidSpec));
    assert_eq!(told(cloud.url()), Ok(Validity::Valid));
}

#[test]
fn a_hundred_readers_make_one_login() {
    let cloud = Cloud::start();
    cloud.put("app", "s3cret", &[]);
    let store = cloud.store();
    let at = Address::value("app");
    let all = run(futures::future::join_all((0..100).map(|_| store.read(&at))));
    assert!(
        all.into_iter()
            .all(|read| read.is_ok_and(|it| it.is_some()))
    );
    assert_eq!(cloud.calls(&["token", "get"]), [1, 100]);
    let refused = with(cloud.spec(), &json!({}));
    let id = &*cloud.vault.directory().application.client;
    let values = [("app/id", id), ("app/secret", "wrong")];
    let store = connect(&refused, &values, false).unwrap();
    let all = run(futures::future::join_all((0..100).map(|_| store.read(&at))));
    assert!(all.into_iter().all(|read| read.is_err()));
    assert_eq!(cloud.calls(&["token", "get"]), [1, 0]);
}
