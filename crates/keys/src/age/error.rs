//! What can go wrong with age files and their keys.

use thiserror::Error;

/// Why an age recipient, identity or file could not be used. Never holds a part of an identity.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum AgeError {
    /// The recipient is of a kind of age's that this build does not know.
    #[error("{kind} are not supported by this build yet: {recipient}")]
    Unsupported {
        /// For instance `age plugin recipients`.
        kind: &'static str,
        /// The recipient's text.
        recipient: String,
    },
    /// The text is no age recipient.
    #[error("not an age recipient: {recipient}")]
    Recipient {
        /// The recipient's text.
        recipient: String,
    },
    /// An identity source has a line that is no identity.
    #[error("line {line} is not an age identity")]
    Identity {
        /// Counted from 1.
        line: usize,
    },
    /// An identity source is not text.
    #[error("not UTF-8 text")]
    Encoding,
    /// An encrypted identity file cannot be opened with a passphrase.
    #[error("it is an age file, but not encrypted with a passphrase")]
    NotPassphrase,
    /// There is nobody to ask for the passphrase, or no answer.
    #[error("it is encrypted, and no passphrase could be asked for: {reason}")]
    NoPassphrase {
        /// In the words of whoever was to ask.
        reason: String,
    },
    /// The passphrase does not open the identity file.
    #[error("wrong passphrase")]
    WrongPassphrase,
    /// An encrypted identity file asks for more work than is sane.
    #[error("its passphrase would need too much work to check")]
    ExcessiveWork,
    /// An age file is damaged.
    #[error("the age file for {what} is damaged")]
    Damaged {
        /// A recipient, or the identity file itself.
        what: String,
    },
    /// The age library could not encrypt.
    #[error("the data key could not be encrypted for {recipient}")]
    Encrypt {
        /// The recipient's text.
        recipient: String,
    },
}
