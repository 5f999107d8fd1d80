//! Typed values in the formats that know text alone, dotenv and INI: what SOPS prints for them, and what can be set.

use std::borrow::Cow;

use selkie_crypto::{Kind, Secret, bool_text, float_text, int_text};

use crate::edit::Value;

/// The text that SOPS prints for a value, given its canonical bytes.
pub(crate) fn of(kind: Kind, canonical: &[u8]) -> Cow<'_, [u8]> {
    match kind {
        Kind::Bool => Cow::Owned(canonical.to_ascii_lowercase()),
        Kind::Float => Cow::Owned(float(&String::from_utf8_lossy(canonical)).into_bytes()),
        Kind::Time => whole_seconds(canonical),
        Kind::Str | Kind::Int | Kind::Bytes | Kind::Comment => Cow::Borrowed(canonical),
    }
}

/// What a set value is in such a file: a string, so that the file reads back as what its MAC was made of. SOPS keeps
/// the type in the token, and writes files that it cannot open when such a value stays plain.
///
/// # Errors
/// Why there is no text for it.
pub(crate) fn set(value: Value) -> Result<Value, &'static str> {
    let (kind, canonical) = match value {
        Value::Str(text) => return Ok(Value::Str(text)),
        Value::Bool(it) => (Kind::Bool, bool_text(it).to_owned()),
        Value::Int(it) => (Kind::Int, int_text(it)),
        Value::Float(it) => (Kind::Float, float_text(it)),
        Value::Null => return Err(NULL),
        Value::List(_) | Value::Map(_) => return Err(NESTED),
    };
    let text = of(kind, canonical.as_bytes()).into_owned();
    Ok(Value::Str(Secret::from(text)))
}

pub(crate) const NULL: &str = "there is no way to write null in this format";
pub(crate) const NESTED: &str = "a mapping or list cannot stand in this place of this format";

/// Shortest digits, with an exponent from a million on and below a ten-thousandth, and always with a point or an exponent.
fn float(canonical: &str) -> String {
    let (sign, text) = match canonical.strip_prefix('-') {
        Some(text) => ("-", text),
        None => ("", canonical),
    };
    if !text.starts_with(|char: char| char.is_ascii_digit()) {
        return canonical.to_owned();
    }
    let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
    let all = format!("{whole}{fraction}");
    let leading = all.len() - all.trim_start_matches('0').len();
    let digits = all.trim_matches('0');
    let exponent = whole.len().cast_signed() - leading.cast_signed() - 1;
    if digits.is_empty() || (-4..6).contains(&exponent) {
        let point = if fraction.is_empty() { ".0" } else { "" };
        return format!("{canonical}{point}");
    }
    let (first, rest) = digits.split_at(1);
    let point = if rest.is_empty() { "" } else { "." };
    let exponent_sign = if exponent < 0 { '-' } else { '+' };
    format!(
        "{sign}{first}{point}{rest}E{exponent_sign}{:02}",
        exponent.unsigned_abs()
    )
}

/// A time without its fraction.
fn whole_seconds(canonical: &[u8]) -> Cow<'_, [u8]> {
    let Some(point) = canonical.iter().position(|byte| *byte == b'.') else {
        return Cow::Borrowed(canonical);
    };
    let after = &canonical[point + 1..];
    let digits = after
        .iter()
        .take_while(|byte| byte.is_ascii_digit())
        .count();
    Cow::Owned([&canonical[..point], &after[digits..]].concat())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn typed_values_are_printed_as_sops_prints_them() {
        #[track_caller]
        fn check(kind: Kind, canonical: &str, text: &str) {
            assert_eq!(
                String::from_utf8_lossy(&of(kind, canonical.as_bytes())),
                text,
                "{canonical}"
            );
        }
        check(Kind::Bool, "True", "true");
        check(Kind::Int, "-7", "-7");
        check(Kind::Str, "True", "True");
        check(Kind::Float, "1.5", "1.5");
        check(Kind::Float, "1", "1.0");
        check(Kind::Float, "-0", "-0.0");
        check(Kind::Float, "999999.5", "999999.5");
        check(Kind::Float, "1234567", "1.234567E+06");
        check(Kind::Float, "1000000", "1E+06");
        check(Kind::Float, "-12345678.9", "-1.23456789E+07");
        check(Kind::Float, "0.00012", "0.00012");
        check(Kind::Float, "0.000012", "1.2E-05");
        check(Kind::Float, "0.1", "0.1");
        check(Kind::Float, "+Inf", "+Inf");
        check(Kind::Float, "-Inf", "-Inf");
        check(Kind::Float, "NaN", "NaN");
        check(Kind::Time, "2024-01-02T03:04:05Z", "2024-01-02T03:04:05Z");
        check(
            Kind::Time,
            "2024-01-02T03:04:05.25+02:00",
            "2024-01-02T03:04:05+02:00",
        );
    }
}
