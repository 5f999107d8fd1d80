//! The text of a sealed value: `ENC[AES256_GCM,data:…,iv:…,tag:…,type:…]`.
//!
//! SOPS finds the parts with a greedy regular expression that is anchored at the start only. Here they are found by
//! searching for each label once, in linear time; the outcome is the same, since no part may hold a character outside
//! the base64 alphabet. One deviation: base64 is read strictly, where Go skips line breaks and idle bits.
//! Never here: keys. What the parts mean is the cipher's business.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use crate::error::Error;
use crate::leaf::Kind;

pub(crate) const PREFIX: &[u8] = b"ENC[AES256_GCM,data:";
pub(crate) const IV: &[u8] = b",iv:";
pub(crate) const TAG: &[u8] = b",tag:";
pub(crate) const TYPE: &[u8] = b",type:";
pub(crate) const END: &[u8] = b"]";

/// Length of an authentication tag in bytes.
pub(crate) const TAG_LEN: usize = 16;
/// Length in bytes of the nonces that are written.
pub(crate) const NONCE_LEN: usize = 32;

/// The longest nonce that is read, in bytes.
///
/// GCM takes any length. The cipher behind this crate has the length in its type, so each one costs a copy of the code;
/// SOPS writes 32 bytes, GCM's own length is 12, and nothing is known to write more than 64.
pub const MAX_NONCE_LEN: usize = 64;

/// A sealed value, found in its text and not yet opened.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Token<'a> {
    kind: Kind,
    data: &'a [u8],
    nonce: [u8; MAX_NONCE_LEN + 2],
    nonce_len: usize,
    tag: [u8; TAG_LEN],
}

impl<'a> Token<'a> {
    /// Finds the parts of a token that begins where `text` begins.
    ///
    /// What follows the last `]` of the token's line is ignored, as SOPS does. The `data` field is only located: a
    /// character in it that is not base64 comes to light when the token is opened.
    pub fn parse(text: &'a [u8]) -> Result<Self, Error> {
        let rest = text.strip_prefix(PREFIX).ok_or(Error::NotAToken)?;
        let (data, rest) = split_field(rest, IV)?;
        let (iv, rest) = split_field(rest, TAG)?;
        let (tag, rest) = split_field(rest, TYPE)?;
        let line = rest.split(|byte| *byte == b'\n').next().unwrap_or_default();
        let end = line
            .iter()
            .rposition(|byte| *byte == b']')
            .ok_or(Error::NotAToken)?;
        let kind = Kind::from_name(&line[..end]).ok_or(Error::UnknownKind)?;
        if data.len() % 4 != 0 {
            return Err(Error::Base64 { field: "data" });
        }
        let (nonce, nonce_len) = decode_nonce(iv)?;
        Ok(Self {
            kind,
            data,
            nonce,
            nonce_len,
            tag: decode_tag(tag)?,
        })
    }

    /// The type that the token claims; true only once the token has been opened.
    pub fn kind(&self) -> Kind {
        self.kind
    }

    /// The nonce, of any length from 1 to [`MAX_NONCE_LEN`] bytes.
    pub fn nonce(&self) -> &[u8] {
        &self.nonce[..self.nonce_len]
    }

    /// Length of the plaintext in bytes.
    pub fn plaintext_len(&self) -> usize {
        let padding = self
            .data
            .iter()
            .rev()
            .take(2)
            .take_while(|byte| **byte == b'=')
            .count();
        self.data.len() / 4 * 3 - padding
    }

    pub(crate) fn data(&self) -> &[u8] {
        self.data
    }

    pub(crate) fn tag(&self) -> &[u8; TAG_LEN] {
        &self.tag
    }
}

/// Whether the text begins as a token does, which says nothing about the rest of it.
pub fn looks_sealed(text: &[u8]) -> bool {
    text.starts_with(PREFIX)
}

/// The exact length in bytes of the token for a plaintext of this type and length.
pub fn sealed_len(kind: Kind, plaintext_len: usize) -> usize {
    let labels = PREFIX.len() + IV.len() + TAG.len() + TYPE.len() + END.len();
    let fields = base64_len(plaintext_len) + base64_len(NONCE_LEN) + base64_len(TAG_LEN);
    labels + fields + written_kind(kind).name().len()
}

/// The type that is written for `kind`: bytes are written as a string, since `type:bytes` makes SOPS crash.
pub(crate) fn written_kind(kind: Kind) -> Kind {
    if kind == Kind::Bytes { Kind::Str } else { kind }
}

/// Length of the padded base64 text of so many bytes.
pub(crate) fn base64_len(len: usize) -> usize {
    len.div_ceil(3) * 4
}

/// Splits at the first `label`; the field before it must not be empty.
///
/// A label holds a comma and a field must not, so the first place is the only one that can be right.
fn split_field<'a>(text: &'a [u8], label: &[u8]) -> Result<(&'a [u8], &'a [u8]), Error> {
    let comma = find_comma(text).ok_or(Error::NotAToken)?;
    let (field, rest) = text.split_at(comma);
    let rest = rest.strip_prefix(label).ok_or(Error::NotAToken)?;
    if field.is_empty() {
        Err(Error::NotAToken)
    } else {
        Ok((field, rest))
    }
}

/// Position of the first comma.
///
/// Blocks of fixed size are counted through first, which the compiler does with vectors: the token of a binary file may
/// have many megabytes.
fn find_comma(text: &[u8]) -> Option<usize> {
    const BLOCK: usize = 32;
    let commas = |block: &[u8]| block.iter().map(|byte| u8::from(*byte == b',')).sum::<u8>();
    let start = BLOCK
        * text
            .chunks_exact(BLOCK)
            .take_while(|block| commas(block) == 0)
            .count();
    let rest = text[start..].iter().position(|byte| *byte == b',')?;
    Some(start + rest)
}

fn decode_nonce(text: &[u8]) -> Result<([u8; MAX_NONCE_LEN + 2], usize), Error> {
    // Room for the padding's share of the last group: the decoder estimates from the length of the text alone.
    let mut nonce = [0; MAX_NONCE_LEN + 2];
    if text.len() > base64_len(MAX_NONCE_LEN) {
        return Err(Error::NonceTooLong {
            len: text.len() / 4 * 3,
        });
    }
    let len = STANDARD
        .decode_slice(text, &mut nonce)
        .map_err(|_| Error::Base64 { field: "iv" })?;
    if len > MAX_NONCE_LEN {
        return Err(Error::NonceTooLong { len });
    }
    Ok((nonce, len))
}

fn decode_tag(text: &[u8]) -> Result<[u8; TAG_LEN], Error> {
    let mut buffer = [0; TAG_LEN + 2];
    if text.len() != base64_len(TAG_LEN) {
        return Err(Error::TagLength {
            len: text.len() / 4 * 3,
        });
    }
    let len = STANDARD
        .decode_slice(text, &mut buffer)
        .map_err(|_| Error::Base64 { field: "tag" })?;
    buffer[..len]
        .try_into()
        .map_err(|_| Error::TagLength { len })
}

#[cfg(test)]
mod tests;
