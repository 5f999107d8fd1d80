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
