//! Which files of a tree are a store's, and how many they may be.
//!
//! Never here: what a tree is made of.

use std::collections::BTreeMap;

use selkie_api::Cause;

use super::source::Entry;
use crate::Failure;

/// Folders in one another.
pub(super) const DEEPEST: usize = 32;
/// Bytes of a path. No file system takes a longer one; and one folder with a name of megabytes, above ten thousand files, would be told ten thousand
/// times.
pub(super) const LONGEST: usize = 4096;
/// Files of a store, and how many folders are looked into for them. One folder may stand in many places, so that a few objects can be a tree without end.
pub(super) const MOST: usize = 10_000;
/// Entries of all kinds in the folders that are looked into. Some are no files: another repository's commits, names that are no text, names that
/// stand there again and again.
const ENTRIES: usize = 4 * MOST;
/// Bytes of all files of a store.
const ALL: usize = 32 << 20;

/// What of a tree is a store's.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Place {
    pub(super) folder: Vec<String>,
    /// The one file, counted from the folder.
    pub(super) file: Option<Vec<String>>,
}

impl Place {
    /// From the folder and the file of a spec.
    pub(super) fn new(folder: Option<&str>, file: Option<&str>) -> Result<Self, Failure> {
        let file = file.map(|file| names(file, "key")).transpose()?;
        if file.as_ref().is_some_and(Vec::is_empty) {
            return Err(Failure::new(Cause::InvalidSpec, "the key names no file"));
        }
        Ok(Self {
            folder: names(folder.unwrap_or_default(), "path")?,
            file,
        })
    }

    /// What the store calls a file, by its path from the top; none if it is none of its files.
    #[cfg(feature = "sops-flux")]
    pub(super) fn name(&self, path: &[&str]) -> Option<String> {
        let below =
            path.strip_prefix(&*self.folder.iter().map(String::as_str).collect::<Vec<_>>())?;
        let is_meant = match &self.file {
            Some(file) => below == &**file,
            None => !below.is_empty(),
        };
        is_meant.then(|| below.join("/"))
    }
}

/// The names of a path that leads downwards.
fn names(path: &str, field: &str) -> Result<Vec<String>, Failure> {
    let names = path.split('/').filter(|name| !matches!(*name, "" | "."));
    let names: Vec<_> = names.map(str::to_owned).collect();
    if path.starts_with('/') || names.iter().any(|name| name == "..") || path.contains('\0') {
        let what = format!("{field} {path:?} is no path from the top downwards");
        return Err(Failure::new(Cause::InvalidSpec, what));
    }
    Ok(names)
}

/// Files of a store as they are found, within their bounds.
#[derive(Debug, Default)]
pub(super) struct Collected {
    found: BTreeMap<String, Entry>,
    folders: usize,
    entries: usize,
    bytes: usize,
}

impl Collected {
    /// One folder more is looked into, and so many entries stand there.
    #[cfg(feature = "sops-git")]
    pub(super) fn look(&mut self, entries: usize) -> Result<(), Failure> {
        self.folders += 1;
        self.entries += entries;
        self.within()
    }

    /// One file more.
    pub(super) fn take(&mut self, name: String, entry: Entry) -> Result<(), Failure> {
        if let Entry::File(bytes) = &entry {
            self.bytes += bytes.len();
        }
        self.found.insert(name, entry);
        self.within()
    }

    /// All of them.
    pub(super) fn files(self) -> BTreeMap<String, Entry> {
        self.found
    }

    fn within(&self) -> Result<(), Failure> {
        let is_many = self.found.len() > MOST || self.folders > MOST || self.entries > ENTRIES;
        if is_many || self.bytes > ALL {
            let what = format!(
                "more than {MOST} files or folders, or {} MiB, lie there: give the store a smaller folder",
                ALL >> 20
            );
            return Err(Failure::new(Cause::InvalidData, what));
        }
        Ok(())
    }
}

/// A path is longer than any that somebody uses.
pub(super) fn too_long() -> Failure {
    let what = format!("a path is longer than {LONGEST} bytes");
    Failure::new(Cause::InvalidData, what)
}

/// Folders lie in one another more deeply than anybody keeps files.
pub(super) fn too_deep() -> Failure {
    let what = format!("more than {DEEPEST} folders lie in one another");
    Failure::new(Cause::InvalidData, what)
}
