//! `ExternalSecret`: which values to fetch, from which store, into which Secret.

pub mod data;
pub mod rewrite;
pub mod sync_windows;
pub mod target;
pub mod template;

use k8s_openapi::NamespaceResourceScope;
use k8s_openapi::apimachinery::pkg::apis::meta::v1::Time;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::condition::Condition;
use crate::object::object;
use crate::{rules, schema};
use data::{DataEntry, DataFromEntry};
use sync_windows::SyncWindows;
use target::Target;

object! {
    /// Values of a secret store, kept in a Secret.
    ExternalSecret(ExternalSecretSpec, ExternalSecretStatus), NamespaceResourceScope, "externalsecrets"
}

/// What to fetch, and what to make of it.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(extend("x-kubernetes-validations" = rules::external_secret()))]
pub struct ExternalSecretSpec {
    /// The store of every entry that names none of its own.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub secret_store_ref: Option<StoreRef>,
    /// The Secret that is written.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub target: Option<Target>,
    /// When values are fetched again: Periodic unless it says otherwise.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub refresh_policy: Option<RefreshPolicy>,
    /// How long fetched values stay good, as `1h30m`: an hour unless it says otherwise. With 0 they are fetched once.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(schema_with = "schema::duration")]
    pub refresh_interval: Option<String>,
    /// Times in which values may, or may not, be fetched again merely because the interval is over.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sync_windows: Option<SyncWindows>,
    /// Single values, each with its key in the Secret. They win over `dataFrom`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub data: Vec<DataEntry>,
    /// Many values at once, with the keys that they have in the store. Later entries win.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schemars(length(max = 10_000))]
    pub data_from: Vec<DataFromEntry>,
}

impl ExternalSecretSpec {
    /// What an absent `refreshInterval` means.
    pub const REFRESH_INTERVAL: &str = "1h0m0s";

    /// The store of every entry that names none of its own, if one is named.
    pub fn store(&self) -> Option<&StoreRef> {
        self.secret_store_ref
            .as_ref()
            .filter(|store| store.is_set())
    }

    /// The Secret that is written.
    pub fn target(&self) -> &Target {
        static DEFAULT: Target = Target::DEFAULT;
        self.target.as_ref().unwrap_or(&DEFAULT)
    }

    /// When values are fetched again.
    pub fn refresh_policy(&self) -> RefreshPolicy {
        self.refresh_policy.unwrap_or_default()
    }

    /// How long fetched values stay good, as text: it may be no duration at all.
    pub fn refresh_interval(&self) -> &str {
        self.refresh_interval
            .as_deref()
            .unwrap_or(Self::REFRESH_INTERVAL)
    }
}

/// A store.
#[derive(
    Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "camelCase")]
pub struct StoreRef {
    /// Its name. An empty one is no reference: some clients write one for a reference that is not given.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    #[schemars(schema_with = "schema::object_name")]
    pub name: String,
    /// Its kind: SecretStore unless it says otherwise.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub kind: Option<StoreKind>,
}

impl StoreRef {
    /// Whether it refers to anything.
    pub fn is_set(&self) -> bool {
        !self.name.is_empty()
    }

    /// Its kind.
    pub fn kind(&self) -> StoreKind {
        self.kind.unwrap_or_default()
    }
}

/// The kind of a store.
#[derive(
    Clone,
    Copy,
    Debug,
    Default,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Hash,
    Serialize,
    Deserialize,
    JsonSchema,
)]
pub enum StoreKind {
    /// One of the same namespace.
    #[default]
    SecretStore,
    /// One of the cluster.
    ClusterSecretStore,
}

impl StoreKind {
    /// The word.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::SecretStore => "SecretStore",
            Self::ClusterSecretStore => "ClusterSecretStore",
        }
    }
}

/// When values are fetched again.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub enum RefreshPolicy {
    /// After each `refreshInterval`.
    #[default]
    Periodic,
    /// When spec, labels or annotations of the ExternalSecret change.
    OnChange,
    /// Never, once they were.
    CreatedOnce,
}

/// What has become of it.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct ExternalSecretStatus {
    /// When values were last fetched and written.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("nullable" = true))]
    pub refresh_time: Option<Time>,
    /// Generation, and a hash of labels and annotations, that were last fetched for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub synced_resource_version: Option<String>,
    /// Whether the Secret is as it should be, and if not, why.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub conditions: Vec<Condition>,
    /// The Secret, for programs that bind services by it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub binding: Option<Binding>,
}

/// The Secret that holds what a service is reached with.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(extend("x-kubernetes-map-type" = "atomic"))]
pub struct Binding {
    /// Its name; empty while nothing is bound.
    #[serde(default)]
    pub name: String,
}
