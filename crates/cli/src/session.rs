//! An encrypted file that a command is about to rewrite: claimed, read, its data key recovered.
//!
//! Here stands what every such command does before its own work, in one order: the file is there, nobody else writes it,
//! its metadata fits the rules ([`crate::guard`]), an identity opens it. Never here: what is changed.

use std::path::{Path, PathBuf};

use selkie_crypto::DataKey;
use selkie_document::{Format, Sealed};
use selkie_keys::{DecryptionOrder, KeyService};

use crate::exit::Status;
use crate::guard::Guard;
use crate::identities;
use crate::io::{Input, Output, Target};
use crate::message::{Failure, Reading, document_failure, recover_failure, warn};

/// What a session is asked for.
#[derive(Debug)]
pub(crate) struct SessionRequest {
    pub(crate) path: PathBuf,
    pub(crate) target: Target,
    pub(crate) format: Format,
    pub(crate) order: DecryptionOrder,
    pub(crate) guard: Guard,
}

/// A file that is read and claimed.
#[derive(Debug)]
pub(crate) struct Session {
    /// The name to show in messages.
    pub(crate) name: String,
    pub(crate) sealed: Sealed,
    pub(crate) key: DataKey,
    pub(crate) guard: Guard,
    /// Whoever opened the file wraps for it too: a vendor's client is made once.
    services: Vec<KeyService>,
    output: Output,
}

impl Session {
    /// Claims the target, reads the file, compares it with its rule, recovers the data key.
    pub(crate) fn begin(request: SessionRequest) -> Result<Self, Failure> {
        let name = request.path.display().to_string();
        let output = Output::claim(request.target);
        let sealed = read(&request.path, request.format)?;
        request.guard.recipients(&name, sealed.metadata())?;
        let services = identities::services();
        let key = recover_with(&services, &name, &sealed, &request.order)?;
        Ok(Self {
            name,
            sealed,
            key,
            guard: request.guard,
            services,
            output,
        })
    }

    /// The session taken apart, for work that consumes the file.
    pub(crate) fn parts(self) -> (Sealed, DataKey, Pending) {
        let pending = Pending {
            name: self.name,
            services: self.services,
            output: self.output,
        };
        (self.sealed, self.key, pending)
    }
}

/// What is left of a session until its result is written.
#[derive(Debug)]
pub(crate) struct Pending {
    pub(crate) name: String,
    pub(crate) services: Vec<KeyService>,
    output: Output,
}

impl Pending {
    /// The failure for an error in the file.
    pub(crate) fn failed(&self, error: &selkie_document::Error) -> Failure {
        document_failure(&self.name, Reading::Sealed, error)
    }

    /// Writes the result and says what the user should know.
    pub(crate) fn write(self, text: &selkie_document::SealedText) -> Result<(), Failure> {
        self.output.write(&text.bytes)?;
        for warning in &text.warnings {
            warn(format_args!("{}: {warning}", self.name));
        }
        Ok(())
    }
}

/// Fails with the command's own status unless the file is there.
pub(crate) fn exists(path: &Path, missing: Status) -> Result<(), Failure> {
    if path.exists() {
        return Ok(());
    }
    Err(Failure::new(
        missing,
        format_args!("{}: no such file", path.display()),
    ))
}

/// Reads an encrypted file.
pub(crate) fn read(path: &Path, format: Format) -> Result<Sealed, Failure> {
    let input = Input::File(path.to_owned());
    let name = input.name();
    let source = input.read_sealed()?;
    Sealed::read(format, source).map_err(|error| document_failure(&name, Reading::Sealed, &error))
}

/// The data key, with whatever identity is at hand.
pub(crate) fn recover(
    name: &str,
    sealed: &Sealed,
    order: &DecryptionOrder,
) -> Result<DataKey, Failure> {
    recover_with(&identities::services(), name, sealed, order)
}

/// The same by services that are asked for other files, too.
pub(crate) fn recover_with(
    services: &[KeyService],
    name: &str,
    sealed: &Sealed,
    order: &DecryptionOrder,
) -> Result<DataKey, Failure> {
    selkie_keys::recover(services, &sealed.metadata().keyring_to_open(), order)
        .map_err(|report| recover_failure(name, &report))
}
