//! References to other objects of the cluster. Whether one may be followed is decided in `reconcile`.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::schema;

/// An entry of a Secret.
#[derive(
    Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "camelCase")]
pub struct SecretKeySelector {
    /// The Secret. An empty name is no reference: some clients write one for a reference that is not given.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    #[schemars(schema_with = "schema::object_name")]
    pub name: String,
    /// Its namespace; only a ClusterSecretStore may name one. Without it, the namespace of whoever asks.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(schema_with = "schema::namespace")]
    pub namespace: Option<String>,
    /// The entry's key.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(schema_with = "schema::data_key")]
    pub key: Option<String>,
}

impl SecretKeySelector {
    /// Whether it refers to anything.
    pub fn is_set(&self) -> bool {
        !self.name.is_empty()
    }

    /// The key, or what stands for it.
    pub fn key_or<'a>(&'a self, default: &'a str) -> &'a str {
        self.key.as_deref().unwrap_or(default)
    }
}

/// An entry of a ConfigMap.
#[derive(
    Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "camelCase")]
pub struct ConfigMapKeySelector {
    /// The ConfigMap.
    #[schemars(schema_with = "schema::object_name")]
    pub name: String,
    /// Its namespace; only a ClusterSecretStore may name one. Without it, the namespace of whoever asks.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(schema_with = "schema::namespace")]
    pub namespace: Option<String>,
    /// The entry's key.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(schema_with = "schema::data_key")]
    pub key: Option<String>,
}

/// A ServiceAccount, for which a token is asked.
#[derive(
    Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "camelCase")]
pub struct ServiceAccountSelector {
    /// The account.
    #[schemars(schema_with = "schema::object_name")]
    pub name: String,
    /// Its namespace; only a ClusterSecretStore may name one. Without it, the namespace of whoever asks.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(schema_with = "schema::namespace")]
    pub namespace: Option<String>,
    /// Whom the token is for, besides those that the login asks for by itself.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub audiences: Vec<String>,
}

/// Where the certificates of authorities lie that a server is believed by.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct CaProvider {
    /// Secret or ConfigMap.
    pub r#type: CaProviderType,
    /// The object.
    #[schemars(schema_with = "schema::object_name")]
    pub name: String,
    /// The entry with certificates in PEM.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(schema_with = "schema::data_key")]
    pub key: Option<String>,
    /// Its namespace: a ClusterSecretStore must name one, a SecretStore has its own.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(schema_with = "schema::namespace")]
    pub namespace: Option<String>,
}

/// The kind of object that holds certificates of authorities.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
pub enum CaProviderType {
    /// A Secret.
    Secret,
    /// A ConfigMap.
    ConfigMap,
}
