//! The keys of one vault: real RSA keys in versions.

use std::collections::BTreeMap;

use aws_lc_rs::encoding::{AsDer as _, Pkcs8V1Der};
use aws_lc_rs::rsa::{
    KeySize, OAEP_SHA256_MGF1SHA256, OaepPrivateDecryptingKey, OaepPublicEncryptingKey,
    PrivateDecryptingKey,
};
use aws_lc_rs::signature::{KeyPair as _, RsaKeyPair};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Value, json};

use super::token::now;
use super::vault::{Refused, refused};

/// The keys of one vault, by name.
#[derive(Debug, Default)]
pub struct Keys {
    named: BTreeMap<String, Named>,
}

#[derive(Debug, Default)]
struct Named {
    /// The newest is the last.
    versions: Vec<Version>,
    deleted: bool,
}

/// One version of a key.
#[derive(Debug)]
pub struct Version {
    id: String,
    pair: RsaKeyPair,
    created: i64,
    operations: Vec<String>,
    /// Whether it may be used.
    pub enabled: bool,
    /// When it is no longer used for new data.
    pub expires: Option<i64>,
}

impl Keys {
    /// A new version of a key; its identifier comes back.
    ///
    /// # Panics
    /// If no key can be made, or the key is deleted.
    #[expect(clippy::expect_used, reason = "a suite cannot go on without keys")]
    pub fn make(&mut self, name: &str) -> String {
        let all = [
            "encrypt",
            "decrypt",
            "sign",
            "verify",
            "wrapKey",
            "unwrapKey",
        ];
        let made = self.add(name, all.map(str::to_owned).to_vec());
        made.expect("the key is not deleted").id.clone()
    }

    #[expect(clippy::expect_used, reason = "a suite cannot go on without keys")]
    pub(super) fn add(
        &mut self,
        name: &str,
        operations: Vec<String>,
    ) -> Result<&mut Version, Refused> {
        let named = self.named.entry(name.to_owned()).or_default();
        if named.deleted {
            return Err(refused(
                409,
                "Conflict",
                Some("ObjectIsDeletedButRecoverable"),
            ));
        }
        named.versions.push(Version {
            id: format!("{:032x}", rand::random::<u128>()),
            pair: RsaKeyPair::generate(KeySize::Rsa2048).expect("a key can be made"),
            created: now(),
            operations,
            enabled: true,
            expires: None,
        });
        Ok(named.versions.last_mut().expect("one was added"))
    }

    /// A version of a key that is not deleted; the newest for an empty identifier.
    pub fn find(&mut self, name: &str, id: &str) -> Option<&mut Version> {
        let named = self.named.get_mut(name).filter(|named| !named.deleted)?;
        let mut versions = named.versions.iter_mut().rev();
        versions.find(|version| id.is_empty() || version.id == id)
    }

    /// Deletes a key so that it can be had back.
    pub fn delete(&mut self, name: &str) -> bool {
        let named = self.named.get_mut(name).filter(|named| !named.deleted);
        named.map(|named| named.deleted = true).is_some()
    }

    /// Whether a key is deleted, and not for good.
    pub(super) fn is_deleted(&self, name: &str) -> bool {
        self.named.get(name).is_some_and(|named| named.deleted)
    }

    /// Has a deleted key back.
    pub(super) fn recover(&mut self, name: &str) -> bool {
        let named = self.named.get_mut(name).filter(|named| named.deleted);
        named.map(|named| named.deleted = false).is_some()
    }

    /// Deletes a deleted key for good.
    pub(super) fn purge(&mut self, name: &str) -> bool {
        self.is_deleted(name) && self.named.remove(name).is_some()
    }

    /// The versions of a key as a list shows them.
    pub(super) fn list(&self, vault: &str, name: &str) -> Option<Vec<Value>> {
        let named = self.named.get(name).filter(|named| !named.deleted)?;
        let shown = |version: &Version| json!({"kid": version.address(vault, name), "attributes": version.attributes()});
        Some(named.versions.iter().map(shown).collect())
    }

    /// The newest version of a deleted key.
    pub(super) fn deleted(&self, name: &str) -> Option<&Version> {
        let named = self.named.get(name).filter(|named| named.deleted)?;
        named.versions.last()
    }
}

impl Version {
    pub(super) fn address(&self, vault: &str, name: &str) -> String {
        format!("{vault}/keys/{name}/{}", self.id)
    }

    fn attributes(&self) -> Value {
        let mut attributes = json!({
            "enabled": self.enabled, "created": self.created, "updated": self.created,
            "recoveryLevel": "Recoverable+Purgeable", "recoverableDays": 90,
        });
        if let Some(expires) = self.expires {
            attributes["exp"] = expires.into();
        }
        attributes
    }

    /// The key with its public half.
    pub(super) fn bundle(&self, vault: &str, name: &str) -> Value {
        let public = self.pair.public_key();
        let bytes = |bytes: &[u8]| URL_SAFE_NO_PAD.encode(bytes);
        json!({
            "key": {
                "kid": self.address(vault, name),
                "kty": "RSA",
                "key_ops": self.operations,
                "n": bytes(public.modulus().big_endian_without_leading_zero()),
                "e": bytes(public.exponent().big_endian_without_leading_zero()),
            },
            "attributes": self.attributes(),
            "tags": {},
        })
    }

    /// `encrypt` or `decrypt`, by the vault.
    pub(super) fn operate(&self, operation: &str, value: &[u8]) -> Result<Vec<u8>, Refused> {
        if !self.enabled {
            return Err(refused(403, "Forbidden", Some("KeyDisabled")));
        }
        // What is encrypted already can still be read.
        let is_over = self.expires.is_some_and(|expires| expires <= now());
        if operation == "encrypt" && is_over {
            return Err(refused(403, "Forbidden", Some("KeyExpired")));
        }
        if !self.operations.iter().any(|it| it == operation) {
            return Err(refused(403, "Forbidden", Some("KeyOperationForbidden")));
        }
        let done = match operation {
            "encrypt" => self.encrypt(value),
            _ => self.decrypt(value),
        };
        done.ok_or_else(|| refused(400, "BadParameter", None))
    }

    fn private(&self) -> Option<PrivateDecryptingKey> {
        let key: Pkcs8V1Der<'_> = self.pair.as_der().ok()?;
        PrivateDecryptingKey::from_pkcs8(key.as_ref()).ok()
    }

    fn encrypt(&self, plain: &[u8]) -> Option<Vec<u8>> {
        let key = OaepPublicEncryptingKey::new(self.private()?.public_key()).ok()?;
        let mut room = vec![0; key.ciphertext_size()];
        let written = key.encrypt(&OAEP_SHA256_MGF1SHA256, plain, &mut room, None);
        Some(written.ok()?.to_vec())
    }

    fn decrypt(&self, wrapped: &[u8]) -> Option<Vec<u8>> {
        let key = OaepPrivateDecryptingKey::new(self.private()?).ok()?;
        let mut room = vec![0; key.min_output_size()];
        let written = key.decrypt(&OAEP_SHA256_MGF1SHA256, wrapped, &mut room, None);
        Some(written.ok()?.to_vec())
    }
}
