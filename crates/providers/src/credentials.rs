//! What a store's spec refers to, resolved by the caller and handed in: plain data.
//!
//! Never here: how a reference is resolved, and whether the store may use it.

use std::collections::BTreeMap;
use std::sync::Arc;

use selkie_api::{CaProvider, CaProviderType, Cause, SecretKeySelector};
use selkie_crypto::Secret;

use crate::Failure;

/// Something outside the spec that a provider needs. Names and namespaces are those of the spec; keys and audiences have the provider's defaults.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Reference {
    /// A key of a Secret.
    Secret {
        /// Namespace, if the spec names one.
        namespace: Option<String>,
        /// The object's name.
        name: String,
        /// The key in its data.
        key: String,
    },
    /// A key of a ConfigMap.
    ConfigMap {
        /// Namespace, if the spec names one.
        namespace: Option<String>,
        /// The object's name.
        name: String,
        /// The key in its data.
        key: String,
    },
    /// A token of a ServiceAccount, made for this purpose.
    Token {
        /// Namespace, if the spec names one.
        namespace: Option<String>,
        /// The ServiceAccount's name.
        name: String,
        /// For whom the token is.
        audiences: Vec<String>,
        /// How long it is valid.
        seconds: u32,
    },
    /// A token of a ServiceAccount, of which an annotation says for whom it is.
    AnnotatedToken {
        /// Namespace, if the spec names one.
        namespace: Option<String>,
        /// The ServiceAccount's name.
        name: String,
        /// The annotation.
        annotation: &'static str,
        /// For whom the token is without it.
        otherwise: &'static str,
        /// For whom it is as well.
        audiences: Vec<String>,
        /// How long it is valid.
        seconds: u32,
    },
    /// An annotation of a ServiceAccount.
    Annotation {
        /// Namespace, if the spec names one.
        namespace: Option<String>,
        /// The ServiceAccount's name.
        name: String,
        /// The annotation's name.
        annotation: String,
    },
    /// All keys of a Secret whose label `external-secrets.io/type` has this value: its owner has said that they may be sent to others. They are found
    /// as [`Reference::Secret`].
    Labelled {
        /// Namespace, if the spec names one.
        namespace: Option<String>,
        /// The object's name.
        name: String,
        /// The label's value.
        value: &'static str,
    },
    /// The token that the cluster gives to the process itself.
    OwnToken,
    /// The token by which the process itself proves to a cloud who it is.
    OwnFederatedToken,
    /// What the environment of the process says under this name about its identity in a cloud. It is no secret.
    Variable(&'static str),
}

/// The values of references.
#[derive(Clone, Debug, Default)]
pub struct Credentials(BTreeMap<Reference, Arc<Secret>>);

impl Credentials {
    /// Adds what a reference stands for.
    pub fn insert(&mut self, reference: Reference, value: impl Into<Arc<Secret>>) {
        self.0.insert(reference, value.into());
    }

    /// What a reference stands for, if it stands for anything.
    pub fn find(&self, reference: &Reference) -> Option<&Secret> {
        self.0.get(reference).map(|value| &**value)
    }

    /// All keys of a Secret that were resolved, with their values.
    pub fn all<'c>(
        &'c self,
        namespace: Option<&'c str>,
        name: &'c str,
    ) -> impl Iterator<Item = (&'c str, &'c Arc<Secret>)> {
        self.0
            .iter()
            .filter_map(move |(reference, value)| match reference {
                Reference::Secret {
                    namespace: its,
                    name: known,
                    key,
                } if its.as_deref() == namespace && known == name => Some((key.as_str(), value)),
                _ => None,
            })
    }

    /// What a reference stands for.
    pub fn get(&self, reference: &Reference) -> Result<&Secret, Failure> {
        self.find(reference)
            .ok_or_else(|| Failure::new(Cause::CredentialsMissing, reference.missing()))
    }
}

impl Reference {
    /// A key of a Secret, `default` where the spec names none; `None` for a reference to nothing, which some clients write.
    pub fn secret(selector: &SecretKeySelector, default: &str) -> Option<Self> {
        selector.is_set().then(|| Self::Secret {
            namespace: selector.namespace.clone(),
            name: selector.name.clone(),
            key: selector.key_or(default).to_owned(),
        })
    }

    /// Certificates of authorities, in whichever object they lie.
    pub fn authorities(provider: &CaProvider) -> Self {
        let (namespace, name) = (provider.namespace.clone(), provider.name.clone());
        let key = provider.key.clone().unwrap_or_default();
        match provider.r#type {
            CaProviderType::Secret => Self::Secret {
                namespace,
                name,
                key,
            },
            CaProviderType::ConfigMap => Self::ConfigMap {
                namespace,
                name,
                key,
            },
        }
    }

    /// The namespace that the spec names for it, if it names one.
    pub fn namespace(&self) -> Option<&str> {
        match self {
            Self::Secret { namespace, .. }
            | Self::ConfigMap { namespace, .. }
            | Self::Token { namespace, .. }
            | Self::AnnotatedToken { namespace, .. }
            | Self::Annotation { namespace, .. }
            | Self::Labelled { namespace, .. } => namespace.as_deref(),
            Self::OwnToken | Self::OwnFederatedToken | Self::Variable(_) => None,
        }
    }

    fn missing(&self) -> String {
        match self {
            Self::Secret { name, key, .. } => format!("there is no key {key:?} in Secret {name:?}"),
            Self::ConfigMap { name, key, .. } => {
                format!("there is no key {key:?} in ConfigMap {name:?}")
            }
            Self::Annotation {
                name, annotation, ..
            } => format!("ServiceAccount {name:?} has no annotation {annotation}"),
            Self::Token { name, .. } | Self::AnnotatedToken { name, .. } => {
                format!("there is no token of ServiceAccount {name:?}")
            }
            Self::Labelled { name, .. } => format!("there is no Secret {name:?}"),
            Self::OwnToken | Self::OwnFederatedToken => {
                "there is no token of the process's own".to_owned()
            }
            Self::Variable(name) => format!("the process has no variable {name}"),
        }
    }
}
