//! What can go wrong with one key. Whole keyrings fail with a [`crate::Report`].

use std::time::Duration;

use thiserror::Error;

use crate::report;

/// Why a data key could not be wrapped or unwrapped.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum Error {
    /// The recipient's kind is known to the format, but nothing here can use it yet.
    #[error("recipients of kind {kind} are not supported by this build yet: {recipient}")]
    Unsupported {
        /// The kind, as the metadata names it, or a subkind of age.
        kind: &'static str,
        /// The recipient's text.
        recipient: String,
    },
    /// There is nobody to wrap the data key for.
    #[error("there is no recipient to encrypt for")]
    NoRecipient,
    /// No key service was given.
    #[error("there is no key service to ask")]
    NoService,
    /// The data key could not be split, or a share has a wrong form.
    #[error("cannot split the data key among the key groups: {0}")]
    Split(#[source] selkie_crypto::Error),
    /// Several keys could not be used, or one by none of several services.
    #[error("{}", .0.iter().map(ToString::to_string).collect::<Vec<_>>().join("; "))]
    Several(Vec<Error>),
    /// Somebody waited for the failure.
    #[error("{error}{}", report::wait(*.took))]
    Waited {
        /// What happened.
        error: Box<Error>,
        /// How long all of it took.
        took: Duration,
    },
    /// A vendor's key could not be used.
    #[error("{kind} {recipient}: {fault}")]
    Vendor {
        /// The kind, as the metadata names it.
        kind: &'static str,
        /// The recipient's text.
        recipient: String,
        /// What happened.
        fault: crate::Fault,
    },
    /// A key service elsewhere did not use the key.
    #[cfg(feature = "remote")]
    #[error("{kind} {recipient}: {address}: {fault}")]
    Remote {
        /// The kind, as the metadata names it.
        kind: &'static str,
        /// The recipient's text.
        recipient: String,
        /// Where the service is.
        address: String,
        /// What happened.
        fault: Box<crate::Fault>,
    },
    /// An age recipient or age file could not be used.
    #[cfg(feature = "age")]
    #[error(transparent)]
    Age(#[from] crate::age::AgeError),
}

impl Error {
    /// One error for all of them, none for none.
    pub(crate) fn of_all(errors: Vec<Self>) -> Option<Self> {
        let mut flat = Vec::new();
        for error in errors {
            match error {
                Self::Several(more) => flat.extend(more),
                one => flat.push(one),
            }
        }
        if flat.len() > 1 {
            return Some(Self::Several(flat));
        }
        flat.pop()
    }

    /// With the time that it took, if somebody waited. What several services said stays apart, with the time of all behind the last.
    pub(crate) fn after(self, took: Duration) -> Self {
        match self {
            Self::Several(mut errors) => {
                let last = errors.pop().map(|last| last.after(took));
                errors.extend(last);
                Self::Several(errors)
            }
            one if report::wait(took).is_empty() => one,
            one => Self::Waited {
                error: Box::new(one),
                took,
            },
        }
    }

    /// What happened, without saying to which recipient: for lists that name it already.
    pub(crate) fn outcome(&self) -> String {
        match self {
            Self::Waited { error, took } => format!("{}{}", error.outcome(), report::wait(*took)),
            Self::Vendor { fault, .. } => fault.to_string(),
            #[cfg(feature = "remote")]
            Self::Remote { address, fault, .. } => format!("{address}: {fault}"),
            other => other.to_string(),
        }
    }
}
