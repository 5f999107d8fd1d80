//! What a leaf is: its type on the wire, and the one text that stands for its value.
//!
//! The canonical text is what SOPS encrypts and what it hashes for the MAC. Reading accepts what Go's parsers accept,
//! because files written by older tools and by hand hold such spellings; printing gives exactly one spelling per value.
//! Never here: how a file format spells or types a value.

use std::borrow::Cow;

use crate::error::Error;
use crate::timestamp::Timestamp;

mod float;

pub use float::float_text;

/// The type of a leaf, as the token carries it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Kind {
    /// Text, or any bytes: nothing demands UTF-8.
    Str,
    /// A signed 64-bit integer.
    Int,
    /// An IEEE 754 double.
    Float,
    /// True or false.
    Bool,
    /// What other writers call bytes; read as a string, and never written.
    Bytes,
    /// An RFC 3339 time.
    Time,
    /// A comment, without its marker.
    Comment,
}

impl Kind {
    /// The name in a token, `str` for instance.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Str => "str",
            Self::Int => "int",
            Self::Float => "float",
            Self::Bool => "bool",
            Self::Bytes => "bytes",
            Self::Time => "time",
            Self::Comment => "comment",
        }
    }

    /// The type of this name; `None` if there is no such type.
    pub fn from_name(name: &[u8]) -> Option<Self> {
        Some(match name {
            b"str" => Self::Str,
            b"int" => Self::Int,
            b"float" => Self::Float,
            b"bool" => Self::Bool,
            b"bytes" => Self::Bytes,
            b"time" => Self::Time,
            b"comment" => Self::Comment,
            _ => return None,
        })
    }
}

/// The canonical text of an integer: decimal, a sign only if negative.
pub fn int_text(value: i64) -> String {
    value.to_string()
}

/// The canonical text of a truth value, as the Python original spelled it: `True` or `False`.
pub const fn bool_text(value: bool) -> &'static str {
    if value { "True" } else { "False" }
}

/// The canonical text of what a decrypted plaintext means.
///
/// Strings, bytes and comments are returned as they are. The others are read as Go's `strconv` and `time` read them and
/// printed again; a text that is canonical already is borrowed, which is every text that SOPS or Selkie wrote. An owned
/// text is plaintext too: hand it to [`crate::Secret`], which takes over its buffer.
///
/// Fails with [`Error::Plaintext`] if the text is no value of this type.
pub fn canonical(kind: Kind, plaintext: &[u8]) -> Result<Cow<'_, [u8]>, Error> {
    match kind {
        Kind::Str | Kind::Bytes | Kind::Comment => Some(Cow::Borrowed(plaintext)),
        Kind::Int => canonical_int(plaintext),
        Kind::Float => float::canonical(plaintext),
        Kind::Bool => {
            canonical_bool(plaintext).map(|value| Cow::Borrowed(bool_text(value).as_bytes()))
        }
        Kind::Time => canonical_time(plaintext),
    }
    .ok_or(Error::Plaintext(kind))
}

/// Go's `strconv.ParseBool`.
fn canonical_bool(text: &[u8]) -> Option<bool> {
    match text {
        b"1" | b"t" | b"T" | b"TRUE" | b"true" | b"True" => Some(true),
        b"0" | b"f" | b"F" | b"FALSE" | b"false" | b"False" => Some(false),
        _ => None,
    }
}

/// Go's `strconv.Atoi`: decimal, a sign, leading zeros; no underscore, no base prefix. Rust's parser agrees.
fn canonical_int(text: &[u8]) -> Option<Cow<'_, [u8]>> {
    let value: i64 = std::str::from_utf8(text).ok()?.parse().ok()?;
    let digits = text.strip_prefix(b"-").unwrap_or(text);
    let plain = match digits.first() {
        Some(b'+') => false,
        Some(b'0') => text == b"0",
        _ => true,
    };
    Some(if plain {
        Cow::Borrowed(text)
    } else {
        Cow::Owned(int_text(value).into_bytes())
    })
}

fn canonical_time(text: &[u8]) -> Option<Cow<'_, [u8]>> {
    let printed = Timestamp::parse(std::str::from_utf8(text).ok()?)
        .ok()?
        .to_string();
    Some(if printed.as_bytes() == text {
        Cow::Borrowed(text)
    } else {
        Cow::Owned(printed.into_bytes())
    })
}

#[cfg(test)]
mod tests;
