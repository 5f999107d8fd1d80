//! The custom resources that the controller serves: types and schemas, nothing else.
//!
//! Fields are named as in the manifests. What a manifest leaves out is absent here too: defaults are the answers of accessors, never values
//! of a schema, so that an object stays as its author wrote it. What belongs in `reconcile`: what an object means. No client of a cluster may
//! ever be in here.

pub mod cause;
pub mod condition;
pub mod crd;
pub mod external_secret;
pub mod kinds;
pub mod object;
pub mod reference;
pub mod rights;
mod rules;
mod schema;
pub mod secret_store;
pub mod store;

#[cfg(test)]
mod manifests;

pub use cause::Cause;
pub use condition::{Condition, Truth};
pub use external_secret::data::{
    ConversionStrategy, DataEntry, DataFromEntry, DecodingStrategy, Find, FindName, GeneratorRef,
    MetadataPolicy, NullBytePolicy, RemoteRef, SourceRef,
};
pub use external_secret::rewrite::{
    ConflictPolicy, MergeRewrite, MergeStrategy, PriorityPolicy, RegexpRewrite, Rewrite,
    TransformRewrite,
};
pub use external_secret::sync_windows::{SyncWindow, SyncWindowKind, SyncWindows};
pub use external_secret::target::{CreationPolicy, DeletionPolicy, Manifest, Target};
pub use external_secret::template::{
    SecretTemplate, TemplateFrom, TemplateItem, TemplateMergePolicy, TemplateMetadata,
    TemplateScope, TemplateSource, TemplateTarget,
};
pub use external_secret::{
    Binding, ExternalSecret, ExternalSecretSpec, ExternalSecretStatus, RefreshPolicy, StoreKind,
    StoreRef,
};
pub use reference::{
    CaProvider, CaProviderType, ConfigMapKeySelector, SecretKeySelector, ServiceAccountSelector,
};
pub use secret_store::{
    Capabilities, ClusterSecretStore, Interval, NamespaceCondition, RetrySettings, SecretStore,
    StoreSpec, StoreStatus,
};
pub use store::{NotOne, Provider, ProviderKind};
