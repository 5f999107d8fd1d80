//! What a plain scalar means to go-yaml v3, the reader inside SOPS: mostly the YAML 1.2 core schema, with leftovers of
//! 1.1 (octals with a bare zero, binary numbers, underscores, timestamps). The table of spellings in
//! `tests/vectors/yaml-types.jsonl` was measured on the real program and holds this file to it.

use selkie_crypto::{Kind, Timestamp, bool_text, float_text, int_text};

/// A resolved plain scalar.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Value {
    Null,
    /// The text itself.
    Str,
    Bool(bool),
    Int(i64),
    /// From 2^63 to 2^64-1: go-yaml has it, SOPS cannot hold it.
    LargeInt,
    Float(f64),
    Time(Timestamp),
}

impl Value {
    /// Type and canonical bytes; none for what is not a typed leaf of its own.
    pub(super) fn canonical(&self) -> Option<(Kind, String)> {
        Some(match self {
            Self::Null | Self::Str | Self::LargeInt => return None,
            Self::Bool(value) => (Kind::Bool, bool_text(*value).to_owned()),
            Self::Int(value) => (Kind::Int, int_text(*value)),
            Self::Float(value) => (Kind::Float, float_text(*value)),
            Self::Time(value) => (Kind::Time, value.to_string()),
        })
    }
}

/// Resolves the text of a plain scalar without a tag.
pub(super) fn resolve(text: &str) -> Value {
    let Some(&first) = text.as_bytes().first() else {
        return Value::Null;
    };
    match first {
        b'0'..=b'9' | b'+' | b'-' => special(text).unwrap_or_else(|| number(text)),
        b'.' => special(text)
            .or_else(|| parse_float(text).map(Value::Float))
            .unwrap_or(Value::Str),
        b't' | b'T' | b'f' | b'F' | b'n' | b'N' | b'~' => special(text).unwrap_or(Value::Str),
        _ => Value::Str,
    }
}

/// Whether readers of YAML 1.1 would take a string for something else: a bool, or a number in base 60.
pub(super) fn is_old_typed(text: &str) -> bool {
    let word = text.len() <= 3
        && matches!(
            text.to_ascii_lowercase().as_str(),
            "y" | "yes" | "n" | "no" | "on" | "off"
        );
    word || is_base_60(text)
}

/// Digits in groups of two behind colons, with an optional fraction.
fn is_base_60(text: &str) -> bool {
    let rest = text.strip_prefix(['+', '-']).unwrap_or(text);
    let mut groups = rest.split(':');
    let first = groups.next().unwrap_or_default();
    let digits = |text: &str| {
        text.bytes()
            .all(|byte| byte.is_ascii_digit() || byte == b'_')
    };
    if !first.starts_with(|char: char| char.is_ascii_digit())
        || !digits(first)
        || first.len() == rest.len()
    {
        return false;
    }
    groups.all(|group| {
        let whole = group.split_once('.').map_or(
            group,
            |(whole, fraction)| if digits(fraction) { whole } else { "" },
        );
        matches!(whole.as_bytes(), [b'0'..=b'9'] | [b'0'..=b'5', b'0'..=b'9'])
    })
}

fn special(text: &str) -> Option<Value> {
    Some(match text {
        "~" | "null" | "Null" | "NULL" => Value::Null,
        "true" | "True" | "TRUE" => Value::Bool(true),
        "false" | "False" | "FALSE" => Value::Bool(false),
        ".nan" | ".NaN" | ".NAN" => Value::Float(f64::NAN),
        ".inf" | ".Inf" | ".INF" | "+.inf" | "+.Inf" | "+.INF" => Value::Float(f64::INFINITY),
        "-.inf" | "-.Inf" | "-.INF" => Value::Float(f64::NEG_INFINITY),
        _ => return None,
    })
}

/// Timestamp, integer, float, in go-yaml's order.
fn number(text: &str) -> Value {
    if let Some(time) = timestamp(text) {
        return Value::Time(time);
    }
    let plain: std::borrow::Cow<'_, str> = if text.contains('_') {
        text.replace('_', "").into()
    } else {
        text.into()
    };
    integer(&plain)
        .or_else(|| {
            looks_like_float(&plain)
                .then(|| parse_float(&plain).map(Value::Float))
                .flatten()
        })
        .unwrap_or(Value::Str)
}

/// An integer in any of the bases, after underscores were taken out.
fn integer(text: &str) -> Option<Value> {
    let (negative, digits) = match text.as_bytes()[0] {
        b'-' => (true, &text[1..]),
        b'+' => (false, &text[1..]),
        _ => (false, text),
    };
    let (radix, digits) = match digits.as_bytes() {
        [b'0', b'x' | b'X', ..] => (16, &digits[2..]),
        [b'0', b'o' | b'O', ..] => (8, &digits[2..]),
        [b'0', b'b' | b'B', ..] => (2, &digits[2..]),
        [b'0', _, ..] => (8, &digits[1..]),
        _ => (10, digits),
    };
    if digits.is_empty() || !digits.bytes().all(|byte| byte.is_ascii_alphanumeric()) {
        return None;
    }
    let magnitude = u64::from_str_radix(digits, radix).ok()?;
    if negative {
        return (magnitude <= 1 << 63).then(|| Value::Int(magnitude.cast_signed().wrapping_neg()));
    }
    Some(i64::try_from(magnitude).map_or_else(
        // A sign is not taken by the unsigned reading.
        |_| {
            if text.starts_with('+') {
                Value::Str
            } else {
                Value::LargeInt
            }
        },
        Value::Int,
    ))
    .filter(|value| *value != Value::Str)
}

/// go-yaml's pattern of a float: digits with an optional point and exponent, no hexadecimal.
fn looks_like_float(text: &str) -> bool {
    let rest = text.strip_prefix(['+', '-']).unwrap_or(text);
    let (mantissa, exponent) = match rest.split_once(['e', 'E']) {
        Some((mantissa, exponent)) => (mantissa, Some(exponent)),
        None => (rest, None),
    };
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    let mantissa_ok = match mantissa.split_once('.') {
        Some(("", fraction)) => digits(fraction),
        Some((whole, fraction)) => digits(whole) && (fraction.is_empty() || digits(fraction)),
        None => digits(mantissa),
    };
    mantissa_ok && exponent.is_none_or(|text| digits(text.strip_prefix(['+', '-']).unwrap_or(text)))
}

/// Go's decimal float: underscores only between digits, nothing out of range.
fn parse_float(text: &str) -> Option<f64> {
    let bytes = text.as_bytes();
    for (at, _) in text.match_indices('_') {
        let digit = |index: Option<usize>| {
            index
                .and_then(|i| bytes.get(i))
                .is_some_and(u8::is_ascii_digit)
        };
        if !digit(at.checked_sub(1)) || !digit(Some(at + 1)) {
            return None;
        }
    }
    let plain = text.replace('_', "");
    if !looks_like_float(&plain) {
        return None;
    }
    plain.parse::<f64>().ok().filter(|value| value.is_finite())
}

/// The text of a scalar that carries a tag; none if it is not of that type.
pub(super) fn resolve_as(tag: super::events::Tag, text: &str, plain: bool) -> Option<Value> {
    use super::events::Tag;
    let value = resolve(text);
    match (tag, value) {
        (Tag::None, value) => Some(if plain { value } else { Value::Str }),
        (Tag::Str | Tag::Other | Tag::Binary, _) => Some(Value::Str),
        (Tag::Null, Value::Null) => Some(Value::Null),
        (Tag::Bool, Value::Bool(value)) => Some(Value::Bool(value)),
        (Tag::Int, Value::Int(value)) => Some(Value::Int(value)),
        (Tag::Int, Value::LargeInt) => Some(Value::LargeInt),
        (Tag::Int, Value::Float(value)) if value.fract() == 0.0 && value.abs() < 9e15 => {
            Some(Value::Int(value as i64))
        }
        #[expect(
            clippy::cast_precision_loss,
            reason = "an integer tagged as float is the nearest float, as in Go"
        )]
        (Tag::Float, Value::Int(value)) => Some(Value::Float(value as f64)),
        (Tag::Float, Value::LargeInt) => text.replace('_', "").parse().ok().map(Value::Float),
        (Tag::Float, Value::Float(value)) => Some(Value::Float(value)),
        (Tag::Timestamp, Value::Time(value)) => Some(Value::Time(value)),
        _ => None,
    }
}

/// The four layouts of go-yaml: a date; a date and time with `T` or `t` and a zone; with a blank and no zone.
fn timestamp(text: &str) -> Option<Timestamp> {
    let bytes = text.as_bytes();
    if bytes.len() < 8 || bytes[4] != b'-' || !bytes[..4].iter().all(u8::is_ascii_digit) {
        return None;
    }
    let mut rest = Digits { text: &bytes[5..] };
    let year = text[..4].parse().ok()?;
    let month = rest.number()?;
    rest.skip(b"-")?;
    let day = rest.number()?;
    if rest.text.is_empty() {
        return Timestamp::new(year, month, day, 0, 0, 0, 0, 0);
    }
    let zoned = rest.skip(b"Tt").is_some();
    if !zoned {
        rest.skip(b" ")?;
    }
    let hour = rest.number()?;
    rest.skip(b":")?;
    let minute = rest.number()?;
    rest.skip(b":")?;
    let second = rest.number()?;
    let nanos = rest.fraction();
    let offset = if zoned { rest.zone()? } else { 0 };
    if !rest.text.is_empty() {
        return None;
    }
    Timestamp::new(year, month, day, hour, minute, second, nanos, offset)
}

struct Digits<'a> {
    text: &'a [u8],
}

impl Digits<'_> {
    /// One or two digits.
    fn number(&mut self) -> Option<u8> {
        let len = self
            .text
            .iter()
            .take(2)
            .take_while(|byte| byte.is_ascii_digit())
            .count();
        let (digits, rest) = self.text.split_at(len);
        self.text = rest;
        std::str::from_utf8(digits).ok()?.parse().ok()
    }

    fn skip(&mut self, any_of: &[u8]) -> Option<()> {
        let (first, rest) = self.text.split_first()?;
        any_of.contains(first).then(|| self.text = rest)
    }

    /// A point or comma and digits, in nanoseconds; nothing is zero.
    fn fraction(&mut self) -> u32 {
        if !matches!(self.text, [b'.' | b',', digit, ..] if digit.is_ascii_digit()) {
            return 0;
        }
        let len = self.text[1..]
            .iter()
            .take_while(|byte| byte.is_ascii_digit())
            .count();
        let digits = &self.text[1..=len];
        self.text = &self.text[1 + len..];
        let mut nanos = 0;
        for index in 0..9 {
            nanos = nanos * 10 + digits.get(index).map_or(0, |digit| u32::from(digit - b'0'));
        }
        nanos
    }

    /// `Z` or hours and minutes, in minutes.
    fn zone(&mut self) -> Option<i16> {
        if self.skip(b"Z").is_some() {
            return Some(0);
        }
        let negative = match self.text.first()? {
            b'+' => false,
            b'-' => true,
            _ => return None,
        };
        let [_, h1, h2, b':', m1, m2, rest @ ..] = self.text else {
            return None;
        };
        let two = |a: &u8, b: &u8| {
            (a.is_ascii_digit() && b.is_ascii_digit())
                .then(|| i16::from(a - b'0') * 10 + i16::from(b - b'0'))
        };
        let minutes = two(h1, h2).filter(|hours| *hours <= 24)? * 60
            + two(m1, m2).filter(|minutes| *minutes < 60)?;
        self.text = rest;
        Some(if negative { -minutes } else { minutes })
    }
}
