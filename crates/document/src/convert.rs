//! A file in another format: printed there in SOPS's spelling, since no byte of the original can stay.
//!
//! Only the first document goes along, which SOPS does silently. Never here: what a format's text looks like.

use selkie_crypto::Secret;

use crate::error::Error;
use crate::format::Format;
use crate::plain::Plain;
use crate::warning::Warning;

impl Plain {
    /// The file's format.
    pub fn format(&self) -> Format {
        self.format
    }

    /// The same data as a file of another format, to be sealed there. The same format changes nothing.
    ///
    /// # Errors
    /// [`Error::Conversion`] for what that format cannot hold, and what [`Plain::read`] refuses.
    pub fn convert(self, to: Format) -> Result<Self, Error> {
        if to == self.format {
            return Ok(self);
        }
        Self::read(to, to.emit_converted(&self.tree)?)
    }

    /// The file's text in this format: in its own the very bytes.
    ///
    /// # Errors
    /// [`Error::Conversion`] for what that format cannot hold.
    pub fn text_as(&self, output: Format) -> Result<Secret, Error> {
        if output == self.format {
            return Ok(Secret::from(self.source().to_vec()));
        }
        output.emit_converted(&self.tree)
    }

    /// The values alone, as one JSON object: of all documents together, where of several with one name the last stays, as SOPS has it.
    ///
    /// # Errors
    /// [`Error::Conversion`] for what JSON cannot hold.
    pub fn values(&self) -> Result<Secret, Error> {
        Format::emit_values(&self.tree)
    }

    /// What is left behind when the file is converted.
    pub fn lost_as(&self, output: Format) -> Option<Warning> {
        let later = self.tree.documents.len() > 1;
        (output != self.format && later).then_some(Warning::Documents)
    }
}
