//! Numbers that went through Go's `float64`: their digits beyond 2^53 are gone, and their spelling is one of two.

use std::fmt::{self, Write as _};

use selkie_crypto::Secret;

use super::Malformed;

/// The value of a number in a document; one that no `float64` holds is an error to Go.
pub(crate) fn float(raw: &[u8]) -> Result<f64, Malformed> {
    let number = parse_float(raw);
    if number.is_finite() {
        Ok(number)
    } else {
        Err(Malformed)
    }
}

/// The value of a text that is meant to be a number; 0 if it is none.
pub(crate) fn parse_float(raw: &[u8]) -> f64 {
    std::str::from_utf8(raw)
        .ok()
        .and_then(|text| text.parse().ok())
        .unwrap_or(0.0)
}

/// Appends a number in plain digits, the fewest that mean it.
pub(crate) fn write_plain(number: f64, out: &mut Secret) {
    if number.is_infinite() {
        out.extend_from_slice(if number > 0.0 { b"+Inf" } else { b"-Inf" });
    } else {
        let _ = write!(Sink(out), "{number}");
    }
}

/// Appends a number as Go's encoder writes it: very large and very small ones with an exponent.
pub(super) fn write_encoded(number: f64, out: &mut Secret) {
    let size = number.abs();
    if size == 0.0 || (1e-6..1e21).contains(&size) {
        return write_plain(number, out);
    }
    let mut spelled = Secret::new();
    let _ = write!(Sink(&mut spelled), "{number:e}");
    let spelled = spelled.expose();
    match spelled.iter().position(|&b| b == b'e') {
        Some(e) if spelled.get(e + 1) != Some(&b'-') => {
            out.extend_from_slice(&spelled[..=e]);
            out.extend_from_slice(b"+");
            out.extend_from_slice(&spelled[e + 1..]);
        }
        _ => out.extend_from_slice(spelled),
    }
}

/// Text written into a buffer that is wiped.
struct Sink<'a>(&'a mut Secret);

impl fmt::Write for Sink<'_> {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        self.0.extend_from_slice(text.as_bytes());
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spelled_as_go_spells() {
        // What strconv.FormatFloat(…, 'f', -1, 64) and json.Marshal give.
        let rows = [
            ("0", "0", "0"),
            ("-0", "-0", "-0"),
            ("1.50", "1.5", "1.5"),
            (
                "12345678901234567890",
                "12345678901234567000",
                "12345678901234567000",
            ),
            ("9007199254740993", "9007199254740992", "9007199254740992"),
            ("1e20", "100000000000000000000", "100000000000000000000"),
            ("1e21", "1000000000000000000000", "1e+21"),
            ("-2.5e22", "-25000000000000000000000", "-2.5e+22"),
            ("0.000001", "0.000001", "0.000001"),
            ("1e-7", "0.0000001", "1e-7"),
            ("1.25e-10", "0.000000000125", "1.25e-10"),
            ("0.1", "0.1", "0.1"),
        ];
        for (raw, plain, encoded) in rows {
            let number = float(raw.as_bytes()).unwrap();
            let mut out = Secret::new();
            write_plain(number, &mut out);
            assert_eq!(out.expose(), plain.as_bytes(), "{raw}");
            let mut out = Secret::new();
            write_encoded(number, &mut out);
            assert_eq!(out.expose(), encoded.as_bytes(), "{raw}");
        }
        assert_eq!(float(b"1e999"), Err(Malformed));
    }
}
