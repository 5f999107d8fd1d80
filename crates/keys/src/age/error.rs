//! What can go wrong with age files and their keys.

use thiserror::Error;

use super::PluginFault;

/// Why an age recipient, identity or file could not be used. Never holds a part of an identity.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum AgeError {
    /// The text is no age recipient.
    #[error("not an age recipient: {recipient}")]
    Recipient {
        /// The recipient's text.
        recipient: String,
    },
    /// An ssh key that age cannot encrypt for.
    #[error("age cannot encrypt for {problem}: {recipient}")]
    SshRecipient {
        /// For instance `ssh keys of the type ssh-dss`.
        problem: String,
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
    /// An ssh key that cannot be an identity.
    #[error("{0}")]
    SshIdentity(SshProblem),
    /// An encrypted identity file cannot be opened with a passphrase.
    #[error("it is an age file, but not encrypted with a passphrase")]
    NotPassphrase,
    /// There is nobody to ask for the passphrase, or no answer.
    #[error("it is encrypted, and no passphrase could be asked for: {reason}")]
    NoPassphrase {
        /// In the words of whoever was to ask.
        reason: String,
    },
    /// The passphrase does not open the identity.
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
    /// A plugin could not encrypt.
    #[error("{fault}, wanted for {recipient}")]
    PluginRecipient {
        /// What became of the plugin.
        fault: PluginFault,
        /// The recipient's text.
        recipient: String,
    },
    /// A plugin could not decrypt.
    #[error(transparent)]
    Plugin(#[from] PluginFault),
}

/// Why an ssh key cannot be an identity.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum SshProblem {
    /// There is no private key in the text.
    #[error("not an ssh private key")]
    None,
    /// A spelling that older programs write, encrypted or not.
    #[error("an ssh key in an older format, which `ssh-keygen -p -f FILE` rewrites")]
    Format,
    /// A type that age has no use for, by its name.
    #[error("age cannot use ssh keys of the type {0}")]
    Type(String),
    /// A cipher of the passphrase that is not known here.
    #[error(
        "an ssh key behind the cipher {0}, which `ssh-keygen -p -Z aes256-ctr -f FILE` changes"
    )]
    Cipher(String),
}
