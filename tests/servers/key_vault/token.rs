//! Tokens that only this process can make, and whether one is good.

use std::time::{SystemTime, UNIX_EPOCH};

use aws_lc_rs::hmac;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Value, json};

/// Signs tokens of one kind.
#[derive(Debug)]
pub(super) struct Signer {
    key: hmac::Key,
}

/// Why a token is not good.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Bad {
    Forged,
    Audience,
    Expired,
}

impl Default for Signer {
    fn default() -> Self {
        Self {
            key: hmac::Key::new(hmac::HMAC_SHA256, &rand::random::<[u8; 32]>()),
        }
    }
}

impl Signer {
    /// A token for an audience, good for so many seconds from now.
    pub(super) fn sign(&self, audience: &str, seconds: i64, client: &str) -> String {
        let now = now();
        let claims = json!({
            "aud": audience, "iat": now, "nbf": now, "exp": now + seconds, "appid": client,
        });
        let header = json!({"typ": "JWT", "alg": "HS256"});
        let signed = [header, claims].map(|part| URL_SAFE_NO_PAD.encode(part.to_string()));
        let signed = signed.join(".");
        let tag = hmac::sign(&self.key, signed.as_bytes());
        format!("{signed}.{}", URL_SAFE_NO_PAD.encode(tag))
    }

    /// For whom a token was made.
    pub(super) fn verify(&self, token: &str, audience: &str) -> Result<String, Bad> {
        let (signed, tag) = token.rsplit_once('.').ok_or(Bad::Forged)?;
        let tag = URL_SAFE_NO_PAD.decode(tag).map_err(|_| Bad::Forged)?;
        hmac::verify(&self.key, signed.as_bytes(), &tag).map_err(|_| Bad::Forged)?;
        let claims = claims(signed).ok_or(Bad::Forged)?;
        if claims["aud"] != audience {
            return Err(Bad::Audience);
        }
        if is_over(&claims) {
            return Err(Bad::Expired);
        }
        Ok(claims["appid"].as_str().unwrap_or_default().to_owned())
    }
}

/// The claims of a token whose signature somebody else looks at.
pub(super) fn claims(token: &str) -> Option<Value> {
    let claims = token.split('.').nth(1)?;
    serde_json::from_slice(&URL_SAFE_NO_PAD.decode(claims).ok()?).ok()
}

/// Whether a token's time is over.
pub(super) fn is_over(claims: &Value) -> bool {
    claims["exp"].as_i64().is_none_or(|expiry| expiry <= now())
}

/// Seconds since 1970.
pub(super) fn now() -> i64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH);
    since.map_or(0, |since| since.as_secs().cast_signed())
}
