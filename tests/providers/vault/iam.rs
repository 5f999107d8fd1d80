//! The login as an identity of AWS. Our Vault is built without that method, so a recorder stands for it; what it would do is done here: the signature is
//! checked, and the request is sent on to moto's STS, which says whose it is.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use selkie_api::Cause;
use selkie_providers::aws::Endpoints;
use selkie_providers::vault::{Spec, Vault as Store};
use selkie_providers::{Address, Means, Provider as _};
use selkie_tests::scratch;
use selkie_tests::servers::http::{Request, Response};
use selkie_tests::servers::moto::{ACCOUNT, Moto};
use selkie_tests::servers::recorder::Recorder;
use selkie_tests::servers::sigv4::{Signed, verify};
use serde_json::{Value, json};

use super::{Secrets, json_of, resolved, run, with};

const KEYS: Secrets<'static> = &[("aws/id", "AKIDTEST"), ("aws/secret", "hunter-5ec7e7")];

fn connect(spec: &Value, sts: &str) -> Store {
    let spec = serde_json::from_value(spec.clone()).unwrap();
    let spec = Spec::Vault(&spec);
    let means = Means {
        aws: Endpoints {
            sts: Some(sts.to_owned()),
            ..Endpoints::default()
        },
        ..crate::means(resolved(spec, KEYS))
    };
    Store::connect(spec, &means).unwrap()
}

fn spec(server: &str, iam: &Value) -> Value {
    let usual = json!({
        "vaultRole": "app",
        "region": "eu-central-1",
        "vaultAwsIamServerID": "vault.example",
        "secretRef": {
            "accessKeyIDSecretRef": {"name": "aws", "key": "id"},
            "secretAccessKeySecretRef": {"name": "aws", "key": "secret"},
        },
    });
    json!({"server": server, "path": "secret", "auth": {"iam": with(usual, iam)}})
}

/// A server that gives a token to every login, and a value to whoever has it.
fn vault() -> Recorder {
    Recorder::answering(|request| {
        let body = if request.target.contains("/login") {
            json!({"auth": {"client_token": "hvs.token", "lease_duration": 3600}})
        } else {
            json!({"data": {"data": {"n": "x"}}})
        };
        let status = match request.header("x-vault-token") {
            None if !request.target.contains("/login") => 403,
            _ => 200,
        };
        Ok(Response::json(status, body.to_string()))
    })
}

/// The request that a login shows, as Vault takes it apart.
fn shown(login: &Request) -> Request {
    let said: Value = serde_json::from_slice(&login.body).unwrap();
    let decoded = |name: &str| STANDARD.decode(said[name].as_str().unwrap()).unwrap();
    assert_eq!(said["iam_http_request_method"], "POST");
    let url = String::from_utf8(decoded("iam_request_url")).unwrap();
    let (host, path) = url
        .strip_prefix("http://")
        .unwrap()
        .split_once('/')
        .unwrap();
    let headers: Value = serde_json::from_slice(&decoded("iam_request_headers")).unwrap();
    let headers = headers.as_object().unwrap().iter().flat_map(|(name, all)| {
        let all = all.as_array().unwrap().iter();
        all.map(|value| (name.clone(), value.as_str().unwrap().to_owned()))
    });
    Request {
        method: "POST".to_owned(),
        target: format!("/{path}"),
        headers: headers
            .chain([("Host".to_owned(), host.to_owned())])
            .collect(),
        body: decoded("iam_request_body"),
    }
}

fn is_bound(signed: &Signed) -> bool {
    let name = "x-vault-aws-iam-server-id";
    signed.headers.iter().any(|header| header == name)
}

#[test]
fn who_signs_is_who_the_store_says() {
    let folder = scratch();
    let moto = Moto::start(folder.path());
    let role = format!("arn:aws:iam::{ACCOUNT}:role/reader");
    let sts = Recorder::start(moto.address.clone());
    // The role, whose secret signs (none: that of the access key), and what STS says of it.
    let rows = [
        (json!({}), "user/moto"),
        (
            json!({"role": role, "path": "team/aws"}),
            "assumed-role/reader/",
        ),
    ];
    for (more, name) in rows {
        let vault = vault();
        let spec = spec(&vault.url(), &more);
        run(async {
            let store = connect(&spec, &sts.url());
            let read = store.read(&Address::value("app")).await;
            let read = read.unwrap_or_else(|failure| panic!("{failure}"));
            assert_eq!(json_of(&read.unwrap())["n"], "x");
            // The token is kept.
            store.read(&Address::value("app")).await.unwrap();
        });
        let passed = vault.take();
        assert_eq!(passed.len(), 3);
        let mount = more["path"].as_str().unwrap_or("aws");
        let login = &passed[0].0;
        assert_eq!(login.target, format!("/v1/auth/{mount}/login"));
        let said: Value = serde_json::from_slice(&login.body).unwrap();
        assert_eq!(said["role"], "app");

        let lent = sts.take();
        let secret = lent.first().map(|(_, answer)| {
            let text = String::from_utf8_lossy(&answer.body).into_owned();
            let (_, rest) = text.split_once("<SecretAccessKey>").unwrap();
            rest.split_once('<').unwrap().0.to_owned()
        });
        assert_eq!(secret.is_some(), more["role"].is_string());
        let proof = shown(login);
        let signed = verify(&proof, secret.as_deref().unwrap_or("hunter-5ec7e7")).unwrap();
        assert_eq!((&*signed.region, &*signed.service), ("eu-central-1", "sts"));
        assert!(is_bound(&signed), "{signed:?}");
        assert_eq!(
            proof.header("X-Vault-AWS-IAM-Server-ID"),
            Some("vault.example")
        );
        let told = proof.send(&moto.address).unwrap();
        let told = String::from_utf8_lossy(&told.body).into_owned();
        assert!(told.contains(name), "{told}");
    }
}

#[test]
fn who_may_not_assume_the_role_does_not_log_in() {
    let vault = vault();
    let sts = Recorder::answering(|_| {
        let body = "<Error><Code>AccessDenied</Code><Message>hunter</Message></Error>";
        Ok(Response::json(403, body))
    });
    let spec = spec(&vault.url(), &json!({"role": "arn:aws:iam::1:role/r"}));
    let store = connect(&spec, &sts.url());
    let refused = run(store.read(&Address::value("app"))).unwrap_err();
    assert_eq!(refused.cause, Cause::Unauthorized, "{refused}");
    assert!(!refused.detail.contains("hunter"), "{refused}");
    assert!(vault.take().is_empty());
}
