//! All pairs of a value.

use serde_json::json;

use super::entry;
use crate::case::{Case, Remote, Row};
use crate::place::Place;

pub(super) static ROWS: &[Row] = &[
    Row {
        id: "JSONDataFromSync",
        case: all_pairs,
    },
    Row {
        id: "JSONDataFromExtractProperty",
        case: pairs_of_a_property,
    },
    Row {
        id: "JSONDataFromRewrite",
        case: rewritten,
    },
    Row {
        id: "DecodingPolicySync",
        case: decoded,
    },
];

fn flat() -> Vec<Remote> {
    vec![Remote::new("one", r#"{"bar":"<second>","foo":"first"}"#)]
}

fn all_pairs(place: &Place<'_>) -> Case {
    let spec = json!({ "dataFrom": [{ "extract": { "key": place.key("one") } }] });
    Case::new(flat(), spec, &[("foo", "first"), ("bar", "<second>")])
}

fn pairs_of_a_property(place: &Place<'_>) -> Case {
    let value = r#"{"nested":{"name":"foo","number":80,"truth":true},"other":"x"}"#;
    let extract = json!({ "key": place.key("one"), "property": "nested" });
    let spec = json!({ "dataFrom": [{ "extract": extract }] });
    let wanted = [("name", "foo"), ("number", "80"), ("truth", "true")];
    Case::new(vec![Remote::new("one", value)], spec, &wanted)
}

fn rewritten(place: &Place<'_>) -> Case {
    let spec = json!({ "dataFrom": [{
        "extract": { "key": place.key("one") },
        "rewrite": [{ "regexp": { "source": "(.*)", "target": "my_$1" } }],
    }]});
    Case::new(flat(), spec, &[("my_foo", "first"), ("my_bar", "<second>")])
}

/// `c2VjcmV0` is `secret` to whoever decodes it.
fn decoded(place: &Place<'_>) -> Case {
    let secrets = vec![
        Remote::new(
            "map",
            r#"{"plain":"$foo$","standard":"c2VjcmV0","url":"P2Zvbz0-fj8_"}"#,
        ),
        Remote::new("one", r#"{"value":"c2VjcmV0"}"#),
    ];
    let with = |key: &str, strategy: &str| {
        let mut entry = entry(key, &place.key("one"), "value");
        entry["remoteRef"]["decodingStrategy"] = json!(strategy);
        entry
    };
    let spec = json!({
        "dataFrom": [{ "extract": { "key": place.key("map"), "decodingStrategy": "Auto" } }],
        "data": [with("decoded", "Base64"), with("kept", "None")],
    });
    let wanted = [
        ("plain", "$foo$"),
        ("standard", "secret"),
        ("url", "?foo=>~??"),
        ("decoded", "secret"),
        ("kept", "c2VjcmV0"),
    ];
    Case::new(secrets, spec, &wanted)
}
