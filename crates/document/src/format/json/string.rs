//! Strings of JSON: what one says, and how SOPS writes one.

use std::fmt::Write as _;

use selkie_crypto::Secret;
use zeroize::Zeroizing;

const REPLACEMENT: char = '\u{FFFD}';

/// Appends what stands between the quotes of a sound string. As Go reads it: half of a surrogate pair, and each byte that
/// is no UTF-8, becomes U+FFFD.
pub(super) fn decode(between: &[u8], into: &mut Secret) {
    into.reserve(between.len());
    let mut rest = between;
    while let Some(at) = rest.iter().position(|byte| *byte == b'\\') {
        put_text(&rest[..at], into);
        let (char, len) = escape(&rest[at..]);
        put_char(char, into);
        rest = &rest[at + len..];
    }
    put_text(rest, into);
}

fn put_text(bytes: &[u8], into: &mut Secret) {
    for chunk in bytes.utf8_chunks() {
        into.extend_from_slice(chunk.valid().as_bytes());
        for _ in chunk.invalid() {
            put_char(REPLACEMENT, into);
        }
    }
}

fn put_char(char: char, into: &mut Secret) {
    into.extend_from_slice(char.encode_utf8(&mut [0; 4]).as_bytes());
}

/// The character that an escape stands for, and the escape's length.
fn escape(text: &[u8]) -> (char, usize) {
    let char = match text.get(1) {
        Some(b'b') => '\u{8}',
        Some(b'f') => '\u{C}',
        Some(b'n') => '\n',
        Some(b'r') => '\r',
        Some(b't') => '\t',
        Some(b'u') => return unicode(text),
        Some(byte) => char::from(*byte),
        None => REPLACEMENT,
    };
    (char, 2)
}

fn unicode(text: &[u8]) -> (char, usize) {
    let high = unit(text);
    if let Some(char) = high.and_then(char::from_u32) {
        return (char, 6);
    }
    let low = unit(text.get(6..).unwrap_or_default());
    match (high, low) {
        (Some(high @ 0xD800..0xDC00), Some(low @ 0xDC00..0xE000)) => {
            let code = 0x1_0000 + ((high - 0xD800) << 10) + (low - 0xDC00);
            (char::from_u32(code).unwrap_or(REPLACEMENT), 12)
        }
        _ => (REPLACEMENT, 6),
    }
}

/// The four digits of a `\u` escape.
fn unit(text: &[u8]) -> Option<u32> {
    let digits = text.strip_prefix(b"\\u")?.get(..4)?;
    u32::from_str_radix(std::str::from_utf8(digits).ok()?, 16).ok()
}

/// Whether SOPS writes the text between quotes as it is.
pub(super) fn is_bare(text: &str) -> bool {
    let ascii = |byte: u8| matches!(byte, 0..=0x1F | b'"' | b'\\' | b'<' | b'>' | b'&');
    !text.bytes().any(ascii) && (text.is_ascii() || !text.contains(['\u{2028}', '\u{2029}']))
}

/// The text in quotes as SOPS writes it, which is what Go does for texts that may end up in HTML.
pub(super) fn quoted(text: &str) -> Zeroizing<String> {
    let mut out = Zeroizing::new(String::with_capacity(escaped_len(text)));
    out.push('"');
    for char in text.chars() {
        match char {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\u{8}' => out.push_str("\\b"),
            '\u{C}' => out.push_str("\\f"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            '\0'..='\u{1F}' | '<' | '>' | '&' | '\u{2028}' | '\u{2029}' => {
                _ = write!(out, "\\u{:04x}", char as u32);
            }
            char => out.push(char),
        }
    }
    out.push('"');
    out
}

/// Room enough for [`quoted`], which must not move: what it left behind would not be wiped.
fn escaped_len(text: &str) -> usize {
    let of = |byte: u8| match byte {
        0..=0x1F | b'"' | b'\\' | b'<' | b'>' | b'&' => 6,
        0xE2 => 4,
        _ => 1,
    };
    2 + text.bytes().map(of).sum::<usize>()
}
