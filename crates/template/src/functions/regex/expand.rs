//! What the dollar signs of a replacement stand for.

use crate::functions::texts;
use crate::unicode;

/// A number this large names no group.
const LARGEST: usize = 100_000_000;

/// A piece of a replacement.
#[derive(Debug, PartialEq, Eq)]
pub enum Part<'t> {
    /// As it stands.
    Text(&'t [u8]),
    /// A group by number; the whole match is 0.
    Group(usize),
    /// The first group of that name that took part.
    Named(&'t [u8]),
}

impl Part<'_> {
    /// Whether it is one of the groups within a match.
    pub fn is_group(&self) -> bool {
        matches!(self, Self::Group(1..) | Self::Named(_))
    }
}

/// A replacement taken apart. A dollar sign with nothing that fits behind it stands for itself.
pub fn parts(replacement: &[u8]) -> Vec<Part<'_>> {
    let mut parts = Vec::new();
    let mut rest = replacement;
    while let Some(dollar) = memchr::memchr(b'$', rest) {
        let (before, behind) = (&rest[..dollar], &rest[dollar + 1..]);
        if let Some(behind) = behind.strip_prefix(b"$") {
            parts.push(Part::Text(&rest[..=dollar]));
            rest = behind;
            continue;
        }
        if let Some((part, behind)) = reference(behind) {
            parts.push(Part::Text(before));
            parts.push(part);
            rest = behind;
        } else {
            parts.push(Part::Text(&rest[..=dollar]));
            rest = behind;
        }
    }
    parts.push(Part::Text(rest));
    parts.retain(|part| *part != Part::Text(b""));
    parts
}

/// The longest name of letters, digits and underscores, in braces or not, and what stands behind.
fn reference(text: &[u8]) -> Option<(Part<'_>, &[u8])> {
    let braced = text.strip_prefix(b"{");
    let text = braced.unwrap_or(text);
    let mut end = 0;
    while let Some((character, width)) = texts::first(&text[end..])
        && (unicode::is_letter(character) || unicode::is_digit(character) || character == '_')
    {
        end += width;
    }
    let (name, behind) = text.split_at(end);
    let behind = match braced {
        Some(_) => behind.strip_prefix(b"}")?,
        None => behind,
    };
    let part = match name {
        [] => return None,
        [b'0', _, ..] => Part::Named(name),
        _ => number(name).map_or(Part::Named(name), Part::Group),
    };
    Some((part, behind))
}

fn number(digits: &[u8]) -> Option<usize> {
    digits.iter().try_fold(0_usize, |number, digit| {
        (digit.is_ascii_digit() && number < LARGEST)
            .then(|| number * 10 + usize::from(digit - b'0'))
    })
}
