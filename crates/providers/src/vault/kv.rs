//! Values and metadata in a key-value engine of either version, as JSON text with every digit that the server sent.
//!
//! Never here: a property, which is looked up in what was read; a token.

use std::collections::BTreeMap;

use futures::stream::{self, StreamExt as _, TryStreamExt as _};
use selkie_api::Cause;
use selkie_api::store::vault::KvVersion;
use selkie_crypto::Secret;
use serde::Deserialize;
use serde::de::IgnoredAny;
use serde_json::Value;
use serde_json::value::RawValue;

use super::client::{Answer, Ask};
use super::paths::{Folder, Path};
use super::{Vault, fault};
use crate::{Address, Dialect, Failure, Find, Found, Names, Remote, What};

/// Requests of one search that are under way together: enough to hide the way to the server, and few for the server.
const TOGETHER: usize = 8;

/// Folders in folders: far more than anybody has, and an end for a server that has always another.
const DEPTH: usize = 64;

impl Vault {
    /// The value or the metadata at an address.
    pub(super) async fn at(&self, at: &Address) -> Result<Option<Remote>, Failure> {
        match at.what {
            What::Value => {
                self.check_version(at)?;
                let path = self.layout.data(&at.key)?;
                let value = self.value(&path, at.version.as_deref()).await?;
                if value.is_none() && self.dialect == Dialect::OpenBao {
                    // To the peer's own provider a missing secret is an error like any other, so that nothing is ever deleted for one.
                    let what = format!("{path}: there is no such secret");
                    return Err(Failure::new(Cause::NotFound, what));
                }
                Ok(value.map(|value| Remote::whole(self.dialect, &at.key, value)))
            }
            What::Metadata if self.layout.version == KvVersion::V1 => {
                let what = "version 1 of the key-value engine has no metadata";
                Err(Failure::new(Cause::InvalidSpec, what))
            }
            What::Metadata => {
                let path = self.layout.metadata(&at.key)?;
                let Some(metadata) = self.metadata(&path).await? else {
                    // Not the same as a value that is not there: nothing is deleted for want of metadata.
                    let what = format!("{path}: there is no metadata");
                    return Err(Failure::new(Cause::NotFound, what));
                };
                let text = serde_json::to_vec(&metadata).unwrap_or_default();
                Ok(Some(
                    Remote::whole(self.dialect, &at.key, text).as_metadata(),
                ))
            }
        }
    }

    /// All values that a search finds, by the order of their names.
    pub(super) async fn search(&self, find: &Find) -> Result<Option<Found>, Failure> {
        let by_tags = find.name.is_none() && !find.tags.is_empty();
        if by_tags && self.layout.version == KvVersion::V1 {
            let what = "version 1 of the key-value engine has no tags to search for";
            return Err(Failure::new(Cause::InvalidSpec, what));
        }
        let names = find.names()?;
        let root = self.layout.folder(find.path.as_deref())?;
        let Some(mut all) = self.names(root, &names).await? else {
            // The peer's own provider for OpenBao calls an empty folder a success.
            return Ok((self.dialect == Dialect::OpenBao).then(Vec::new));
        };
        all.sort_by(|a, b| a.0.cmp(&b.0));
        let tags = by_tags.then_some(find);
        let read = all.into_iter().map(|(name, folder, last)| async move {
            let value = self.found(&folder, &last, tags).await?;
            Ok::<_, Failure>(value.map(|value| {
                let remote = Remote::whole(self.dialect, &name, value);
                (name, remote)
            }))
        });
        let found: Vec<_> = stream::iter(read).buffered(TOGETHER).try_collect().await?;
        Ok(Some(found.into_iter().flatten().collect()))
    }

    /// The names below a folder that are meant, each with its folder and the last name of its path. None if there is no such folder.
    async fn names(
        &self,
        root: Folder,
        meant: &Names,
    ) -> Result<Option<Vec<(String, Folder, String)>>, Failure> {
        let mut level = vec![root];
        let mut found = Vec::new();
        let mut is_root = true;
        while !level.is_empty() {
            let listed = level.into_iter().map(|folder| async move {
                let names = self.list(&folder).await?;
                Ok::<_, Failure>((folder, names))
            });
            let listed: Vec<_> = stream::iter(listed)
                .buffered(TOGETHER)
                .try_collect()
                .await?;
            level = Vec::new();
            for (folder, names) in listed {
                // A folder within may have gone in the meantime.
                let Some(names) = names else {
                    if is_root {
                        return Ok(None);
                    }
                    continue;
                };
                for last in names {
                    if let Some(inner) = last.strip_suffix('/') {
                        level.push(folder.inner(inner)?);
                        continue;
                    }
                    let name = folder.name(&last);
                    if meant.contain(&name) {
                        found.push((name, folder.clone(), last));
                    }
                }
            }
            if level.iter().any(|folder| folder.depth() > DEPTH) {
                let what = format!("more than {DEPTH} folders lie in one another");
                return Err(Failure::new(Cause::ProviderError, what));
            }
            is_root = false;
        }
        Ok(Some(found))
    }

    async fn list(&self, folder: &Folder) -> Result<Option<Vec<String>>, Failure> {
        #[derive(Deserialize)]
        struct Keys {
            keys: Vec<String>,
        }
        let path = folder.listing();
        let answer = self.ask(&Ask::List(&path)).await?;
        let Some(data) = data(&answer, &path, self.has_token())? else {
            return Ok(None);
        };
        let keys = serde_json::from_str::<Keys>(data.get());
        let keys = keys.map_err(|_| fault::strange(&path.to_string()))?.keys;
        Ok((!keys.is_empty()).then_some(keys))
    }

    /// The value with this name, if it is there and, where they count, has the tags.
    async fn found(
        &self,
        folder: &Folder,
        last: &str,
        tags: Option<&Find>,
    ) -> Result<Option<Secret>, Failure> {
        if let Some(find) = tags {
            let metadata = self.metadata(&folder.metadata(last)?).await?;
            if !metadata.is_some_and(|metadata| find.tags_match(&metadata)) {
                return Ok(None);
            }
        }
        // Deleted values are listed for as long as there is metadata.
        self.value(&folder.data(last)?, None).await
    }

    /// The members of a value as JSON text; none if it is not there, or deleted.
    async fn value(&self, path: &Path, version: Option<&str>) -> Result<Option<Secret>, Failure> {
        /// Without the member the engine is of the other version.
        #[derive(Deserialize)]
        struct Versioned<'b> {
            #[serde(borrow)]
            data: &'b RawValue,
        }
        let answer = self.ask(&Ask::Read(path, version)).await?;
        let Some(mut data) = data(&answer, path, self.has_token())? else {
            return Ok(None);
        };
        let strange = || fault::strange(&path.to_string());
        if self.layout.version == KvVersion::V2 {
            let versioned = serde_json::from_str::<Versioned<'_>>(data.get());
            data = versioned.map_err(|_| strange())?.data;
        }
        match data.get() {
            "null" => Ok(None),
            text if text.starts_with('{') => Ok(Some(Secret::from(text.as_bytes().to_vec()))),
            _ => Err(strange()),
        }
    }

    /// What is known about a value: what its owner said, over what the engine says.
    async fn metadata(&self, path: &Path) -> Result<Option<BTreeMap<String, String>>, Failure> {
        let answer = self.ask(&Ask::Read(path, None)).await?;
        let Some(data) = data(&answer, path, self.has_token())? else {
            return Ok(None);
        };
        let metadata = serde_json::from_str::<Metadata>(data.get());
        let metadata = metadata.map_err(|_| fault::strange(&path.to_string()))?;
        Ok(Some(metadata.flat()))
    }

    /// The peer's own provider for `OpenBao` reads versions as numbers, and has none in the first version.
    fn check_version(&self, at: &Address) -> Result<(), Failure> {
        let Some(version) = at.version.as_deref() else {
            return Ok(());
        };
        let what = if self.dialect != Dialect::OpenBao {
            return Ok(());
        } else if self.layout.version == KvVersion::V1 {
            "version 1 of the key-value engine has no versions of values"
        } else if version.parse::<u64>().is_err() {
            "the version of a value is a number"
        } else {
            return Ok(());
        };
        Err(Failure::new(Cause::InvalidSpec, what))
    }
}

/// What an answer holds; none if it says that nothing is there.
fn data<'b>(
    answer: &'b Answer,
    path: &Path,
    has_token: bool,
) -> Result<Option<&'b RawValue>, Failure> {
    #[derive(Deserialize)]
    struct Whole<'b> {
        #[serde(borrow, default)]
        data: Option<&'b RawValue>,
        #[serde(default)]
        errors: Option<Vec<IgnoredAny>>,
    }
    let whole = serde_json::from_slice::<Whole<'_>>(answer.body.expose());
    match (answer.status, whole) {
        // A deleted version is told with this status, and with its metadata.
        (
            200..300 | 404,
            Ok(Whole {
                data: Some(data), ..
            }),
        ) => Ok(Some(data)),
        // An engine that has nothing there says so without a word. With words the engine itself is missing, or of the other version: a mistake,
        // for which no target may be deleted.
        (404, Ok(whole)) if whole.errors.as_ref().is_some_and(Vec::is_empty) => Ok(None),
        (200..300, _) => Err(fault::strange(&path.to_string())),
        _ => Err(fault::of(answer, &path.to_string(), has_token)),
    }
}

#[derive(Deserialize)]
struct Metadata {
    created_time: Option<Value>,
    current_version: Option<Value>,
    delete_version_after: Option<Value>,
    custom_metadata: Option<BTreeMap<String, Value>>,
}

impl Metadata {
    fn flat(self) -> BTreeMap<String, String> {
        let own = [
            ("created_time", self.created_time),
            ("current_version", self.current_version),
            ("delete_version_after", self.delete_version_after),
        ];
        let own = own.into_iter();
        own.filter_map(|(name, value)| Some((name.to_owned(), value?)))
            .chain(self.custom_metadata.unwrap_or_default())
            .map(|(name, value)| match value {
                Value::String(text) => (name, text),
                value => (name, value.to_string()),
            })
            .collect()
    }
}
