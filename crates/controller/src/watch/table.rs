//! What is followed, and how.

use crate::key::Kind;

/// The group and version in which our kinds are read and written: the one that is stored.
pub(crate) const GROUP: &str = "apis/external-secrets.io/v1";

/// What a row is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum What {
    /// An object that is reconciled.
    Object(Kind),
    /// A Secret that an ExternalSecret writes.
    Target,
    /// Something that a store's credentials may come from.
    Source(Source),
    /// A namespace, for its labels.
    Namespace,
}

/// What credentials come from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) enum Source {
    /// A Secret.
    Secret,
    /// A ConfigMap.
    ConfigMap,
    /// An account for which tokens are asked.
    ServiceAccount,
}

/// What a list brings.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum List {
    /// Whole objects.
    Full,
    /// Their metadata.
    Metadata,
    /// Nothing but the point from which changes are followed: whoever reads such an object reads it himself.
    Nothing,
}

/// One row.
#[derive(Debug)]
pub(crate) struct Row {
    /// What it is about.
    pub(crate) what: What,
    /// Group and version.
    pub(crate) group: &'static str,
    /// The kind as paths write it.
    pub(crate) plural: &'static str,
    /// Only those with these labels.
    pub(crate) labels: Option<&'static str>,
    /// What the list brings.
    pub(crate) list: List,
    /// Whether the watch brings metadata alone.
    pub(crate) watch_metadata: bool,
    /// Whether there is one for the whole cluster only, even where some namespaces are followed.
    pub(crate) of_cluster: bool,
}

/// Targets carry this label; its value does not matter, so that somebody who changes it is noticed.
const MANAGED: &str = "reconcile.external-secrets.io/managed";
/// All other Secrets. A store may read those with the label as well; their changes come with the targets'.
const NOT_MANAGED: &str = "!reconcile.external-secrets.io/managed";

const fn ours(kind: Kind) -> Row {
    Row {
        what: What::Object(kind),
        group: GROUP,
        plural: kind.plural(),
        labels: None,
        list: List::Full,
        watch_metadata: false,
        of_cluster: matches!(kind, Kind::ClusterSecretStore),
    }
}

const fn source(source: Source, plural: &'static str, labels: Option<&'static str>) -> Row {
    Row {
        what: What::Source(source),
        group: "api/v1",
        plural,
        labels,
        list: List::Nothing,
        watch_metadata: true,
        of_cluster: false,
    }
}

/// All rows.
pub(crate) static TABLE: [Row; 8] = [
    ours(Kind::SecretStore),
    ours(Kind::ClusterSecretStore),
    ours(Kind::ExternalSecret),
    // Listed whole once, so that what was changed while nobody watched is found without a request for each.
    Row {
        what: What::Target,
        group: "api/v1",
        plural: "secrets",
        labels: Some(MANAGED),
        list: List::Full,
        watch_metadata: true,
        of_cluster: false,
    },
    source(Source::Secret, "secrets", Some(NOT_MANAGED)),
    source(Source::ConfigMap, "configmaps", None),
    source(Source::ServiceAccount, "serviceaccounts", None),
    Row {
        what: What::Namespace,
        group: "api/v1",
        plural: "namespaces",
        labels: None,
        list: List::Metadata,
        watch_metadata: true,
        of_cluster: true,
    },
];
