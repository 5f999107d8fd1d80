//! What lies beside the table of plans: what is read of a Secret, and what stands for a contribution.

use std::collections::BTreeMap;

use k8s_openapi::api::core::v1;
use selkie_api::{CreationPolicy, Target};
use selkie_crypto::Secret;
use serde_json::{Value, json};

use super::contribution::{Circumstances, Contribution, Digest};
use super::*;

const OWNER: Owner<'_> = Owner {
    namespace: "team",
    name: "app",
    uid: "u-1",
};

fn contribution(target: Value, values: &[(&str, &str)]) -> Contribution {
    let target: Target = serde_json::from_value(target).unwrap();
    let values = values.iter();
    let values = values.map(|(key, value)| ((*key).to_owned(), Secret::from((*value).to_owned())));
    let circumstances = Circumstances {
        left: "{{",
        right: "}}",
        now: jiff::Timestamp::UNIX_EPOCH,
        seed: [0; 32],
    };
    let none = BTreeMap::new();
    let sources = Sources::new();
    Contribution::new(
        &target,
        &none,
        &none,
        values.collect(),
        &sources,
        circumstances,
    )
    .unwrap()
}

#[test]
fn a_secret_is_read_with_its_defaults() {
    let secret: v1::Secret = serde_json::from_value(json!({
        "metadata": { "uid": "s-1", "resourceVersion": "42" },
        "data": { "a": "MQ==" },
    }))
    .unwrap();
    let there = Existing::from(secret);
    assert_eq!(
        (there.uid.as_str(), there.resource_version.as_str()),
        ("s-1", "42")
    );
    assert_eq!((there.kind.as_str(), there.immutable), (OPAQUE, false));
    assert_eq!(there.data["a"].expose(), b"1");
    assert!(!there.is_marked());
}

/// One that is different in anything that would be written is another.
#[test]
fn digests_tell_contributions_apart() {
    let of = |target: Value, values: &[(&str, &str)]| {
        contribution(target, values).digest(&OWNER, CreationPolicy::Owner)
    };
    let labels = |labels: Value| json!({ "template": { "metadata": { "labels": labels } } });
    let annotations = |them: Value| json!({ "template": { "metadata": { "annotations": them } } });
    let finalizers = |them: Value| json!({ "template": { "metadata": { "finalizers": them } } });
    let plain = || contribution(json!({}), &[("a", "1")]);
    let other_owner = Owner {
        uid: "u-2",
        ..OWNER
    };
    let digests: Vec<Digest> = vec![
        of(json!({}), &[("a", "1")]),
        of(json!({}), &[("a", "2")]),
        of(json!({}), &[("b", "1")]),
        of(json!({}), &[("a", "1"), ("b", "")]),
        of(json!({}), &[]),
        of(json!({ "immutable": true }), &[("a", "1")]),
        of(json!({ "template": { "type": "x" } }), &[("a", "1")]),
        of(labels(json!({ "x": "y" })), &[("a", "1")]),
        of(labels(json!({ "xy": "" })), &[("a", "1")]),
        of(annotations(json!({ "x": "y" })), &[("a", "1")]),
        of(finalizers(json!(["x"])), &[("a", "1")]),
        of(finalizers(json!(["x", "y"])), &[("a", "1")]),
        plain().digest(&OWNER, CreationPolicy::Orphan),
        plain().digest(&other_owner, CreationPolicy::Owner),
    ];
    for (at, one) in digests.iter().enumerate() {
        let same = digests.iter().filter(|other| one == *other).count();
        assert_eq!(same, 1, "{at}");
    }
    assert_eq!(of(json!({}), &[("a", "1")]), of(json!({}), &[("a", "1")]));
    assert_eq!(format!("{:?}", digests[0]), "Digest(…)");
}

#[test]
fn keys_are_those_of_the_api_server() {
    let long = "k".repeat(254);
    for (key, expected) in [
        ("a", true),
        ("A.b-c_9", true),
        (".dockerconfigjson", true),
        (&long[..253], true),
        (long.as_str(), false),
        ("", false),
        (".", false),
        ("..", false),
        ("..data", false),
        ("a/b", false),
        ("a b", false),
        ("é", false),
    ] {
        assert_eq!(is_key(key), expected, "{key}");
    }
}

#[test]
fn templates_name_the_objects_they_need() {
    let target: Target = serde_json::from_value(json!({ "template": { "templateFrom": [
        { "configMap": { "name": "c", "items": [] }, "secret": { "name": "s", "items": [] } },
        { "literal": "x: y" },
        { "configMap": { "name": "c", "items": [{ "key": "k" }] } },
    ] } }))
    .unwrap();
    let needed = needed(target.template.as_ref().unwrap());
    let expected = [
        SourceKey::ConfigMap("c".to_owned()),
        SourceKey::Secret("s".to_owned()),
    ];
    assert_eq!(needed.into_iter().collect::<Vec<_>>(), expected);
}
