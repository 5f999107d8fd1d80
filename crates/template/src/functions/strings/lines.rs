//! Texts repeated, set in from the margin, and broken into lines. Widths are in bytes.

use memchr::{memchr, memrchr};

use crate::error::Failure;
use crate::functions::Context;
use crate::functions::arguments::{int, text};
use crate::functions::texts::{self, Written};
use crate::value::{Text, Value};

pub(super) fn repeat(context: &mut Context<'_>, arguments: &[Value]) -> Result<Value, Failure> {
    let (count, text) = (count(arguments)?, text(arguments, 1)?);
    let length = text.len().saturating_mul(count);
    context.budget.text(length)?;
    let mut made = Vec::with_capacity(length);
    // Empty texts need no turns, however many are asked for.
    if length > 0 {
        made.extend(text.bytes().iter().copied().cycle().take(length));
    }
    Ok(Value::from(made))
}

pub(super) fn indent(context: &mut Context<'_>, arguments: &[Value]) -> Result<Value, Failure> {
    let (width, text) = (count(arguments)?, text(arguments, 1)?);
    indented(context, width, text, b"")
}

pub(super) fn nindent(context: &mut Context<'_>, arguments: &[Value]) -> Result<Value, Failure> {
    let (width, text) = (count(arguments)?, text(arguments, 1)?);
    indented(context, width, text, b"\n")
}

fn indented(
    context: &mut Context<'_>,
    width: usize,
    text: &Text,
    before: &[u8],
) -> Result<Value, Failure> {
    context.budget.length(width)?;
    let margin = vec![b' '; width];
    texts::read(context, text.len())?;
    let mut written = Written::default();
    written.push(context, before)?;
    for line in text.bytes().split_inclusive(|byte| *byte == b'\n') {
        context.budget.steps(1)?;
        written.push(context, &margin)?;
        written.push(context, line)?;
    }
    // The empty line behind the last break is set in too.
    if text.is_empty() || text.bytes().ends_with(b"\n") {
        written.push(context, &margin)?;
    }
    Ok(written.finish())
}

fn count(arguments: &[Value]) -> Result<usize, Failure> {
    usize::try_from(int(arguments, 0)?).map_err(|_| Failure::new("the count is negative"))
}

/// Long words are left whole.
pub(super) fn wrap(context: &mut Context<'_>, arguments: &[Value]) -> Result<Value, Failure> {
    let (width, text) = (int(arguments, 0)?, text(arguments, 1)?);
    wrapped(context, width, b"\n", text.bytes(), false)
}

/// Long words are cut.
pub(super) fn wrap_with(context: &mut Context<'_>, arguments: &[Value]) -> Result<Value, Failure> {
    let (width, between, text) = (int(arguments, 0)?, text(arguments, 1)?, text(arguments, 2)?);
    let between = if between.is_empty() {
        b"\n"
    } else {
        between.bytes()
    };
    wrapped(context, width, between, text.bytes(), true)
}

fn wrapped(
    context: &mut Context<'_>,
    width: i64,
    between: &[u8],
    text: &[u8],
    cuts: bool,
) -> Result<Value, Failure> {
    let width = usize::try_from(width).unwrap_or(1).max(1);
    let mut written = Written::default();
    let mut rest = text;
    while rest.len() > width {
        context.budget.steps(1)?;
        if let Some(behind) = rest.strip_prefix(b" ") {
            rest = behind;
            continue;
        }
        // Where the line ends, and how many blanks are left out there.
        let (end, blank) = match memrchr(b' ', &rest[..=width]) {
            Some(at) => (at, 1),
            None if cuts => (width, 0),
            None => match memchr(b' ', &rest[width..]) {
                Some(at) => (width + at, 1),
                None => break,
            },
        };
        written.push(context, &rest[..end])?;
        written.push(context, between)?;
        rest = &rest[end + blank..];
    }
    written.push(context, rest)?;
    Ok(written.finish())
}
