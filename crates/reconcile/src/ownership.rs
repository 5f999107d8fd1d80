//! Whose a Secret is, and what of it: labels and annotations that mark it, references to its owner, and the record that the API server keeps of who
//! wrote which field. Everything is as the peer writes it, so that either controller knows the Secrets of the other.
//!
//! Never here: what a Secret should hold.

#[cfg(test)]
mod tests;

use std::collections::BTreeSet;

use k8s_openapi::apimachinery::pkg::apis::meta::v1::{ManagedFieldsEntry, OwnerReference};
use selkie_api::object::{GROUP, VERSION};
use serde_json::Value;

use crate::hash;

/// The label of every Secret that an ExternalSecret writes to; its value is [`YES`].
pub const MANAGED: &str = "reconcile.external-secrets.io/managed";
/// The value of [`MANAGED`].
pub const YES: &str = "true";
/// The label that says which ExternalSecret owns the Secret: [`hash::owner_hash`].
pub const CREATED_BY: &str = "reconcile.external-secrets.io/created-by";
/// The annotation with the hash of the Secret's data: [`hash::data_hash`].
pub const DATA_HASH: &str = "reconcile.external-secrets.io/data-hash";
/// The annotation with the commits, or other states of their origins, that a Secret's values were read from when it was last written. The peer has
/// none such.
pub const SOURCE_REVISION: &str = "selkie.dev/source-revision";
/// The finalizer of an ExternalSecret whose Secret has to be deleted before it.
pub const CLEANUP: &str = "externalsecrets.external-secrets.io/externalsecret-cleanup";

const KIND: &str = "ExternalSecret";

/// An ExternalSecret, as its Secret knows it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Owner<'a> {
    /// Its namespace.
    pub namespace: &'a str,
    /// Its name.
    pub name: &'a str,
    /// Which of all objects that ever had this name.
    pub uid: &'a str,
}

/// Who controls a Secret.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Control<'a> {
    /// Nobody.
    Nobody,
    /// The ExternalSecret in question. Its name decides and not its uid: it may have been made anew.
    Ours,
    /// Another ExternalSecret, of this name.
    OtherExternalSecret(&'a str),
    /// Something else.
    Other {
        /// Its kind.
        kind: &'a str,
        /// Its name.
        name: &'a str,
    },
}

/// The keys of what one manager wrote, by field.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Owned {
    /// Of the data.
    pub data: BTreeSet<String>,
    /// Of the labels.
    pub labels: BTreeSet<String>,
    /// Of the annotations.
    pub annotations: BTreeSet<String>,
}

impl Owner<'_> {
    /// The reference to it that makes it the controller.
    pub fn reference(&self) -> OwnerReference {
        OwnerReference {
            api_version: format!("{GROUP}/{VERSION}"),
            block_owner_deletion: Some(true),
            controller: Some(true),
            kind: KIND.to_owned(),
            name: self.name.to_owned(),
            uid: self.uid.to_owned(),
        }
    }

    /// The value of [`CREATED_BY`].
    pub fn label(&self) -> String {
        hash::owner_hash(self.namespace, self.name)
    }

    /// Whether the reference is to it, in whatever version.
    pub fn is_meant(&self, reference: &OwnerReference) -> bool {
        is_external_secret(reference) && reference.name == self.name
    }

    /// Who controls what has these references.
    pub fn control<'r>(&self, references: &'r [OwnerReference]) -> Control<'r> {
        let controller = references
            .iter()
            .find(|reference| reference.controller == Some(true));
        match controller {
            None => Control::Nobody,
            Some(reference) if self.is_meant(reference) => Control::Ours,
            Some(reference) if is_external_secret(reference) => {
                Control::OtherExternalSecret(&reference.name)
            }
            Some(reference) => Control::Other {
                kind: &reference.kind,
                name: &reference.name,
            },
        }
    }

    /// What it wrote of an object that has these records.
    pub fn owned(&self, records: &[ManagedFieldsEntry]) -> Owned {
        // The peer looks for labels and annotations under the full name even where it writes under the hashed one, and so leaves stale ones behind
        // for names of 28 to 63 characters. Here the name is always that of the writes.
        let manager = hash::field_manager(self.name);
        let mut owned = Owned::default();
        // Old versions of the peer applied where it now updates: an entry counts whatever its operation.
        for record in records
            .iter()
            .filter(|record| record.manager.as_deref() == Some(manager.as_str()))
        {
            let Some(fields) = &record.fields_v1 else {
                continue;
            };
            owned.data.extend(keys(&fields.0, &["f:data"]));
            owned
                .labels
                .extend(keys(&fields.0, &["f:metadata", "f:labels"]));
            owned
                .annotations
                .extend(keys(&fields.0, &["f:metadata", "f:annotations"]));
        }
        owned
    }
}

fn is_external_secret(reference: &OwnerReference) -> bool {
    let group = reference
        .api_version
        .split_once('/')
        .map(|(group, _)| group);
    group == Some(GROUP) && reference.kind == KIND
}

/// The keys below a path of fields. The map itself stands among them as `.`.
fn keys<'f>(fields: &'f Value, path: &[&str]) -> impl Iterator<Item = String> + 'f {
    let map = path
        .iter()
        .try_fold(fields, |fields, name| fields.get(name));
    map.and_then(Value::as_object)
        .into_iter()
        .flat_map(|map| map.keys())
        .filter_map(|key| key.strip_prefix("f:"))
        .map(str::to_owned)
}
