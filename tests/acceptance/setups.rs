//! The providers of the matrix, one row for each way to reach one: where its secrets are put, and which store leads to them.

pub(crate) mod aws;
pub(crate) mod azure;
mod fake;
mod kubernetes;
mod sops;
pub(crate) mod vault;
pub(crate) mod webhook;

use serde_json::Value;

use crate::case::Remote;
use crate::place::Place;

/// One way to reach a provider.
pub(crate) struct Setup {
    /// Its id in the list.
    pub(crate) id: &'static str,
    /// The provider, by its name in manifests.
    pub(crate) provider: &'static str,
    pub(crate) cases: Cases,
    /// Puts secrets at the provider, before the store is written.
    pub(crate) put: fn(&Place<'_>, &[Remote]),
    /// Deletes them.
    pub(crate) delete: fn(&Place<'_>, &[Remote]),
    /// The store's manifest, once its credentials are in the namespace.
    pub(crate) store: fn(&Place<'_>, &[Remote]) -> Value,
    /// How a search names a folder.
    pub(crate) folder: fn(folder: &str) -> String,
    /// What a search calls a secret with this key in a folder.
    pub(crate) found: fn(folder: &str, key: &str) -> String,
}

/// Which cases a setup runs.
#[derive(Clone, Copy)]
pub(crate) enum Cases {
    /// All that the list has for its provider, but those with a setup of their own; each has a result of its own.
    Listed,
    /// These, whose results are one.
    These(&'static [&'static str]),
}

/// The table.
pub(crate) fn all() -> impl Iterator<Item = &'static Setup> {
    [
        fake::SETUPS,
        vault::SETUPS,
        kubernetes::SETUPS,
        sops::SETUPS,
        aws::SETUPS,
        azure::SETUPS,
        webhook::SETUPS,
    ]
    .into_iter()
    .flatten()
}
