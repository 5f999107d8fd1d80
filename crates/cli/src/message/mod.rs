//! What people read on stderr.
//!
//! The rules of this interface:
//! - What was asked for goes to stdout, everything else to stderr, questions to the terminal itself.
//! - Success is silent.
//! - A failure is one line of fact (file, line, key path, what is wrong), as many lines of detail as there are
//!   recipients or the like, and at most one line of hint: what to do next.
//! - Lower case, no full stop, no exclamation mark, no colour that carries meaning.
//! - Names, paths and numbers, never a value, a key, a digest or a piece of decrypted text.
//! - A warning is about something that was done all the same; a note says why the program waits.
//!
//! What kinds of failure there are is decided elsewhere; their wording for the libraries' errors is in the two files below.

mod document;
mod keys;

use std::fmt::Display;
use std::io::Write;
use std::sync::atomic::{AtomicBool, Ordering};

use crate::exit::Status;

pub(crate) use document::{Reading, document_failure};
pub(crate) use keys::{recover_failure, wrap_failure};

/// Why a run ends early: the fact, and the hint.
#[derive(Debug)]
pub(crate) struct Failure {
    /// The exit status.
    pub(crate) status: Status,
    /// One line: what is wrong, and where.
    pub(crate) fact: String,
    /// More lines where one fact has parts, such as one per recipient.
    pub(crate) details: Vec<String>,
    /// One line: what to do about it.
    pub(crate) hint: Option<String>,
}

impl Failure {
    /// A fact alone.
    pub(crate) fn new(status: Status, fact: impl Display) -> Self {
        Self {
            status,
            fact: fact.to_string(),
            details: Vec::new(),
            hint: None,
        }
    }

    /// The same with a hint.
    pub(crate) fn hint(mut self, hint: impl Display) -> Self {
        self.hint = Some(hint.to_string());
        self
    }

    /// The same with lines of detail.
    pub(crate) fn details(mut self, details: impl IntoIterator<Item = String>) -> Self {
        self.details.extend(details);
        self
    }

    /// Prints it.
    pub(crate) fn print(&self) {
        let prefix = if speaks_like_sops() { "" } else { "error: " };
        let mut text = format!("{prefix}{}\n", self.fact);
        for line in &self.details {
            text.push_str("  ");
            text.push_str(line);
            text.push('\n');
        }
        if let Some(hint) = &self.hint {
            text.push_str("hint: ");
            text.push_str(hint);
            text.push('\n');
        }
        print(&text);
    }
}

/// Something was done, but not quite as one may think.
pub(crate) fn warn(what: impl Display) {
    if speaks_like_sops() {
        print(&format!(
            "[CMD]\t level=warning msg={:?}\n",
            what.to_string()
        ));
    } else {
        print(&format!("warning: {what}\n"));
    }
}

/// Something that may help with what was done.
pub(crate) fn hint(what: impl Display) {
    print(&format!("hint: {what}\n"));
}

/// Why the program waits.
pub(crate) fn note(what: impl Display) {
    print(&format!("note: {what}\n"));
}

/// A line of a log, as it stands.
#[cfg(feature = "remote")]
pub(crate) fn tell(line: impl Display) {
    print(&format!("{line}\n"));
}

/// Whether the program was called by SOPS's name: its messages have a shape that wrappers look for.
static LIKE_SOPS: AtomicBool = AtomicBool::new(false);

/// To be called once, before anything is said.
pub(crate) fn speak_like_sops(yes: bool) {
    LIKE_SOPS.store(yes, Ordering::Relaxed);
}

pub(crate) fn speaks_like_sops() -> bool {
    LIKE_SOPS.load(Ordering::Relaxed)
}

/// Asks a question and waits for the answer; none at the end of input.
pub(crate) fn ask(question: impl Display) -> Option<String> {
    print(&format!("{question} "));
    let mut line = String::new();
    if let Ok(1..) = std::io::stdin().read_line(&mut line) {
        return Some(line.trim().to_owned());
    }
    // The cursor is left where the question ended.
    print("\n");
    None
}

fn print(text: &str) {
    // There is nowhere left to report that stderr is closed.
    let _ = std::io::stderr().lock().write_all(text.as_bytes());
}
