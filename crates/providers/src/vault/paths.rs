//! Where a key of the spec lies below `/v1/`: pure, and the only place that knows how engine, key and the word between them are put together.
//!
//! A key may name its engine, and in version 2 the word `data`, or leave both to the store: manifests exist in every form. Never here:
//! percent signs; a [`Path`] holds names as they are, and the client encodes them.

use std::fmt;

use selkie_api::Cause;
use selkie_api::store::vault::KvVersion;

use crate::Failure;

/// Where the store's engine is.
#[derive(Clone, Debug)]
pub(super) struct Layout {
    /// The engine's path; without it every key begins with one.
    pub(super) mount: Option<String>,
    /// Its version: the first has values alone, the second versions of them and metadata.
    pub(super) version: KvVersion,
}

/// A path below `/v1/`: names, none of them empty and none that leads upwards.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Path(Vec<String>);

/// A folder of an engine, and the names in it.
#[derive(Clone, Debug)]
pub(super) struct Folder {
    version: KvVersion,
    mount: Path,
    folder: Path,
    /// What stands before a name in the results, letter for letter as the manifest has it.
    prefix: String,
}

impl Layout {
    /// Where a value is read.
    pub(super) fn data(&self, key: &str) -> Result<Path, Failure> {
        refuse_empty(key)?;
        let two = self.version == KvVersion::V2;
        let Some(mount) = &self.mount else {
            return if two && !key.contains("/data/") {
                Ok(Path::of(key)?.with_second("data"))
            } else {
                Path::of(key)
            };
        };
        let named = key.strip_prefix(mount.as_str());
        let rest = match named.and_then(|key| key.strip_prefix('/')) {
            Some(rest) if two => rest.strip_prefix("data/").unwrap_or(rest),
            Some(rest) => rest,
            None => key,
        };
        Path::of(mount)?.and(two.then_some("data"), rest)
    }

    /// Where it is read what is known about a value. A key that names its engine is not understood here: the peer does not, either.
    pub(super) fn metadata(&self, key: &str) -> Result<Path, Failure> {
        refuse_empty(key)?;
        let two = self.version == KvVersion::V2;
        match (&self.mount, key.split_once("/data/")) {
            (Some(mount), _) => Path::of(mount)?.and(two.then_some("metadata"), key),
            (None, _) if !two => Path::of(key),
            (None, Some((mount, rest))) => Path::of(mount)?.and(Some("metadata"), rest),
            (None, None) => Ok(Path::of(key)?.with_second("metadata")),
        }
    }

    /// Where names are listed, for the path of a search.
    pub(super) fn folder(&self, path: Option<&str>) -> Result<Folder, Failure> {
        let prefix = path.map_or_else(String::new, |path| format!("{path}/"));
        let (mount, folder) = match (&self.mount, prefix.split_once("/data/")) {
            (Some(mount), _) => (Path::of(mount)?, Path::of(&prefix)?),
            (None, Some((mount, rest))) if self.version == KvVersion::V2 => {
                (Path::of(mount)?, Path::of(rest)?)
            }
            (None, _) => Path::of(&prefix)?.split_first().ok_or_else(|| {
                let what = "neither the store nor the search says in which engine to search";
                Failure::new(Cause::InvalidSpec, what)
            })?,
        };
        Ok(Folder {
            version: self.version,
            mount,
            folder,
            prefix,
        })
    }
}

impl Folder {
    /// Where its names are listed.
    pub(super) fn listing(&self) -> Path {
        self.at("metadata", &[])
    }

    /// The folder with this name in it.
    pub(super) fn inner(&self, name: &str) -> Result<Self, Failure> {
        let mut inner = self.clone();
        inner.folder.0.extend(Path::of(name)?.0);
        inner.prefix.push_str(name);
        inner.prefix.push('/');
        Ok(inner)
    }

    /// The name that a search gives to this name in it.
    pub(super) fn name(&self, name: &str) -> String {
        format!("{}{name}", self.prefix)
    }

    /// Where the value with this name is read. Not by the rules for keys: where a folder has the engine's own name, or the name `data`, they
    /// would lead to another value.
    pub(super) fn data(&self, name: &str) -> Result<Path, Failure> {
        Ok(self.at("data", &Path::of(name)?.0))
    }

    /// Where it is read what is known about it.
    pub(super) fn metadata(&self, name: &str) -> Result<Path, Failure> {
        Ok(self.at("metadata", &Path::of(name)?.0))
    }

    /// How deep it lies.
    pub(super) fn depth(&self) -> usize {
        self.folder.0.len()
    }

    fn at(&self, word: &str, names: &[String]) -> Path {
        let mut path = self.mount.clone();
        if self.version == KvVersion::V2 {
            path.0.push(word.to_owned());
        }
        path.0.extend_from_slice(&self.folder.0);
        path.0.extend_from_slice(names);
        path
    }
}

impl Path {
    /// The names in a text with slashes between them. Doubled slashes and those at the ends count for nothing, as for Vault's own client.
    pub(super) fn of(text: &str) -> Result<Self, Failure> {
        let names = text.split('/').filter(|name| !name.is_empty());
        // The HTTP client would resolve them, and the store's token would reach what is no value.
        if names.clone().any(|name| matches!(name, "." | "..")) {
            let what = format!("{text}: a path cannot have the names . and ..");
            return Err(Failure::new(Cause::InvalidSpec, what));
        }
        Ok(Self(names.map(str::to_owned).collect()))
    }

    /// The names, in order.
    pub(super) fn names(&self) -> &[String] {
        &self.0
    }

    /// The path with a word, maybe, and more names behind it.
    pub(super) fn and(mut self, word: Option<&str>, rest: &str) -> Result<Self, Failure> {
        self.0.extend(word.map(str::to_owned));
        self.0.extend(Self::of(rest)?.0);
        Ok(self)
    }

    fn with_second(mut self, word: &str) -> Self {
        self.0.insert(self.0.len().min(1), word.to_owned());
        self
    }

    fn split_first(mut self) -> Option<(Self, Self)> {
        let rest = (!self.0.is_empty()).then(|| self.0.split_off(1))?;
        Some((self, Self(rest)))
    }
}

impl fmt::Display for Path {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0.join("/"))
    }
}

fn refuse_empty(key: &str) -> Result<(), Failure> {
    if key.bytes().all(|byte| byte == b'/') {
        return Err(Failure::new(Cause::InvalidSpec, "the key is empty"));
    }
    Ok(())
}

#[cfg(test)]
mod tests;
