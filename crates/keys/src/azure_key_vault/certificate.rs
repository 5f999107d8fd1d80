//! A certificate as a login: a statement about ourselves, signed with its key, in the place of a password. The SDK's own needs OpenSSL.
//!
//! Source: the assertion format of Microsoft's directory, in the spelling of the library that SOPS uses (PS256, `x5t#S256`).

use std::fmt;
use std::result::Result;

use async_trait::async_trait;
use aws_lc_rs::digest::{SHA256, digest};
use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::signature::{KeyPair as _, RSA_PSS_SHA256, RsaKeyPair};
use azure_core::error::ErrorKind;
use azure_core::http::ClientMethodOptions;
use azure_core::time::OffsetDateTime;
use azure_core::{Error, Uuid, base64};
use azure_identity::ClientAssertion;
use selkie_crypto::Secret;
use zeroize::Zeroizing;

/// For how long a statement is good, in seconds.
const LIFETIME: i64 = 600;

/// A certificate with its key.
pub(super) struct Certificate {
    key: RsaKeyPair,
    header: String,
    client: String,
    audience: String,
}

impl Certificate {
    /// Reads certificates and their private key out of a text in PEM. The statement is for the directory at `token_address`.
    pub(super) fn read(
        text: &Secret,
        client: &str,
        token_address: &str,
        sends_chain: bool,
    ) -> Result<Self, &'static str> {
        if !is_plain(client) || !is_plain(token_address) {
            return Err("AZURE_CLIENT_ID, AZURE_TENANT_ID or AZURE_AUTHORITY_HOST is none");
        }
        let text = std::str::from_utf8(text.expose());
        let text = text.map_err(|_| "only certificates in PEM are read")?;
        let mut certificates = Vec::new();
        let mut keys = Vec::new();
        for (label, bytes) in blocks(text) {
            match label {
                "CERTIFICATE" => certificates.push(bytes),
                "PRIVATE KEY" | "RSA PRIVATE KEY" => keys.push(bytes),
                _ => {}
            }
        }
        let [key] = keys.as_slice() else {
            return Err("it must have one private key, not encrypted");
        };
        let key = RsaKeyPair::from_pkcs8(key).or_else(|_| RsaKeyPair::from_der(key));
        let key = key.map_err(|_| "its private key is not one of RSA")?;
        let public = key.public_key().as_ref();
        let own = certificates
            .iter()
            .find(|certificate| certificate.windows(public.len()).any(|it| it == public))
            .ok_or("it has no certificate of its private key")?;
        let thumbprint = base64::encode_url_safe(digest(&SHA256, own));
        let chain = if sends_chain {
            let texts: Vec<_> = certificates
                .iter()
                .map(|certificate| format!("\"{}\"", base64::encode(certificate.as_slice())))
                .collect();
            format!(r#","x5c":[{}]"#, texts.join(","))
        } else {
            String::new()
        };
        Ok(Self {
            header: format!(r#"{{"alg":"PS256","typ":"JWT","x5t#S256":"{thumbprint}"{chain}}}"#),
            client: client.to_owned(),
            audience: token_address.to_owned(),
            key,
        })
    }

    fn statement(&self, now: i64) -> Option<String> {
        let Self {
            client, audience, ..
        } = self;
        let (expiry, id) = (now + LIFETIME, Uuid::new_v4());
        let claims = format!(
            r#"{{"aud":"{audience}","exp":{expiry},"iss":"{client}","jti":"{id}","nbf":{now},"sub":"{client}"}}"#
        );
        let parts = [self.header.as_str(), &claims].map(base64::encode_url_safe);
        let signed = parts.join(".");
        let mut signature = vec![0; self.key.public_modulus_len()];
        let random = SystemRandom::new();
        let done = self
            .key
            .sign(&RSA_PSS_SHA256, &random, signed.as_bytes(), &mut signature);
        done.ok()?;
        Some(format!("{signed}.{}", base64::encode_url_safe(signature)))
    }
}

#[async_trait]
impl ClientAssertion for Certificate {
    async fn secret(&self, _: Option<ClientMethodOptions<'_>>) -> azure_core::Result<String> {
        let statement = self.statement(OffsetDateTime::now_utc().unix_timestamp());
        statement.ok_or_else(|| Error::with_message(ErrorKind::Other, "the key does not sign"))
    }
}

impl fmt::Debug for Certificate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Certificate").finish_non_exhaustive()
    }
}

/// Whether a text can stand in JSON as it is.
fn is_plain(text: &str) -> bool {
    let mut bytes = text.bytes();
    bytes.all(|byte| byte.is_ascii_graphic() && byte != b'"' && byte != b'\\')
}

/// Labels and contents of the blocks of a text in PEM; what is none is passed over.
fn blocks(text: &str) -> impl Iterator<Item = (&str, Zeroizing<Vec<u8>>)> {
    text.split("-----BEGIN ").skip(1).filter_map(|rest| {
        let (label, rest) = rest.split_once("-----")?;
        let (body, _) = rest.split_once("-----END ")?;
        let body: Zeroizing<String> = Zeroizing::new(
            body.chars()
                .filter(|it| !it.is_ascii_whitespace())
                .collect(),
        );
        Some((label, Zeroizing::new(base64::decode(body.as_str()).ok()?)))
    })
}

#[cfg(test)]
mod tests;
