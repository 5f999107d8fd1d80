//! What the controller remembers of an object: a small record, a tenth of what the object weighs when it is decoded.
//!
//! Spec, status, labels and annotations stay the bytes that the API server sent, and are read when they are used; `managedFields` are dropped.
//! A spec that does not fit its type is kept like any other: it becomes an error of that one object when it is planned, and stops nothing.
//!
//! Never here: requests, the queue, a value of a Secret.

#[cfg(test)]
mod tests;

use std::sync::Arc;

use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::value::RawValue;

use crate::key::{Kind, Place};

/// A piece of JSON as the API server wrote it; empty if the field is missing.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Json(Box<str>);

impl Json {
    /// A field of an object.
    pub(crate) fn of(raw: Option<&RawValue>) -> Self {
        match raw.map(RawValue::get) {
            None | Some("null" | "{}" | "[]") => Self::default(),
            Some(text) => Self(text.into()),
        }
    }

    /// The text; empty if the field is missing.
    pub(crate) fn text(&self) -> &str {
        &self.0
    }

    /// What it says, or why it does not fit the type.
    pub(crate) fn read<T: DeserializeOwned>(&self) -> Result<T, serde_json::Error> {
        serde_json::from_str(if self.0.is_empty() { "{}" } else { &self.0 })
    }

    /// What it says, or the place in it that does not fit the type.
    pub(crate) fn read_with_path<T: DeserializeOwned>(&self) -> Result<T, String> {
        let text = if self.0.is_empty() { "{}" } else { &self.0 };
        let mut reader = serde_json::Deserializer::from_str(text);
        serde_path_to_error::deserialize(&mut reader).map_err(|error| error.path().to_string())
    }

    /// What it says; the type's default if it is missing or does not fit.
    pub(crate) fn read_or_default<T: DeserializeOwned + Default>(&self) -> T {
        if self.0.is_empty() {
            return T::default();
        }
        serde_json::from_str(&self.0).unwrap_or_default()
    }
}

/// An ExternalSecret or a store.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Record {
    /// Which of all the objects that ever had its name.
    pub(crate) uid: Box<str>,
    /// `resourceVersion`.
    pub(crate) version: Box<str>,
    /// Counts the changes of its spec.
    pub(crate) generation: i64,
    /// Whether it waits for its finalizers to go.
    pub(crate) deleting: bool,
    /// Seconds since 1970 at which it was created.
    pub(crate) created: i64,
    /// Labels.
    pub(crate) labels: Json,
    /// Annotations, all of them: they count in hashes and are copied to the target.
    pub(crate) annotations: Json,
    /// Finalizers.
    pub(crate) finalizers: Json,
    /// The spec.
    pub(crate) spec: Json,
    /// The status.
    pub(crate) status: Json,
    /// The stores that an ExternalSecret reads from, by kind and name; none for a store.
    pub(crate) stores: Box<[(Kind, Arc<str>)]>,
    /// The name of its target; none for a store.
    pub(crate) target: Option<Arc<str>>,
}

impl Record {
    /// Whether something was asked of the object since `before`: everything but its status counts.
    pub(crate) fn is_asked_anew(&self, before: &Self) -> bool {
        self.uid != before.uid
            || self.generation != before.generation
            || self.deleting != before.deleting
            || self.labels != before.labels
            || self.annotations != before.annotations
            || self.finalizers != before.finalizers
    }
}

/// Whether `left` was written before `right`. The API server promises whole numbers that grow (since 1.35; they always were).
pub(crate) fn is_older(left: &str, right: &str) -> bool {
    match (left.parse::<u64>(), right.parse::<u64>()) {
        (Ok(left), Ok(right)) => left < right,
        _ => false,
    }
}

/// The metadata that is read of every object.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Metadata<'a> {
    /// Its name; a bookmark has none.
    #[serde(default)]
    pub(crate) name: String,
    /// Its namespace; empty for objects of the cluster.
    #[serde(default)]
    pub(crate) namespace: String,
    #[serde(default)]
    pub(crate) uid: String,
    /// Its version.
    #[serde(default)]
    pub(crate) resource_version: String,
    #[serde(default)]
    generation: i64,
    #[serde(borrow, default)]
    deletion_timestamp: Option<&'a RawValue>,
    #[serde(default)]
    creation_timestamp: Option<jiff::Timestamp>,
    #[serde(borrow, default)]
    pub(crate) labels: Option<&'a RawValue>,
    #[serde(borrow, default)]
    pub(crate) annotations: Option<&'a RawValue>,
    #[serde(borrow, default)]
    finalizers: Option<&'a RawValue>,
}

/// An object, of which a few fields count.
#[derive(Deserialize)]
pub(crate) struct Object<'a> {
    /// Its metadata.
    #[serde(borrow)]
    pub(crate) metadata: Metadata<'a>,
    #[serde(borrow, default)]
    spec: Option<&'a RawValue>,
    #[serde(borrow, default)]
    status: Option<&'a RawValue>,
    /// What a Secret holds.
    #[serde(borrow, default)]
    pub(crate) data: Option<&'a RawValue>,
}

impl<'a> Object<'a> {
    /// Reads an object.
    pub(crate) fn read(text: &'a str) -> Result<Self, serde_json::Error> {
        serde_json::from_str(text)
    }
}

/// Decodes an object of a kind of ours. `share` gives names that occur often one place in memory.
pub(crate) fn decode(
    kind: Kind,
    object: &Object<'_>,
    mut share: impl FnMut(&str) -> Arc<str>,
) -> (Place, Record) {
    let metadata = &object.metadata;
    let place = Place {
        namespace: share(&metadata.namespace),
        name: metadata.name.as_str().into(),
    };
    let is_one = kind == Kind::ExternalSecret;
    let facts: Facts = object
        .spec
        .filter(|_| is_one)
        .and_then(|spec| serde_json::from_str(spec.get()).ok())
        .unwrap_or_default();
    let target = facts
        .target_name()
        .map_or_else(|| Arc::clone(&place.name), Arc::from);
    let record = Record {
        uid: metadata.uid.as_str().into(),
        version: metadata.resource_version.as_str().into(),
        generation: metadata.generation,
        deleting: metadata.deletion_timestamp.is_some(),
        created: metadata
            .creation_timestamp
            .map_or(0, jiff::Timestamp::as_second),
        labels: Json::of(metadata.labels),
        annotations: Json::of(metadata.annotations),
        finalizers: Json::of(metadata.finalizers),
        spec: Json::of(object.spec),
        status: Json::of(object.status),
        stores: facts.stores(&mut share),
        target: is_one.then_some(target),
    };
    (place, record)
}

/// What scheduling must know of the spec of an ExternalSecret. Where the spec does not fit even this, the object is its own target and reads from
/// nowhere.
#[derive(Deserialize, Default)]
#[serde(rename_all = "camelCase", default)]
struct Facts {
    secret_store_ref: Option<StoreRef>,
    target: Option<Target>,
    data: Option<Vec<Entry>>,
    data_from: Option<Vec<Entry>>,
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct Target {
    name: Option<String>,
}

#[derive(Deserialize, Default)]
#[serde(rename_all = "camelCase", default)]
struct Entry {
    source_ref: Option<Source>,
}

#[derive(Deserialize, Default)]
#[serde(rename_all = "camelCase", default)]
struct Source {
    store_ref: Option<StoreRef>,
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct StoreRef {
    name: String,
    kind: Option<String>,
}

impl Facts {
    fn target_name(&self) -> Option<&str> {
        let name = self.target.as_ref()?.name.as_deref()?;
        (!name.is_empty()).then_some(name)
    }

    fn stores(&self, share: &mut impl FnMut(&str) -> Arc<str>) -> Box<[(Kind, Arc<str>)]> {
        let entries = self.data.iter().chain(&self.data_from).flatten();
        let refs = entries.filter_map(|entry| entry.source_ref.as_ref()?.store_ref.as_ref());
        let refs = refs.chain(&self.secret_store_ref);
        let mut pairs: Vec<_> = refs.map(StoreRef::pair).collect();
        pairs.retain(|(_, name)| !name.is_empty());
        pairs.sort_unstable();
        pairs.dedup();
        let shared = pairs.into_iter().map(|(kind, name)| (kind, share(name)));
        shared.collect()
    }
}

impl StoreRef {
    fn pair(&self) -> (Kind, &str) {
        let kind = match self.kind.as_deref() {
            Some("ClusterSecretStore") => Kind::ClusterSecretStore,
            _ => Kind::SecretStore,
        };
        (kind, &self.name)
    }
}
