//! What can go wrong in this crate, in one enum.
//!
//! A message says what was attempted and what is wrong with its form. It never carries a plaintext, a key, a share, a
//! digest or a piece of a token: these texts end up in logs.

use thiserror::Error;

use crate::leaf::Kind;

/// Why a value could not be sealed, opened, split or read.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum Error {
    /// The text is not of the form `ENC[AES256_GCM,data:…,iv:…,tag:…,type:…]`.
    #[error("value is not an encrypted token")]
    NotAToken,
    /// The token's type is none that this version knows.
    #[error("encrypted token has an unknown type")]
    UnknownKind,
    /// A field of the token is not strict standard base64.
    #[error("field {field} of encrypted token is not valid base64")]
    Base64 {
        /// `data`, `iv` or `tag`.
        field: &'static str,
    },
    /// The nonce is longer than [`crate::MAX_NONCE_LEN`].
    #[error("nonce of encrypted token has {len} bytes, more than are supported")]
    NonceTooLong {
        /// Its length in bytes, as far as its text tells.
        len: usize,
    },
    /// The authentication tag has not 16 bytes.
    #[error("tag of encrypted token has {len} bytes instead of 16")]
    TagLength {
        /// Its length in bytes.
        len: usize,
    },
    /// Wrong key, wrong place in the document, or changed bytes: the cipher cannot tell which.
    #[error("encrypted token does not authenticate")]
    Authentication,
    /// A decrypted plaintext is not a value of the token's type.
    #[error("decrypted value is not a valid {}", .0.name())]
    Plaintext(Kind),
    /// A timestamp is not RFC 3339, or names no day or time that exists.
    #[error("timestamp is not a valid RFC 3339 time")]
    Timestamp,
    /// A data key has not 32 bytes.
    #[error("data key has {len} bytes instead of 32")]
    DataKeyLength {
        /// Its length in bytes.
        len: usize,
    },
    /// A secret cannot be split in this way: 2 ≤ threshold ≤ shares is the rule.
    #[error("cannot split a secret into {shares} shares with a threshold of {threshold}")]
    SplitParameters {
        /// Shares asked for.
        shares: usize,
        /// Shares that should suffice.
        threshold: usize,
    },
    /// Nothing to split.
    #[error("cannot split an empty secret")]
    SplitEmpty,
    /// Fewer shares than are needed to put the secret together.
    #[error("{have} of the {need} shares needed to recover the data key are there")]
    TooFewShares {
        /// Shares that were handed in.
        have: usize,
        /// Shares that are needed.
        need: usize,
    },
    /// A share is too short, of another length than the first, or claims an impossible position.
    #[error("share {index} of the data key is malformed")]
    Share {
        /// Position among the shares handed in, from 0.
        index: usize,
    },
    /// Two shares claim the same position.
    #[error("share {index} of the data key repeats an earlier one")]
    DuplicateShare {
        /// Position of the second one among the shares handed in, from 0.
        index: usize,
    },
    /// No key group, so nobody could ever open the document.
    #[error("no key group to share the data key with")]
    NoGroups,
    /// The text names no recipient of this kind.
    #[error("not a valid {kind} recipient: {problem}")]
    Recipient {
        /// The kind's name in the metadata.
        kind: &'static str,
        /// What is wrong with its form.
        problem: &'static str,
    },
    /// An AWS encryption context is not `key:value,key:value`.
    #[error("aws encryption context is not of the form key:value,key:value")]
    EncryptionContext,
}
