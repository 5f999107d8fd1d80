//! Base32, decoded as Go does: line breaks are taken out first, and an error counts bytes of what is left.

use selkie_crypto::Secret;

use crate::error::Failure;
use crate::functions::arguments::text;
use crate::functions::{Context, texts};
use crate::value::{Text, Value};

const DIGITS: &[u8; 32] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

pub(super) fn encode(context: &mut Context<'_>, arguments: &[Value]) -> Result<Value, Failure> {
    let bytes = text(arguments, 0)?.bytes();
    let length = bytes.len().div_ceil(5) * 8;
    context.budget.text(length)?;
    texts::read(context, bytes.len())?;
    let mut made = Secret::with_capacity(length);
    for chunk in bytes.chunks(5) {
        let bits = (0..5).fold(0_u64, |bits, at| {
            bits << 8 | u64::from(chunk.get(at).copied().unwrap_or(0))
        });
        let digits = (chunk.len() * 8).div_ceil(5);
        let quantum: [u8; 8] = std::array::from_fn(|at| {
            if at < digits {
                DIGITS[(bits >> (35 - 5 * at)) as usize & 31]
            } else {
                b'='
            }
        });
        made.extend_from_slice(&quantum);
    }
    Ok(Value::Text(Text::from(made)))
}

pub(super) fn decode(context: &mut Context<'_>, arguments: &[Value]) -> Result<Value, Failure> {
    let bytes = text(arguments, 0)?.bytes();
    context.budget.text(bytes.len())?;
    texts::read(context, bytes.len())?;
    let mut joined = Secret::with_capacity(bytes.len());
    for part in bytes.split(|byte| matches!(byte, b'\r' | b'\n')) {
        joined.extend_from_slice(part);
    }
    match decoded(joined.expose()) {
        Ok(decoded) => Ok(Value::Text(Text::from(decoded))),
        Err(place) => Ok(Value::from(format!(
            "illegal base32 data at input byte {place}"
        ))),
    }
}

/// The bytes, or the place that Go names in its error.
fn decoded(bytes: &[u8]) -> Result<Secret, usize> {
    let mut made = Secret::with_capacity(bytes.len() / 8 * 5 + 5);
    let mut start = 0;
    while start < bytes.len() {
        let quantum = &bytes[start..bytes.len().min(start + 8)];
        let mut bits = 0_u64;
        let mut digits = 0;
        let mut padded = false;
        for (at, byte) in quantum.iter().enumerate() {
            let place = start + at;
            let behind = bytes.len() - place - 1;
            // Marks count as such near the end alone.
            if *byte == b'=' && at >= 2 && behind < 8 {
                if behind + at < 7 {
                    return Err(bytes.len());
                }
                if let Some(other) = quantum[at..].iter().position(|byte| *byte != b'=') {
                    return Err(place + other - 1);
                }
                // No whole number of bytes ends behind three or six digits.
                if matches!(at, 3 | 6) {
                    return Err(place);
                }
                padded = true;
                break;
            }
            bits = bits << 5 | digit(*byte).ok_or(place)?;
            digits += 1;
        }
        if !padded && digits < 8 {
            return Err(start);
        }
        let all = (bits << (5 * (8 - digits))).to_be_bytes();
        made.extend_from_slice(&all[3..3 + digits * 5 / 8]);
        start += quantum.len();
        if padded {
            break;
        }
    }
    Ok(made)
}

fn digit(byte: u8) -> Option<u64> {
    let value = match byte {
        b'A'..=b'Z' => byte - b'A',
        b'2'..=b'7' => byte - b'2' + 26,
        _ => return None,
    };
    Some(value.into())
}
