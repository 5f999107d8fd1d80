//! Letters in other cases, by character: one is mapped to one, and bytes that are no UTF-8 become U+FFFD.

use crate::error::Failure;
use crate::functions::arguments::text;
use crate::functions::{Context, texts};
use crate::unicode;
use crate::value::Value;

pub(super) fn upper(context: &mut Context<'_>, arguments: &[Value]) -> Result<Value, Failure> {
    mapped(context, arguments, unicode::upper)
}

pub(super) fn lower(context: &mut Context<'_>, arguments: &[Value]) -> Result<Value, Failure> {
    mapped(context, arguments, unicode::lower)
}

/// Words begin behind everything that is no letter, digit or underscore; outside ASCII, behind spaces alone.
pub(super) fn title(context: &mut Context<'_>, arguments: &[Value]) -> Result<Value, Failure> {
    let mut separated = true;
    mapped(context, arguments, |character| {
        let begins = std::mem::replace(&mut separated, separates(character));
        if begins {
            unicode::title(character)
        } else {
            character
        }
    })
}

fn separates(character: char) -> bool {
    match character {
        '\0'..='\x7f' => !character.is_ascii_alphanumeric() && character != '_',
        _ => character.is_whitespace(),
    }
}

/// Words begin behind spaces.
pub(super) fn untitle(context: &mut Context<'_>, arguments: &[Value]) -> Result<Value, Failure> {
    let mut begins = true;
    mapped(context, arguments, |character| {
        if character.is_whitespace() {
            begins = true;
            character
        } else if std::mem::take(&mut begins) {
            unicode::lower(character)
        } else {
            character
        }
    })
}

/// A lower case letter at the beginning of a word becomes one for titles.
pub(super) fn swapcase(context: &mut Context<'_>, arguments: &[Value]) -> Result<Value, Failure> {
    let mut begins = true;
    mapped(context, arguments, |character| {
        let first = std::mem::take(&mut begins);
        if unicode::is_upper(character) || unicode::is_title(character) {
            unicode::lower(character)
        } else if unicode::is_lower(character) {
            if first {
                unicode::title(character)
            } else {
                unicode::upper(character)
            }
        } else {
            begins = character.is_whitespace();
            character
        }
    })
}

fn mapped(
    context: &mut Context<'_>,
    arguments: &[Value],
    map: impl FnMut(char) -> char,
) -> Result<Value, Failure> {
    let text = text(arguments, 0)?;
    texts::collect(context, text.len(), text.characters().map(map))
}
