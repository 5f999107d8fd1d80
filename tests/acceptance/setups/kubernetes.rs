//! Secrets of the cluster, read by an account that may do so in one namespace.

use serde_json::{Map, Value, json};

use super::{Cases, Setup};
use crate::case::Remote;
use crate::place::{Place, bundle};

/// The account that reads.
pub(super) const ACCOUNT: &str = "reader";

pub(super) static SETUPS: &[Setup] = &[
    Setup {
        id: "kubernetes.shared",
        provider: "kubernetes",
        cases: Cases::Listed,
        put,
        delete,
        store: |place, _| {
            account(place);
            place.store(&spec(place))
        },
        folder: str::to_owned,
        found,
    },
    Setup {
        id: "kubernetes.referent",
        provider: "kubernetes",
        cases: Cases::These(&["JSONDataWithProperty", "JSONDataFromSync"]),
        put,
        delete,
        store: |place, _| {
            account(place);
            place.cluster_store(&spec(place))
        },
        folder: str::to_owned,
        found,
    },
];

fn found(_: &str, key: &str) -> String {
    key.to_owned()
}

/// The members of each value are the entries of a Secret.
fn put(place: &Place<'_>, secrets: &[Remote]) {
    for secret in secrets {
        let members: Map<String, Value> = serde_json::from_str(&secret.value).unwrap();
        let entries = members.into_iter().map(|(name, value)| match value {
            Value::String(text) => (name, json!(text)),
            other => (name, json!(other.to_string())),
        });
        let entries: Map<String, Value> = entries.collect();
        let body = json!({ "stringData": entries });
        let mut manifest = place.object("v1", "Secret", &place.key(secret.name), body);
        manifest["metadata"]["labels"] = json!(secret.tags);
        place.servers.cluster.write(&manifest);
    }
}

fn delete(place: &Place<'_>, secrets: &[Remote]) {
    for secret in secrets {
        let what = format!("secret/{}", place.key(secret.name));
        place.servers.cluster.delete(&place.namespace, &what);
    }
}

fn spec(place: &Place<'_>) -> Value {
    let cluster = &place.servers.cluster;
    json!({ "provider": { "kubernetes": {
        "server": { "url": cluster.address, "caBundle": bundle(&cluster.ca) },
        "remoteNamespace": place.namespace,
        "auth": { "serviceAccount": { "name": ACCOUNT } },
    }}})
}

fn account(place: &Place<'_>) {
    place.write("ServiceAccount", ACCOUNT, json!({}));
    let group = "rbac.authorization.k8s.io";
    let rule = json!({ "apiGroups": [""], "resources": ["secrets"], "verbs": ["get", "list"] });
    let subject = json!({
        "kind": "ServiceAccount", "name": ACCOUNT, "namespace": place.namespace,
    });
    let role = json!({ "apiGroup": group, "kind": "Role", "name": ACCOUNT });
    let rights = [
        ("Role", json!({ "rules": [rule] })),
        (
            "RoleBinding",
            json!({ "roleRef": role, "subjects": [subject] }),
        ),
    ];
    for (kind, body) in rights {
        let manifest = place.object(&format!("{group}/v1"), kind, ACCOUNT, body);
        place.servers.cluster.write(&manifest);
    }
}
