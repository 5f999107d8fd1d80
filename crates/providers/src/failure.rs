//! What goes wrong between us and a provider: one of the documented causes, and our own words.
//!
//! Never here: a response's body, a value, a request id, a time. An unchanged failure must read the same each time, because its text stands in
//! a status that is written only when it changes.

use std::fmt;
use std::time::Duration;

use selkie_api::Cause;

/// Why a provider did not give what was asked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Failure {
    /// The word for it.
    pub cause: Cause,
    /// Our own words, with the remote key and the HTTP status where there is one.
    pub detail: String,
    /// How long the provider wants to be left alone, if it says so.
    pub after: Option<Duration>,
}

impl Failure {
    /// A failure of this cause.
    pub fn new(cause: Cause, detail: impl Into<String>) -> Self {
        Self {
            cause,
            detail: detail.into(),
            after: None,
        }
    }

    /// The same, to be tried again only after this time.
    #[must_use]
    pub fn after(self, wait: Duration) -> Self {
        Self {
            after: Some(wait),
            ..self
        }
    }

    /// Whether the same call may succeed a moment later.
    pub const fn is_passing(&self) -> bool {
        matches!(
            self.cause,
            Cause::Throttled | Cause::Unreachable | Cause::Timeout | Cause::ProviderError
        )
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.cause.as_str(), self.detail)
    }
}

impl std::error::Error for Failure {}
