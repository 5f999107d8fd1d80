//! JSON text as a value, with exactly the texts refused that Go refuses.

use std::collections::BTreeMap;

use selkie_crypto::Secret;

use crate::budget::Budget;
use crate::error::Failure;
use crate::number::parse_float;
use crate::value::{List, Map, Text, Type, Value};

/// What a JSON text holds.
pub(crate) struct Document {
    /// Its value: nil, truth values, floats, texts, lists and maps.
    pub(crate) value: Value,
    /// Whether a number was too large for a float, and became nil. Go takes that for an error and goes on.
    pub(crate) overflow: bool,
}

/// What `text` holds; `None` if it is no JSON.
pub(crate) fn read(budget: &mut Budget, text: &[u8]) -> Result<Option<Document>, Failure> {
    let mut reader = Reader {
        budget,
        text,
        at: 0,
        overflow: false,
    };
    reader.blanks();
    let value = reader.value(0)?;
    reader.blanks();
    Ok(value
        .filter(|_| reader.at == text.len())
        .map(|value| Document {
            value,
            overflow: reader.overflow,
        }))
}

struct Reader<'a> {
    budget: &'a mut Budget,
    text: &'a [u8],
    at: usize,
    overflow: bool,
}

/// Within this room `None` says that the text is no JSON.
type Read<T> = Result<Option<T>, Failure>;

impl Reader<'_> {
    fn peek(&self) -> Option<u8> {
        self.text.get(self.at).copied()
    }

    fn take(&mut self, byte: u8) -> bool {
        let found = self.peek() == Some(byte);
        self.at += usize::from(found);
        found
    }

    fn blanks(&mut self) {
        while matches!(self.peek(), Some(b' ' | b'\t' | b'\r' | b'\n')) {
            self.at += 1;
        }
    }

    fn digits(&mut self) -> usize {
        let start = self.at;
        while matches!(self.peek(), Some(b'0'..=b'9')) {
            self.at += 1;
        }
        self.at - start
    }

    fn value(&mut self, level: usize) -> Read<Value> {
        self.budget.steps(1)?;
        self.budget.depth(level)?;
        match self.peek() {
            Some(b'{') => self.map(level),
            Some(b'[') => self.list(level),
            Some(b'"') => Ok(self.string()?.map(Value::Text)),
            Some(b't') => Ok(self.word(b"true", Value::Bool(true))),
            Some(b'f') => Ok(self.word(b"false", Value::Bool(false))),
            Some(b'n') => Ok(self.word(b"null", Value::Nil)),
            Some(b'-' | b'0'..=b'9') => Ok(self.number()),
            _ => Ok(None),
        }
    }

    fn word(&mut self, word: &[u8], value: Value) -> Option<Value> {
        self.text[self.at..].starts_with(word).then(|| {
            self.at += word.len();
            value
        })
    }

    fn number(&mut self) -> Option<Value> {
        let start = self.at;
        self.take(b'-');
        let first = self.peek()?;
        let whole = self.digits();
        if whole == 0 || (first == b'0' && whole > 1) {
            return None;
        }
        if self.take(b'.') && self.digits() == 0 {
            return None;
        }
        if self.take(b'e') || self.take(b'E') {
            let _ = self.take(b'-') || self.take(b'+');
            if self.digits() == 0 {
                return None;
            }
        }
        let value = parse_float(&self.text[start..self.at]);
        Some(value.map_or_else(
            |_| {
                self.overflow = true;
                Value::Nil
            },
            Value::Float,
        ))
    }

    fn list(&mut self, level: usize) -> Read<Value> {
        self.at += 1;
        self.blanks();
        let mut items = Vec::new();
        if self.take(b']') {
            return Ok(Some(List::any(items).into()));
        }
        loop {
            self.blanks();
            let Some(item) = self.value(level + 1)? else {
                return Ok(None);
            };
            items.push(item);
            self.budget.length(items.len())?;
            self.blanks();
            if self.take(b']') {
                return Ok(Some(List::grown(Type::Any, items).into()));
            }
            if !self.take(b',') {
                return Ok(None);
            }
        }
    }

    fn map(&mut self, level: usize) -> Read<Value> {
        self.at += 1;
        self.blanks();
        let mut entries = BTreeMap::new();
        if self.take(b'}') {
            return Ok(Some(Map::any(entries).into()));
        }
        loop {
            self.blanks();
            let Some(key) = self.string()? else {
                return Ok(None);
            };
            self.blanks();
            if !self.take(b':') {
                return Ok(None);
            }
            self.blanks();
            let Some(value) = self.value(level + 1)? else {
                return Ok(None);
            };
            entries.insert(key, value);
            self.blanks();
            if self.take(b'}') {
                return Ok(Some(Map::any(entries).into()));
            }
            if !self.take(b',') {
                return Ok(None);
            }
        }
    }

    fn string(&mut self) -> Read<Text> {
        if !self.take(b'"') {
            return Ok(None);
        }
        let Some(end) = string_end(&self.text[self.at..]) else {
            return Ok(None);
        };
        let body = &self.text[self.at..self.at + end];
        self.at += end + 1;
        let is_whole = std::str::from_utf8(body).is_ok();
        // A byte that is no UTF-8 becomes three.
        self.budget
            .text(body.len() * if is_whole { 1 } else { 3 })?;
        let mut out = Secret::with_capacity(body.len());
        let mut rest = body;
        while let Some(escape) = rest.iter().position(|&byte| byte == b'\\') {
            mend(&mut out, &rest[..escape]);
            let Some(length) = unescape(&mut out, &rest[escape..]) else {
                return Ok(None);
            };
            rest = &rest[escape + length..];
        }
        mend(&mut out, rest);
        Ok(Some(Text::from(out)))
    }
}

/// Where the closing quote stands; `None` if there is none, or a control character before it.
fn string_end(text: &[u8]) -> Option<usize> {
    let mut at = 0;
    loop {
        match text.get(at)? {
            b'"' => return Some(at),
            b'\\' => at += 2,
            ..b' ' => return None,
            _ => at += 1,
        }
    }
}

/// Appends `text`, each byte that is no UTF-8 as U+FFFD.
fn mend(out: &mut Secret, text: &[u8]) {
    for chunk in text.utf8_chunks() {
        out.extend_from_slice(chunk.valid().as_bytes());
        for _ in chunk.invalid() {
            out.extend_from_slice("\u{fffd}".as_bytes());
        }
    }
}

/// Appends what the escape at the start of `text` stands for; gives its length, or `None` if it is none.
fn unescape(out: &mut Secret, text: &[u8]) -> Option<usize> {
    let single = match text.get(1)? {
        byte @ (b'"' | b'\\' | b'/') => *byte,
        b'b' => 0x08,
        b'f' => 0x0c,
        b'n' => b'\n',
        b'r' => b'\r',
        b't' => b'\t',
        b'u' => {
            let (character, length) = character(text)?;
            out.extend_from_slice(character.encode_utf8(&mut [0; 4]).as_bytes());
            return Some(length);
        }
        _ => return None,
    };
    out.extend_from_slice(&[single]);
    Some(2)
}

/// The character of `\uXXXX`, or of a pair of them; half a pair is U+FFFD.
fn character(text: &[u8]) -> Option<(char, usize)> {
    let first = code_unit(text)?;
    if let Some(character) = char::from_u32(first) {
        return Some((character, 6));
    }
    let pair = (0xd800..0xdc00)
        .contains(&first)
        .then(|| code_unit(&text[6..]))
        .flatten()
        .filter(|second| (0xdc00..0xe000).contains(second))
        .and_then(|second| char::from_u32(0x10000 + ((first - 0xd800) << 10) + (second - 0xdc00)));
    Some(pair.map_or((char::REPLACEMENT_CHARACTER, 6), |character| {
        (character, 12)
    }))
}

fn code_unit(text: &[u8]) -> Option<u32> {
    let digits = text.strip_prefix(b"\\u")?.get(..4)?;
    digits.iter().try_fold(0, |sum, &digit| {
        Some(sum * 16 + char::from(digit).to_digit(16)?)
    })
}
