//! Where in its interval an ExternalSecret is refreshed.
//!
//! Objects that read the same secret of the same store are refreshed together, so that one call serves them all: a value may only be shared
//! by refreshes that were due before it was fetched, and objects that each have a beat of their own would never meet. Secrets are many, so the
//! load is spread as evenly as by the object's uid, which is what is left where no secret is named.

use super::entries::entries;
use super::observed::Object;
use crate::schedule::Phase;

/// The place of the first secret that the object reads; of its uid if it names none.
pub fn beat(object: &Object) -> Phase {
    let spec = object.spec.as_ref().ok();
    let first = spec.and_then(|spec| {
        entries(spec).find_map(|entry| Some((entry.store?, entry.wants.key()?.to_owned())))
    });
    let Some((store, key)) = first else {
        return Phase::of(&object.uid);
    };
    // A store of a namespace is another one elsewhere.
    let namespace = match store.kind {
        selkie_api::StoreKind::SecretStore => &*object.namespace,
        selkie_api::StoreKind::ClusterSecretStore => "",
    };
    Phase::of(&format!("{namespace}/{store}/{key}"))
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use serde_json::{Value, json};

    use super::*;

    fn object(namespace: &str, uid: &str, spec: &Value) -> Object {
        Object {
            namespace: namespace.to_owned(),
            name: "app".to_owned(),
            uid: uid.to_owned(),
            generation: 1,
            labels: BTreeMap::new(),
            annotations: BTreeMap::new(),
            finalizers: Vec::new(),
            deleting: false,
            spec: Ok(serde_json::from_value(spec.clone()).unwrap()),
            status: selkie_api::ExternalSecretStatus::default(),
        }
    }

    fn reads(kind: &str, key: &str, property: &str) -> Value {
        json!({
            "secretStoreRef": { "kind": kind, "name": "vault" },
            "data": [{ "secretKey": "a", "remoteRef": { "key": key, "property": property } }],
        })
    }

    #[test]
    fn those_who_read_one_secret_have_one_beat() {
        let cluster = |key, property| reads("ClusterSecretStore", key, property);
        let extract = json!({
            "secretStoreRef": { "kind": "ClusterSecretStore", "name": "vault" },
            "dataFrom": [{ "extract": { "key": "app/db" } }],
        });
        let find = json!({
            "secretStoreRef": { "kind": "ClusterSecretStore", "name": "vault" },
            "dataFrom": [{ "find": { "name": { "regexp": "x" } } }],
        });
        let rows = [
            (
                "another property",
                ("a", cluster("app/db", "user")),
                ("b", cluster("app/db", "password")),
                true,
            ),
            (
                "extracted whole",
                ("a", cluster("app/db", "user")),
                ("b", extract),
                true,
            ),
            (
                "another secret",
                ("a", cluster("app/db", "user")),
                ("a", cluster("app/web", "user")),
                false,
            ),
            (
                "a store of the namespace",
                ("a", reads("SecretStore", "k", "")),
                ("a", reads("SecretStore", "k", "")),
                true,
            ),
            (
                "another namespace's store",
                ("a", reads("SecretStore", "k", "")),
                ("b", reads("SecretStore", "k", "")),
                false,
            ),
            ("nothing is named", ("a", find.clone()), ("a", find), false),
        ];
        for (what, (first, left), (second, right), expected) in rows {
            let left = beat(&object(first, "uid-1", &left));
            let right = beat(&object(second, "uid-2", &right));
            assert_eq!(left == right, expected, "{what}");
        }
    }

    #[test]
    fn who_names_no_secret_goes_by_its_uid() {
        let nothing = json!({ "secretStoreRef": { "name": "vault" } });
        assert_eq!(beat(&object("a", "uid-1", &nothing)), Phase::of("uid-1"));
    }
}
