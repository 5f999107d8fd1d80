//! Text to nodes, as strictly as Go does it.

use super::{Node, Shape, Text};

/// Levels of nesting that are read; a deeper document is refused rather than the stack risked.
const DEPTH: u32 = 256;

/// The text is no JSON document. Where and why is not told: it would quote a secret.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Malformed;

/// Reads a whole document.
pub(crate) fn parse(text: &[u8]) -> Result<Node<'_>, Malformed> {
    let mut reader = Reader { text, at: 0 };
    reader.blanks();
    let node = reader.value(0)?;
    reader.blanks();
    if reader.at == text.len() {
        Ok(node)
    } else {
        Err(Malformed)
    }
}

struct Reader<'a> {
    text: &'a [u8],
    at: usize,
}

impl<'a> Reader<'a> {
    fn value(&mut self, depth: u32) -> Result<Node<'a>, Malformed> {
        let start = self.at;
        let shape = match self.peek().ok_or(Malformed)? {
            b'{' if depth < DEPTH => self.object(depth + 1)?,
            b'[' if depth < DEPTH => self.array(depth + 1)?,
            b'"' => self.string()?,
            b'-' | b'0'..=b'9' => self.number()?,
            b't' => self.word(b"true", Shape::Bool)?,
            b'f' => self.word(b"false", Shape::Bool)?,
            b'n' => self.word(b"null", Shape::Null)?,
            _ => return Err(Malformed),
        };
        Ok(Node {
            raw: self.since(start),
            shape,
        })
    }

    fn object(&mut self, depth: u32) -> Result<Shape<'a>, Malformed> {
        self.at += 1;
        let mut members = Vec::new();
        self.blanks();
        if self.take(b'}') {
            return Ok(Shape::Object(members));
        }
        loop {
            let start = self.at;
            self.string()?;
            let name = Text::of(self.since(start));
            self.blanks();
            self.expect(b':')?;
            self.blanks();
            members.push((name, self.value(depth)?));
            self.blanks();
            if self.take(b'}') {
                return Ok(Shape::Object(members));
            }
            self.expect(b',')?;
            self.blanks();
        }
    }

    fn array(&mut self, depth: u32) -> Result<Shape<'a>, Malformed> {
        self.at += 1;
        let mut items = Vec::new();
        self.blanks();
        if self.take(b']') {
            return Ok(Shape::Array(items));
        }
        loop {
            items.push(self.value(depth)?);
            self.blanks();
            if self.take(b']') {
                return Ok(Shape::Array(items));
            }
            self.expect(b',')?;
            self.blanks();
        }
    }

    fn string(&mut self) -> Result<Shape<'a>, Malformed> {
        self.expect(b'"')?;
        loop {
            let byte = self.next().ok_or(Malformed)?;
            match byte {
                b'"' => return Ok(Shape::String),
                b'\\' => match self.next().ok_or(Malformed)? {
                    b'"' | b'\\' | b'/' | b'b' | b'f' | b'n' | b'r' | b't' => {}
                    b'u' => {
                        for _ in 0..4 {
                            if !self.next().is_some_and(|b| b.is_ascii_hexdigit()) {
                                return Err(Malformed);
                            }
                        }
                    }
                    _ => return Err(Malformed),
                },
                0..0x20 => return Err(Malformed),
                _ => {}
            }
        }
    }

    fn number(&mut self) -> Result<Shape<'a>, Malformed> {
        self.take(b'-');
        if !self.take(b'0') {
            self.digits()?;
        }
        if self.take(b'.') {
            self.digits()?;
        }
        if self.take(b'e') || self.take(b'E') {
            let _ = self.take(b'+') || self.take(b'-');
            self.digits()?;
        }
        Ok(Shape::Number)
    }

    fn digits(&mut self) -> Result<(), Malformed> {
        let start = self.at;
        while self.peek().is_some_and(|b| b.is_ascii_digit()) {
            self.at += 1;
        }
        if self.at > start {
            Ok(())
        } else {
            Err(Malformed)
        }
    }

    fn word(&mut self, word: &[u8], shape: Shape<'a>) -> Result<Shape<'a>, Malformed> {
        if self.text[self.at..].starts_with(word) {
            self.at += word.len();
            Ok(shape)
        } else {
            Err(Malformed)
        }
    }

    fn blanks(&mut self) {
        while self
            .peek()
            .is_some_and(|b| matches!(b, b' ' | b'\t' | b'\r' | b'\n'))
        {
            self.at += 1;
        }
    }

    fn peek(&self) -> Option<u8> {
        self.text.get(self.at).copied()
    }

    fn next(&mut self) -> Option<u8> {
        let byte = self.peek()?;
        self.at += 1;
        Some(byte)
    }

    fn take(&mut self, wanted: u8) -> bool {
        let there = self.peek() == Some(wanted);
        self.at += usize::from(there);
        there
    }

    fn expect(&mut self, wanted: u8) -> Result<(), Malformed> {
        if self.take(wanted) {
            Ok(())
        } else {
            Err(Malformed)
        }
    }

    fn since(&self, start: usize) -> &'a [u8] {
        &self.text[start..self.at]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn documents_and_what_is_none() {
        let rows: [(&str, bool); 26] = [
            ("{}", true),
            (" [ ] ", true),
            ("\"\"", true),
            ("null", true),
            ("{\"a\": [1, -2.5e+3, true, false, null, \"x\"]}", true),
            ("\"\\u00e9\\n\\/\"", true),
            ("0", true),
            ("-0.0", true),
            ("1E9", true),
            ("", false),
            ("  ", false),
            ("{", false),
            ("{\"a\":1,}", false),
            ("[1 2]", false),
            ("{\"a\" 1}", false),
            ("{'a':1}", false),
            ("01", false),
            ("1.", false),
            (".5", false),
            ("+1", false),
            ("1e", false),
            ("\"\\x41\"", false),
            ("\"\\u00g0\"", false),
            ("\"a\nb\"", false),
            ("nul", false),
            ("{} x", false),
        ];
        for (text, good) in rows {
            assert_eq!(parse(text.as_bytes()).is_ok(), good, "{text:?}");
        }
    }

    #[test]
    fn depth_ends() {
        let nested = |n: usize| "[".repeat(n) + &"]".repeat(n);
        assert!(parse(nested(256).as_bytes()).is_ok());
        assert!(parse(nested(257).as_bytes()).is_err());
        assert!(parse("[".repeat(1 << 20).as_bytes()).is_err());
    }
}
