//! What the watches have told so far: records of our objects, versions of the Secrets that we write, labels of namespaces.
//!
//! A plain structure: whoever holds it locks it, and asks it who is concerned by a change. It is also told what we wrote ourselves, so that the
//! watch's echo of it is no news.
//!
//! Never here: requests, the queue, values.

#[cfg(test)]
mod tests;

use std::collections::{BTreeMap, HashSet};
use std::ops::Bound;
use std::sync::Arc;

use selkie_reconcile::target::contribution::Digest;

use crate::key::{Key, Kind, Place};
use crate::record::{Json, Record, is_older};

/// A Secret with the label of ours.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Target {
    /// Which of all the Secrets that ever had its name.
    pub(crate) uid: Box<str>,
    /// `resourceVersion`.
    pub(crate) version: Box<str>,
    /// Whether at this version its data is what its annotation says, and it has the label with the right value.
    pub(crate) is_valid: bool,
    /// The first digits of the label that names its owner, 0 without one. Enough to find candidates, which are read before they are touched.
    pub(crate) owner: u64,
    /// What it was left to agree with, by the last who wrote or read it.
    pub(crate) left: Option<Digest>,
}

/// What is new about an object of ours.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum News {
    /// It was not known.
    Added,
    /// Something was asked of it.
    Asked,
    /// Its status alone, or nothing.
    Nothing,
}

/// What is known.
#[derive(Debug, Default)]
pub(crate) struct View {
    names: HashSet<Arc<str>>,
    secret_stores: BTreeMap<Place, Arc<Record>>,
    cluster_secret_stores: BTreeMap<Place, Arc<Record>>,
    external_secrets: BTreeMap<Place, Arc<Record>>,
    targets: BTreeMap<Place, Target>,
    /// Targets whose name is not that of their ExternalSecret, and the names of the latter.
    aimed_at: BTreeMap<Place, Vec<Arc<str>>>,
    namespaces: BTreeMap<Arc<str>, Json>,
}

impl View {
    /// One place in memory for a name that occurs often.
    pub(crate) fn share(&mut self, name: &str) -> Arc<str> {
        if let Some(known) = self.names.get(name) {
            return Arc::clone(known);
        }
        let name: Arc<str> = name.into();
        self.names.insert(Arc::clone(&name));
        name
    }

    fn records(&self, kind: Kind) -> &BTreeMap<Place, Arc<Record>> {
        match kind {
            Kind::SecretStore => &self.secret_stores,
            Kind::ClusterSecretStore => &self.cluster_secret_stores,
            Kind::ExternalSecret => &self.external_secrets,
        }
    }

    const fn records_mut(&mut self, kind: Kind) -> &mut BTreeMap<Place, Arc<Record>> {
        match kind {
            Kind::SecretStore => &mut self.secret_stores,
            Kind::ClusterSecretStore => &mut self.cluster_secret_stores,
            Kind::ExternalSecret => &mut self.external_secrets,
        }
    }

    /// An object's record.
    pub(crate) fn record(&self, key: &Key) -> Option<Arc<Record>> {
        self.records(key.kind).get(&key.place).cloned()
    }

    /// All objects of a kind.
    pub(crate) fn each(&self, kind: Kind) -> impl Iterator<Item = (&Place, &Arc<Record>)> {
        self.records(kind).iter()
    }

    /// How many objects of a kind there are.
    pub(crate) fn count(&self, kind: Kind) -> usize {
        self.records(kind).len()
    }

    /// Remembers an object; older versions than the known one are no news.
    pub(crate) fn put(&mut self, kind: Kind, place: Place, record: Record) -> News {
        let news = match self.records(kind).get(&place) {
            None => News::Added,
            Some(known) if known.uid == record.uid && is_older(&record.version, &known.version) => {
                return News::Nothing;
            }
            Some(known) if record.is_asked_anew(known) => News::Asked,
            Some(_) => News::Nothing,
        };
        let before = self.records(kind).get(&place).cloned();
        self.aim(&place, before.as_deref(), Some(&record));
        self.records_mut(kind).insert(place, Arc::new(record));
        news
    }

    /// Remembers what a write of our own made of an object, if it still is the one that was written.
    pub(crate) fn wrote(&mut self, kind: Kind, place: Place, record: Record) {
        let is_known = self
            .records(kind)
            .get(&place)
            .is_some_and(|known| known.uid == record.uid);
        if is_known {
            self.put(kind, place, record);
        }
    }

    /// Forgets an object.
    pub(crate) fn remove(&mut self, kind: Kind, place: &Place) -> Option<Arc<Record>> {
        let gone = self.records_mut(kind).remove(place);
        self.aim(place, gone.as_deref(), None);
        gone
    }

    /// Objects of a kind, in a namespace (empty: in all), that are not among `places`.
    pub(crate) fn missing(
        &self,
        kind: Kind,
        namespace: &str,
        places: &HashSet<Place>,
    ) -> Vec<Place> {
        let known = self.records(kind).keys();
        missing(known, namespace, places)
    }

    /// ExternalSecrets that read from a store, by their references.
    pub(crate) fn readers(&self, store: &Key) -> Vec<Key> {
        let name = &store.place.name;
        let reads = |record: &Record| {
            let mut stores = record.stores.iter();
            stores.any(|(kind, of)| *kind == store.kind && of == name)
        };
        let all = (Bound::Unbounded, Bound::Unbounded);
        let range = match store.kind {
            Kind::SecretStore => within(&store.place.namespace),
            _ => all,
        };
        let found = self.external_secrets.range(range);
        found
            .filter(|(_, record)| reads(record))
            .map(|(place, _)| Key::new(Kind::ExternalSecret, place.clone()))
            .collect()
    }

    /// ExternalSecrets that write a Secret.
    pub(crate) fn writers(&self, target: &Place) -> Vec<Key> {
        let others = self.aimed_at.get(target).into_iter().flatten();
        let mut keys: Vec<Key> = others
            .map(|name| Key::new(Kind::ExternalSecret, target.beside(Arc::clone(name))))
            .collect();
        if let Some((place, record)) = self.external_secrets.get_key_value(target)
            && record.target.as_ref() == Some(&place.name)
        {
            keys.push(Key::new(Kind::ExternalSecret, place.clone()));
        }
        keys
    }

    fn aim(&mut self, place: &Place, before: Option<&Record>, after: Option<&Record>) {
        let aim = |record: Option<&Record>| {
            let target = record?.target.clone()?;
            (target != place.name).then(|| place.beside(target))
        };
        let (before, after) = (aim(before), aim(after));
        if before == after {
            return;
        }
        if let Some(before) = before
            && let Some(names) = self.aimed_at.get_mut(&before)
        {
            names.retain(|name| *name != place.name);
            if names.is_empty() {
                self.aimed_at.remove(&before);
            }
        }
        if let Some(after) = after {
            let names = self.aimed_at.entry(after).or_default();
            names.push(Arc::clone(&place.name));
        }
    }

    /// A Secret with the label of ours.
    pub(crate) fn target(&self, place: &Place) -> Option<&Target> {
        self.targets.get(place)
    }

    /// Remembers such a Secret, and says whether that is news: it is not if this version is known, or a later one.
    pub(crate) fn put_target(&mut self, place: Place, target: Target) -> bool {
        if let Some(known) = self.targets.get(&place)
            && known.uid == target.uid
            && (known.version == target.version || is_older(&target.version, &known.version))
        {
            return false;
        }
        self.targets.insert(place, target);
        true
    }

    /// Remembers what was read or written of a Secret: at this version it is valid, or not.
    pub(crate) fn know_target(&mut self, place: Place, target: Target) {
        match self.targets.get_mut(&place) {
            Some(known) if known.uid == target.uid && is_older(&target.version, &known.version) => {
            }
            _ => {
                self.targets.insert(place, target);
            }
        }
    }

    /// Remembers what a Secret was found to agree with.
    pub(crate) fn leave_target(&mut self, place: &Place, left: Digest) {
        if let Some(known) = self.targets.get_mut(place) {
            known.left = Some(left);
        }
    }

    /// Forgets such a Secret, unless a newer one of its name is known already.
    pub(crate) fn remove_target(&mut self, place: &Place, uid: &str) -> bool {
        let is_known = self
            .targets
            .get(place)
            .is_some_and(|known| &*known.uid == uid);
        if is_known {
            self.targets.remove(place);
        }
        is_known
    }

    /// Forgets a Secret that is no longer listed.
    pub(crate) fn forget_target(&mut self, place: &Place) {
        self.targets.remove(place);
    }

    /// Secrets with the label of ours, in a namespace (empty: in all), that are not among `places`.
    pub(crate) fn missing_targets(&self, namespace: &str, places: &HashSet<Place>) -> Vec<Place> {
        missing(self.targets.keys(), namespace, places)
    }

    /// Secrets of a namespace that seem to belong to an owner.
    pub(crate) fn targets_of(&self, namespace: &Arc<str>, owner: u64) -> Vec<Place> {
        let found = self.targets.range(within(namespace));
        found
            .filter(|(_, target)| target.owner == owner)
            .map(|(place, _)| place.clone())
            .collect()
    }

    /// Remembers the labels of a namespace.
    pub(crate) fn put_namespace(&mut self, name: &str, labels: Json) {
        let name = self.share(name);
        self.namespaces.insert(name, labels);
    }

    /// Forgets a namespace.
    pub(crate) fn remove_namespace(&mut self, name: &str) {
        self.namespaces.remove(name);
    }

    /// Forgets the namespaces that are not among `places`.
    pub(crate) fn keep_namespaces(&mut self, places: &HashSet<Place>) {
        self.namespaces
            .retain(|name, _| places.contains(&Place::new("", Arc::clone(name))));
    }

    /// The labels of a namespace, if it is known.
    pub(crate) fn namespace(&self, name: &str) -> Option<BTreeMap<String, String>> {
        self.namespaces.get(name).map(Json::read_or_default)
    }
}

fn missing<'a>(
    known: impl Iterator<Item = &'a Place>,
    namespace: &str,
    places: &HashSet<Place>,
) -> Vec<Place> {
    known
        .filter(|place| namespace.is_empty() || &*place.namespace == namespace)
        .filter(|place| !places.contains(place))
        .cloned()
        .collect()
}

/// All places of a namespace.
fn within(namespace: &Arc<str>) -> (Bound<Place>, Bound<Place>) {
    let start = Place::new(Arc::clone(namespace), "");
    // The first text after the namespace, in the order of bytes.
    let end = Place::new(format!("{namespace}\0"), "");
    (Bound::Included(start), Bound::Excluded(end))
}
