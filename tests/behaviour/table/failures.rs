//! What is said when something goes wrong, and that nothing is said of what is another controller's.

use selkie_tests::servers::controller::until;
use serde_json::{Value, json};

use super::{Case, case};
use crate::site::{Site, entry, fake};

pub(super) const CASES: &[Case] = &[
    case("failures/provider", provider),
    case("failures/store-missing", store_missing),
    case("failures/client", client),
    case("failures/counted", counted),
    case("failures/foreign-class", foreign_class),
    case(
        "failures/foreign-class-of-cluster",
        foreign_class_of_cluster,
    ),
];

fn provider(site: &Site<'_>) {
    site.store(&json!({ "a": "1" }));
    site.ask("es", &json!({ "data": [entry("k", "none")] }));
    let message = site.failed("es", "NotFound");
    assert!(
        message.contains("could not get secret data from provider"),
        "{message}"
    );
    assert_eq!(site.data("es"), None);
}

fn store_missing(site: &Site<'_>) {
    site.ask("es", &json!({ "data": [entry("k", "a")] }));
    site.failed("es", "StoreNotReady");
    // It is served as soon as there is one.
    site.store(&json!({ "a": "1" }));
    site.synced("es");
}

/// A store from whose block no client can be made.
fn client(site: &Site<'_>) {
    site.provider(
        "store",
        &json!({ "fake": { "data": [{ "key": "a", "value": "" }] } }),
    );
    site.ask("es", &json!({ "data": [entry("k", "a")] }));
    site.failed("es", "StoreNotReady");
    let store =
        selkie_tests::servers::controller::ready(site.cluster, &site.name, "secretstore/store");
    let [status, reason, message] = store.unwrap();
    assert_eq!((&*status, &*reason), ("False", "InvalidProviderConfig"));
    assert!(message.starts_with("unable to create client"), "{message}");
}

fn counted(site: &Site<'_>) {
    provider(site);
    until("the failure to be counted, and again", || {
        (site.counted("externalsecret_sync_calls_error", "es") > 1).then_some(())
    });
}

fn nothing_is_said(site: &Site<'_>, store: &Value) {
    site.ask(
        "es",
        &json!({ "secretStoreRef": store, "data": [entry("k", "a")] }),
    );
    site.settle();
    let object = site.object("es").unwrap();
    assert!(object.get("status").is_none(), "{object}");
    assert_eq!(site.data("es"), None);
}

fn foreign_class(site: &Site<'_>) {
    site.cluster.write(&json!({
        "apiVersion": "external-secrets.io/v1", "kind": "SecretStore",
        "metadata": { "namespace": site.name, "name": "foreign" },
        "spec": { "controller": "another", "provider": fake(&json!({ "a": "1" })) },
    }));
    nothing_is_said(site, &json!({ "name": "foreign" }));
}

fn foreign_class_of_cluster(site: &Site<'_>) {
    let spec = json!({ "controller": "another", "provider": fake(&json!({ "a": "1" })) });
    site.cluster_store("of-another-class", &spec);
    let store = json!({ "kind": "ClusterSecretStore", "name": "of-another-class" });
    nothing_is_said(site, &store);
}
