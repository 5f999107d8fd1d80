//! Where values begin and end in a text that is meant to be JSON. What has no place there is passed over.

/// What a value is, by its first byte.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    Null,
    False,
    Number,
    String,
    True,
    /// An object or an array.
    Json,
}

/// A value's place.
pub(super) struct Token {
    pub(super) kind: Kind,
    pub(super) start: usize,
    pub(super) end: usize,
}

/// What begins at this place, if a value does.
pub(super) fn kind(json: &[u8], at: usize) -> Option<Kind> {
    Some(match json.get(at)? {
        b'"' => Kind::String,
        b'{' | b'[' => Kind::Json,
        b't' => Kind::True,
        b'f' => Kind::False,
        b'n' if json.get(at + 1).is_none_or(|&b| b == b'u') => Kind::Null,
        b'n' | b'N' | b'i' | b'I' | b'+' | b'-' | b'0'..=b'9' => Kind::Number,
        _ => return None,
    })
}

/// The next value from here on; `None` too for a string that does not end.
pub(super) fn value(json: &[u8], from: usize) -> Option<Token> {
    let start = (from..json.len()).find(|&at| kind(json, at).is_some())?;
    let kind = kind(json, start)?;
    Some(Token {
        kind,
        start,
        end: value_end(json, start, kind)?,
    })
}

/// Where the value that begins here ends; `None` for a string that does not.
pub(super) fn value_end(json: &[u8], start: usize, kind: Kind) -> Option<usize> {
    Some(match kind {
        Kind::String => string_end(json, start)?,
        Kind::Json => squash_end(json, start),
        Kind::Number => number_end(json, start),
        Kind::Null | Kind::True | Kind::False => word_end(json, start),
    })
}

/// Behind the closing quote of the string that is opened here.
pub(super) fn string_end(json: &[u8], open: usize) -> Option<usize> {
    let mut at = open + 1;
    loop {
        match json.get(at)? {
            b'"' => return Some(at + 1),
            b'\\' => at += 2,
            _ => at += 1,
        }
    }
}

/// Behind the bracket that closes the one here, or the end. Round brackets count as well, for questions in paths.
pub(super) fn squash_end(json: &[u8], open: usize) -> usize {
    let mut depth = 1_usize;
    let mut at = open + 1;
    while let Some(&byte) = json.get(at) {
        match byte {
            b'"' => {
                at = string_end(json, at).unwrap_or(json.len());
                continue;
            }
            b'{' | b'[' | b'(' => depth += 1,
            b'}' | b']' | b')' => {
                depth -= 1;
                if depth == 0 {
                    return at + 1;
                }
            }
            _ => {}
        }
        at += 1;
    }
    json.len()
}

/// Behind a number that stands in an array or object.
pub(super) fn number_end(json: &[u8], start: usize) -> usize {
    end_of(json, start, |b| {
        b <= b' ' || matches!(b, b',' | b']' | b'}')
    })
}

/// Behind a number that stands alone.
pub(super) fn loose_number_end(json: &[u8]) -> usize {
    number_end(json, 0)
}

/// Behind `true`, `false`, `null` or what looks like them.
pub(super) fn word_end(json: &[u8], start: usize) -> usize {
    end_of(json, start, |b| !b.is_ascii_lowercase())
}

fn end_of(json: &[u8], start: usize, ends: impl Fn(u8) -> bool) -> usize {
    json.iter()
        .skip(start + 1)
        .position(|&b| ends(b))
        .map_or(json.len(), |n| start + 1 + n)
}

/// The next place of a byte.
pub(super) fn find(json: &[u8], from: usize, wanted: u8) -> Option<usize> {
    json.iter()
        .skip(from)
        .position(|&b| b == wanted)
        .map(|n| from + n)
}
