//! The login as an identity of AWS: the real Vault sends the signed request on to moto's STS, and believes what it says.

use selkie_api::Cause;
use selkie_providers::aws::Endpoints;
use selkie_providers::vault::{Spec, Vault as Store};
use selkie_providers::{Address, Means, Provider as _, Validity};
use selkie_tests::scratch;
use selkie_tests::servers::moto::{ACCOUNT, Moto};
use selkie_tests::servers::recorder::Recorder;
use selkie_tests::servers::sigv4::verify;
use selkie_tests::servers::vault::Vault;
use serde_json::{Value, json};

use super::{READER, Secrets, json_of, put, resolved, run, with};

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

/// A Vault that asks this STS, and gives a policy to a role of the account.
fn prepare(vault: &Vault, sts: &str, role: &str) -> Value {
    put(vault, "secret/app", &json!({"n": "x"}));
    vault.write("sys/auth/aws", &json!({"type": "aws"}));
    vault.write("sys/policies/acl/reader", &json!({"policy": READER}));
    let client = json!({
        "sts_endpoint": sts,
        "sts_region": "eu-central-1",
        "iam_server_id_header_value": "vault.example",
        "access_key": "AKIDVAULT",
        "secret_key": "hunter-vault",
    });
    vault.write("auth/aws/config/client", &client);
    let bound = json!({
        "auth_type": "iam",
        "bound_iam_principal_arn": format!("arn:aws:iam::{ACCOUNT}:role/{role}"),
        "resolve_aws_unique_ids": false,
        "token_policies": ["reader"],
    });
    vault.write("auth/aws/role/app", &bound);
    json!({
        "server": vault.url,
        "path": "secret",
        "auth": {"iam": {
            "vaultRole": "app",
            "region": "eu-central-1",
            "role": format!("arn:aws:iam::{ACCOUNT}:role/reader"),
            "vaultAwsIamServerID": "vault.example",
            "secretRef": {
                "accessKeyIDSecretRef": {"name": "aws", "key": "id"},
                "secretAccessKeySecretRef": {"name": "aws", "key": "secret"},
            },
        }},
    })
}

#[test]
fn vault_believes_who_signed() {
    let folder = scratch();
    let moto = Moto::start(folder.path());
    let vault = Vault::start(folder.path());
    let behind = moto.address.clone();
    let recorder = Recorder::answering(move |request| {
        let mut request = request.clone();
        // Vault puts a slash of its own before the path.
        "/".clone_into(&mut request.target);
        request.send(&behind)
    });
    let spec = prepare(&vault, &recorder.url(), "reader");
    run(async {
        let store = connect(&spec, &recorder.url());
        let read = store.read(&Address::value("app")).await;
        let read = read.unwrap_or_else(|failure| panic!("{failure}"));
        assert_eq!(json_of(&read.unwrap())["n"], "x");
        assert_eq!(store.validate().await, Ok(Validity::Valid));
        store.close().await;
    });
    let passed = recorder.take();
    assert_eq!(
        passed.len(),
        2,
        "a role is assumed, and Vault asks who that is"
    );
    let lent = String::from_utf8_lossy(&passed[0].1.body).into_owned();
    let (_, rest) = lent.split_once("<SecretAccessKey>").unwrap();
    let mut proof = passed[1].0.clone();
    "/".clone_into(&mut proof.target);
    let signed = verify(&proof, rest.split_once('<').unwrap().0).unwrap();
    assert_eq!((&*signed.region, &*signed.service), ("eu-central-1", "sts"));
    let is_bound = signed
        .headers
        .iter()
        .any(|it| it == "x-vault-aws-iam-server-id");
    assert!(is_bound, "{signed:?}");

    run(async {
        let rows = [
            json!({"vaultAwsIamServerID": "other.example"}),
            json!({"role": format!("arn:aws:iam::{ACCOUNT}:role/other")}),
            json!({"vaultRole": "none"}),
        ];
        for more in rows {
            let mut spec = spec.clone();
            spec["auth"]["iam"] = with(spec["auth"]["iam"].clone(), &more);
            let store = connect(&spec, &recorder.url());
            let refused = store.read(&Address::value("app")).await.unwrap_err();
            assert_eq!(refused.cause, Cause::Unauthorized, "{more}: {refused}");
            assert!(!refused.detail.contains("hunter"), "{refused}");
        }
    });
}
