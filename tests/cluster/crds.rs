//! What the API server makes of our definitions: it takes them from the client, keeps every field of an object as it was written, and refuses
//! what can never work, in our words. No controller runs here.

use std::fs;

use selkie_tests::repository::top;
use selkie_tests::servers::kube_apiserver::KubeApiserver;
use serde_json::{Value, json};

/// Objects, and what is said to each that is refused.
const ROWS: &str = include_str!("admission.json");

const VERSIONS: [&str; 2] = ["v1", "v1beta1"];

/// The definitions are there already, applied from the client.
pub(crate) fn definitions_hold(cluster: &KubeApiserver) {
    are_applied_again_without_a_change(cluster);
    keep_what_was_written_and_refuse_the_rest(cluster);
    take_a_status_of_the_peer(cluster);
}

fn are_applied_again_without_a_change(cluster: &KubeApiserver) {
    for file in fs::read_dir(top().join("deploy/crds")).unwrap() {
        let text = fs::read(file.unwrap().path()).unwrap();
        let again = cluster.client().args(["apply", "--filename", "-"]);
        let again = again.input(text).succeed();
        let said = String::from_utf8(again.stdout).unwrap();
        assert!(said.trim_end().ends_with("unchanged"), "{said}");
    }
    let crds = ["get", "crds", "--output", "json"];
    let crds = cluster.client().args(crds).succeed();
    let crds: Value = serde_json::from_slice(&crds.stdout).unwrap();
    for crd in crds["items"].as_array().unwrap() {
        let conditions = crd["status"]["conditions"].as_array().unwrap();
        let structural = !conditions
            .iter()
            .any(|it| it["type"] == "NonStructuralSchema");
        assert!(structural, "{conditions:?}");
    }
}

fn keep_what_was_written_and_refuse_the_rest(cluster: &KubeApiserver) {
    let rows: Vec<Value> = serde_json::from_str(ROWS).unwrap();
    for row in &rows {
        for version in VERSIONS {
            check(cluster, row, version);
        }
    }
}

fn check(cluster: &KubeApiserver, row: &Value, version: &str) {
    let object = json!({
        "apiVersion": format!("external-secrets.io/{version}"),
        "kind": row["kind"],
        "metadata": { "name": "row" },
        "spec": row["spec"],
    });
    let words = ["create", "--dry-run=server", "--output", "json"];
    let run = cluster.client().args(words).args(["--filename", "-"]);
    let output = run.input(object.to_string()).output();
    let name = format!("{} ({version})", row["name"]);
    match row["refused"].as_str() {
        None => {
            assert_eq!(output.status, Some(0), "{name}: {}", output.stderr);
            let kept: Value = serde_json::from_slice(&output.stdout).unwrap();
            assert_eq!(kept["spec"], row["spec"], "{name}");
            let warned = output.stderr.contains("has the same fields");
            assert_eq!(warned, version == "v1beta1", "{name}: {}", output.stderr);
        }
        Some(why) => {
            assert_ne!(output.status, Some(0), "{name} was taken");
            assert!(output.stderr.contains(why), "{name}: {}", output.stderr);
        }
    }
}

/// Its nulls and empty texts too: a cluster that moves in has them everywhere.
fn take_a_status_of_the_peer(cluster: &KubeApiserver) {
    let object = json!({
        "apiVersion": "external-secrets.io/v1beta1",
        "kind": "ExternalSecret",
        "metadata": { "name": "status" },
        "spec": { "secretStoreRef": { "name": "s" }, "dataFrom": [{ "extract": { "key": "a" } }] },
    });
    cluster.apply(object.to_string());
    let status = json!({ "status": {
        "binding": { "name": "" },
        "refreshTime": null,
        "syncedResourceVersion": "1-f47fe3c0b255b6dd8047cdffa772587bb829efe7a1cb70febeda2eb2",
        "conditions": [{
            "type": "Ready", "status": "False", "reason": "SecretSyncedError",
            "message": "could not get secret data from provider", "lastTransitionTime": "2026-08-07T10:00:00Z",
        }],
    } });
    let words = [
        "patch",
        "externalsecret",
        "status",
        "--subresource=status",
        "--type=merge",
        "--patch",
    ];
    cluster
        .client()
        .args(words)
        .arg(status.to_string())
        .succeed();
    let listed = [
        "get",
        "es",
        "--field-selector",
        "spec.secretStoreRef.name=s",
        "--no-headers",
    ];
    let listed = cluster.client().args(listed).succeed();
    let line = String::from_utf8(listed.stdout).unwrap();
    assert_eq!(line.lines().count(), 1, "{line}");
    assert!(line.contains("SecretSyncedError"), "{line}");
    cluster
        .client()
        .args(["delete", "externalsecret", "status"])
        .succeed();
}
