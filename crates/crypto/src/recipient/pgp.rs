//! `OpenPGP` recipients, named by fingerprint.

use crate::error::Error;

pub(super) const NAME: &str = "pgp";

/// An `OpenPGP` key.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct PgpRecipient {
    /// The fingerprint as given, in the case given; a `!` at its end asks for exactly that subkey.
    pub fingerprint: String,
}

impl PgpRecipient {
    /// Reads one fingerprint; blanks anywhere are dropped, since people paste it in groups of four.
    pub fn parse(text: &str) -> Result<Self, Error> {
        let fingerprint: String = text.chars().filter(|c| !c.is_whitespace()).collect();
        if fingerprint.is_empty() {
            return Err(Error::Recipient {
                kind: NAME,
                problem: "it is empty",
            });
        }
        Ok(Self { fingerprint })
    }
}
