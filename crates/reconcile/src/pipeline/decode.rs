//! Values out of base64, and the bytes that they must not have.

use base64::Engine;
use base64::alphabet::{STANDARD, URL_SAFE};
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};
use selkie_api::{DecodingStrategy, NullBytePolicy};
use selkie_crypto::Secret;

use super::error::Error;

/// As Go reads base64: padded, and without a look at bits that are left over.
const LIKE_GO: GeneralPurposeConfig = GeneralPurposeConfig::new()
    .with_decode_padding_mode(DecodePaddingMode::RequireCanonical)
    .with_decode_allow_trailing_bits(true);
const PLAIN: GeneralPurpose = GeneralPurpose::new(&STANDARD, LIKE_GO);
const FOR_ADDRESSES: GeneralPurpose = GeneralPurpose::new(&URL_SAFE, LIKE_GO);

/// What a value is decoded to. `Auto` tries both alphabets, the usual one first, and leaves as it is what is neither.
///
/// # Errors
/// If it is not in the form that the strategy asks for.
pub fn decode(strategy: DecodingStrategy, value: Secret) -> Result<Secret, Error> {
    let decoded = match strategy {
        DecodingStrategy::None => return Ok(value),
        DecodingStrategy::Base64 => from(&PLAIN, &value),
        DecodingStrategy::Base64URL => from(&FOR_ADDRESSES, &value),
        DecodingStrategy::Auto => from(&PLAIN, &value)
            .or_else(|| from(&FOR_ADDRESSES, &value))
            .or(Some(value)),
    };
    decoded.ok_or(Error::NotEncoded {
        key: None,
        strategy,
    })
}

/// Checks a decoded value for NUL bytes, if the policy asks for it.
pub(super) fn check(policy: NullBytePolicy, value: &Secret) -> Result<(), Error> {
    match policy {
        NullBytePolicy::Fail if value.expose().contains(&0) => Err(Error::NullByte { key: None }),
        _ => Ok(()),
    }
}

/// Go passes over line breaks wherever they stand.
fn from(engine: &GeneralPurpose, value: &Secret) -> Option<Secret> {
    let is_break = |byte: &u8| matches!(byte, b'\r' | b'\n');
    if !value.expose().iter().any(is_break) {
        return from_one_line(engine, value.expose());
    }
    let mut line = Secret::with_capacity(value.len());
    for part in value.expose().split(is_break) {
        line.extend_from_slice(part);
    }
    from_one_line(engine, line.expose())
}

fn from_one_line(engine: &GeneralPurpose, line: &[u8]) -> Option<Secret> {
    let room = base64::decoded_len_estimate(line.len());
    let mut decoded = Secret::from(vec![0; room]);
    let length = engine.decode_slice(line, decoded.expose_mut()).ok()?;
    decoded.truncate(length);
    Some(decoded)
}
