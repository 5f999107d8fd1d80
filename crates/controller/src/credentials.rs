//! Stores as they are connected to, each once for each identity that may use it, for as long as nothing that it was made of has changed.
//!
//! An identity is a store in one generation and, for a store whose references lie with whoever asks, the namespace that asks. When a Secret, a
//! ConfigMap or an account changes from which credentials came, the connection is taken out of use and the store is to be validated anew; the old
//! one is closed when its last reader has finished.
//!
//! Never here: who may use a store; that is checked for every object before it comes here.

mod artifacts;
mod connected;
mod files;
mod resolve;
mod sources;

use std::collections::{BTreeSet, HashMap};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use futures::future::join_all;
use jiff::Timestamp;
use rand::RngExt as _;
use selkie_api::{Cause, StoreSpec};
use selkie_providers::aws::Endpoints;
use selkie_providers::connect::{
    Asker, asks_with_reference, connect, metric, names_who_asks, references, retry,
};
use selkie_providers::limit::{self, Layer, Limits, Ticket};
use selkie_providers::{Credentials, Failure, Means, Reach};
use selkie_reconcile::duration;
use selkie_reconcile::permission::Scope;
use tokio::sync::Mutex as Gate;

use crate::context::Context;
use crate::key::{Key, Kind, Place};
use crate::metrics::Counters;
use crate::settings::Settings;
use crate::watch::Source;
pub(crate) use connected::Connected;
use connected::Identity;
use files::Holder;
use resolve::Resolved;
use sources::Sources;

/// A connection for a namespace that asks for nothing for so long is closed.
const IDLE: Duration = Duration::from_mins(15);
/// Between two times at which values and connections are looked through.
const SWEEP: Duration = Duration::from_millis(200);
/// For closing all connections at the end.
const FAREWELL: Duration = Duration::from_secs(5);

/// The way to a store.
pub(crate) enum Way {
    /// This one.
    Open(Arc<Connected>),
    /// None before somebody asks: the references lie in his namespace.
    OnlyForSomebody,
}

/// All stores that are connected to.
pub(crate) struct Providers {
    reach: Reach,
    aws: Endpoints,
    layer: Layer,
    /// What metrics call the provider of a store, by the store's uid.
    names: Names,
    state: Mutex<State>,
}

type Names = Arc<Mutex<HashMap<Box<str>, &'static str>>>;

#[derive(Default)]
struct State {
    connected: HashMap<Identity, Arc<Connected>>,
    /// Whoever connects goes through the identity's gate, so that a hundred readers make one login.
    gates: HashMap<Identity, Arc<Gate<()>>>,
    sources: Sources,
    retired: Vec<Arc<Connected>>,
    /// Stand for all refreshes that wait, one for each store: values that may serve one of them are kept.
    waiting: Vec<Ticket>,
    oldest: Option<Instant>,
    swept: Option<Instant>,
}

impl Providers {
    /// None so far; requests go where the settings allow, and are counted.
    pub(crate) fn new(settings: &Settings, counters: Arc<Counters>) -> Self {
        let names = Names::default();
        let known = Arc::clone(&names);
        let mut limits = Limits::new(Arc::new(|| rand::rng().random_range(0.0..1.0)));
        limits.observer = Some(Arc::new(move |call: &limit::Call<'_>| {
            let names = known.lock().unwrap_or_else(PoisonError::into_inner);
            let provider = names.get(call.store).copied().unwrap_or_default();
            counters.call(provider, call.operation, call.failed.is_none());
        }));
        Self {
            reach: settings.reach.clone(),
            aws: settings.aws.clone(),
            layer: Layer::new(limits),
            names,
            state: Mutex::default(),
        }
    }

    /// The store of this key, on behalf of an object of the namespace `asking` that may use it, or of nobody.
    pub(crate) async fn way(
        &self,
        context: &Context,
        key: &Key,
        asking: Option<&Arc<str>>,
    ) -> Result<Way, Failure> {
        let failed = |cause, what: String| Err(Failure::new(cause, what));
        let Some(record) = context.view().record(key) else {
            return failed(Cause::StoreNotReady, format!("{key} does not exist"));
        };
        let spec: StoreSpec = match record.spec.read_with_path() {
            Ok(spec) => spec,
            Err(path) => {
                return failed(
                    Cause::InvalidSpec,
                    format!("{key} cannot be read at {path:?}"),
                );
            }
        };
        let scope = match key.kind {
            Kind::ClusterSecretStore => Scope::Cluster,
            _ => Scope::Namespace(&key.place.namespace),
        };
        let provider = metric(&spec)?;
        let references = references(&spec)?;
        let files = files::reference(&spec);
        let followed: Vec<_> = references.iter().chain(&files).cloned().collect();
        let names_who_asks = names_who_asks(&spec);
        let is_referent = names_who_asks || resolve::is_referent(scope, &followed);
        let identity = Identity {
            key: key.clone(),
            uid: record.uid.clone(),
            generation: record.generation,
            asking: asking.filter(|_| is_referent).cloned(),
        };
        if let Some(connected) = self.known(&identity) {
            return Ok(Way::Open(connected));
        }
        // A SecretStore is asked by its own namespace alone.
        let named = match scope {
            Scope::Cluster => asking,
            Scope::Namespace(_) => Some(&key.place.namespace),
        };
        if names_who_asks && named.is_none() {
            return Ok(Way::OnlyForSomebody);
        }
        let gate = Arc::clone(self.state().gates.entry(identity.clone()).or_default());
        let _passed = gate.lock().await;
        if let Some(connected) = self.known(&identity) {
            return Ok(Way::Open(connected));
        }
        let mut means = Means {
            credentials: Credentials::default(),
            reach: self.reach.clone(),
            own_identity: key.kind == Kind::ClusterSecretStore,
            source: None,
            artifacts: artifacts::of(&context.cluster, scope, &spec)?,
            aws: self.aws.clone(),
            asker: named.map(|namespace| Asker {
                namespace: namespace.to_string(),
                store: key.place.name.to_string(),
                kind: key.kind.as_str().to_owned(),
            }),
            clock: Arc::new(|| Timestamp::now().as_second().try_into().unwrap_or_default()),
        };
        let asking = asking.map(|it| &**it);
        if let Some(reference) = &files {
            let Some((_, place)) = resolve::place(scope, reference, asking)? else {
                return Ok(Way::OnlyForSomebody);
            };
            let holder = Holder::new(&context.cluster, reference, place);
            means.source = Some(Arc::new(holder));
        }
        for (source, place) in resolve::places(scope, &followed, asking) {
            self.state().sources.follow(source, &place, &identity);
        }
        loop {
            let own = &context.settings.own;
            let read = resolve::resolve(
                &context.cluster,
                own,
                scope,
                &spec,
                references.clone(),
                asking,
            );
            let read = match read.await? {
                Resolved::All(read) => read,
                Resolved::OnlyForSomebody => return Ok(Way::OnlyForSomebody),
            };
            let mut state = self.state();
            let mut newest = true;
            // Each is remembered, also behind one that is old.
            for (source, place, version) in &read.sources {
                newest &= state.sources.read(*source, place, version);
            }
            if !newest {
                continue;
            }
            means.credentials = read.credentials;
            let connection = connect(&spec, &means)?;
            let names = self.names.lock();
            names
                .unwrap_or_else(PoisonError::into_inner)
                .insert(identity.uid.clone(), provider);
            let origin = identity.origin(&read.sources);
            let retry = retry(&spec, duration::retry_pause(&spec));
            let lane = self.layer.lane(origin, connection, retry);
            let asks = asks_with_reference(&spec);
            let connected = Arc::new(Connected::new(identity, lane, read.until, asks));
            if let Some(oldest) = state.oldest {
                let ticket = self.layer.ticket(&connected.identity.uid, oldest.into());
                state.waiting.push(ticket);
            }
            state.replace(&connected);
            return Ok(Way::Open(connected));
        }
    }
}

impl Providers {
    fn known(&self, identity: &Identity) -> Option<Arc<Connected>> {
        let state = self.state();
        let connected = state.connected.get(identity);
        connected.filter(|it| !it.lane.is_over()).map(Arc::clone)
    }

    /// An object from which credentials may come has changed, or is gone (`None`). Returns the stores that are to be validated.
    pub(crate) fn changed(&self, source: Source, place: &Place, version: Option<&str>) -> Vec<Key> {
        let mut state = self.state();
        let concerned = state.sources.changed(source, place, version);
        state.retire(|it| concerned.contains(it));
        sources::stores(&concerned)
    }

    /// Any object of this kind may have changed. Returns the stores that are to be validated.
    pub(crate) fn doubt(&self, source: Source, namespace: &str) -> Vec<Key> {
        let mut state = self.state();
        let concerned = state.sources.doubted(source, namespace);
        state.retire(|it| concerned.contains(it));
        sources::stores(&concerned)
    }

    /// A store is gone.
    pub(crate) fn forget(&self, store: &Key) {
        let mut state = self.state();
        state.retire(|it| it.key == *store);
        state.sources.leave(|it| it.key == *store);
        state.gates.retain(|it, _| it.key != *store);
    }

    /// The longest due refresh that waits is due since then: values that were fetched earlier are wiped, and all of them if none waits. Closes what
    /// nobody uses.
    pub(crate) fn waits_since(&self, due: Option<Instant>) {
        let mut state = self.state();
        state.oldest = due;
        // Whoever is the first to wait would find nothing kept for him until the next sweep.
        let is_first = due.is_some() && state.waiting.is_empty();
        if !is_first && state.swept.is_some_and(|last| last.elapsed() < SWEEP) {
            return;
        }
        state.swept = Some(Instant::now());
        let stores: BTreeSet<&str> = state
            .connected
            .keys()
            .map(|identity| &*identity.uid)
            .collect();
        let waiting = due.map_or_else(Vec::new, |due| {
            let ticket = |store| self.layer.ticket(store, due.into());
            stores.into_iter().map(ticket).collect()
        });
        // The new ones are there before the old ones go.
        let over = std::mem::replace(&mut state.waiting, waiting);
        state.retire_idle();
        let (busy, free) = std::mem::take(&mut state.retired)
            .into_iter()
            .partition(|connected| Arc::strong_count(connected) > 1);
        state.retired = busy;
        drop(state);
        drop(over);
        for connected in free {
            tokio::spawn(async move { connected.lane.close().await });
        }
    }

    /// Bytes of values that are kept.
    pub(crate) fn cached(&self) -> usize {
        self.layer.bytes()
    }

    /// Closes everything, at the end.
    pub(crate) async fn close(&self) {
        let all: Vec<_> = {
            let mut state = self.state();
            state.retire(|_| true);
            std::mem::take(&mut state.retired)
        };
        let closed = join_all(all.iter().map(|connected| connected.lane.close()));
        if tokio::time::timeout(FAREWELL, closed).await.is_err() {
            tracing::warn!("not every store could be closed");
        }
    }

    /// Whether whoever was refused by a connection should try once more, because it has been taken out of use since: a token of an account ends after
    /// some minutes, and what was got for it somewhat later. That is no news for anybody.
    pub(crate) fn is_retired(&self, connected: &Arc<Connected>, failure: &Failure) -> bool {
        let known = self.known(&connected.identity);
        failure.cause == Cause::Unauthorized && !known.is_some_and(|it| Arc::ptr_eq(&it, connected))
    }

    /// What went wrong with a connection may be its credentials: then it is made anew.
    fn judge(&self, connected: &Connected, failure: &Failure) {
        if connected.is_outlived(failure) {
            self.state().retire(|it| *it == connected.identity);
        }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    /// Takes a connection into use, and those of the store's former generations out of it.
    fn replace(&mut self, connected: &Arc<Connected>) {
        let new = &connected.identity;
        let is_former = |it: &Identity| {
            it.key == new.key && (it.generation != new.generation || it.uid != new.uid)
        };
        self.retire(is_former);
        let over = self.connected.remove(new);
        self.retired.extend(over);
        self.sources.leave(is_former);
        self.gates.retain(|it, _| !is_former(it));
        self.connected.insert(new.clone(), Arc::clone(connected));
    }

    fn retire(&mut self, is_meant: impl Fn(&Identity) -> bool) {
        let retired = self.connected.extract_if(|it, _| is_meant(it));
        self.retired.extend(retired.map(|(_, connected)| connected));
    }

    fn retire_idle(&mut self) {
        let idle = self
            .connected
            .extract_if(|it, connected| it.asking.is_some() && connected.unused() > IDLE);
        let idle: Vec<_> = idle.collect();
        for (identity, connected) in idle {
            self.sources.leave(|it| *it == identity);
            self.gates.remove(&identity);
            self.retired.push(connected);
        }
    }
}
