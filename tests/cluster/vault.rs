//! One store in a real Vault, from the first Secret to the last: it appears, follows the store, comes back after somebody's edit, stays while Vault
//! is away, and goes as its owner's policy says.

use std::path::Path;

use selkie_tests::servers::controller::{Controller, data, ready, requests, until};
use selkie_tests::servers::kube_apiserver::KubeApiserver;
use selkie_tests::servers::vault::Vault;
use serde_json::{Value, json};

const NAMESPACE: &str = "team";
/// Values that occur nowhere by chance, so that a log can be searched for them.
const FIRST: &str = "hunter-1f0b6d";
const SECOND: &str = "hunter-2c93ae";

pub(crate) fn secrets_follow_the_store(folder: &Path, cluster: &KubeApiserver) {
    let vault = Vault::start(folder);
    let role = approle(&vault);
    put(
        &vault,
        "app/db",
        &json!({ "user": "shop", "password": FIRST }),
    );
    cluster.apply(
        json!({ "apiVersion": "v1", "kind": "Namespace", "metadata": { "name": NAMESPACE } })
            .to_string(),
    );
    secret_id(cluster, &role.secret_id);

    let controller = Controller::start(folder, cluster, &["--store-requeue-interval=2s"]);
    cluster.apply(store(&vault.url, &role.role_id).to_string());
    until("the store to be valid", || {
        let [status, reason, _] = ready(cluster, "", "clustersecretstore/vault")?;
        (status == "True" && reason == "Valid").then_some(())
    });

    it_appears_with_three_requests(cluster);
    it_follows_the_store(cluster, &vault);
    it_comes_back_after_an_edit(cluster);
    it_comes_back_after_its_label_was_taken(cluster);
    a_missing_key_is_said_and_the_secret_stays(cluster);
    it_goes_with_its_owner_where_the_policy_says_so(cluster);
    what_cannot_be_read_stops_nothing_else(cluster);
    let metrics = controller.metrics();
    assert!(
        metrics.contains("externalsecret_sync_calls_total{name=\"db\",namespace=\"team\"}"),
        "{metrics}"
    );

    drop(vault);
    it_stays_while_vault_is_away(cluster);
    let log = controller.end();
    for value in [FIRST, SECOND, &role.secret_id] {
        assert!(!log.contains(value), "a value is in the log");
    }
}

fn it_appears_with_three_requests(cluster: &KubeApiserver) {
    let before = requests(cluster);
    cluster.apply(external_secret("db", "1s", &json!({}), &["user", "password"]).to_string());
    synced(cluster, "db");
    assert_eq!(
        data(cluster, NAMESPACE, "db"),
        Some(json!({ "user": "shop", "password": FIRST }))
    );
    let secret = cluster.object(NAMESPACE, "secret/db").unwrap();
    let owner = &secret["metadata"]["ownerReferences"][0];
    assert_eq!(owner["kind"], "ExternalSecret");
    assert_eq!(owner["controller"], true);
    assert_eq!(
        secret["metadata"]["labels"]["reconcile.external-secrets.io/managed"],
        "true"
    );
    let after = requests(cluster);
    let made = |what: &str| {
        after.get(what).copied().unwrap_or_default() - before.get(what).copied().unwrap_or_default()
    };
    assert_eq!(made("POST secrets"), 1, "{after:?}");
    assert_eq!(made("PUT secrets"), 0, "{after:?}");
    // kubectl looks as well, but never at one of these.
    assert_eq!(made("LIST secrets"), 0, "{after:?}");
}

fn it_follows_the_store(cluster: &KubeApiserver, vault: &Vault) {
    put(
        vault,
        "app/db",
        &json!({ "user": "shop", "password": SECOND }),
    );
    until("the new value", || {
        (data(cluster, NAMESPACE, "db")?["password"] == SECOND).then_some(())
    });
    let secret = cluster.object(NAMESPACE, "secret/db").unwrap();
    let managers = secret["metadata"]["managedFields"].as_array().cloned();
    if let Some(managers) = managers {
        assert_eq!(managers.len(), 1, "one entry for us: {managers:#?}");
    }
    // A refresh that brings nothing new writes no Secret.
    let version = secret["metadata"]["resourceVersion"].clone();
    let refreshed = refresh_time(cluster, "db");
    until("another refresh", || {
        (refresh_time(cluster, "db") != refreshed).then_some(())
    });
    let again = cluster.object(NAMESPACE, "secret/db").unwrap();
    assert_eq!(again["metadata"]["resourceVersion"], version);
}

fn it_comes_back_after_an_edit(cluster: &KubeApiserver) {
    cluster.apply(external_secret("db", "1h", &json!({}), &["user", "password"]).to_string());
    synced(cluster, "db");
    let patch = [
        "patch",
        "secret/db",
        "--namespace",
        NAMESPACE,
        "--type=merge",
        "--patch",
    ];
    let edit = json!({ "stringData": { "password": "by hand", "more": "x" } }).to_string();
    cluster.client().args(patch).arg(&edit).succeed();
    until("the edit to be undone", || {
        let there = data(cluster, NAMESPACE, "db")?;
        (there == json!({ "user": "shop", "password": SECOND })).then_some(())
    });
    let delete = ["delete", "secret/db", "--namespace", NAMESPACE];
    cluster.client().args(delete).succeed();
    until("the Secret to be made anew", || {
        let there = data(cluster, NAMESPACE, "db")?;
        (there == json!({ "user": "shop", "password": SECOND })).then_some(())
    });
}

fn it_comes_back_after_its_label_was_taken(cluster: &KubeApiserver) {
    let label = "reconcile.external-secrets.io/managed";
    for change in [format!("{label}-"), format!("{label}=false")] {
        let patch = [
            "label",
            "secret/db",
            "--namespace",
            NAMESPACE,
            "--overwrite",
        ];
        cluster.client().args(patch).arg(&change).succeed();
        until("the label", || {
            let secret = cluster.object(NAMESPACE, "secret/db")?;
            (secret["metadata"]["labels"][label] == "true").then_some(())
        });
    }
}

fn a_missing_key_is_said_and_the_secret_stays(cluster: &KubeApiserver) {
    let mut object = external_secret("db", "1h", &json!({}), &["user"]);
    object["spec"]["data"][0]["remoteRef"]["key"] = json!("app/none");
    cluster.apply(object.to_string());
    let message = until("the failure", || {
        let [status, _, message] = ready(cluster, NAMESPACE, "externalsecret/db")?;
        (status == "False").then_some(message)
    });
    assert!(message.contains("NotFound"), "{message}");
    assert!(message.contains("app/none"), "{message}");
    assert_eq!(data(cluster, NAMESPACE, "db").unwrap()["password"], SECOND);
    cluster.apply(external_secret("db", "1h", &json!({}), &["user", "password"]).to_string());
    synced(cluster, "db");
}

fn it_goes_with_its_owner_where_the_policy_says_so(cluster: &KubeApiserver) {
    let policies = [
        ("goes", json!({ "deletionPolicy": "Delete" })),
        ("stays", json!({ "creationPolicy": "Orphan" })),
    ];
    for (name, target) in policies {
        cluster.apply(external_secret(name, "1h", &target, &["user"]).to_string());
        synced(cluster, name);
        let delete = [
            "delete",
            "--wait=true",
            "--timeout=60s",
            "--namespace",
            NAMESPACE,
        ];
        cluster
            .client()
            .args(delete)
            .arg(format!("externalsecret/{name}"))
            .succeed();
    }
    assert_eq!(data(cluster, NAMESPACE, "goes"), None);
    assert_eq!(
        data(cluster, NAMESPACE, "stays"),
        Some(json!({ "user": "shop" }))
    );
}

/// The schema lets an interval pass that is none, as the peer's does.
fn what_cannot_be_read_stops_nothing_else(cluster: &KubeApiserver) {
    let mut broken = external_secret("broken", "1h", &json!({}), &["user"]);
    broken["spec"]["refreshInterval"] = json!("1d");
    let applied = cluster
        .client()
        .args(["apply", "--filename", "-"])
        .input(broken.to_string())
        .output();
    if applied.status == Some(0) {
        let message = until("the broken object to be reported", || {
            let [status, _, message] = ready(cluster, NAMESPACE, "externalsecret/broken")?;
            (status == "False").then_some(message)
        });
        assert!(message.contains("InvalidSpec"), "{message}");
    }
    cluster.apply(external_secret("sound", "1h", &json!({}), &["user"]).to_string());
    synced(cluster, "sound");
}

fn it_stays_while_vault_is_away(cluster: &KubeApiserver) {
    let message = until("the store to say that Vault is away", || {
        let [status, _, message] = ready(cluster, "", "clustersecretstore/vault")?;
        (status == "False").then_some(message)
    });
    assert!(message.contains("Unreachable"), "{message}");
    let sync = [
        "annotate",
        "externalsecret/db",
        "--namespace",
        NAMESPACE,
        "force-sync=1",
    ];
    cluster.client().args(sync).succeed();
    let message = until("the failure", || {
        let [status, _, message] = ready(cluster, NAMESPACE, "externalsecret/db")?;
        (status == "False").then_some(message)
    });
    assert!(message.contains("StoreNotReady"), "{message}");
    assert_eq!(data(cluster, NAMESPACE, "db").unwrap()["password"], SECOND);
}

struct Role {
    role_id: String,
    secret_id: String,
}

fn approle(vault: &Vault) -> Role {
    vault.write("sys/auth/approle", &json!({ "type": "approle" }));
    let policy = "path \"secret/*\" { capabilities = [\"read\", \"list\"] }";
    vault.write("sys/policies/acl/app", &json!({ "policy": policy }));
    vault.write(
        "auth/approle/role/app",
        &json!({ "token_policies": "app", "token_ttl": "1h" }),
    );
    let role_id = vault.read("auth/approle/role/app/role-id")["role_id"].clone();
    let made = vault.write("auth/approle/role/app/secret-id", &json!({}));
    Role {
        role_id: role_id.as_str().unwrap().to_owned(),
        secret_id: made["data"]["secret_id"].as_str().unwrap().to_owned(),
    }
}

fn put(vault: &Vault, key: &str, value: &Value) {
    vault.write(&format!("secret/data/{key}"), &json!({ "data": value }));
}

fn secret_id(cluster: &KubeApiserver, id: &str) {
    let secret = json!({
        "apiVersion": "v1", "kind": "Secret",
        "metadata": { "name": "approle", "namespace": "default" },
        "stringData": { "id": id },
    });
    cluster.apply(secret.to_string());
}

fn store(url: &str, role: &str) -> Value {
    json!({
        "apiVersion": "external-secrets.io/v1",
        "kind": "ClusterSecretStore",
        "metadata": { "name": "vault" },
        "spec": { "provider": { "vault": {
            "server": url, "path": "secret", "version": "v2",
            "auth": { "appRole": {
                "path": "approle", "roleId": role,
                "secretRef": { "name": "approle", "namespace": "default", "key": "id" },
            }},
        }}},
    })
}

fn external_secret(name: &str, interval: &str, target: &Value, properties: &[&str]) -> Value {
    let data: Vec<Value> = properties
        .iter()
        .map(|it| json!({ "secretKey": it, "remoteRef": { "key": "app/db", "property": it } }))
        .collect();
    json!({
        "apiVersion": "external-secrets.io/v1",
        "kind": "ExternalSecret",
        "metadata": { "name": name, "namespace": NAMESPACE },
        "spec": {
            "refreshInterval": interval,
            "secretStoreRef": { "kind": "ClusterSecretStore", "name": "vault" },
            "target": target,
            "data": data,
        },
    })
}

fn synced(cluster: &KubeApiserver, name: &str) {
    until(&format!("{name} to be synced"), || {
        let object = cluster.object(NAMESPACE, &format!("externalsecret/{name}"))?;
        let generation = object["metadata"]["generation"].as_u64()?;
        let version = object["status"]["syncedResourceVersion"].as_str()?;
        let is_current = version.starts_with(&format!("{generation}-"));
        let [status, ..] = ready(cluster, NAMESPACE, &format!("externalsecret/{name}"))?;
        (is_current && status == "True").then_some(())
    });
}

fn refresh_time(cluster: &KubeApiserver, name: &str) -> Option<String> {
    let object = cluster.object(NAMESPACE, &format!("externalsecret/{name}"))?;
    object["status"]["refreshTime"].as_str().map(str::to_owned)
}
