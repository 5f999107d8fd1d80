//! What is left to another controller as a whole.

use serde_json::json;

use super::{Case, case};
use crate::site::{Site, entry, fake};

/// For a controller that does not serve stores of the cluster.
pub(super) const CASES_WITHOUT_CLUSTER_STORES: &[Case] =
    &[case("failures/cluster-stores-off", cluster_stores_off)];

fn cluster_stores_off(site: &Site<'_>) {
    site.cluster_store(
        "unserved",
        &json!({ "provider": fake(&json!({ "a": "1" })) }),
    );
    let store = json!({ "kind": "ClusterSecretStore", "name": "unserved" });
    site.ask(
        "es",
        &json!({ "secretStoreRef": store, "data": [entry("k", "a")] }),
    );
    site.settle();
    for object in [
        site.object("es"),
        site.cluster.object("", "clustersecretstore/unserved"),
    ] {
        let object = object.unwrap();
        assert!(object.get("status").is_none(), "{object}");
    }
    assert_eq!(site.data("es"), None);
}
