//! Who may use what, as rows.

use serde_json::{Value, json};

use super::*;

fn namespace() -> Namespace {
    let label = |key: &str, value: &str| (key.to_owned(), value.to_owned());
    Namespace {
        name: "team-a".to_owned(),
        labels: BTreeMap::from([
            label("env", "prod"),
            label("kubernetes.io/metadata.name", "team-a"),
        ]),
    }
}

fn spec(spec: Value) -> StoreSpec {
    serde_json::from_value(spec).unwrap()
}

#[test]
fn conditions_are_alternatives() {
    for (conditions, expected) in [
        (json!([]), Ok(true)),
        (json!([{}]), Ok(false)),
        (json!([{ "namespaces": ["team-a"] }]), Ok(true)),
        (json!([{ "namespaces": ["other", "team-a"] }]), Ok(true)),
        (json!([{ "namespaces": ["team", "team-ab"] }]), Ok(false)),
        (
            json!([{ "namespaces": ["other"] }, { "namespaces": ["team-a"] }]),
            Ok(true),
        ),
        (json!([{ "namespaceSelector": {} }]), Ok(true)),
        (
            json!([{ "namespaceSelector": { "matchLabels": { "env": "prod" } } }]),
            Ok(true),
        ),
        (
            json!([{ "namespaceSelector": { "matchLabels": { "env": "test" } } }]),
            Ok(false),
        ),
        (
            json!([{ "namespaceSelector": { "matchLabels": { "env": "prod", "tier": "1" } } }]),
            Ok(false),
        ),
        (
            json!([{ "namespaceSelector": { "matchLabels": { "kubernetes.io/metadata.name": "team-a" } } }]),
            Ok(true),
        ),
        // Any part of a condition is enough.
        (
            json!([{ "namespaceSelector": { "matchLabels": { "env": "test" } }, "namespaces": ["team-a"] }]),
            Ok(true),
        ),
        (
            json!([{ "namespaces": ["other"], "namespaceRegexes": ["^team-"] }]),
            Ok(true),
        ),
        // Expressions are found anywhere in the name.
        (json!([{ "namespaceRegexes": ["eam"] }]), Ok(true)),
        (json!([{ "namespaceRegexes": ["^eam"] }]), Ok(false)),
        (
            json!([{ "namespaceRegexes": ["^team-[b-z]$", "a$"] }]),
            Ok(true),
        ),
        (
            json!([{ "namespaceRegexes": ["("] }]),
            Err(Broken::Expression {
                condition: 0,
                expression: 0,
            }),
        ),
        (
            json!([{ "namespaces": ["x"] }, { "namespaceRegexes": ["x", "("] }]),
            Err(Broken::Expression {
                condition: 1,
                expression: 1,
            }),
        ),
        // What fits first decides.
        (
            json!([{ "namespaces": ["team-a"], "namespaceRegexes": ["("] }]),
            Ok(true),
        ),
        (json!([{ "namespaceRegexes": ["team", "("] }]), Ok(true)),
        (
            json!([{ "namespaceRegexes": ["("] }, { "namespaces": ["team-a"] }]),
            Err(Broken::Expression {
                condition: 0,
                expression: 0,
            }),
        ),
        (
            json!([{ "namespaceSelector": { "matchExpressions": [{ "key": "env", "operator": "Like" }] } }]),
            Err(Broken::Selector { condition: 0 }),
        ),
    ] {
        let conditions: Vec<NamespaceCondition> =
            serde_json::from_value(conditions.clone()).unwrap();
        assert_eq!(
            allows(&conditions, &namespace()),
            expected,
            "{conditions:?}"
        );
    }
}

#[test]
fn expressions_of_selectors() {
    for (key, operator, values, expected) in [
        ("env", "In", &["prod", "test"][..], Some(true)),
        ("env", "In", &["test"], Some(false)),
        ("tier", "In", &["prod"], Some(false)),
        ("env", "NotIn", &["test"], Some(true)),
        ("env", "NotIn", &["prod"], Some(false)),
        ("tier", "NotIn", &["prod"], Some(true)),
        ("env", "Exists", &[], Some(true)),
        ("tier", "Exists", &[], Some(false)),
        ("env", "DoesNotExist", &[], Some(false)),
        ("tier", "DoesNotExist", &[], Some(true)),
        ("env", "In", &[], None),
        ("env", "NotIn", &[], None),
        ("env", "Exists", &["prod"], None),
        ("env", "DoesNotExist", &["prod"], None),
        ("env", "", &[], None),
        ("env", "in", &["prod"], None),
    ] {
        let selector =
            json!({ "matchExpressions": [{ "key": key, "operator": operator, "values": values }] });
        let selector = serde_json::from_value(selector).unwrap();
        let fits = selector::fits(&selector, &namespace().labels);
        assert_eq!(fits, expected, "{key} {operator} {values:?}");
    }
}

#[test]
fn a_store_is_used_only_as_it_allows() {
    let fake = json!({ "provider": { "fake": { "data": [] } } });
    let with = |field: &str, value: Value| {
        let mut spec = fake.clone();
        spec[field] = value;
        spec
    };
    let usable = || "usable".to_owned();
    let foreign = || "foreign".to_owned();
    for (kind, store, ready, expected) in [
        ("SecretStore", fake.clone(), true, usable()),
        ("ClusterSecretStore", fake.clone(), true, usable()),
        ("SecretStore", with("controller", json!("default")), true, usable()),
        ("SecretStore", with("controller", json!("other")), true, foreign()),
        ("ClusterSecretStore", with("controller", json!("other")), false, foreign()),
        ("SecretStore", fake.clone(), false, "StoreNotReady: SecretStore \"main\" is not ready".to_owned()),
        // A namespaced store has no one to keep out.
        ("SecretStore", with("conditions", json!([{ "namespaces": ["other"] }])), true, usable()),
        (
            "ClusterSecretStore",
            with("conditions", json!([{ "namespaces": ["other"] }])),
            true,
            "Forbidden: ClusterSecretStore \"main\" does not allow namespace \"team-a\"".to_owned(),
        ),
        (
            "ClusterSecretStore",
            with("conditions", json!([{ "namespaceRegexes": ["["] }])),
            true,
            "InvalidSpec: ClusterSecretStore \"main\" has a regular expression that is none: conditions[0].namespaceRegexes[0]".to_owned(),
        ),
        (
            "SecretStore",
            with("provider", json!({ "gcpsm": {} })),
            true,
            "Unsupported: SecretStore \"main\" has provider \"gcpsm\", which this controller does not serve".to_owned(),
        ),
        // Who may not use a store does not learn what it is.
        (
            "ClusterSecretStore",
            json!({ "provider": { "gcpsm": {} }, "conditions": [{}] }),
            true,
            "Forbidden: ClusterSecretStore \"main\" does not allow namespace \"team-a\"".to_owned(),
        ),
        ("SecretStore", with("provider", json!({})), true, "StoreNotReady: SecretStore \"main\" has no one provider".to_owned()),
    ] {
        let kind: StoreKind = serde_json::from_value(json!(kind)).unwrap();
        let key = StoreKey { kind, name: "main".to_owned() };
        let spec = spec(store.clone());
        let seen = StoreSeen { spec: Some(&spec), ready };
        let standing = standing(&key, Some(seen), &namespace(), &serves());
        assert_eq!(shown(standing), expected, "{store}");
    }
}

#[test]
fn stores_that_are_not_there() {
    let key = |kind| StoreKey {
        kind,
        name: "main".to_owned(),
    };
    let seen = standing(&key(StoreKind::SecretStore), None, &namespace(), &serves());
    assert_eq!(
        shown(seen),
        "StoreNotReady: SecretStore \"main\" does not exist"
    );
    let unreadable = StoreSeen {
        spec: None,
        ready: true,
    };
    let seen = standing(
        &key(StoreKind::SecretStore),
        Some(unreadable),
        &namespace(),
        &serves(),
    );
    assert_eq!(
        shown(seen),
        "StoreNotReady: SecretStore \"main\" cannot be read"
    );
    let none_of_cluster = Serves {
        cluster_stores: false,
        ..serves()
    };
    let seen = standing(
        &key(StoreKind::ClusterSecretStore),
        None,
        &namespace(),
        &none_of_cluster,
    );
    assert_eq!(shown(seen), "foreign");
}

#[test]
fn stores_need_not_be_ready_without_the_gate() {
    let spec = spec(json!({ "provider": { "fake": { "data": [] } } }));
    let key = StoreKey {
        kind: StoreKind::SecretStore,
        name: "main".to_owned(),
    };
    let open = Serves {
        ready_only: false,
        ..serves()
    };
    let seen = StoreSeen {
        spec: Some(&spec),
        ready: false,
    };
    assert_eq!(
        standing(&key, Some(seen), &namespace(), &open),
        Standing::Usable
    );
}

#[test]
fn references_stay_where_they_may_be() {
    let own = Scope::Namespace("team-a");
    let refused = Err(Cause::Forbidden);
    for (scope, named, asking, expected) in [
        (own, None, None, Ok(Some("team-a"))),
        (own, Some(""), None, Ok(Some("team-a"))),
        (own, Some("team-a"), Some("team-a"), Ok(Some("team-a"))),
        (own, Some("team-b"), Some("team-a"), refused),
        (own, Some("team-b"), Some("team-b"), refused),
        (own, Some("TEAM-A"), None, refused),
        (
            Scope::Cluster,
            Some("vault"),
            Some("team-a"),
            Ok(Some("vault")),
        ),
        (Scope::Cluster, None, Some("team-a"), Ok(Some("team-a"))),
        (Scope::Cluster, Some(""), Some("team-a"), Ok(Some("team-a"))),
        (Scope::Cluster, None, None, Ok(None)),
    ] {
        let found = reference(scope, named, asking).map_err(|failure| failure.cause);
        assert_eq!(found, expected, "{scope:?} {named:?} {asking:?}");
    }
}

#[test]
fn certificates_are_never_chosen_by_whoever_asks() {
    let cause = |named| authority(Scope::Cluster, named).map_err(|failure| failure.cause);
    assert_eq!(cause(None), Err(Cause::InvalidSpec));
    assert_eq!(cause(Some("")), Err(Cause::InvalidSpec));
    assert_eq!(cause(Some("vault")), Ok("vault"));
    let own = |named| authority(Scope::Namespace("a"), named).map_err(|failure| failure.cause);
    assert_eq!(own(None), Ok("a"));
    assert_eq!(own(Some("a")), Ok("a"));
    assert_eq!(own(Some("b")), Err(Cause::Forbidden));
}

fn serves() -> Serves {
    Serves {
        class: "default".to_owned(),
        cluster_stores: true,
        ready_only: true,
    }
}

fn shown(standing: Standing) -> String {
    match standing {
        Standing::Usable => "usable".to_owned(),
        Standing::Foreign => "foreign".to_owned(),
        Standing::Refused(failure) => failure.to_string(),
    }
}
