//! What went wrong, as data: a word of the closed list, and our own words.
//!
//! Never here: a value, text of a template, a provider's answer, a request id, a time. The words stand in a status, and an unchanged failure must
//! read the same each time, or it would be written each time.

use std::fmt;

use selkie_api::Cause;

/// Why something could not be done.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Failure {
    /// The word for it.
    pub cause: Cause,
    /// Our own words: what it is about, remote keys and statuses of HTTP.
    pub detail: String,
}

impl Failure {
    /// A failure of this cause, in these words.
    pub fn new(cause: Cause, detail: impl Into<String>) -> Self {
        Self {
            cause,
            detail: detail.into(),
        }
    }

    /// What the API server's answer to a request about `what` means. Its words are left out: they repeat what it does not take.
    pub fn of_api_server(status: u16, what: &str) -> Self {
        let cause = match status {
            401 => Cause::Unauthorized,
            // Also an answer for namespaces that go.
            403 => Cause::Forbidden,
            404 => Cause::NotFound,
            408 | 504 => Cause::Timeout,
            429 => Cause::Throttled,
            400..=499 => Cause::InvalidData,
            _ => Cause::ProviderError,
        };
        Self::new(cause, format!("{what}: the API server says HTTP {status}"))
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.cause.as_str(), self.detail)
    }
}

impl std::error::Error for Failure {}
