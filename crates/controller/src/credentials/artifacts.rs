//! Where what Flux has fetched lies: the status of a source, read anew each time.

use std::sync::Arc;

use futures::future::BoxFuture;
use selkie_api::store::sops::{SopsFlux, SopsSource};
use selkie_api::{Cause, ProviderKind, StoreSpec};
use selkie_providers::Failure;
use selkie_providers::sops::{Artifact, Artifacts};
use selkie_reconcile::permission::{Scope, reference};
use serde::Deserialize;

use super::resolve::{ours, read_at};
use crate::cluster::Cluster;
use crate::key::Place;

/// The API of Flux's sources.
const GROUP: &str = "apis/source.toolkit.fluxcd.io/v1";

/// Whoever tells where the artifact of a store lies; none for stores that have none.
pub(super) fn of(
    cluster: &Arc<Cluster>,
    scope: Scope<'_>,
    spec: &StoreSpec,
) -> Result<Option<Arc<dyn Artifacts>>, Failure> {
    let Ok(ProviderKind::Sops(sops)) = spec.provider.only() else {
        return Ok(None);
    };
    let SopsSource::Flux(source) = &sops.source else {
        return Ok(None);
    };
    let namespace = reference(scope, source.namespace.as_deref(), None).map_err(ours)?;
    let namespace = namespace.ok_or_else(|| {
        let what = "source.flux of a ClusterSecretStore must name a namespace";
        Failure::new(Cause::InvalidSpec, what)
    })?;
    Ok(Some(Arc::new(Status {
        cluster: Arc::clone(cluster),
        place: Place::new(namespace, source.name.as_str()),
        source: source.clone(),
    })))
}

/// What source-controller writes into the status of one source.
struct Status {
    cluster: Arc<Cluster>,
    place: Place,
    source: SopsFlux,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Source {
    status: Fetched,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Fetched {
    artifact: Option<Told>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Told {
    url: String,
    digest: String,
    revision: String,
}

impl Artifacts for Status {
    fn artifact(&self) -> BoxFuture<'_, Result<Artifact, Failure>> {
        Box::pin(async {
            let kind = self.source.kind;
            let missing = |what: &str| {
                let what = format!("{} {:?} {what}", kind.word(), self.source.name);
                Failure::new(Cause::NotFound, what)
            };
            let found: Option<Source> =
                read_at(&self.cluster, GROUP, &self.place, kind.plural()).await?;
            let source = found.ok_or_else(|| missing("does not exist"))?;
            let told = source.status.artifact;
            let told = told.ok_or_else(|| missing("has no artifact yet"))?;
            Ok(Artifact {
                url: told.url,
                digest: told.digest,
                revision: told.revision,
            })
        })
    }
}
