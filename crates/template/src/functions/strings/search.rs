//! Looking for a text within another, and replacing it. Linear, whatever the two are.

use memchr::memmem::Finder;

use crate::error::Failure;
use crate::functions::Context;
use crate::functions::arguments::text;
use crate::functions::texts::{self, Written};
use crate::value::Value;

pub(super) fn contains(context: &mut Context<'_>, arguments: &[Value]) -> Result<Value, Failure> {
    let (part, text) = (text(arguments, 0)?, text(arguments, 1)?);
    texts::read(context, part.len() + text.len())?;
    let found = Finder::new(part.bytes()).find(text.bytes());
    Ok(Value::Bool(found.is_some()))
}

pub(super) fn has_prefix(context: &mut Context<'_>, arguments: &[Value]) -> Result<Value, Failure> {
    let (part, text) = (text(arguments, 0)?, text(arguments, 1)?);
    texts::read(context, part.len())?;
    Ok(Value::Bool(text.bytes().starts_with(part.bytes())))
}

pub(super) fn has_suffix(context: &mut Context<'_>, arguments: &[Value]) -> Result<Value, Failure> {
    let (part, text) = (text(arguments, 0)?, text(arguments, 1)?);
    texts::read(context, part.len())?;
    Ok(Value::Bool(text.bytes().ends_with(part.bytes())))
}

/// An empty text is found before each character and at the end.
pub(super) fn replace(context: &mut Context<'_>, arguments: &[Value]) -> Result<Value, Failure> {
    let (old, new, text) = (
        text(arguments, 0)?,
        text(arguments, 1)?,
        text(arguments, 2)?,
    );
    let bytes = text.bytes();
    texts::read(context, old.len() + bytes.len())?;
    let mut written = Written::default();
    if old.is_empty() {
        texts::read_slowly(context, bytes.len())?;
        let mut rest = bytes;
        while let Some((_, width)) = texts::first(rest) {
            let (character, behind) = rest.split_at(width);
            written.push(context, new.bytes())?;
            written.push(context, character)?;
            rest = behind;
        }
        written.push(context, new.bytes())?;
        return Ok(written.finish());
    }
    let mut start = 0;
    for found in Finder::new(old.bytes()).find_iter(bytes) {
        context.budget.steps(1)?;
        written.push(context, &bytes[start..found])?;
        written.push(context, new.bytes())?;
        start = found + old.len();
    }
    if start == 0 {
        return Ok(Value::Text(text.clone()));
    }
    written.push(context, &bytes[start..])?;
    Ok(written.finish())
}
