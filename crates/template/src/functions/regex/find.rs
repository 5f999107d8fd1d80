//! Whether and where an expression matches.

use super::search::Search;
use crate::error::Failure;
use crate::functions::arguments::{int, text};
use crate::functions::{Context, texts};
use crate::value::{List, Text, Type, Value};

pub(super) fn matches(context: &mut Context<'_>, arguments: &[Value]) -> Result<Value, Failure> {
    match Search::begin(context, text(arguments, 0)?, text(arguments, 1)?)? {
        Some(search) => found(context, search),
        None => Ok(Value::Bool(false)),
    }
}

pub(super) fn must_match(context: &mut Context<'_>, arguments: &[Value]) -> Result<Value, Failure> {
    let search = Search::begin_right(context, text(arguments, 0)?, text(arguments, 1)?)?;
    found(context, search)
}

fn found(context: &mut Context<'_>, mut search: Search<'_>) -> Result<Value, Failure> {
    let found = search.next(context)?.is_some();
    search.end(context);
    Ok(Value::Bool(found))
}

pub(super) fn first(context: &mut Context<'_>, arguments: &[Value]) -> Result<Value, Failure> {
    let text = text(arguments, 1)?;
    let mut search = Search::begin_right(context, self::text(arguments, 0)?, text)?;
    let found = match search.next(context)? {
        Some(found) => texts::copy(context, &text.bytes()[search.place(&found)])?,
        None => Value::from(""),
    };
    search.end(context);
    Ok(found)
}

/// A nil list if there is no match.
pub(super) fn all(context: &mut Context<'_>, arguments: &[Value]) -> Result<Value, Failure> {
    let (text, most) = (text(arguments, 1)?, most(arguments)?);
    let mut search = Search::begin_right(context, self::text(arguments, 0)?, text)?;
    let mut items = Vec::new();
    while items.len() < most
        && let Some(found) = search.next(context)?
    {
        push(context, &mut items, &text.bytes()[search.place(&found)])?;
    }
    search.end(context);
    Ok(Value::List(if items.is_empty() {
        List::nil(Type::Text)
    } else {
        List::new(Type::Text, items)
    }))
}

pub(super) fn split(context: &mut Context<'_>, arguments: &[Value]) -> Result<Value, Failure> {
    let (expression, text, most) = (text(arguments, 0)?, text(arguments, 1)?, most(arguments)?);
    let mut search = Search::begin_right(context, expression, text)?;
    if most == 0 {
        return Ok(Value::List(List::nil(Type::Text)));
    }
    let bytes = text.bytes();
    let mut items = Vec::new();
    if bytes.is_empty() && !expression.is_empty() {
        items.push(Value::from(""));
        return Ok(Value::List(List::new(Type::Text, items)));
    }
    // Where the part begins that is to be cut off next, and where the last match began.
    let (mut start, mut end) = (0, 0);
    while items.len() + 1 < most
        && let Some(found) = search.next(context)?
    {
        let place = search.place(&found);
        end = place.start;
        // An empty match at the beginning cuts off nothing.
        if place.end != 0 {
            push(context, &mut items, &bytes[start..end])?;
        }
        start = place.end;
    }
    search.end(context);
    if end != bytes.len() {
        push(context, &mut items, &bytes[start..])?;
    }
    Ok(Value::List(List::new(Type::Text, items)))
}

/// How many items may be found; a negative number means all.
fn most(arguments: &[Value]) -> Result<usize, Failure> {
    Ok(usize::try_from(int(arguments, 2)?).unwrap_or(usize::MAX))
}

fn push(context: &mut Context<'_>, items: &mut Vec<Value>, part: &[u8]) -> Result<(), Failure> {
    context.budget.length(items.len() + 1)?;
    context.budget.text(part.len())?;
    items.push(Value::Text(Text::from(part)));
    Ok(())
}
