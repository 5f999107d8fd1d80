//! `SecretStore` and `ClusterSecretStore`: where secrets are fetched from, with which credentials, and for whom. One spec serves both.

use k8s_openapi::apimachinery::pkg::apis::meta::v1::LabelSelector;
use k8s_openapi::{ClusterResourceScope, NamespaceResourceScope};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::condition::Condition;
use crate::object::object;
use crate::schema;
use crate::store::Provider;

object! {
    /// A place that keeps secrets, for one namespace.
    SecretStore(StoreSpec, StoreStatus), NamespaceResourceScope, "secretstores"
}

object! {
    /// A place that keeps secrets, for the cluster.
    ClusterSecretStore(StoreSpec, StoreStatus), ClusterResourceScope, "clustersecretstores"
}

/// Where secrets are fetched from.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct StoreSpec {
    /// The class of the controller that serves this store; empty for any.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub controller: Option<String>,
    /// The provider, with its settings: exactly one.
    pub provider: Provider,
    /// How failed requests are made again.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub retry_settings: Option<RetrySettings>,
    /// How often the store is tried: seconds, or a duration as `5m`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(schema_with = "schema::interval")]
    pub refresh_interval: Option<Interval>,
    /// Which namespaces may use a ClusterSecretStore: those that any of these allows, or all if there is none.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub conditions: Vec<NamespaceCondition>,
}

impl StoreSpec {
    /// The class of the controller that serves this store; empty for any.
    pub fn controller(&self) -> &str {
        self.controller.as_deref().unwrap_or_default()
    }
}

/// How failed requests are made again.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct RetrySettings {
    /// How often.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub max_retries: Option<i32>,
    /// After how long.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub retry_interval: Option<String>,
}

/// A time between two events, as a manifest may give it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Interval {
    /// In seconds.
    Seconds(i64),
    /// As a duration of Go's, unless it is none.
    Text(String),
}

/// Namespaces that may use a ClusterSecretStore: those that any of the three names.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct NamespaceCondition {
    /// By their labels. An empty selector is every namespace.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-kubernetes-map-type" = "atomic"))]
    pub namespace_selector: Option<LabelSelector>,
    /// By their names.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schemars(schema_with = "schema::namespaces")]
    pub namespaces: Vec<String>,
    /// By regular expressions that match somewhere in the name.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub namespace_regexes: Vec<String>,
}

/// Whether a store works.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct StoreStatus {
    /// Whether it works, and if not, why.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub conditions: Vec<Condition>,
    /// Whether secrets can be read from it, written to it, or both.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub capabilities: Option<Capabilities>,
}

/// What can be done with a store's secrets.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub enum Capabilities {
    /// They can be read.
    ReadOnly,
    /// They can be written.
    WriteOnly,
    /// They can be read and written.
    ReadWrite,
}
