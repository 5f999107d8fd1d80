//! What marks a Secret, as rows.

use serde_json::json;

use super::*;

const OWNER: Owner<'_> = Owner {
    namespace: "team",
    name: "app",
    uid: "u-1",
};

fn reference(
    api_version: &str,
    kind: &str,
    name: &str,
    controller: Option<bool>,
) -> OwnerReference {
    OwnerReference {
        api_version: api_version.to_owned(),
        block_owner_deletion: Some(true),
        controller,
        kind: kind.to_owned(),
        name: name.to_owned(),
        uid: "u-9".to_owned(),
    }
}

#[test]
fn the_controller_is_told_by_group_kind_and_name() {
    let v1 = "external-secrets.io/v1";
    let yes = Some(true);
    for (references, expected) in [
        (vec![], Control::Nobody),
        (
            vec![reference(v1, "ExternalSecret", "app", yes)],
            Control::Ours,
        ),
        (
            vec![reference(
                "external-secrets.io/v1beta1",
                "ExternalSecret",
                "app",
                yes,
            )],
            Control::Ours,
        ),
        (
            vec![reference(v1, "ExternalSecret", "app", None)],
            Control::Nobody,
        ),
        (
            vec![reference(v1, "ExternalSecret", "app", Some(false))],
            Control::Nobody,
        ),
        (
            vec![reference(v1, "ExternalSecret", "other", yes)],
            Control::OtherExternalSecret("other"),
        ),
        (
            vec![reference(
                "bitnami.com/v1alpha1",
                "SealedSecret",
                "app",
                yes,
            )],
            Control::Other {
                kind: "SealedSecret",
                name: "app",
            },
        ),
        (
            vec![reference("v1", "ExternalSecret", "app", yes)],
            Control::Other {
                kind: "ExternalSecret",
                name: "app",
            },
        ),
        (
            vec![
                reference("apps/v1", "Deployment", "x", None),
                reference(v1, "ExternalSecret", "app", yes),
            ],
            Control::Ours,
        ),
    ] {
        assert_eq!(OWNER.control(&references), expected, "{references:?}");
    }
}

fn record(manager: &str, operation: &str, fields: &serde_json::Value) -> ManagedFieldsEntry {
    serde_json::from_value(json!({
        "manager": manager, "operation": operation, "apiVersion": "v1", "fieldsType": "FieldsV1", "fieldsV1": fields,
    }))
    .unwrap()
}

fn set(keys: &[&str]) -> BTreeSet<String> {
    keys.iter().map(|&key| key.to_owned()).collect()
}

#[test]
fn only_records_of_the_manager_count() {
    let fields = json!({
        "f:data": { ".": {}, "f:a": {}, "f:b.c": {}, "f:f:x": {} },
        "f:immutable": {},
        "f:metadata": {
            "f:annotations": { ".": {}, "f:reconcile.external-secrets.io/data-hash": {} },
            "f:labels": { "f:app": {} },
            "f:ownerReferences": { ".": {}, "k:{\"uid\":\"u-1\"}": {} },
        },
        "f:type": {},
    });
    let manager = "externalsecrets.external-secrets.io/app";
    let owned = OWNER.owned(&[
        record(manager, "Update", &fields),
        record(
            "kubectl-edit",
            "Update",
            &json!({ "f:data": { "f:z": {} } }),
        ),
        record(
            "externalsecrets.external-secrets.io/ap",
            "Update",
            &json!({ "f:data": { "f:y": {} } }),
        ),
        record(manager, "Apply", &json!({ "f:data": { "f:old": {} } })),
        record(manager, "Update", &json!({})),
        ManagedFieldsEntry {
            manager: Some(manager.to_owned()),
            ..ManagedFieldsEntry::default()
        },
    ]);
    assert_eq!(owned.data, set(&["a", "b.c", "f:x", "old"]));
    assert_eq!(owned.labels, set(&["app"]));
    assert_eq!(
        owned.annotations,
        set(&["reconcile.external-secrets.io/data-hash"])
    );
}

#[test]
fn odd_records_hold_nothing() {
    let manager = "externalsecrets.external-secrets.io/app";
    for fields in [
        json!(null),
        json!([]),
        json!({ "f:data": [] }),
        json!({ "f:metadata": { "f:labels": "x" } }),
    ] {
        assert_eq!(
            OWNER.owned(&[record(manager, "Update", &fields)]),
            Owned::default()
        );
    }
}

/// The manager's name is hashed from 28 characters on, for all three fields.
#[test]
fn long_names_are_found_under_their_hash() {
    for length in [27, 28, 63, 64, 253] {
        let name = "n".repeat(length);
        let named = Owner {
            name: &name,
            ..OWNER
        };
        let manager = hash::field_manager(&name);
        assert_eq!(manager.contains("/sha3/"), length > 27, "{length}");
        let fields = json!({
            "f:data": { "f:a": {} },
            "f:metadata": { "f:labels": { "f:b": {} }, "f:annotations": { "f:c": {} } },
        });
        let owned = named.owned(&[record(&manager, "Update", &fields)]);
        assert_eq!(owned.data, set(&["a"]), "{length}");
        assert_eq!(owned.labels, set(&["b"]), "{length}");
        assert_eq!(owned.annotations, set(&["c"]), "{length}");
    }
}

#[test]
fn the_reference_is_the_peers() {
    let expected = json!({
        "apiVersion": "external-secrets.io/v1", "kind": "ExternalSecret", "name": "app", "uid": "u-1",
        "controller": true, "blockOwnerDeletion": true,
    });
    assert_eq!(serde_json::to_value(OWNER.reference()).unwrap(), expected);
    assert!(OWNER.is_meant(&OWNER.reference()));
}
