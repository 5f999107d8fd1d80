//! One call, as the log shows it: who asked for what, and what became of it. Never here: a plaintext or a ciphertext.

use std::fmt::{self, Write as _};
use std::time::Duration;

use selkie_crypto::Recipient;

/// What was asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Operation {
    /// To wrap a key.
    Encrypt,
    /// To unwrap one.
    Decrypt,
}

/// What became of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// It was done.
    Done,
    /// It was had from memory, where an earlier call left it.
    Kept,
    /// The recipient is not on the list.
    NotAllowed,
    /// The person said no, or nobody was there.
    Declined,
    /// The request cannot be read, or asks for what this protocol is not for.
    Unreadable(&'static str),
    /// There is no identity for it.
    NoIdentity,
    /// More at once than are answered.
    TooMany,
    /// The key did not do it.
    Failed {
        /// Why, in the words of an error.
        reason: String,
        /// Whether it may work a moment later.
        passing: bool,
        /// Whether the credentials were refused.
        denied: bool,
    },
}

/// One call.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Call {
    /// What was asked for.
    pub operation: Operation,
    /// With which key; none if that could not be read.
    pub recipient: Option<Recipient>,
    /// Who asked, as far as the system tells.
    pub peer: String,
    /// What became of it.
    pub outcome: Outcome,
    /// How long it took, a person's thinking included.
    pub took: Duration,
}

impl fmt::Display for Operation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Encrypt => "encrypt",
            Self::Decrypt => "decrypt",
        })
    }
}

impl fmt::Display for Outcome {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Done => "done",
            Self::Kept => "done, from memory",
            Self::NotAllowed => "refused: the key is not on the list",
            Self::Declined => "refused by the person asked",
            Self::Unreadable(what) => return write!(f, "refused: {what}"),
            Self::NoIdentity => "failed: there is no identity for it here",
            Self::TooMany => "refused: too many requests at once",
            Self::Failed { reason, .. } => return write!(f, "failed: {}", shown(reason)),
        })
    }
}

impl fmt::Display for Call {
    /// One line, whatever the request said.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} ", self.operation)?;
        match &self.recipient {
            Some(recipient) => {
                write!(
                    f,
                    "{} {}",
                    recipient.kind_name(),
                    shown(&recipient.identifier())
                )?;
            }
            None => f.write_str("?")?,
        }
        let milliseconds = self.took.as_millis();
        write!(
            f,
            " for {}: {} [{milliseconds} ms]",
            self.peer, self.outcome
        )
    }
}

/// A text that somebody else wrote, fit for one line of a log or a terminal.
pub(super) fn shown(text: &str) -> String {
    const LIMIT: usize = 512;
    let mut shown = String::new();
    for c in text.chars() {
        if shown.len() > LIMIT {
            shown.push('…');
            break;
        }
        if c.is_control() || is_direction(c) {
            // Writing to a text does not fail.
            let _ = write!(shown, "\\u{{{:x}}}", u32::from(c));
        } else {
            shown.push(c);
        }
    }
    shown
}

/// Characters that make a terminal show others elsewhere, and line ends that are no control characters.
fn is_direction(c: char) -> bool {
    matches!(c, '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

#[cfg(test)]
mod tests {
    use selkie_crypto::AgeRecipient;

    use super::*;

    #[test]
    fn a_call_is_one_line() {
        let recipient = AgeRecipient::parse("age1a\nb\u{1b}[2Jc\u{202e}").unwrap();
        let call = Call {
            operation: Operation::Decrypt,
            recipient: Some(Recipient::Age(recipient)),
            peer: "uid 0, pid 7".to_owned(),
            outcome: Outcome::NotAllowed,
            took: Duration::from_millis(3),
        };
        assert_eq!(
            call.to_string(),
            "decrypt age age1a\\u{a}b\\u{1b}[2Jc\\u{202e} for uid 0, pid 7: refused: the key is not on the list [3 ms]"
        );
    }

    #[test]
    fn long_texts_are_cut() {
        assert!(shown(&"x".repeat(100_000)).len() < 600);
    }
}
