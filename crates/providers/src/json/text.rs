//! Strings: from their spelling in a document to their bytes, and back.

use selkie_crypto::Secret;

/// A string as it is spelled in a document, without its quotes. Its spelling was checked when it was read.
#[derive(Clone, Copy)]
pub(crate) struct Text<'a>(&'a [u8]);

impl<'a> Text<'a> {
    /// Of a string with its quotes.
    pub(super) fn of(quoted: &'a [u8]) -> Self {
        Self(quoted.get(1..quoted.len() - 1).unwrap_or_default())
    }

    /// What the string says.
    pub(crate) fn decoded(self) -> Secret {
        let mut out = Secret::with_capacity(self.0.len());
        self.decode(&mut out);
        out
    }

    /// Whether the string says this.
    pub(crate) fn is(self, other: &[u8]) -> bool {
        if self.is_plain() {
            self.0 == other
        } else {
            self.decoded().expose() == other
        }
    }

    fn is_plain(self) -> bool {
        !self.0.contains(&b'\\') && std::str::from_utf8(self.0).is_ok()
    }

    /// Appends what the string says. Like Go, it puts the replacement character for bytes that are no UTF-8 and for halves of pairs.
    pub(crate) fn decode(self, out: &mut Secret) {
        let mut rest = self.0;
        while let Some((&first, after)) = rest.split_first() {
            if first != b'\\' {
                let run = rest.iter().position(|&b| b == b'\\').unwrap_or(rest.len());
                extend_utf8(&rest[..run], out);
                rest = &rest[run..];
                continue;
            }
            let Some((&escape, after)) = after.split_first() else {
                return;
            };
            rest = after;
            match escape {
                b'b' => out.extend_from_slice(b"\x08"),
                b'f' => out.extend_from_slice(b"\x0c"),
                b'n' => out.extend_from_slice(b"\n"),
                b'r' => out.extend_from_slice(b"\r"),
                b't' => out.extend_from_slice(b"\t"),
                b'u' => {
                    let (character, after) = unit(rest);
                    rest = after;
                    out.extend_from_slice(character.encode_utf8(&mut [0; 4]).as_bytes());
                }
                other => out.extend_from_slice(&[other]),
            }
        }
    }
}

/// The character behind `\u`, and what follows it. The second half of a pair is taken only if it completes the first.
fn unit(digits: &[u8]) -> (char, &[u8]) {
    let Some(first) = hex(digits) else {
        return (
            char::REPLACEMENT_CHARACTER,
            digits.get(4..).unwrap_or_default(),
        );
    };
    let rest = &digits[4..];
    if let 0xd800..0xdc00 = first
        && let Some(second @ 0xdc00..0xe000) = rest.strip_prefix(b"\\u").and_then(hex)
    {
        let code = 0x1_0000 + ((first - 0xd800) << 10) + (second - 0xdc00);
        return (
            char::from_u32(code).unwrap_or(char::REPLACEMENT_CHARACTER),
            &rest[6..],
        );
    }
    (
        char::from_u32(first).unwrap_or(char::REPLACEMENT_CHARACTER),
        rest,
    )
}

fn hex(digits: &[u8]) -> Option<u32> {
    digits.get(..4)?.iter().try_fold(0, |sum, &digit| {
        Some(sum * 16 + char::from(digit).to_digit(16)?)
    })
}

/// Appends bytes, with the replacement character for each byte that belongs to no character.
fn extend_utf8(bytes: &[u8], out: &mut Secret) {
    for chunk in bytes.utf8_chunks() {
        out.extend_from_slice(chunk.valid().as_bytes());
        for _ in chunk.invalid() {
            out.extend_from_slice("\u{fffd}".as_bytes());
        }
    }
}

/// Appends a string with its quotes, as Go's encoder writes it; `html` spells `<`, `>` and `&` out.
pub(crate) fn write_string(bytes: &[u8], html: bool, out: &mut Secret) {
    out.reserve(bytes.len() + 2);
    out.extend_from_slice(b"\"");
    for chunk in bytes.utf8_chunks() {
        let mut plain = chunk.valid();
        while let Some((place, escape)) = next_escape(plain, html) {
            out.extend_from_slice(&plain.as_bytes()[..place]);
            escape.write(out);
            plain = &plain[place + escape.0.len_utf8()..];
        }
        out.extend_from_slice(plain.as_bytes());
        for _ in chunk.invalid() {
            out.extend_from_slice(b"\\ufffd");
        }
    }
    out.extend_from_slice(b"\"");
}

struct Escape(char);

fn next_escape(text: &str, html: bool) -> Option<(usize, Escape)> {
    text.char_indices().find_map(|(place, c)| {
        let escaped = match c {
            '"' | '\\' | '\u{2028}' | '\u{2029}' | '\0'..'\u{20}' => true,
            '<' | '>' | '&' => html,
            _ => false,
        };
        escaped.then_some((place, Escape(c)))
    })
}

impl Escape {
    fn write(&self, out: &mut Secret) {
        let short = match self.0 {
            '"' => b"\\\"",
            '\\' => b"\\\\",
            '\x08' => b"\\b",
            '\x0c' => b"\\f",
            '\n' => b"\\n",
            '\r' => b"\\r",
            '\t' => b"\\t",
            other => {
                let code = other as u32;
                let digit = |shift: u32| b"0123456789abcdef"[(code >> shift & 15) as usize];
                out.extend_from_slice(&[b'\\', b'u', digit(12), digit(8), digit(4), digit(0)]);
                return;
            }
        };
        out.extend_from_slice(short);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spellings_and_what_they_say() {
        let rows: [(&[u8], &str); 12] = [
            (b"\"\"", ""),
            (b"\"plain\"", "plain"),
            (br#""a\"b\\c\/d""#, "a\"b\\c/d"),
            (br#""\b\f\n\r\t""#, "\x08\x0c\n\r\t"),
            (br#""\u00e9\u20ac""#, "é€"),
            (br#""\ud83d\ude00!""#, "😀!"),
            (br#""\ud83d""#, "\u{fffd}"),
            (br#""\ud83dx""#, "\u{fffd}x"),
            (br#""\ud83d\u0041""#, "\u{fffd}A"),
            (br#""\ude00\ud83d""#, "\u{fffd}\u{fffd}"),
            (b"\"a\xff\xfeb\"", "a\u{fffd}\u{fffd}b"),
            (b"\"\xe2\x82\"", "\u{fffd}\u{fffd}"),
        ];
        for (spelled, said) in rows {
            let text = Text::of(spelled);
            assert_eq!(text.decoded().expose(), said.as_bytes(), "{spelled:?}");
            assert!(text.is(said.as_bytes()));
            assert!(!text.is(b"something else"));
        }
    }

    #[test]
    fn written_as_go_writes() {
        let rows: [(&[u8], bool, &str); 9] = [
            (b"", true, r#""""#),
            (b"a\"b\\c/", true, r#""a\"b\\c/""#),
            (b"<a href='x'>&", true, r#""\u003ca href='x'\u003e\u0026""#),
            (b"<&>", false, r#""<&>""#),
            (
                b"\x08\x0c\n\r\t\x01\x1f",
                true,
                r#""\b\f\n\r\t\u0001\u001f""#,
            ),
            ("\u{2028}x\u{2029}".as_bytes(), false, r#""\u2028x\u2029""#),
            (b"\x7f", true, "\"\x7f\""),
            ("é😀".as_bytes(), true, "\"é😀\""),
            (b"a\xffb", true, r#""a\ufffdb""#),
        ];
        for (bytes, html, expected) in rows {
            let mut out = Secret::new();
            write_string(bytes, html, &mut out);
            assert_eq!(out.expose(), expected.as_bytes());
        }
    }
}
