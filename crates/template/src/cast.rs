//! Numbers out of whatever a template hands to an arithmetic function, as `spf13/cast` makes them: what cannot be read is zero, never an error.
//! Conversion of arguments to the types of parameters is the engine's.

use crate::number;
use crate::value::{Form, Value};

/// The value as a Go `int64` or `int`. Text is an integer in any base that Go's literals have, with decimals that are cut off: "42.5" is 42,
/// "010" is 8; "1e3" is no integer and gives 0.
pub(crate) fn integer(value: &Value) -> i64 {
    match value {
        Value::Bool(flag) => i64::from(*flag),
        Value::Signed(_, number) => *number,
        Value::Unsigned(_, number) => number.cast_signed(),
        Value::Float(number) => truncated(*number),
        Value::Text(text) => number::parse_int(without_decimals(text.bytes()), 0, 64).unwrap_or(0),
        Value::Object(object) => match object.form() {
            Form::Printed(_, number) => integer(&number),
            _ => 0,
        },
        Value::Nil | Value::Complex(..) | Value::List(_) | Value::Map(_) => 0,
    }
}

/// The value as a `float64`. Text is a Go literal of a float, an infinity or NaN by name; a number out of range gives 0.
#[expect(
    clippy::cast_precision_loss,
    reason = "Go converts integers to floats the same way"
)]
pub(crate) fn float(value: &Value) -> f64 {
    match value {
        Value::Bool(flag) => f64::from(u8::from(*flag)),
        Value::Signed(_, number) => *number as f64,
        Value::Unsigned(_, number) => *number as f64,
        Value::Float(number) => *number,
        Value::Text(text) => number::parse_float(text.bytes()).unwrap_or(0.0),
        Value::Object(object) => match object.form() {
            Form::Printed(_, number) => float(&number),
            _ => 0.0,
        },
        Value::Nil | Value::Complex(..) | Value::List(_) | Value::Map(_) => 0.0,
    }
}

/// The float without its decimals, as Go's conversion on amd64 gives it: what an integer cannot hold is the smallest one.
pub(crate) fn truncated(number: f64) -> i64 {
    // Both bounds are powers of two, so the comparison is exact.
    let range = -9_223_372_036_854_775_808.0..9_223_372_036_854_775_808.0;
    if range.contains(&number) {
        number as i64
    } else {
        i64::MIN
    }
}

/// Digits with a sign, cut before the point; a text of another form as it is.
fn without_decimals(text: &[u8]) -> &[u8] {
    let unsigned = match text {
        [b'+' | b'-', rest @ ..] => rest,
        _ => text,
    };
    let mut parts = unsigned.splitn(2, |&byte| byte == b'.');
    let is_number = |digits: &[u8]| digits.iter().all(u8::is_ascii_digit);
    match (parts.next(), parts.next()) {
        (Some(whole), Some(decimals)) if is_number(whole) && is_number(decimals) => {
            if whole.is_empty() {
                return b"0";
            }
            &text[..text.len() - decimals.len() - 1]
        }
        _ => text,
    }
}

#[cfg(test)]
mod tests {
    use super::{float, integer};
    use crate::value::{Unsigned, Value};

    #[test]
    fn integers_out_of_anything() {
        for (text, number) in [
            ("", 0),
            ("42", 42),
            ("42.5", 42),
            ("-42.9", -42),
            ("-.5", 0),
            ("+", 0),
            (".", 0),
            ("010.7", 8),
            ("0x_f", 15),
            ("1_000", 1000),
            ("1e3", 0),
            (" 1", 0),
            ("1.5.2", 0),
            ("9223372036854775807", i64::MAX),
            ("9223372036854775808", 0),
        ] {
            assert_eq!(integer(&Value::from(text)), number, "{text}");
        }
        assert_eq!(integer(&Value::Unsigned(Unsigned::Uint64, u64::MAX)), -1);
        for number in [1e19, -1e30, f64::NAN, f64::INFINITY] {
            assert_eq!(integer(&Value::Float(number)), i64::MIN);
        }
        assert_eq!(integer(&Value::Float(-2.9)), -2);
        assert_eq!(integer(&Value::Bool(true)), 1);
        assert_eq!(integer(&Value::Nil), 0);
    }

    #[test]
    #[expect(clippy::float_cmp, reason = "the results are exact")]
    fn floats_out_of_anything() {
        for (text, number) in [
            ("", 0.0),
            ("1.5e3", 1500.0),
            ("0x1p-2", 0.25),
            ("1e400", 0.0),
            ("-Infinity", f64::NEG_INFINITY),
            ("x", 0.0),
        ] {
            assert_eq!(float(&Value::from(text)), number, "{text}");
        }
        assert_eq!(float(&Value::int(-3)), -3.0);
        assert!(float(&Value::from("nan")).is_nan());
    }
}
