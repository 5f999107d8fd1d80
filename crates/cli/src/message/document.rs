//! What the document's errors come to: the status that SOPS has for each, and a hint where there is something to do.

use selkie_document::Error;

use super::Failure;
use crate::exit::Status;

/// What was being read when the error came; the same error has another status in each.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Reading {
    /// A plain file, to be encrypted.
    Plain,
    /// An encrypted file.
    Sealed,
    /// An encrypted file that is taken for a binary one.
    SealedBinary,
}

/// The failure for an error in a file of that name.
pub(crate) fn document_failure(name: &str, reading: Reading, error: &Error) -> Failure {
    let failure = Failure::new(status(reading, error), format_args!("{name}: {error}"));
    match hint(reading, error) {
        Some(hint) => failure.hint(hint),
        None => failure,
    }
}

fn status(reading: Reading, error: &Error) -> Status {
    match error {
        Error::Syntax { .. } | Error::Encoding { .. } if reading == Reading::Plain => {
            Status::Unreadable
        }
        Error::Empty if reading == Reading::Plain => Status::Empty,
        Error::Refused { reason, .. } if reason.is_structure() => match reading {
            Reading::Plain => Status::Unreadable,
            Reading::Sealed | Reading::SealedBinary => Status::Failed,
        },
        Error::Refused { .. } | Error::CommentSelector { .. } | Error::Exposed { .. } => {
            Status::NotEncryptable
        }
        Error::Conversion { .. } => Status::NotWritable,
        Error::AlreadyEncrypted { .. } => Status::AlreadyEncrypted,
        Error::Value { .. } => Status::NotDecryptable,
        Error::MacMissing
        | Error::MacUndecryptable
        | Error::MacMismatch
        | Error::Forgery { .. } => Status::NotAuthentic,
        _ => Status::Failed,
    }
}

fn hint(reading: Reading, error: &Error) -> Option<&'static str> {
    Some(match error {
        Error::AlreadyEncrypted { .. } => {
            "decrypt it first, or rename the key `sops` if it is yours"
        }
        Error::NotEncrypted => "it seems to be a plain file; `selkie encrypt` would encrypt it",
        Error::Syntax { .. } if reading == Reading::Plain => {
            "name the format with --input-type if the file name misleads"
        }
        Error::Syntax { .. } if reading == Reading::SealedBinary => {
            "an encrypted binary file is JSON; if the file name misleads, name the format with --input-type"
        }
        Error::Conversion { .. } if reading == Reading::SealedBinary => {
            "name the output's format with --output-type; the file may be no binary one at all"
        }
        Error::MacMismatch => {
            "compare with the last commit; --ignore-mac decrypts all the same, if you accept whatever was changed"
        }
        Error::MacMissing | Error::MacUndecryptable => {
            "--ignore-mac decrypts all the same, if you accept whatever was changed"
        }
        Error::Value { .. } => {
            "restore the value from the last commit, or decrypt, correct and encrypt the file again"
        }
        Error::NotFound { .. } => {
            "a path looks like ['key'][0]['other'], and is looked up in the first document"
        }
        _ => return None,
    })
}
