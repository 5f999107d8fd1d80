//! Why something failed, in one word: the same in a condition's message, an event's reason and a metric's label.
//!
//! The list is closed, and each word is explained in the guide. Details in sentences do not belong here.

use std::fmt;

/// What stands in the way.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Cause {
    /// A Secret, key or account that the store names for its login is not there.
    CredentialsMissing,
    /// The provider does not take the credentials.
    Unauthorized,
    /// The credentials are good, but do not allow this.
    Forbidden,
    /// There is nothing under this key.
    NotFound,
    /// There is something under the key, but it has no such property.
    PropertyMissing,
    /// The provider asks for patience.
    Throttled,
    /// No answer in time.
    Timeout,
    /// No connection.
    Unreachable,
    /// A connection, but no trust in the other side's certificate, or in ours.
    Tls,
    /// The provider's own fault, or an answer that makes no sense.
    ProviderError,
    /// No key opens the file, or its MAC does not match.
    DecryptFailed,
    /// What came cannot be what was asked for: encoding, NUL byte, name of a key, conflict of rewrites.
    InvalidData,
    /// A template that does not parse, does not run or writes nonsense.
    InvalidTemplate,
    /// The object contradicts itself.
    InvalidSpec,
    /// The object asks for what this controller does not do.
    Unsupported,
    /// The store is missing or has not proved itself.
    StoreNotReady,
    /// Somebody else owns the Secret.
    OwnedByOther,
    /// The Secret cannot be changed any more.
    Immutable,
}

impl Cause {
    /// Every cause, in the order of the guide.
    pub const ALL: [Self; 18] = [
        Self::CredentialsMissing,
        Self::Unauthorized,
        Self::Forbidden,
        Self::NotFound,
        Self::PropertyMissing,
        Self::Throttled,
        Self::Timeout,
        Self::Unreachable,
        Self::Tls,
        Self::ProviderError,
        Self::DecryptFailed,
        Self::InvalidData,
        Self::InvalidTemplate,
        Self::InvalidSpec,
        Self::Unsupported,
        Self::StoreNotReady,
        Self::OwnedByOther,
        Self::Immutable,
    ];

    /// The word.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::CredentialsMissing => "CredentialsMissing",
            Self::Unauthorized => "Unauthorized",
            Self::Forbidden => "Forbidden",
            Self::NotFound => "NotFound",
            Self::PropertyMissing => "PropertyMissing",
            Self::Throttled => "Throttled",
            Self::Timeout => "Timeout",
            Self::Unreachable => "Unreachable",
            Self::Tls => "TLS",
            Self::ProviderError => "ProviderError",
            Self::DecryptFailed => "DecryptFailed",
            Self::InvalidData => "InvalidData",
            Self::InvalidTemplate => "InvalidTemplate",
            Self::InvalidSpec => "InvalidSpec",
            Self::Unsupported => "Unsupported",
            Self::StoreNotReady => "StoreNotReady",
            Self::OwnedByOther => "OwnedByOther",
            Self::Immutable => "Immutable",
        }
    }
}

impl fmt::Display for Cause {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn every_cause_has_a_word_of_its_own() {
        let words: BTreeSet<&str> = Cause::ALL.into_iter().map(Cause::as_str).collect();
        assert_eq!(words.len(), Cause::ALL.len());
        for word in words {
            assert!(word.chars().all(|c| c.is_ascii_alphabetic()), "{word}");
        }
    }
}
