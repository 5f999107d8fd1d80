//! The encrypted files of a store of provider `sops`: entries of a ConfigMap or a Secret, read anew each time.

use std::collections::BTreeMap;
use std::sync::Arc;

use futures::future::BoxFuture;
use k8s_openapi::api::core::v1;
use selkie_api::store::sops::SopsSource;
use selkie_api::{Cause, ProviderKind, StoreSpec};
use selkie_providers::sops::{Bytes, Files, Source};
use selkie_providers::{Failure, Reference};

use super::resolve::read_object;
use crate::cluster::Cluster;
use crate::key::Place;

/// What a store's files lie in, as a reference whose key does not matter; none for other providers, and for files that lie in no object.
pub(super) fn reference(spec: &StoreSpec) -> Option<Reference> {
    let ProviderKind::Sops(sops) = spec.provider.only().ok()? else {
        return None;
    };
    match &sops.source {
        SopsSource::ConfigMap(it) => Some(Reference::ConfigMap {
            namespace: it.namespace.clone(),
            name: it.name.clone(),
            key: String::new(),
        }),
        SopsSource::Secret(it) => Some(Reference::Secret {
            namespace: it.namespace.clone(),
            name: it.name.clone(),
            key: String::new(),
        }),
        // The provider asks the repository itself, artifacts have a room of their own, and a file is for `render`.
        SopsSource::Git(_) | SopsSource::Flux(_) | SopsSource::File(_) => None,
    }
}

/// The object that the files lie in.
pub(super) struct Holder {
    cluster: Arc<Cluster>,
    is_secret: bool,
    place: Place,
}

impl Holder {
    /// The files of what a reference names, once it is known in which namespace that lies.
    pub(super) fn new(cluster: &Arc<Cluster>, reference: &Reference, place: Place) -> Self {
        Self {
            cluster: Arc::clone(cluster),
            is_secret: matches!(reference, Reference::Secret { .. }),
            place,
        }
    }

    async fn all(&self) -> Result<BTreeMap<String, Vec<u8>>, Failure> {
        let name = &self.place.name;
        let (kind, found) = if self.is_secret {
            let found: Option<v1::Secret> =
                read_object(&self.cluster, &self.place, "secrets").await?;
            let data = found.map(|it| it.data.unwrap_or_default().into_iter());
            (
                "Secret",
                data.map(|data| data.map(|(key, value)| (key, value.0)).collect()),
            )
        } else {
            let found: Option<v1::ConfigMap> =
                read_object(&self.cluster, &self.place, "configmaps").await?;
            let all = found.map(|it| {
                let text = it.data.unwrap_or_default().into_iter();
                let bytes = it.binary_data.unwrap_or_default().into_iter();
                let text = text.map(|(key, value)| (key, value.into_bytes()));
                text.chain(bytes.map(|(key, value)| (key, value.0)))
                    .collect()
            });
            ("ConfigMap", all)
        };
        found.ok_or_else(|| {
            let what = format!("{kind} {name:?}, which holds the files, does not exist");
            Failure::new(Cause::NotFound, what)
        })
    }
}

impl Source for Holder {
    fn files(&self) -> BoxFuture<'_, Result<Arc<Files>, Failure>> {
        Box::pin(async move {
            let all = self.all().await?.into_iter();
            let files = all.map(|(name, bytes)| (name, Bytes::from(bytes)));
            Ok(Arc::new(files.collect::<Files>()))
        })
    }
}
