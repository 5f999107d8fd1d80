//! Exit statuses: SOPS's numbers, so that scripts written for it keep working. The only file with these numbers.

use std::process::ExitCode;

/// How a run ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub(crate) enum Status {
    /// All that was asked for was done.
    Done = 0,
    /// Anything without a status of its own: metadata, configuration, flags, an encrypted file that cannot be parsed.
    Failed = 1,
    /// The file cannot be read, or plain input cannot be parsed.
    Unreadable = 2,
    /// The output cannot be opened.
    NoOutput = 3,
    /// The output's format cannot hold the data.
    NotWritable = 4,
    /// An encryption context that cannot be read.
    BadContext = 6,
    /// A value or a path given to `set` or `unset` cannot be read.
    BadValue = 7,
    /// Parameters that exclude each other.
    Conflict = 8,
    /// A value cannot be encrypted.
    NotEncryptable = 23,
    /// A value cannot be decrypted.
    NotDecryptable = 25,
    /// Recipients would be added to or removed from a file that is not there.
    NoFileForKeys = 49,
    /// The MAC is missing, cannot be decrypted or does not fit.
    NotAuthentic = 51,
    /// The path given to `--extract` cannot be read.
    BadPath = 91,
    /// There is nothing in the file.
    Empty = 92,
    /// There is no such file, or no file was named.
    NoFile = 100,
    /// A kind of key stands twice in the decryption order.
    RepeatedKind = 112,
    /// The program to run cannot be executed, as shells say it.
    NotExecutable = 126,
    /// There is no such program to run, as shells say it.
    NoProgram = 127,
    /// The data key could not be recovered.
    NoDataKey = 128,
    /// `edit`: nothing was changed.
    Unchanged = 200,
    /// `edit`: the editor is missing, or failed.
    EditorFailed = 201,
    /// The file is encrypted already.
    AlreadyEncrypted = 203,
    /// A signal ended the program that was run.
    Killed = 255,
}

impl From<Status> for ExitCode {
    fn from(status: Status) -> Self {
        Self::from(status as u8)
    }
}
