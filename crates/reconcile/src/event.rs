//! What is said about an object when something changed. Repeats are the reporter's business; here an outcome makes an event once.
//!
//! Never here: a value, text of a template, anything that a provider answered.

use crate::failure::Failure;
use crate::status::{Bad, StoreVerdict};

/// An event about the object that is planned for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Event {
    /// Whether somebody should look.
    pub kind: EventKind,
    /// The reason: one word, and behind it the cause of a failure.
    pub reason: String,
    /// What happened.
    pub note: String,
}

/// The type of an event.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum EventKind {
    /// As it should be.
    Normal,
    /// Not as it should be.
    Warning,
}

impl EventKind {
    /// The word.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Normal => "Normal",
            Self::Warning => "Warning",
        }
    }
}

impl Event {
    /// The target is new.
    pub fn created() -> Self {
        Self::normal("Created", "secret created")
    }

    /// The target has changed.
    pub fn updated() -> Self {
        Self::normal("Updated", "secret updated")
    }

    /// The target is gone, as the store has nothing.
    pub fn deleted() -> Self {
        Self::normal("Deleted", "secret deleted due to DeletionPolicy=Delete")
    }

    /// A target of former times is gone.
    pub fn orphan_deleted() -> Self {
        Self::normal("Deleted", "secret deleted because it was orphaned")
    }

    /// The store does not have what an entry asks for. `entry` is its place.
    pub fn missing(entry: &str, key: Option<&str>) -> Self {
        let key = key.map_or_else(String::new, |key| format!(" (key={key})"));
        Self::normal(
            "MissingProviderSecret",
            format!("secret does not exist at provider using {entry}{key}"),
        )
    }

    /// Something could not be done. The words are those of the condition.
    pub fn failed(bad: Bad, failure: &Failure) -> Self {
        Self {
            kind: EventKind::Warning,
            reason: format!("UpdateFailed{}", failure.cause),
            note: bad.says(failure),
        }
    }

    /// What became of a store. The words are those of the condition.
    pub fn store(verdict: StoreVerdict<'_>) -> Self {
        let (kind, cause) = match verdict {
            StoreVerdict::Valid => (EventKind::Normal, ""),
            StoreVerdict::Unknown => (EventKind::Warning, ""),
            StoreVerdict::NoClient(failure) | StoreVerdict::Invalid(failure) => {
                (EventKind::Warning, failure.cause.as_str())
            }
        };
        Self {
            kind,
            reason: format!("{}{cause}", verdict.reason()),
            note: verdict.message(),
        }
    }

    fn normal(reason: &str, note: impl Into<String>) -> Self {
        Self {
            kind: EventKind::Normal,
            reason: reason.to_owned(),
            note: note.into(),
        }
    }
}
