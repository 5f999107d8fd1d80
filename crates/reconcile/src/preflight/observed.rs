//! What was found in a cluster, as far as the decision needs it.

use std::collections::BTreeMap;
use std::fmt;

use jiff::Timestamp;

use super::Unserved;

/// Everything that is looked at.
#[derive(Clone, Debug, Default)]
pub struct Observed {
    /// The peer's definitions that are there, by name, and whose they are.
    pub definitions: BTreeMap<String, Option<Owner>>,
    /// The newest state of each Helm release that something of the peer belongs to. One that is in none of Helm's records is missing.
    pub releases: BTreeMap<Owner, Release>,
    /// The peer's webhooks that are there.
    pub webhooks: Vec<Webhook>,
    /// The peer's workloads.
    pub workloads: Vec<Workload>,
    /// Leases of the name that the peer's has.
    pub leases: Vec<Lease>,
    /// Every store.
    pub stores: Vec<Store>,
    /// Objects that only the peer serves, apart from stores.
    pub unserved: BTreeMap<Unserved, Vec<Object>>,
}

/// A Helm release by its names.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Owner {
    /// Where Helm keeps it.
    pub namespace: String,
    /// What it is called there.
    pub name: String,
}

/// What Helm has stored of a release.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Release {
    /// It was removed, and its history was kept.
    Uninstalled,
    /// It is there, and nobody can read it.
    Unreadable,
    /// It is there.
    Installed {
        /// The name of its chart.
        chart: String,
        /// The version of its chart.
        version: String,
        /// The definitions in its manifest, and whether Helm leaves them in place when it removes the release.
        definitions: BTreeMap<String, bool>,
    },
}

/// A configuration of a webhook.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Webhook {
    /// Its name.
    pub name: String,
    /// Whether somebody answers behind its services.
    pub is_served: bool,
}

/// A Deployment of the peer's.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Workload {
    /// Where it is.
    pub namespace: String,
    /// What it is called there.
    pub name: String,
    /// How many Pods it asks for.
    pub replicas: i64,
    /// The class of stores that it serves.
    pub class: String,
}

/// A Lease of the peer's name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Lease {
    /// Where it is.
    pub namespace: String,
    /// What it is called there.
    pub name: String,
    /// Who holds it; empty if it was given back.
    pub holder: String,
    /// When it was renewed.
    pub renewed: Option<Timestamp>,
}

/// An object by its kind and names.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Object {
    /// Its kind.
    pub kind: String,
    /// Empty for an object of the cluster.
    pub namespace: String,
    /// What it is called there.
    pub name: String,
}

/// A store.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Store {
    /// Its kind and names.
    pub object: Object,
    /// The class that serves it; empty if every controller does.
    pub class: String,
    /// The name of its provider, if that is one that we do not serve.
    pub foreign: Option<String>,
}

impl fmt::Display for Owner {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.namespace, self.name)
    }
}

impl fmt::Display for Object {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            kind,
            namespace,
            name,
        } = self;
        if namespace.is_empty() {
            write!(f, "{kind} {name}")
        } else {
            write!(f, "{kind} {namespace}/{name}")
        }
    }
}
