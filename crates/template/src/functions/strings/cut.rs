//! Parts of texts: cut, abbreviated, trimmed. Cuts are by bytes and may go through a character.

use std::collections::BTreeSet;

use crate::error::Failure;
use crate::functions::arguments::{int, text};
use crate::functions::{Context, texts};
use crate::value::Value;

const MARK: &[u8] = b"...";
/// Narrower texts are not abbreviated.
const NARROWEST: usize = 4;
/// The same for two marks.
const NARROWEST_TWICE: usize = 7;

pub(super) fn abbrev(context: &mut Context<'_>, arguments: &[Value]) -> Result<Value, Failure> {
    let text = text(arguments, 1)?;
    match usize::try_from(int(arguments, 0)?) {
        Ok(width @ NARROWEST..) if width < text.len() => {
            texts::concat(context, &[&text.bytes()[..width - MARK.len()], MARK])
        }
        _ => Ok(Value::Text(text.clone())),
    }
}

/// The first number says where the part begins, the second how long it is with its marks.
pub(super) fn abbrevboth(context: &mut Context<'_>, arguments: &[Value]) -> Result<Value, Failure> {
    let (left, text) = (int(arguments, 0)?, text(arguments, 2)?);
    let width = match usize::try_from(int(arguments, 1)?) {
        Ok(width @ NARROWEST..)
            if width < text.len() && (left <= 0 || width >= NARROWEST_TWICE) =>
        {
            width
        }
        _ => return Ok(Value::Text(text.clone())),
    };
    let kept = width - MARK.len();
    let start = beginning(text.len(), left, kept);
    let (before, rest) = text.bytes().split_at(start);
    if before.len() <= NARROWEST {
        texts::concat(context, &[&text.bytes()[..kept], MARK])
    } else if width < NARROWEST_TWICE {
        Ok(Value::from(""))
    } else if rest.len() <= kept {
        texts::concat(context, &[MARK, rest])
    } else {
        texts::concat(context, &[MARK, &rest[..kept - MARK.len()], MARK])
    }
}

/// Where a part begins that leaves at least `kept` bytes. The difference wraps around as in Go: the smallest numbers mean the end.
fn beginning(length: usize, left: i64, kept: usize) -> usize {
    let rest = i64::try_from(length).map(|length| length.wrapping_sub(left));
    match rest.map(usize::try_from) {
        Ok(Ok(rest)) if rest >= kept => usize::try_from(left).unwrap_or(0),
        _ => length - kept,
    }
}

/// The first bytes, or the last ones if the number is negative.
pub(super) fn trunc(context: &mut Context<'_>, arguments: &[Value]) -> Result<Value, Failure> {
    let (count, text) = (int(arguments, 0)?, text(arguments, 1)?);
    let bytes = text.bytes();
    let size = usize::try_from(count.unsigned_abs()).unwrap_or(usize::MAX);
    if size >= bytes.len() {
        Ok(Value::Text(text.clone()))
    } else if count < 0 {
        texts::copy(context, &bytes[bytes.len() - size..])
    } else {
        texts::copy(context, &bytes[..size])
    }
}

/// A negative beginning means the first byte, a negative end or one that is too large the last.
pub(super) fn substr(context: &mut Context<'_>, arguments: &[Value]) -> Result<Value, Failure> {
    let (start, end, text) = (int(arguments, 0)?, int(arguments, 1)?, text(arguments, 2)?);
    let place = |number: i64| usize::try_from(number).ok();
    let last = text.len();
    let part = match (place(start), place(end)) {
        (None, None) => None,
        (None, Some(end)) => text.bytes().get(..end),
        (Some(start), end) => text
            .bytes()
            .get(start..end.filter(|end| *end <= last).unwrap_or(last)),
    };
    let part = part.ok_or_else(|| Failure::new("the text has no such part"))?;
    texts::copy(context, part)
}

pub(super) fn trim(context: &mut Context<'_>, arguments: &[Value]) -> Result<Value, Failure> {
    trimmed(context, text(arguments, 0)?.bytes(), char::is_whitespace)
}

pub(super) fn trim_all(context: &mut Context<'_>, arguments: &[Value]) -> Result<Value, Failure> {
    let (cut, text) = (text(arguments, 0)?, text(arguments, 1)?);
    texts::read_slowly(context, cut.len())?;
    let cut: BTreeSet<char> = cut.characters().collect();
    trimmed(context, text.bytes(), |character| cut.contains(&character))
}

fn trimmed(
    context: &mut Context<'_>,
    bytes: &[u8],
    goes: impl Fn(char) -> bool,
) -> Result<Value, Failure> {
    texts::read_slowly(context, bytes.len())?;
    let (mut start, mut end, mut at) = (bytes.len(), 0, 0);
    for chunk in bytes.utf8_chunks() {
        let broken = chunk.invalid().len();
        let valid = chunk
            .valid()
            .chars()
            .map(|character| (character, character.len_utf8()));
        for (character, width) in valid.chain(std::iter::repeat_n(
            (char::REPLACEMENT_CHARACTER, 1),
            broken,
        )) {
            if !goes(character) {
                start = start.min(at);
                end = at + width;
            }
            at += width;
        }
    }
    texts::copy(context, bytes.get(start..end).unwrap_or_default())
}

pub(super) fn trim_prefix(
    context: &mut Context<'_>,
    arguments: &[Value],
) -> Result<Value, Failure> {
    let (prefix, text) = (text(arguments, 0)?, text(arguments, 1)?);
    match text.bytes().strip_prefix(prefix.bytes()) {
        Some(rest) => texts::copy(context, rest),
        None => Ok(Value::Text(text.clone())),
    }
}

pub(super) fn trim_suffix(
    context: &mut Context<'_>,
    arguments: &[Value],
) -> Result<Value, Failure> {
    let (suffix, text) = (text(arguments, 0)?, text(arguments, 1)?);
    match text.bytes().strip_suffix(suffix.bytes()) {
        Some(rest) => texts::copy(context, rest),
        None => Ok(Value::Text(text.clone())),
    }
}

/// Without white space. Each byte counts as the character of that number, and is written as such if any is left out.
pub(super) fn nospace(context: &mut Context<'_>, arguments: &[Value]) -> Result<Value, Failure> {
    let text = text(arguments, 0)?;
    texts::read(context, text.len())?;
    if !latin(text.bytes()).any(char::is_whitespace) {
        return Ok(Value::Text(text.clone()));
    }
    let kept = latin(text.bytes()).filter(|character| !character.is_whitespace());
    texts::collect(context, text.len(), kept)
}

/// The first letters of all words. Each byte counts as the character of that number.
pub(super) fn initials(context: &mut Context<'_>, arguments: &[Value]) -> Result<Value, Failure> {
    let text = text(arguments, 0)?;
    texts::read(context, text.len())?;
    let mut begins = true;
    let first = latin(text.bytes()).filter(|character| {
        let space = character.is_whitespace();
        let first = begins && !space;
        begins = space;
        first
    });
    texts::collect(context, 0, first)
}

fn latin(bytes: &[u8]) -> impl Iterator<Item = char> + '_ {
    bytes.iter().map(|byte| char::from(*byte))
}
