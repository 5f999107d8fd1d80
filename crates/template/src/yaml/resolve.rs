//! What a plain scalar of YAML 1.1 stands for, in go-yaml's reading of it.

use zeroize::Zeroizing;

use super::timestamp;
use crate::number::{parse_float, parse_int, parse_uint};

/// What a scalar is, and its value unless it is text.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Scalar {
    Nil,
    Bool(bool),
    Int(i64),
    /// An integer above the largest `int64`.
    Large(u64),
    Float(f64),
    Timestamp,
    Text,
}

/// What `text` stands for where it has neither quotes nor a tag.
pub(super) fn resolve(text: &str) -> Scalar {
    resolve_as(text, true)
}

/// As [`resolve`], with timestamps left out if a tag asks for something else.
pub(super) fn resolve_as(text: &str, timestamps: bool) -> Scalar {
    if let Some(scalar) = word(text) {
        return scalar;
    }
    match text.as_bytes().first() {
        Some(b'.') => parse_float(text.as_bytes()).map_or(Scalar::Text, Scalar::Float),
        Some(b'+' | b'-' | b'0'..=b'9') => {
            if timestamps && timestamp::is_timestamp(text.as_bytes()) {
                return Scalar::Timestamp;
            }
            number(text).unwrap_or(Scalar::Text)
        }
        _ => Scalar::Text,
    }
}

/// Whether `text` is a number in base 60, which is quoted when it is written, but never read as one.
pub(super) fn is_base_60(text: &str) -> bool {
    let digits = text.strip_prefix(['+', '-']).unwrap_or(text);
    let mut parts = digits.split(':');
    let first = parts.next().unwrap_or_default();
    let mut rest: Vec<&str> = parts.collect();
    let Some(last) = rest.pop() else { return false };
    let (last, decimals) = last.split_once('.').unwrap_or((last, ""));
    let is_digit = |byte: u8| byte.is_ascii_digit();
    let sixty = |part: &&str| match part.as_bytes() {
        [one] => is_digit(*one),
        [ten, one] => (b'0'..=b'5').contains(ten) && is_digit(*one),
        _ => false,
    };
    let loose = |part: &str| part.bytes().all(|byte| is_digit(byte) || byte == b'_');
    first.starts_with(|character: char| character.is_ascii_digit())
        && loose(first)
        && rest.iter().all(sixty)
        && sixty(&last)
        && loose(decimals)
}

fn word(text: &str) -> Option<Scalar> {
    Some(match text {
        "" | "~" | "null" | "Null" | "NULL" => Scalar::Nil,
        "y" | "Y" | "yes" | "Yes" | "YES" | "true" | "True" | "TRUE" | "on" | "On" | "ON" => {
            Scalar::Bool(true)
        }
        "n" | "N" | "no" | "No" | "NO" | "false" | "False" | "FALSE" | "off" | "Off" | "OFF" => {
            Scalar::Bool(false)
        }
        ".nan" | ".NaN" | ".NAN" => Scalar::Float(f64::NAN),
        ".inf" | ".Inf" | ".INF" | "+.inf" | "+.Inf" | "+.INF" => Scalar::Float(f64::INFINITY),
        "-.inf" | "-.Inf" | "-.INF" => Scalar::Float(f64::NEG_INFINITY),
        _ => return None,
    })
}

fn number(text: &str) -> Option<Scalar> {
    let plain = Zeroizing::new(text.replace('_', ""));
    let bytes = plain.as_bytes();
    if let Ok(number) = parse_int(bytes, 0, 64) {
        return Some(Scalar::Int(number));
    }
    if let Ok(number) = parse_uint(bytes, 0, 64) {
        return Some(Scalar::Large(number));
    }
    if is_float(bytes)
        && let Ok(number) = parse_float(bytes)
    {
        return Some(Scalar::Float(number));
    }
    // A second sign behind the prefix passes as well.
    let digits = plain.strip_prefix("0b")?;
    parse_int(digits.as_bytes(), 2, 64).ok().map(Scalar::Int)
}

/// Whether it is a float in decimal notation, with digits on one side of the point at least.
fn is_float(text: &[u8]) -> bool {
    let digits = |text: &[u8]| text.iter().take_while(|byte| byte.is_ascii_digit()).count();
    let sign = |text: &[u8]| usize::from(matches!(text.first(), Some(b'+' | b'-')));
    let mut rest = &text[sign(text)..];
    let whole = digits(rest);
    rest = &rest[whole..];
    if let Some(decimals) = rest.strip_prefix(b".") {
        let count = digits(decimals);
        if whole + count == 0 {
            return false;
        }
        rest = &decimals[count..];
    } else if whole == 0 {
        return false;
    }
    match rest {
        [] => true,
        [b'e' | b'E', exponent @ ..] => {
            let exponent = &exponent[sign(exponent)..];
            !exponent.is_empty() && digits(exponent) == exponent.len()
        }
        _ => false,
    }
}
