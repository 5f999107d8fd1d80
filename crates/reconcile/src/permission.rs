//! May this object use that store, that reference, that namespace? Here is the one place where it is answered; whoever follows a reference asks first.
//!
//! Never here: how a reference is followed, and whether what it names exists.

mod selector;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;
use std::fmt;

use selkie_api::{Cause, NamespaceCondition, ProviderKind, StoreKind, StoreRef, StoreSpec};
use selkie_pattern::Pattern;

use crate::failure::Failure;

/// A store, as an object of some namespace names it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct StoreKey {
    /// Of the namespace or of the cluster.
    pub kind: StoreKind,
    /// Its name.
    pub name: String,
}

/// A namespace as the cluster has it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Namespace {
    /// Its name.
    pub name: String,
    /// Its labels.
    pub labels: BTreeMap<String, String>,
}

/// A store as the cluster has it.
#[derive(Debug, Clone, Copy)]
pub struct StoreSeen<'a> {
    /// Its spec, if it can be read.
    pub spec: Option<&'a StoreSpec>,
    /// Whether its condition `Ready` is true.
    pub ready: bool,
}

/// Which stores a controller serves, and how strictly.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Serves {
    /// Its class.
    pub class: String,
    /// Whether it serves stores of the cluster.
    pub cluster_stores: bool,
    /// Whether only stores are asked whose condition `Ready` is true.
    pub ready_only: bool,
}

/// What an object of a namespace may expect of a store.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Standing {
    /// To be served.
    Usable,
    /// To be served by another controller: this one must not even say that it does not.
    Foreign,
    /// Not to be served.
    Refused(Failure),
}

/// Whom the references of a store may reach.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Scope<'a> {
    /// A SecretStore of this namespace.
    Namespace(&'a str),
    /// A ClusterSecretStore.
    Cluster,
}

/// What an object of `namespace` may expect of the store of this key, which the cluster has, or has not.
pub fn standing(
    key: &StoreKey,
    store: Option<StoreSeen<'_>>,
    namespace: &Namespace,
    serves: &Serves,
) -> Standing {
    let of_cluster = key.kind == StoreKind::ClusterSecretStore;
    if of_cluster && !serves.cluster_stores {
        return Standing::Foreign;
    }
    let refused =
        |cause, what: &str| Standing::Refused(Failure::new(cause, format!("{key} {what}")));
    let Some(store) = store else {
        return refused(Cause::StoreNotReady, "does not exist");
    };
    let Some(spec) = store.spec else {
        return refused(Cause::StoreNotReady, "cannot be read");
    };
    if !is_of_class(spec, &serves.class) {
        return Standing::Foreign;
    }
    // Before anything else is said of the store: who may not use it learns nothing about it.
    if of_cluster {
        match allows(&spec.conditions, namespace) {
            Ok(true) => (),
            Ok(false) => {
                return refused(
                    Cause::Forbidden,
                    &format!("does not allow namespace {:?}", namespace.name),
                );
            }
            Err(broken) => return refused(Cause::InvalidSpec, &broken.to_string()),
        }
    }
    match spec.provider.only() {
        Ok(ProviderKind::Other(name)) => refused(
            Cause::Unsupported,
            &format!("has provider {name:?}, which this controller does not serve"),
        ),
        Err(_) => refused(Cause::StoreNotReady, "has no one provider"),
        Ok(_) if serves.ready_only && !store.ready => refused(Cause::StoreNotReady, "is not ready"),
        Ok(_) => Standing::Usable,
    }
}

/// Whether a controller of this class serves the store.
pub fn is_of_class(spec: &StoreSpec, class: &str) -> bool {
    spec.controller().is_empty() || spec.controller() == class
}

/// Whether one of a ClusterSecretStore's conditions names the namespace, or there is none. The parts of a condition are tried in the order selector,
/// names, expressions, and what fits first decides: a broken expression behind it is not met.
///
/// # Errors
/// If a selector or an expression is met that makes no sense.
pub fn allows(conditions: &[NamespaceCondition], namespace: &Namespace) -> Result<bool, Broken> {
    for (at, condition) in conditions.iter().enumerate() {
        let selected = condition.namespace_selector.as_ref().map(|selector| {
            selector::fits(selector, &namespace.labels).ok_or(Broken::Selector { condition: at })
        });
        if selected.transpose()?.unwrap_or_default()
            || condition.namespaces.contains(&namespace.name)
        {
            return Ok(true);
        }
        for (expression, text) in condition.namespace_regexes.iter().enumerate() {
            let pattern = Pattern::compile(text).map_err(|_| Broken::Expression {
                condition: at,
                expression,
            })?;
            if pattern.is_match(namespace.name.as_bytes()) {
                return Ok(true);
            }
        }
    }
    Ok(conditions.is_empty())
}

/// In which namespace a store's reference lies, on behalf of an object of the namespace `asking`. `None` if only such an object could tell, and none
/// asks.
///
/// # Errors
/// If the reference would leave the namespace of a namespaced store.
pub fn reference<'a>(
    scope: Scope<'a>,
    named: Option<&'a str>,
    asking: Option<&'a str>,
) -> Result<Option<&'a str>, Failure> {
    match (scope, named.filter(|name| !name.is_empty())) {
        (Scope::Namespace(own), None) => Ok(Some(own)),
        (Scope::Namespace(own), Some(named)) if named == own => Ok(Some(own)),
        (Scope::Namespace(_), Some(named)) => Err(Failure::new(
            Cause::Forbidden,
            format!("a SecretStore cannot refer to namespace {named:?}"),
        )),
        (Scope::Cluster, Some(named)) => Ok(Some(named)),
        (Scope::Cluster, None) => Ok(asking),
    }
}

/// In which namespace the certificates lie by which a store's server is believed. Whoever asks must not choose them.
///
/// # Errors
/// As [`reference()`], or if a ClusterSecretStore names no namespace.
pub fn authority<'a>(scope: Scope<'a>, named: Option<&'a str>) -> Result<&'a str, Failure> {
    reference(scope, named, None)?.ok_or_else(|| {
        Failure::new(
            Cause::InvalidSpec,
            "caProvider of a ClusterSecretStore must name a namespace",
        )
    })
}

/// A part of a condition that makes no sense, by its place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Broken {
    /// An operator that does not exist, or that goes with other values.
    Selector {
        /// Place of the condition.
        condition: usize,
    },
    /// Not a regular expression.
    Expression {
        /// Place of the condition.
        condition: usize,
        /// Place of the expression in it.
        expression: usize,
    },
}

impl fmt::Display for Broken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Selector { condition } => {
                write!(f, "has a selector that is none: conditions[{condition}]")
            }
            Self::Expression {
                condition,
                expression,
            } => write!(
                f,
                "has a regular expression that is none: conditions[{condition}].namespaceRegexes[{expression}]"
            ),
        }
    }
}

impl From<&StoreRef> for StoreKey {
    fn from(reference: &StoreRef) -> Self {
        Self {
            kind: reference.kind(),
            name: reference.name.clone(),
        }
    }
}

impl fmt::Display for StoreKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {:?}", self.kind.as_str(), self.name)
    }
}
