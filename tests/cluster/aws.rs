//! Stores at moto, by the manifests of the guide: Secrets appear and follow; who asks is seen in the requests, and how many calls a first sync makes.

use std::collections::BTreeSet;
use std::path::Path;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use selkie_tests::servers::controller::{Controller, data, ready, until};
use selkie_tests::servers::http::Request;
use selkie_tests::servers::kube_apiserver::KubeApiserver;
use selkie_tests::servers::moto::Moto;
use selkie_tests::servers::recorder::Recorder;
use selkie_tests::servers::sigv4::verify;
use serde_json::{Value, json};

use crate::examples::example;

const NAMESPACE: &str = "shop";
const REGION: &str = "eu-central-1";
const FIRST: &str = "hunter-aws-1b7c";
const SECOND: &str = "hunter-aws-2d90";
const KEY: &str = "hunter-aws-key-77";
const OWN: &str = "hunter-aws-own-31";

pub(crate) fn secrets_follow_the_store(folder: &Path, cluster: &KubeApiserver) {
    let moto = Moto::start(folder);
    let recorder = Recorder::start(moto.address.clone());
    let url = recorder.url();
    let variables = [
        ("AWS_SECRETSMANAGER_ENDPOINT", &*url),
        ("AWS_ENDPOINT_URL", &*url),
        ("AWS_ACCESS_KEY_ID", "AKIDOWN"),
        ("AWS_SECRET_ACCESS_KEY", OWN),
        ("AWS_EC2_METADATA_DISABLED", "true"),
    ];
    let controller = Controller::start_in(folder, cluster, &[], &variables);
    cluster.apply(
        json!({ "apiVersion": "v1", "kind": "Namespace", "metadata": { "name": NAMESPACE } })
            .to_string(),
    );
    it_appears_and_follows(cluster, &moto, &recorder);
    an_account_is_lent_keys(cluster, &moto, &recorder);
    only_a_cluster_store_uses_our_own_identity(cluster, &recorder);
    a_first_sync_makes_few_calls(cluster, &moto, &recorder);
    let metrics = controller.metrics();
    for provider in ["AWS/SecretsManager", "AWS/ParameterStore"] {
        assert!(metrics.contains(provider), "{metrics}");
    }
    let log = controller.end();
    for value in [FIRST, SECOND, KEY, OWN] {
        assert!(!log.contains(value), "a value is in the log");
    }
}

fn it_appears_and_follows(cluster: &KubeApiserver, moto: &Moto, recorder: &Recorder) {
    let value = |password: &str| json!({"user": "shop", "password": password}).to_string();
    let made = json!({"Name": "shop/database", "SecretString": value(FIRST)});
    moto.secrets(REGION, "CreateSecret", &made);
    let key = json!({
        "apiVersion": "v1", "kind": "Secret",
        "metadata": { "name": "aws-key", "namespace": NAMESPACE },
        "stringData": { "id": "AKIDTEST", "secret": KEY },
    });
    cluster.apply(key.to_string());
    cluster.apply(example("aws/store.yaml", &[]));
    cluster.apply(example("aws/external-secret.yaml", &[]));
    until("the Secret", || {
        let there = data(cluster, NAMESPACE, "database")?;
        (there == json!({ "user": "shop", "password": FIRST })).then_some(())
    });
    let passed = recorder.take();
    assert_eq!(passed.len(), 1, "two properties of one key are one call");
    let signed = verify(&passed[0].0, KEY).unwrap();
    assert_eq!(signed.access_key, "AKIDTEST");

    let changed = json!({"SecretId": "shop/database", "SecretString": value(SECOND)});
    moto.secrets(REGION, "PutSecretValue", &changed);
    let sync = json!({ "metadata": { "annotations": { "force-sync": "1" } } });
    cluster.patch(NAMESPACE, "externalsecret/database", &sync);
    until("the new value", || {
        let there = data(cluster, NAMESPACE, "database")?;
        (there["password"] == SECOND).then_some(())
    });
    recorder.take();
}

fn an_account_is_lent_keys(cluster: &KubeApiserver, moto: &Moto, recorder: &Recorder) {
    // The account of the role in the example.
    let said = parameter("/shop/mail/password", FIRST);
    moto.parameters_of("111122223333", REGION, "PutParameter", &said);
    put(moto, "/shop/mail/password", FIRST);
    cluster.apply(example("aws/account.yaml", &[]));
    until("the Secret of the account's store", || {
        let there = data(cluster, NAMESPACE, "mail")?;
        (there == json!({ "password": FIRST })).then_some(())
    });
    let passed = recorder.take();
    let login = passed.iter().find_map(|(request, _)| {
        let body = String::from_utf8_lossy(&request.body).into_owned();
        body.starts_with("Action=AssumeRoleWithWebIdentity")
            .then_some(body)
    });
    let login = login.unwrap();
    assert!(login.contains("role%2Fshop-secrets"), "{login}");
    let (_, token) = login.split_once("WebIdentityToken=").unwrap();
    let claims = token.split('.').nth(1).unwrap();
    let claims = URL_SAFE_NO_PAD.decode(claims).unwrap();
    let claims: Value = serde_json::from_slice(&claims).unwrap();
    assert_eq!(claims["aud"], json!(["sts.amazonaws.com"]));
    assert_eq!(claims["sub"], "system:serviceaccount:shop:shop-secrets");
}

fn only_a_cluster_store_uses_our_own_identity(cluster: &KubeApiserver, recorder: &Recorder) {
    for kind in ["ClusterSecretStore", "SecretStore"] {
        cluster.apply(store(kind, "own").to_string());
        cluster.apply(external_secret(kind, "own", "mail/password").to_string());
        let what = format!("{}/own", kind.to_lowercase());
        let place = if kind == "SecretStore" { NAMESPACE } else { "" };
        let [status, _, message] = until("the store to be judged", || ready(cluster, place, &what));
        if kind == "ClusterSecretStore" {
            assert_eq!(status, "True", "{message}");
            until("its Secret", || {
                let there = data(cluster, NAMESPACE, "own")?;
                (there == json!({ "value": FIRST })).then_some(())
            });
            let passed = recorder.take();
            let asked = passed
                .iter()
                .find(|(request, _)| is(request, "GetParameter"));
            let signed = verify(&asked.unwrap().0, OWN).unwrap();
            assert_eq!(signed.access_key, "AKIDOWN");
        } else {
            assert_eq!(status, "False");
            assert!(message.contains("Forbidden"), "{message}");
            assert!(recorder.take().is_empty());
        }
    }
}

/// Three hundred objects on a hundred parameters, which are there before the store is.
fn a_first_sync_makes_few_calls(cluster: &KubeApiserver, moto: &Moto, recorder: &Recorder) {
    const OBJECTS: usize = 300;
    const PARAMETERS: usize = 100;
    for number in 0..PARAMETERS {
        put(moto, &format!("/shop/many/p{number}"), &number.to_string());
    }
    for number in 0..OBJECTS {
        let key = format!("many/p{}", number % PARAMETERS);
        let mut object = external_secret("ClusterSecretStore", "many", &key);
        object["metadata"]["name"] = json!(format!("many-{number}"));
        object["spec"]["target"] = json!({ "name": format!("many-{number}") });
        cluster.write(&object);
    }
    recorder.take();
    cluster.write(&store("ClusterSecretStore", "many"));
    for number in 0..OBJECTS {
        until("all Secrets", || {
            let there = data(cluster, NAMESPACE, &format!("many-{number}"))?;
            (there == json!({ "value": (number % PARAMETERS).to_string() })).then_some(())
        });
    }
    let passed = recorder.take();
    let calls = passed
        .iter()
        .filter(|(request, _)| is(request, "GetParameters"));
    let calls: Vec<_> = calls.map(|(request, _)| names(request)).collect();
    let all: usize = calls.iter().map(Vec::len).sum();
    let distinct: BTreeSet<_> = calls.iter().flatten().collect();
    assert_eq!(distinct.len(), PARAMETERS);
    assert_eq!(all, PARAMETERS, "nothing is read twice");
    assert_eq!(passed.len(), calls.len(), "and nothing alone");
    assert!(calls.len() <= 11, "{} calls", calls.len());
}

fn is(request: &Request, operation: &str) -> bool {
    let target = request.header("x-amz-target").unwrap_or_default();
    target == format!("AmazonSSM.{operation}")
}

fn names(request: &Request) -> Vec<String> {
    let said: Value = serde_json::from_slice(&request.body).unwrap();
    serde_json::from_value(said["Names"].clone()).unwrap()
}

fn put(moto: &Moto, name: &str, value: &str) {
    moto.parameters(REGION, "PutParameter", &parameter(name, value));
}

fn parameter(name: &str, value: &str) -> Value {
    json!({"Name": name, "Value": value, "Type": "SecureString"})
}

fn store(kind: &str, name: &str) -> Value {
    let mut store = json!({
        "apiVersion": "external-secrets.io/v1",
        "kind": kind,
        "metadata": { "name": name },
        "spec": { "provider": { "aws": {
            "service": "ParameterStore", "region": REGION, "prefix": "/shop/",
        }}},
    });
    if kind == "SecretStore" {
        store["metadata"]["namespace"] = json!(NAMESPACE);
    }
    store
}

fn external_secret(kind: &str, name: &str, key: &str) -> Value {
    json!({
        "apiVersion": "external-secrets.io/v1",
        "kind": "ExternalSecret",
        "metadata": { "name": name, "namespace": NAMESPACE },
        "spec": {
            "refreshInterval": "1h",
            "secretStoreRef": { "kind": kind, "name": name },
            "data": [{ "secretKey": "value", "remoteRef": { "key": key } }],
        },
    })
}
