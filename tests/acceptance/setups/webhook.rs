//! A server that answers with a value, to whoever has its token.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use selkie_tests::servers::http::{Request, Response};
use selkie_tests::servers::stub::Stub;
use serde_json::json;

use super::{Cases, Setup};
use crate::place::Place;

const TOKEN: &str = "mysecret-token";

type Values = Arc<Mutex<BTreeMap<String, String>>>;

/// The server, and what it holds.
pub(crate) struct Hook {
    stub: Stub,
    values: Values,
}

impl Hook {
    pub(crate) fn start() -> Self {
        let values = Values::default();
        let held = Arc::clone(&values);
        let stub = Stub::plain(move |request| answer(request, &lock(&held)));
        Self { stub, values }
    }
}

fn lock(values: &Values) -> MutexGuard<'_, BTreeMap<String, String>> {
    values.lock().unwrap_or_else(PoisonError::into_inner)
}

fn answer(request: &Request, values: &BTreeMap<String, String>) -> Response {
    if request.method == "HEAD" {
        return Response::json(204, "");
    }
    if request.header("authorization") != Some(&format!("Bearer {TOKEN}")) {
        return Response::json(401, "{}");
    }
    let key = request.target.strip_prefix("/v1/").unwrap_or_default();
    match values.get(key) {
        Some(value) => Response::json(200, &**value),
        None => Response::json(404, "{}"),
    }
}

pub(super) static SETUPS: &[Setup] = &[Setup {
    id: "webhook.shared",
    provider: "webhook",
    cases: Cases::Listed,
    put: |place, secrets| {
        let mut values = lock(&place.servers.hook.values);
        let pairs = secrets.iter();
        values.extend(pairs.map(|it| (place.key(it.name), it.value.clone())));
    },
    delete: |place, secrets| {
        let mut values = lock(&place.servers.hook.values);
        for secret in secrets {
            values.remove(&place.key(secret.name));
        }
    },
    store: |place, _| place.store(&spec(place)),
    folder: str::to_owned,
    found: |_, key| key.to_owned(),
}];

fn spec(place: &Place<'_>) -> serde_json::Value {
    let mut token = place.object(
        "v1",
        "Secret",
        "hook",
        json!({ "stringData": { "token": TOKEN } }),
    );
    token["metadata"]["labels"] = json!({ "external-secrets.io/type": "webhook" });
    place.servers.cluster.write(&token);
    let address = place.servers.hook.stub.address();
    json!({ "provider": { "webhook": {
        "url": format!("http://{address}/v1/{{{{ .remoteRef.key }}}}"),
        "headers": { "Authorization": "Bearer {{ .hook.token }}" },
        "result": {
            "jsonPath": "{{ with .remoteRef.property }}$.{{ . }}{{ end }}",
        },
        "secrets": [{ "name": "hook", "secretRef": { "name": "hook" } }],
    }}})
}
