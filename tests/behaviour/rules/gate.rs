//! A server that speaks as much of Vault's language as a store needs, and keeps those who ask waiting for as long as the test wants.

use std::sync::{Arc, Condvar, Mutex};

use selkie_tests::servers::http::{Request, Response};
use selkie_tests::servers::stub::Stub;
use serde_json::{Value, json};

use crate::objects::secret;
use crate::site::Site;

/// The server.
pub(crate) struct Gated {
    stub: Stub,
    shared: Arc<(Mutex<State>, Condvar)>,
}

struct State {
    /// What every read finds.
    value: String,
    /// Whether whoever comes now has to wait.
    is_closed: bool,
    /// Whether those who wait have to go on doing so.
    holds: bool,
    waiting: usize,
}

impl Gated {
    /// Starts one that lets everybody in.
    pub(crate) fn start(value: &str) -> Self {
        let state = State {
            value: value.to_owned(),
            is_closed: false,
            holds: false,
            waiting: 0,
        };
        let shared = Arc::new((Mutex::new(state), Condvar::new()));
        let door = Arc::clone(&shared);
        let stub = Stub::plain(move |request| answer(&door, request));
        Self { stub, shared }
    }

    /// What reads find from now on.
    pub(crate) fn set(&self, value: &str) {
        value.clone_into(&mut self.shared.0.lock().unwrap().value);
    }

    /// Keeps whoever comes from now on waiting.
    pub(crate) fn close(&self) {
        let mut state = self.shared.0.lock().unwrap();
        (state.is_closed, state.holds) = (true, true);
    }

    /// Lets whoever comes from now on in, and those who wait go on waiting.
    pub(crate) fn let_others_in(&self) {
        self.shared.0.lock().unwrap().is_closed = false;
    }

    /// Lets everybody in.
    pub(crate) fn open(&self) {
        let mut state = self.shared.0.lock().unwrap();
        (state.is_closed, state.holds) = (false, false);
        self.shared.1.notify_all();
    }

    /// How many wait.
    pub(crate) fn waiting(&self) -> usize {
        self.shared.0.lock().unwrap().waiting
    }

    /// Makes it the usual store of a namespace.
    pub(crate) fn serves(&self, site: &Site<'_>) {
        vault_store(site, "store", &format!("http://{}", self.stub.address()));
    }
}

fn answer(shared: &(Mutex<State>, Condvar), request: &Request) -> Response {
    if !request.target.contains("/data/") {
        return Response::json(200, json!({ "data": { "ttl": 3600 } }).to_string());
    }
    let mut state = shared.0.lock().unwrap();
    if state.is_closed {
        state.waiting += 1;
        state = shared.1.wait_while(state, |state| state.holds).unwrap();
        state.waiting -= 1;
    }
    let value = json!({ "data": { "data": { "k": state.value }, "metadata": { "version": 1 } } });
    Response::json(200, value.to_string())
}

/// Makes a store of the namespace that asks a Vault at this address, with a token of its own.
pub(super) fn vault_store(site: &Site<'_>, name: &str, url: &str) {
    let token = secret(
        &site.name,
        "vault-token",
        &json!({ "token": "t0ken-of-a-test" }),
    );
    site.cluster.write(&token);
    site.provider(
        name,
        &vault(url, &json!({ "name": "vault-token", "key": "token" })),
    );
}

/// The block of a provider that asks a Vault with a token that lies there.
pub(crate) fn vault(url: &str, token: &Value) -> Value {
    json!({ "vault": {
        "server": url, "path": "secret", "version": "v2",
        "auth": { "tokenSecretRef": token },
    }})
}

/// An entry of `data` that reads one property.
pub(crate) fn property(key: &str, remote: &str, property: &str) -> Value {
    json!({ "secretKey": key, "remoteRef": { "key": remote, "property": property } })
}
