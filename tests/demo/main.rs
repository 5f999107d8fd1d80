//! `cargo xtask demo --cluster`: a real API server, a real Vault, and the controller under the account and rights that are shipped. It shows Secrets appear,
//! follow their store, and come back after somebody's hand. The folder for all files is its argument; whoever gives it removes it.
//!
//! Never here: assertions about details. The suites have them; this waits for what it says, and fails if that does not come.
#![expect(
    clippy::print_stdout,
    clippy::unwrap_used,
    reason = "a demo talks to the person who started it, and fails where it cannot go on"
)]

use std::fs;
use std::path::{Path, PathBuf};
use std::time::Instant;

use selkie_tests::repository::top;
use selkie_tests::servers::controller::{Controller, data, prepare, until};
use selkie_tests::servers::kube_apiserver::KubeApiserver;
use selkie_tests::servers::vault::Vault;
use selkie_xtask::child::heed_signals;
use serde_json::{Value, json};

const NAMESPACE: &str = "shop";
const EXAMPLE: &str = "examples/external-secret";
/// What the example's store names as Vault's address.
const ADDRESS: &str = "http://vault.vault:8200";

fn main() {
    heed_signals().unwrap();
    let folder = PathBuf::from(std::env::args_os().nth(1).unwrap());
    let start = Instant::now();
    println!(
        "\nStarting an API server with its etcd, and Vault (built on first use, which takes a while) …"
    );
    let cluster = KubeApiserver::start(&folder);
    prepare(&cluster);
    let vault = Vault::start(&folder);
    put(&vault, "key-1");
    let token = "path \"secret/data/shop/*\" { capabilities = [\"read\"] }";
    let token = vault.token("shop", token);
    cluster.write(
        &json!({ "apiVersion": "v1", "kind": "Namespace", "metadata": { "name": NAMESPACE } }),
    );
    println!("Starting the controller under its service account, with the rights in deploy/rbac …");
    let controller = Controller::start(&folder, &cluster, &[]);
    println!("Ready after {:.1} s.", start.elapsed().as_secs_f64());

    secrets_appear(&cluster, &vault, &token);
    they_follow_the_store(&cluster, &vault);
    they_come_back(&cluster);

    let log = controller.end();
    let is_told = ["key-1", "key-2", "correct horse", &token].map(|value| log.contains(value));
    assert_eq!(is_told, [false; 4], "no value is in the controller's log");
    println!(
        "\nNo value is in the controller's log. All of this took {:.0} s; every server ends with it.",
        start.elapsed().as_secs_f64()
    );
}

fn secrets_appear(cluster: &KubeApiserver, vault: &Vault, token: &str) {
    println!("\n  $ kubectl apply --namespace {NAMESPACE} --filename {EXAMPLE}/");
    let start = Instant::now();
    apply(cluster, &manifests(&top().join(EXAMPLE)));
    show(cluster, "shop", start, |_| true);

    println!(
        "\n  $ kubectl create secret generic vault-token --namespace {NAMESPACE} --from-literal=token=…"
    );
    cluster.write(&json!({
        "apiVersion": "v1", "kind": "Secret",
        "metadata": { "name": "vault-token", "namespace": NAMESPACE },
        "stringData": { "token": token },
    }));
    println!("  $ kubectl apply --namespace {NAMESPACE} --filename {EXAMPLE}/with-vault/");
    let start = Instant::now();
    let manifest = manifests(&top().join(EXAMPLE).join("with-vault"));
    assert!(
        manifest.contains(ADDRESS),
        "the example has the address that is replaced"
    );
    apply(cluster, &manifest.replace(ADDRESS, &vault.url));
    show(cluster, "payment", start, |it| it["api-key"] == "key-1");
}

fn they_follow_the_store(cluster: &KubeApiserver, vault: &Vault) {
    println!("\n  $ vault kv put secret/shop/payment api-key=key-2");
    let start = Instant::now();
    put(vault, "key-2");
    show(cluster, "payment", start, |it| it["api-key"] == "key-2");
}

fn they_come_back(cluster: &KubeApiserver) {
    println!("\n  $ kubectl patch secret/shop: password becomes \"by hand\", and a key is added");
    let start = Instant::now();
    let edit = json!({ "stringData": { "password": "by hand", "more": "x" } });
    cluster.patch(NAMESPACE, "secret/shop", &edit);
    show(cluster, "shop", start, |it| {
        it["password"] != "by hand" && it.get("more").is_none()
    });
    println!("\n  $ kubectl delete secret/shop");
    let start = Instant::now();
    cluster.delete(NAMESPACE, "secret/shop");
    show(cluster, "shop", start, |_| true);
}

/// Waits until a Secret is as it should be, and shows it.
fn show(cluster: &KubeApiserver, name: &str, start: Instant, is_meant: fn(&Value) -> bool) {
    let there = until(&format!("Secret {name}"), || {
        data(cluster, NAMESPACE, name).filter(is_meant)
    });
    let seconds = start.elapsed().as_secs_f64();
    println!("  Secret {NAMESPACE}/{name} after {seconds:.1} s:");
    for (key, value) in there.as_object().unwrap() {
        println!("    {key}: {}", value.as_str().unwrap());
    }
}

/// All manifests of a folder, as one text.
fn manifests(folder: &Path) -> String {
    let mut files: Vec<PathBuf> = fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|end| end == "yaml"))
        .collect();
    files.sort();
    let texts: Vec<String> = files
        .iter()
        .map(|file| fs::read_to_string(file).unwrap())
        .collect();
    texts.join("\n---\n")
}

fn apply(cluster: &KubeApiserver, manifests: &str) {
    let apply = ["apply", "--namespace", NAMESPACE, "--filename", "-"];
    cluster.client().args(apply).input(manifests).succeed();
}

fn put(vault: &Vault, key: &str) {
    vault.write(
        "secret/data/shop/payment",
        &json!({ "data": { "api-key": key } }),
    );
}
