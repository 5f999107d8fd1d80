//! Finds out what a plan is made of. It only reads: what the watches have told, the target where they do not tell enough, templates, and the
//! providers.
//!
//! Never here: a decision, a write.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::time::{Duration, Instant};

use futures::future::join_all;
use jiff::Timestamp;
use k8s_openapi::api::core::v1;
use selkie_api::condition::{READY, find as find_condition};
use selkie_api::{Cause, ExternalSecretSpec, RemoteRef, StoreKind, StoreSpec, StoreStatus};
use selkie_crypto::Secret;
use selkie_providers::{Address, Find, property};
use selkie_reconcile::external_secret::{
    Answer, Entry, Fetched, Object, Observed, Place as At, Target, Wants, beat, entries,
};
use selkie_reconcile::permission::{self, Namespace, Serves, Standing, StoreKey, StoreSeen};
use selkie_reconcile::pipeline::Keys;
use selkie_reconcile::target::{Existing, Source, SourceKey, Sources};
use selkie_reconcile::{Failure, SecretData, status};

use super::ahead;
use super::target::{self, CORE};
use crate::cluster::{Refusal, object};
use crate::context::Context;
use crate::credentials::{Connected, Way};
use crate::key::{Key, Kind, Place};
use crate::record::Record;

/// The ExternalSecret of a run, in the version that is known.
pub(super) struct Subject {
    /// Which object.
    pub(super) key: Key,
    /// What is known of it.
    pub(super) record: Arc<Record>,
    /// Its target.
    pub(super) target: Place,
}

impl Subject {
    /// The object, if it is still there.
    pub(super) fn of(context: &Context, key: &Key) -> Option<Self> {
        let record = context.view().record(key)?;
        let target = record
            .target
            .clone()
            .unwrap_or_else(|| Arc::clone(&key.place.name));
        Some(Self {
            key: key.clone(),
            target: key.place.beside(target),
            record,
        })
    }

    /// Whether a store of ours that it reads from has never been validated. Whatever was said now would be wrong in a moment.
    pub(super) fn waits_for_store(&self, context: &Context) -> bool {
        if !context.settings.flood_gate || self.record.deleting {
            return false;
        }
        let view = context.view();
        let mut stores = self.record.stores.iter();
        stores.any(|(kind, name)| {
            let store = view.record(&store(*kind, name, &self.key.place));
            store.is_some_and(|store| {
                let status: StoreStatus = store.status.read_or_default();
                let spec: Option<StoreSpec> = store.spec.read().ok();
                context.settings.serves(*kind)
                    && find_condition(&status.conditions, READY).is_none()
                    && spec.is_some_and(|it| permission::is_of_class(&it, &context.settings.class))
            })
        })
    }
}

/// The key of a store, as an object at `place` names it.
pub(super) fn store(kind: Kind, name: &Arc<str>, place: &Place) -> Key {
    let place = match kind {
        Kind::ClusterSecretStore => Place::new("", Arc::clone(name)),
        _ => place.beside(Arc::clone(name)),
    };
    Key::new(kind, place)
}

/// What is known before anybody but the API server is asked.
pub(super) async fn observe(context: &Context, subject: &Subject) -> Result<Observed, Refusal> {
    let record = &subject.record;
    let object = Object {
        namespace: subject.key.place.namespace.to_string(),
        name: subject.key.place.name.to_string(),
        uid: record.uid.to_string(),
        generation: record.generation,
        labels: record.labels.read_or_default(),
        annotations: record.annotations.read_or_default(),
        finalizers: record.finalizers.read_or_default(),
        deleting: record.deleting,
        spec: spec(record),
        status: record.status.read_or_default(),
    };
    let mut seen = Observed {
        stores: standings(context, subject),
        target: Target::Missing,
        namesakes: target::namesakes(context, subject, &object).await?,
        fetched: Fetched::NotAsked,
        revisions: BTreeSet::new(),
        sources: Sources::new(),
        now: Timestamp::now(),
        phase: beat(&object.namespace, &object.uid, object.spec.as_ref().ok()),
        seed: rand::random(),
        delimiters: context.settings.delimiters.clone(),
        object,
    };
    seen.target = target::known(context, subject, &seen.object).await?;
    Ok(seen)
}

/// The spec, or where it does not fit. What stands there is not said.
fn spec(record: &Record) -> Result<ExternalSecretSpec, Failure> {
    record.spec.read_with_path().map_err(|path| {
        let what = format!("the spec cannot be read at {path:?}");
        Failure::new(Cause::InvalidSpec, what)
    })
}

/// What the object may expect of each store that it names.
pub(super) fn standings(context: &Context, subject: &Subject) -> BTreeMap<StoreKey, Standing> {
    let view = context.view();
    let serves = Serves {
        class: context.settings.class.clone(),
        cluster_stores: context.settings.cluster_stores,
        ready_only: context.settings.flood_gate,
    };
    let asking = &subject.key.place.namespace;
    let namespace = Namespace {
        name: asking.to_string(),
        labels: view.namespace(asking).unwrap_or_default(),
    };
    let stores = subject.record.stores.iter().map(|(kind, name)| {
        let record = view.record(&store(*kind, name, &subject.key.place));
        let spec: Option<StoreSpec> = record.as_ref().and_then(|it| it.spec.read().ok());
        let status: StoreStatus = record
            .as_ref()
            .map_or_else(StoreStatus::default, |it| it.status.read_or_default());
        let store = record.map(|_| StoreSeen {
            spec: spec.as_ref(),
            ready: status::is_ready(&status.conditions),
        });
        let key = StoreKey {
            kind: kind_of(*kind),
            name: name.to_string(),
        };
        // A SecretStore that is not served is another controller's, as one of the cluster.
        let standing = if context.settings.serves(*kind) {
            permission::standing(&key, store, &namespace, &serves)
        } else {
            Standing::Foreign
        };
        (key, standing)
    });
    stores.collect()
}

pub(super) const fn kind_of(kind: Kind) -> StoreKind {
    match kind {
        Kind::ClusterSecretStore => StoreKind::ClusterSecretStore,
        _ => StoreKind::SecretStore,
    }
}

/// The templates that lie in other objects.
pub(super) async fn sources(
    context: &Context,
    subject: &Subject,
    needed: BTreeSet<SourceKey>,
) -> Sources {
    let read = needed.into_iter().map(async |key| {
        let source = source(context, &subject.key.place.namespace, &key).await;
        (key, source)
    });
    join_all(read).await.into_iter().collect()
}

async fn source(context: &Context, namespace: &str, key: &SourceKey) -> Source {
    let read = match key {
        SourceKey::Secret(name) => {
            let found = target::secret(context, &Place::new(namespace, name.as_str())).await;
            found.map(|found| found.map(|it| Existing::from(it).data))
        }
        SourceKey::ConfigMap(name) => config_map(context, namespace, name).await,
    };
    match read {
        Ok(Some(data)) => Source::Read(data),
        Ok(None) | Err(Refusal::Name) => Source::Missing,
        Err(refusal) => Source::Failed(Failure::new(refusal.cause(), format!("{key}: {refusal}"))),
    }
}

async fn config_map(
    context: &Context,
    namespace: &str,
    name: &str,
) -> Result<Option<SecretData>, Refusal> {
    let path = object(CORE, namespace, "configmaps", name)?;
    let Some(text) = context.cluster.find(&path).await? else {
        return Ok(None);
    };
    let found: v1::ConfigMap =
        serde_json::from_slice(text.expose()).map_err(|_| Refusal::Malformed)?;
    let data = found.data.unwrap_or_default().into_iter();
    Ok(Some(
        data.map(|(key, value)| (key, Secret::from(value)))
            .collect(),
    ))
}

/// What all entries brought.
#[derive(Default)]
pub(super) struct Brought {
    /// By entry.
    pub(super) answers: BTreeMap<At, Answer>,
    /// Of which states of their origins that is.
    pub(super) revisions: BTreeSet<String>,
    /// How long the most impatient provider wants to be left alone.
    pub(super) wait: Option<Duration>,
}

/// What each entry brings.
pub(super) async fn fetch(
    context: &Context,
    subject: &Subject,
    seen: &Observed,
    due: Instant,
) -> Brought {
    let mut brought = Brought::default();
    let Ok(spec) = &seen.object.spec else {
        return brought;
    };
    let asked = entries(spec).filter(|entry| entry.wants != Wants::Nothing);
    let answers = asked.map(async |entry| {
        let answer = ask(context, subject, &entry, due).await;
        (entry.place, answer)
    });
    for (place, answer) in join_all(answers).await {
        let answer = match answer {
            Ok((answer, revision)) => {
                brought.revisions.extend(revision.map(|it| it.to_string()));
                answer
            }
            Err(failure) => {
                brought.wait = brought.wait.max(failure.after);
                Answer::Failed(Failure::new(failure.cause, failure.detail))
            }
        };
        brought.answers.insert(place, answer);
    }
    brought
}

fn failed<T>(cause: Cause, what: &str) -> Result<T, selkie_providers::Failure> {
    Err(selkie_providers::Failure::new(cause, what))
}
/// An answer, and of which state of its origin it is.
type Asked = (Answer, Option<Arc<str>>);

/// What one entry brings.
async fn ask(
    context: &Context,
    subject: &Subject,
    entry: &Entry<'_>,
    due: Instant,
) -> Result<Asked, selkie_providers::Failure> {
    let Some(named) = &entry.store else {
        return failed(Cause::InvalidSpec, "the entry has no store");
    };
    let kind = match named.kind {
        StoreKind::SecretStore => Kind::SecretStore,
        StoreKind::ClusterSecretStore => Kind::ClusterSecretStore,
    };
    let key = store(kind, &named.name.as_str().into(), &subject.key.place);
    let asking = &subject.key.place.namespace;
    let open = async || match context.providers.way(context, &key, Some(asking)).await? {
        Way::Open(store) => Ok(store),
        Way::OnlyForSomebody => failed(Cause::StoreNotReady, "the store cannot be asked"),
    };
    let store = open().await?;
    match ask_store(context, &store, entry, asking, due).await {
        Err(failure) if context.providers.is_retired(&store, &failure) => {
            let store = open().await?;
            ask_store(context, &store, entry, asking, due).await
        }
        answer => answer,
    }
}

async fn ask_store(
    context: &Context,
    store: &Connected,
    entry: &Entry<'_>,
    asking: &Arc<str>,
    due: Instant,
) -> Result<Asked, selkie_providers::Failure> {
    let asks = store.asks_with_reference().then_some(asking);
    let ahead = |take: &mut dyn FnMut(Address, tokio::time::Instant) -> bool| {
        ahead::values(context, store.key(), store.asking(), take);
    };
    match entry.wants {
        Wants::Value(reference) => {
            let at = address(reference, asks);
            let read = store.read(context, &at, due, &ahead);
            let Some(remote) = read.await? else {
                return Ok((Answer::NotFound, None));
            };
            let value = property::value(&remote, reference.property())?;
            let answer = value.map_or(Answer::NotFound, Answer::Value);
            Ok((answer, remote.revision.clone()))
        }
        Wants::Extract(reference) => {
            let at = address(reference, asks);
            let read = store.read(context, &at, due, &ahead);
            let Some(remote) = read.await? else {
                return Ok((Answer::NotFound, None));
            };
            let pairs = property::pairs(&remote, reference.property())?;
            let answer = pairs.map_or(Answer::NotFound, Answer::Pairs);
            Ok((answer, remote.revision.clone()))
        }
        Wants::Find(find) => {
            let Some(found) = store.list(context, &Find::from(find), due).await? else {
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

/// Where a reference leads. A provider that puts more than the key into its question is told the rest, on behalf of the namespace `asks`.
fn address(reference: &RemoteRef, asks: Option<&Arc<str>>) -> Address {
    let at = Address::from(reference);
    match asks {
        Some(namespace) => at.asked(reference.property(), namespace),
        None => at,
    }
}
