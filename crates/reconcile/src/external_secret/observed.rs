//! What is known of an ExternalSecret and its surroundings when it is planned for. Failures to find something out are data too.
//!
//! Never here: a decision.

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;
use selkie_api::{ExternalSecret, ExternalSecretSpec, ExternalSecretStatus};
use selkie_crypto::Secret;

use super::entries::Place;
use crate::failure::Failure;
use crate::hash;
use crate::ownership::Owner;
use crate::permission::{Standing, StoreKey};
use crate::pipeline::Keys;
use crate::schedule::Phase;
use crate::target::contribution::Digest;
use crate::target::{Existing, Sources};

/// All that a plan is made of.
#[derive(Debug)]
pub struct Observed {
    /// The ExternalSecret.
    pub object: Object,
    /// Its target.
    pub target: Target,
    /// Other Secrets of its namespace that bear its label [`CREATED_BY`](crate::ownership::CREATED_BY).
    pub namesakes: Vec<Namesake>,
    /// What it may expect of the stores that it names. One that is left out does not exist.
    pub stores: BTreeMap<StoreKey, Standing>,
    /// What its entries brought, once they were asked.
    pub fetched: Fetched,
    /// The states of their origins that this was read from, as far as those have a word for it: commits.
    pub revisions: BTreeSet<String>,
    /// The templates that lie elsewhere, once they were asked for.
    pub sources: Sources,
    /// The time.
    pub now: Timestamp,
    /// Where its refreshes lie in their interval: see [`beat`](super::beat).
    pub phase: Phase,
    /// Where all randomness of this refresh comes from.
    pub seed: [u8; 32],
    /// What begins an action of a template, and what ends one.
    pub delimiters: (String, String),
}

/// An ExternalSecret as the cluster has it.
#[derive(Debug, Clone)]
pub struct Object {
    /// Its namespace.
    pub namespace: String,
    /// Its name.
    pub name: String,
    /// Which of all objects that ever had this name.
    pub uid: String,
    /// Counts the changes of its spec.
    pub generation: i64,
    /// Its labels.
    pub labels: BTreeMap<String, String>,
    /// Its annotations.
    pub annotations: BTreeMap<String, String>,
    /// Its finalizers.
    pub finalizers: Vec<String>,
    /// Whether it waits for its finalizers to go.
    pub deleting: bool,
    /// Its spec, or why it cannot be read.
    pub spec: Result<ExternalSecretSpec, Failure>,
    /// Its status.
    pub status: ExternalSecretStatus,
}

/// What is known of a target.
#[derive(Debug)]
pub enum Target {
    /// It does not exist.
    Missing,
    /// Nobody has written it since it was found as it should be, when this is what it should be.
    AsLeft(Digest),
    /// It was read.
    Present(Box<Existing>),
}

/// A Secret that may have been the target in former times.
#[derive(Debug, Clone)]
pub struct Namesake {
    /// Its name.
    pub name: String,
    /// Which of all objects that ever had its name.
    pub uid: String,
    /// The version that was seen.
    pub resource_version: String,
    /// Whether this ExternalSecret is its controller. A copy by hand may bear the label as well.
    pub ours: bool,
}

/// What the entries brought.
#[derive(Debug, Default)]
pub enum Fetched {
    /// They were not asked.
    #[default]
    NotAsked,
    /// An answer for each entry that wants something.
    Asked(BTreeMap<Place, Answer>),
}

/// What an entry brought.
#[derive(Debug)]
pub enum Answer {
    /// A value.
    Value(Secret),
    /// The pairs of one secret.
    Pairs(Vec<(String, Secret)>),
    /// What a search found, each value under its name, and how the provider gives names.
    Found(Keys, Vec<(String, Secret)>),
    /// The provider has no such secret.
    NotFound,
    /// It could not be had.
    Failed(Failure),
}

impl Object {
    /// As its Secret knows it.
    pub fn owner(&self) -> Owner<'_> {
        Owner {
            namespace: &self.namespace,
            name: &self.name,
            uid: &self.uid,
        }
    }

    /// What of it a refresh serves: see [`hash::synced_resource_version`].
    pub fn version(&self) -> String {
        hash::synced_resource_version(self.generation, &self.labels, &self.annotations)
    }
}

impl From<ExternalSecret> for Object {
    fn from(object: ExternalSecret) -> Self {
        let metadata = object.metadata;
        Self {
            namespace: metadata.namespace.unwrap_or_default(),
            name: metadata.name.unwrap_or_default(),
            uid: metadata.uid.unwrap_or_default(),
            generation: metadata.generation.unwrap_or_default(),
            labels: metadata.labels.unwrap_or_default(),
            annotations: metadata.annotations.unwrap_or_default(),
            finalizers: metadata.finalizers.unwrap_or_default(),
            deleting: metadata.deletion_timestamp.is_some(),
            spec: Ok(object.spec),
            status: object.status.unwrap_or_default(),
        }
    }
}
