//! One encrypted file: from its bytes to its text and values.

use selkie_api::Cause;
use selkie_api::store::sops::SopsFormat;
use selkie_document::binary;
use selkie_document::{Error, Format, Sealed, open};

use super::keys::Keys;
use crate::json::compact;
use crate::{Failure, File};

/// Bytes that a file may have. What holds files in a cluster ends at half of it.
pub(super) const LARGEST: usize = 2 << 20;

/// Opens the files of a store.
pub(super) struct Opener {
    keys: Keys,
    format: Option<SopsFormat>,
}

impl Opener {
    pub(super) const fn new(keys: Keys, format: Option<SopsFormat>) -> Self {
        Self { keys, format }
    }

    /// The file's text and values, after its MAC was verified.
    pub(super) fn open(&self, name: &str, sealed: &[u8]) -> Result<File, Failure> {
        if sealed.len() > LARGEST {
            return Err(too_large(name));
        }
        let failed = |error| failure(name, &error);
        let format = self.format_of(name);
        let sealed = Sealed::read(format, sealed.to_vec()).map_err(failed)?;
        let key = self
            .keys
            .data_key(name, &sealed.metadata().keyring_to_open())?;
        if format == Format::Binary {
            let opened = binary::open(sealed, &key).map_err(failed)?;
            return Ok(File {
                text: opened.content,
                tree: None,
            });
        }
        let opened = open(sealed, &key).map_err(failed)?;
        let tree = opened.plain.values().map_err(failed)?;
        Ok(File {
            text: opened.plain.source().to_vec().into(),
            tree: Some(compact(tree.expose())),
        })
    }

    /// As the store says, or as the name ends: what SOPS makes of names, and what Flux makes of Docker's configuration.
    fn format_of(&self, name: &str) -> Format {
        match self.format {
            Some(SopsFormat::Yaml) => Format::Yaml,
            Some(SopsFormat::Json) => Format::Json,
            Some(SopsFormat::Dotenv) => Format::Dotenv,
            Some(SopsFormat::Ini) => Format::Ini,
            Some(SopsFormat::Binary) => Format::Binary,
            None if name.ends_with(".dockerconfigjson") => Format::Json,
            None => Format::from_path(name).unwrap_or(Format::Binary),
        }
    }
}

/// The file is larger than an encrypted one may be.
pub(super) fn too_large(name: &str) -> Failure {
    let detail = format!("{name}: the file is larger than {} MiB", LARGEST >> 20);
    Failure::new(Cause::InvalidData, detail)
}

/// What is wrong with a file, without what stands in it. The document's own errors never quote a value.
fn failure(name: &str, error: &Error) -> Failure {
    let cause = match error {
        Error::Value { .. }
        | Error::MacMissing
        | Error::MacUndecryptable
        | Error::MacMismatch
        | Error::Forgery { .. } => Cause::DecryptFailed,
        _ => Cause::InvalidData,
    };
    Failure::new(cause, format!("{name}: {error}"))
}
