//! Provider `sops`: files that SOPS or this project encrypted, decrypted here.
//!
//! A store is one file, whose names are its keys, or many files, each a key. A property is a place in what the key names. A file names addresses,
//! vaults and roles of its own, and whoever writes it would choose where our credentials go: so nothing is asked that the store does not list
//! (`keys`), and of programs, plugins and terminals there is none to ask. Bytes come through [`Source`], whatever stands behind it.
//!
//! Nothing is returned before the MAC was verified. Never here: where files lie, a Kubernetes object, a file of the machine.

#[cfg(feature = "sops-cloud")]
mod cloud;
#[cfg(feature = "sops-flux")]
mod flux;
#[cfg(any(feature = "sops-flux", feature = "sops-git"))]
pub mod foreign;
#[cfg(feature = "sops-git")]
mod git;
mod keys;
mod open;
#[cfg(any(feature = "sops-flux", feature = "sops-git"))]
mod place;
#[cfg(any(feature = "sops-flux", feature = "sops-git"))]
mod snapshot;
mod source;

#[cfg(test)]
mod tests;

use std::sync::{Arc, Weak};

use futures::FutureExt as _;
use futures::future::BoxFuture;
use selkie_api::Cause;
use selkie_api::store::sops::{Sops as Spec, SopsSource};
use tokio::sync::Mutex;

use crate::connect::Means;
use crate::{Address, Failure, File, Find, Found, Provider, Reference, Remote, Validity, property};
#[cfg(feature = "sops-flux")]
pub use flux::{Artifact, Artifacts};
use keys::Keys;
use open::Opener;
pub use source::{Bytes, Entry, Files, Source};

/// A store of encrypted files.
pub struct Sops {
    source: Arc<dyn Source>,
    /// The one file that the store is, if it is one.
    single: Option<String>,
    opener: Arc<Opener>,
    /// What was decrypted last, as long as somebody has it: the keys of one file are one decryption, and one request to a key service.
    last: Mutex<Option<(Bytes, Weak<File>)>>,
}

impl Sops {
    /// What the caller has to resolve before it can connect. The files are not among it.
    pub fn references(spec: &Spec) -> Vec<Reference> {
        let references = keys::references(spec);
        #[cfg(feature = "sops-git")]
        if let SopsSource::Git(git) = &spec.source {
            return [references, git::references(git)].concat();
        }
        references
    }

    /// Makes ready to ask; nothing is read yet.
    pub fn connect(spec: &Spec, means: &Means) -> Result<Self, Failure> {
        let source = source(spec, means)?;
        let single = match &spec.source {
            SopsSource::ConfigMap(of) => of.key.clone(),
            SopsSource::Secret(of) => of.key.clone(),
            SopsSource::Git(of) => of.key.clone(),
            SopsSource::Flux(of) => of.key.clone(),
            SopsSource::File(file) => Some(file.path.clone()),
        };
        let keys = Keys::new(spec, means)?;
        Ok(Self {
            source,
            single,
            opener: Arc::new(Opener::new(keys, spec.format)),
            last: Mutex::default(),
        })
    }

    async fn at(&self, at: &Address) -> Result<Option<Remote>, Failure> {
        if at.version.is_some() {
            let detail = format!("{}: files have no versions", at.key);
            return Err(Failure::new(Cause::Unsupported, detail));
        }
        let (name, place) = match &self.single {
            Some(name) => (name, vec![at.key.clone()]),
            None => (&at.key, Vec::new()),
        };
        let files = self.source.files().await?;
        let Some(file) = self.file(&files, name).await? else {
            return Ok(None);
        };
        if !property::is_there(&file, &place) {
            return Ok(None);
        }
        let remote = Remote::file(&at.key, file, place);
        Ok(Some(remote.of_revision(files.revision.as_ref())))
    }

    /// In one file: its names, or those at a path in it. Of many files: their names, or what stands at the top of the one at the path.
    async fn search(&self, find: &Find) -> Result<Option<Found>, Failure> {
        if !find.tags.is_empty() {
            let detail = "files have no tags to search for";
            return Err(Failure::new(Cause::Unsupported, detail));
        }
        let names = find.names()?;
        let path = find.path.as_deref().filter(|path| !path.is_empty());
        let files = self.source.files().await?;
        let revision = files.revision.as_ref();
        let (name, mut place) = match (&self.single, path) {
            (Some(single), None) => (single.as_str(), Vec::new()),
            (Some(single), Some(path)) => (single.as_str(), vec![path.to_owned()]),
            (None, Some(path)) => (path, Vec::new()),
            (None, None) => {
                let mut found = Found::new();
                for name in files.entries.keys() {
                    if names.contain(name)
                        && let Some(file) = self.file(&files, name).await?
                    {
                        let remote = Remote::file(name, file, Vec::new());
                        found.push((name.clone(), remote.of_revision(revision)));
                    }
                }
                return Ok(Some(found));
            }
        };
        let Some(file) = self.file(&files, name).await? else {
            return Ok(None);
        };
        let Some(all) = property::names(&file, &place) else {
            return Ok(None);
        };
        let meant = all.into_iter().filter(|name| names.contain(name));
        let found = meant.map(|name| {
            place.push(name.clone());
            let remote = Remote::file(&name, Arc::clone(&file), place.clone());
            place.pop();
            (name, remote.of_revision(revision))
        });
        Ok(Some(found.collect()))
    }

    async fn file(&self, files: &Files, name: &str) -> Result<Option<Arc<File>>, Failure> {
        let bytes = match files.entries.get(name) {
            None => return Ok(None),
            Some(Entry::File(bytes)) => Arc::clone(bytes),
            Some(Entry::Link) => {
                let detail = format!("{name}: a link, and links are not followed");
                return Err(Failure::new(Cause::InvalidData, detail));
            }
            Some(Entry::TooLarge) => return Err(open::too_large(name)),
        };
        // Held until it is decrypted: whoever wants the same file waits for it.
        let mut last = self.last.lock().await;
        if let Some((known, file)) = &*last
            && **known == *bytes
            && let Some(file) = file.upgrade()
        {
            return Ok(Some(file));
        }
        let opener = Arc::clone(&self.opener);
        let (name, sealed) = (name.to_owned(), Arc::clone(&bytes));
        // Decryption takes a while, and key services are asked by clients that wait.
        let decryption = tokio::task::spawn_blocking(move || opener.open(&name, &sealed));
        let decrypted = decryption.await.unwrap_or_else(|_| {
            let detail = "the decryption ended before it was done";
            Err(Failure::new(Cause::DecryptFailed, detail))
        });
        let file = Arc::new(decrypted?);
        *last = Some((bytes, Arc::downgrade(&file)));
        Ok(Some(file))
    }

    /// The store's file can be opened, or its files are there.
    async fn check(&self) -> Result<Validity, Failure> {
        let files = self.source.files().await?;
        let Some(name) = &self.single else {
            return Ok(Validity::Valid);
        };
        if self.file(&files, name).await?.is_some() {
            return Ok(Validity::Valid);
        }
        let detail = format!("{name}: there is no such file");
        Err(Failure::new(Cause::NotFound, detail))
    }
}

/// Where the store's files come from: a repository is asked from here, all else is the caller's.
fn source(spec: &Spec, means: &Means) -> Result<Arc<dyn Source>, Failure> {
    #[cfg(feature = "sops-git")]
    if let SopsSource::Git(git) = &spec.source {
        return Ok(Arc::new(git::source(git, means)?));
    }
    #[cfg(feature = "sops-flux")]
    if let SopsSource::Flux(flux) = &spec.source {
        return Ok(Arc::new(flux::source(flux, means)?));
    }
    let Some(source) = &means.source else {
        let detail = match spec.source {
            SopsSource::Git(_) => "this program was built without Git",
            SopsSource::Flux(_) => "this program was built without Flux",
            _ => "there is nothing here that could read files of a store",
        };
        return Err(Failure::new(Cause::Unsupported, detail));
    };
    Ok(Arc::clone(source))
}

impl Provider for Sops {
    fn read<'a>(&'a self, at: &'a Address) -> BoxFuture<'a, Result<Option<Remote>, Failure>> {
        self.at(at).boxed()
    }

    fn list<'a>(&'a self, find: &'a Find) -> BoxFuture<'a, Result<Option<Found>, Failure>> {
        self.search(find).boxed()
    }

    fn validate(&self) -> BoxFuture<'_, Result<Validity, Failure>> {
        self.check().boxed()
    }
}
