//! What a command reads: one file, or stdin.

use std::fs::File;
use std::io::{ErrorKind, IsTerminal, Read, StdinLock};
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

    /// All of it, as plain text is read: in memory that is wiped.
    pub(crate) fn read_plain(self) -> Result<Secret, Failure> {
        self.read(read_file, |stdin| read_all(stdin, 64 * 1024))
    }

    /// All of it, as an encrypted file is read: nothing in it is secret.
    pub(crate) fn read_sealed(self) -> Result<Vec<u8>, Failure> {
        self.read(
            |path| std::fs::read(path),
            |mut stdin| {
                let mut content = Vec::new();
                stdin.read_to_end(&mut content).map(|_| content)
            },
        )
    }

    fn read<T>(
        self,
        file: impl FnOnce(&Path) -> std::io::Result<T>,
        all: impl FnOnce(StdinLock<'static>) -> std::io::Result<T>,
    ) -> Result<T, Failure> {
        let name = self.name();
        let read = match self {
            Self::File(path) => file(&path),
            Self::Stdin => {
                let stdin = std::io::stdin().lock();
                if stdin.is_terminal() {
                    note("reading from the terminal until end of input (Ctrl-D)");
                }
                all(stdin)
            }
        };
        read.map_err(|error| match error.kind() {
            ErrorKind::NotFound => {
                Failure::new(Status::NoFile, format_args!("{name}: no such file"))
            }
            _ => Failure::new(
                Status::Unreadable,
                format_args!("{name}: cannot be read: {}", plain_error(&error)),
            ),
        })
    }
}

/// The content of a file, in memory that is wiped.
pub(crate) fn read_file(path: &Path) -> std::io::Result<Secret> {
    let file = File::open(path)?;
    let length = file.metadata()?.len();
    read_all(file, usize::try_from(length).unwrap_or(0))
}

/// Reads to the end into memory that is wiped.
///
/// As much as is expected goes straight to its place. What comes beyond is gathered in pieces and put together at the end,
/// so that the whole is never there twice, and no copy stays behind because it had to move.
pub(crate) fn read_all(mut reader: impl Read, expected: usize) -> std::io::Result<Secret> {
    const PIECE: usize = 1 << 20;
    let first = piece(&mut reader, expected)?;
    if first.len() <= expected {
        return Ok(first);
    }
    let mut pieces = vec![first];
    loop {
        let more = piece(&mut reader, PIECE)?;
        if more.is_empty() {
            break;
        }
        pieces.push(more);
    }
    let mut content = Secret::from(vec![0; pieces.iter().map(Secret::len).sum()]);
    let mut end = content.len();
    // From the last one on: a heap gives memory back from its end.
    while let Some(piece) = pieces.pop() {
        let start = end - piece.len();
        content.expose_mut()[start..end].copy_from_slice(piece.expose());
        end = start;
    }
    Ok(content)
}

/// So many bytes and one more, or fewer at the end of the input.
fn piece(reader: &mut impl Read, len: usize) -> std::io::Result<Secret> {
    // std asks for a little more than it gets, to see the end, and must not need to grow for that.
    const MARGIN: usize = 64;
    let mut piece = Zeroizing::new(Vec::with_capacity(len + MARGIN));
    reader.take(len as u64 + 1).read_to_end(&mut piece)?;
    Ok(Secret::from(std::mem::take(&mut *piece)))
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_is_read_whatever_was_expected() {
        for length in [0, 1, 63, 64, 65, 10_000, 100_000, 1 << 20, 3 << 20] {
            let content: Vec<u8> = (0..length).map(|index: u32| (index % 251) as u8).collect();
            for expected in [0, 1, 64, 10_000, 100_000] {
                let read = read_all(&content[..], expected).unwrap();
                assert_eq!(read.expose(), content, "{length} {expected}");
            }
        }
    }
}
