//! What templates make of values, and which are refused.

use selkie_tests::servers::controller::until;
use serde_json::{Value, json};

use super::{Case, case};
use crate::site::{Site, entry};

pub(super) const CASES: &[Case] = &[
    case("templates/rendered", rendered),
    case("templates/precedence", precedence),
    case("templates/keys-and-values", keys_and_values),
    case("templates/literal", literal),
    case("templates/edited", edited),
    case("templates/merge", merge),
    case("templates/path-refused", path_refused),
    case("templates/privileged-refused", privileged_refused),
];

/// Asks for two values and a target with this template.
fn ask(site: &Site<'_>, template: &Value) {
    site.store(&json!({ "a": "one", "b": "two" }));
    let data = [entry("a", "a"), entry("b", "b")];
    site.ask(
        "es",
        &json!({ "data": data, "target": { "template": template } }),
    );
}

fn config_map(site: &Site<'_>, data: &Value) {
    site.cluster.write(&json!({
        "apiVersion": "v1", "kind": "ConfigMap",
        "metadata": { "namespace": site.name, "name": "templates" }, "data": data,
    }));
}

fn from_config_map(key: &str, way: &str) -> Value {
    let items = json!([{ "key": key, "templateAs": way }]);
    json!([{ "configMap": { "name": "templates", "items": items } }])
}

fn rendered(site: &Site<'_>) {
    let template = json!({
        "engineVersion": "v2", "type": "example.com/rendered",
        "metadata": { "labels": { "l": "{{ .a }}" }, "annotations": { "n": "{{ .b | upper }}" } },
        "data": { "t": "{{ .a | upper | b64enc }}" },
    });
    ask(site, &template);
    site.holds("es", &json!({ "t": "T05F" }));
    let secret = site.secret("es").unwrap();
    assert_eq!(secret["type"], "example.com/rendered");
    assert_eq!(secret["metadata"]["labels"]["l"], "one");
    assert_eq!(secret["metadata"]["annotations"]["n"], "TWO");
}

fn precedence(site: &Site<'_>) {
    config_map(site, &json!({ "t": "from {{ .a }}", "u": "from {{ .b }}" }));
    let items = json!([{ "key": "t" }, { "key": "u" }]);
    let template = json!({
        "templateFrom": [{ "configMap": { "name": "templates", "items": items } }],
        "data": { "t": "own {{ .a }}" },
    });
    ask(site, &template);
    site.holds("es", &json!({ "t": "own one", "u": "from two" }));
}

fn keys_and_values(site: &Site<'_>) {
    config_map(site, &json!({ "all": "{{ .a }}-key: {{ .b }}\nnumber: 1" }));
    ask(
        site,
        &json!({ "templateFrom": from_config_map("all", "KeysAndValues") }),
    );
    site.holds("es", &json!({ "one-key": "two", "number": "1" }));
}

fn literal(site: &Site<'_>) {
    let literal = "{{ .a }}-key: {{ .b }}";
    ask(site, &json!({ "templateFrom": [{ "literal": literal }] }));
    site.holds("es", &json!({ "one-key": "two" }));
}

fn edited(site: &Site<'_>) {
    ask(site, &json!({ "data": { "t": "{{ .a }}" } }));
    site.holds("es", &json!({ "t": "one" }));
    ask(site, &json!({ "data": { "u": "{{ .b }}" } }));
    site.holds("es", &json!({ "u": "two" }));
}

fn merge(site: &Site<'_>) {
    ask(
        site,
        &json!({ "mergePolicy": "Merge", "data": { "t": "{{ .a }}{{ .b }}" } }),
    );
    site.holds("es", &json!({ "a": "one", "b": "two", "t": "onetwo" }));
}

/// Whoever refuses it, the API server or the controller, nothing of it is written.
fn refused(site: &Site<'_>, templates: &[Value]) {
    ask(site, &json!({ "data": { "t": "{{ .a }}" } }));
    site.holds("es", &json!({ "t": "one" }));
    site.synced("es");
    let before = site.secret("es").unwrap();
    let object = site.object("es").unwrap();
    for template in templates {
        let mut new = object.clone();
        new["spec"]["target"]["template"] = template.clone();
        let (status, answer) = site.cluster.try_write(&new);
        if status == 200 {
            until("the refusal", || {
                let [status, _, message] = site.ready("es")?;
                (status == "False" && message.contains("InvalidSpec")).then_some(())
            });
            site.cluster.write(&object);
            site.synced("es");
        } else {
            assert_eq!(status, 422, "{answer}");
        }
        assert_eq!(site.secret("es").unwrap(), before, "{template}");
    }
}

fn path_refused(site: &Site<'_>) {
    let literal = "x: y";
    let targets = [
        "spec.rules[0].host",
        "metadata.ownerReferences",
        "stringData",
    ];
    let from =
        targets.map(|target| json!({ "templateFrom": [{ "literal": literal, "target": target }] }));
    refused(site, &from);
}

fn privileged_refused(site: &Site<'_>) {
    let account = "kubernetes.io/service-account-token";
    let name = json!({ "kubernetes.io/service-account.name": "default" });
    let templates = [
        json!({ "type": account, "metadata": { "annotations": name } }),
        json!({ "type": account, "templateFrom": [{ "literal": "a: b", "target": "Annotations" }] }),
        json!({ "type": "bootstrap.kubernetes.io/token" }),
    ];
    refused(site, &templates);
}
