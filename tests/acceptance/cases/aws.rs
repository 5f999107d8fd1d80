//! What is demanded of AWS besides the shared cases.

use serde_json::{Value, json};

use crate::case::{Case, Remote, Row};
use crate::place::Place;

/// One version after the other.
const VERSIONS: [&str; 5] = ["first", "second", "third", "fourth", "fifth"];

pub(super) static ROWS: &[Row] = &[Row {
    id: "aws.parameterStore.versions",
    case: five_versions,
}];

fn five_versions(place: &Place<'_>) -> Case {
    let key = place.key("versioned");
    let numbered = VERSIONS.iter().zip(1..);
    let data: Vec<Value> = numbered
        .map(|(name, number)| {
            let at = json!({ "key": key, "version": number.to_string() });
            json!({ "secretKey": name, "remoteRef": at })
        })
        .collect();
    let secrets = VERSIONS.map(|value| Remote::new("versioned", value));
    let wanted = VERSIONS.map(|value| (value, value));
    Case::new(secrets.into(), json!({ "data": data }), &wanted)
}
