//! A value as JSON text.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use selkie_crypto::Secret;
use zeroize::Zeroizing;

use crate::budget::{Budget, OBJECT};
use crate::error::Failure;
use crate::number::float;
use crate::value::{Form, List, Map, Methods, Object, Text, Value};

/// How the text looks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Layout {
    /// On one line, with `<`, `>` and `&` escaped.
    Compact,
    /// On one line, nothing escaped for HTML.
    Raw,
    /// One item per line, two blanks per level, escaped for HTML.
    Indented,
}

/// `value` as JSON; `None` if there is none for it: not a number, an infinity, a complex number.
pub(crate) fn write(
    budget: &mut Budget,
    value: &Value,
    layout: Layout,
) -> Result<Option<Text>, Failure> {
    let mut writer = Writer {
        budget,
        layout,
        out: Secret::new(),
    };
    let whole = writer.value(value, 0)?;
    Ok(whole.then(|| Text::from(writer.out)))
}

/// A finite float as JSON writes it: with an exponent only where it is very small or very large.
pub(crate) fn number(value: f64) -> Zeroizing<String> {
    let size = value.abs();
    if size == 0.0 || (1e-6..1e21).contains(&size) {
        return float(value, 'f', None);
    }
    let mut text = float(value, 'e', None);
    // One digit is enough for the exponent here, unlike elsewhere.
    if let Some(zero) = text.find("e-0") {
        text.remove(zero + 2);
    }
    text
}

struct Writer<'a> {
    budget: &'a mut Budget,
    layout: Layout,
    out: Secret,
}

impl Writer<'_> {
    fn write(&mut self, bytes: &[u8]) -> Result<(), Failure> {
        self.budget.length(self.out.len() + bytes.len())?;
        self.budget.text(bytes.len())?;
        self.out.extend_from_slice(bytes);
        Ok(())
    }

    /// Writes `value`; `false` if it has no JSON.
    fn value(&mut self, value: &Value, level: usize) -> Result<bool, Failure> {
        self.budget.steps(1)?;
        self.budget.depth(level)?;
        match value {
            Value::Nil => self.write(b"null")?,
            Value::Bool(true) => self.write(b"true")?,
            Value::Bool(false) => self.write(b"false")?,
            Value::Signed(_, number) => {
                self.write(Zeroizing::new(number.to_string()).as_bytes())?;
            }
            Value::Unsigned(_, number) => {
                self.write(Zeroizing::new(number.to_string()).as_bytes())?;
            }
            Value::Float(value) if value.is_finite() => self.write(number(*value).as_bytes())?,
            Value::Float(_) | Value::Complex(..) => return Ok(false),
            Value::Text(text) => self.text(text.bytes())?,
            Value::List(list) => return self.list(list, level),
            Value::Map(map) => return self.map(map, level),
            Value::Object(object) => return self.object(object.as_ref(), level),
        }
        Ok(true)
    }

    fn list(&mut self, list: &List, level: usize) -> Result<bool, Failure> {
        if list.is_nil() {
            self.write(b"null")?;
            return Ok(true);
        }
        self.budget.steps(list.len())?;
        if let Some(bytes) = list.bytes() {
            self.budget.text(bytes.len() / 3 * 4)?;
            let text = Zeroizing::new(STANDARD.encode(&*bytes));
            self.text(text.as_bytes())?;
            return Ok(true);
        }
        self.write(b"[")?;
        for (index, item) in list.items().iter().enumerate() {
            self.separate(index, level + 1)?;
            if !self.value(item, level + 1)? {
                return Ok(false);
            }
        }
        self.close(list.is_empty(), b"]", level)
    }

    fn map(&mut self, map: &Map, level: usize) -> Result<bool, Failure> {
        if map.is_nil() {
            self.write(b"null")?;
            return Ok(true);
        }
        self.budget.steps(map.len())?;
        self.write(b"{")?;
        for (index, (key, value)) in map.entries().iter().enumerate() {
            self.separate(index, level + 1)?;
            self.key(key.bytes())?;
            if !self.value(value, level + 1)? {
                return Ok(false);
            }
        }
        self.close(map.is_empty(), b"}", level)
    }

    fn object(&mut self, object: &dyn Object, level: usize) -> Result<bool, Failure> {
        self.budget.steps(OBJECT)?;
        let fields = match object.form() {
            Form::Printed(_, below) => return self.value(&below, level + 1),
            Form::Methods(Methods {
                json: Some(json), ..
            }) => {
                return match json(object) {
                    Some(json) => self.value(&json, level + 1),
                    None => Ok(false),
                };
            }
            Form::Struct(fields) => exported(fields),
            Form::Methods(Methods { fields, .. }) => exported(fields(object)),
        };
        self.write(b"{")?;
        for (index, (name, value)) in fields.iter().enumerate() {
            self.separate(index, level + 1)?;
            self.key(name.as_bytes())?;
            if !self.value(value, level + 1)? {
                return Ok(false);
            }
        }
        self.close(fields.is_empty(), b"}", level)
    }

    fn key(&mut self, key: &[u8]) -> Result<(), Failure> {
        self.text(key)?;
        self.write(if self.layout == Layout::Indented {
            b": "
        } else {
            b":"
        })
    }

    fn separate(&mut self, index: usize, level: usize) -> Result<(), Failure> {
        if index > 0 {
            self.write(b",")?;
        }
        self.line(level)
    }

    fn close(&mut self, empty: bool, bracket: &[u8], level: usize) -> Result<bool, Failure> {
        if !empty {
            self.line(level)?;
        }
        self.write(bracket)?;
        Ok(true)
    }

    fn line(&mut self, level: usize) -> Result<(), Failure> {
        if self.layout == Layout::Indented {
            self.write(b"\n")?;
            self.write(&b"  ".repeat(level))?;
        }
        Ok(())
    }

    fn text(&mut self, text: &[u8]) -> Result<(), Failure> {
        self.write(b"\"")?;
        for chunk in text.utf8_chunks() {
            let mut plain = chunk.valid();
            while let Some(at) = plain.find(|character| self.is_escaped(character)) {
                self.write(&plain.as_bytes()[..at])?;
                let mut rest = plain[at..].chars();
                if let Some(character) = rest.next() {
                    match short_escape(character) {
                        Some(letter) => self.write(&[b'\\', letter])?,
                        None => self.write(&escape(character))?,
                    }
                }
                plain = rest.as_str();
            }
            self.write(plain.as_bytes())?;
            for _ in chunk.invalid() {
                self.write(b"\\ufffd")?;
            }
        }
        self.write(b"\"")
    }

    fn is_escaped(&self, character: char) -> bool {
        match character {
            '"' | '\\' | '\0'..' ' | '\u{2028}' | '\u{2029}' => true,
            '<' | '>' | '&' => self.layout != Layout::Raw,
            _ => false,
        }
    }
}

/// Fields that JSON sees.
pub(crate) fn exported(mut fields: Vec<(&'static str, Value)>) -> Vec<(&'static str, Value)> {
    fields.retain(|(name, _)| name.starts_with(char::is_uppercase));
    fields
}

/// The escape of `character`, which is one of the ASCII characters or line separators that need one.
fn escape(character: char) -> [u8; 6] {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    let code = u32::from(character);
    let digit = |shift: u32| DIGITS[(code >> shift & 15) as usize];
    [b'\\', b'u', digit(12), digit(8), digit(4), digit(0)]
}

/// The letter behind the backslash, if `character` has an escape of its own.
fn short_escape(character: char) -> Option<u8> {
    Some(match character {
        '"' => b'"',
        '\\' => b'\\',
        '\u{8}' => b'b',
        '\u{c}' => b'f',
        '\n' => b'n',
        '\r' => b'r',
        '\t' => b't',
        _ => return None,
    })
}
