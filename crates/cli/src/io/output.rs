//! Where a result goes. Opened at the last moment: a run that fails leaves no empty file and no half of one.

use std::collections::BTreeMap;
use std::io::{ErrorKind, Write};
use std::path::{Path, PathBuf};

use super::input::plain_error;
use super::replace::{Content, replace};
use super::system::FolderLock;
use crate::exit::Status;
use crate::message::{Failure, note, warn};

/// Where a result is to go, as asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Target {
    /// The standard output.
    Stdout,
    /// A file, replaced if it is there.
    File(PathBuf),
    /// The input itself.
    InPlace(PathBuf),
}

/// A target that this run may write, once.
#[derive(Debug)]
pub(crate) struct Output {
    target: Target,
    /// Held from before the reading to after the rename, so that two runs on one file do not undo each other.
    _lock: Option<FolderLock>,
}

impl Output {
    /// Takes the lock that belongs to the target. To be called before the input is read.
    pub(crate) fn claim(target: Target) -> Self {
        let lock = match &target {
            Target::Stdout => None,
            // Nothing is replaced there, and the two ends of a pipe would wait for each other.
            Target::File(path) if path.metadata().is_ok_and(|found| !found.is_file()) => None,
            Target::File(path) | Target::InPlace(path) => FolderLock::of(path, || {
                note(format_args!(
                    "waiting for another run that writes in the folder of {}",
                    path.display()
                ));
            }),
        };
        Self {
            target,
            _lock: lock,
        }
    }

    /// A file in a folder whose lock this run holds already, see [`FolderLocks`].
    pub(crate) fn in_locked_folder(path: &Path) -> Self {
        Self {
            target: Target::InPlace(path.to_owned()),
            _lock: None,
        }
    }

    /// Writes all of it.
    pub(crate) fn write(self, content: &[u8]) -> Result<(), Failure> {
        self.write_with(&|out| out.write_all(content))
    }

    /// Writes what the content puts out piece by piece, as [`Output::write`] does what lies there whole.
    pub(crate) fn write_with(self, content: Content<'_>) -> Result<(), Failure> {
        match &self.target {
            Target::Stdout => print_with(content),
            Target::File(path) | Target::InPlace(path) => match replace(path, content) {
                Ok(None) => Ok(()),
                Ok(Some(reason)) => {
                    warn(format_args!(
                        "{}: overwritten in place, because {reason}; an interruption could have left half of it",
                        path.display()
                    ));
                    Ok(())
                }
                Err(error) => Err(error.into_failure(path)),
            },
        }
    }
}

/// The locks on the folders of many files, each folder once: a run would wait for itself otherwise.
#[derive(Debug)]
pub(crate) struct FolderLocks(#[expect(dead_code, reason = "held until dropped")] Vec<FolderLock>);

impl FolderLocks {
    /// Takes them in the order of the folders' names, so that two runs cannot wait for each other.
    pub(crate) fn of<'p>(paths: impl Iterator<Item = &'p Path>) -> Self {
        let mut folders = BTreeMap::new();
        for path in paths {
            let real = path.canonicalize().unwrap_or_else(|_| path.to_owned());
            folders.insert(real.parent().map(Path::to_owned), path);
        }
        let locks = folders.values().filter_map(|path| {
            FolderLock::of(path, || {
                note(format_args!(
                    "waiting for another run that writes in the folder of {}",
                    path.display()
                ));
            })
        });
        Self(locks.collect())
    }
}

/// Writes to the standard output. Whoever closes it early has seen enough: that is no failure.
pub(crate) fn print(content: &[u8]) -> Result<(), Failure> {
    print_with(&|out| out.write_all(content))
}

fn print_with(content: Content<'_>) -> Result<(), Failure> {
    let mut stdout = std::io::stdout().lock();
    match content(&mut stdout).and_then(|()| stdout.flush()) {
        Err(error) if error.kind() != ErrorKind::BrokenPipe => Err(Failure::new(
            Status::Failed,
            format_args!("stdout: {}", plain_error(&error)),
        )),
        _ => Ok(()),
    }
}
