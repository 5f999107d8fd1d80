//! Making texts within the budget, and parts of texts without copying more than the part. What is read is spent too: a function that goes through a
//! long text and makes none is not free.

use selkie_crypto::Secret;
use zeroize::Zeroizing;

use super::Context;
use crate::error::Failure;
use crate::value::{Text, Value};

/// Bytes that are read for one step.
const STEP: usize = 16;
/// The same where each byte or character takes some work.
const SLOW_STEP: usize = 4;
/// Bytes of characters that are gathered before they are moved.
const BLOCK: usize = 256;

/// Spends the reading of `bytes`.
pub(super) fn read(context: &mut Context<'_>, bytes: usize) -> Result<(), Failure> {
    context.budget.steps(bytes / STEP)
}

/// Spends going through `bytes` character by character, or as slowly.
pub(super) fn read_slowly(context: &mut Context<'_>, bytes: usize) -> Result<(), Failure> {
    context.budget.steps(bytes / SLOW_STEP)
}

/// A text of these bytes.
pub(super) fn copy(context: &mut Context<'_>, bytes: &[u8]) -> Result<Value, Failure> {
    context.budget.text(bytes.len())?;
    Ok(Value::Text(Text::from(bytes)))
}

/// A text of these parts, one behind the other.
pub(super) fn concat(context: &mut Context<'_>, parts: &[&[u8]]) -> Result<Value, Failure> {
    let length = parts
        .iter()
        .fold(0_usize, |length, part| length.saturating_add(part.len()));
    context.budget.text(length)?;
    let mut made = Secret::with_capacity(length);
    for part in parts {
        made.extend_from_slice(part);
    }
    Ok(Value::Text(Text::from(made)))
}

/// A text of these characters, of which about `room` bytes are expected.
pub(super) fn collect(
    context: &mut Context<'_>,
    room: usize,
    characters: impl Iterator<Item = char>,
) -> Result<Value, Failure> {
    context.budget.text(room)?;
    read_slowly(context, room)?;
    let mut made = Secret::with_capacity(room);
    let mut block = Zeroizing::new([0; BLOCK]);
    let mut filled = 0;
    for character in characters {
        if filled > BLOCK - char::MAX_LEN_UTF8 {
            made.extend_from_slice(&block[..filled]);
            context.budget.length(made.len())?;
            filled = 0;
        }
        filled += character.encode_utf8(&mut block[filled..]).len();
    }
    made.extend_from_slice(&block[..filled]);
    // What was expected is spent already.
    context.budget.text(made.len().saturating_sub(room))?;
    Ok(Value::Text(Text::from(made)))
}

/// A growing text, each part of which is spent before it is written.
#[derive(Default)]
pub(super) struct Written(Secret);

impl Written {
    pub(super) fn push(&mut self, context: &mut Context<'_>, part: &[u8]) -> Result<(), Failure> {
        context.budget.text(part.len())?;
        context.budget.length(self.0.len() + part.len())?;
        self.0.extend_from_slice(part);
        Ok(())
    }

    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    pub(super) fn push_character(
        &mut self,
        context: &mut Context<'_>,
        character: char,
    ) -> Result<(), Failure> {
        self.push(context, character.encode_utf8(&mut [0; 4]).as_bytes())
    }

    pub(super) fn finish(self) -> Value {
        Value::Text(Text::from(self.0))
    }
}

/// The character that `text` begins with and its width; U+FFFD of width one where that is no UTF-8.
pub(super) fn first(text: &[u8]) -> Option<(char, usize)> {
    let ahead = &text[..text.len().min(4)];
    let valid = ahead.utf8_chunks().next()?.valid().chars().next();
    Some(valid.map_or((char::REPLACEMENT_CHARACTER, 1), |character| {
        (character, character.len_utf8())
    }))
}

#[cfg(test)]
mod tests;
