//! Finds out what a plan is made of, from manifests and stores, as the controller does from a cluster.
//!
//! Never here: a decision.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use futures::future::join_all;
use jiff::Timestamp;
use selkie_api::Cause;
use selkie_crypto::Secret;
use selkie_providers::{Address, Failure, Find, property};
use selkie_reconcile::external_secret::{
    Answer, Entry, Fetched, Object, Observed, Place, Step, Target, Wants, entries, look, stores,
};
use selkie_reconcile::permission::{self, Namespace, Serves, Standing, StoreKey, StoreSeen};
use selkie_reconcile::pipeline::Keys;
use selkie_reconcile::schedule::Phase;
use selkie_reconcile::target::{Source, SourceKey, Sources};

use super::Circumstances;
use super::manifests::{Manifests, Name, Subject};
use super::stores::Stores;

/// All that is known of an ExternalSecret but its target, with the answers of its stores if they have to be asked.
pub(super) async fn gather(
    manifests: &Manifests,
    connected: &Stores<'_>,
    subject: &Subject,
    around: &Circumstances,
    seed: [u8; 32],
) -> Observed {
    let object = subject.object.clone();
    let mut seen = Observed {
        stores: standings(manifests, &object, around),
        target: Target::Missing,
        namesakes: Vec::new(),
        fetched: Fetched::NotAsked,
        revisions: BTreeSet::new(),
        sources: Sources::new(),
        now: Timestamp::new(around.now.0, around.now.1.cast_signed()).unwrap_or_default(),
        phase: Phase::of(&object.uid),
        seed,
        delimiters: ("{{".to_owned(), "}}".to_owned()),
        object,
    };
    if let Step::Fetch(order) = look(&seen) {
        seen.sources = sources(manifests, &seen.object.namespace, order.sources);
        let (answers, revisions) = answers(connected, &seen.object).await;
        seen.fetched = Fetched::Asked(answers);
        seen.revisions = revisions;
    }
    seen
}

/// What the object may expect of each store that it names. Nobody has tried them, so none is ready before it is asked.
fn standings(
    manifests: &Manifests,
    object: &Object,
    around: &Circumstances,
) -> BTreeMap<StoreKey, Standing> {
    let serves = Serves {
        class: around.class.clone(),
        cluster_stores: true,
        ready_only: false,
    };
    let namespace = Namespace {
        labels: manifests.labels_of(&object.namespace),
        name: object.namespace.clone(),
    };
    let named = object.spec.as_ref().map(stores).unwrap_or_default();
    let standings = named.into_iter().map(|key| {
        let Some(store) = manifests.store(&key, &object.namespace) else {
            let what = format!("{key} is not among the manifests: give its manifest too");
            let failure = selkie_reconcile::Failure::new(Cause::StoreNotReady, what);
            return (key, Standing::Refused(failure));
        };
        let seen = StoreSeen {
            spec: Some(&store.spec),
            ready: true,
        };
        let standing = permission::standing(&key, Some(seen), &namespace, &serves);
        (key, standing)
    });
    standings.collect()
}

/// The templates that lie in other objects.
fn sources(manifests: &Manifests, namespace: &str, needed: BTreeSet<SourceKey>) -> Sources {
    let found = needed.into_iter().map(|key| {
        let data = match &key {
            SourceKey::Secret(name) => {
                let found = manifests.secrets.get(&Name::new(namespace, name));
                found.map(|found| {
                    let entries = found.data.iter();
                    let entries = entries.map(|(key, value)| (key.clone(), copy(value.expose())));
                    entries.collect()
                })
            }
            SourceKey::ConfigMap(name) => {
                let found = manifests.config_maps.get(&Name::new(namespace, name));
                found.map(|found| {
                    let entries = found.data.iter();
                    let entries = entries.map(|(key, text)| (key.clone(), copy(text.as_bytes())));
                    entries.collect()
                })
            }
        };
        (key, data.map_or(Source::Missing, Source::Read))
    });
    found.collect()
}

fn copy(bytes: &[u8]) -> Secret {
    Secret::from(bytes.to_vec())
}

/// What each entry brings, and of which states of their origins that is.
async fn answers(
    connected: &Stores<'_>,
    object: &Object,
) -> (BTreeMap<Place, Answer>, BTreeSet<String>) {
    let (mut answers, mut revisions) = (BTreeMap::new(), BTreeSet::new());
    let Ok(spec) = &object.spec else {
        return (answers, revisions);
    };
    let asked = entries(spec).filter(|entry| entry.wants != Wants::Nothing);
    let asked = asked.map(async |entry| {
        let answer = match &entry.store {
            Some(key) => {
                let answer = ask(connected, key, &object.namespace, &entry).await;
                answer.unwrap_or_else(|failure| {
                    let what = format!("{key}: {}", failure.detail);
                    let failure = selkie_reconcile::Failure::new(failure.cause, what);
                    (Answer::Failed(failure), None)
                })
            }
            None => {
                let what = "the entry has no store";
                let failure = selkie_reconcile::Failure::new(Cause::InvalidSpec, what);
                (Answer::Failed(failure), None)
            }
        };
        (entry.place, answer)
    });
    for (place, (answer, revision)) in join_all(asked).await {
        answers.insert(place, answer);
        revisions.extend(revision.map(|it| it.to_string()));
    }
    (answers, revisions)
}

/// An answer, and of which state of its origin it is.
type Asked = (Answer, Option<Arc<str>>);

/// What one entry brings.
async fn ask(
    connected: &Stores<'_>,
    key: &StoreKey,
    asking: &str,
    entry: &Entry<'_>,
) -> Result<Asked, Failure> {
    match entry.wants {
        Wants::Value(reference) => {
            let at = Address::from(reference);
            let Some(remote) = connected.read(key, asking, &at).await? else {
                return Ok((Answer::NotFound, None));
            };
            let value = property::value(&remote, reference.property())?;
            let answer = value.map_or(Answer::NotFound, Answer::Value);
            Ok((answer, remote.revision.clone()))
        }
        Wants::Extract(reference) => {
            let at = Address::from(reference);
            let Some(remote) = connected.read(key, asking, &at).await? else {
                return Ok((Answer::NotFound, None));
            };
            let pairs = property::pairs(&remote, reference.property())?;
            let answer = pairs.map_or(Answer::NotFound, Answer::Pairs);
            Ok((answer, remote.revision.clone()))
        }
        Wants::Find(find) => {
            let Some(found) = connected.list(key, asking, &Find::from(find)).await? else {
                return Ok((Answer::NotFound, None));
            };
            let keys = Keys::of(found.iter().any(|(_, remote)| remote.has_converted_names()));
            let pairs = property::found(&found)?;
            let revision = found.iter().find_map(|(_, it)| it.revision.clone());
            Ok((Answer::Found(keys, pairs), revision))
        }
        Wants::Nothing => Ok((Answer::Pairs(Vec::new()), None)),
    }
}
