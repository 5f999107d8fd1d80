//! What a path leads to: a piece of a document, or one that was made from it.

use selkie_crypto::Secret;

use super::scan::{self, Kind};
use super::{Run, Stop, find};
use crate::json::{parse_float, write_plain};

/// A value, or nothing.
pub(crate) struct Item<'j> {
    kind: Kind,
    raw: Raw<'j>,
}

/// The text of a value: of the document, or its own.
enum Raw<'j> {
    Borrowed(&'j [u8]),
    Owned(Secret),
}

impl<'j> Item<'j> {
    /// What a path leads to that leads nowhere.
    pub(super) const NOTHING: Self = Self {
        kind: Kind::Null,
        raw: Raw::Borrowed(b""),
    };

    pub(super) const fn borrowed(kind: Kind, raw: &'j [u8]) -> Self {
        Self {
            kind,
            raw: Raw::Borrowed(raw),
        }
    }

    pub(super) const fn owned(kind: Kind, raw: Secret) -> Self {
        Self {
            kind,
            raw: Raw::Owned(raw),
        }
    }

    /// The first value of a text. An object or array goes on to the text's end.
    pub(super) fn parse(text: &'j [u8]) -> Self {
        let Some(start) = text.iter().position(|&b| b > b' ') else {
            return Self::NOTHING;
        };
        let rest = &text[start..];
        let Some(kind) = scan::kind(rest, 0) else {
            return Self::NOTHING;
        };
        let end = match kind {
            Kind::Json => rest.len(),
            Kind::String => scan::string_end(rest, 0).unwrap_or(rest.len()),
            Kind::Number => scan::loose_number_end(rest),
            Kind::Null | Kind::True | Kind::False => scan::word_end(rest, 0),
        };
        Self::borrowed(kind, &rest[..end])
    }

    /// The same with a text of its own.
    pub(super) fn into_owned<'o>(self) -> Item<'o> {
        Item {
            kind: self.kind,
            raw: Raw::Owned(match self.raw {
                Raw::Borrowed(raw) => Secret::from(raw.to_vec()),
                Raw::Owned(raw) => raw,
            }),
        }
    }

    /// What a path leads to from here.
    pub(super) fn get(self, path: &[u8], run: &mut Run) -> Result<Self, Stop> {
        match &self.raw {
            Raw::Borrowed(raw) => find(raw, path, run),
            Raw::Owned(raw) => Ok(find(raw.expose(), path, run)?.into_owned()),
        }
    }

    pub(super) const fn kind(&self) -> Kind {
        self.kind
    }

    pub(super) fn exists(&self) -> bool {
        self.kind != Kind::Null || !self.raw().is_empty()
    }

    pub(super) fn is_object(&self) -> bool {
        self.kind == Kind::Json && self.raw().first() == Some(&b'{')
    }

    pub(super) fn is_array(&self) -> bool {
        self.kind == Kind::Json && self.raw().first() == Some(&b'[')
    }

    /// The text in the document.
    pub(super) fn raw(&self) -> &[u8] {
        match &self.raw {
            Raw::Borrowed(raw) => raw,
            Raw::Owned(raw) => raw.expose(),
        }
    }

    /// A string's bytes; of anything else nothing.
    pub(super) fn string(&self) -> Secret {
        let mut out = Secret::new();
        if self.kind == Kind::String {
            let raw = self.raw();
            let inner = raw.get(1..).unwrap_or_default();
            unescape(inner.strip_suffix(b"\"").unwrap_or(inner), &mut out);
        }
        out
    }

    pub(super) fn number(&self) -> f64 {
        match self.kind {
            Kind::Number => parse_float(self.raw()),
            _ => 0.0,
        }
    }

    /// Whether an option that is given this way is switched on.
    pub(super) fn is_on(&self) -> bool {
        match self.kind {
            Kind::True => true,
            Kind::String => truth(self.string().expose()) == Some(true),
            Kind::Number => self.number() != 0.0,
            Kind::Null | Kind::False | Kind::Json => false,
        }
    }

    /// The value as a Secret holds it: strings without quotes, whole numbers as they are spelled, others in their shortest form, `null` as
    /// nothing, the rest as JSON.
    pub(crate) fn text(&self) -> Secret {
        let mut out = Secret::new();
        match self.kind {
            Kind::Null => {}
            Kind::False => out.extend_from_slice(b"false"),
            Kind::True => out.extend_from_slice(b"true"),
            Kind::String => return self.string(),
            Kind::Json => out.extend_from_slice(self.raw()),
            Kind::Number => {
                let digits = self.raw().strip_prefix(b"-").unwrap_or(self.raw());
                if digits.iter().all(u8::is_ascii_digit) {
                    out.extend_from_slice(self.raw());
                } else {
                    write_plain(self.number(), &mut out);
                }
            }
        }
        out
    }

    /// The items of an array, or the members of an object with the text of their names; of anything else the value itself.
    pub(super) fn each(
        &self,
        mut visit: impl FnMut(&[u8], Item<'_>) -> Result<(), Stop>,
    ) -> Result<(), Stop> {
        let raw = self.raw();
        if self.kind != Kind::Json {
            return if self.exists() {
                visit(b"", Item::borrowed(self.kind, raw))
            } else {
                Ok(())
            };
        }
        let object = self.is_object();
        let mut at = 1;
        while at < raw.len() {
            let mut name: &[u8] = b"";
            if object {
                let Some(open) = scan::find(raw, at, b'"') else {
                    return Ok(());
                };
                let Some(end) = scan::string_end(raw, open) else {
                    return Ok(());
                };
                name = &raw[open..end];
                at = end;
            }
            let Some(token) = scan::value(raw, at) else {
                return Ok(());
            };
            visit(
                name,
                Item::borrowed(token.kind, &raw[token.start..token.end]),
            )?;
            // GJSON takes one byte more before it looks for the next.
            at = token.end + 1;
        }
        Ok(())
    }
}

/// What a text says as a truth value to Go's `ParseBool`, whatever its case.
pub(super) fn truth(text: &[u8]) -> Option<bool> {
    let is = |word: &str| text.eq_ignore_ascii_case(word.as_bytes());
    if ["1", "t", "true"].into_iter().any(is) {
        Some(true)
    } else if ["0", "f", "false"].into_iter().any(is) {
        Some(false)
    } else {
        None
    }
}

/// Appends what a spelling says, as GJSON reads it: up to the first thing that has no place in a string, and always two halves for a pair.
pub(super) fn unescape(spelled: &[u8], out: &mut Secret) {
    out.reserve(spelled.len());
    let mut rest = spelled;
    while let Some((&first, after)) = rest.split_first() {
        rest = after;
        match first {
            0..b' ' => return,
            b'\\' => {}
            plain => {
                out.extend_from_slice(&[plain]);
                continue;
            }
        }
        let Some((&escape, after)) = rest.split_first() else {
            return;
        };
        rest = after;
        let byte = match escape {
            b'"' | b'\\' | b'/' => escape,
            b'b' => 8,
            b'f' => 12,
            b'n' => b'\n',
            b'r' => b'\r',
            b't' => b'\t',
            b'u' => {
                let Some(digits) = rest.get(..4) else {
                    return;
                };
                let mut code = hex(digits);
                rest = &rest[4..];
                if (0xd800..0xe000).contains(&code)
                    && let Some(second) = rest.strip_prefix(b"\\u").and_then(|r| r.get(..4))
                {
                    code = pair(code, hex(second));
                    rest = &rest[6..];
                }
                let character = char::from_u32(code).unwrap_or(char::REPLACEMENT_CHARACTER);
                out.extend_from_slice(character.encode_utf8(&mut [0; 4]).as_bytes());
                continue;
            }
            _ => return,
        };
        out.extend_from_slice(&[byte]);
    }
}

fn hex(digits: &[u8]) -> u32 {
    digits
        .iter()
        .try_fold(0, |sum, &digit| {
            Some(sum * 16 + char::from(digit).to_digit(16)?)
        })
        .unwrap_or(0)
}

fn pair(first: u32, second: u32) -> u32 {
    match (first, second) {
        (0xd800..0xdc00, 0xdc00..0xe000) => 0x1_0000 + ((first - 0xd800) << 10) + (second - 0xdc00),
        _ => 0xfffd,
    }
}
