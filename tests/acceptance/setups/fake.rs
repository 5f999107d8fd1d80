//! Values in the store itself.

use serde_json::{Value, json};

use super::{Cases, Setup};
use crate::case::Remote;
use crate::place::Place;

pub(super) static SETUPS: &[Setup] = &[Setup {
    id: "fake.store",
    provider: "fake",
    cases: Cases::Listed,
    put: |_, _| {},
    delete: |place, _| {
        place.servers.cluster.write(&store(place, &[]));
    },
    store,
    folder: str::to_owned,
    found: |_, key| key.to_owned(),
}];

fn store(place: &Place<'_>, secrets: &[Remote]) -> Value {
    let mut data: Vec<Value> = secrets
        .iter()
        .map(|it| json!({ "key": place.key(it.name), "value": it.value }))
        .collect();
    data.push(json!({ "key": "nobody-asks-for", "value": "this" }));
    place.store(&json!({ "provider": { "fake": { "data": data } } }))
}
