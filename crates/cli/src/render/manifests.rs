//! What the manifests of a run hold, by kind and name: it stands in for a cluster.
//!
//! Never here: what an ExternalSecret comes to.

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;
use std::fmt;

use k8s_openapi::api::core::v1;
use k8s_openapi::apimachinery::pkg::apis::meta::v1::ObjectMeta;
use selkie_api::object::{GROUP, OLD_VERSION, VERSION};
use selkie_api::{Cause, ExternalSecretStatus, StoreKind, StoreSpec};
use selkie_crypto::Secret;
use selkie_reconcile::external_secret::Object as ExternalSecret;
use selkie_reconcile::permission::StoreKey;
use selkie_reconcile::target::Existing;
use selkie_reconcile::{Failure, SecretData};

use super::document::{Document, Object, Origin, Trouble, documents};

/// The label that every namespace has in a cluster, with its name.
const NAMESPACE_NAME: &str = "kubernetes.io/metadata.name";

/// Namespace and name of an object; no namespace for an object of the cluster.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Name {
    pub(super) namespace: String,
    pub(super) name: String,
}

/// Everything that was given.
#[derive(Debug, Default)]
pub(crate) struct Manifests {
    /// ExternalSecrets, in the order in which they were given.
    pub(super) subjects: Vec<Subject>,
    pub(super) stores: BTreeMap<(StoreKind, Name), Store>,
    pub(super) secrets: BTreeMap<Name, Existing>,
    pub(super) config_maps: BTreeMap<Name, ConfigMap>,
    /// Labels of namespaces.
    pub(super) namespaces: BTreeMap<String, BTreeMap<String, String>>,
    /// What could not be read.
    pub(super) troubles: Vec<Trouble>,
    /// Where each object stands, by its kind.
    origins: BTreeMap<(&'static str, Name), Origin>,
}

/// An ExternalSecret.
#[derive(Debug)]
pub(super) struct Subject {
    pub(super) origin: Origin,
    pub(super) object: ExternalSecret,
    /// Whether its manifest says in which namespace it lies.
    pub(super) names_namespace: bool,
}

/// A store.
#[derive(Debug)]
pub(super) struct Store {
    pub(super) origin: Origin,
    pub(super) spec: StoreSpec,
}

/// A ConfigMap.
#[derive(Debug, Default)]
pub(super) struct ConfigMap {
    pub(super) data: BTreeMap<String, String>,
    pub(super) binary: BTreeMap<String, Vec<u8>>,
}

/// The kinds that have a part.
#[derive(Clone, Copy)]
enum Kind {
    ExternalSecret,
    Store(StoreKind),
    Secret,
    ConfigMap,
    Namespace,
}

impl Manifests {
    /// Takes in all manifests of a text. Those that name no namespace lie in `namespace`.
    pub(crate) fn add(&mut self, file: &str, text: &[u8], namespace: &str) {
        for document in documents(file, text) {
            let taken = document.and_then(|it| self.take(it, namespace));
            self.troubles.extend(taken.err());
        }
    }

    /// Whether a text holds a manifest that SOPS or we encrypted.
    pub(crate) fn are_sealed(file: &str, text: &[u8]) -> bool {
        let mut documents = documents(file, text).into_iter().flatten();
        documents.any(|document| is_sealed(&document.object))
    }

    fn take(&mut self, document: Document, namespace: &str) -> Result<(), Trouble> {
        let Document { origin, mut object } = document;
        if is_sealed(&object) {
            let what = "the manifest is encrypted: with --own-keys it is decrypted first";
            return Err(origin.trouble(what));
        }
        let Some(kind) = kind(&object).map_err(|what| origin.trouble(what))? else {
            return Ok(());
        };
        let unreadable = |place: String| {
            let what = format!("{} cannot be read at {place}", kind.as_str());
            origin.trouble(what)
        };
        let metadata: ObjectMeta = object.part("metadata").map_err(unreadable)?;
        let name = Name {
            namespace: match kind {
                Kind::Namespace | Kind::Store(StoreKind::ClusterSecretStore) => String::new(),
                _ => metadata
                    .namespace
                    .clone()
                    .filter(|named| !named.is_empty())
                    .unwrap_or_else(|| namespace.to_owned()),
            },
            name: metadata.name.clone().unwrap_or_default(),
        };
        if name.name.is_empty() {
            return Err(origin.trouble(format!("{} has no name", kind.as_str())));
        }
        match self.origins.entry((kind.as_str(), name.clone())) {
            Entry::Occupied(first) => {
                let what = format!(
                    "{} {name} was given before, at {}",
                    kind.as_str(),
                    first.get()
                );
                return Err(origin.trouble(what));
            }
            Entry::Vacant(entry) => entry.insert(origin.clone()),
        };
        match kind {
            Kind::ExternalSecret => {
                let spec = object.part("spec").map_err(|place| {
                    let what = format!("the manifest cannot be read at {place}");
                    Failure::new(Cause::InvalidSpec, what)
                });
                self.subjects.push(Subject {
                    origin,
                    names_namespace: metadata.namespace.as_ref().is_some_and(|it| !it.is_empty()),
                    object: ExternalSecret {
                        namespace: name.namespace,
                        name: name.name,
                        uid: metadata.uid.unwrap_or_default(),
                        generation: metadata.generation.unwrap_or(1),
                        labels: metadata.labels.unwrap_or_default(),
                        annotations: metadata.annotations.unwrap_or_default(),
                        finalizers: metadata.finalizers.unwrap_or_default(),
                        deleting: metadata.deletion_timestamp.is_some(),
                        spec,
                        // Nothing was done for it so far, whatever a cluster said of it.
                        status: ExternalSecretStatus::default(),
                    },
                });
            }
            Kind::Store(kind) => {
                let spec = object.part("spec").map_err(unreadable)?;
                self.stores.insert((kind, name), Store { origin, spec });
            }
            Kind::Secret => {
                let secret: v1::Secret = object.whole().map_err(unreadable)?;
                self.secrets.insert(name, existing(metadata, secret));
            }
            Kind::ConfigMap => {
                let data = object.part("data").map_err(unreadable)?;
                let binary: BTreeMap<String, k8s_openapi::ByteString> =
                    object.part("binaryData").map_err(unreadable)?;
                let binary = binary.into_iter().map(|(key, bytes)| (key, bytes.0));
                let found = ConfigMap {
                    data,
                    binary: binary.collect(),
                };
                self.config_maps.insert(name, found);
            }
            Kind::Namespace => {
                let labels = metadata.labels.unwrap_or_default();
                self.namespaces.insert(name.name, labels);
            }
        }
        Ok(())
    }

    /// Labels of a namespace, as a cluster has them.
    pub(super) fn labels_of(&self, namespace: &str) -> BTreeMap<String, String> {
        let mut labels = self.namespaces.get(namespace).cloned().unwrap_or_default();
        labels.insert(NAMESPACE_NAME.to_owned(), namespace.to_owned());
        labels
    }

    /// The store that an object of a namespace means.
    pub(super) fn store(&self, key: &StoreKey, asking: &str) -> Option<&Store> {
        let namespace = match key.kind {
            StoreKind::SecretStore => asking,
            StoreKind::ClusterSecretStore => "",
        };
        self.stores
            .get(&(key.kind, Name::new(namespace, &key.name)))
    }
}

/// Whether a document is an encrypted manifest that may have a part. Other encrypted files are nobody's.
fn is_sealed(object: &Object) -> bool {
    let is_hidden = |it: &str| it.starts_with("ENC[");
    object.has("sops")
        && (object.text("kind").is_some_and(is_hidden) || !matches!(kind(object), Ok(None)))
}

/// A manifest's kind; `None` if it is one that has no part.
fn kind(object: &Object) -> Result<Option<Kind>, String> {
    let version = object.text("apiVersion").unwrap_or_default();
    let Some(kind) = object.text("kind") else {
        return Ok(None);
    };
    if version == "v1" {
        return Ok(match kind {
            "Secret" => Some(Kind::Secret),
            "ConfigMap" => Some(Kind::ConfigMap),
            "Namespace" => Some(Kind::Namespace),
            _ => None,
        });
    }
    let Some((GROUP, version)) = version.split_once('/') else {
        return Ok(None);
    };
    let found = match kind {
        "ExternalSecret" => Kind::ExternalSecret,
        "SecretStore" => Kind::Store(StoreKind::SecretStore),
        "ClusterSecretStore" => Kind::Store(StoreKind::ClusterSecretStore),
        _ => return Ok(None),
    };
    if version == VERSION || version == OLD_VERSION {
        return Ok(Some(found));
    }
    Err(format!(
        "{kind} is of version {version:?}, and {VERSION} and {OLD_VERSION} are served"
    ))
}

/// A Secret as a cluster would have it: texts are data.
fn existing(metadata: ObjectMeta, mut secret: v1::Secret) -> Existing {
    secret.metadata = metadata;
    let texts = secret.string_data.take().unwrap_or_default().into_iter();
    let texts: SecretData = texts.map(|(key, text)| (key, Secret::from(text))).collect();
    let mut existing = Existing::from(secret);
    existing.data.extend(texts);
    existing
}

impl Name {
    pub(super) fn new(namespace: &str, name: &str) -> Self {
        Self {
            namespace: namespace.to_owned(),
            name: name.to_owned(),
        }
    }
}

impl Subject {
    pub(super) fn name(&self) -> Name {
        Name::new(&self.object.namespace, &self.object.name)
    }
}

impl Kind {
    const fn as_str(self) -> &'static str {
        match self {
            Self::ExternalSecret => "ExternalSecret",
            Self::Store(kind) => kind.as_str(),
            Self::Secret => "Secret",
            Self::ConfigMap => "ConfigMap",
            Self::Namespace => "Namespace",
        }
    }
}

impl fmt::Display for Name {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if !self.namespace.is_empty() {
            write!(f, "{}/", self.namespace)?;
        }
        f.write_str(&self.name)
    }
}
