//! Cloud KMS as far as its documentation tells, with real encryption and real signatures: there is no emulator. It refuses what the service
//! refuses: no token, a token of nobody's, one that has ended or is for something else, sums that do not fit, keys that are not there,
//! disabled or another account's, ciphertext of another key's. Nothing here may know what a suite expects.

mod account;
mod keys;

use std::sync::{Arc, Mutex, PoisonError};
use std::time::{SystemTime, UNIX_EPOCH};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Map, Value, json};

pub use account::{Account, Accounts, SCOPE};
pub(super) use keys::crc32c;
pub use keys::{Keys, State};

use super::http::{Request, Response};
use super::recorder::Recorder;

/// A running service, gone with the process.
#[derive(Debug)]
pub struct GcpKms {
    /// Its accounts.
    pub accounts: Arc<Accounts>,
    /// Its keys.
    pub keys: Arc<Mutex<Keys>>,
    recorder: Recorder,
}

/// An error as Google words it.
type Refusal = (u16, &'static str, &'static str);

impl Default for GcpKms {
    fn default() -> Self {
        Self::start()
    }
}

impl GcpKms {
    /// Starts one without accounts and keys.
    pub fn start() -> Self {
        let accounts = Arc::new(Accounts::default());
        let keys = Arc::new(Mutex::new(Keys::default()));
        let (known, held) = (Arc::clone(&accounts), Arc::clone(&keys));
        let recorder = Recorder::answering(move |request| Ok(answer(request, &known, &held)));
        Self {
            accounts,
            keys,
            recorder,
        }
    }

    /// `http://127.0.0.1:PORT`
    pub fn url(&self) -> String {
        self.recorder.url()
    }

    /// Requests since the last time that this was asked: `POST /v1/…` each.
    pub fn requests(&self) -> Vec<Request> {
        let exchanges = self.recorder.take().into_iter();
        exchanges.map(|(request, _)| request).collect()
    }

    /// Makes a key, or says how it is from now on.
    pub fn set(&self, name: &str, state: State) {
        let mut keys = self.keys.lock().unwrap_or_else(PoisonError::into_inner);
        keys.set(name, state);
    }

    /// A new version of a key, with which it encrypts from now on.
    pub fn rotate(&self, name: &str) {
        let mut keys = self.keys.lock().unwrap_or_else(PoisonError::into_inner);
        keys.rotate(name);
    }
}

fn answer(request: &Request, accounts: &Accounts, keys: &Mutex<Keys>) -> Response {
    let path = request.target.split('?').next().unwrap_or_default();
    match (request.method.as_str(), path) {
        ("POST", "/token") => accounts.exchange(request, now()),
        ("GET", path) if path.starts_with(account::METADATA_PATH) => {
            accounts.metadata(request, path, now())
        }
        _ => {
            let done = method(request, path, accounts, keys);
            let done = done.unwrap_or_else(|(code, status, message)| {
                (
                    code,
                    json!({"error": {"code": code, "message": message, "status": status}}),
                )
            });
            Response::json(done.0, done.1.to_string())
        }
    }
}

/// One of the two methods.
fn method(
    request: &Request,
    path: &str,
    accounts: &Accounts,
    keys: &Mutex<Keys>,
) -> Result<(u16, Value), Refusal> {
    let unknown = (
        404,
        "NOT_FOUND",
        "The requested URL was not found on this server.",
    );
    let (name, method) = path
        .strip_prefix("/v1/")
        .and_then(|rest| rest.rsplit_once(':'))
        .ok_or(unknown)?;
    // As clients of Google's write a domain in a project's name.
    let name = name.replace("%3A", ":");
    if request.method != "POST" {
        return Err(unknown);
    }
    let email = accounts.of_request(request, now()).ok_or((
        401,
        "UNAUTHENTICATED",
        "Request had invalid authentication credentials.",
    ))?;
    let body: Map<String, Value> =
        serde_json::from_slice(&request.body).map_err(|_| invalid("Invalid JSON payload."))?;
    let fields: &[&str] = match method {
        "encrypt" => &["name", "plaintext", "plaintextCrc32c"],
        "decrypt" => &["name", "ciphertext", "ciphertextCrc32c"],
        _ => return Err(unknown),
    };
    if body.keys().any(|field| !fields.contains(&field.as_str())) {
        return Err(invalid("Invalid JSON payload received. Unknown name."));
    }
    if !is_resource(&name) {
        return Err(invalid("Resource name is malformed."));
    }
    let content = body.get(fields[1]).and_then(Value::as_str);
    let content = content.and_then(|text| STANDARD.decode(text).ok());
    let content = content.ok_or_else(|| invalid("Base64 decoding failed."))?;
    let sum = body.get(fields[2]);
    if sum.is_some_and(|sum| number(sum) != Some(u64::from(keys::crc32c(&content)))) {
        return Err(invalid("The checksum does not match the data."));
    }
    let keys = keys.lock().unwrap_or_else(PoisonError::into_inner);
    if method == "encrypt" {
        if content.len() > 65_536 {
            return Err(invalid("plaintext is too long."));
        }
        let (version, ciphertext) = keys.encrypt(&name, &email, &content)?;
        Ok((
            200,
            json!({
                "name": format!("{name}/cryptoKeyVersions/{version}"),
                "ciphertext": STANDARD.encode(&ciphertext),
                "ciphertextCrc32c": keys::crc32c(&ciphertext).to_string(),
                "verifiedPlaintextCrc32c": sum.is_some(),
                "protectionLevel": "SOFTWARE",
            }),
        ))
    } else {
        let (is_primary, plaintext) = keys.decrypt(&name, &email, &content)?;
        Ok((
            200,
            json!({
                "plaintext": STANDARD.encode(&plaintext),
                "plaintextCrc32c": keys::crc32c(&plaintext).to_string(),
                "usedPrimary": is_primary,
                "protectionLevel": "SOFTWARE",
            }),
        ))
    }
}

fn is_resource(name: &str) -> bool {
    let parts: Vec<&str> = name.split('/').collect();
    let kinds = ["projects", "locations", "keyRings", "cryptoKeys"];
    parts.len() == 8
        && parts
            .chunks_exact(2)
            .zip(kinds)
            .all(|(pair, kind)| pair[0] == kind && !pair[1].is_empty())
}

/// A sum is a text in JSON, and clients may send a number.
fn number(value: &Value) -> Option<u64> {
    match value {
        Value::String(text) => text.parse().ok(),
        other => other.as_u64(),
    }
}

const fn invalid(message: &'static str) -> Refusal {
    (400, "INVALID_ARGUMENT", message)
}

pub(super) fn now() -> u64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH);
    since.map_or(0, |since| since.as_secs())
}
