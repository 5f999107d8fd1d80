//! The message authentication code of a document: SHA-512 over the plaintexts of its leaves, in document order.
//!
//! SOPS stores it as upper-case hexadecimal text, sealed like a value with `lastmodified` as associated data; that
//! sealing is the document's business. It is an unkeyed digest of secrets, hence secret itself until sealed: it is
//! wiped on drop, never printed and never part of an error.

use std::fmt;

use sha2::{Digest, Sha256, Sha512};
use subtle::ConstantTimeEq;
use zeroize::Zeroize;

/// Computes the code leaf by leaf.
///
/// Nothing separates the leaves: SOPS hashes neither keys nor lengths, so `"2", "3"` and `"23"` are the same to it.
pub struct Mac {
    hash: Sha512,
}

impl Mac {
    /// Starts a code.
    ///
    /// With `mac_only_encrypted` the digest of `sops` goes in first, so that a code over the encrypted leaves can never
    /// pass for one over all of them.
    pub fn new(mac_only_encrypted: bool) -> Self {
        let mut hash = Sha512::new();
        if mac_only_encrypted {
            hash.update(Sha256::digest(b"sops"));
        }
        Self { hash }
    }

    /// Feeds the canonical plaintext of the next leaf (see [`crate::canonical`]).
    pub fn update(&mut self, plaintext: &[u8]) {
        self.hash.update(plaintext);
    }

    /// The code's text.
    pub fn finish(self) -> MacText {
        const HEX: &[u8; 16] = b"0123456789ABCDEF";
        let mut digest = self.hash.finalize();
        let mut text = Box::new([0; MacText::LEN]);
        for (pair, byte) in text.chunks_exact_mut(2).zip(&digest) {
            pair[0] = HEX[usize::from(byte >> 4)];
            pair[1] = HEX[usize::from(byte & 0xF)];
        }
        digest.as_mut_slice().zeroize();
        MacText { text }
    }
}

impl fmt::Debug for Mac {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Mac(…)")
    }
}

/// A finished code as the 128 upper-case hexadecimal digits that are sealed into the metadata.
pub struct MacText {
    text: Box<[u8; MacText::LEN]>,
}

impl MacText {
    /// Length of the text in bytes.
    pub const LEN: usize = 128;

    /// The text.
    pub fn expose(&self) -> &[u8] {
        &*self.text
    }

    /// Whether `other` is the same text, in constant time for texts of this length.
    ///
    /// Case counts, as it does for SOPS.
    pub fn ct_eq(&self, other: &[u8]) -> bool {
        self.text.ct_eq(other).into()
    }
}

impl Drop for MacText {
    fn drop(&mut self) {
        self.text.zeroize();
    }
}

impl fmt::Debug for MacText {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("MacText(…)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Texts computed with Python's `hashlib`.
    fn check(mac_only_encrypted: bool, leaves: &[&str], expected: &str) {
        let mut mac = Mac::new(mac_only_encrypted);
        for leaf in leaves {
            mac.update(leaf.as_bytes());
        }
        let text = mac.finish();
        assert_eq!(std::str::from_utf8(text.expose()).unwrap(), expected);
        assert!(text.ct_eq(expected.as_bytes()));
        assert!(!text.ct_eq(expected.to_lowercase().as_bytes()));
        assert!(!text.ct_eq(&expected.as_bytes()[1..]));
    }

    #[test]
    fn codes() {
        let all = "F27EE5DB904A6CB77C779BBA3154D8A27AABA78E67BC5DD0450777B281394ADB\
                   E4C8BE04D75187EBC87C07B00CC36B203EFCA3F0475ECB4468672ECB91738BD5";
        check(false, &["hunter2", "42", "True"], all);
        check(false, &["hunter", "", "242", "True"], all);
        let none = "CF83E1357EEFB8BDF1542850D66D8007D620E4050B5715DC83F4A921D36CE9CE\
                    47D0D13C5D85F2B0FF8318D2877EEC2F63B931BD47417A81A538327AF927DA3E";
        check(false, &[], none);
        let encrypted = "4E3708214F46DA3E6A416BA7AEBBD37709012F747B0F3C60D42040E3076F033D\
                         EAD7CB242E1DC5E0B735A29230E42DDC91C1CF2A14313486A7300033E9CDA4ED";
        check(true, &["hunter2", "42", "True"], encrypted);
    }

    #[test]
    fn debug_shows_nothing() {
        assert_eq!(format!("{:?}", Mac::new(false)), "Mac(…)");
        assert_eq!(format!("{:?}", Mac::new(false).finish()), "MacText(…)");
    }
}
