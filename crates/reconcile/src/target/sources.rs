//! The ConfigMaps and Secrets that hold templates. They lie in the namespace of the ExternalSecret: a reference to them has no other.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use selkie_api::{Cause, SecretTemplate, TemplateFrom, TemplateSource};
use selkie_crypto::Secret;

use crate::data::SecretData;
use crate::failure::Failure;

/// An object that holds templates.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum SourceKey {
    /// A ConfigMap of this name. Only what it has under `data` counts.
    ConfigMap(String),
    /// A Secret of this name.
    Secret(String),
}

/// What became of the attempt to read one.
#[derive(Debug)]
pub enum Source {
    /// Its entries.
    Read(SecretData),
    /// It does not exist.
    Missing,
    /// It could not be read.
    Failed(Failure),
}

/// All that were read.
pub type Sources = BTreeMap<SourceKey, Source>;

/// Those that a template needs.
pub fn needed(template: &SecretTemplate) -> BTreeSet<SourceKey> {
    let entries = template.template_from.iter().flat_map(of);
    entries.map(|(key, _)| key).collect()
}

/// Those of one entry, in the order in which they are rendered.
pub(super) fn of(entry: &TemplateFrom) -> impl Iterator<Item = (SourceKey, &TemplateSource)> {
    let config_map = entry.config_map.as_ref();
    let config_map = config_map.map(|it| (SourceKey::ConfigMap(it.name.clone()), it));
    let secret = entry.secret.as_ref();
    let secret = secret.map(|it| (SourceKey::Secret(it.name.clone()), it));
    config_map.into_iter().chain(secret)
}

/// The entry `key` of one of them.
pub(super) fn text<'s>(
    sources: &'s Sources,
    source: &SourceKey,
    key: &str,
) -> Result<&'s Secret, Failure> {
    let unusable = |what: &str| Failure::new(Cause::InvalidTemplate, format!("{source} {what}"));
    match sources.get(source) {
        Some(Source::Read(entries)) => entries
            .get(key)
            .ok_or_else(|| unusable(&format!("has no key {key:?}"))),
        Some(Source::Missing) => Err(unusable("does not exist")),
        Some(Source::Failed(failure)) => Err(failure.clone()),
        None => Err(unusable("was not read")),
    }
}

impl fmt::Display for SourceKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::ConfigMap(name) => write!(f, "ConfigMap {name:?}"),
            Self::Secret(name) => write!(f, "Secret {name:?}"),
        }
    }
}
