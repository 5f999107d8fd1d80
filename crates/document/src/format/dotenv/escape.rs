//! Line breaks in values: a backslash and an `n` in the text. There is no way to write those two characters themselves.

use std::borrow::Cow;

use selkie_crypto::{Kind, Secret};

use crate::format::text as typed;

/// The value that a text stands for; none if that is the text itself.
pub(super) fn value(text: &[u8]) -> Option<Secret> {
    let mut at = find(text)?;
    let mut rest = text;
    let mut value = Secret::with_capacity(text.len());
    loop {
        value.extend_from_slice(&rest[..at]);
        value.extend_from_slice(b"\n");
        rest = &rest[at + 2..];
        let Some(next) = find(rest) else {
            value.extend_from_slice(rest);
            return Some(value);
        };
        at = next;
    }
}

/// The text of a value; none if that is the value itself.
pub(super) fn text(value: &[u8]) -> Option<Vec<u8>> {
    let breaks = value.split(|byte| *byte == b'\n').count() - 1;
    if breaks == 0 {
        return None;
    }
    let mut text = Vec::with_capacity(value.len() + breaks);
    for (number, line) in value.split(|byte| *byte == b'\n').enumerate() {
        if number > 0 {
            text.extend_from_slice(b"\\n");
        }
        text.extend_from_slice(line);
    }
    Some(text)
}

/// What a text tells of a value: SOPS sets values with a backslash and an `n`, and reads a line break in their place.
pub(crate) fn told(kind: Kind, canonical: &[u8]) -> Cow<'_, [u8]> {
    let text = typed::of(kind, canonical);
    match value(&text) {
        Some(value) => Cow::Owned(value.expose().to_vec()),
        None => text,
    }
}

/// Whether a value has no text of its own.
pub(super) fn is_ambiguous(value: &[u8]) -> bool {
    find(value).is_some()
}

fn find(text: &[u8]) -> Option<usize> {
    text.windows(2).position(|pair| pair == b"\\n")
}
