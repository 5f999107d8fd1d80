//! Which object is meant: kind, namespace, name. Cheap to copy, because namespaces and names are shared.
//!
//! Never here: anything about the object itself.

use std::fmt;
use std::sync::Arc;

/// The kinds that are reconciled.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) enum Kind {
    /// Of one namespace.
    SecretStore,
    /// Of the whole cluster.
    ClusterSecretStore,
    /// What all this is for.
    ExternalSecret,
}

impl Kind {
    /// As manifests write it.
    pub(crate) const fn as_str(self) -> &'static str {
        match self {
            Self::SecretStore => "SecretStore",
            Self::ClusterSecretStore => "ClusterSecretStore",
            Self::ExternalSecret => "ExternalSecret",
        }
    }

    /// As paths write it.
    pub(crate) const fn plural(self) -> &'static str {
        match self {
            Self::SecretStore => "secretstores",
            Self::ClusterSecretStore => "clustersecretstores",
            Self::ExternalSecret => "externalsecrets",
        }
    }

    /// As the labels of metrics and the names of queues write it.
    pub(crate) const fn word(self) -> &'static str {
        match self {
            Self::SecretStore => "secretstore",
            Self::ClusterSecretStore => "clustersecretstore",
            Self::ExternalSecret => "externalsecret",
        }
    }
}

/// A namespace and a name in it. The namespace is empty for objects of the cluster.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) struct Place {
    /// Where it is.
    pub(crate) namespace: Arc<str>,
    /// What it is called there.
    pub(crate) name: Arc<str>,
}

impl Place {
    /// A place by its two names.
    pub(crate) fn new(namespace: impl Into<Arc<str>>, name: impl Into<Arc<str>>) -> Self {
        Self {
            namespace: namespace.into(),
            name: name.into(),
        }
    }

    /// The same name's neighbour.
    pub(crate) fn beside(&self, name: impl Into<Arc<str>>) -> Self {
        Self {
            namespace: Arc::clone(&self.namespace),
            name: name.into(),
        }
    }
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.namespace.is_empty() {
            f.write_str(&self.name)
        } else {
            write!(f, "{}/{}", self.namespace, self.name)
        }
    }
}

/// One object that is reconciled.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) struct Key {
    /// Its kind.
    pub(crate) kind: Kind,
    /// Where it is and what it is called.
    pub(crate) place: Place,
}

impl Key {
    /// An object by its kind and names.
    pub(crate) const fn new(kind: Kind, place: Place) -> Self {
        Self { kind, place }
    }
}

impl fmt::Display for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.kind.as_str(), self.place)
    }
}
