//! A folder for decrypted text that another program is to see: in memory where the system has such a place, open to its
//! owner alone, gone when the value is dropped or a signal ends the process.
//!
//! A run that is killed cannot clean up. Each folder is locked by its owner, and the lock dies with the process, so whoever
//! makes the next folder removes those that nobody holds. Process numbers would not do: containers share `/dev/shm` but not
//! their numbering.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use tempfile::Builder;

use super::input::plain_error;
use super::system::{self, HeldFolder};
use crate::exit::Status;
use crate::message::{Failure, warn};

/// Folders that are removed when nobody holds them.
const PREFIX: &str = "selkie-private-";
/// Folders that are to stay.
const KEPT_PREFIX: &str = "selkie-kept-";

/// The folder, until dropped.
#[derive(Debug)]
pub(crate) struct PrivateFolder {
    path: PathBuf,
    /// Says to other runs that the folder is in use.
    _held: Option<HeldFolder>,
}

impl PrivateFolder {
    /// A new, empty folder: in `runtime` (the user's own place for such things), else in the system's shared memory, each
    /// only if it is held in memory and nobody else can tamper with it; else in `temporary`, with a warning.
    ///
    /// To be called while no other thread runs: from here on, signals that end a program are taken by a thread of their own.
    pub(crate) fn create(runtime: Option<&Path>, temporary: &Path) -> Result<Self, Failure> {
        let shared = system::shared_memory();
        for place in runtime.into_iter().chain(shared) {
            if system::is_private_memory(place)
                && let Ok(folder) = Self::create_in(place)
            {
                return Ok(folder);
            }
        }
        let folder = Self::create_in(temporary).map_err(|error| {
            Failure::new(
                Status::Failed,
                format_args!(
                    "{}: no folder for decrypted text can be made: {}",
                    temporary.display(),
                    plain_error(&error)
                ),
            )
        })?;
        if !system::is_memory(temporary) {
            warn(format_args!(
                "decrypted text is put in {}, which is not held in memory; it is removed afterwards, but a disk may keep traces",
                folder.path.display()
            ));
        }
        Ok(folder)
    }

    fn create_in(place: &Path) -> io::Result<Self> {
        sweep(place);
        loop {
            let mut builder = Builder::new();
            builder.prefix(PREFIX);
            system::private_folder(&mut builder);
            let path = builder.tempdir_in(place)?.keep();
            let held = match HeldFolder::hold(&path) {
                // Between the making and the locking, another run took it for an abandoned one.
                Ok(None) => continue,
                Ok(held) => held,
                // A file system without locks: nobody can take it for abandoned either.
                Err(_) => None,
            };
            system::remove_when_ended(&path);
            return Ok(Self { path, _held: held });
        }
    }

    /// Where it is.
    pub(crate) fn path(&self) -> &Path {
        &self.path
    }

    /// Lets the folder stay, and tells where its content is from now on. Nothing removes it any more.
    pub(crate) fn keep(self) -> io::Result<PathBuf> {
        let name = self.path.file_name().unwrap_or_default().to_string_lossy();
        let kept = name.replacen(PREFIX, KEPT_PREFIX, 1);
        let kept = self.path.with_file_name(kept);
        fs::rename(&self.path, &kept)?;
        Ok(kept)
    }
}

impl Drop for PrivateFolder {
    fn drop(&mut self) {
        let removed = fs::remove_dir_all(&self.path);
        system::forget(&self.path);
        match removed {
            // It was kept, or the program that was to see it removed it.
            Err(error) if error.kind() == io::ErrorKind::NotFound => {}
            Err(error) => warn(format_args!(
                "{}: decrypted text is in there and cannot be removed: {}",
                self.path.display(),
                plain_error(&error)
            )),
            Ok(()) => {}
        }
    }
}

/// Removes the folders of runs that are gone. What cannot be looked at or removed is somebody else's.
fn sweep(place: &Path) {
    let Ok(entries) = fs::read_dir(place) else {
        return;
    };
    for entry in entries.flatten() {
        if entry.file_name().to_string_lossy().starts_with(PREFIX)
            && let Ok(Some(_held)) = HeldFolder::take_over(&entry.path())
        {
            let _ = fs::remove_dir_all(entry.path());
        }
    }
}

#[cfg(test)]
mod tests;
