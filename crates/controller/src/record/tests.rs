use serde_json::{Value, json};

use super::*;

fn decoded(kind: Kind, object: &Value) -> (Place, Record) {
    let text = object.to_string();
    let object = Object::read(&text).unwrap();
    decode(kind, &object, |name| name.into())
}

fn external_secret(spec: &Value) -> Value {
    json!({
        "apiVersion": "external-secrets.io/v1",
        "kind": "ExternalSecret",
        "metadata": {
            "name": "app", "namespace": "team", "uid": "u-1", "resourceVersion": "12", "generation": 3,
            "creationTimestamp": "2026-01-02T03:04:05Z",
            "labels": { "a": "b" }, "annotations": {},
            "managedFields": [{ "manager": "kubectl", "fieldsV1": { "f:spec": {} } }],
        },
        "spec": spec,
        "status": { "syncedResourceVersion": "3-abc" },
    })
}

#[test]
fn keeps_what_is_needed_and_nothing_else() {
    let spec = json!({
        "secretStoreRef": { "name": "main" },
        "target": { "name": "other" },
        "data": [
            { "secretKey": "x", "remoteRef": { "key": "k" },
              "sourceRef": { "storeRef": { "name": "second", "kind": "ClusterSecretStore" } } },
            { "secretKey": "y", "remoteRef": { "key": "k" }, "sourceRef": { "storeRef": { "name": "main" } } },
        ],
    });
    let (place, record) = decoded(Kind::ExternalSecret, &external_secret(&spec));
    assert_eq!(place.to_string(), "team/app");
    assert_eq!(
        (&*record.uid, &*record.version, record.generation),
        ("u-1", "12", 3)
    );
    assert_eq!(record.target.as_deref(), Some("other"));
    let stores: Vec<_> = record
        .stores
        .iter()
        .map(|(kind, name)| (*kind, &**name))
        .collect();
    assert_eq!(
        stores,
        [
            (Kind::SecretStore, "main"),
            (Kind::ClusterSecretStore, "second")
        ]
    );
    assert_eq!(record.labels.text(), r#"{"a":"b"}"#);
    assert_eq!(record.annotations, Json::default());
    assert_eq!(record.spec.read::<Value>().unwrap(), spec);
    assert!(!record.deleting);
    assert_eq!(record.created, 1_767_323_045);
}

#[test]
fn a_spec_that_fits_no_type_is_kept_as_it_is() {
    for spec in [
        json!({ "refreshInterval": 5, "data": "text", "target": [] }),
        json!("text"),
        json!(null),
        json!([1]),
    ] {
        let (place, record) = decoded(Kind::ExternalSecret, &external_secret(&spec));
        assert_eq!(record.target.as_deref(), Some(&*place.name));
        assert!(record.stores.is_empty());
        if !spec.is_null() {
            assert_eq!(record.spec.text(), spec.to_string());
        }
    }
}

#[test]
fn a_store_is_nobodys_target() {
    let store = json!({ "metadata": { "name": "main" }, "spec": { "provider": { "fake": {} } } });
    let (place, record) = decoded(Kind::ClusterSecretStore, &store);
    assert_eq!((&*place.namespace, &*place.name), ("", "main"));
    assert_eq!(record.target, None);
}

/// Something that changes an object.
type Change<'a> = &'a dyn Fn(&mut Value);

#[test]
fn all_but_the_status_counts_as_a_change() {
    let spec = json!({ "secretStoreRef": { "name": "main" } });
    let (_, before) = decoded(Kind::ExternalSecret, &external_secret(&spec));
    let changed = |change: &dyn Fn(&mut Value)| {
        let mut object = external_secret(&spec);
        object["metadata"]["resourceVersion"] = json!("13");
        change(&mut object);
        decoded(Kind::ExternalSecret, &object)
            .1
            .is_asked_anew(&before)
    };
    let rows: [(bool, Change<'_>); 7] = [
        (false, &|_| ()),
        (false, &|it| {
            it["status"] = json!({ "refreshTime": "2026-01-02T03:04:05Z" });
        }),
        (true, &|it| it["metadata"]["generation"] = json!(4)),
        (true, &|it| it["metadata"]["labels"] = json!({ "a": "c" })),
        (true, &|it| {
            it["metadata"]["annotations"] = json!({ "force-sync": "1" });
        }),
        (true, &|it| it["metadata"]["finalizers"] = json!(["x"])),
        (true, &|it| {
            it["metadata"]["deletionTimestamp"] = json!("2026-01-02T03:04:05Z");
        }),
    ];
    for (expected, change) in rows {
        assert_eq!(changed(change), expected);
    }
}

#[test]
fn versions_are_compared_as_numbers() {
    let rows = [
        ("9", "10", true),
        ("10", "9", false),
        ("10", "10", false),
        ("", "10", false),
        ("x", "10", false),
    ];
    for (left, right, expected) in rows {
        assert_eq!(is_older(left, right), expected, "{left} {right}");
    }
}

#[test]
fn one_record_is_small() {
    let spec = json!({
        "refreshInterval": "1h", "secretStoreRef": { "kind": "ClusterSecretStore", "name": "bench" },
        "target": { "name": "es-1" },
        "data": [{ "secretKey": "password", "remoteRef": { "key": "app/1", "property": "password" } },
                 { "secretKey": "user", "remoteRef": { "key": "app/1", "property": "user" } }],
    });
    let (_, record) = decoded(Kind::ExternalSecret, &external_secret(&spec));
    let held = size_of::<Record>()
        + record.spec.text().len()
        + record.status.text().len()
        + record.labels.text().len()
        + record.annotations.text().len()
        + record.uid.len()
        + record.version.len();
    assert!(held < 1024, "{held} bytes");
}
