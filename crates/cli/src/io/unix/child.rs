//! Running another program: started with memory that can be wiped, passed the signals, waited for.
//!
//! `std::process::Command` keeps copies of the environment that nobody can wipe, so a child is started by `posix_spawn`
//! from memory of ours. Where the program takes the place of this process, nothing of it is left to be wiped.

use std::convert::Infallible;
use std::ffi::{CStr, CString, OsStr};
use std::fs::File;
use std::io;
use std::os::fd::AsRawFd;
use std::os::unix::ffi::OsStrExt;
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::Command;

use nix::errno::Errno;
use nix::spawn::{PosixSpawnAttr, PosixSpawnFileActions, PosixSpawnFlags, posix_spawn};
use nix::sys::signal::{SigSet, Signal};
use nix::sys::wait::{WaitStatus, waitpid};
use nix::unistd::Pid;
use rustix::process::{WaitId, WaitIdOptions};
use selkie_crypto::Secret;

use super::signals;
use crate::io::program::{Ended, Program};

/// A program that runs.
#[derive(Debug)]
pub(crate) struct Child(Pid);

/// Starts the program beside this process.
///
/// The environment that was handed in is wiped when this returns.
pub(crate) fn start(program: Program) -> io::Result<Child> {
    let before = signals::watch();
    let path = CString::new(program.path.as_os_str().as_bytes())?;
    let mut arguments = vec![CString::new(program.name.as_bytes())?];
    for argument in &program.arguments {
        arguments.push(CString::new(argument.as_bytes())?);
    }
    let entries = program.environment.into_iter();
    let environment = entries
        .map(|(name, value)| Entry::new(&name, value.expose()))
        .collect::<io::Result<Vec<_>>>()?;
    let mut attributes = PosixSpawnAttr::init()?;
    attributes.set_flags(
        PosixSpawnFlags::POSIX_SPAWN_SETSIGMASK | PosixSpawnFlags::POSIX_SPAWN_SETSIGDEF,
    )?;
    attributes.set_sigmask(&before)?;
    // Rust's runtime ignores it, and that would be inherited.
    attributes.set_sigdefault(&SigSet::from(Signal::SIGPIPE))?;
    let mut files = PosixSpawnFileActions::init()?;
    let nowhere = File::options().read(true).write(true).open("/dev/null")?;
    if program.detached {
        for standard in 0..3 {
            files.add_dup2(nowhere.as_raw_fd(), standard)?;
        }
    }
    let child = signals::started(|| {
        posix_spawn(
            path.as_c_str(),
            &files,
            &attributes,
            &arguments,
            &environment,
        )
    })?;
    Ok(Child(child))
}

impl Child {
    /// Waits for the end. Signals that this process gets meanwhile are passed on.
    pub(crate) fn wait(self) -> io::Result<Ended> {
        if let Some(pid) = rustix::process::Pid::from_raw(self.0.as_raw()) {
            let options = WaitIdOptions::EXITED | WaitIdOptions::NOWAIT;
            // On failure there is nothing to wait for, and the reaping says why.
            let again = Some(rustix::io::Errno::INTR);
            while rustix::process::waitid(WaitId::Pid(pid), options).err() == again {}
        }
        match signals::reaped(|| waitpid(self.0, None)) {
            Ok(WaitStatus::Exited(_, code)) => Ok(Ended::Code(code.cast_unsigned() as u8)),
            Ok(WaitStatus::Signaled(_, signal, _)) => Ok(Ended::Signal(signal.as_str().to_owned())),
            // Only asked for the end, the system tells of nothing else.
            Ok(_) => Err(Errno::ECHILD.into()),
            Err(error) => Err(error.into()),
        }
    }
}

/// Puts the program in the place of this process; returns only if that fails.
pub(crate) fn replace_process(program: &Program) -> io::Result<Infallible> {
    let environment = program.environment.iter();
    let error = Command::new(&program.path)
        .arg0(&program.name)
        .args(&program.arguments)
        .env_clear()
        .envs(environment.map(|(name, value)| (name, OsStr::from_bytes(value.expose()))))
        .exec();
    Err(error)
}

/// Whether the file can be started by this user.
pub(crate) fn can_execute(path: &Path) -> bool {
    path.is_file() && rustix::fs::access(path, rustix::fs::Access::EXEC_OK).is_ok()
}

/// `NAME=value` and the byte that ends it, wiped when dropped.
struct Entry(Secret);

impl Entry {
    fn new(name: &OsStr, value: &[u8]) -> io::Result<Self> {
        let name = name.as_bytes();
        if name.contains(&0) || value.contains(&0) {
            return Err(io::ErrorKind::InvalidInput.into());
        }
        let mut entry = Secret::with_capacity(name.len() + value.len() + 2);
        entry.extend_from_slice(name);
        entry.extend_from_slice(b"=");
        entry.extend_from_slice(value);
        entry.extend_from_slice(b"\0");
        Ok(Self(entry))
    }
}

impl AsRef<CStr> for Entry {
    fn as_ref(&self) -> &CStr {
        // The one zero byte was put at the end by `new`.
        CStr::from_bytes_with_nul(self.0.expose()).unwrap_or_default()
    }
}
