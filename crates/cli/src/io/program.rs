//! A program to run, found and described; the systems' own rooms start it.

use std::ffi::{OsStr, OsString};
use std::path::{Path, PathBuf};

use selkie_crypto::Secret;

use super::system;
use crate::exit::Status;
use crate::message::Failure;

/// A program and all that it is given.
#[derive(Debug)]
pub(crate) struct Program {
    /// Where it lies.
    pub(crate) path: PathBuf,
    /// What it is told to be called.
    pub(crate) name: OsString,
    pub(crate) arguments: Vec<OsString>,
    /// All of its environment; nothing is inherited beside it.
    pub(crate) environment: Vec<(OsString, Secret)>,
    /// Its standard streams lead nowhere.
    pub(crate) detached: bool,
}

/// How a program ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Ended {
    /// By itself, with this status.
    Code(u8),
    /// By the signal of this name.
    Signal(String),
}

/// Where a program of this name lies: a name with a separator is a path, any other is looked for in `folders`, a list as in
/// `PATH`.
pub(crate) fn find(name: &OsStr, folders: Option<&OsStr>) -> Result<PathBuf, Failure> {
    let given = Path::new(name);
    let shown = given.display();
    if given.components().count() > 1 || given.is_absolute() {
        return match given.exists() {
            _ if system::can_execute(given) => Ok(given.to_owned()),
            true => Err(Failure::new(
                Status::NotExecutable,
                format_args!("{shown}: cannot be executed"),
            )),
            false => Err(Failure::new(
                Status::NoProgram,
                format_args!("{shown}: no such program"),
            )),
        };
    }
    std::env::split_paths(folders.unwrap_or_default())
        .map(|folder| folder.join(given))
        .find(|path| system::can_execute(path))
        .ok_or_else(|| {
            Failure::new(
                Status::NoProgram,
                format_args!("{shown}: no such program in PATH"),
            )
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn programs_are_found_by_path_and_by_name() {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("text"), "").unwrap();
        let text = folder.path().join("text").display().to_string();
        let folders = format!("{}:/no-such:/bin", folder.path().display());
        let rows = [
            ("/bin/sh", Ok("/bin/sh")),
            ("sh", Ok("/bin/sh")),
            ("/bin/no-such", Err(Status::NoProgram)),
            ("no-such", Err(Status::NoProgram)),
            (&text, Err(Status::NotExecutable)),
            ("text", Err(Status::NoProgram)),
            ("", Err(Status::NoProgram)),
        ];
        for (name, expected) in rows {
            let found = find(OsStr::new(name), Some(OsStr::new(&folders)));
            let found = found.map_err(|failure| failure.status);
            assert_eq!(found, expected.map(PathBuf::from), "{name}");
        }
    }
}
