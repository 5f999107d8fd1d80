//! What a change in the cluster leads to: what is remembered of it, and who is to be reconciled.
//!
//! Never here: requests.

#[cfg(test)]
mod tests;

use std::collections::{BTreeMap, HashSet};

use k8s_openapi::ByteString;
use selkie_crypto::Secret;
use selkie_reconcile::ownership::{CREATED_BY, DATA_HASH, MANAGED, YES};
use selkie_reconcile::{SecretData, hash};

use crate::context::Context;
use crate::key::{Key, Kind, Place};
use crate::queue::Lane;
use crate::record::{Json, Object, Record, decode};
use crate::view::{News, Target};
use crate::watch::{Row, Sink, Source, What};

impl Sink for Context {
    fn seen(&self, row: &Row, object: &Object<'_>, is_listed: bool) {
        match row.what {
            What::Object(kind) => self.seen_ours(kind, object),
            What::Target => self.seen_target(object, is_listed),
            What::Source(source) => self.seen_source(source, object, false),
            What::Namespace => {
                let labels = Json::of(object.metadata.labels);
                self.view().put_namespace(&object.metadata.name, labels);
            }
        }
    }

    fn gone(&self, row: &Row, object: &Object<'_>) {
        let place = place(object);
        match row.what {
            What::Object(kind) => self.gone_ours(kind, &place),
            What::Target => {
                let is_news = self.view().remove_target(&place, &object.metadata.uid);
                if is_news {
                    self.target_news(&place);
                }
                // It may still be there without the label. Whoever reads it will see.
                self.changed(Source::Secret, &place, None);
            }
            What::Source(source) => self.seen_source(source, object, true),
            What::Namespace => self.view().remove_namespace(&object.metadata.name),
        }
    }

    fn listed(&self, row: &Row, namespace: &str, places: Option<&HashSet<Place>>) {
        let Some(places) = places else {
            if let What::Source(source) = row.what {
                let stores = self.providers.doubt(source, namespace);
                self.push(stores, Lane::Changed);
            }
            return;
        };
        match row.what {
            What::Object(kind) => {
                let missing = self.view().missing(kind, namespace, places);
                for place in missing {
                    self.gone_ours(kind, &place);
                }
            }
            What::Target => {
                let missing = self.view().missing_targets(namespace, places);
                for place in missing {
                    self.view().forget_target(&place);
                    self.target_news(&place);
                }
            }
            What::Namespace => self.view().keep_namespaces(places),
            What::Source(_) => {}
        }
    }
}

impl Context {
    fn seen_ours(&self, kind: Kind, object: &Object<'_>) {
        let mut view = self.view();
        let (place, record) = decode(kind, object, |name| view.share(name));
        let key = Key::new(kind, place);
        let lane = lane(kind, &record);
        let news = view.put(kind, key.place.clone(), record);
        drop(view);
        match news {
            News::Added => self.push([key], lane),
            News::Asked => self.push([key], lane.min(Lane::Changed)),
            News::Nothing => {}
        }
    }

    fn gone_ours(&self, kind: Kind, place: &Place) {
        let key = Key::new(kind, place.clone());
        self.view().remove(kind, place);
        self.forget(&key);
        if kind != Kind::ExternalSecret {
            self.providers.forget(&key);
        }
    }

    fn seen_target(&self, object: &Object<'_>, is_listed: bool) {
        let place = place(object);
        let target = target(object, is_listed);
        let version = target.version.clone();
        let is_valid = target.is_valid;
        let is_news = self.view().put_target(place.clone(), target);
        if is_news && !is_valid {
            self.target_news(&place);
        }
        self.changed(Source::Secret, &place, Some(&version));
    }

    fn target_news(&self, place: &Place) {
        let writers = self.view().writers(place);
        self.push(writers, Lane::Changed);
    }

    fn seen_source(&self, source: Source, object: &Object<'_>, is_gone: bool) {
        let version = (!is_gone).then_some(&*object.metadata.resource_version);
        self.changed(source, &place(object), version);
    }

    fn changed(&self, source: Source, place: &Place, version: Option<&str>) {
        let stores = self.providers.changed(source, place, version);
        if !stores.is_empty() {
            self.push(stores, Lane::Changed);
        }
    }
}

/// In which lane an object belongs that is seen for the first time.
fn lane(kind: Kind, record: &Record) -> Lane {
    #[derive(Default, serde::Deserialize)]
    #[serde(rename_all = "camelCase", default)]
    struct Synced {
        synced_resource_version: Option<String>,
    }
    if kind != Kind::ExternalSecret {
        return Lane::New;
    }
    let synced: Synced = record.status.read_or_default();
    match synced.synced_resource_version {
        None => Lane::New,
        Some(synced) if synced == version(record) => Lane::Periodic,
        Some(_) => Lane::Changed,
    }
}

/// The state of the object that a refresh would serve.
pub(crate) fn version(record: &Record) -> String {
    hash::synced_resource_version(
        record.generation,
        &record.labels.read_or_default(),
        &record.annotations.read_or_default(),
    )
}

fn place(object: &Object<'_>) -> Place {
    Place::new(
        object.metadata.namespace.as_str(),
        object.metadata.name.as_str(),
    )
}

/// A Secret as it is listed with its data, or as it is watched without.
fn target(object: &Object<'_>, is_listed: bool) -> Target {
    let labels: BTreeMap<String, String> = Json::of(object.metadata.labels).read_or_default();
    let annotations: BTreeMap<String, String> =
        Json::of(object.metadata.annotations).read_or_default();
    let is_managed = labels.get(MANAGED).is_some_and(|value| value == YES);
    let said = annotations.get(DATA_HASH);
    let is_valid = is_listed
        && is_managed
        && said
            .is_some_and(|said| data(object).is_some_and(|data| *said == hash::data_hash(&data)));
    Target {
        uid: object.metadata.uid.as_str().into(),
        version: object.metadata.resource_version.as_str().into(),
        is_valid,
        owner: labels.get(CREATED_BY).map_or(0, |label| owner(label)),
        left: None,
    }
}

fn data(object: &Object<'_>) -> Option<SecretData> {
    let Some(data) = object.data else {
        return Some(SecretData::new());
    };
    let data: BTreeMap<String, ByteString> = serde_json::from_str(data.get()).ok()?;
    let data = data.into_iter();
    Some(
        data.map(|(key, value)| (key, Secret::from(value.0)))
            .collect(),
    )
}

/// The first digits of the label that names an owner.
pub(crate) fn owner(label: &str) -> u64 {
    label
        .get(..16)
        .and_then(|digits| u64::from_str_radix(digits, 16).ok())
        .unwrap_or_default()
}
