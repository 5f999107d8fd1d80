//! What is demanded, by id. Who is asked does not matter here: what a provider cannot hold is left out in the list, with the reason.

mod aws;
mod azure;
mod extract;
mod find;
mod lifecycle;
mod plain;
mod properties;
mod templates;
mod vault;

use serde_json::{Value, json};

use crate::case::Row;

/// Parts of values that occur nowhere by chance, so that a log can be searched for them.
pub(crate) const UNMISTAKABLE: [&str; 3] = ["b3BlbnNzaC1rZXktdjE", "YWRhOmxvdmVsYWNl", "mysecret"];

/// The table.
pub(crate) fn all() -> impl Iterator<Item = &'static Row> {
    [
        plain::ROWS,
        properties::ROWS,
        templates::ROWS,
        extract::ROWS,
        find::ROWS,
        lifecycle::ROWS,
        vault::ROWS,
        aws::ROWS,
        azure::ROWS,
    ]
    .into_iter()
    .flatten()
}

/// An entry of `data`: a property, or the whole value where it is empty.
fn entry(secret_key: &str, key: &str, property: &str) -> Value {
    let mut remote = json!({ "key": key });
    if !property.is_empty() {
        remote["property"] = json!(property);
    }
    json!({ "secretKey": secret_key, "remoteRef": remote })
}
