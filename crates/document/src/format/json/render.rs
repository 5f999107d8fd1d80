//! One value in canonical spelling: SOPS's own. Opening writes it where no layout record says otherwise; sealing calls it
//! to find out which values need a record.

use std::borrow::Cow;

use selkie_crypto::Kind;
use zeroize::Zeroizing;

use super::string;

/// The text for a slot.
pub(super) enum Rendered {
    /// The value's own bytes, as they are.
    Same,
    /// The value's own bytes in quotes.
    Quoted,
    Written(Zeroizing<String>),
}

/// Writes a value. One that JSON lacks (an infinity, bytes that are no text) comes out as something else.
pub(super) fn render(kind: Kind, value: &[u8]) -> Rendered {
    let text = String::from_utf8_lossy(value);
    match kind {
        Kind::Int => Rendered::Same,
        Kind::Float => match float(&text) {
            Cow::Borrowed(_) => Rendered::Same,
            Cow::Owned(text) => Rendered::Written(Zeroizing::new(text)),
        },
        Kind::Bool => Rendered::Written(Zeroizing::new(text.to_ascii_lowercase())),
        Kind::Str | Kind::Bytes | Kind::Time | Kind::Comment => match &text {
            Cow::Borrowed(text) if string::is_bare(text) => Rendered::Quoted,
            text => Rendered::Written(string::quoted(text)),
        },
    }
}

/// Whether a slot is written in canonical spelling.
pub(super) fn is_canonical(kind: Kind, value: &[u8], written: &[u8]) -> bool {
    match render(kind, value) {
        Rendered::Same => written == value,
        Rendered::Quoted => {
            matches!(written, [b'"', between @ .., b'"'] if between == value)
        }
        Rendered::Written(text) => written == text.as_bytes(),
    }
}

/// A float as Go's JSON writes it: an exponent below 1e-6 and from 1e21 on.
///
/// A negative zero gets a point, where SOPS writes `-0`: 3.13.3 reads that as the integer 0, so that a file in which it
/// stands plain could not be decrypted any more.
fn float(text: &str) -> Cow<'_, str> {
    if text == "-0" {
        return Cow::Owned("-0.0".to_owned());
    }
    let (sign, unsigned) = match text.strip_prefix('-') {
        Some(unsigned) => ("-", unsigned),
        None => ("", text),
    };
    let (whole, fraction) = unsigned.split_once('.').unwrap_or((unsigned, ""));
    let (digits, exponent) = if whole.len() > 21 && whole.bytes().all(|it| it.is_ascii_digit()) {
        let digits = whole.trim_end_matches('0');
        (digits, format!("+{}", whole.len() - 1))
    } else if whole == "0" && fraction.starts_with("000000") {
        let digits = fraction.trim_start_matches('0');
        (digits, format!("-{}", fraction.len() - digits.len() + 1))
    } else {
        return Cow::Borrowed(text);
    };
    let (first, rest) = digits.split_at(1);
    let point = if rest.is_empty() { "" } else { "." };
    Cow::Owned(format!("{sign}{first}{point}{rest}e{exponent}"))
}

/// What the text of a value tells of its type: a time is a string, and a float without a fraction is an integer.
pub(crate) fn told(kind: Kind, value: &[u8]) -> Kind {
    match kind {
        Kind::Time | Kind::Bytes => Kind::Str,
        Kind::Float if is_integer(value) => Kind::Int,
        kind => kind,
    }
}

fn is_integer(value: &[u8]) -> bool {
    value != b"-0" && std::str::from_utf8(value).is_ok_and(|text| text.parse::<i64>().is_ok())
}

/// Why JSON cannot hold a value, if so.
pub(crate) fn lack(kind: Kind, value: &[u8]) -> Option<&'static str> {
    match kind {
        Kind::Float if matches!(value, b"+Inf" | b"-Inf" | b"NaN") => {
            Some("JSON has no infinities and no NaN")
        }
        Kind::Str | Kind::Bytes if std::str::from_utf8(value).is_err() => {
            Some("the value is no text, and JSON has no bytes")
        }
        _ => None,
    }
}
