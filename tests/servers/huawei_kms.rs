//! Huawei Cloud KMS as far as keys are wrapped by it, with real encryption and real signatures: there is no emulator. What the service
//! refuses is refused with its documented codes. Huawei's own client drives it in the suite `keys` before ours does. Nothing here may
//! know our client.

mod signature;

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{SystemTime, UNIX_EPOCH};

use aws_lc_rs::aead::{AES_256_GCM, Aad, NONCE_LEN, Nonce, RandomizedNonceKey};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use rand::RngExt as _;
use serde_json::{Value, json};

use self::signature::hex;
use super::http::{Request, Response};
use super::recorder::Recorder;

/// Who may ask.
pub const ACCESS_KEY: &str = "TESTACCESSKEY";
/// What requests are signed with.
pub const SECRET_KEY: &str = "test-secret-key-that-no-message-shows";
/// A temporary access key, its secret and its token.
pub const TEMPORARY: [&str; 3] = ["TEMPORARYKEY", "temporary-secret", "temporary-token"];
/// Where the keys are.
pub const PROJECT: &str = "0605768a3300d5762f0fc00c1234abcd";
/// The region of the project.
pub const REGION: &str = "eu-test-1";

/// The bytes of a key's id.
const ID: usize = 36;

/// The service of one region, together with the identity service, gone with the process.
#[derive(Debug)]
pub struct HuaweiKms {
    keys: Arc<Mutex<Keys>>,
    recorder: Recorder,
}

type Keys = BTreeMap<String, Held>;

#[derive(Debug)]
struct Held {
    material: [u8; 32],
    /// What is said instead of an answer.
    refusal: Option<Refusal>,
}

/// A status with the code and the message of an error.
type Refusal = (u16, &'static str, &'static str);

const WRONG_SIGNATURE: Refusal = (
    401,
    "APIGW.0301",
    "Incorrect IAM authentication information: verify aksk signature fail",
);
const NOT_ALLOWED: Refusal = (
    403,
    "APIGW.0302",
    "The IAM user is not authorized to access the API.",
);
const NO_SUCH_URL: Refusal = (400, "KMS.0201", "Invalid request URL.");
const NO_JSON: Refusal = (
    400,
    "KMS.0202",
    "Invalid JSON format of the request message.",
);
const MISSING: Refusal = (
    400,
    "KMS.0204",
    "Parameters missing in the request message.",
);
const NO_KEY: Refusal = (400, "KMS.0205", "Invalid key ID.");
const DISABLED: Refusal = (400, "KMS.0209", "The key has been disabled.");
const ENDING: Refusal = (
    400,
    "KMS.0210",
    "The key is in Scheduled deletion state and cannot be used.",
);
const INVALID: Refusal = (400, "KMS.0308", "Invalid parameter.");

impl Default for HuaweiKms {
    fn default() -> Self {
        Self::start()
    }
}

impl HuaweiKms {
    /// Starts one without keys.
    pub fn start() -> Self {
        let keys = Arc::<Mutex<Keys>>::default();
        let held = Arc::clone(&keys);
        let recorder = Recorder::answering(move |request| Ok(respond(request, &held)));
        Self { keys, recorder }
    }

    /// `http://127.0.0.1:PORT`
    pub fn url(&self) -> String {
        self.recorder.url()
    }

    fn keys(&self) -> MutexGuard<'_, Keys> {
        locked(&self.keys)
    }

    /// Makes a key and returns its name, `region:uuid`.
    pub fn create_key(&self) -> String {
        let digits = hex(&rand::rng().random::<[u8; 16]>());
        let parts = [0..8, 8..12, 12..16, 16..20, 20..32].map(|range| &digits[range]);
        let name = format!("{REGION}:{}", parts.join("-"));
        self.add(&name);
        name
    }

    /// Makes a key of this name, `region:uuid`.
    pub fn add(&self, name: &str) {
        let held = Held {
            material: rand::rng().random(),
            refusal: None,
        };
        self.keys().insert(id(name), held);
    }

    /// Disables a key.
    pub fn disable(&self, name: &str) {
        self.refuse(name, DISABLED);
    }

    /// Lets a key wait for its end.
    pub fn schedule_deletion(&self, name: &str) {
        self.refuse(name, ENDING);
    }

    fn refuse(&self, name: &str, refusal: Refusal) {
        if let Some(held) = self.keys().get_mut(&id(name)) {
            held.refusal = Some(refusal);
        }
    }

    /// The last parts of the paths that were asked for since the last time that this was: `encrypt-data`, `decrypt-data`, `projects`.
    pub fn calls(&self) -> Vec<String> {
        let exchanges = self.recorder.take().into_iter();
        let paths = exchanges.map(|(request, _)| path(&request).to_owned());
        paths
            .map(|path| path.rsplit('/').next().unwrap_or_default().to_owned())
            .collect()
    }
}

fn locked(keys: &Mutex<Keys>) -> MutexGuard<'_, Keys> {
    keys.lock().unwrap_or_else(PoisonError::into_inner)
}

fn id(name: &str) -> String {
    name.split(':').next_back().unwrap_or_default().to_owned()
}

fn path(request: &Request) -> &str {
    request.target.split('?').next().unwrap_or_default()
}

fn respond(request: &Request, keys: &Mutex<Keys>) -> Response {
    match answer(request, &locked(keys)) {
        Ok(answer) => Response::json(200, answer.to_string()),
        Err((status, code, message)) => {
            let error = json!({ "error_code": code, "error_msg": message });
            // The gateway puts a code at the top, the service one level below.
            let error = if code.starts_with("KMS") {
                json!({ "error": error })
            } else {
                error
            };
            Response::json(status, error.to_string())
        }
    }
}

fn answer(request: &Request, keys: &Keys) -> Result<Value, Refusal> {
    if !signature::is_good(request, now()) {
        return Err(WRONG_SIGNATURE);
    }
    if request.method == "GET" && path(request) == "/v3/projects" {
        let here = request.target.ends_with(&format!("?name={REGION}"));
        let project = json!({ "id": PROJECT, "name": REGION });
        return Ok(json!({ "projects": if here { vec![project] } else { Vec::new() } }));
    }
    let parts = path(request).strip_prefix("/v1.0/");
    let (project, method) = parts
        .and_then(|parts| parts.split_once("/kms/"))
        .ok_or(NO_SUCH_URL)?;
    if request.method != "POST" {
        return Err(NO_SUCH_URL);
    }
    if project != PROJECT
        || request
            .header("x-project-id")
            .is_some_and(|it| it != project)
    {
        return Err(NOT_ALLOWED);
    }
    let body: Value = serde_json::from_slice(&request.body).map_err(|_| NO_JSON)?;
    let text = |name: &str| body[name].as_str();
    // A key of 256 bits knows one algorithm.
    if text("encryption_algorithm").is_some_and(|it| it != "SYMMETRIC_DEFAULT") {
        return Err(INVALID);
    }
    match method {
        "encrypt-data" => {
            let id = text("key_id").ok_or(MISSING)?;
            let plain = text("plain_text").ok_or(MISSING)?;
            // The documented limit.
            if plain.is_empty() || plain.len() > 4096 {
                return Err(INVALID);
            }
            let sealed = seal(id, usable(keys, id)?, plain.as_bytes());
            Ok(json!({ "key_id": id, "cipher_text": STANDARD.encode(sealed) }))
        }
        "decrypt-data" => {
            let sealed = STANDARD.decode(text("cipher_text").ok_or(MISSING)?);
            let sealed = sealed.map_err(|_| INVALID)?;
            // The ciphertext says by which key; a request may.
            let named = text("key_id").map(|id| usable(keys, id).map(|_| id));
            let named = named.transpose()?;
            let of = std::str::from_utf8(sealed.get(..ID).ok_or(INVALID)?);
            let id = of.map_err(|_| INVALID)?;
            if named.is_some_and(|named| named != id) {
                return Err(INVALID);
            }
            let plain = open(id, usable(keys, id)?, &sealed[ID..]).ok_or(INVALID)?;
            let encoded = STANDARD.encode(&plain);
            Ok(json!({ "key_id": id, "plain_text": plain, "plain_text_base64": encoded }))
        }
        _ => Err(NO_SUCH_URL),
    }
}

fn usable<'k>(keys: &'k Keys, id: &str) -> Result<&'k Held, Refusal> {
    let held = keys.get(id).ok_or(NO_KEY)?;
    held.refusal.map_or(Ok(held), Err)
}

/// The key's id, the nonce, the ciphertext and the tag.
#[expect(
    clippy::expect_used,
    reason = "the key has its length, and the text is short"
)]
fn seal(id: &str, held: &Held, plain: &[u8]) -> Vec<u8> {
    let key = RandomizedNonceKey::new(&AES_256_GCM, &held.material).expect("32 bytes are a key");
    let mut text = plain.to_vec();
    let nonce = key
        .seal_in_place_append_tag(Aad::from(id), &mut text)
        .expect("short texts are encrypted");
    let nonce: &[u8; NONCE_LEN] = nonce.as_ref();
    [id.as_bytes(), nonce, &text].concat()
}

fn open(id: &str, held: &Held, sealed: &[u8]) -> Option<String> {
    let (nonce, text) = sealed.split_at_checked(NONCE_LEN)?;
    let nonce = Nonce::try_assume_unique_for_key(nonce).ok()?;
    let key = RandomizedNonceKey::new(&AES_256_GCM, &held.material).ok()?;
    let mut text = text.to_vec();
    let plain = key.open_in_place(nonce, Aad::from(id), &mut text).ok()?;
    String::from_utf8(plain.to_vec()).ok()
}

fn now() -> u64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH);
    since.map_or(0, |since| since.as_secs())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_key_seals_another_does_not_open() {
        let held = |byte| Held {
            material: [byte; 32],
            refusal: None,
        };
        let sealed = seal("id", &held(1), b"text");
        let sealed = &sealed[2..];
        assert_eq!(open("id", &held(1), sealed).as_deref(), Some("text"));
        assert_eq!(open("id", &held(2), sealed), None);
        assert_eq!(open("di", &held(1), sealed), None);
        assert_eq!(open("id", &held(1), &[]), None);
    }
}
