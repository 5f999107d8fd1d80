//! What is said of stores, those of a namespace and those of the cluster.

use selkie_tests::servers::controller::{ready, until};
use serde_json::{Value, json};

use super::{Case, case};
use crate::site::{Site, fake};

pub(super) const CASES: &[Case] = &[
    case("stores/invalid", invalid),
    case("stores/foreign-class", foreign_class),
    case("stores/valid", valid),
    case("stores/unknown", unknown),
];

/// Makes a store of each kind, and returns where they are.
fn both(site: &Site<'_>, spec: &Value) -> [(String, String); 2] {
    site.cluster.write(&json!({
        "apiVersion": "external-secrets.io/v1", "kind": "SecretStore",
        "metadata": { "namespace": site.name, "name": "s" }, "spec": spec,
    }));
    site.cluster_store(&site.name, spec);
    [
        (site.name.clone(), "secretstore/s".to_owned()),
        (String::new(), format!("clustersecretstore/{}", site.name)),
    ]
}

fn said(site: &Site<'_>, spec: &Value, expected: [&str; 2]) -> Vec<Value> {
    let stores = both(site, spec).into_iter().map(|(namespace, what)| {
        until(&format!("{what} to be {expected:?}"), || {
            let [status, reason, _] = ready(site.cluster, &namespace, &what)?;
            ([&*status, &*reason] == expected).then_some(())
        });
        site.cluster.object(&namespace, &what).unwrap()
    });
    stores.collect()
}

/// It names a Secret that does not exist.
fn invalid(site: &Site<'_>) {
    let login = json!({ "tokenSecretRef": { "name": "none", "namespace": site.name, "key": "t" } });
    let vault = json!({ "server": "http://127.0.0.1:1", "path": "secret", "auth": login });
    let spec = json!({ "provider": { "vault": vault } });
    said(site, &spec, ["False", "InvalidProviderConfig"]);
}

fn foreign_class(site: &Site<'_>) {
    let spec = json!({ "controller": "another", "provider": fake(&json!({ "a": "1" })) });
    let stores = both(site, &spec);
    site.settle();
    for (namespace, what) in stores {
        let store = site.cluster.object(&namespace, &what).unwrap();
        assert!(store.get("status").is_none(), "{store}");
    }
}

fn valid(site: &Site<'_>) {
    let spec = json!({ "provider": fake(&json!({ "a": "1" })) });
    for store in said(site, &spec, ["True", "Valid"]) {
        assert_eq!(store["status"]["capabilities"], "ReadWrite");
    }
}

fn unknown(site: &Site<'_>) {
    let mut provider = fake(&json!({ "a": "1" }));
    provider["fake"]["validationResult"] = json!(1);
    said(
        site,
        &json!({ "provider": provider }),
        ["True", "ValidationUnknown"],
    );
}
