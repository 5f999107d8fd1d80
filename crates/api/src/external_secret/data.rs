//! What an `ExternalSecret` fetches: single values, whole secrets, and whatever a search finds.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::StoreRef;
use super::rewrite::Rewrite;
use crate::{rules, schema};

/// One value, and its key in the Secret.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct DataEntry {
    /// Its key in the Secret.
    #[schemars(schema_with = "schema::data_key")]
    pub secret_key: String,
    /// Where the store has it.
    pub remote_ref: RemoteRef,
    /// Another store than that of the spec.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub source_ref: Option<SourceRef>,
}

/// Where a store has a value, and how it is read.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct RemoteRef {
    /// The secret's name in the store.
    pub key: String,
    /// A part of it, by a path whose form depends on the provider.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub property: Option<String>,
    /// A version of it, in the provider's own terms.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub version: Option<String>,
    /// Whether its value is fetched or its metadata: None unless it says otherwise.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub metadata_policy: Option<MetadataPolicy>,
    /// What becomes of characters that keys of a Secret cannot have: Default unless it says otherwise.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub conversion_strategy: Option<ConversionStrategy>,
    /// What values are decoded from: None unless it says otherwise.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub decoding_strategy: Option<DecodingStrategy>,
    /// What becomes of values with a NUL byte: Ignore unless it says otherwise.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub null_byte_policy: Option<NullBytePolicy>,
}

impl RemoteRef {
    /// The part that is meant, if one is: an empty path is none.
    pub fn property(&self) -> Option<&str> {
        self.property.as_deref().filter(|text| !text.is_empty())
    }

    /// The version that is meant, if one is.
    pub fn version(&self) -> Option<&str> {
        self.version.as_deref().filter(|text| !text.is_empty())
    }

    /// Value or metadata.
    pub fn metadata_policy(&self) -> MetadataPolicy {
        self.metadata_policy.unwrap_or_default()
    }

    /// What becomes of characters that keys of a Secret cannot have.
    pub fn conversion_strategy(&self) -> ConversionStrategy {
        self.conversion_strategy.unwrap_or_default()
    }

    /// What values are decoded from.
    pub fn decoding_strategy(&self) -> DecodingStrategy {
        self.decoding_strategy.unwrap_or_default()
    }

    /// What becomes of values with a NUL byte.
    pub fn null_byte_policy(&self) -> NullBytePolicy {
        self.null_byte_policy.unwrap_or_default()
    }
}

/// Many values at once.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(extend("x-kubernetes-validations" = rules::data_from()))]
pub struct DataFromEntry {
    /// All pairs of one secret.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub extract: Option<RemoteRef>,
    /// All secrets that fit.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub find: Option<Find>,
    /// What becomes of their keys, one step after the other.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub rewrite: Vec<Rewrite>,
    /// Another store than that of the spec, or a generator.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub source_ref: Option<SourceRef>,
}

/// A search.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Find {
    /// Where it begins.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub path: Option<String>,
    /// By name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<FindName>,
    /// By tags: all of them must be there.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub tags: BTreeMap<String, String>,
    /// What becomes of characters that keys of a Secret cannot have: Default unless it says otherwise.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub conversion_strategy: Option<ConversionStrategy>,
    /// What values are decoded from: None unless it says otherwise.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub decoding_strategy: Option<DecodingStrategy>,
    /// What becomes of values with a NUL byte: Ignore unless it says otherwise.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub null_byte_policy: Option<NullBytePolicy>,
}

impl Find {
    /// What becomes of characters that keys of a Secret cannot have.
    pub fn conversion_strategy(&self) -> ConversionStrategy {
        self.conversion_strategy.unwrap_or_default()
    }

    /// What values are decoded from.
    pub fn decoding_strategy(&self) -> DecodingStrategy {
        self.decoding_strategy.unwrap_or_default()
    }

    /// What becomes of values with a NUL byte.
    pub fn null_byte_policy(&self) -> NullBytePolicy {
        self.null_byte_policy.unwrap_or_default()
    }
}

/// A search by name.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct FindName {
    /// A regular expression that matches somewhere in the name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub regexp: Option<String>,
}

/// Where an entry's values come from, if not from the store of the spec.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub enum SourceRef {
    /// Another store.
    StoreRef(StoreRef),
    /// A generator, which this controller does not serve.
    GeneratorRef(GeneratorRef),
}

impl SourceRef {
    /// The store, if it is one.
    pub fn store(&self) -> Option<&StoreRef> {
        match self {
            Self::StoreRef(store) => Some(store),
            Self::GeneratorRef(_) => None,
        }
    }

    /// The generator, if it is one.
    pub fn generator(&self) -> Option<&GeneratorRef> {
        match self {
            Self::GeneratorRef(generator) => Some(generator),
            Self::StoreRef(_) => None,
        }
    }
}

/// A generator.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct GeneratorRef {
    /// Its group and version.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub api_version: Option<String>,
    /// Its kind.
    pub kind: String,
    /// Its name.
    #[schemars(schema_with = "schema::object_name")]
    pub name: String,
}

/// Value or metadata.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub enum MetadataPolicy {
    /// The value.
    #[default]
    None,
    /// Tags or metadata.
    Fetch,
}

/// What becomes of characters that keys of a Secret cannot have.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub enum ConversionStrategy {
    /// Each becomes an underscore.
    #[default]
    Default,
    /// Each becomes its number, as `_U002f_`.
    Unicode,
}

/// What values are decoded from.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub enum DecodingStrategy {
    /// They are taken as they are.
    #[default]
    None,
    /// From base64, where they can be.
    Auto,
    /// From base64.
    Base64,
    /// From base64 in the alphabet for addresses.
    Base64URL,
}

/// What becomes of values with a NUL byte.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub enum NullBytePolicy {
    /// They are taken as they are.
    #[default]
    Ignore,
    /// They are an error.
    Fail,
}
