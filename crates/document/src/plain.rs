//! The two states of a file, as two types. Both own the file's text.

use selkie_crypto::Secret;

use crate::error::Error;
use crate::format::Format;
use crate::metadata::Metadata;
use crate::tree::Tree;

/// A file that anybody can read.
pub struct Plain {
    pub(crate) format: Format,
    pub(crate) tree: Tree,
}

impl Plain {
    /// Reads a file that is to be sealed, and refuses what the sealed form could not hold.
    pub fn read(format: Format, source: Secret) -> Result<Self, Error> {
        let tree = format.read_plain(source)?;
        Ok(Self { format, tree })
    }

    /// The file's text, byte for byte.
    pub fn source(&self) -> &[u8] {
        self.tree.source()
    }
}

impl std::fmt::Debug for Plain {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Plain(…)")
    }
}

/// A file whose values are sealed.
pub struct Sealed {
    pub(crate) format: Format,
    pub(crate) tree: Tree,
    pub(crate) metadata: Metadata,
}

impl Sealed {
    /// Reads a sealed file, as leniently as SOPS does. No key is needed.
    pub fn read(format: Format, source: Vec<u8>) -> Result<Self, Error> {
        let (tree, fields) = format.read_sealed(source.into())?;
        let fields = fields.ok_or(Error::NotEncrypted)?;
        Ok(Self {
            format,
            tree,
            metadata: Metadata::from_fields(&fields)?,
        })
    }

    /// The file's format.
    pub fn format(&self) -> Format {
        self.format
    }

    /// What the file says about its keys, its selector and its MAC. Nobody authenticates it.
    pub fn metadata(&self) -> &Metadata {
        &self.metadata
    }
}

impl std::fmt::Debug for Sealed {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Sealed(…)")
    }
}
