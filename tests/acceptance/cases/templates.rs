//! Templates over fetched values.

use serde_json::{Value, json};

use super::entry;
use crate::case::{Case, Remote, Row, TARGET};
use crate::place::Place;

pub(super) static ROWS: &[Row] = &[
    Row {
        id: "JSONDataWithTemplate",
        case: with_metadata,
    },
    Row {
        id: "JSONDataWithTemplateFromLiteral",
        case: from_literal,
    },
    Row {
        id: "TemplateFromConfigmaps",
        case: from_config_map,
    },
    Row {
        id: "template.rendered",
        case: rendered,
    },
];

/// Two values, and a target made of them by a template.
fn made(place: &Place<'_>, template: &Value, data: &[(&str, &str)]) -> Case {
    let secrets = vec![
        Remote::new("one", r#"{"foo":"foo-val"}"#),
        Remote::new("two", r#"{"bar":"bar-val"}"#),
    ];
    let spec = json!({
        "target": { "name": TARGET, "template": template },
        "data": [
            entry("one", &place.key("one"), "foo"),
            entry("two", &place.key("two"), "bar"),
        ],
    });
    Case::new(secrets, spec, data)
}

fn with_metadata(place: &Place<'_>) -> Case {
    let template = json!({
        "metadata": {
            "labels": { "example": "label" },
            "annotations": { "example": "annotation" },
            "finalizers": ["example.com/kept"],
        },
        "data": { "my-data": "executed: {{ .one }}|{{ .two }}" },
    });
    let case = made(
        place,
        &template,
        &[("my-data", "executed: foo-val|bar-val")],
    );
    case.secret(|secret| {
        secret.labels = json!({ "example": "label" });
        secret.annotations = json!({ "example": "annotation" });
        secret.finalizers = json!(["example.com/kept"]);
    })
}

fn from_literal(place: &Place<'_>) -> Case {
    let template = json!({ "templateFrom": [{ "literal": "executed-{{ .one }}: {{ .two }}" }] });
    made(place, &template, &[("executed-foo-val", "bar-val")])
}

fn from_config_map(place: &Place<'_>) -> Case {
    let items = json!([
        { "key": "value", "templateAs": "Values" },
        { "key": "pairs", "templateAs": "KeysAndValues" },
    ]);
    let template = json!({
        "templateFrom": [{ "configMap": { "name": "templates", "items": items } }],
    });
    let wanted = [
        ("value", "the value {{ is foo-val"),
        ("key-foo-val", "value of bar-val"),
        ("other", "8"),
    ];
    let mut case = made(place, &template, &wanted);
    let data = json!({ "data": {
        "value": "the value {{ \"{{\" }} is {{ .one }}",
        "pairs": "key-{{ .one }}: value of {{ .two }}\nother: 010\n",
        "not-named": "{{ .missing }}",
    }});
    case.beside = vec![place.object("v1", "ConfigMap", "templates", data)];
    case
}

/// Single values and pairs, in functions of both families.
fn rendered(place: &Place<'_>) -> Case {
    let secrets = vec![
        Remote::new("one", "value one"),
        Remote::new("map", r#"{"inner":"{\"foo\":\"bar\"}","plain":"text"}"#),
    ];
    let spec = json!({
        "target": { "name": TARGET, "template": { "engineVersion": "v2", "data": {
            "upper": "{{ .one | upper }}",
            "from": "{{ (.inner | fromJson).foo }}",
            "to": "{{ .inner | fromJson | toJson }}",
            "plain": "{{ .plain | b64enc }}",
        }}},
        "data": [entry("one", &place.key("one"), "")],
        "dataFrom": [{ "extract": { "key": place.key("map") } }],
    });
    let wanted = [
        ("upper", "VALUE ONE"),
        ("from", "bar"),
        ("to", r#"{"foo":"bar"}"#),
        ("plain", "dGV4dA=="),
    ];
    Case::new(secrets, spec, &wanted)
}
