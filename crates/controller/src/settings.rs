//! What the program was told to be, as plain data. Never here: how it was told.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::time::Duration;

use selkie_providers::Reach;
use selkie_providers::aws::Endpoints;

/// Settings of one run.
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is a flag of its own, by the peer's name"
)]
#[derive(Clone, Debug)]
pub(crate) struct Settings {
    /// Who we are among the replicas.
    pub(crate) instance: String,
    /// Stores of this class are served, and those of none.
    pub(crate) class: String,
    /// Namespaces that are followed; none means all of them.
    pub(crate) namespaces: Vec<String>,
    /// How many objects are reconciled at the same time.
    pub(crate) concurrent: usize,
    /// Whether SecretStores are served.
    pub(crate) secret_stores: bool,
    /// Whether ClusterSecretStores are served.
    pub(crate) cluster_stores: bool,
    /// Whether a store has to prove itself before it is read from.
    pub(crate) flood_gate: bool,
    /// How often a store proves itself that does not say.
    pub(crate) store_interval: Duration,
    /// Where metrics are shown; nowhere if it is `None`.
    pub(crate) metrics: Option<SocketAddr>,
    /// Where the kubelet asks how we are.
    pub(crate) health: Option<SocketAddr>,
    /// Whether metrics have the recommended labels of their object as well.
    pub(crate) extended_labels: bool,
    /// What begins an action of a template, and what ends one.
    pub(crate) delimiters: (String, String),
    /// Where requests to providers may go.
    pub(crate) reach: Reach,
    /// Where services of AWS are asked that are not at AWS's own addresses.
    pub(crate) aws: Endpoints,
    /// The Lease that only one of several replicas holds.
    pub(crate) lease: Option<LeaseName>,
    /// What the environment says about the process's own identity in a cloud.
    pub(crate) own: Own,
}

/// Variables about the process's own identity in a cloud, by name. None of them is a secret.
pub(crate) type Own = BTreeMap<String, String>;

/// Where the Lease is, and who we are.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct LeaseName {
    /// Its namespace.
    pub(crate) namespace: String,
    /// Its name.
    pub(crate) name: String,
    /// Who we are.
    pub(crate) holder: String,
}

impl Settings {
    /// Whether stores of this kind are served.
    pub(crate) const fn serves(&self, kind: crate::key::Kind) -> bool {
        match kind {
            crate::key::Kind::SecretStore => self.secret_stores,
            crate::key::Kind::ClusterSecretStore => self.cluster_stores,
            crate::key::Kind::ExternalSecret => true,
        }
    }
}
