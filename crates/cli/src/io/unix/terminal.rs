//! The terminal that a person sits at.

use std::ffi::{OsStr, OsString};
use std::io;
use std::os::fd::{AsFd, BorrowedFd};
use std::os::unix::ffi::OsStrExt;

/// The terminal of this run, by the name that another process can open; `None` if none of the standard streams leads to one.
pub(crate) fn terminal_name() -> Option<OsString> {
    let named = |fd: BorrowedFd<'_>| rustix::termios::ttyname(fd, Vec::new()).ok();
    let name = named(io::stdin().as_fd())
        .or_else(|| named(io::stderr().as_fd()))
        .or_else(|| named(io::stdout().as_fd()))?;
    Some(OsStr::from_bytes(name.as_bytes()).to_owned())
}
