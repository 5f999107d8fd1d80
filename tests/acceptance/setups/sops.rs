//! Files that the real sops has encrypted for an age key: one file that is the store, and many files in one.

use std::fs;

use selkie_tests::Run;
use serde_json::{Map, Value, json};

use super::{Cases, Setup};
use crate::case::Remote;
use crate::place::Place;

/// The object with files.
const FILES: &str = "files";
/// The one file that is a store.
const FILE: &str = "secrets.yaml";

pub(super) static SETUPS: &[Setup] = &[
    Setup {
        id: "sops.shared",
        provider: "sops",
        cases: Cases::Listed,
        put: |place, secrets| put(place, vec![(FILE.to_owned(), document(place, secrets))]),
        delete: |place, _| put(place, vec![(FILE.to_owned(), document(place, &[]))]),
        store: |place, _| store(place, &json!({ "name": FILES, "key": FILE })),
        folder: str::to_owned,
        found: |_, key| key.to_owned(),
    },
    Setup {
        id: "sops.files",
        provider: "sops",
        cases: Cases::These(&[
            "SimpleDataSync",
            "JSONDataWithProperty",
            "JSONDataFromSync",
            "NestedJSONWithGJSON",
            "SSHKeySync",
            "DecodingPolicySync",
            "DeletionPolicyDelete",
            "FindByName",
        ]),
        put: |place, secrets| {
            let files = secrets.iter();
            put(
                place,
                files
                    .map(|it| (place.key(it.name), it.value.clone()))
                    .collect(),
            );
        },
        delete: |place, _| put(place, Vec::new()),
        store: |place, _| store(place, &json!({ "name": FILES })),
        folder: str::to_owned,
        found: |_, key| key.to_owned(),
    },
];

/// A document with a name for each secret. Values that are JSON become part of its tree; JSON is YAML.
fn document(place: &Place<'_>, secrets: &[Remote]) -> String {
    let mut top = Map::from_iter([("nobody-asks-for".to_owned(), json!("this"))]);
    for secret in secrets {
        let value = match serde_json::from_str(&secret.value) {
            Ok(object @ Value::Object(_)) => object,
            _ => json!(secret.value),
        };
        let within = if secret.folder.is_empty() {
            &mut top
        } else {
            let folder = top.entry(&secret.folder).or_insert(json!({}));
            folder.as_object_mut().unwrap()
        };
        within.insert(place.key(secret.name), value);
    }
    Value::Object(top).to_string()
}

/// Seals files and puts them in the place of those that were there.
fn put(place: &Place<'_>, files: Vec<(String, String)>) {
    let sealed = files.into_iter().map(|(name, text)| {
        let sealed = seal(place, &name, &text);
        (name, json!(sealed))
    });
    let sealed: Map<String, Value> = sealed.collect();
    place.write("ConfigMap", FILES, json!({ "data": sealed }));
}

fn seal(place: &Place<'_>, name: &str, text: &str) -> String {
    let servers = place.servers;
    let folder = servers.folder.join(&place.namespace);
    fs::create_dir_all(&folder).unwrap();
    let file = folder.join(name);
    fs::write(&file, text).unwrap();
    let run = Run::new(&servers.sops).folder(&folder);
    let run = run.args(["encrypt", "--age", &servers.age.recipient]);
    run.arg(&file).succeed().text()
}

fn store(place: &Place<'_>, config_map: &Value) -> Value {
    let identity = fs::read_to_string(&place.servers.age.file).unwrap();
    place.write(
        "Secret",
        "age",
        json!({ "stringData": { "identity": identity } }),
    );
    place.store(&json!({ "provider": { "sops": {
        "source": { "configMap": config_map },
        "keys": { "age": [{ "name": "age", "key": "identity" }] },
    }}}))
}
