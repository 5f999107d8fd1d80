//! The secrets of one vault, in versions.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::token::now;
use super::vault::{Refused, refused};

/// The secrets of one vault, by name.
#[derive(Debug, Default)]
pub struct Secrets {
    named: BTreeMap<String, Named>,
}

#[derive(Debug, Default)]
struct Named {
    /// The newest is the last.
    versions: Vec<SecretVersion>,
    deleted: bool,
}

/// One version of a secret.
#[derive(Debug)]
pub struct SecretVersion {
    id: String,
    value: String,
    created: i64,
    content_type: Option<String>,
    /// Whether it belongs to a certificate.
    managed: bool,
    /// Its tags.
    pub tags: BTreeMap<String, String>,
    /// Whether it may be read.
    pub enabled: bool,
    /// When it should no longer be used. It can be read nevertheless.
    pub expires: Option<i64>,
    /// Since when it may be used.
    pub not_before: Option<i64>,
}

impl Secrets {
    /// A new version of a secret with these tags; its identifier comes back.
    ///
    /// # Panics
    /// If the secret is deleted.
    #[expect(clippy::expect_used, reason = "a suite cannot go on without secrets")]
    pub fn put(&mut self, name: &str, value: &str, tags: &[(&str, &str)]) -> String {
        let made = self.add(name, value).expect("the secret is not deleted");
        let tags = tags.iter();
        made.tags = tags
            .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
            .collect();
        made.id.clone()
    }

    #[expect(clippy::expect_used, reason = "one was pushed")]
    pub(super) fn add(&mut self, name: &str, value: &str) -> Result<&mut SecretVersion, Refused> {
        let named = self.named.entry(name.to_owned()).or_default();
        if named.deleted {
            let inner = Some("ObjectIsDeletedButRecoverable");
            return Err(refused(409, "Conflict", inner));
        }
        named.versions.push(SecretVersion {
            id: format!("{:032x}", rand::random::<u128>()),
            value: value.to_owned(),
            created: now(),
            content_type: None,
            managed: false,
            tags: BTreeMap::new(),
            enabled: true,
            expires: None,
            not_before: None,
        });
        Ok(named.versions.last_mut().expect("one was pushed"))
    }

    /// A version of a secret that is not deleted; the newest for an empty identifier.
    pub fn find(&mut self, name: &str, id: &str) -> Option<&mut SecretVersion> {
        let named = self.named.get_mut(name).filter(|named| !named.deleted)?;
        let mut versions = named.versions.iter_mut().rev();
        versions.find(|version| id.is_empty() || version.id == id)
    }

    /// Deletes a secret so that it can be had back.
    pub fn delete(&mut self, name: &str) -> bool {
        let named = self.named.get_mut(name).filter(|named| !named.deleted);
        named.map(|named| named.deleted = true).is_some()
    }

    /// Has a deleted secret back.
    pub(super) fn recover(&mut self, name: &str) -> bool {
        let named = self.named.get_mut(name).filter(|named| named.deleted);
        named.map(|named| named.deleted = false).is_some()
    }

    /// Deletes a deleted secret for good.
    pub(super) fn purge(&mut self, name: &str) -> bool {
        let is_deleted = self.named.get(name).is_some_and(|named| named.deleted);
        is_deleted && self.named.remove(name).is_some()
    }

    /// The newest version of a deleted secret.
    pub(super) fn deleted(&self, name: &str) -> Option<&SecretVersion> {
        let named = self.named.get(name).filter(|named| named.deleted)?;
        named.versions.last()
    }

    /// All secrets that are not deleted, as a list shows them: the newest version of each, without value and version.
    pub(super) fn list(&self, vault: &str) -> Vec<Value> {
        let shown = self.named.iter().filter(|(_, named)| !named.deleted);
        let shown = shown.filter_map(|(name, named)| {
            let newest = named.versions.last()?;
            Some(newest.item(&format!("{vault}/secrets/{name}")))
        });
        shown.collect()
    }

    /// The versions of a secret as a list shows them.
    pub(super) fn versions(&self, vault: &str, name: &str) -> Vec<Value> {
        let named = self.named.get(name).filter(|named| !named.deleted);
        let versions = named.into_iter().flat_map(|named| &named.versions);
        versions
            .map(|version| version.item(&version.address(vault, name)))
            .collect()
    }
}

impl SecretVersion {
    /// What a client says about it, as far as it says anything.
    pub(super) fn update(&mut self, body: &Value) {
        let attributes = &body["attributes"];
        self.enabled = attributes["enabled"].as_bool().unwrap_or(self.enabled);
        self.expires = attributes["exp"].as_i64().or(self.expires);
        self.not_before = attributes["nbf"].as_i64().or(self.not_before);
        if let Some(kind) = body["contentType"].as_str() {
            self.content_type = Some(kind.to_owned());
        }
        if let Some(tags) = body["tags"].as_object() {
            let tags = tags.iter();
            self.tags = tags
                .map(|(name, value)| (name.clone(), value.as_str().unwrap_or_default().to_owned()))
                .collect();
        }
    }

    /// Says that it belongs to a certificate.
    pub(super) fn manage(&mut self, content_type: &str) {
        self.managed = true;
        self.content_type = Some(content_type.to_owned());
    }

    /// Its identifier.
    pub(super) fn id(&self) -> &str {
        &self.id
    }

    fn address(&self, vault: &str, name: &str) -> String {
        format!("{vault}/secrets/{name}/{}", self.id)
    }

    fn item(&self, id: &str) -> Value {
        let mut item = json!({
            "id": id,
            "attributes": attributes(self.enabled, self.created, self.expires, self.not_before),
            "tags": self.tags,
        });
        if let Some(kind) = &self.content_type {
            item["contentType"] = kind.clone().into();
        }
        if self.managed {
            item["managed"] = true.into();
            item["kid"] = id.replace("/secrets/", "/keys/").into();
        }
        item
    }

    /// Without its value.
    pub(super) fn properties(&self, vault: &str, name: &str) -> Value {
        self.item(&self.address(vault, name))
    }

    /// With its value, unless it is disabled.
    pub(super) fn bundle(&self, vault: &str, name: &str) -> Result<Value, Refused> {
        if !self.enabled {
            return Err(refused(403, "Forbidden", Some("SecretDisabled")));
        }
        let mut bundle = self.properties(vault, name);
        bundle["value"] = self.value.clone().into();
        Ok(bundle)
    }
}

/// What the service says about anything.
pub(super) fn attributes(
    enabled: bool,
    created: i64,
    expires: Option<i64>,
    not_before: Option<i64>,
) -> Value {
    let mut attributes = json!({
        "enabled": enabled, "created": created, "updated": created,
        "recoveryLevel": "Recoverable+Purgeable", "recoverableDays": 90,
    });
    for (name, time) in [("exp", expires), ("nbf", not_before)] {
        if let Some(time) = time {
            attributes[name] = time.into();
        }
    }
    attributes
}
