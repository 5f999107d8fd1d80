//! The encrypted file whose tokens an encryption takes over, so that a diff shows what was changed and nothing else.
//!
//! One that was asked for must be there and open with a valid MAC. One that suggests itself is left out wherever it does not
//! serve, with a hint where somebody may count on it. Neither serves once the file is to be encrypted for others or
//! otherwise: whoever was taken off could open what comes. Never here: how tokens are taken over, which is the library's.

use std::path::PathBuf;

use selkie_crypto::DataKey;
use selkie_document::metadata::Metadata;
use selkie_document::rules::key_differences;
use selkie_document::{Error, Format, Opened, Sealed, open};
use selkie_keys::DecryptionOrder;

use crate::git::committed;
use crate::identities;
use crate::io::Input;
use crate::message::{Failure, Reading, document_failure, hint, recover_failure};
use crate::request::EncryptRequest;

/// Whether an older file is taken over.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Reuse {
    /// No.
    Nothing,
    /// If it serves.
    IfItServes(Old),
    /// It was asked for.
    Asked(Old),
}

/// Where an older file is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Old {
    /// On the disk.
    File(PathBuf),
    /// In a commit.
    Commit {
        /// The commit.
        revision: String,
        /// The path that it has there.
        file: PathBuf,
    },
}

/// The opened file to take over, if there is one.
pub(crate) fn find(
    request: &EncryptRequest,
    order: &DecryptionOrder,
) -> Result<Option<(Opened, DataKey)>, Failure> {
    match &request.reuse {
        Reuse::Nothing => Ok(None),
        Reuse::Asked(old) => {
            let sealed = old.read(request.formats.output)??;
            let metadata = sealed.metadata().clone();
            let (opened, key) = old.open(sealed, order)?;
            Ok(old.serves(&metadata, request).then_some((opened, key)))
        }
        Reuse::IfItServes(old) => {
            // A file that is not there, or plain, or of another kind, suggests nothing.
            let Ok(Ok(sealed)) = old.read(request.formats.output) else {
                return Ok(None);
            };
            if !old.serves(sealed.metadata(), request) {
                return Ok(None);
            }
            match old.open(sealed, order) {
                Ok(opened) => Ok(Some(opened)),
                Err(failure) => {
                    hint(format_args!(
                        "all values get new tokens, since the old file was not opened: {} (--no-reuse does without it)",
                        failure.fact
                    ));
                    Ok(None)
                }
            }
        }
    }
}

impl Old {
    fn name(&self) -> String {
        match self {
            Self::File(path) => path.display().to_string(),
            Self::Commit { revision, file } => format!("git:{revision}:{}", file.display()),
        }
    }

    /// The outer failure is that of getting at it, the inner that of what it is.
    fn read(&self, format: Format) -> Result<Result<Sealed, Failure>, Failure> {
        let bytes = match self {
            Self::File(path) => {
                let input = Input::File(path.clone());
                input.check_exists()?;
                input.read_sealed()?
            }
            Self::Commit { revision, file } => committed(revision, file)?,
        };
        Ok(Sealed::read(format, bytes).map_err(|error| self.failed(&error)))
    }

    fn open(&self, sealed: Sealed, order: &DecryptionOrder) -> Result<(Opened, DataKey), Failure> {
        let services = identities::services();
        let key = selkie_keys::recover(&services, &sealed.metadata().keyring_to_open(), order)
            .map_err(|report| recover_failure(&self.name(), &report))?;
        let opened = open(sealed, &key).map_err(|error| self.failed(&error))?;
        Ok((opened, key))
    }

    fn failed(&self, error: &Error) -> Failure {
        document_failure(&self.name(), Reading::Sealed, error)
    }

    /// Whether the new file is for the same recipients in the same way; says so if not.
    fn serves(&self, metadata: &Metadata, request: &EncryptRequest) -> bool {
        // Which is encrypted as a whole, whatever is asked for.
        let binary = request.formats.output == Format::Binary;
        let keys = key_differences(&metadata.keyring, &request.groups, request.threshold);
        let what = if keys.in_keys() {
            "recipients, groups or threshold"
        } else if !binary
            && (metadata.selection != request.selection
                || metadata.mac_only_encrypted != request.mac_only_encrypted)
        {
            "what is encrypted"
        } else {
            return true;
        };
        // Without recipients nothing is encrypted at all, and that is told.
        if !request.groups.is_empty() {
            hint(format_args!(
                "{}: {what} would differ now, so a new data key is made and all values get new tokens",
                self.name()
            ));
        }
        false
    }
}
