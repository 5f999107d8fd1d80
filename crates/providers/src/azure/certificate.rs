//! A certificate as a login: a statement about ourselves, signed with its key, in the place of a password.
//!
//! Source: the assertion format of Microsoft's directory, in the spelling of its library for Go (PS256, `x5t#S256`).

use aws_lc_rs::digest::{SHA256, digest};
use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::signature::{KeyPair as _, RSA_PSS_SHA256, RsaKeyPair};
use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use selkie_api::Cause;
use selkie_crypto::Secret;

use crate::Failure;

/// For how long a statement is good, in seconds.
const LIFETIME: u64 = 600;

/// A certificate with its key.
pub(super) struct Certificate {
    key: RsaKeyPair,
    thumbprint: String,
}

impl Certificate {
    /// Reads certificates and their private key out of a text in PEM.
    pub(super) fn read(text: &Secret) -> Result<Self, Failure> {
        let text = str::from_utf8(text.expose());
        let text = text.map_err(|_| unfit("only certificates in PEM are read"))?;
        let (mut certificates, mut keys) = (Vec::new(), Vec::new());
        for (label, bytes) in blocks(text) {
            match label {
                "CERTIFICATE" => certificates.push(bytes),
                "PRIVATE KEY" | "RSA PRIVATE KEY" => keys.push(bytes),
                _ => {}
            }
        }
        let [key] = keys.as_slice() else {
            return Err(unfit("it must have one private key in PEM, not encrypted"));
        };
        let key = RsaKeyPair::from_pkcs8(key.expose())
            .or_else(|_| RsaKeyPair::from_der(key.expose()))
            .map_err(|_| unfit("its private key is not one of RSA"))?;
        let public = key.public_key().as_ref();
        let is_own = |it: &&Secret| it.expose().windows(public.len()).any(|it| it == public);
        let own = certificates.iter().find(is_own);
        let own = own.ok_or_else(|| unfit("it has no certificate of its private key"))?;
        Ok(Self {
            thumbprint: URL_SAFE_NO_PAD.encode(digest(&SHA256, own.expose())),
            key,
        })
    }

    /// Says to the directory at `address` that whoever sends this is the application `client`. Both can stand in JSON as they are.
    pub(super) fn statement(
        &self,
        client: &str,
        address: &str,
        now: u64,
    ) -> Result<Secret, Failure> {
        let broken = || unfit("its key does not sign");
        let random = SystemRandom::new();
        let mut id = [0; 16];
        aws_lc_rs::rand::fill(&mut id).map_err(|_| broken())?;
        let (id, until) = (URL_SAFE_NO_PAD.encode(id), now + LIFETIME);
        let header = format!(
            r#"{{"alg":"PS256","typ":"JWT","x5t#S256":"{}"}}"#,
            self.thumbprint
        );
        let claims = format!(
            r#"{{"aud":"{address}","exp":{until},"iss":"{client}","jti":"{id}","nbf":{now},"sub":"{client}"}}"#
        );
        let signed = [header, claims].map(|part| URL_SAFE_NO_PAD.encode(part));
        let signed = signed.join(".");
        let mut signature = vec![0; self.key.public_modulus_len()];
        let done = self
            .key
            .sign(&RSA_PSS_SHA256, &random, signed.as_bytes(), &mut signature);
        done.map_err(|_| broken())?;
        let statement = format!("{signed}.{}", URL_SAFE_NO_PAD.encode(signature));
        Ok(Secret::from(statement))
    }
}

/// Labels and contents of the blocks of a text in PEM; what is none is passed over.
fn blocks(text: &str) -> impl Iterator<Item = (&str, Secret)> {
    text.split("-----BEGIN ").skip(1).filter_map(|rest| {
        let (label, rest) = rest.split_once("-----")?;
        let (body, _) = rest.split_once("-----END ")?;
        let body: Vec<u8> = body
            .bytes()
            .filter(|byte| !byte.is_ascii_whitespace())
            .collect();
        let body = Secret::from(body);
        let decoded = STANDARD.decode(body.expose()).ok()?;
        Some((label, Secret::from(decoded)))
    })
}

fn unfit(what: &str) -> Failure {
    Failure::new(Cause::InvalidData, format!("clientCertificate: {what}"))
}
