//! Why the `sops` block of a file cannot be read.

use thiserror::Error;

use crate::selection::SelectionError;

/// A field that is missing or says something that no SOPS would read. Each names the field.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum MetadataError {
    /// A field without which the file cannot be understood.
    #[error("metadata field `{0}` is missing or empty")]
    Missing(String),
    /// A list or mapping where one value is due.
    #[error("metadata field `{0}` is not a single value")]
    NotText(String),
    /// A value where a list is due.
    #[error("metadata field `{0}` is not a list")]
    NotList(String),
    /// A value or list where a mapping is due.
    #[error("metadata field `{0}` is not a mapping")]
    NotMap(String),
    /// No boolean.
    #[error("metadata field `{0}` is neither true nor false")]
    NotFlag(String),
    /// No number of groups.
    #[error("metadata field `{0}` is not a whole number up to 255")]
    BadThreshold(String),
    /// No time, or one that is written in another way.
    #[error("metadata field `{0}` is not an RFC 3339 time such as 2026-01-31T12:00:00Z")]
    BadTime(String),
    /// A version that is none.
    #[error("metadata field `version` has `{0}`, which is not a version such as 3.13.3")]
    BadVersion(String),
    /// A recipient that is none of its kind.
    #[error("metadata field `{place}` is not a usable key: {reason}")]
    BadRecipient {
        /// The entry.
        place: String,
        /// What is wrong with it.
        reason: String,
    },
    /// Neither a key list nor a key group has anything in it.
    #[error("no keys found in metadata: neither a key list nor `key_groups` has an entry")]
    NoKeys,
    /// Two selectors, or one that does not compile.
    #[error("metadata selects values in no usable way: {0}")]
    Selection(#[from] SelectionError),
}
