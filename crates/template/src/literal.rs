//! Constants of a template: what their text stands for.

use crate::node::Number;
use crate::number::{parse_float, parse_int, parse_uint, unquote};

/// The text that a quoted or raw constant stands for; `None` if it is none.
pub(crate) fn text(literal: &str) -> Option<Box<[u8]>> {
    unquote(literal.as_bytes()).map(|text| text.as_slice().into())
}

/// The number of a character constant.
pub(crate) fn character(literal: &str) -> Option<Number> {
    let bytes = unquote(literal.as_bytes())?;
    let code = match std::str::from_utf8(&bytes) {
        Ok(character) => character.chars().next().map(u32::from)?,
        // An escaped byte stands for itself.
        Err(_) => u32::from(*bytes.first()?),
    };
    Some(Number {
        signed: Some(i64::from(code)),
        unsigned: Some(u64::from(code)),
        float: Some(f64::from(code)),
        ..Number::default()
    })
}

/// The number that a sum of a real and an imaginary constant stands for.
pub(crate) fn complex(literal: &str) -> Option<Number> {
    let middle = middle(literal)?;
    let real = float(&literal[..middle])?;
    let imaginary = float(literal[middle..].strip_suffix('i')?)?;
    Some(simplified(real, imaginary))
}

/// The number that a constant without a sign in its middle stands for: integers in four bases, floats in two, and imaginary ones.
pub(crate) fn number(literal: &str) -> Option<Number> {
    if let Some(imaginary) = literal.strip_suffix('i')
        && let Some(imaginary) = float(imaginary)
    {
        return Some(simplified(0.0, imaginary));
    }
    let mut number = Number {
        signed: parse_int(literal.as_bytes(), 0, 64).ok(),
        unsigned: parse_uint(literal.as_bytes(), 0, 64).ok(),
        fraction: is_fraction(literal),
        ..Number::default()
    };
    if number.signed == Some(0) {
        // So that -0 fits unsigned parameters too.
        number.unsigned = Some(0);
    }
    number.float = match (number.signed, number.unsigned) {
        (Some(signed), _) => Some(to_float(signed.into())),
        (None, Some(unsigned)) => Some(to_float(unsigned.into())),
        (None, None) => {
            let float = float(literal)?;
            if !literal.contains(['.', 'e', 'E', 'p', 'P']) {
                // An integer that fits no type.
                return None;
            }
            number.signed = whole(float);
            number.unsigned = whole_unsigned(float);
            Some(float)
        }
    };
    Some(number)
}

/// Where the imaginary part begins: at the first sign that belongs neither to the real part nor to its exponent.
fn middle(literal: &str) -> Option<usize> {
    let bytes = literal.as_bytes();
    let is_exponent: &[u8] = if is_hex(literal.trim_start_matches(['+', '-'])) {
        b"pP"
    } else {
        b"eE"
    };
    (1..bytes.len())
        .find(|&at| matches!(bytes[at], b'+' | b'-') && !is_exponent.contains(&bytes[at - 1]))
}

fn is_hex(literal: &str) -> bool {
    literal.starts_with("0x") || literal.starts_with("0X")
}

fn float(literal: &str) -> Option<f64> {
    parse_float(literal.as_bytes()).ok()
}

/// A complex constant that stands for a plain number too if it has no imaginary part.
fn simplified(real: f64, imaginary: f64) -> Number {
    let is_real = imaginary == 0.0;
    Number {
        complex: Some((real, imaginary)),
        float: is_real.then_some(real),
        signed: whole(real).filter(|_| is_real),
        unsigned: whole_unsigned(real).filter(|_| is_real),
        fraction: false,
    }
}

/// Hexadecimal integers have letters that look like exponents. A sign before one hides that it is one, as it does in Go.
fn is_fraction(literal: &str) -> bool {
    if is_hex(literal) && !literal.contains(['p', 'P']) {
        return false;
    }
    literal.contains(['.', 'e', 'E', 'p', 'P'])
}

#[expect(clippy::cast_precision_loss, reason = "as Go rounds a large constant")]
fn to_float(number: i128) -> f64 {
    number as f64
}

/// The integer that a float is, if it is one of 64 bits.
fn whole(float: f64) -> Option<i64> {
    integer(float).and_then(|number| i64::try_from(number).ok())
}

fn whole_unsigned(float: f64) -> Option<u64> {
    integer(float).and_then(|number| u64::try_from(number).ok())
}

fn integer(float: f64) -> Option<i128> {
    let number = float as i128;
    to_float(number).eq(&float).then_some(number)
}
