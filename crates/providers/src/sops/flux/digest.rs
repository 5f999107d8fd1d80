//! What an artifact hashes to.

use selkie_api::Cause;
use sha2::{Digest as _, Sha256, Sha384, Sha512};

use crate::Failure;

/// A hash, with its algorithm.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Digest {
    algorithm: Algorithm,
    hash: Vec<u8>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Algorithm {
    Sha256,
    Sha384,
    Sha512,
}

impl Digest {
    /// Reads `ALGORITHM:HEX`. Without a digest, or with one by an algorithm that proves nothing, an artifact is not used.
    pub(super) fn parse(text: &str) -> Result<Self, Failure> {
        let invalid = || {
            let what = "the artifact has no digest by sha256, sha384 or sha512";
            Failure::new(Cause::InvalidData, what)
        };
        let (algorithm, digits) = text.split_once(':').ok_or_else(invalid)?;
        let (algorithm, length) = match algorithm {
            "sha256" => (Algorithm::Sha256, 32),
            "sha384" => (Algorithm::Sha384, 48),
            "sha512" => (Algorithm::Sha512, 64),
            _ => return Err(invalid()),
        };
        let hash = bytes(digits).filter(|hash| hash.len() == length);
        let hash = hash.ok_or_else(invalid)?;
        Ok(Self { algorithm, hash })
    }

    /// Whether these bytes hash to it.
    pub(super) fn is_of(&self, bytes: &[u8]) -> bool {
        match self.algorithm {
            Algorithm::Sha256 => Sha256::digest(bytes).as_slice() == self.hash,
            Algorithm::Sha384 => Sha384::digest(bytes).as_slice() == self.hash,
            Algorithm::Sha512 => Sha512::digest(bytes).as_slice() == self.hash,
        }
    }
}

fn bytes(digits: &str) -> Option<Vec<u8>> {
    let (pairs, rest) = digits.as_bytes().as_chunks::<2>();
    let digit = |at: u8| {
        char::from(at)
            .to_digit(16)
            .and_then(|it| u8::try_from(it).ok())
    };
    let bytes = pairs
        .iter()
        .map(|[high, low]| Some(digit(*high)? << 4 | digit(*low)?));
    rest.is_empty().then(|| bytes.collect()).flatten()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn digests_are_read_and_held_against_bytes() {
        // `sha256sum` and the others, of nothing.
        let empty = [
            "sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
            "sha384:38b060a751ac96384cd9327eb1b1e36a21fdb71114be07434c0cc7bf63f6e1da274edebfe76f65fbd51ad2f14898b95b",
            "sha512:cf83e1357eefb8bdf1542850d66d8007d620e4050b5715dc83f4a921d36ce9ce47d0d13c5d85f2b0ff8318d2877eec2f63b931bd47417a81a538327af927da3e",
        ];
        for text in empty {
            let digest = Digest::parse(text).unwrap();
            assert!(digest.is_of(b""), "{text}");
            assert!(!digest.is_of(b"x"), "{text}");
        }
        let short = "sha256:e3b0c442";
        let long = format!("{}00", empty[0]);
        let odd = &empty[0][..empty[0].len() - 1];
        let other = empty[0].replace("e3", "zz");
        let weak = "md5:d41d8cd98f00b204e9800998ecf8427e";
        for text in ["", "sha256", "sha256:", short, &long, odd, &other, weak] {
            let failure = Digest::parse(text).unwrap_err();
            assert_eq!(failure.cause, Cause::InvalidData, "{text}");
        }
    }
}
