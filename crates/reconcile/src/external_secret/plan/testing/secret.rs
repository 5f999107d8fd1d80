//! Secrets of the rows.

use k8s_openapi::apimachinery::pkg::apis::meta::v1::{ManagedFieldsEntry, OwnerReference};
use selkie_api::{CreationPolicy, ExternalSecretSpec};
use selkie_crypto::Secret;
use serde_json::{Map, Value, json};

use crate::data::SecretData;
use crate::external_secret::Object;
use crate::hash;
use crate::ownership::{CREATED_BY, DATA_HASH, MANAGED, YES};
use crate::target::{Existing, OPAQUE};

/// A Secret of a row.
pub(in crate::external_secret::plan) struct SecretRow {
    there: Existing,
    as_left: bool,
    recorded: Option<&'static str>,
}

/// A Secret that nobody manages, with this data: `a=1 b=2`.
pub(in crate::external_secret::plan) fn secret(pairs: &str) -> SecretRow {
    let data: SecretData = pairs
        .split_whitespace()
        .filter_map(|pair| pair.split_once('='))
        .map(|(key, value)| (key.to_owned(), Secret::from(value.to_owned())))
        .collect();
    SecretRow {
        there: Existing {
            uid: "s-1".to_owned(),
            resource_version: "42".to_owned(),
            kind: OPAQUE.to_owned(),
            data,
            ..Existing::default()
        },
        as_left: false,
        recorded: None,
    }
}

impl SecretRow {
    /// As the last refresh left it: marked, owned if the policy says so, every key written by us.
    pub(in crate::external_secret::plan) fn left(mut self) -> Self {
        self.as_left = true;
        self
    }

    /// Of its keys, only these were written by us.
    pub(in crate::external_secret::plan) fn ours(mut self, keys: &'static str) -> Self {
        self.recorded = Some(keys);
        self
    }

    /// Anything else.
    pub(in crate::external_secret::plan) fn with(
        mut self,
        change: impl FnOnce(&mut Existing),
    ) -> Self {
        change(&mut self.there);
        self
    }

    /// Controlled by something of this kind and name.
    pub(in crate::external_secret::plan) fn controlled_by(self, kind: &str, name: &str) -> Self {
        let group = if kind == "ExternalSecret" {
            "external-secrets.io"
        } else {
            "other.io"
        };
        let reference = OwnerReference {
            api_version: format!("{group}/v1"),
            block_owner_deletion: Some(true),
            controller: Some(true),
            kind: kind.to_owned(),
            name: name.to_owned(),
            uid: "u-9".to_owned(),
        };
        self.with(|there| there.owners.push(reference))
    }

    /// It can never change.
    pub(in crate::external_secret::plan) fn immutable(self) -> Self {
        self.with(|there| there.immutable = true)
    }

    /// With this label.
    pub(in crate::external_secret::plan) fn label(self, key: &str, value: &str) -> Self {
        self.with(|there| {
            there.labels.insert(key.to_owned(), value.to_owned());
        })
    }

    /// With this annotation.
    pub(in crate::external_secret::plan) fn annotation(self, key: &str, value: &str) -> Self {
        self.with(|there| {
            there.annotations.insert(key.to_owned(), value.to_owned());
        })
    }

    /// As the cluster has it. What a row changed wins over what a refresh leaves.
    pub(super) fn existing(self, object: &Object, spec: &ExternalSecretSpec) -> Existing {
        let mut there = self.there;
        let owner = object.owner();
        if self.as_left {
            let put =
                |map: &mut std::collections::BTreeMap<String, String>, key: &str, value: String| {
                    map.entry(key.to_owned()).or_insert(value);
                };
            put(&mut there.labels, MANAGED, YES.to_owned());
            put(
                &mut there.annotations,
                DATA_HASH,
                hash::data_hash(&there.data),
            );
            if spec.target().creation_policy() == CreationPolicy::Owner {
                put(&mut there.labels, CREATED_BY, owner.label());
                if there.owners.is_empty() {
                    there.owners.push(owner.reference());
                }
            }
        }
        let all = there.data.keys().cloned().collect::<Vec<_>>().join(" ");
        let recorded = self
            .recorded
            .unwrap_or(if self.as_left { &all } else { "" });
        if self.as_left || self.recorded.is_some() {
            let ours = |keys: &mut dyn Iterator<Item = &str>| {
                let keys = keys.map(|key| (format!("f:{key}"), json!({})));
                Value::Object(keys.collect::<Map<_, _>>())
            };
            let fields = json!({
                "f:data": ours(&mut recorded.split_whitespace()),
                "f:metadata": {
                    "f:labels": ours(&mut there.labels.keys().map(String::as_str)),
                    "f:annotations": ours(&mut there.annotations.keys().map(String::as_str)),
                },
            });
            there
                .records
                .push(record(&hash::field_manager(owner.name), &fields));
        }
        there
    }
}

/// A record of the API server, for what this manager wrote.
pub(in crate::external_secret::plan) fn record(
    manager: &str,
    fields: &Value,
) -> ManagedFieldsEntry {
    serde_json::from_value(json!({
        "manager": manager, "operation": "Update", "apiVersion": "v1", "fieldsType": "FieldsV1", "fieldsV1": fields,
    }))
    .unwrap()
}
