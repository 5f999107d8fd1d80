use serde_json::{Value, json};

use super::*;
use crate::record::{Object, decode};

fn external_secret(place: &str, version: u32, spec: &Value) -> (Place, Record) {
    let (namespace, name) = place.split_once('/').unwrap();
    let object = json!({
        "metadata": {
            "name": name, "namespace": namespace, "uid": place, "resourceVersion": version.to_string(),
            "generation": version,
        },
        "spec": spec,
    });
    let text = object.to_string();
    let object = Object::read(&text).unwrap();
    decode(Kind::ExternalSecret, &object, |name| name.into())
}

fn put(view: &mut View, place: &str, version: u32, spec: &Value) -> News {
    let (place, record) = external_secret(place, version, spec);
    view.put(Kind::ExternalSecret, place, record)
}

fn place(text: &str) -> Place {
    let (namespace, name) = text.split_once('/').unwrap();
    Place::new(namespace, name)
}

fn target(uid: &str, version: &str) -> Target {
    Target {
        uid: uid.into(),
        version: version.into(),
        is_valid: true,
        owner: 7,
        left: None,
    }
}

fn shown(keys: &[Key]) -> Vec<String> {
    keys.iter().map(|key| key.place.to_string()).collect()
}

#[test]
fn only_what_is_newer_is_news() {
    let mut view = View::default();
    let spec = json!({});
    assert_eq!(put(&mut view, "a/x", 5, &spec), News::Added);
    assert_eq!(put(&mut view, "a/x", 5, &spec), News::Nothing);
    assert_eq!(put(&mut view, "a/x", 7, &spec), News::Asked);
    assert_eq!(put(&mut view, "a/x", 6, &spec), News::Nothing);
    let (at, record) = external_secret("a/x", 8, &spec);
    assert!(view.remove(Kind::ExternalSecret, &at).is_some());
    // What we wrote comes back after the object is gone.
    view.wrote(Kind::ExternalSecret, at, record);
    assert_eq!(view.count(Kind::ExternalSecret), 0);
}

#[test]
fn a_store_knows_its_readers() {
    let mut view = View::default();
    let of = |kind: &str| json!({ "secretStoreRef": { "name": "main", "kind": kind } });
    put(&mut view, "a/x", 1, &of("SecretStore"));
    put(&mut view, "b/x", 1, &of("SecretStore"));
    put(&mut view, "b/y", 1, &of("ClusterSecretStore"));
    put(&mut view, "bb/y", 1, &of("ClusterSecretStore"));
    let store = Key::new(Kind::SecretStore, place("b/main"));
    assert_eq!(shown(&view.readers(&store)), ["b/x"]);
    let store = Key::new(Kind::ClusterSecretStore, Place::new("", "main"));
    assert_eq!(shown(&view.readers(&store)), ["b/y", "bb/y"]);
}

#[test]
fn a_target_knows_its_writers() {
    let mut view = View::default();
    let to = |name: &str| json!({ "target": { "name": name } });
    put(&mut view, "a/x", 1, &json!({}));
    put(&mut view, "a/y", 1, &to("x"));
    put(&mut view, "b/x", 1, &json!({}));
    assert_eq!(shown(&view.writers(&place("a/x"))), ["a/y", "a/x"]);
    put(&mut view, "a/x", 2, &to("z"));
    put(&mut view, "a/y", 2, &to("z"));
    assert_eq!(shown(&view.writers(&place("a/x"))), [""; 0]);
    assert_eq!(shown(&view.writers(&place("a/z"))), ["a/x", "a/y"]);
    view.remove(Kind::ExternalSecret, &place("a/x"));
    assert_eq!(shown(&view.writers(&place("a/z"))), ["a/y"]);
}

#[test]
fn the_echo_of_a_write_is_no_news() {
    let mut view = View::default();
    let at = place("a/x");
    assert!(view.put_target(at.clone(), target("u", "5")));
    view.know_target(at.clone(), target("u", "9"));
    for version in ["5", "7", "9"] {
        assert!(
            !view.put_target(at.clone(), target("u", version)),
            "{version}"
        );
    }
    assert!(view.put_target(at.clone(), target("u", "10")));
    // Another Secret of the same name.
    assert!(view.put_target(at.clone(), target("v", "3")));
    assert!(!view.remove_target(&at, "u"));
    assert!(view.remove_target(&at, "v"));
    assert_eq!(view.target(&at), None);
}

#[test]
fn a_list_shows_what_is_gone() {
    let mut view = View::default();
    for at in ["a/x", "a/y", "b/x"] {
        put(&mut view, at, 1, &json!({}));
        view.put_target(place(at), target("u", "1"));
    }
    let listed = HashSet::from([place("a/x")]);
    let rows: [(&str, &[&str]); 3] = [("a", &["a/y"]), ("b", &["b/x"]), ("", &["a/y", "b/x"])];
    for (namespace, expected) in rows {
        let expected: Vec<Place> = expected.iter().map(|it| place(it)).collect();
        assert_eq!(
            view.missing(Kind::ExternalSecret, namespace, &listed),
            expected
        );
        assert_eq!(view.missing_targets(namespace, &listed), expected);
    }
    assert_eq!(
        view.targets_of(&"a".into(), 7),
        [place("a/x"), place("a/y")]
    );
    assert_eq!(view.targets_of(&"a".into(), 8), []);
}

#[test]
fn labels_of_namespaces_are_known_or_not() {
    let mut view = View::default();
    let labels = |text: &str| {
        let text = format!(r#"{{"metadata":{{"name":"a","labels":{text}}}}}"#);
        Json::of(Object::read(&text).unwrap().metadata.labels)
    };
    view.put_namespace("a", labels(r#"{"team":"x"}"#));
    view.put_namespace("b", labels("null"));
    assert_eq!(view.namespace("a").unwrap()["team"], "x");
    assert!(view.namespace("b").unwrap().is_empty());
    assert_eq!(view.namespace("c"), None);
    view.keep_namespaces(&HashSet::from([Place::new("", "b")]));
    assert_eq!(view.namespace("a"), None);
    assert!(view.namespace("b").is_some());
}
