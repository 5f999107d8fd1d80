//! What a folder for decrypted text needs of the system: whether a place is held in memory, and a lock that dies with its
//! owner.

use std::fs::{self, File, OpenOptions, Permissions};
use std::io;
use std::os::unix::fs::{MetadataExt, OpenOptionsExt, PermissionsExt};
use std::path::Path;

use rustix::fs::{FlockOperation, OFlags};
use rustix::io::Errno;
use tempfile::Builder;

/// A folder that this process holds until it drops this, or ends in whatever way.
#[derive(Debug)]
pub(crate) struct HeldFolder {
    _folder: File,
}

impl HeldFolder {
    /// None if somebody else holds it, if it is gone, or if it is another user's.
    pub(crate) fn hold(path: &Path) -> io::Result<Option<Self>> {
        let flags = OFlags::DIRECTORY | OFlags::NOFOLLOW;
        let opened = OpenOptions::new()
            .read(true)
            .custom_flags(flags.bits().cast_signed())
            .open(path);
        let folder = match opened {
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
            other => other?,
        };
        match rustix::fs::flock(&folder, FlockOperation::NonBlockingLockExclusive) {
            Err(Errno::WOULDBLOCK) => return Ok(None),
            other => other?,
        }
        let held = folder.metadata()?;
        let same = fs::symlink_metadata(path)
            .is_ok_and(|there| (there.dev(), there.ino()) == (held.dev(), held.ino()));
        let ours = held.uid() == rustix::process::geteuid().as_raw();
        Ok((same && ours).then_some(Self { _folder: folder }))
    }

    /// The same for a folder that another run may have left behind.
    pub(crate) fn take_over(path: &Path) -> io::Result<Option<Self>> {
        Self::hold(path)
    }
}

/// Only its owner gets in.
pub(crate) fn private_folder(builder: &mut Builder<'_, '_>) {
    builder.permissions(Permissions::from_mode(0o700));
}

/// Where every process of the machine may keep things in memory.
pub(crate) fn shared_memory() -> Option<&'static Path> {
    cfg!(target_os = "linux").then_some(Path::new("/dev/shm"))
}

/// Whether the place is held in memory, and nobody but the user and root can take away or replace what is put there.
pub(crate) fn is_private_memory(place: &Path) -> bool {
    const STICKY: u32 = 0o1000;
    const OTHERS_WRITE: u32 = 0o022;
    let Ok(found) = fs::metadata(place) else {
        return false;
    };
    let trusted = found.uid() == 0 || found.uid() == rustix::process::geteuid().as_raw();
    let closed = found.mode() & OTHERS_WRITE == 0 || found.mode() & STICKY != 0;
    found.is_dir() && trusted && closed && is_memory(place)
}

/// Whether the place is held in memory.
#[cfg(any(target_os = "linux", target_os = "android"))]
pub(crate) fn is_memory(place: &Path) -> bool {
    /// From linux/magic.h: tmpfs and its plainer relative.
    const MAGIC: [u64; 2] = [0x0102_1994, 0x8584_58f6];
    rustix::fs::statfs(place)
        .is_ok_and(|found| u64::try_from(found.f_type).is_ok_and(|magic| MAGIC.contains(&magic)))
}

/// Whether the place is held in memory; other systems have none that is told apart.
#[cfg(not(any(target_os = "linux", target_os = "android")))]
pub(crate) fn is_memory(_place: &Path) -> bool {
    false
}
