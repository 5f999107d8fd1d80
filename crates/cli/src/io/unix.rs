//! What std lacks on Unix: owners, attributes, locks, flushing of folders, limits.
//!
//! The same functions as in `windows.rs`, under the same names.

use std::ffi::OsStr;
use std::fs::{self, DirBuilder, File, Metadata, OpenOptions, Permissions};
use std::io;
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::{DirBuilderExt, MetadataExt, OpenOptionsExt, PermissionsExt};
use std::path::{Path, PathBuf};

use rustix::fs::{Access, FlockOperation, XattrFlags};
use rustix::io::Errno;
use rustix::process::{Resource, Rlimit};
use tempfile::Builder;

#[path = "unix/child.rs"]
mod child;
#[path = "unix/fifo.rs"]
mod fifo;
#[path = "unix/folders.rs"]
mod folders;
#[cfg(feature = "remote")]
#[path = "unix/served.rs"]
mod served;
#[path = "unix/signals.rs"]
mod signals;
#[cfg(feature = "remote")]
#[path = "unix/socket.rs"]
mod socket;
#[cfg(feature = "pgp")]
#[path = "unix/terminal.rs"]
mod terminal;
#[path = "unix/user.rs"]
mod user;

pub(crate) use child::{Child, can_execute, replace_process, start};
pub(crate) use fifo::ServedPipe;
pub(super) use folders::{HeldFolder, is_memory, is_private_memory, private_folder, shared_memory};
#[cfg(feature = "remote")]
pub(crate) use served::{deny_tracing, on_signals, since_boot};
pub(crate) use signals::{asked_to_end, forget, remove_when_ended};
#[cfg(feature = "remote")]
pub(crate) use socket::PrivateSocket;
#[cfg(feature = "pgp")]
pub(crate) use terminal::terminal_name;
pub(crate) use user::User;

/// The shell, and how it is told to run a text.
pub(crate) const SHELL: [&str; 2] = ["/bin/sh", "-c"];

/// Named pipes are files here.
pub(crate) const HAS_FIFOS: bool = true;

/// No memory image of this process is ever written to disk.
pub(crate) fn deny_core_dumps() {
    // Lowering a limit needs no right; where it fails nevertheless, the work is not refused for it.
    let _ = rustix::process::setrlimit(
        Resource::Core,
        Rlimit {
            current: Some(0),
            maximum: Some(0),
        },
    );
}

/// An advisory lock on a folder, until dropped.
#[derive(Debug)]
pub(crate) struct FolderLock {
    _folder: File,
}

impl FolderLock {
    /// The lock on the folder in which `path` really lies. `waiting` is called if another run holds it.
    ///
    /// `None` where the file system knows no such locks: they guard against ourselves only.
    pub(crate) fn of(path: &Path, waiting: impl FnOnce()) -> Option<Self> {
        let real = fs::canonicalize(path).unwrap_or_else(|_| path.to_owned());
        let folder = real
            .parent()
            .filter(|folder| !folder.as_os_str().is_empty())
            .unwrap_or(Path::new("."));
        let folder = File::open(folder).ok()?;
        match rustix::fs::flock(&folder, FlockOperation::NonBlockingLockExclusive) {
            Err(Errno::WOULDBLOCK) => {
                waiting();
                rustix::fs::flock(&folder, FlockOperation::LockExclusive).ok()?;
            }
            other => other.ok()?,
        }
        Some(Self { _folder: folder })
    }
}

/// Opens for reading, but only if writing would be allowed too.
pub(super) fn open_if_writable(path: &Path) -> io::Result<File> {
    rustix::fs::access(path, Access::WRITE_OK)?;
    // Without the right to read, opening for writing still gives a handle to ask for the attributes.
    File::open(path).or_else(|_| OpenOptions::new().write(true).open(path))
}

/// How many names the file has.
pub(super) fn hard_links(file: &File) -> io::Result<u64> {
    Ok(file.metadata()?.nlink())
}

/// For a file that takes the place of another: nobody else may read it before it has that one's mode.
pub(super) fn private(builder: &mut Builder<'_, '_>) {
    builder.permissions(Permissions::from_mode(0o600));
}

/// For a new file: what the user's mask leaves of read and write for all, as any program does.
pub(super) fn ordinary(builder: &mut Builder<'_, '_>) {
    builder.permissions(Permissions::from_mode(0o666));
}

/// A new file of mode 0600, never over an existing one.
pub(super) fn create_private(path: &Path) -> io::Result<File> {
    OpenOptions::new()
        .write(true)
        .create_new(true)
        .mode(0o600)
        .open(path)
}

/// The folder and those above it, as far as they are missing; open to their owner alone.
pub(crate) fn create_private_folders(folder: &Path) -> io::Result<()> {
    DirBuilder::new().recursive(true).mode(0o700).create(folder)
}

/// Owner and group first: changing them clears the set-id bits of the mode.
pub(super) fn copy_owner_and_mode(from: &File, to: &File) -> io::Result<()> {
    let (old, new) = (from.metadata()?, to.metadata()?);
    if (old.uid(), old.gid()) != (new.uid(), new.gid()) {
        std::os::unix::fs::fchown(to, Some(old.uid()), Some(old.gid()))?;
    }
    to.set_permissions(Permissions::from_mode(old.mode() & 0o7777))
}

/// Extended attributes; on Linux ACLs are among them.
pub(super) fn copy_attributes(from: &File, to: &File) -> io::Result<()> {
    let names = attribute_names(from)?;
    for name in &names {
        let value = attribute(from, name)?;
        // What the system sets by itself for every file, a security label for instance, is there already.
        if attribute(to, name).is_ok_and(|there| there == value) {
            continue;
        }
        // Seals over the content: they fit the old bytes only.
        if name == "security.ima" || name == "security.evm" {
            continue;
        }
        rustix::fs::fsetxattr(to, name, &value, XattrFlags::empty())?;
    }
    // A folder may hand an ACL to each new file; the old file's lack of one is to be kept.
    for name in attribute_names(to)? {
        if !names.contains(&name)
            && (name.starts_with("user.") || name.starts_with("system.posix_acl"))
        {
            rustix::fs::fremovexattr(to, &name)?;
        }
    }
    Ok(())
}

fn attribute_names(file: &File) -> io::Result<Vec<String>> {
    let length = match rustix::fs::flistxattr_query(file) {
        Err(Errno::OPNOTSUPP | Errno::NOSYS) | Ok(0) => return Ok(Vec::new()),
        other => other?,
    };
    let mut names = vec![0_u8; length];
    let filled = rustix::fs::flistxattr(file, &mut names[..])?;
    let names = names[..filled]
        .split(|&byte| byte == 0)
        .filter(|name| !name.is_empty());
    Ok(names
        .map(|name| String::from_utf8_lossy(name).into_owned())
        .collect())
}

fn attribute(file: &File, name: &str) -> io::Result<Vec<u8>> {
    let mut value = vec![0_u8; rustix::fs::fgetxattr_query(file, name)?];
    let filled = rustix::fs::fgetxattr(file, name, &mut value[..])?;
    value.truncate(filled);
    Ok(value)
}

/// Makes a rename in the folder survive a power loss.
pub(super) fn sync_folder(folder: &Path) -> io::Result<()> {
    match rustix::fs::fsync(File::open(folder)?) {
        // File systems that cannot do this for folders say so; the rename is as safe there as it can be.
        Err(Errno::INVAL | Errno::OPNOTSUPP | Errno::BADF) | Ok(()) => Ok(()),
        Err(error) => Err(error.into()),
    }
}

/// A new file with the right to be run, never over an existing one.
pub(super) fn create_executable(path: &Path) -> io::Result<File> {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true).mode(0o777).open(path)
}

/// This machine's name; empty if only a variable says it.
#[cfg(feature = "aws")]
pub(crate) fn host_name() -> String {
    let system = rustix::system::uname();
    system.nodename().to_string_lossy().into_owned()
}

/// A path as another program printed it.
pub(crate) fn path_from_bytes(name: &[u8]) -> PathBuf {
    PathBuf::from(OsStr::from_bytes(name))
}

/// Whether two names lead to one file.
pub(crate) fn same_file(one: &Path, other: &Path) -> bool {
    match (fs::metadata(one), fs::metadata(other)) {
        (Ok(one), Ok(other)) => (one.dev(), one.ino()) == (other.dev(), other.ino()),
        _ => false,
    }
}

/// Who besides the user and root can change this file; `None` if nobody.
pub(crate) fn others_can_write(found: &Metadata) -> Option<&'static str> {
    let (user, group) = (
        rustix::process::geteuid().as_raw(),
        rustix::process::getegid().as_raw(),
    );
    if found.uid() != user && found.uid() != 0 {
        return Some("it belongs to another user");
    }
    if found.mode() & 0o002 != 0 {
        return Some("everybody can write it");
    }
    // The user's own group of one, a custom of most Linux systems, is nobody else.
    let own_group = found.gid() == group && group == user;
    (found.mode() & 0o020 != 0 && !own_group).then_some("its group can write it")
}

#[cfg(test)]
mod tests {
    use super::*;

    /// An ACL in the system's binary form: owner rw, user 1000 r, group none, mask r, others none.
    const ACL: [u8; 44] = [
        2, 0, 0, 0, //
        1, 0, 6, 0, 255, 255, 255, 255, //
        2, 0, 4, 0, 232, 3, 0, 0, //
        4, 0, 0, 0, 255, 255, 255, 255, //
        16, 0, 4, 0, 255, 255, 255, 255, //
        32, 0, 0, 0, 255, 255, 255, 255,
    ];

    /// Sets attributes on two files, copies from the first, and compares all of both.
    fn check(on_old: &[(&str, &[u8])], on_new: &[(&str, &[u8])]) {
        let [old, new] = [on_old, on_new].map(|attributes| {
            let file = tempfile::tempfile().unwrap();
            for (name, value) in attributes {
                match rustix::fs::fsetxattr(&file, *name, value, XattrFlags::empty()) {
                    // A file system without them has nothing to keep.
                    Err(Errno::OPNOTSUPP) => {}
                    other => other.unwrap(),
                }
            }
            file
        });
        copy_owner_and_mode(&old, &new).unwrap();
        copy_attributes(&old, &new).unwrap();
        let all = |file: &File| {
            let names = attribute_names(file).unwrap().into_iter();
            let mut all: Vec<_> = names
                .map(|name| (attribute(file, &name).unwrap(), name))
                .collect();
            all.sort();
            all
        };
        assert_eq!(all(&new), all(&old));
        assert_eq!(
            new.metadata().unwrap().mode(),
            old.metadata().unwrap().mode()
        );
    }

    #[test]
    fn attributes_and_acls_are_those_of_the_old_file() {
        const ACCESS: &str = "system.posix_acl_access";
        check(&[], &[]);
        check(&[("user.a", b"1"), ("user.b", b"")], &[]);
        check(&[("user.a", b"1")], &[("user.a", b"2"), ("user.c", b"3")]);
        check(&[(ACCESS, &ACL)], &[]);
        check(&[], &[(ACCESS, &ACL)]);
    }
}
