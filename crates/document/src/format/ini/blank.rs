//! Blanks as Go has them: every white space of Unicode, found in bytes that need not be UTF-8.

/// The text without blanks at its start.
pub(super) fn trim_start(text: &[u8]) -> &[u8] {
    let mut rest = text;
    while let Some(len) = first(rest) {
        rest = &rest[len..];
    }
    rest
}

/// The text without blanks at its end.
pub(super) fn trim_end(text: &[u8]) -> &[u8] {
    let mut rest = text;
    while let Some(len) = last(rest) {
        rest = &rest[..rest.len() - len];
    }
    rest
}

/// The text without blanks on both sides.
pub(super) fn trim(text: &[u8]) -> &[u8] {
    trim_end(trim_start(text))
}

/// Bytes of the blank that the text starts with.
fn first(text: &[u8]) -> Option<usize> {
    let byte = *text.first()?;
    if byte.is_ascii() {
        return is_blank(char::from(byte)).then_some(1);
    }
    // No blank of Unicode takes more than three bytes.
    (2..=3.min(text.len())).find(|len| is_one_blank(&text[..*len]))
}

/// Bytes of the blank that the text ends with.
fn last(text: &[u8]) -> Option<usize> {
    let byte = *text.last()?;
    if byte.is_ascii() {
        return is_blank(char::from(byte)).then_some(1);
    }
    (2..=3.min(text.len())).find(|len| is_one_blank(&text[text.len() - len..]))
}

fn is_one_blank(bytes: &[u8]) -> bool {
    std::str::from_utf8(bytes).is_ok_and(|text| {
        let mut chars = text.chars();
        chars.next().is_some_and(is_blank) && chars.next().is_none()
    })
}

fn is_blank(char: char) -> bool {
    char.is_whitespace()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn blanks_are_those_of_go() {
        #[track_caller]
        fn check(text: &[u8], trimmed: &[u8]) {
            assert_eq!(trim(text), trimmed, "{text:?}");
        }
        check(b"", b"");
        check(b" \t\r\n\x0b\x0c", b"");
        check(b" a b ", b"a b");
        check("\u{85}a\u{a0}".as_bytes(), b"a");
        check("\u{2003}\u{3000}a\u{2028}".as_bytes(), b"a");
        check("\u{200b}a".as_bytes(), "\u{200b}a".as_bytes());
        check("\u{feff}a".as_bytes(), "\u{feff}a".as_bytes());
        // Alone, the last byte of a blank is none.
        check(b"\xa0a\x85", b"\xa0a\x85");
        check(b"a\xe2\x80", b"a\xe2\x80");
        check(b"\x1ca\x00", b"\x1ca\x00");
    }
}
