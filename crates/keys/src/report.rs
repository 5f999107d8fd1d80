//! What was tried when the data key could not be had: one line per recipient, for people.

use std::fmt;
use std::time::Duration;

use thiserror::Error;

/// The data key could not be recovered.
#[derive(Debug, Error)]
pub struct Report {
    /// One entry per recipient that was tried, in the order of trying.
    pub attempts: Vec<Attempt>,
    /// How many key groups had to be opened.
    pub needed: usize,
    /// How many were opened.
    pub opened: usize,
    /// What was wrong with the shares, if enough groups could be opened.
    #[source]
    pub defect: Option<selkie_crypto::Error>,
}

/// One recipient, and what became of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Attempt {
    /// The key group, counted from 0.
    pub group: usize,
    /// The kind of key, as the metadata names it.
    pub kind: &'static str,
    /// The recipient's text.
    pub recipient: String,
    /// Why it gave nothing: one sentence per source or service that was tried.
    pub outcomes: Vec<String>,
    /// How long all of it took.
    pub took: Duration,
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (self.defect.is_some(), self.needed) {
            (true, _) => {
                f.write_str("the data key could not be put together: its parts do not fit")
            }
            (false, 1) if self.attempts.is_empty() => {
                f.write_str("the data key could not be recovered: the file names no recipient")
            }
            (false, 1) => {
                f.write_str("the data key could not be recovered with any identity at hand")
            }
            (false, needed) => write!(
                f,
                "the data key could not be recovered: {} of {needed} key groups could be opened",
                self.opened
            ),
        }
    }
}

impl fmt::Display for Attempt {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}: ", self.kind, self.recipient)?;
        if self.outcomes.is_empty() {
            return f.write_str("nothing to try");
        }
        f.write_str(&self.outcomes.join("; "))?;
        f.write_str(&wait(self.took))
    }
}

/// The time behind what took so long that somebody waited for it; nothing behind the rest.
pub(crate) fn wait(took: Duration) -> String {
    if took < Duration::from_millis(100) {
        return String::new();
    }
    format!(" [{:.1} s]", took.as_secs_f64())
}
