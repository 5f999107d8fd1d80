//! Text in quotes as Go's source has it, and back.

use std::fmt::Write as _;

use zeroize::Zeroizing;

use super::is_printable;

/// `text` in double quotes, escaped where it cannot be printed or is no UTF-8.
pub(crate) fn quote(text: &[u8]) -> Zeroizing<String> {
    quoted(text, '"', is_printable)
}

/// As [`quote`], and everything outside ASCII escaped.
pub(crate) fn quote_ascii(text: &[u8]) -> Zeroizing<String> {
    quoted(text, '"', is_printable_ascii)
}

/// `character` in single quotes.
pub(crate) fn quote_character(character: char) -> Zeroizing<String> {
    quoted(character.to_string().as_bytes(), '\'', is_printable)
}

/// As [`quote_character`], escaped if it is outside ASCII.
pub(crate) fn quote_character_ascii(character: char) -> Zeroizing<String> {
    quoted(character.to_string().as_bytes(), '\'', is_printable_ascii)
}

/// Whether `text` can stand between backquotes as it is, on one line.
pub(crate) fn can_be_raw(text: &[u8]) -> bool {
    let Ok(text) = std::str::from_utf8(text) else {
        return false;
    };
    text.chars().all(|character| match character {
        '\u{feff}' | '`' | '\u{7f}' => false,
        '\t' => true,
        _ => character >= ' ',
    })
}

/// What a literal in double quotes, backquotes or single quotes (one character at most) stands for; `None` if it is none.
pub(crate) fn unquote(literal: &[u8]) -> Option<Zeroizing<Vec<u8>>> {
    let (&mark, rest) = literal.split_first()?;
    let (&end, body) = rest.split_last()?;
    if end != mark {
        return None;
    }
    if mark == b'`' {
        let plain = body.iter().copied().filter(|&byte| byte != b'\r').collect();
        return (!body.contains(&b'`')).then(|| Zeroizing::new(plain));
    }
    if !matches!(mark, b'"' | b'\'') || body.contains(&b'\n') {
        return None;
    }
    let mut plain = Zeroizing::new(Vec::with_capacity(body.len()));
    let mut rest = body;
    let mut count = 0;
    while !rest.is_empty() {
        rest = unescaped(rest, mark, &mut plain)?;
        count += 1;
    }
    (mark == b'"' || count <= 1).then_some(plain)
}

fn quoted(text: &[u8], mark: char, shown: fn(char) -> bool) -> Zeroizing<String> {
    // Room for the longest escapes, so that no smaller buffer is left behind.
    let mut out = Zeroizing::new(String::with_capacity(text.len() * 4 + 2));
    out.push(mark);
    for chunk in text.utf8_chunks() {
        for character in chunk.valid().chars() {
            escape(&mut out, character, mark, shown);
        }
        for byte in chunk.invalid() {
            let _ = write!(out, "\\x{byte:02x}");
        }
    }
    out.push(mark);
    out
}

fn escape(out: &mut String, character: char, mark: char, shown: fn(char) -> bool) {
    match character {
        '\\' => out.push_str("\\\\"),
        _ if character == mark => out.extend(['\\', mark]),
        _ if shown(character) => out.push(character),
        '\u{7}' => out.push_str("\\a"),
        '\u{8}' => out.push_str("\\b"),
        '\u{c}' => out.push_str("\\f"),
        '\n' => out.push_str("\\n"),
        '\r' => out.push_str("\\r"),
        '\t' => out.push_str("\\t"),
        '\u{b}' => out.push_str("\\v"),
        '\0'..' ' | '\u{7f}' => {
            let _ = write!(out, "\\x{:02x}", u32::from(character));
        }
        ..'\u{10000}' => {
            let _ = write!(out, "\\u{:04x}", u32::from(character));
        }
        _ => {
            let _ = write!(out, "\\U{:08x}", u32::from(character));
        }
    }
}

fn is_printable_ascii(character: char) -> bool {
    matches!(character, ' '..='~')
}

/// Reads one character or escape into `plain`; gives what follows it.
fn unescaped<'a>(text: &'a [u8], mark: u8, plain: &mut Vec<u8>) -> Option<&'a [u8]> {
    match text {
        [byte, ..] if *byte == mark => None,
        [b'\\', letter, rest @ ..] => {
            let single = match letter {
                b'a' => 0x07,
                b'b' => 0x08,
                b'f' => 0x0c,
                b'n' => b'\n',
                b'r' => b'\r',
                b't' => b'\t',
                b'v' => 0x0b,
                b'\\' => b'\\',
                b'\'' | b'"' if *letter == mark => *letter,
                b'x' => return byte(rest, 2, 16, plain),
                b'0'..=b'7' => return byte(&text[1..], 3, 8, plain),
                b'u' => return character(rest, 4, plain),
                b'U' => return character(rest, 8, plain),
                _ => return None,
            };
            plain.push(single);
            Some(rest)
        }
        [b'\\'] => None,
        _ => {
            let length = first_length(text);
            match std::str::from_utf8(&text[..length]) {
                Ok(character) => plain.extend_from_slice(character.as_bytes()),
                Err(_) if mark == b'"' => plain.extend_from_slice(&text[..length]),
                Err(_) => plain.extend_from_slice("\u{fffd}".as_bytes()),
            }
            Some(&text[length..])
        }
    }
}

/// How many bytes the first character has; one, if it is no UTF-8.
fn first_length(text: &[u8]) -> usize {
    (1..=text.len().min(4))
        .find(|&length| std::str::from_utf8(&text[..length]).is_ok())
        .unwrap_or(1)
}

fn number(text: &[u8], digits: usize, radix: u32) -> Option<(u32, &[u8])> {
    let (digits, rest) = text.split_at_checked(digits)?;
    let number = digits.iter().try_fold(0_u32, |sum, &digit| {
        Some(sum.wrapping_mul(radix) | char::from(digit).to_digit(radix)?)
    })?;
    Some((number, rest))
}

fn byte<'a>(text: &'a [u8], digits: usize, radix: u32, plain: &mut Vec<u8>) -> Option<&'a [u8]> {
    let (number, rest) = number(text, digits, radix)?;
    plain.push(u8::try_from(number).ok()?);
    Some(rest)
}

fn character<'a>(text: &'a [u8], digits: usize, plain: &mut Vec<u8>) -> Option<&'a [u8]> {
    let (number, rest) = number(text, digits, 16)?;
    let mut buffer = [0; 4];
    let encoded = char::from_u32(number)?.encode_utf8(&mut buffer);
    plain.extend_from_slice(encoded.as_bytes());
    Some(rest)
}
