//! Systems other than Unix: what std offers alone. Written for Windows, not built or tried yet.
//!
//! The same functions as in `unix.rs`, under the same names.

use std::convert::Infallible;
use std::ffi::OsString;
use std::fs::{self, File, Metadata, OpenOptions};
use std::io;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use selkie_crypto::Secret;
use tempfile::Builder;

use super::program::{Ended, Program};

/// Memory images are a matter of the system's error reporting here; a process cannot forbid them through std.
pub(crate) fn deny_core_dumps() {}

/// An advisory lock; here on a file of its own beside the target, since folders cannot be opened.
#[derive(Debug)]
pub(crate) struct FolderLock {
    _file: File,
}

impl FolderLock {
    /// The lock that guards the folder of `path`. `waiting` is called if another run holds it.
    pub(crate) fn of(path: &Path, waiting: impl FnOnce()) -> Option<Self> {
        let real = fs::canonicalize(path).unwrap_or_else(|_| path.to_owned());
        let beside = real.parent()?.join(".selkie.lock");
        let file = OpenOptions::new()
            .write(true)
            .create(true)
            .truncate(false)
            .open(beside)
            .ok()?;
        if file.try_lock().is_err() {
            waiting();
            file.lock().ok()?;
        }
        Some(Self { _file: file })
    }
}

/// Opens for reading, but only if writing would be allowed too.
pub(super) fn open_if_writable(path: &Path) -> io::Result<File> {
    OpenOptions::new().read(true).write(true).open(path)
}

/// Links are not counted by std here, so every file is taken to have one name.
pub(super) fn hard_links(_file: &File) -> io::Result<u64> {
    Ok(1)
}

/// New files inherit the folder's access list.
pub(super) fn private(_builder: &mut Builder<'_, '_>) {}

/// New files inherit the folder's access list.
pub(super) fn ordinary(_builder: &mut Builder<'_, '_>) {}

/// A new file, never over an existing one; the user's profile keeps others out.
pub(super) fn create_private(path: &Path) -> io::Result<File> {
    OpenOptions::new().write(true).create_new(true).open(path)
}

/// The folder and those above it, as far as they are missing.
pub(crate) fn create_private_folders(folder: &Path) -> io::Result<()> {
    fs::create_dir_all(folder)
}

/// The read-only mark is all that std can copy.
pub(super) fn copy_owner_and_mode(from: &File, to: &File) -> io::Result<()> {
    to.set_permissions(from.metadata()?.permissions())
}

/// There are none that std knows.
pub(super) fn copy_attributes(_from: &File, _to: &File) -> io::Result<()> {
    Ok(())
}

/// A rename is written through by the system here.
pub(super) fn sync_folder(_folder: &Path) -> io::Result<()> {
    Ok(())
}

/// A new file, never over an existing one; there is no right to be run.
pub(super) fn create_executable(path: &Path) -> io::Result<File> {
    OpenOptions::new().write(true).create_new(true).open(path)
}

/// Terminals have no names here.
#[cfg(feature = "pgp")]
pub(crate) fn terminal_name() -> Option<OsString> {
    None
}

/// Sockets of one user are not made through std here.
#[cfg(feature = "remote")]
#[derive(Debug)]
pub(crate) struct PrivateSocket {
    pub(crate) listener: selkie_keys::serve::Listener,
    pub(crate) path: PathBuf,
}

/// Why there is none.
#[cfg(feature = "remote")]
#[derive(Debug)]
pub(crate) struct NoSocket {
    pub(crate) fact: String,
    pub(crate) hint: Option<&'static str>,
}

#[cfg(feature = "remote")]
impl PrivateSocket {
    /// Fails.
    pub(crate) fn bind(_path: &Path) -> Result<Self, NoSocket> {
        Err(NoSocket {
            fact: "there are no such sockets here".to_owned(),
            hint: Some("say --network tcp"),
        })
    }
}

/// The console ends the process by itself; memory goes with it.
#[cfg(feature = "remote")]
pub(crate) fn on_signals(
    _hangup: impl Fn() + Send + 'static,
    _end: impl FnOnce() + Send + 'static,
) {
}

/// The time by the calendar: it counts suspends, and somebody may set it.
#[cfg(feature = "remote")]
pub(crate) fn since_boot() -> std::time::Duration {
    let since = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH);
    since.unwrap_or_default()
}

/// Only a debugger with the user's rights gets in, and std cannot forbid it.
#[cfg(feature = "remote")]
pub(crate) fn deny_tracing() {}

/// This machine's name; empty if only a variable says it.
#[cfg(feature = "aws")]
pub(crate) fn host_name() -> String {
    String::new()
}

/// A path as another program printed it; git prints UTF-8 here.
pub(crate) fn path_from_bytes(name: &[u8]) -> PathBuf {
    PathBuf::from(String::from_utf8_lossy(name).into_owned())
}

/// Whether two names lead to one file.
pub(crate) fn same_file(one: &Path, other: &Path) -> bool {
    matches!((fs::canonicalize(one), fs::canonicalize(other)), (Ok(one), Ok(other)) if one == other)
}

/// Access lists are not read through std.
pub(crate) fn others_can_write(_found: &Metadata) -> Option<&'static str> {
    None
}

/// A folder that this process uses; nobody else is told.
#[derive(Debug)]
pub(crate) struct HeldFolder;

impl HeldFolder {
    /// Folders cannot be locked here.
    pub(crate) fn hold(_path: &Path) -> io::Result<Option<Self>> {
        Ok(Some(Self))
    }

    /// Nobody can tell whether it is abandoned.
    pub(crate) fn take_over(_path: &Path) -> io::Result<Option<Self>> {
        Ok(None)
    }
}

/// The user's own temporary folder keeps others out.
pub(crate) fn private_folder(_builder: &mut Builder<'_, '_>) {}

/// There is no such place.
pub(crate) fn shared_memory() -> Option<&'static Path> {
    None
}

/// There is no such place.
pub(crate) fn is_private_memory(_place: &Path) -> bool {
    false
}

/// There is no such place.
pub(crate) fn is_memory(_place: &Path) -> bool {
    false
}

/// Keys on the console reach every process there, and nothing else is sent.
pub(crate) fn remove_when_ended(_folder: &Path) {}

/// See [`remove_when_ended`].
pub(crate) fn forget(_folder: &Path) {}

/// See [`remove_when_ended`].
pub(crate) fn asked_to_end() -> bool {
    false
}

/// A program that runs.
#[derive(Debug)]
pub(crate) struct Child(std::process::Child);

/// Starts the program beside this process.
pub(crate) fn start(program: Program) -> io::Result<Child> {
    command(&program)?.spawn().map(Child)
}

impl Child {
    /// Waits for the end.
    pub(crate) fn wait(mut self) -> io::Result<Ended> {
        let ended = self.0.wait()?;
        Ok(Ended::Code(ended.code().map_or(u8::MAX, |code| code as u8)))
    }
}

/// A process cannot be replaced here.
pub(crate) fn replace_process(_program: &Program) -> io::Result<Infallible> {
    Err(io::ErrorKind::Unsupported.into())
}

/// Whether the file can be started.
pub(crate) fn can_execute(path: &Path) -> bool {
    path.is_file()
}

fn command(program: &Program) -> io::Result<Command> {
    let mut command = Command::new(&program.path);
    command.args(&program.arguments).env_clear();
    for (name, value) in &program.environment {
        let value = std::str::from_utf8(value.expose())
            .map_err(|_| io::Error::from(io::ErrorKind::InvalidData))?;
        command.env(name, value);
    }
    if program.detached {
        command
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null());
    }
    Ok(command)
}

/// The shell, and how it is told to run a text.
pub(crate) const SHELL: [&str; 2] = ["cmd.exe", "/C"];

/// Named pipes are no files here.
pub(crate) const HAS_FIFOS: bool = false;

/// There is none: see [`HAS_FIFOS`].
#[derive(Debug)]
pub(crate) struct ServedPipe;

impl ServedPipe {
    /// Fails.
    pub(crate) fn serve(_path: &Path, _content: Secret) -> io::Result<Self> {
        Err(io::ErrorKind::Unsupported.into())
    }
}

/// Somebody that the system knows; std knows nobody here.
#[derive(Debug)]
pub(crate) struct User {
    pub(crate) home: PathBuf,
}

impl User {
    /// Fails.
    pub(crate) fn find(_name: &str) -> io::Result<Option<Self>> {
        Err(io::ErrorKind::Unsupported.into())
    }

    /// Fails.
    pub(crate) fn assume(self) -> io::Result<()> {
        Err(io::ErrorKind::Unsupported.into())
    }
}
