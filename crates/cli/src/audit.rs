//! The audit that SOPS can be told to keep, in a database that `/etc/sops/audit.yaml` names.
//!
//! Selkie writes no audit rows. Where an administrator asks for them, opening files without would be a silent hole, so it is
//! refused unless the user says otherwise. Never here: anything about the database.

use std::fs;
use std::io::ErrorKind;
use std::path::Path;

use selkie_crypto::Secret;
use selkie_document::path::Path as KeyPath;
use selkie_document::{Error, Format, Plain};

use crate::discover;
use crate::exit::Status;
use crate::io::plain_error;
use crate::message::Failure;

/// Fails if rows would have to be written.
pub(crate) fn refuse_if_asked_for() -> Result<(), Failure> {
    let Some(path) = discover::audit_config() else {
        return Ok(());
    };
    let asked = match fs::read(path) {
        Ok(text) => has_backend(text).map_err(|error| error.to_string()),
        Err(error) if matches!(error.kind(), ErrorKind::NotFound | ErrorKind::NotADirectory) => {
            Ok(false)
        }
        Err(error) => Err(plain_error(&error)),
    };
    match asked {
        Ok(false) => Ok(()),
        Ok(true) => Err(refused(
            path,
            "asks for an audit, and selkie writes no audit rows",
        )),
        Err(reason) => Err(refused(
            path,
            &format!("may ask for an audit, and cannot be read: {reason}"),
        )),
    }
}

fn refused(path: &Path, fact: &str) -> Failure {
    Failure::new(Status::Failed, format_args!("{}: {fact}", path.display()))
        .hint("SELKIE_NO_AUDIT=1 goes on without; ask whoever keeps the audit first")
}

/// Whether the config names a database; what SOPS knows is `postgres` alone.
fn has_backend(text: Vec<u8>) -> Result<bool, Error> {
    let plain = match Plain::read(Format::Yaml, Secret::from(text)) {
        Err(Error::Empty) => return Ok(false),
        other => other?,
    };
    let Ok(path) = KeyPath::parse("[\"backends\"][\"postgres\"]") else {
        return Ok(true);
    };
    match plain.extract(&path) {
        // Something stands where nothing can be listed: it is not for us to guess.
        Err(Error::Path { .. } | Error::NotFound { .. }) => Ok(false),
        Err(error) => Err(error),
        Ok(found) => Ok(!matches!(
            found.expose().trim_ascii(),
            b"" | b"null" | b"[]"
        )),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn backends_are_found() {
        let rows = [
            ("", Some(false)),
            ("backends:\n", Some(false)),
            ("backends: {}\n", Some(false)),
            ("backends:\n  postgres:\n", Some(false)),
            ("backends:\n  postgres: []\n", Some(false)),
            ("other: 1\n", Some(false)),
            (
                "backends:\n  postgres:\n    - connection_string: postgres://u@h/d\n",
                Some(true),
            ),
            ("backends: [\n", None),
        ];
        for (text, expected) in rows {
            assert_eq!(has_backend(text.into()).ok(), expected, "{text:?}");
        }
    }
}
