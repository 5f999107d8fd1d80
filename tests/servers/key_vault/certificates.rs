//! The certificates of one vault, in versions. Each is a secret too, with its private key, as in the service.

use std::collections::BTreeMap;

use aws_lc_rs::digest::{SHA1_FOR_LEGACY_USE_ONLY, digest};
use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use serde_json::{Value, json};

use super::secrets::{Secrets, attributes};
use super::token::now;
use super::vault::{Refused, refused};

/// How a certificate in PEM is called in its policy, and in the secret that goes with it.
const PEM: &str = "application/x-pem-file";

/// The certificates of one vault, by name; of each, its versions with the newest at the end.
#[derive(Debug, Default)]
pub struct Certificates {
    named: BTreeMap<String, Vec<CertificateVersion>>,
}

#[derive(Debug)]
struct CertificateVersion {
    id: String,
    der: Vec<u8>,
    created: i64,
    tags: BTreeMap<String, String>,
}

impl Certificates {
    /// Takes a certificate with its private key, in PEM; its identifier comes back.
    ///
    /// # Panics
    /// If it is none.
    #[expect(clippy::expect_used, reason = "a suite cannot go on without it")]
    pub fn put(&mut self, secrets: &mut Secrets, name: &str, pem: &str) -> String {
        let body = json!({"value": STANDARD.encode(pem), "policy": {"secret_props": {"contentType": PEM}}});
        let taken = self.import(secrets, "https://x", name, &body);
        let bundle = taken.expect("it is a certificate with its key");
        let id = bundle["id"].as_str().unwrap_or_default();
        id.rsplit('/').next().unwrap_or_default().to_owned()
    }

    /// Takes what a client brings.
    pub(super) fn import(
        &mut self,
        secrets: &mut Secrets,
        vault: &str,
        name: &str,
        body: &Value,
    ) -> Result<Value, Refused> {
        let bad = || refused(400, "BadParameter", None);
        if body["policy"]["secret_props"]["contentType"] != PEM {
            return Err(bad());
        }
        let text = STANDARD.decode(body["value"].as_str().ok_or_else(bad)?);
        let pem = text.ok().and_then(|text| String::from_utf8(text).ok());
        let pem = &pem.ok_or_else(bad)?;
        let der = block(pem, "CERTIFICATE").ok_or_else(bad)?;
        block(pem, "PRIVATE KEY").ok_or_else(bad)?;
        let secret = secrets.add(name, pem)?;
        secret.manage(PEM);
        secret.update(&json!({"tags": body["tags"]}));
        let version = CertificateVersion {
            id: secret.id().to_owned(),
            der,
            created: now(),
            tags: secret.tags.clone(),
        };
        let bundle = version.bundle(vault, name);
        let versions = self.named.entry(name.to_owned()).or_default();
        versions.push(version);
        Ok(bundle)
    }

    /// A version; the newest for an empty identifier.
    pub(super) fn bundle(&self, vault: &str, name: &str, id: &str) -> Option<Value> {
        let mut versions = self.named.get(name)?.iter().rev();
        let version = versions.find(|version| id.is_empty() || version.id == id)?;
        Some(version.bundle(vault, name))
    }
}

impl CertificateVersion {
    fn bundle(&self, vault: &str, name: &str) -> Value {
        let print = digest(&SHA1_FOR_LEGACY_USE_ONLY, &self.der);
        json!({
            "id": format!("{vault}/certificates/{name}/{}", self.id),
            "kid": format!("{vault}/keys/{name}/{}", self.id),
            "sid": format!("{vault}/secrets/{name}/{}", self.id),
            "x5t": URL_SAFE_NO_PAD.encode(print),
            "cer": STANDARD.encode(&self.der),
            "attributes": attributes(true, self.created, None, None),
            "tags": self.tags,
            "policy": {
                "id": format!("{vault}/certificates/{name}/policy"),
                "secret_props": {"contentType": PEM},
            },
        })
    }
}

fn block(pem: &str, label: &str) -> Option<Vec<u8>> {
    let (_, rest) = pem.split_once(&format!("-----BEGIN {label}-----"))?;
    let (body, _) = rest.split_once("-----END ")?;
    let body: String = body.split_whitespace().collect();
    STANDARD.decode(body).ok()
}
