//! age recipients: `age1…`, `age1pq1…`, `age1<plugin>1…`, and the SSH public keys that age accepts.
//!
//! Only the outer form is looked at here; whether the key itself is sound needs age.

use crate::error::Error;

pub(super) const NAME: &str = "age";

/// A recipient as age understands it.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct AgeRecipient {
    /// The text as given. An SSH key keeps its comment, which therefore takes part in equality.
    pub recipient: String,
}

impl AgeRecipient {
    /// Reads one recipient; white space around it is dropped.
    pub fn parse(text: &str) -> Result<Self, Error> {
        let text = text.trim();
        if text.is_empty() {
            return Err(Error::Recipient {
                kind: NAME,
                problem: "it is empty",
            });
        }
        if ["ecdsa-", "sk-ssh-", "sk-ecdsa-"]
            .iter()
            .any(|prefix| text.starts_with(prefix))
        {
            return Err(Error::Recipient {
                kind: NAME,
                problem: "of ssh keys age knows ssh-ed25519 and ssh-rsa alone",
            });
        }
        if !["age1", "ssh-"]
            .iter()
            .any(|prefix| text.starts_with(prefix))
        {
            return Err(Error::Recipient {
                kind: NAME,
                problem: "it begins with neither age1 nor ssh-",
            });
        }
        Ok(Self {
            recipient: text.to_owned(),
        })
    }
}
