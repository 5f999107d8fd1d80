//! What is known of a store when it is planned for. Never here: a decision.

use jiff::{SignedDuration, Timestamp};
use selkie_api::{ClusterSecretStore, SecretStore, StoreSpec, StoreStatus};

use crate::failure::Failure;

/// All that a plan is made of.
#[derive(Debug)]
pub struct Observed {
    /// The store.
    pub object: Object,
    /// What came of trying it.
    pub tried: Tried,
    /// The class of this controller.
    pub class: String,
    /// How often a store is tried that does not say so itself.
    pub interval: SignedDuration,
    /// The time.
    pub now: Timestamp,
}

/// A store as the cluster has it.
#[derive(Debug, Clone)]
pub struct Object {
    /// Whether it waits for its finalizers to go.
    pub deleting: bool,
    /// Its spec, or why it cannot be read.
    pub spec: Result<StoreSpec, Failure>,
    /// Its status.
    pub status: StoreStatus,
}

/// What came of trying a store.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub enum Tried {
    /// It was not tried.
    #[default]
    Not,
    /// It works.
    Valid,
    /// Nobody can say: the provider cannot, or a reference resolves only for an ExternalSecret.
    Unknown,
    /// There was nothing to try it with: credentials, certificates, settings.
    NoClient(Failure),
    /// It does not answer as it should.
    Invalid(Failure),
}

impl From<SecretStore> for Object {
    fn from(store: SecretStore) -> Self {
        Self {
            deleting: store.metadata.deletion_timestamp.is_some(),
            spec: Ok(store.spec),
            status: store.status.unwrap_or_default(),
        }
    }
}

impl From<ClusterSecretStore> for Object {
    fn from(store: ClusterSecretStore) -> Self {
        Self {
            deleting: store.metadata.deletion_timestamp.is_some(),
            spec: Ok(store.spec),
            status: store.status.unwrap_or_default(),
        }
    }
}
