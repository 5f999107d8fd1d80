//! JSON: read with exact places, written by replacing slots. The text is printed anew only for extracts, conversions
//! and new values.
//!
//! What a file means is what SOPS 3.13.3 reads from it: an integer that fits is one, any other number is a float, keys
//! may stand twice. Never here: guesses about a text that is not JSON; there are no comments and no trailing commas.

pub(crate) mod change;
pub(crate) mod emit;
pub(crate) mod metadata;
pub(crate) mod open;
pub(crate) mod read;
mod render;
mod scan;
pub(crate) mod seal;
mod string;
mod style;
#[cfg(test)]
mod tests;

pub(crate) use render::{lack, told};

/// A file to begin with.
pub(crate) const EXAMPLE: &str = "\
{
  \"name\": \"value\",
  \"list\": [\"first\", \"second\"],
  \"number\": 1234,
  \"note_unencrypted\": \"everybody can read this; the rest is encrypted when you close the editor\"
}
";
