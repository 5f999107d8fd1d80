//! Base64, decoded as Go does: line breaks anywhere, loose bits behind the end allowed, and an error that counts bytes of the input.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use selkie_crypto::Secret;

use crate::error::Failure;
use crate::functions::arguments::text;
use crate::functions::{Context, texts};
use crate::value::{Text, Value};

pub(super) fn encode(context: &mut Context<'_>, arguments: &[Value]) -> Result<Value, Failure> {
    let bytes = text(arguments, 0)?.bytes();
    context.budget.text(bytes.len().div_ceil(3) * 4)?;
    texts::read(context, bytes.len())?;
    Ok(Value::from(STANDARD.encode(bytes)))
}

pub(super) fn decode(context: &mut Context<'_>, arguments: &[Value]) -> Result<Value, Failure> {
    let bytes = text(arguments, 0)?.bytes();
    context.budget.text(bytes.len())?;
    texts::read(context, bytes.len())?;
    match decoded(bytes) {
        Ok(decoded) => Ok(Value::Text(Text::from(decoded))),
        Err(place) => Ok(Value::from(format!(
            "illegal base64 data at input byte {place}"
        ))),
    }
}

/// The bytes, or the place that Go names in its error.
fn decoded(bytes: &[u8]) -> Result<Secret, usize> {
    let mut made = Secret::with_capacity(bytes.len() / 4 * 3 + 3);
    let mut rest = bytes
        .iter()
        .copied()
        .enumerate()
        .filter(|(_, byte)| !matches!(byte, b'\r' | b'\n'));
    loop {
        let (mut bits, mut digits) = (0_u32, 0);
        let padded = loop {
            if digits == 4 {
                break None;
            }
            let Some((place, byte)) = rest.next() else {
                if digits == 0 {
                    return Ok(made);
                }
                return Err(bytes.len() - digits);
            };
            if byte == b'=' {
                break Some(place);
            }
            bits = bits << 6 | digit(byte).ok_or(place)?;
            digits += 1;
        };
        let [_, all @ ..] = (bits << (6 * (4 - digits))).to_be_bytes();
        let Some(place) = padded else {
            made.extend_from_slice(&all);
            continue;
        };
        match digits {
            2 => match rest.next() {
                Some((_, b'=')) => {}
                Some((wrong, _)) => return Err(wrong - 1),
                None => return Err(bytes.len()),
            },
            3 => {}
            _ => return Err(place),
        }
        made.extend_from_slice(&all[..digits - 1]);
        return match rest.next() {
            None => Ok(made),
            Some((garbage, _)) => Err(garbage),
        };
    }
}

fn digit(byte: u8) -> Option<u32> {
    let value = match byte {
        b'A'..=b'Z' => byte - b'A',
        b'a'..=b'z' => byte - b'a' + 26,
        b'0'..=b'9' => byte - b'0' + 52,
        b'+' => 62,
        b'/' => 63,
        _ => return None,
    };
    Some(value.into())
}
