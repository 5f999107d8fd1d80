//! Who may ask Cloud KMS: service accounts, whose signatures are verified; users, whose refresh tokens are exchanged; the account of the
//! machine. Tokens that were given out are remembered with their end.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use aws_lc_rs::encoding::AsDer as _;
use aws_lc_rs::rsa::{KeyPair, KeySize};
use aws_lc_rs::signature::{KeyPair as _, RSA_PKCS1_2048_8192_SHA256, UnparsedPublicKey};
use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use serde_json::{Value, json};

use crate::servers::form::form;
use crate::servers::http::{Request, Response};

/// What a token must be for.
pub const SCOPE: &str = "https://www.googleapis.com/auth/cloud-platform";
/// What a token that an account signs for itself may be for instead.
const AUDIENCE: &str = "https://cloudkms.googleapis.com/";
/// Where a machine asks about its accounts.
pub(super) const METADATA_PATH: &str = "/computeMetadata/v1/instance/service-accounts/";

/// A service account with its key.
#[derive(Debug)]
pub struct Account {
    /// Its name.
    pub email: String,
    key_id: String,
    pkcs8: Vec<u8>,
}

/// All accounts and tokens.
#[derive(Debug, Default)]
pub struct Accounts {
    /// Public keys by key identifier, with the account.
    services: Mutex<BTreeMap<String, (String, Vec<u8>)>>,
    /// Refresh tokens with the user.
    users: Mutex<BTreeMap<String, String>>,
    /// Access tokens with the account and their end.
    tokens: Mutex<BTreeMap<String, (String, u64)>>,
    /// The machine's account, if it has one.
    machine: Mutex<Option<String>>,
}

const CLIENT: [&str; 2] = ["the-client.apps.example", "the-client-secret"];

#[expect(
    clippy::expect_used,
    reason = "a suite cannot go on without its accounts"
)]
impl Account {
    /// A service account that nobody knows yet.
    ///
    /// # Panics
    /// If no key can be made.
    pub fn new(name: &str) -> Self {
        let key = KeyPair::generate(KeySize::Rsa2048).expect("a key can be made");
        let pkcs8 = key.as_der().expect("a key has an encoding");
        Self {
            email: format!("{name}@project.iam.gserviceaccount.example"),
            key_id: format!("key-of-{name}"),
            pkcs8: pkcs8.as_ref().to_vec(),
        }
    }

    /// The file that Google gives for it.
    pub fn json(&self, token_uri: &str) -> String {
        let body = STANDARD.encode(&self.pkcs8);
        let lines: Vec<&str> = body
            .as_bytes()
            .chunks(64)
            .filter_map(|line| std::str::from_utf8(line).ok())
            .collect();
        let body = lines.join("\n");
        json!({
            "type": "service_account",
            "project_id": "project",
            "private_key_id": self.key_id,
            "private_key": format!("-----BEGIN PRIVATE KEY-----\n{body}\n-----END PRIVATE KEY-----\n"),
            "client_email": self.email,
            "client_id": "1",
            "token_uri": token_uri,
        })
        .to_string()
    }

    /// The same in a file of `folder`.
    ///
    /// # Panics
    /// If it cannot be written.
    pub fn file(&self, folder: &Path, token_uri: &str) -> PathBuf {
        let path = folder.join(format!("{}.json", self.key_id));
        std::fs::write(&path, self.json(token_uri)).expect("a file can be written");
        path
    }
}

#[expect(
    clippy::expect_used,
    reason = "a suite cannot go on without its accounts"
)]
impl Accounts {
    /// Takes a service account in.
    ///
    /// # Panics
    /// If its key is none.
    pub fn add(&self, account: &Account) {
        let key = KeyPair::from_pkcs8(&account.pkcs8).expect("an account has a key");
        let public = key.public_key().as_ref().to_vec();
        let entry = (account.email.clone(), public);
        lock(&self.services).insert(account.key_id.clone(), entry);
    }

    /// A user who has logged in: the file that is left behind.
    pub fn user(&self, email: &str, token_uri: &str) -> String {
        let refresh = format!("refresh-token-of-{email}");
        lock(&self.users).insert(refresh.clone(), email.to_owned());
        json!({
            "type": "authorized_user",
            "client_id": CLIENT[0],
            "client_secret": CLIENT[1],
            "refresh_token": refresh,
            "token_uri": token_uri,
            "quota_project_id": "who-pays",
        })
        .to_string()
    }

    /// An access token for an account, until this second since 1970.
    pub fn give(&self, email: &str, until: u64) -> String {
        let mut tokens = lock(&self.tokens);
        let token = format!("ya29.of-{email}-{}", tokens.len());
        tokens.insert(token.clone(), (email.to_owned(), until));
        token
    }

    /// Gives the machine an account.
    pub fn set_machine(&self, email: &str) {
        *lock(&self.machine) = Some(email.to_owned());
    }

    /// Whose token a request carries.
    pub(in crate::servers) fn of_request(&self, request: &Request, now: u64) -> Option<String> {
        let token = request.header("authorization")?.strip_prefix("Bearer ")?;
        if let Some((email, until)) = lock(&self.tokens).get(token) {
            return (now < *until).then(|| email.clone());
        }
        self.signer(token, now, &|claims| {
            claims["aud"] == AUDIENCE || is_scope(&claims["scope"])
        })
    }

    /// Who signed a token, if the signature is good and the token is for now and for `purpose`.
    fn signer(&self, token: &str, now: u64, purpose: &dyn Fn(&Value) -> bool) -> Option<String> {
        let (signed, signature) = token.rsplit_once('.')?;
        let (header, claims) = signed.split_once('.')?;
        let read = |part: &str| -> Option<Value> {
            serde_json::from_slice(&URL_SAFE_NO_PAD.decode(part).ok()?).ok()
        };
        let (header, claims) = (read(header)?, read(claims)?);
        let services = lock(&self.services);
        let (email, public) = services.get(header["kid"].as_str()?)?;
        let public = UnparsedPublicKey::new(&RSA_PKCS1_2048_8192_SHA256, public);
        let signature = URL_SAFE_NO_PAD.decode(signature).ok()?;
        public.verify(signed.as_bytes(), &signature).ok()?;
        let (made, until) = (claims["iat"].as_u64()?, claims["exp"].as_u64()?);
        let is_good = header["alg"] == "RS256"
            && claims["iss"] == email.as_str()
            // Clocks differ a little.
            && made <= now + 10
            && now < until
            && until - made <= 3600
            && purpose(&claims);
        is_good.then(|| email.clone())
    }

    /// `POST /token`: a refresh token, or what a service account signed.
    pub(in crate::servers) fn exchange(&self, request: &Request, now: u64) -> Response {
        let form = form(&request.body);
        let field = |name: &str| form.get(name).map_or("", String::as_str);
        let email = match field("grant_type") {
            "refresh_token" if [field("client_id"), field("client_secret")] == CLIENT => {
                lock(&self.users).get(field("refresh_token")).cloned()
            }
            "urn:ietf:params:oauth:grant-type:jwt-bearer" => {
                let purpose = |claims: &Value| is_scope(&claims["scope"]);
                self.signer(field("assertion"), now, &purpose)
            }
            _ => None,
        };
        match email {
            Some(email) => self.granted(&email, now),
            None => Response::json(400, r#"{"error":"invalid_grant"}"#),
        }
    }

    /// What the machine is told of its account: who it is, and a token.
    pub(super) fn metadata(&self, request: &Request, path: &str, now: u64) -> Response {
        if request.header("metadata-flavor") != Some("Google") {
            return Response::json(403, "{}");
        }
        let machine = lock(&self.machine).clone();
        let asked = path.strip_prefix(METADATA_PATH);
        let asked = asked.and_then(|rest| rest.split_once('/'));
        match (machine, asked) {
            (Some(email), Some((name, what))) if name == "default" || name == email => match what {
                "token" => self.granted(&email, now),
                "" => {
                    let account =
                        json!({"aliases": ["default"], "email": email, "scopes": [SCOPE]});
                    Response::json(200, account.to_string())
                }
                _ => Response::json(404, "{}"),
            },
            _ => Response::json(404, "{}"),
        }
    }

    fn granted(&self, email: &str, now: u64) -> Response {
        let token = self.give(email, now + 3600);
        let answer = json!({"access_token": token, "expires_in": 3599, "token_type": "Bearer"});
        let mut response = Response::json(200, answer.to_string());
        // By which clients know the metadata server.
        let flavor = ("metadata-flavor".to_owned(), "Google".to_owned());
        response.headers.push(flavor);
        response
    }
}

fn is_scope(claim: &Value) -> bool {
    let scopes = claim.as_str().unwrap_or_default();
    scopes
        .split(' ')
        .any(|scope| scope == SCOPE || scope == "https://www.googleapis.com/auth/cloudkms")
}

fn lock<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
