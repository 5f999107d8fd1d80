//! Files of credentials as Google makes them: who is in them, and the signature of a service account. Never here: the network.

use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::rsa::KeyPair;
use aws_lc_rs::signature::RSA_PKCS1_SHA256;
use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use serde::Deserialize;
use serde_json::json;
use zeroize::{Zeroize, ZeroizeOnDrop, Zeroizing};

use crate::{Cause, Fault};

/// What a token is for.
pub(super) const SCOPE: &str = "https://www.googleapis.com/auth/cloud-platform";

/// How long a signed token is valid, in seconds: the longest that Google takes.
pub(super) const HOUR: u64 = 3600;

/// The fields of all kinds of files that can be used; which of them are there depends on the kind.
#[derive(Deserialize, Zeroize, ZeroizeOnDrop)]
struct File {
    #[serde(rename = "type", default)]
    kind: String,
    #[serde(default)]
    client_email: String,
    #[serde(default)]
    private_key: String,
    #[serde(default)]
    private_key_id: String,
    #[serde(default)]
    client_id: String,
    #[serde(default)]
    client_secret: String,
    #[serde(default)]
    refresh_token: String,
    token_uri: Option<String>,
    quota_project_id: Option<String>,
    universe_domain: Option<String>,
}

/// Who a file stands for.
pub(super) struct Account {
    pub(super) who: Who,
    /// Who pays for the requests, if not the owner of the key.
    pub(super) quota_project: Option<String>,
    /// The cloud that it belongs to, if not Google's own.
    pub(super) universe_domain: Option<String>,
}

pub(super) enum Who {
    Service(ServiceAccount),
    User(User),
}

/// A service account: its tokens are signed here.
pub(super) struct ServiceAccount {
    email: String,
    key_id: String,
    key: KeyPair,
}

/// A person who has logged in with `gcloud auth application-default login`: tokens are exchanged for this.
#[derive(ZeroizeOnDrop)]
pub(super) struct User {
    pub(super) client_id: String,
    pub(super) client_secret: String,
    pub(super) refresh_token: String,
    pub(super) token_uri: Option<String>,
}

impl Account {
    /// Reads the JSON text that is from `source`.
    pub(super) fn read(text: &[u8], source: &str) -> Result<Self, Fault> {
        let setting = |what: &str| Fault::new(Cause::Setting(format!("{source} {what}")));
        let mut file: File = serde_json::from_slice(text)
            .map_err(|_| setting("is neither a file nor the JSON text of credentials"))?;
        let mut take = |field: fn(&mut File) -> &mut String| std::mem::take(field(&mut file));
        let who = match take(|file| &mut file.kind).as_str() {
            "service_account" => {
                let pem = Zeroizing::new(take(|file| &mut file.private_key));
                let key = der(&pem).and_then(|der| KeyPair::from_pkcs8(&der).ok());
                Who::Service(ServiceAccount {
                    email: take(|file| &mut file.client_email),
                    key_id: take(|file| &mut file.private_key_id),
                    key: key.ok_or_else(|| setting("holds no RSA key in PKCS #8"))?,
                })
            }
            "authorized_user" => Who::User(User {
                client_id: take(|file| &mut file.client_id),
                client_secret: take(|file| &mut file.client_secret),
                refresh_token: take(|file| &mut file.refresh_token),
                token_uri: file.token_uri.take(),
            }),
            _ => {
                return Err(setting(
                    "is of a type that cannot be used: service_account and authorized_user can",
                ));
            }
        };
        Ok(Self {
            who,
            quota_project: file.quota_project_id.take(),
            universe_domain: file.universe_domain.take(),
        })
    }
}

impl ServiceAccount {
    /// A token that the account signs for itself, without asking anybody.
    pub(super) fn sign(&self, now: u64) -> Result<Zeroizing<String>, Fault> {
        let header = json!({"alg": "RS256", "typ": "JWT", "kid": self.key_id});
        let claims = json!({
            "iss": self.email,
            "sub": self.email,
            "scope": SCOPE,
            "iat": now,
            "exp": now + HOUR,
        });
        let part = |value: &serde_json::Value| URL_SAFE_NO_PAD.encode(value.to_string());
        let mut token = Zeroizing::new(format!("{}.{}", part(&header), part(&claims)));
        let mut signature = vec![0; self.key.public_modulus_len()];
        self.key
            .sign(
                &RSA_PKCS1_SHA256,
                &SystemRandom::new(),
                token.as_bytes(),
                &mut signature,
            )
            .map_err(|_| {
                Fault::new(Cause::Setting(
                    "the key of the service account cannot sign".to_owned(),
                ))
            })?;
        token.push('.');
        token.push_str(&URL_SAFE_NO_PAD.encode(&signature));
        Ok(token)
    }
}

/// The bytes inside a PEM text.
fn der(pem: &str) -> Option<Zeroizing<Vec<u8>>> {
    const BEGIN: &str = "-----BEGIN PRIVATE KEY-----";
    const END: &str = "-----END PRIVATE KEY-----";
    let (_, body) = pem.split_once(BEGIN)?;
    let (body, _) = body.split_once(END)?;
    let body: Zeroizing<String> =
        Zeroizing::new(body.chars().filter(|c| !c.is_whitespace()).collect());
    STANDARD.decode(body.as_bytes()).ok().map(Zeroizing::new)
}
