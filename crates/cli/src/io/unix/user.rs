//! Users of the system, and becoming one of them.

use std::ffi::CString;
use std::io;
use std::path::PathBuf;

use nix::unistd::{geteuid, initgroups, setgid, setuid};

/// Somebody that the system knows.
#[derive(Debug)]
pub(crate) struct User {
    entry: nix::unistd::User,
    pub(crate) home: PathBuf,
}

impl User {
    /// The user of this name, if there is one.
    pub(crate) fn find(name: &str) -> io::Result<Option<Self>> {
        let entry = nix::unistd::User::from_name(name)?;
        Ok(entry.map(|entry| Self {
            home: entry.dir.clone(),
            entry,
        }))
    }

    /// Makes this process that user's, with that user's groups, for good.
    pub(crate) fn assume(self) -> io::Result<()> {
        if self.entry.uid == geteuid() {
            return Ok(());
        }
        let name = CString::new(self.entry.name)?;
        // In this order: without the first user's rights, groups cannot be changed any more.
        initgroups(&name, self.entry.gid)?;
        setgid(self.entry.gid)?;
        Ok(setuid(self.entry.uid)?)
    }
}
