//! Reads what references lead to: the one place in the program that reads somebody else's Secrets, ConfigMaps and account tokens for their values.
//!
//! What is read goes into the provider and nowhere else. Never here: whether a reference may be followed.

use std::collections::BTreeMap;
use std::sync::Arc;

use jiff::Timestamp;
use k8s_openapi::api::authentication::v1::{TokenRequest, TokenRequestSpec};
use k8s_openapi::api::core::v1;
use selkie_api::Cause;
use selkie_crypto::Secret;
use selkie_providers::{Credentials, Failure, Reference};
use serde::de::DeserializeOwned;

use crate::cluster::{Cluster, Refusal, object};
use crate::key::Place;
use crate::settings::Own;
use crate::watch::Source;

const CORE: &str = "api/v1";
/// Where the kubelet puts the token of the account under which the controller runs.
const OWN_TOKEN: &str = "/var/run/secrets/kubernetes.io/serviceaccount/token";
/// Says where Azure's webhook has put a token of ours that a tenant trusts.
const FEDERATED_TOKEN: &str = "AZURE_FEDERATED_TOKEN_FILE";
/// The label by which the owner of a Secret says what it is for.
const PURPOSE: &str = "external-secrets.io/type";

/// What was read, and what of it to watch.
pub(in crate::credentials) struct Read {
    /// The values.
    pub(in crate::credentials) credentials: Credentials,
    /// Where they came from, each in the version that was read. Of an account, only changes are followed.
    pub(in crate::credentials) sources: Vec<(Source, Place, Box<str>)>,
    /// When the first token ends.
    pub(in crate::credentials) until: Option<Timestamp>,
}

/// Reads what references of one store lead to, each object once.
pub(super) struct Reader<'a> {
    cluster: &'a Cluster,
    own: &'a Own,
    secrets: BTreeMap<Place, Held>,
    config_maps: BTreeMap<Place, BTreeMap<String, Arc<Secret>>>,
    /// Annotations of accounts.
    accounts: BTreeMap<Place, BTreeMap<String, String>>,
    read: Read,
}

/// A Secret that was read.
struct Held {
    /// What its owner says that it is for.
    purpose: Option<String>,
    data: BTreeMap<String, Arc<Secret>>,
}

impl<'a> Reader<'a> {
    /// Nothing is read yet.
    pub(super) fn new(cluster: &'a Cluster, own: &'a Own) -> Self {
        Self {
            cluster,
            own,
            secrets: BTreeMap::new(),
            config_maps: BTreeMap::new(),
            accounts: BTreeMap::new(),
            read: Read {
                credentials: Credentials::default(),
                sources: Vec::new(),
                until: None,
            },
        }
    }

    /// Reads what a reference stands for, in a namespace in which it may be followed.
    pub(super) async fn read(&mut self, namespace: &str, it: Reference) -> Result<(), Failure> {
        if let Reference::Labelled {
            namespace: named,
            name,
            value,
        } = &it
        {
            return self.labelled(namespace, named.as_ref(), name, value).await;
        }
        if let Some(value) = self.value(namespace, &it).await? {
            self.read.credentials.insert(it, value);
        }
        Ok(())
    }

    /// All that was read.
    pub(super) fn done(self) -> Read {
        self.read
    }

    /// What a reference stands for; nothing if the object has no such key, which the provider will miss.
    async fn value(
        &mut self,
        namespace: &str,
        it: &Reference,
    ) -> Result<Option<Arc<Secret>>, Failure> {
        match it {
            Reference::Secret { name, key, .. } => {
                let place = Place::new(namespace, name.as_str());
                Ok(self.secret(&place).await?.data.get(key).cloned())
            }
            Reference::ConfigMap { name, key, .. } => {
                let place = Place::new(namespace, name.as_str());
                Ok(self.config_map(&place).await?.get(key).cloned())
            }
            Reference::Token {
                name,
                audiences,
                seconds,
                ..
            } => {
                let place = Place::new(namespace, name.as_str());
                self.token(&place, audiences, *seconds).await.map(Some)
            }
            Reference::AnnotatedToken {
                name,
                annotation,
                otherwise,
                audiences,
                seconds,
                ..
            } => {
                let place = Place::new(namespace, name.as_str());
                let annotations = self.annotations(&place).await?;
                let named = annotations.get(*annotation);
                let named = named.filter(|value| !value.is_empty()).cloned();
                let first = named.unwrap_or_else(|| (*otherwise).to_owned());
                let audiences = [&[first], audiences.as_slice()].concat();
                self.token(&place, &audiences, *seconds).await.map(Some)
            }
            Reference::Annotation {
                name, annotation, ..
            } => {
                let place = Place::new(namespace, name.as_str());
                let annotations = self.annotations(&place).await?;
                let value = annotations.get(annotation);
                let value = value.filter(|value| !value.is_empty()).cloned();
                Ok(value.map(|value| Secret::from(value).into()))
            }
            Reference::OwnToken => Ok(file(OWN_TOKEN).await),
            Reference::OwnFederatedToken => match self.own.get(FEDERATED_TOKEN) {
                Some(path) => Ok(file(path).await),
                None => Ok(None),
            },
            Reference::Variable(name) => {
                let value = self.own.get(*name).cloned();
                Ok(value.map(|value| Secret::from(value).into()))
            }
            // Stands for several: `labelled`.
            Reference::Labelled { .. } => Ok(None),
        }
    }

    /// A Secret, read once.
    async fn secret(&mut self, place: &Place) -> Result<&Held, Failure> {
        if !self.secrets.contains_key(place) {
            let found: Option<v1::Secret> = read_object(self.cluster, place, "secrets").await?;
            let found = found.ok_or_else(|| missing(&format!("Secret {:?}", place.name)))?;
            self.note(Source::Secret, place, found.metadata.resource_version);
            let data = found.data.unwrap_or_default().into_iter();
            let data = data.map(|(key, value)| (key, Secret::from(value.0).into()));
            let labels = found.metadata.labels.unwrap_or_default();
            let read = Held {
                purpose: labels.get(PURPOSE).cloned(),
                data: data.collect(),
            };
            self.secrets.insert(place.clone(), read);
        }
        let what = || missing(&format!("Secret {:?}", place.name));
        self.secrets.get(place).ok_or_else(what)
    }

    /// A ConfigMap, read once.
    async fn config_map(
        &mut self,
        place: &Place,
    ) -> Result<&BTreeMap<String, Arc<Secret>>, Failure> {
        let what = || missing(&format!("ConfigMap {:?}", place.name));
        if !self.config_maps.contains_key(place) {
            let found: Option<v1::ConfigMap> =
                read_object(self.cluster, place, "configmaps").await?;
            let found = found.ok_or_else(what)?;
            self.note(Source::ConfigMap, place, found.metadata.resource_version);
            let text = found.data.unwrap_or_default().into_iter();
            let text = text.map(|(key, value)| (key, Secret::from(value).into()));
            let bytes = found.binary_data.unwrap_or_default().into_iter();
            let bytes = bytes.map(|(key, value)| (key, Secret::from(value.0).into()));
            let data = text.chain(bytes).collect();
            self.config_maps.insert(place.clone(), data);
        }
        self.config_maps.get(place).ok_or_else(what)
    }

    /// All keys of a Secret, if its owner has given it this purpose.
    async fn labelled(
        &mut self,
        namespace: &str,
        named: Option<&String>,
        name: &str,
        purpose: &str,
    ) -> Result<(), Failure> {
        let place = Place::new(namespace, name);
        let read = self.secret(&place).await?;
        if read.purpose.as_deref() != Some(purpose) {
            let what = format!("Secret {name:?} has no label {PURPOSE}: {purpose}");
            return Err(Failure::new(Cause::CredentialsMissing, what));
        }
        let all: Vec<_> = read
            .data
            .iter()
            .map(|(key, value)| (key.clone(), Arc::clone(value)))
            .collect();
        for (key, value) in all {
            let reference = Reference::Secret {
                namespace: named.cloned(),
                name: name.to_owned(),
                key,
            };
            self.read.credentials.insert(reference, value);
        }
        Ok(())
    }

    /// What an account is annotated with.
    async fn annotations(&mut self, place: &Place) -> Result<&BTreeMap<String, String>, Failure> {
        if !self.accounts.contains_key(place) {
            let found: Option<v1::ServiceAccount> =
                read_object(self.cluster, place, "serviceaccounts").await?;
            let what = || missing(&format!("ServiceAccount {:?}", place.name));
            let found = found.ok_or_else(what)?;
            self.note(
                Source::ServiceAccount,
                place,
                found.metadata.resource_version,
            );
            let annotations = found.metadata.annotations.unwrap_or_default();
            self.accounts.insert(place.clone(), annotations);
        }
        let what = || missing(&format!("ServiceAccount {:?}", place.name));
        self.accounts.get(place).ok_or_else(what)
    }

    fn note(&mut self, source: Source, place: &Place, version: Option<String>) {
        let version = version.unwrap_or_default().into_boxed_str();
        self.read.sources.push((source, place.clone(), version));
    }

    async fn token(
        &mut self,
        place: &Place,
        audiences: &[String],
        seconds: u32,
    ) -> Result<Arc<Secret>, Failure> {
        let what = format!("a token of ServiceAccount {:?}", place.name);
        let request = TokenRequest {
            spec: Some(TokenRequestSpec {
                audiences: Some(audiences.to_vec()),
                expiration_seconds: Some(seconds.into()),
                ..TokenRequestSpec::default()
            }),
            ..TokenRequest::default()
        };
        let asked = async {
            let path = object(CORE, &place.namespace, "serviceaccounts", &place.name)?;
            let request = serde_json::to_vec(&request).map_err(|_| Refusal::Malformed)?;
            let text = self
                .cluster
                .create(&format!("{path}/token"), request)
                .await?;
            serde_json::from_slice::<TokenRequest>(text.expose()).map_err(|_| Refusal::Malformed)
        };
        let made = match asked.await {
            Err(Refusal::NotFound | Refusal::Name) => return Err(missing(&what)),
            other => other.map_err(|refusal| refused(&what, &refusal))?,
        };
        let status = made.status.unwrap_or_default();
        if let Some(ends) = status.expiration_timestamp {
            self.read.until = Some(self.read.until.map_or(ends.0, |until| until.min(ends.0)));
        }
        let token = status.token.filter(|token| !token.is_empty());
        let token = token.ok_or_else(|| refused(&what, &Refusal::Malformed))?;
        Ok(Secret::from(token).into())
    }
}

/// What a file of the process's own holds, if it is there.
async fn file(path: &str) -> Option<Arc<Secret>> {
    let held = tokio::fs::read(path).await.ok()?;
    Some(Secret::from(held).into())
}

/// An object by its place, if it is there.
pub(in crate::credentials) async fn read_object<T: DeserializeOwned>(
    cluster: &Cluster,
    place: &Place,
    plural: &str,
) -> Result<Option<T>, Failure> {
    read_at(cluster, CORE, place, plural).await
}

/// The same, of another group.
pub(in crate::credentials) async fn read_at<T: DeserializeOwned>(
    cluster: &Cluster,
    group: &str,
    place: &Place,
    plural: &str,
) -> Result<Option<T>, Failure> {
    let read = async {
        let path = object(group, &place.namespace, plural, &place.name)?;
        match cluster.find(&path).await? {
            Some(text) => serde_json::from_slice(text.expose())
                .map(Some)
                .map_err(|_| Refusal::Malformed),
            None => Ok(None),
        }
    };
    match read.await {
        Err(Refusal::Name) => Ok(None),
        other => other.map_err(|refusal| refused(&format!("{plural}/{}", place.name), &refusal)),
    }
}

fn missing(what: &str) -> Failure {
    Failure::new(Cause::CredentialsMissing, format!("there is no {what}"))
}

fn refused(what: &str, refusal: &Refusal) -> Failure {
    let cause = match refusal.cause() {
        // The provider forbids nothing here: it is our own right that lacks.
        Cause::Forbidden => Cause::CredentialsMissing,
        cause => cause,
    };
    Failure::new(cause, format!("{what}: {refusal}"))
}
