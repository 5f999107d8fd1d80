//! The encrypted files of a store of provider `sops`: entries of a ConfigMap or a Secret among the manifests, or a file of this machine.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{ErrorKind, Read as _};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use futures::FutureExt as _;
use futures::future::{BoxFuture, ready};
use selkie_api::store::sops::{Sops, SopsSource};
use selkie_api::{Cause, ProviderKind, StoreSpec};
use selkie_providers::sops::{Bytes, Files, Source};
use selkie_providers::{Failure, Reference};
use selkie_reconcile::permission::Scope;

use super::manifests::{Manifests, Name, Store};
use super::reference::namespace;
use crate::io::plain_error;

/// Bytes that are read of a file: more than the provider takes, so that it can say so.
const ENOUGH: u64 = 3 << 20;

/// Where files lie.
enum Origin {
    Held(BTreeMap<String, Bytes>),
    Local { named: String, path: PathBuf },
}

/// The files of a store, if it has any; `asking` is the namespace of whoever asks.
pub(super) fn source(
    manifests: &Manifests,
    store: &Store,
    scope: Scope<'_>,
    asking: &str,
) -> Result<Option<Arc<dyn Source>>, Failure> {
    let Some(sops) = sops(&store.spec) else {
        return Ok(None);
    };
    let reference = match &sops.source {
        SopsSource::ConfigMap(it) => Reference::ConfigMap {
            namespace: it.namespace.clone(),
            name: it.name.clone(),
            key: String::new(),
        },
        SopsSource::Secret(it) => Reference::Secret {
            namespace: it.namespace.clone(),
            name: it.name.clone(),
            key: String::new(),
        },
        // The provider asks the repository itself.
        SopsSource::Git(_) => return Ok(None),
        SopsSource::Flux(it) => {
            let what = format!("what Flux has fetched for {} {:?}", it.kind.word(), it.name);
            return Err(super::reference::unavailable(&what));
        }
        SopsSource::File(it) => {
            let local = Origin::Local {
                named: it.path.clone(),
                path: beside(&store.origin.file, &it.path),
            };
            return Ok(Some(Arc::new(local)));
        }
    };
    let namespace = namespace(scope, &reference, asking)?;
    let held = held(manifests, &reference, &namespace)?;
    Ok(Some(Arc::new(Origin::Held(held))))
}

fn held(
    manifests: &Manifests,
    reference: &Reference,
    namespace: &str,
) -> Result<BTreeMap<String, Bytes>, Failure> {
    let missing = |kind: &str, name: &Name| {
        let what = format!(
            "{kind} {name}, which holds the files, is not among the manifests: give its manifest too"
        );
        Failure::new(Cause::NotFound, what)
    };
    match reference {
        Reference::ConfigMap { name, .. } => {
            let name = Name::new(namespace, name);
            let found = manifests.config_maps.get(&name);
            let found = found.ok_or_else(|| missing("ConfigMap", &name))?;
            let texts = found.data.iter();
            let texts = texts.map(|(key, text)| (key.clone(), Bytes::from(text.as_bytes())));
            let binary = found.binary.iter();
            let binary = binary.map(|(key, bytes)| (key.clone(), Bytes::from(&**bytes)));
            Ok(texts.chain(binary).collect())
        }
        Reference::Secret { name, .. } => {
            let name = Name::new(namespace, name);
            let found = manifests.secrets.get(&name);
            let found = found.ok_or_else(|| missing("Secret", &name))?;
            let entries = found.data.iter();
            let entries = entries.map(|(key, value)| (key.clone(), Bytes::from(value.expose())));
            Ok(entries.collect())
        }
        _ => Ok(BTreeMap::new()),
    }
}

/// A path is that of the folder in which the manifest lies; of a manifest from stdin, of the folder in which we run.
fn beside(manifest: &str, path: &str) -> PathBuf {
    let folder = Path::new(manifest).parent().unwrap_or(Path::new(""));
    folder.join(path)
}

pub(super) fn sops(spec: &StoreSpec) -> Option<&Sops> {
    match spec.provider.only().ok()? {
        ProviderKind::Sops(sops) => Some(sops),
        _ => None,
    }
}

fn read(named: &str, path: &Path) -> Result<Bytes, Failure> {
    let failed = |error: std::io::Error| {
        let cause = match error.kind() {
            ErrorKind::NotFound => Cause::NotFound,
            _ => Cause::InvalidData,
        };
        Failure::new(cause, format!("{named}: {}", plain_error(&error)))
    };
    if path.metadata().map_err(failed)?.is_dir() {
        let what = format!("{named}: a folder, where the store must name a file");
        return Err(Failure::new(Cause::InvalidSpec, what));
    }
    let mut bytes = Vec::new();
    let file = File::open(path).map_err(failed)?;
    file.take(ENOUGH).read_to_end(&mut bytes).map_err(failed)?;
    Ok(bytes.into())
}

impl Source for Origin {
    fn files(&self) -> BoxFuture<'_, Result<Arc<Files>, Failure>> {
        let found = match self {
            Self::Held(all) => Ok(all.clone()),
            Self::Local { named, path } => {
                read(named, path).map(|bytes| BTreeMap::from([(named.clone(), bytes)]))
            }
        };
        ready(found.map(|all| Arc::new(all.into_iter().collect::<Files>()))).boxed()
    }
}
