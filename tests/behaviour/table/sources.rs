//! Where values come from, and what becomes of their keys.

use serde_json::{Value, json};

use super::{Case, case};
use crate::site::{Site, entry, fake};

pub(super) const CASES: &[Case] = &[
    case("sources/several-stores", several_stores),
    case("sources/generator", generator),
    case("sources/cluster-generator", cluster_generator),
    case("sources/extract", extract),
    case("sources/extract-rewrite", extract_rewrite),
    case("sources/extract-template", extract_template),
    case("sources/find", find),
    case("sources/find-rewrite", find_rewrite),
    case("sources/find-template", find_template),
    case("sources/extract-rewrite-invalid", extract_rewrite_invalid),
    case("sources/find-rewrite-invalid", find_rewrite_invalid),
    case("sources/nul-data", nul_data),
    case("sources/nul-extract", nul_extract),
    case("sources/nul-find", nul_find),
];

fn several_stores(site: &Site<'_>) {
    site.store(&json!({ "a": "1" }));
    site.provider("other", &fake(&json!({ "a": "2", "m": "{\"y\":\"3\"}" })));
    let other = json!({ "storeRef": { "name": "other", "kind": "SecretStore" } });
    let mut second = entry("l", "a");
    second["sourceRef"] = other.clone();
    let from = json!([{ "extract": { "key": "m" }, "sourceRef": other }]);
    site.ask(
        "es",
        &json!({ "data": [entry("k", "a"), second], "dataFrom": from }),
    );
    site.holds("es", &json!({ "k": "1", "l": "2", "y": "3" }));
}

/// Nothing is fetched, and what is there stays.
fn unsupported(site: &Site<'_>, kind: &str) {
    site.store(&json!({ "a": "1" }));
    site.ask("es", &json!({ "data": [entry("k", "a")] }));
    site.holds("es", &json!({ "k": "1" }));
    site.synced("es");
    let generator = json!({
        "apiVersion": "generators.external-secrets.io/v1alpha1", "kind": kind, "name": "g",
    });
    let from = json!([{ "sourceRef": { "generatorRef": generator } }]);
    site.patch("es", &json!({ "spec": { "dataFrom": from } }));
    site.failed("es", "Unsupported");
    site.settle();
    assert_eq!(site.data("es"), Some(json!({ "k": "1" })));
}

fn generator(site: &Site<'_>) {
    unsupported(site, "Password");
}

fn cluster_generator(site: &Site<'_>) {
    unsupported(site, "ClusterGenerator");
}

const MAP: &str = "{\"x\":\"1\",\"y\":2,\"z\":{\"deep\":true}}";

/// What a target holds by one entry of `dataFrom`, with more in its spec.
fn from(site: &Site<'_>, entry: &Value, target: &Value) {
    site.store(&json!({ "m": MAP, "app/one": "1", "app/two": "2", "other": "3" }));
    site.ask("es", &json!({ "dataFrom": [entry], "target": target }));
}

fn pairs() -> Value {
    json!({ "extract": { "key": "m" } })
}

fn all() -> Value {
    json!({ "find": { "name": { "regexp": "^app/" } } })
}

/// The entry with its keys rewritten.
fn rewritten(mut entry: Value, source: &str, target: &str) -> Value {
    entry["rewrite"] = json!([{ "regexp": { "source": source, "target": target } }]);
    entry
}

fn extract(site: &Site<'_>) {
    from(site, &pairs(), &json!({}));
    site.holds("es", &json!({ "x": "1", "y": "2", "z": "{\"deep\":true}" }));
}

fn extract_rewrite(site: &Site<'_>) {
    from(site, &rewritten(pairs(), "^(.)$", "app_$1"), &json!({}));
    let expected = json!({ "app_x": "1", "app_y": "2", "app_z": "{\"deep\":true}" });
    site.holds("es", &expected);
}

fn extract_template(site: &Site<'_>) {
    let target = json!({ "template": { "data": { "t": "{{ .x }}-{{ .y }}" } } });
    from(site, &pairs(), &target);
    site.holds("es", &json!({ "t": "1-2" }));
}

fn find(site: &Site<'_>) {
    from(site, &all(), &json!({}));
    site.holds("es", &json!({ "app_one": "1", "app_two": "2" }));
}

fn find_rewrite(site: &Site<'_>) {
    from(site, &rewritten(all(), "^app_", ""), &json!({}));
    site.holds("es", &json!({ "one": "1", "two": "2" }));
}

fn find_template(site: &Site<'_>) {
    let target = json!({ "template": { "data": { "t": "{{ .app_one }}{{ .app_two }}" } } });
    from(site, &all(), &target);
    site.holds("es", &json!({ "t": "12" }));
}

fn extract_rewrite_invalid(site: &Site<'_>) {
    from(site, &rewritten(pairs(), "^x$", "not/a key"), &json!({}));
    site.failed("es", "InvalidData");
    assert_eq!(site.data("es"), None);
}

fn find_rewrite_invalid(site: &Site<'_>) {
    from(
        site,
        &rewritten(all(), "^app_one$", "not/a key"),
        &json!({}),
    );
    site.failed("es", "InvalidData");
    assert_eq!(site.data("es"), None);
}

/// What holds a NUL byte once it is decoded, asked for under either policy.
fn nul(site: &Site<'_>, spec: impl Fn(&str) -> Value) {
    site.store(&json!({ "n": "YQBi", "m": "{\"x\":\"YQBi\"}" }));
    site.ask("refused", &spec("Fail"));
    site.ask("taken", &spec("Ignore"));
    site.failed("refused", "InvalidData");
    assert_eq!(site.data("refused"), None);
    site.synced("taken");
    let data = site.data("taken").unwrap();
    let mut values = data.as_object().unwrap().values();
    assert!(values.any(|value| value == "a\0b"), "{data}");
}

fn nul_data(site: &Site<'_>) {
    nul(site, |policy| {
        let remote = json!({ "key": "n", "decodingStrategy": "Base64", "nullBytePolicy": policy });
        json!({ "data": [{ "secretKey": "k", "remoteRef": remote }] })
    });
}

fn nul_extract(site: &Site<'_>) {
    nul(site, |policy| {
        let remote = json!({ "key": "m", "decodingStrategy": "Base64", "nullBytePolicy": policy });
        json!({ "dataFrom": [{ "extract": remote }] })
    });
}

fn nul_find(site: &Site<'_>) {
    nul(site, |policy| {
        let find = json!({
            "name": { "regexp": "^n$" }, "decodingStrategy": "Base64", "nullBytePolicy": policy,
        });
        json!({ "dataFrom": [{ "find": find }] })
    });
}
