//! Stores as they are connected to, each once for each namespace that asks. Values are shared within one run and one namespace.
//!
//! Never here: who may use a store; that is asked before, for each object.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::sync::Arc;

use futures::future::join_all;
use selkie_api::{Cause, ProviderKind, StoreKind, StoreSpec};
use selkie_providers::connect::{connect, retry, row};
use selkie_providers::limit::{Lane, Layer, Limits, Origin, Ticket};
use selkie_providers::{Address, Failure, Find, Found, Means, Remote};
use selkie_reconcile::duration;
use selkie_reconcile::permission::{Scope, StoreKey};
use tokio::time::Instant;

use super::files::source;
use super::manifests::{Manifests, Store};
use super::reference::{OwnKeys, credentials};

/// All stores of a run.
pub(super) struct Stores<'m> {
    manifests: &'m Manifests,
    own_keys: Option<&'m OwnKeys>,
    clock: Arc<dyn Fn() -> u64 + Send + Sync>,
    layer: Layer,
    due: Instant,
    connected: RefCell<BTreeMap<(StoreKey, String), Way>>,
}

/// The way to a store, or why there is none.
type Way = Result<Arc<Connected>, Failure>;

/// A store that can be asked. What was read of it is kept until the run ends.
struct Connected {
    lane: Lane,
    ticket: Ticket,
}

impl<'m> Stores<'m> {
    /// None so far.
    pub(super) fn new(
        manifests: &'m Manifests,
        own_keys: Option<&'m OwnKeys>,
        clock: Arc<dyn Fn() -> u64 + Send + Sync>,
    ) -> Self {
        Self {
            manifests,
            own_keys,
            clock,
            // One run needs no jitter.
            layer: Layer::new(Limits::new(Arc::new(|| 0.5))),
            due: Instant::now(),
            connected: RefCell::default(),
        }
    }

    /// The value at an address, on behalf of an object of the namespace `asking`.
    pub(super) async fn read(
        &self,
        key: &StoreKey,
        asking: &str,
        at: &Address,
    ) -> Result<Option<Arc<Remote>>, Failure> {
        let store = self.connected(key, asking)?;
        self.layer.read(&store.ticket, &store.lane, at).await
    }

    /// What a search finds, likewise.
    pub(super) async fn list(
        &self,
        key: &StoreKey,
        asking: &str,
        find: &Find,
    ) -> Result<Option<Arc<Found>>, Failure> {
        let store = self.connected(key, asking)?;
        self.layer.list(&store.ticket, &store.lane, find).await
    }

    /// Gives back what was borrowed.
    pub(super) async fn close(self) {
        let connected = self.connected.into_inner();
        let all: Vec<_> = connected.into_values().flatten().collect();
        join_all(all.iter().map(|it| it.lane.close())).await;
    }

    fn connected(&self, key: &StoreKey, asking: &str) -> Way {
        let whose = (key.clone(), asking.to_owned());
        let mut connected = self.connected.borrow_mut();
        let entry = connected.entry(whose);
        entry
            .or_insert_with(|| self.connect(key, asking).map(Arc::new))
            .clone()
    }

    fn connect(&self, key: &StoreKey, asking: &str) -> Result<Connected, Failure> {
        let Some(store) = self.manifests.store(key, asking) else {
            return Err(Failure::new(Cause::StoreNotReady, "it does not exist"));
        };
        let Store { spec, .. } = store;
        offline(spec)?;
        row(spec)?;
        let scope = match key.kind {
            StoreKind::SecretStore => Scope::Namespace(asking),
            StoreKind::ClusterSecretStore => Scope::Cluster,
        };
        let means = Means {
            source: source(self.manifests, store, scope, asking)?,
            // Without an identity of one's own: a store's manifest would choose where that goes.
            ..Means::new(
                credentials(self.manifests, spec, scope, asking, self.own_keys)?,
                Arc::clone(&self.clock),
            )
        };
        let origin = Origin {
            store: format!("{key} {asking}"),
            generation: 1,
            identity: asking.to_owned(),
        };
        Ok(Connected {
            ticket: self.layer.ticket(&origin.store, self.due),
            lane: self.layer.lane(
                origin,
                connect(spec, &means)?,
                retry(spec, duration::retry_pause(spec)),
            ),
        })
    }
}

/// Refuses providers that need what only a cluster has: its API server, tokens of accounts, the identity of the controller.
fn offline(spec: &StoreSpec) -> Result<(), Failure> {
    let name = match spec.provider.only() {
        Ok(ProviderKind::Aws(_)) => "aws",
        Ok(ProviderKind::AzureKv(_)) => "azurekv",
        Ok(ProviderKind::Kubernetes(_)) => "kubernetes",
        Ok(ProviderKind::Webhook(_)) => "webhook",
        _ => return Ok(()),
    };
    let what = format!(
        "unavailable offline: provider {name} is for clusters: render with a store of another provider, such as fake or sops"
    );
    Err(Failure::new(Cause::Unsupported, what))
}
