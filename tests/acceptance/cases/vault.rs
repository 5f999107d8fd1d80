//! What is demanded of Vault besides the shared cases.

use serde_json::{Value, json};

use super::entry;
use crate::case::{Case, Remote, Row, Wanted};
use crate::place::Place;
use crate::setups::vault::at_the_mutual_door;

/// In canonical spelling, as Vault sends it.
const VALUE: &str = r#"{"foo":{"nested":{"bar":"mysecret","baz":"bang"}}}"#;

pub(super) static ROWS: &[Row] = &[
    Row {
        id: "vault.wholeValue",
        case: |place| {
            one(
                json!({ "data": [entry("all", &place.key("one"), "")] }),
                &[("all", VALUE)],
            )
        },
    },
    Row {
        id: "vault.nestedProperty",
        case: |place| {
            let data = json!([entry("inner", &place.key("one"), "foo.nested")]);
            one(
                json!({ "data": data }),
                &[("inner", r#"{"bar":"mysecret","baz":"bang"}"#)],
            )
        },
    },
    Row {
        id: "vault.extractNested",
        case: |place| {
            let extract = json!({ "key": place.key("one") });
            let nested = r#"{"nested":{"bar":"mysecret","baz":"bang"}}"#;
            one(
                json!({ "dataFrom": [{ "extract": extract }] }),
                &[("foo", nested)],
            )
        },
    },
    Row {
        id: "vault.extractProperty",
        case: |place| {
            let extract = json!({ "key": place.key("one"), "property": "foo.nested" });
            let wanted = [("bar", "mysecret"), ("baz", "bang")];
            one(json!({ "dataFrom": [{ "extract": extract }] }), &wanted)
        },
    },
    Row {
        id: "vault.noClientCertificate",
        case: without_certificate,
    },
];

fn one(spec: Value, wanted: &[(&str, &str)]) -> Case {
    Case::new(vec![Remote::new("one", VALUE)], spec, wanted)
}

fn without_certificate(place: &Place<'_>) -> Case {
    let spec = json!({ "data": [entry("all", &place.key("one"), "")] });
    Case {
        store: Some(at_the_mutual_door(place)),
        wanted: Wanted::StoreFails("InvalidProviderConfig", "unable to validate store"),
        ..one(spec, &[])
    }
}
