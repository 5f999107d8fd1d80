//! Where the tokens of a JSON text end, and what is wrong with those that do not. What a token means is not told here.

/// What is wrong, and where.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Broken {
    pub(super) at: usize,
    pub(super) reason: &'static str,
}

fn broken<T>(at: usize, reason: &'static str) -> Result<T, Broken> {
    Err(Broken { at, reason })
}

fn is_blank(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t' | b'\n' | b'\r')
}

/// Behind the blanks at `at`.
pub(super) fn blanks(bytes: &[u8], mut at: usize) -> usize {
    while bytes.get(at).is_some_and(|byte| is_blank(*byte)) {
        at += 1;
    }
    at
}

/// Where the blanks before `at` begin.
pub(super) fn blanks_before(bytes: &[u8], mut at: usize) -> usize {
    while at > 0 && is_blank(bytes[at - 1]) {
        at -= 1;
    }
    at
}

/// The blanks that the line of `at` begins with.
pub(super) fn indentation(bytes: &[u8], at: usize) -> &[u8] {
    let line = bytes[..at]
        .iter()
        .rposition(|byte| *byte == b'\n')
        .map_or(0, |end| end + 1);
    let len = bytes[line..]
        .iter()
        .take_while(|byte| matches!(byte, b' ' | b'\t'))
        .count();
    &bytes[line..line + len]
}

/// A string: behind its closing quote, and whether its bytes are the value as they stand.
pub(super) struct Quoted {
    pub(super) stop: usize,
    pub(super) bare: bool,
}

/// Scans the string whose opening quote stands at `at`. What is no UTF-8 is not `bare`.
pub(super) fn string(bytes: &[u8], at: usize) -> Result<Quoted, Broken> {
    let mut next = at + 1;
    let (mut escapes, mut ascii) = (false, true);
    loop {
        match bytes.get(next) {
            None => return broken(bytes.len(), "the text ends inside a string"),
            Some(b'"') => break,
            Some(b'\\') => {
                escapes = true;
                next = escape(bytes, next)?;
            }
            Some(0..=0x1F) => {
                return broken(
                    next,
                    "a control character inside a string must be written as an escape",
                );
            }
            Some(byte) => {
                ascii &= byte.is_ascii();
                next += 1;
            }
        }
    }
    let bare = !escapes && (ascii || std::str::from_utf8(&bytes[at + 1..next]).is_ok());
    Ok(Quoted {
        stop: next + 1,
        bare,
    })
}

/// Behind the escape whose backslash stands at `at`.
fn escape(bytes: &[u8], at: usize) -> Result<usize, Broken> {
    match bytes.get(at + 1) {
        Some(b'"' | b'\\' | b'/' | b'b' | b'f' | b'n' | b'r' | b't') => Ok(at + 2),
        Some(b'u') => {
            let digits = bytes.get(at + 2..at + 6).unwrap_or_default();
            if digits.len() == 4 && digits.iter().all(u8::is_ascii_hexdigit) {
                Ok(at + 6)
            } else {
                broken(at, "\\u must be followed by four hexadecimal digits")
            }
        }
        _ => broken(at, "there is no such escape"),
    }
}

/// Scans the number at `at`: behind it, and whether it is written as an integer.
pub(super) fn number(bytes: &[u8], at: usize) -> Result<(usize, bool), Broken> {
    let mut next = at + usize::from(bytes.get(at) == Some(&b'-'));
    next = match bytes.get(next) {
        Some(b'0') => next + 1,
        _ => digits(bytes, next)?,
    };
    let mut integer = true;
    if bytes.get(next) == Some(&b'.') {
        integer = false;
        next = digits(bytes, next + 1)?;
    }
    if matches!(bytes.get(next), Some(b'e' | b'E')) {
        integer = false;
        next += 1 + usize::from(matches!(bytes.get(next + 1), Some(b'+' | b'-')));
        next = digits(bytes, next)?;
    }
    Ok((next, integer))
}

fn digits(bytes: &[u8], at: usize) -> Result<usize, Broken> {
    let len = bytes[at.min(bytes.len())..]
        .iter()
        .take_while(|byte| byte.is_ascii_digit())
        .count();
    if len == 0 {
        return broken(at, "a digit is missing");
    }
    Ok(at + len)
}

/// The word at `at`, if it is one of the three.
pub(super) fn word(bytes: &[u8], at: usize) -> Option<&'static str> {
    ["true", "false", "null"]
        .into_iter()
        .find(|word| bytes[at..].starts_with(word.as_bytes()))
}
