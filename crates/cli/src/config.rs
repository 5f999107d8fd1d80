//! Finding and reading `.sops.yaml`.
//!
//! From the working folder upward, as SOPS does; only if no config is found there, from the file's own folder upward. A
//! config nearer to the file than the one used is named in a hint, since people expect that one to count.

use std::fs;
use std::path::{Component, Path, PathBuf};

use selkie_document::rules::Config;

use crate::discover;
use crate::exit::Status;
use crate::io::{others_can_write, plain_error};
use crate::message::{Failure, hint, warn};

const NAME: &str = ".sops.yaml";
const WRONG_NAME: &str = ".sops.yml";
/// Folders looked at, the first one included: SOPS's number.
const LEVELS: usize = 100;

/// A config and where it lies: paths in it are relative to its folder.
#[derive(Debug)]
pub(crate) struct Found {
    pub(crate) path: PathBuf,
    pub(crate) config: Config,
}

/// Where a config was found, before it is read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Place {
    pub(crate) path: PathBuf,
    pub(crate) how: How,
    /// A config nearer to the file, which does not count.
    pub(crate) nearer: Option<PathBuf>,
}

/// Why this config and no other.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum How {
    /// By flag or by `SOPS_CONFIG`.
    Named,
    /// From the working folder upward.
    FromWorkingFolder,
    /// From the file's own folder upward.
    FromFile,
}

/// The config that was named, or else the one that applies to `file`; `None` if there is none.
///
/// `file` is the path by which the rules are chosen, made absolute.
pub(crate) fn load(named: Option<&Path>, file: &Path) -> Result<Option<Found>, Failure> {
    let (place, misnamed) = locate(named, file);
    if let Some(path) = misnamed {
        warn(format_args!(
            "{} is ignored: the config must be called {NAME}",
            path.display()
        ));
    }
    let Some(place) = place else {
        return Ok(None);
    };
    if let Some(nearer) = &place.nearer {
        hint_at_nearer(&place.path, nearer);
    }
    read(&place.path).map(Some)
}

/// Says which config was passed over.
pub(crate) fn hint_at_nearer(path: &Path, nearer: &Path) {
    hint(format_args!(
        "{} applies, found from the working folder; {} is nearer to the file (choose it with --config)",
        path.display(),
        nearer.display()
    ));
}

/// Where the config is that [`load`] reads, and what on the way was probably meant to be one.
pub(crate) fn locate(named: Option<&Path>, file: &Path) -> (Option<Place>, Option<PathBuf>) {
    let place = |path, how, nearer| Some(Place { path, how, nearer });
    if let Some(path) = named {
        return (place(path.to_owned(), How::Named, None), None);
    }
    let around = Search::from(&discover::working_folder());
    let nearest = file.parent().map(Search::from).unwrap_or_default();
    match (around.found, nearest.found) {
        (Some(path), nearer) => {
            let nearer = nearer.filter(|nearer| *nearer != path);
            (place(path, How::FromWorkingFolder, nearer), around.misnamed)
        }
        (None, found) => (
            found.and_then(|path| place(path, How::FromFile, None)),
            nearest.misnamed.or(around.misnamed),
        ),
    }
}

/// Reads a config that was named, for commands that need nothing of it: SOPS fails on a bad one, whatever the command.
pub(crate) fn check(named: Option<&Path>) -> Result<(), Failure> {
    named.map_or(Ok(()), |path| read(path).map(|_| ()))
}

/// `path` as seen from the working folder, without `.` and `..`; symlinks are not resolved, as in SOPS.
pub(crate) fn absolute(path: &Path) -> PathBuf {
    let mut whole = PathBuf::new();
    for part in discover::working_folder().join(path).components() {
        match part {
            Component::CurDir => {}
            Component::ParentDir => {
                whole.pop();
            }
            other => whole.push(other),
        }
    }
    whole
}

/// `file` as rules match it: relative to the config's folder, or absolute if it lies elsewhere; `/` on every system.
pub(crate) fn path_for_rules(config: &Path, file: &Path) -> String {
    let config = absolute(config);
    let folder = config.parent().unwrap_or(Path::new("/"));
    let shown = file.strip_prefix(folder).unwrap_or(file).to_string_lossy();
    if std::path::MAIN_SEPARATOR == '/' {
        shown.into_owned()
    } else {
        shown.replace(std::path::MAIN_SEPARATOR, "/")
    }
}

/// Whether the file lies below a folder that git has marked as a working tree's.
pub(crate) fn is_in_work_tree(file: &Path) -> bool {
    let real = fs::canonicalize(file).unwrap_or_else(|_| absolute(file));
    real.ancestors()
        .skip(1)
        .any(|folder| folder.join(".git").exists())
}

/// What a walk upward came upon.
#[derive(Default)]
struct Search {
    found: Option<PathBuf>,
    /// A file that was probably meant to be one, nearer than the config.
    misnamed: Option<PathBuf>,
}

impl Search {
    fn from(folder: &Path) -> Self {
        let mut search = Self::default();
        for folder in folder.ancestors().take(LEVELS) {
            let path = folder.join(NAME);
            if path.exists() {
                search.found = Some(path);
                return search;
            }
            if search.misnamed.is_none() {
                search.misnamed = Some(folder.join(WRONG_NAME)).filter(|path| path.exists());
            }
        }
        search
    }
}

/// Reads a config from its file.
pub(crate) fn read(path: &Path) -> Result<Found, Failure> {
    let failed = |what: &dyn std::fmt::Display| {
        Failure::new(Status::Failed, format_args!("{}: {what}", path.display()))
    };
    let unreadable = |error: std::io::Error| {
        failed(&format_args!(
            "the config cannot be read: {}",
            plain_error(&error)
        ))
    };
    let text = fs::read_to_string(path).map_err(unreadable)?;
    let found = fs::metadata(path).map_err(unreadable)?;
    if let Some(why) = others_can_write(&found) {
        warn(format_args!(
            "{}: {why}, and could choose who reads what you encrypt",
            path.display()
        ));
    }
    let config = Config::parse(&text).map_err(|error| failed(&error))?;
    Ok(Found {
        path: path.to_owned(),
        config,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rules_see_paths_below_the_config() {
        let rows = [
            ("/repo/.sops.yaml", "/repo/a/b.yaml", "a/b.yaml"),
            ("/repo/x/.sops.yaml", "/repo/a/b.yaml", "/repo/a/b.yaml"),
            (
                "/repo/.sops.yaml",
                "/repository/b.yaml",
                "/repository/b.yaml",
            ),
            ("/.sops.yaml", "/b.yaml", "b.yaml"),
        ];
        for (config, file, expected) in rows {
            assert_eq!(
                path_for_rules(Path::new(config), Path::new(file)),
                expected,
                "{config} {file}"
            );
        }
    }

    #[test]
    fn dots_are_removed_by_name() {
        let rows = [
            ("/a/./b", "/a/b"),
            ("/a/../b", "/b"),
            ("/../b", "/b"),
            ("/a/b/../../c/", "/c"),
        ];
        for (path, expected) in rows {
            assert_eq!(absolute(Path::new(path)), Path::new(expected), "{path}");
        }
    }
}
