//! A socket that only processes of this user can reach.

use std::fs::{self, Permissions};
use std::io::{self, ErrorKind};
use std::os::unix::fs::{FileTypeExt, MetadataExt, PermissionsExt};
use std::os::unix::net::{UnixListener, UnixStream};
use std::path::{Path, PathBuf};

use selkie_keys::serve::Listener;

use crate::io::plain_error;

/// A socket, bound.
#[derive(Debug)]
pub(crate) struct PrivateSocket {
    pub(crate) listener: Listener,
    /// Where it is, whatever the working folder.
    pub(crate) path: PathBuf,
}

/// Why there is none.
#[derive(Debug)]
pub(crate) struct NoSocket {
    pub(crate) fact: String,
    pub(crate) hint: Option<&'static str>,
}

impl PrivateSocket {
    /// A socket of mode 0600 at `path`, in a folder of mode 0700, which is made if it is missing. What a run that is gone left
    /// there is removed.
    pub(crate) fn bind(path: &Path) -> Result<Self, NoSocket> {
        let user = rustix::process::geteuid().as_raw();
        let (Some(folder), Some(name)) = (path.parent(), path.file_name()) else {
            return Err(NoSocket::new("no path for a socket"));
        };
        let folder = if folder.as_os_str().is_empty() {
            Path::new(".")
        } else {
            folder
        };
        super::create_private_folders(folder)?;
        let folder = fs::canonicalize(folder)?;
        let found = fs::metadata(&folder)?;
        if found.uid() != user || found.mode() & 0o077 != 0 {
            return Err(NoSocket {
                fact: "its folder is open to others".to_owned(),
                hint: Some("put it in a folder of your own with mode 0700"),
            });
        }
        let path = folder.join(name);
        remove_abandoned(&path)?;
        let socket = UnixListener::bind(&path).map_err(|error| match error.kind() {
            ErrorKind::InvalidInput => NoSocket {
                fact: "its path is too long for a socket".to_owned(),
                hint: Some("systems allow about a hundred characters"),
            },
            _ => error.into(),
        })?;
        // Nobody else gets into the folder meanwhile.
        fs::set_permissions(&path, Permissions::from_mode(0o600))?;
        let listener = Listener::Unix { socket, user };
        Ok(Self { listener, path })
    }
}

fn remove_abandoned(path: &Path) -> Result<(), NoSocket> {
    match fs::symlink_metadata(path) {
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(()),
        Err(error) => Err(error.into()),
        Ok(found) if !found.file_type().is_socket() => {
            Err(NoSocket::new("something that is no socket is there"))
        }
        Ok(_) if UnixStream::connect(path).is_ok() => {
            Err(NoSocket::new("a process listens there already"))
        }
        Ok(_) => Ok(fs::remove_file(path)?),
    }
}

impl NoSocket {
    fn new(fact: &str) -> Self {
        Self {
            fact: fact.to_owned(),
            hint: None,
        }
    }
}

impl From<io::Error> for NoSocket {
    fn from(error: io::Error) -> Self {
        Self {
            fact: plain_error(&error),
            hint: None,
        }
    }
}
