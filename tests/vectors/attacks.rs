//! Attacks on one sealed file, by somebody who can write it and has no key. Each is a change of its text and what must come of it.
//!
//! Some outcomes are `opened`: the format authenticates neither comments, nulls, types nor the shape of what holds the values, and
//! the security policy lists that. They stand here so that nobody takes them for protected, and so that a change is noticed.

mod metadata;
mod tokens;
mod values;

pub(crate) use metadata::METADATA;
pub(crate) use tokens::TOKENS;
pub(crate) use values::VALUES;

/// The file that is attacked.
pub(crate) const PLAIN: &str = "\
# top
db:
  user: admin
  password: hunter2
  port: 5432
  tls: true
list:
  # in list
  - one
  - two
  - one
seen_unencrypted: visible
spelled: 0x1F
nothing:
";

/// One attack: its name, the outcome, the changed text.
pub(crate) type Attack = (&'static str, &'static str, fn(&Target) -> String);

/// The sealed file and others of the same party that an attacker may have.
pub(crate) struct Target {
    pub(crate) text: String,
    /// The same file with other values, sealed in the same second under the same data key.
    pub(crate) other_state: String,
    /// The same file a second later.
    pub(crate) later: String,
    /// The same plain text under another data key.
    pub(crate) other_key: String,
    /// With `mac_only_encrypted`.
    pub(crate) mac_only: String,
    /// Two documents.
    pub(crate) two: String,
}

/// What `start` ends with on its line.
fn rest<'a>(text: &'a str, start: &str) -> &'a str {
    let at = text
        .find(start)
        .unwrap_or_else(|| panic!("{start:?} is not in the text"))
        + start.len();
    text[at..].lines().next().unwrap()
}

fn with(text: &str, start: &str, rest_of_line: &str) -> String {
    text.replacen(
        &format!("{start}{}", rest(text, start)),
        &format!("{start}{rest_of_line}"),
        1,
    )
}

impl Target {
    fn rest(&self, start: &str) -> &str {
        rest(&self.text, start)
    }

    /// The text with another end of the line that begins with `start`.
    fn with(&self, start: &str, rest_of_line: &str) -> String {
        with(&self.text, start, rest_of_line)
    }

    fn without_line(&self, start: &str) -> String {
        self.text
            .replacen(&format!("{start}{}\n", self.rest(start)), "", 1)
    }

    fn replaced(&self, old: &str, new: &str) -> String {
        assert!(self.text.contains(old), "{old:?} is not in the text");
        self.text.replacen(old, new, 1)
    }

    fn password(&self) -> &str {
        self.rest("  password: ")
    }

    /// The n-th item of the list.
    fn item(&self, n: usize) -> &str {
        self.text
            .match_indices("\n  - ENC")
            .nth(n)
            .map(|(at, _)| self.text[at + 5..].lines().next().unwrap())
            .unwrap()
    }
}
