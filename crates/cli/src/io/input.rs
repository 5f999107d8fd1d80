//! What a command reads: one file, or stdin.

use std::fs::File;
use std::io::{ErrorKind, IsTerminal, Read};
use std::path::{Path, PathBuf};

use selkie_crypto::Secret;
use zeroize::Zeroizing;

use crate::exit::Status;
use crate::message::{Failure, note};

/// Where the text comes from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Input {
    /// A file named on the command line.
    File(PathBuf),
    /// The standard input; a run reads it at most once, because reading takes the value.
    Stdin,
}

impl Input {
    /// The name to show in messages.
    pub(crate) fn name(&self) -> String {
        match self {
            Self::File(path) => path.display().to_string(),
            Self::Stdin => "stdin".to_owned(),
        }
    }

    /// Fails unless there is something to open. Before anything else is done, as SOPS does: its own status depends on it.
    pub(crate) fn check_exists(&self) -> Result<(), Failure> {
        match self {
            Self::File(path) if !path.exists() => Err(Failure::new(
                Status::NoFile,
                format_args!("{}: no such file", path.display()),
            )),
            _ => Ok(()),
        }
    }

    /// All of it, in memory that is wiped: nobody can know yet whether it is plain text.
    pub(crate) fn read(self) -> Result<Secret, Failure> {
        match self {
            Self::File(path) => read_file(&path),
            Self::Stdin => {
                let stdin = std::io::stdin().lock();
                if stdin.is_terminal() {
                    note("reading from the terminal until end of input (Ctrl-D)");
                }
                read_all(stdin, 64 * 1024).map_err(|error| unreadable("stdin", &error))
            }
        }
    }
}

fn read_file(path: &Path) -> Result<Secret, Failure> {
    let name = path.display().to_string();
    let failed = |error: std::io::Error| match error.kind() {
        ErrorKind::NotFound => Failure::new(Status::NoFile, format_args!("{name}: no such file")),
        _ => unreadable(&name, &error),
    };
    let file = File::open(path).map_err(failed)?;
    let length = file.metadata().map_err(failed)?.len();
    let expected = usize::try_from(length).unwrap_or(0);
    read_all(file, expected).map_err(failed)
}

fn unreadable(name: &str, error: &std::io::Error) -> Failure {
    Failure::new(
        Status::Unreadable,
        format_args!("{name}: cannot be read: {}", plain_error(error)),
    )
}

/// The system's words without the error number that std appends.
pub(crate) fn plain_error(error: &std::io::Error) -> String {
    let text = error.to_string();
    let text = text.split(" (os error").next().unwrap_or_default();
    let mut letters = text.chars();
    letters.next().map_or_else(String::new, |first| {
        first.to_lowercase().chain(letters).collect()
    })
}

/// Reads to the end through one buffer that is wiped, so that no copy stays behind when the content grows.
pub(crate) fn read_all(mut reader: impl Read, expected: usize) -> std::io::Result<Secret> {
    let mut content = Secret::with_capacity(expected);
    let mut chunk = Zeroizing::new(vec![0_u8; expected.clamp(4 * 1024, 256 * 1024)]);
    loop {
        match reader.read(&mut chunk) {
            Ok(0) => return Ok(content),
            Ok(read) => content.extend_from_slice(&chunk[..read]),
            Err(error) if error.kind() == ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
}
