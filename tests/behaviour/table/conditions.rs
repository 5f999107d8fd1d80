//! Which namespaces a store of the cluster serves.

use serde_json::{Value, json};

use super::{Case, case};
use crate::objects::NAMESPACE_NAME;
use crate::site::{Site, entry, fake};

pub(super) const CASES: &[Case] = &[
    case("conditions/none", none),
    case("conditions/one-name", one_name),
    case("conditions/several-names", several_names),
    case("conditions/other-names", other_names),
    case("conditions/labels", labels),
    case("conditions/some-labels", some_labels),
    case("conditions/no-labels", no_labels),
    case("conditions/second-of-several", second_of_several),
    case("conditions/none-of-several", none_of_several),
    case("conditions/expression", expression),
];

/// A store with these conditions, asked from a namespace with the labels `team=a` and `tier=web`.
fn ask(site: &Site<'_>, conditions: &Value) {
    let labels = json!({ "team": "a", "tier": "web" });
    site.cluster.patch(
        "",
        &format!("namespace/{}", site.name),
        &json!({ "metadata": { "labels": labels } }),
    );
    let provider = fake(&json!({ "a": "1" }));
    site.cluster_store(
        &site.name,
        &json!({ "provider": provider, "conditions": conditions }),
    );
    let store = json!({ "kind": "ClusterSecretStore", "name": site.name });
    site.ask(
        "es",
        &json!({ "secretStoreRef": store, "data": [entry("k", "a")] }),
    );
}

fn allowed(site: &Site<'_>, conditions: &Value) {
    ask(site, conditions);
    site.holds("es", &json!({ "k": "1" }));
}

fn denied(site: &Site<'_>, conditions: &Value) {
    ask(site, conditions);
    site.failed("es", "Forbidden");
    assert_eq!(site.data("es"), None);
}

fn with_labels(labels: &Value) -> Value {
    json!([{ "namespaceSelector": { "matchLabels": labels } }])
}

fn none(site: &Site<'_>) {
    allowed(site, &json!([]));
}

fn one_name(site: &Site<'_>) {
    allowed(site, &json!([{ "namespaces": [site.name] }]));
}

fn several_names(site: &Site<'_>) {
    allowed(site, &json!([{ "namespaces": ["x", site.name, "y"] }]));
}

fn other_names(site: &Site<'_>) {
    denied(site, &json!([{ "namespaces": ["x", "y"] }]));
}

fn labels(site: &Site<'_>) {
    let own = json!({ "team": "a", "tier": "web", NAMESPACE_NAME: site.name });
    allowed(site, &with_labels(&own));
}

fn some_labels(site: &Site<'_>) {
    denied(
        site,
        &with_labels(&json!({ "team": "a", "tier": "database" })),
    );
}

fn no_labels(site: &Site<'_>) {
    denied(site, &with_labels(&json!({ "team": "b" })));
}

fn second_of_several(site: &Site<'_>) {
    let selector = json!({ "matchLabels": { "team": "a" } });
    allowed(
        site,
        &json!([{ "namespaces": ["x"] }, { "namespaceSelector": selector }]),
    );
}

fn none_of_several(site: &Site<'_>) {
    let selector = json!({ "matchLabels": { "team": "b" } });
    denied(
        site,
        &json!([{ "namespaces": ["x"] }, { "namespaceSelector": selector }]),
    );
}

fn expression(site: &Site<'_>) {
    allowed(
        site,
        &json!([{ "namespaceRegexes": ["^nothing$", "^conditions-expr.*n$"] }]),
    );
}
