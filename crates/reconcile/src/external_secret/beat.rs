//! Where in its interval an ExternalSecret is refreshed.
//!
//! Objects that read the same secret of the same store are refreshed together, so that one call serves them all: a value may only be shared
//! by refreshes that were due before it was fetched, and objects that each have a beat of their own would never meet. Secrets are many, so the
//! load is spread as evenly as by the object's uid, which is what is left where no secret is named.

use selkie_api::{ExternalSecretSpec, StoreKind};

use super::entries::entries;
use crate::schedule::Phase;

/// The place of the first secret that an object of the namespace reads; of its uid if it names none.
pub fn beat(namespace: &str, uid: &str, spec: Option<&ExternalSecretSpec>) -> Phase {
    let first = spec.and_then(|spec| {
        entries(spec).find_map(|entry| Some((entry.store?, entry.wants.key()?.to_owned())))
    });
    let Some((store, key)) = first else {
        return Phase::of(uid);
    };
    // A store of a namespace is another one elsewhere.
    let namespace = match store.kind {
        StoreKind::SecretStore => namespace,
        StoreKind::ClusterSecretStore => "",
    };
    Phase::of(&format!("{namespace}/{store}/{key}"))
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    fn of(namespace: &str, uid: &str, spec: &Value) -> Phase {
        let spec = serde_json::from_value(spec.clone()).unwrap();
        beat(namespace, uid, Some(&spec))
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
            let left = of(first, "uid-1", &left);
            let right = of(second, "uid-2", &right);
            assert_eq!(left == right, expected, "{what}");
        }
    }

    #[test]
    fn who_names_no_secret_goes_by_its_uid() {
        let nothing = json!({ "secretStoreRef": { "name": "vault" } });
        assert_eq!(of("a", "uid-1", &nothing), Phase::of("uid-1"));
        assert_eq!(beat("a", "uid-1", None), Phase::of("uid-1"));
    }
}
