//! Replacing a file so that at every instant either the old or the new one is there, whole.
//!
//! The new content is written beside the target, flushed to the disk, given the old file's owner, mode, ACL and extended
//! attributes, renamed over it, and the folder flushed. Where a rename would not give the same file (see [`Overwritten`]),
//! the old one is overwritten, as SOPS always does.

use std::fs::{self, File, OpenOptions};
use std::io::{self, ErrorKind, Seek, Write};
use std::path::{Path, PathBuf};

use tempfile::{Builder, NamedTempFile};
use thiserror::Error;

use super::input::plain_error;
use super::system;
use crate::exit::Status;
use crate::message::Failure;

/// Writes the whole content, from its beginning and the same each time: an attempt that cannot be finished is followed by
/// another. All of it lies in memory, so that nothing but the writing itself can fail.
pub(super) type Content<'a> = &'a dyn Fn(&mut dyn Write) -> io::Result<()>;

/// Why a file was overwritten and not replaced. All other errors are errors: a full disk must not cost the old file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub(super) enum Overwritten {
    #[error("its folder cannot be written")]
    Folder,
    #[error("it is a mount point or in use")]
    Busy,
    #[error("its folder lies on another file system")]
    OtherDevice,
    #[error("it has several hard links")]
    HardLinks,
    #[error("its owner cannot be kept otherwise")]
    Owner,
    #[error("its extended attributes or ACL cannot be kept otherwise")]
    Attributes,
}

/// Why nothing was written, or not all.
#[derive(Debug, Error)]
pub(super) enum ReplaceError {
    #[error("cannot be opened for writing: {}", plain_error(.0))]
    Open(#[source] io::Error),
    #[error("cannot be written: {}", plain_error(.0))]
    Write(#[source] io::Error),
}

impl ReplaceError {
    pub(super) fn into_failure(self, path: &Path) -> Failure {
        let status = match self {
            Self::Open(_) => Status::NoOutput,
            Self::Write(_) => Status::Failed,
        };
        Failure::new(status, format_args!("{}: {self}", path.display()))
    }
}

/// Puts the content where `path` leads; through a symlink, its target is replaced and the link stays.
pub(super) fn replace(
    path: &Path,
    content: Content<'_>,
) -> Result<Option<Overwritten>, ReplaceError> {
    let target = match fs::canonicalize(path) {
        Ok(target) => target,
        // A dangling link is followed, as any program that opens for writing would.
        Err(error)
            if error.kind() == ErrorKind::NotFound && fs::symlink_metadata(path).is_err() =>
        {
            return create(path, content).map(|()| None);
        }
        Err(error) if error.kind() == ErrorKind::NotFound => {
            return write_into(path, content).map(|()| None);
        }
        Err(error) => return Err(ReplaceError::Open(error)),
    };
    let found = fs::metadata(&target).map_err(ReplaceError::Open)?;
    if !found.is_file() {
        // A pipe or device is written to; a folder gives the error that it deserves.
        return write_into(&target, content).map(|()| None);
    }
    // A rename asks only for rights on the folder; a file that is write-protected is meant to stay.
    let old = system::open_if_writable(&target).map_err(ReplaceError::Open)?;
    match swap(&target, &old, content)? {
        Swap::Done => Ok(None),
        Swap::Impossible(reason) => overwrite(&target, content).map(|()| Some(reason)),
    }
}

enum Swap {
    Done,
    Impossible(Overwritten),
}

fn swap(target: &Path, old: &File, content: Content<'_>) -> Result<Swap, ReplaceError> {
    let impossible = |reason| Ok(Swap::Impossible(reason));
    if system::hard_links(old).map_err(ReplaceError::Open)? > 1 {
        return impossible(Overwritten::HardLinks);
    }
    let folder = folder_of(target);
    let mut beside = match temporary(&folder, system::private) {
        Ok(file) => file,
        Err(error) if no_right(&error) => return impossible(Overwritten::Folder),
        Err(error) => return Err(ReplaceError::Open(error)),
    };
    content(beside.as_file_mut()).map_err(ReplaceError::Write)?;
    if system::copy_owner_and_mode(old, beside.as_file()).is_err() {
        return impossible(Overwritten::Owner);
    }
    if system::copy_attributes(old, beside.as_file()).is_err() {
        return impossible(Overwritten::Attributes);
    }
    beside.as_file().sync_all().map_err(ReplaceError::Write)?;
    // Dropping the error drops the temporary file with it.
    if let Err(error) = beside.persist(target).map_err(|error| error.error) {
        return match error.kind() {
            ErrorKind::ResourceBusy => impossible(Overwritten::Busy),
            ErrorKind::CrossesDevices => impossible(Overwritten::OtherDevice),
            _ if no_right(&error) => impossible(Overwritten::Folder),
            _ => Err(ReplaceError::Write(error)),
        };
    }
    system::sync_folder(&folder).map_err(ReplaceError::Write)?;
    Ok(Swap::Done)
}

fn create(path: &Path, content: Content<'_>) -> Result<(), ReplaceError> {
    let folder = folder_of(path);
    let mut beside = temporary(&folder, system::ordinary).map_err(ReplaceError::Open)?;
    content(beside.as_file_mut()).map_err(ReplaceError::Write)?;
    beside.as_file().sync_all().map_err(ReplaceError::Write)?;
    beside
        .persist(path)
        .map_err(|error| ReplaceError::Open(error.error))?;
    system::sync_folder(&folder).map_err(ReplaceError::Write)
}

/// Written from the start and cut only then: an interruption loses less than emptying the file first would.
fn overwrite(target: &Path, content: Content<'_>) -> Result<(), ReplaceError> {
    let mut file = OpenOptions::new()
        .write(true)
        .open(target)
        .map_err(ReplaceError::Open)?;
    content(&mut file).map_err(ReplaceError::Write)?;
    let end = file.stream_position().map_err(ReplaceError::Write)?;
    file.set_len(end).map_err(ReplaceError::Write)?;
    file.sync_all().map_err(ReplaceError::Write)
}

fn write_into(path: &Path, content: Content<'_>) -> Result<(), ReplaceError> {
    let mut file = OpenOptions::new()
        .write(true)
        .create(true)
        .truncate(true)
        .open(path)
        .map_err(ReplaceError::Open)?;
    content(&mut file).map_err(ReplaceError::Write)
}

/// A new file that only its owner can read, never over an existing one.
pub(crate) fn create_private(path: &Path, content: &[u8]) -> io::Result<()> {
    fill_new(path, system::create_private(path)?, content)
}

/// A new file that everybody may read whom the user's mask lets, never over an existing one.
pub(crate) fn create_shared(path: &Path, content: &[u8]) -> io::Result<()> {
    fill_new(
        path,
        OpenOptions::new().write(true).create_new(true).open(path)?,
        content,
    )
}

/// A new program that everybody may run whom the user's mask lets, never over an existing file.
pub(crate) fn create_executable(path: &Path, content: &[u8]) -> io::Result<()> {
    fill_new(path, system::create_executable(path)?, content)
}

fn fill_new(path: &Path, mut file: File, content: &[u8]) -> io::Result<()> {
    let written = file.write_all(content).and_then(|()| file.sync_all());
    if written.is_err() {
        // Half a key would look like one; the error of the writing is the one to tell.
        let _ = fs::remove_file(path);
    }
    written
}

fn temporary(folder: &Path, permit: fn(&mut Builder<'_, '_>)) -> io::Result<NamedTempFile> {
    let mut builder = Builder::new();
    builder.prefix(".selkie-").suffix(".tmp");
    permit(&mut builder);
    builder.tempfile_in(folder)
}

fn folder_of(path: &Path) -> PathBuf {
    match path.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder.to_owned(),
        _ => PathBuf::from("."),
    }
}

fn no_right(error: &io::Error) -> bool {
    matches!(
        error.kind(),
        ErrorKind::PermissionDenied | ErrorKind::ReadOnlyFilesystem
    )
}
