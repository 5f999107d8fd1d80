//! The Secret that an `ExternalSecret` writes, and what becomes of it.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::template::SecretTemplate;
use crate::{rules, schema};

/// The Secret that is written.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(extend("x-kubernetes-validations" = rules::target()))]
pub struct Target {
    /// Its name: that of the ExternalSecret unless it says otherwise.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(schema_with = "schema::object_name")]
    pub name: Option<String>,
    /// Who creates it, and whose it is: Owner unless it says otherwise.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub creation_policy: Option<CreationPolicy>,
    /// What becomes of it when the store has nothing any more: Retain unless it says otherwise.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub deletion_policy: Option<DeletionPolicy>,
    /// Whether it can never be changed once it is there.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub immutable: Option<bool>,
    /// Another kind of object than a Secret, which this controller does not write.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub manifest: Option<Manifest>,
    /// What the Secret looks like. Without it, labels and annotations are those of the ExternalSecret.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub template: Option<SecretTemplate>,
}

impl Target {
    pub(super) const DEFAULT: Self = Self {
        name: None,
        creation_policy: None,
        deletion_policy: None,
        immutable: None,
        manifest: None,
        template: None,
    };

    /// Its name, which is that of the ExternalSecret if none is given.
    pub fn name<'a>(&'a self, external_secret: &'a str) -> &'a str {
        let given = self.name.as_deref().filter(|name| !name.is_empty());
        given.unwrap_or(external_secret)
    }

    /// Who creates it, and whose it is.
    pub fn creation_policy(&self) -> CreationPolicy {
        self.creation_policy.unwrap_or_default()
    }

    /// What becomes of it when the store has nothing any more.
    pub fn deletion_policy(&self) -> DeletionPolicy {
        self.deletion_policy.unwrap_or_default()
    }

    /// Whether it can never be changed once it is there.
    pub fn immutable(&self) -> bool {
        self.immutable.unwrap_or_default()
    }
}

/// A kind of object.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Manifest {
    /// Its group and version.
    #[schemars(length(min = 1))]
    pub api_version: String,
    /// Its kind.
    #[schemars(length(min = 1))]
    pub kind: String,
}

/// Who creates the Secret, and whose it is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub enum CreationPolicy {
    /// It is created, and goes with the ExternalSecret.
    #[default]
    Owner,
    /// It is created, and stays.
    Orphan,
    /// It is never created: values are added to one that is there.
    Merge,
    /// It is created if need be, values are added, and it stays.
    CreateOrMerge,
    /// Nothing is written.
    None,
}

impl CreationPolicy {
    /// The word.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Owner => "Owner",
            Self::Orphan => "Orphan",
            Self::Merge => "Merge",
            Self::CreateOrMerge => "CreateOrMerge",
            Self::None => "None",
        }
    }
}

/// What becomes of the Secret when the store has nothing any more.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub enum DeletionPolicy {
    /// It stays as it is.
    #[default]
    Retain,
    /// It is deleted.
    Delete,
    /// It stays, without the keys that came from the store.
    Merge,
}

impl DeletionPolicy {
    /// The word.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Retain => "Retain",
            Self::Delete => "Delete",
            Self::Merge => "Merge",
        }
    }
}
