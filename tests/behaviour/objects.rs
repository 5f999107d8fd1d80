//! Objects as the cases write them, and what of them is compared. Nothing here knows what a case expects.

use std::fmt::Write as _;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use selkie_tests::servers::kube_apiserver::{KubeApiserver, Write};
use serde_json::{Value, json};
use sha3::{Digest as _, Sha3_224};

/// Who the controller is to the API server.
const CONTROLLER: &str = "system:serviceaccount:selkie:selkie-controller";

pub(crate) const CREATED_BY: &str = "reconcile.external-secrets.io/created-by";
pub(crate) const DATA_HASH: &str = "reconcile.external-secrets.io/data-hash";
/// Before the name of an `ExternalSecret`, in the name of the manager of its Secret's fields.
pub(crate) const MANAGER: &str = "externalsecrets.external-secrets.io/";
/// The label by which a namespace knows its own name. The API server sets it itself.
pub(crate) const NAMESPACE_NAME: &str = "kubernetes.io/metadata.name";

/// Makes a namespace with these labels.
pub(crate) fn namespace(cluster: &KubeApiserver, name: &str, labels: &Value) {
    cluster.write(&json!({
        "apiVersion": "v1", "kind": "Namespace",
        "metadata": { "name": name, "labels": labels },
    }));
}

/// A Secret with these values, which are texts.
pub(crate) fn secret(namespace: &str, name: &str, values: &Value) -> Value {
    json!({
        "apiVersion": "v1", "kind": "Secret", "type": "Opaque",
        "metadata": { "namespace": namespace, "name": name },
        "data": encoded(values),
    })
}

/// Texts as they stand in a Secret.
pub(crate) fn encoded(values: &Value) -> Value {
    let values = values.as_object().cloned().unwrap_or_default();
    let encode =
        |(key, value): (String, Value)| (key, json!(STANDARD.encode(value.as_str().unwrap())));
    Value::Object(values.into_iter().map(encode).collect())
}

/// SHA3-224 in hexadecimal digits.
pub(crate) fn digest(text: &str) -> String {
    Sha3_224::digest(text)
        .iter()
        .fold(String::new(), |mut digits, byte| {
            write!(digits, "{byte:02x}").unwrap();
            digits
        })
}

/// What the annotation of a Secret with this `data` has to say: the hash over what Go prints of it.
pub(crate) fn data_hash(data: &Value) -> String {
    let data = data.as_object().cloned().unwrap_or_default();
    let printed = data.iter().map(|(key, value)| {
        let bytes = STANDARD.decode(value.as_str().unwrap()).unwrap();
        let bytes: Vec<String> = bytes.iter().map(u8::to_string).collect();
        format!("{key}:[{}]", bytes.join(" "))
    });
    digest(&format!("map[{}]", printed.collect::<Vec<_>>().join(" ")))
}

/// Who wrote which fields of an object, by name and without the times.
pub(crate) fn managers(object: &Value) -> Vec<(String, String, Value)> {
    let entries = object["metadata"]["managedFields"].as_array();
    let entry = |it: &Value| {
        let text = |field: &str| it[field].as_str().unwrap_or_default().to_owned();
        (text("manager"), text("operation"), it["fieldsV1"].clone())
    };
    let mut entries: Vec<_> = entries.into_iter().flatten().map(entry).collect();
    entries.sort_by(|one, other| one.0.cmp(&other.0));
    entries
}

/// What the controller wrote of these resources, or tried to, in namespaces whose name begins so.
pub(crate) fn written(cluster: &KubeApiserver, resource: &str, namespaces: &str) -> Vec<Write> {
    let mut writes = cluster.writes();
    writes.retain(|it| {
        it.user == CONTROLLER && it.resource == resource && it.namespace.starts_with(namespaces)
    });
    writes
}
