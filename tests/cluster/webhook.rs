//! Stores behind webhooks, as the examples have them, at a server that knows its clients by a token.

use std::path::Path;
use std::sync::{Arc, Mutex};

use selkie_tests::servers::controller::{Controller, data, until};
use selkie_tests::servers::http::{Request, Response};
use selkie_tests::servers::kube_apiserver::KubeApiserver;
use selkie_tests::servers::recorder::Recorder;
use serde_json::{Value, json};

use crate::examples::{example, fails, valid};

const NAMESPACE: &str = "shop";
/// Values that occur nowhere by chance, so that a log can be searched for them.
const FIRST: &str = "hook-51c8aa";
const SECOND: &str = "hook-f4e207";
const TOKEN: &str = "token-3b9d66";

/// A server with one application, whose password changes.
fn server(password: &Arc<Mutex<String>>) -> Recorder {
    let password = Arc::clone(password);
    Recorder::answering(move |request| {
        let password = password.lock().unwrap().clone();
        Ok(answer(request, &password))
    })
}

fn answer(request: &Request, password: &str) -> Response {
    if request.method == "HEAD" {
        return Response::json(204, "");
    }
    if request.header("authorization") != Some(&format!("Bearer {TOKEN}")) {
        return Response::json(401, json!({ "message": TOKEN }).to_string());
    }
    let asked: Value = serde_json::from_slice(&request.body).unwrap_or_default();
    let body = match request.target.as_str() {
        "/v1/mail?version=" => json!({ "data": { "password": password } }),
        "/lookup" if asked == json!({ "name": "mail", "namespace": NAMESPACE }) => json!({
            "found": [
                { "kind": "note", "fields": {} },
                { "kind": "password", "fields": { "user": "ann", "password": password } },
            ],
        }),
        _ => return Response::json(404, json!({ "message": password }).to_string()),
    };
    Response::json(200, body.to_string())
}

pub(crate) fn secrets_follow_the_server(folder: &Path, cluster: &KubeApiserver) {
    let password = Arc::new(Mutex::new(FIRST.to_owned()));
    let server = server(&password);
    let url = server.url();
    let replaced = [("https://secrets.example", &*url)];
    let token = json!({
        "apiVersion": "v1", "kind": "Secret",
        "metadata": {
            "name": "vendor-token", "namespace": NAMESPACE,
            "labels": { "external-secrets.io/type": "webhook" },
        },
        "stringData": { "token": TOKEN },
    });

    let controller = Controller::start(folder, cluster, &["--store-requeue-interval=2s"]);
    cluster.write(&json!({
        "apiVersion": "v1", "kind": "Namespace", "metadata": { "name": NAMESPACE },
    }));
    cluster.write(&token);
    cluster.apply(example("webhook/store.yaml", &replaced));
    cluster.apply(example("webhook/external-secret.yaml", &[]));
    cluster.apply(example("webhook/post.yaml", &replaced));
    valid(cluster, NAMESPACE, "secretstore/vendor");
    valid(cluster, NAMESPACE, "secretstore/lookup");
    let holds = |name: &str, expected: Value| {
        until(&format!("Secret {name}"), || {
            (data(cluster, NAMESPACE, name)? == expected).then_some(())
        });
    };
    holds("mail", json!({ "password": FIRST }));
    let all = format!(r#"{{"password":"{FIRST}","user":"ann"}}"#);
    holds("fields", json!({ "all.json": all }));

    *password.lock().unwrap() = SECOND.to_owned();
    let often = json!({ "spec": { "refreshInterval": "1s" } });
    cluster.patch(NAMESPACE, "externalsecret/mail", &often);
    holds("mail", json!({ "password": SECOND }));

    // Without its owner's word a Secret is not sent anywhere.
    let label = |value: Value| {
        let patch = json!({ "metadata": { "labels": { "external-secrets.io/type": value } } });
        cluster.patch(NAMESPACE, "secret/vendor-token", &patch);
    };
    label(Value::Null);
    let store = "secretstore/vendor";
    let said = fails(cluster, NAMESPACE, store, "CredentialsMissing");
    assert!(said.contains("vendor-token"), "{said}");
    holds("mail", json!({ "password": SECOND }));
    label(json!("webhook"));
    valid(cluster, NAMESPACE, store);

    let other = json!({ "spec": { "data": [
        { "secretKey": "password", "remoteRef": { "key": "none", "property": "password" } },
    ] } });
    cluster.patch(NAMESPACE, "externalsecret/mail", &other);
    let said = fails(cluster, NAMESPACE, "externalsecret/mail", "NotFound");
    assert!(said.contains("none"), "{said}");
    holds("mail", json!({ "password": SECOND }));

    let log = controller.end();
    for value in [FIRST, SECOND, TOKEN] {
        assert!(!log.contains(value), "a value is in the log");
    }
}
