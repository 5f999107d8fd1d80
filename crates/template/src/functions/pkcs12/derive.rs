//! Keys from passwords: PKCS#12's own way (RFC 7292, appendix B) and PBKDF2. Whoever made a file chose how many rounds it takes, so they are paid
//! for.

use std::num::NonZeroU32;

use aws_lc_rs::{digest, hmac, pbkdf2};
use zeroize::Zeroizing;

use super::oid;
use crate::error::Failure;
use crate::functions::Context;
use crate::value::Text;

/// Rounds that cost one unit.
const ROUNDS: u64 = 10_000;

/// What a key is for.
#[derive(Clone, Copy)]
#[repr(u8)]
pub(super) enum Purpose {
    Encryption = 1,
    Vector = 2,
    Mac = 3,
}

/// A password in the two forms in which files use it.
pub(super) struct Password {
    /// In two bytes a character, with a zero at the end: for PKCS#12's own derivation.
    pub(super) wide: Zeroizing<Vec<u8>>,
    /// For everything newer.
    pub(super) utf8: Zeroizing<String>,
}

impl Password {
    /// # Errors
    /// If a character has no place in two bytes.
    pub(super) fn new(password: Option<&Text>) -> Result<Self, Failure> {
        let length = password.map_or(0, Text::len);
        let mut wide = Zeroizing::new(Vec::with_capacity(2 * length + 2));
        // A byte that is no UTF-8 takes three bytes as the character that stands for it.
        let mut utf8 = Zeroizing::new(String::with_capacity(3 * length));
        for character in password.into_iter().flat_map(Text::characters) {
            let unit = u16::try_from(u32::from(character)).map_err(|_| {
                Failure::new("the password has a character above U+FFFF, which PKCS#12 has not")
            })?;
            wide.extend_from_slice(&unit.to_be_bytes());
            utf8.push(character);
        }
        wide.extend_from_slice(&[0, 0]);
        Ok(Self { wide, utf8 })
    }

    /// Whether it is empty.
    pub(super) fn is_empty(&self) -> bool {
        self.utf8.is_empty()
    }

    /// The empty password without even a zero at its end, which some writers mean by it.
    pub(super) fn nothing() -> Self {
        Self {
            wide: Zeroizing::default(),
            utf8: Zeroizing::default(),
        }
    }
}

/// A hash.
#[derive(Clone, Copy)]
pub(super) enum Hash {
    Sha1,
    Sha256,
    Sha512,
}

impl Hash {
    /// The hash of that identifier.
    pub(super) fn plain(identifier: &[u8]) -> Result<Self, Failure> {
        match identifier {
            oid::SHA1 => Ok(Self::Sha1),
            oid::SHA256 => Ok(Self::Sha256),
            oid::SHA512 => Ok(Self::Sha512),
            _ => Err(Failure::new(
                "the PKCS#12 file's MAC has an unsupported hash",
            )),
        }
    }

    /// The hash of that identifier of a keyed hash.
    pub(super) fn keyed(identifier: &[u8]) -> Result<Self, Failure> {
        match identifier {
            oid::HMAC_SHA1 => Ok(Self::Sha1),
            oid::HMAC_SHA256 => Ok(Self::Sha256),
            oid::HMAC_SHA512 => Ok(Self::Sha512),
            _ => Err(Failure::new(
                "the PKCS#12 file has an unsupported keyed hash",
            )),
        }
    }

    fn algorithm(self) -> &'static digest::Algorithm {
        match self {
            Self::Sha1 => &digest::SHA1_FOR_LEGACY_USE_ONLY,
            Self::Sha256 => &digest::SHA256,
            Self::Sha512 => &digest::SHA512,
        }
    }

    /// Bytes of a digest.
    pub(super) fn size(self) -> usize {
        self.algorithm().output_len()
    }

    /// Bytes that it takes at once.
    fn block(self) -> usize {
        self.algorithm().block_len()
    }

    /// The digest of all parts, one after the other.
    pub(super) fn digest(self, parts: &[&[u8]]) -> Zeroizing<Vec<u8>> {
        let mut digest = digest::Context::new(self.algorithm());
        for part in parts {
            digest.update(part);
        }
        Zeroizing::new(digest.finish().as_ref().to_vec())
    }

    fn keyed_algorithm(self) -> hmac::Algorithm {
        match self {
            Self::Sha1 => hmac::HMAC_SHA1_FOR_LEGACY_USE_ONLY,
            Self::Sha256 => hmac::HMAC_SHA256,
            Self::Sha512 => hmac::HMAC_SHA512,
        }
    }

    /// The keyed hash of `message`.
    pub(super) fn mac(self, key: &[u8], message: &[u8]) -> Vec<u8> {
        let key = hmac::Key::new(self.keyed_algorithm(), key);
        hmac::sign(&key, message).as_ref().to_vec()
    }

    fn derivation(self) -> pbkdf2::Algorithm {
        match self {
            Self::Sha1 => pbkdf2::PBKDF2_HMAC_SHA1,
            Self::Sha256 => pbkdf2::PBKDF2_HMAC_SHA256,
            Self::Sha512 => pbkdf2::PBKDF2_HMAC_SHA512,
        }
    }
}

/// Pays for so many rounds for each of so many digests. At least one is done.
fn pay(context: &mut Context<'_>, rounds: i64, digests: usize) -> Result<NonZeroU32, Failure> {
    let rounds = rounds.max(1);
    let units = rounds
        .unsigned_abs()
        .saturating_mul(digests as u64)
        .div_ceil(ROUNDS);
    context
        .budget
        .cost(u32::try_from(units).unwrap_or(u32::MAX))?;
    u32::try_from(rounds)
        .ok()
        .and_then(NonZeroU32::new)
        .ok_or_else(|| Failure::new("too many rounds of a key derivation"))
}

/// PKCS#12's own derivation.
pub(super) fn own(
    context: &mut Context<'_>,
    hash: Hash,
    purpose: Purpose,
    (password, salt): (&[u8], &[u8]),
    rounds: i64,
    size: usize,
) -> Result<Zeroizing<Vec<u8>>, Failure> {
    let rounds = pay(context, rounds, size.div_ceil(hash.size()))?;
    let block = hash.block();
    let purpose = vec![purpose as u8; block];
    let mut input = Zeroizing::new(Vec::new());
    for part in [salt, password] {
        let length = part.len().next_multiple_of(block);
        input.reserve_exact(length);
        input.extend(part.iter().cycle().take(length));
    }
    let mut key = Zeroizing::new(Vec::with_capacity(size + hash.size()));
    loop {
        let mut digest = hash.digest(&[&purpose, &input]);
        for _ in 1..rounds.get() {
            digest = hash.digest(&[&digest]);
        }
        key.extend_from_slice(&digest);
        if key.len() >= size {
            key.truncate(size);
            return Ok(key);
        }
        // Each block plus the repeated digest plus one.
        for part in input.chunks_mut(block) {
            let mut carry = 1;
            for (index, byte) in part.iter_mut().enumerate().rev() {
                let sum = u16::from(*byte) + u16::from(digest[index % digest.len()]) + carry;
                *byte = sum as u8;
                carry = sum >> 8;
            }
        }
    }
}

/// PBKDF2.
pub(super) fn pbkdf2(
    context: &mut Context<'_>,
    hash: Hash,
    (password, salt): (&[u8], &[u8]),
    rounds: i64,
    size: usize,
) -> Result<Zeroizing<Vec<u8>>, Failure> {
    let rounds = pay(context, rounds, size.div_ceil(hash.size()))?;
    context.budget.length(size)?;
    let mut key = Zeroizing::new(vec![0; size]);
    pbkdf2::derive(hash.derivation(), rounds, salt, password, &mut key);
    Ok(key)
}
