//! What became of a text, in the words that the headers of the negative vectors use.

use std::fmt::Debug;

use selkie_document::{Error, Opened, SealedText};

/// `sealed`, or why not.
pub(crate) fn of_sealing(ended: &Result<SealedText, Error>) -> String {
    match ended {
        Ok(_) => "sealed".to_owned(),
        Err(error) => of_error(error),
    }
}

/// `opened`, with its warnings behind it, or why not.
pub(crate) fn of_opening(ended: &Result<Opened, Error>) -> String {
    match ended {
        Ok(opened) => {
            let mut words = vec!["opened".to_owned()];
            words.extend(opened.warnings.iter().map(variant));
            if !opened.exact {
                words.push("inexact".to_owned());
            }
            words.join(" ")
        }
        Err(error) => of_error(error),
    }
}

fn of_error(error: &Error) -> String {
    match error {
        Error::Refused { reason, .. } => format!("Refused {}", variant(reason)),
        Error::Metadata(inner) => format!("Metadata {}", variant(inner)),
        other => variant(other),
    }
}

/// The name of an enum's variant.
fn variant(value: &impl Debug) -> String {
    let shown = format!("{value:?}");
    shown
        .split(|char: char| !char.is_alphanumeric())
        .next()
        .unwrap_or_default()
        .to_owned()
}

/// What the first line of a vector says: `# expected: …`.
pub(crate) fn expected(text: &[u8]) -> Option<&str> {
    let line = text.split(|byte| matches!(byte, b'\n' | b'\r')).next()?;
    std::str::from_utf8(line).ok()?.strip_prefix("# expected: ")
}
