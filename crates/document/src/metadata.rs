//! The metadata of a sealed document: who can open it, what is encrypted, when and by which version it
//! was written.
//!
//! Translates between the typed [`Metadata`] and the [`Field`]s that each format reads and prints. It
//! must never open a key or verify a MAC, and no format's syntax is known here.

mod error;
mod field;
pub(crate) mod flatten;
mod keys;
mod old_context;
mod recipient;
mod scalar;
#[cfg(test)]
mod tests;

pub use self::error::MetadataError;
pub use self::field::Field;

use selkie_crypto::{Keyring, Timestamp};

use self::field::Block;
use crate::selection::{Selection, Selector, SelectorFields};
use crate::tree::RewrittenField;

/// The release of SOPS whose format a new file is written in. Our own version never stands in a file.
pub const FORMAT_VERSION: &str = "3.13.3";

/// Everything that stands under `sops`. Nobody authenticates it: whoever can write the file can change it.
#[derive(Clone, Debug, PartialEq)]
pub struct Metadata {
    /// The wrapped data key.
    pub keyring: Keyring,
    /// Which values are encrypted.
    pub selection: Selection,
    /// Whether the MAC covers the encrypted values alone.
    pub mac_only_encrypted: bool,
    /// When the file was last sealed; associated data of the MAC.
    pub last_modified: Timestamp,
    /// The MAC as a token; a file without one opens only unverified.
    pub mac: Option<String>,
    /// The layout record as a token. SOPS does not know it.
    pub layout: Option<String>,
    /// The release whose format the file is in.
    pub version: String,
}

impl Metadata {
    /// Reads the block as leniently as SOPS 3.11.0 and 3.13.3 taken together. Unknown fields are ignored.
    ///
    /// # Errors
    /// The first field that neither release would read, or that says something else than it seems to.
    pub fn from_fields(fields: &[(String, Field)]) -> Result<Self, MetadataError> {
        let block = Block::root(fields);
        let flag = |name: &str| match block.text(name)? {
            Some(text) => scalar::flag(name, text),
            None => Ok(false),
        };
        Ok(Self {
            keyring: keys::read(&block)?,
            selection: selection(&block)?,
            mac_only_encrypted: flag("mac_only_encrypted")?,
            last_modified: time(&block, "lastmodified")?,
            mac: block.text("mac")?.map(str::to_owned),
            layout: block.text("layout")?.map(str::to_owned),
            version: version(&block)?,
        })
    }

    /// Names [`FORMAT_VERSION`] where the file names an older release.
    pub(crate) fn raise_version(&mut self) {
        if scalar::is_older(&self.version, FORMAT_VERSION) {
            FORMAT_VERSION.clone_into(&mut self.version);
        }
    }

    /// The text of a field that every rewriting replaces; empty if the field is not there.
    pub(crate) fn rewritten(&self, field: RewrittenField) -> String {
        match field {
            RewrittenField::LastModified => self.last_modified.to_second(),
            RewrittenField::Mac => self.mac.clone().unwrap_or_default(),
            RewrittenField::Layout => self.layout.clone().unwrap_or_default(),
            RewrittenField::Version => self.version.clone(),
        }
    }

    /// The block as 3.13.3 writes it: names in alphabetical order, on every level.
    pub fn to_fields(&self) -> Vec<(String, Field)> {
        let mut fields = keys::write(&self.keyring, self.last_modified);
        let mut put =
            |name: &str, value: String| fields.push((name.to_owned(), Field::Scalar(value)));
        let (selector, text) = self.selection.field();
        put(selector, text.to_owned());
        put("lastmodified", self.last_modified.to_second());
        put("version", self.version.clone());
        if let Some(mac) = &self.mac {
            put("mac", mac.clone());
        }
        if let Some(layout) = &self.layout {
            put("layout", layout.clone());
        }
        if self.mac_only_encrypted {
            put("mac_only_encrypted", "true".to_owned());
        }
        fields.sort_by(|(one, _), (other, _)| one.cmp(other));
        fields
    }
}

fn selection(block: &Block<'_>) -> Result<Selection, MetadataError> {
    let mut fields = SelectorFields::default();
    for selector in Selector::ALL {
        if let Some(text) = block.text(selector.name())? {
            fields.set(selector, text.to_owned());
        }
    }
    Ok(Selection::from_fields(&fields)?)
}

fn time(block: &Block<'_>, name: &str) -> Result<Timestamp, MetadataError> {
    Timestamp::parse(block.required(name)?)
        .map_err(|_| MetadataError::BadTime(block.place_of(name)))
}

fn version(block: &Block<'_>) -> Result<String, MetadataError> {
    let text = block.required("version")?;
    if scalar::is_version(text) {
        Ok(text.to_owned())
    } else {
        Err(MetadataError::BadVersion(text.to_owned()))
    }
}
