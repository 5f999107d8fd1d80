//! Anything as text: quoted, joined by blanks, or as a list.

use crate::error::Failure;
use crate::functions::Context;
use crate::functions::arguments::{at, int, text};
use crate::functions::lists;
use crate::functions::texts::{self, Written};
use crate::number;
use crate::print;
use crate::value::Value;

pub(super) fn to_string(context: &mut Context<'_>, arguments: &[Value]) -> Result<Value, Failure> {
    print::strval(context.budget, at(arguments, 0)?).map(Value::Text)
}

pub(super) fn to_strings(context: &mut Context<'_>, arguments: &[Value]) -> Result<Value, Failure> {
    Ok(Value::List(lists::texts(
        context.budget,
        at(arguments, 0)?,
    )?))
}

pub(super) fn quote(context: &mut Context<'_>, arguments: &[Value]) -> Result<Value, Failure> {
    joined(arguments, context, |context, written, value| {
        let text = print::strval(context.budget, value)?;
        texts::read_slowly(context, text.len())?;
        written.push(context, number::quote(text.bytes()).as_bytes())
    })
}

/// Quotes within are not escaped.
pub(super) fn squote(context: &mut Context<'_>, arguments: &[Value]) -> Result<Value, Failure> {
    joined(arguments, context, |context, written, value| {
        let text = print::value(context.budget, value)?;
        written.push(context, b"'")?;
        written.push(context, text.bytes())?;
        written.push(context, b"'")
    })
}

pub(super) fn cat(context: &mut Context<'_>, arguments: &[Value]) -> Result<Value, Failure> {
    joined(arguments, context, |context, written, value| {
        let text = print::value(context.budget, value)?;
        written.push(context, text.bytes())
    })
}

/// All arguments but nil, with blanks between.
fn joined(
    arguments: &[Value],
    context: &mut Context<'_>,
    write: impl Fn(&mut Context<'_>, &mut Written, &Value) -> Result<(), Failure>,
) -> Result<Value, Failure> {
    let mut written = Written::default();
    let given = arguments
        .iter()
        .filter(|value| !matches!(value, Value::Nil));
    for (index, value) in given.enumerate() {
        if index > 0 {
            written.push(context, b" ")?;
        }
        write(context, &mut written, value)?;
    }
    Ok(written.finish())
}

pub(super) fn plural(_: &mut Context<'_>, arguments: &[Value]) -> Result<Value, Failure> {
    let (one, many) = (text(arguments, 0)?, text(arguments, 1)?);
    let chosen = if int(arguments, 2)? == 1 { one } else { many };
    Ok(Value::Text(chosen.clone()))
}
