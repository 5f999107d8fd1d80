//! What becomes of a Secret, and of what is said about it, after it was made.

use serde_json::json;

use super::entry;
use crate::case::{Case, Remote, Row, TARGET, Then};
use crate::place::Place;

pub(super) static ROWS: &[Row] = &[
    Row {
        id: "DeletionPolicyDelete",
        case: goes_with_its_source,
    },
    Row {
        id: "StatusNotUpdatedAfterSuccessfulSync",
        case: is_left_alone,
    },
];

fn two() -> (Vec<Remote>, [(&'static str, &'static str); 2]) {
    let secrets = vec![
        Remote::new("one", r#"{"value":"1"}"#),
        Remote::new("two", r#"{"value":"2"}"#),
    ];
    (secrets, [("first", "1"), ("second", "2")])
}

fn goes_with_its_source(place: &Place<'_>) -> Case {
    let (secrets, wanted) = two();
    let spec = json!({
        "target": { "name": TARGET, "deletionPolicy": "Delete" },
        "data": [
            entry("first", &place.key("one"), "value"),
            entry("second", &place.key("two"), "value"),
        ],
    });
    Case::new(secrets, spec, &wanted).then(Then::Goes)
}

fn is_left_alone(place: &Place<'_>) -> Case {
    let (secrets, wanted) = two();
    let spec = json!({
        "refreshInterval": "1h",
        "data": [
            entry("first", &place.key("one"), "value"),
            entry("second", &place.key("two"), "value"),
        ],
    });
    Case::new(secrets, spec, &wanted).then(Then::Quiet)
}
