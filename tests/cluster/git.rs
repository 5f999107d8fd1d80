//! Encrypted files in a private Git repository: many objects are served by one fetch, they follow a push, and say of which commit they are.

use std::fs;
use std::path::Path;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use selkie_tests::repository::selkie;
use selkie_tests::servers::controller::{Controller, data, ready, until};
use selkie_tests::servers::git_http::GitServer;
use selkie_tests::servers::kube_apiserver::KubeApiserver;
use selkie_tests::servers::tls::Authority;
use selkie_tests::{AgeKey, Run};
use serde_json::{Value, json};

const NAMESPACE: &str = "gitops";
const REVISION: &str = "selkie.dev/source-revision";
/// Values that occur nowhere by chance, so that a log can be searched for them.
const FIRST: &str = "hunter-71c4e0";
const SECOND: &str = "hunter-9ab310";
const OBJECTS: usize = 20;

pub(crate) fn secrets_follow_a_push(folder: &Path, cluster: &KubeApiserver) {
    let authority = Authority::new();
    let tls = authority.server(&["127.0.0.1"]).config();
    let server = GitServer::start(folder, tls);
    let key = AgeKey::make(folder, "git.agekey");
    for at in 0..OBJECTS {
        put(&server, &key, &name(at), FIRST);
    }
    let first = server.push("main");

    cluster.apply(
        json!({ "apiVersion": "v1", "kind": "Namespace", "metadata": { "name": NAMESPACE } })
            .to_string(),
    );
    let age = fs::read_to_string(&key.file).unwrap();
    secret(cluster, "age", &json!({ "age.agekey": age }));
    secret(cluster, "git", &json!({ "bearerToken": "t0ken" }));
    let ca = fs::read(authority.file(folder)).unwrap();
    cluster.apply(store(&server.url("private"), &ca).to_string());
    let controller = Controller::start(folder, cluster, &["--store-requeue-interval=1h"]);
    until("the store to be valid", || {
        let [status, reason, _] = ready(cluster, NAMESPACE, "secretstore/repository")?;
        (status == "True" && reason == "Valid").then_some(())
    });

    for at in 0..OBJECTS {
        cluster.apply(external_secret(at).to_string());
    }
    all_are(cluster, FIRST, &[&first]);
    assert_eq!(server.count("fetch"), 1, "one commit, one fetch");

    // A push that changes none of the values is seen, and no Secret is written for it.
    let versions: Vec<_> = (0..OBJECTS).map(|at| version(cluster, at)).collect();
    fs::write(server.work().join("README"), "hello\n").unwrap();
    let second = server.push("main");
    until("the new commit to be fetched", || {
        (server.count("fetch") == 2).then_some(())
    });
    put(&server, &key, &name(0), SECOND);
    let third = server.push("main");
    until("the new value", || {
        (data(cluster, NAMESPACE, &name(0))? == json!({ "password": SECOND })).then_some(())
    });
    let of = revision(cluster, 0);
    assert_eq!(of.as_deref(), Some(&*third), "{first} {second}");
    for (at, before) in versions.iter().enumerate().skip(1) {
        assert_eq!(version(cluster, at), *before);
    }
    assert_eq!(server.count("fetch"), 3);

    let log = controller.end();
    for value in [FIRST, SECOND, "t0ken", "AGE-SECRET-KEY"] {
        assert!(!log.contains(value), "a value is in the log");
    }
}

fn all_are(cluster: &KubeApiserver, value: &str, revisions: &[&str]) {
    for at in 0..OBJECTS {
        until("every Secret", || {
            (data(cluster, NAMESPACE, &name(at))? == json!({ "password": value })).then_some(())
        });
        let revision = revision(cluster, at).unwrap();
        assert!(revisions.contains(&&*revision), "{revision}");
    }
}

fn revision(cluster: &KubeApiserver, at: usize) -> Option<String> {
    let secret = cluster.object(NAMESPACE, &format!("secret/{}", name(at)))?;
    let annotation = secret["metadata"]["annotations"][REVISION].as_str();
    annotation.map(str::to_owned)
}

fn version(cluster: &KubeApiserver, at: usize) -> Value {
    let secret = cluster.object(NAMESPACE, &format!("secret/{}", name(at)));
    secret.unwrap()["metadata"]["resourceVersion"].clone()
}

fn name(at: usize) -> String {
    format!("app-{at}")
}

fn put(server: &GitServer, key: &AgeKey, name: &str, value: &str) {
    let path = server.work().join(format!("{name}.yaml"));
    fs::write(&path, format!("password: {value}\n")).unwrap();
    let encrypt = Run::new(selkie()).args(["encrypt", "-i", "--age", &key.recipient]);
    encrypt.folder(server.work()).arg(&path).succeed();
}

fn secret(cluster: &KubeApiserver, name: &str, data: &Value) {
    let secret = json!({
        "apiVersion": "v1",
        "kind": "Secret",
        "metadata": { "name": name, "namespace": NAMESPACE },
        "stringData": data,
    });
    cluster.apply(secret.to_string());
}

fn store(url: &str, authority: &[u8]) -> Value {
    json!({
        "apiVersion": "external-secrets.io/v1",
        "kind": "SecretStore",
        "metadata": { "name": "repository", "namespace": NAMESPACE },
        "spec": { "provider": { "sops": {
            "source": { "git": {
                "url": url,
                "ref": { "branch": "main" },
                "auth": { "bearer": { "tokenSecretRef": { "name": "git" } } },
                "caBundle": STANDARD.encode(authority),
            } },
            "keys": { "age": [{ "name": "age" }] },
        } } },
    })
}

fn external_secret(at: usize) -> Value {
    let name = name(at);
    json!({
        "apiVersion": "external-secrets.io/v1",
        "kind": "ExternalSecret",
        "metadata": { "name": name, "namespace": NAMESPACE },
        "spec": {
            "refreshInterval": "2s",
            "secretStoreRef": { "kind": "SecretStore", "name": "repository" },
            "data": [{
                "secretKey": "password",
                "remoteRef": { "key": format!("{name}.yaml"), "property": "password" },
            }],
        },
    })
}
