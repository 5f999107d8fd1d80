//! What Go knows about characters: its edition of Unicode is 15.0, and it maps one character to one character.
//!
//! Never here: texts. Rust and its crates know later editions, so characters that are younger are taken for unassigned.

#[cfg(test)]
mod tests;

use std::sync::LazyLock;

use regex_syntax::hir::{Class, HirKind};

/// A set of characters.
struct Set(Vec<(char, char)>);

static LETTERS: LazyLock<Set> = LazyLock::new(|| Set::of(r"[\p{L}&&\p{age:15.0}]"));
static DIGITS: LazyLock<Set> = LazyLock::new(|| Set::of(r"[\p{Nd}&&\p{age:15.0}]"));
static UPPER: LazyLock<Set> = LazyLock::new(|| Set::of(r"[\p{Lu}&&\p{age:15.0}]"));
static LOWER: LazyLock<Set> = LazyLock::new(|| Set::of(r"[\p{Ll}&&\p{age:15.0}]"));
static TITLE: LazyLock<Set> = LazyLock::new(|| Set::of(r"\p{Lt}"));
static NUMBERS: LazyLock<Set> = LazyLock::new(|| Set::of(r"[\p{N}&&\p{age:15.0}]"));
static PUNCTUATION: LazyLock<Set> = LazyLock::new(|| Set::of(r"[\p{P}&&\p{age:15.0}]"));
static ASSIGNED: LazyLock<Set> = LazyLock::new(|| Set::of(r"\p{age:15.0}"));

impl Set {
    /// The characters of a class; none if it is no class, which the tests rule out.
    fn of(class: &str) -> Self {
        let parsed = regex_syntax::parse(class);
        match parsed.as_ref().map(regex_syntax::hir::Hir::kind) {
            Ok(HirKind::Class(Class::Unicode(class))) => {
                let ranges = class.ranges().iter();
                Self(ranges.map(|range| (range.start(), range.end())).collect())
            }
            _ => Self(Vec::new()),
        }
    }

    fn has(&self, character: char) -> bool {
        let after = self.0.partition_point(|(start, _)| *start <= character);
        after > 0 && self.0[after - 1].1 >= character
    }
}

/// Whether it is a letter, of whatever kind.
pub fn is_letter(character: char) -> bool {
    match character {
        '\0'..='\x7f' => character.is_ascii_alphabetic(),
        _ => LETTERS.has(character),
    }
}

/// Whether it is a decimal digit.
pub(crate) fn is_digit(character: char) -> bool {
    match character {
        '\0'..='\x7f' => character.is_ascii_digit(),
        _ => DIGITS.has(character),
    }
}

/// Whether it is an upper case letter.
pub(crate) fn is_upper(character: char) -> bool {
    match character {
        '\0'..='\x7f' => character.is_ascii_uppercase(),
        _ => UPPER.has(character),
    }
}

/// Whether it is a lower case letter.
pub(crate) fn is_lower(character: char) -> bool {
    match character {
        '\0'..='\x7f' => character.is_ascii_lowercase(),
        _ => LOWER.has(character),
    }
}

/// Whether it is one of the letters that stand for two, of which the first is upper case.
pub(crate) fn is_title(character: char) -> bool {
    !character.is_ascii() && TITLE.has(character)
}

/// Whether it is a digit or another number.
pub fn is_number(character: char) -> bool {
    match character {
        '\0'..='\x7f' => character.is_ascii_digit(),
        _ => NUMBERS.has(character),
    }
}

/// Whether it is a punctuation mark, which symbols such as `$` and `+` are not.
pub(crate) fn is_punctuation(character: char) -> bool {
    PUNCTUATION.has(character)
}

/// The upper case letter; the character itself if it has none, or none that is a single character.
pub(crate) fn upper(character: char) -> char {
    match character {
        '\0'..='\x7f' => character.to_ascii_uppercase(),
        // Greek with an iota below: one character each, where a whole text would get two.
        '\u{1f80}'..='\u{1f87}' | '\u{1f90}'..='\u{1f97}' | '\u{1fa0}'..='\u{1fa7}' => {
            shifted(character, 8)
        }
        '\u{1fb3}' | '\u{1fc3}' | '\u{1ff3}' => shifted(character, 9),
        _ => single(character, character.to_uppercase()),
    }
}

/// The lower case letter; the character itself if it has none.
pub(crate) fn lower(character: char) -> char {
    match character {
        '\0'..='\x7f' => character.to_ascii_lowercase(),
        '\u{130}' => 'i',
        _ => single(character, character.to_lowercase()),
    }
}

/// The letter for the beginning of a word; the character itself if it has none.
pub(crate) fn title(character: char) -> char {
    match character {
        '\u{1c4}'..='\u{1c6}' => '\u{1c5}',
        '\u{1c7}'..='\u{1c9}' => '\u{1c8}',
        '\u{1ca}'..='\u{1cc}' => '\u{1cb}',
        '\u{1f1}'..='\u{1f3}' => '\u{1f2}',
        // Georgian has capitals, and no word begins with one.
        '\u{10d0}'..='\u{10fa}' | '\u{10fd}'..='\u{10ff}' => character,
        _ => upper(character),
    }
}

fn shifted(character: char, by: u32) -> char {
    char::from_u32(u32::from(character) + by).unwrap_or(character)
}

/// What a character is mapped to, if that is one character which Go knows as well.
fn single(character: char, mut mapped: impl ExactSizeIterator<Item = char>) -> char {
    match (mapped.len(), mapped.next()) {
        (1, Some(mapped))
            if mapped == character || ASSIGNED.has(mapped) && ASSIGNED.has(character) =>
        {
            mapped
        }
        _ => character,
    }
}
