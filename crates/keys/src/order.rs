//! In which order the keys of one group are tried: nearest and quietest first.

use selkie_crypto::WrappedKey;
use thiserror::Error;

/// Kinds of keys by preference; kinds that are not named follow in the order of the file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DecryptionOrder(Vec<String>);

/// A kind stands twice in a decryption order (SOPS refuses this with status 112).
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("the decryption order names {0} twice")]
pub struct RepeatedKind(pub String);

impl Default for DecryptionOrder {
    fn default() -> Self {
        Self(vec!["age".to_owned(), "pgp".to_owned()])
    }
}

impl DecryptionOrder {
    /// Reads a comma-separated list; blanks do not count, unknown kinds are kept and match nothing, as in SOPS.
    pub fn parse(text: &str) -> Result<Self, RepeatedKind> {
        let mut kinds: Vec<String> = Vec::new();
        for kind in text
            .split(',')
            .map(str::trim)
            .filter(|kind| !kind.is_empty())
        {
            if kinds.iter().any(|seen| seen == kind) {
                return Err(RepeatedKind(kind.to_owned()));
            }
            kinds.push(kind.to_owned());
        }
        Ok(Self(kinds))
    }

    /// The members of a group in this order; equals keep theirs.
    pub(crate) fn sorted<'a>(&self, members: &'a [WrappedKey]) -> Vec<&'a WrappedKey> {
        let mut members: Vec<&WrappedKey> = members.iter().collect();
        members.sort_by_key(|member| self.rank(member.recipient.kind_name()));
        members
    }

    fn rank(&self, kind: &str) -> usize {
        self.0
            .iter()
            .position(|named| named == kind)
            .unwrap_or(self.0.len())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lists_are_read_as_sops_reads_them() {
        let rows: &[(&str, Result<&[&str], &str>)] = &[
            ("", Ok(&[])),
            ("age,pgp", Ok(&["age", "pgp"])),
            (" pgp , age ,", Ok(&["pgp", "age"])),
            ("nonsense", Ok(&["nonsense"])),
            ("age,pgp,age", Err("age")),
        ];
        for (text, expected) in rows {
            let expected = match expected {
                Ok(kinds) => Ok(DecryptionOrder(
                    kinds.iter().map(|&kind| kind.to_owned()).collect(),
                )),
                Err(kind) => Err(RepeatedKind((*kind).to_owned())),
            };
            assert_eq!(DecryptionOrder::parse(text), expected, "{text:?}");
        }
    }

    #[test]
    fn kinds_that_are_not_named_come_last() {
        let order = DecryptionOrder::default();
        assert!(order.rank("age") < order.rank("pgp"));
        assert!(order.rank("pgp") < order.rank("kms"));
        assert_eq!(order.rank("kms"), order.rank("hc_vault"));
    }
}
