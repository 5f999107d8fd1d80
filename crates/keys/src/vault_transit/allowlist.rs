//! Which servers may get the token: `SOPS_HC_VAULT_ALLOWLIST`, read as SOPS reads it.

use thiserror::Error;

/// The addresses that a key may have.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Allowlist {
    /// All: what SOPS does without a list, too.
    #[default]
    All,
    /// Those that begin with one of these texts, each of which ends with a slash.
    Only(Vec<String>),
}

/// An entry of the list is empty.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[error("entry {0} of SOPS_HC_VAULT_ALLOWLIST is empty")]
pub struct EmptyEntry(pub usize);

impl Allowlist {
    /// Reads `all`, `none`, or addresses with commas between them.
    pub fn parse(text: &str) -> Result<Self, EmptyEntry> {
        match text {
            "all" => return Ok(Self::All),
            "none" => return Ok(Self::Only(Vec::new())),
            _ => {}
        }
        let entries = text.split(',').enumerate().map(|(index, entry)| {
            let entry = entry.trim_matches(' ');
            if entry.is_empty() {
                return Err(EmptyEntry(index + 1));
            }
            Ok(with_slash(entry))
        });
        Ok(Self::Only(entries.collect::<Result<_, _>>()?))
    }

    pub(super) fn allows(&self, address: &str) -> bool {
        match self {
            Self::All => true,
            Self::Only(_) => self.names(address),
        }
    }

    /// Whether somebody listed this very address.
    pub(super) fn names(&self, address: &str) -> bool {
        let address = with_slash(address);
        match self {
            Self::All => false,
            Self::Only(entries) => entries.iter().any(|entry| address.starts_with(entry)),
        }
    }
}

/// With the slash, `https://vault.example` is no beginning of `https://vault.example.attacker`.
fn with_slash(text: &str) -> String {
    let mut text = text.to_owned();
    if !text.ends_with('/') {
        text.push('/');
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lists_are_read_as_sops_reads_them() {
        let address = "https://vault.example:8200";
        let rows = [
            ("all", Ok(true)),
            ("none", Ok(false)),
            ("https://vault.example:8200", Ok(true)),
            ("https://vault.example:8200/", Ok(true)),
            (
                " https://other.example , https://vault.example:8200",
                Ok(true),
            ),
            ("https://vault.example", Ok(false)),
            ("https://vault.example:82", Ok(false)),
            ("HTTPS://vault.example:8200", Ok(false)),
            ("All", Ok(false)),
            ("https://a.example,", Err(EmptyEntry(2))),
            (" ", Err(EmptyEntry(1))),
        ];
        for (text, expected) in rows {
            let allows = Allowlist::parse(text).map(|list| list.allows(address));
            assert_eq!(allows, expected, "{text}");
        }
    }
}
