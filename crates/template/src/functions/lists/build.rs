//! Lists out of items and of other lists. Each is new: what was handed in stays as it is.

use super::items;
use crate::error::Failure;
use crate::functions::Context;
use crate::functions::arguments::{at, int};
use crate::value::{List, Type, Value, room};

pub(super) fn of(context: &mut Context<'_>, arguments: &[Value]) -> Result<Value, Failure> {
    context.budget.steps(arguments.len())?;
    Ok(Value::List(List::any(arguments.to_vec())))
}

pub(super) fn push(context: &mut Context<'_>, arguments: &[Value]) -> Result<Value, Failure> {
    let mut all = items(context, at(arguments, 0)?)?;
    let capacity = room::after(Type::Any, all.len(), all.len() + 1);
    all.push(at(arguments, 1)?.clone());
    finish(context, all, capacity)
}

pub(super) fn prepend(context: &mut Context<'_>, arguments: &[Value]) -> Result<Value, Failure> {
    let mut all = items(context, at(arguments, 0)?)?;
    all.insert(0, at(arguments, 1)?.clone());
    let capacity = room::after(Type::Any, 1, all.len());
    finish(context, all, capacity)
}

/// All items one after the other; a nil list if there are none.
pub(super) fn concat(context: &mut Context<'_>, arguments: &[Value]) -> Result<Value, Failure> {
    let mut all = Vec::new();
    for argument in arguments {
        all.append(&mut items(context, argument)?);
    }
    if all.is_empty() {
        return Ok(Value::List(List::nil(Type::Any)));
    }
    context.budget.length(all.len())?;
    Ok(Value::List(List::grown(Type::Any, all)))
}

pub(super) fn reverse(context: &mut Context<'_>, arguments: &[Value]) -> Result<Value, Failure> {
    let mut all = items(context, at(arguments, 0)?)?;
    all.reverse();
    Ok(Value::List(List::any(all)))
}

/// Lists of so many items each, the last one with what is left. A negative size goes the way of Sprig's arithmetic: lists that are shorter vanish.
pub(super) fn chunk(context: &mut Context<'_>, arguments: &[Value]) -> Result<Value, Failure> {
    let size = int(arguments, 0)?;
    let all = items(context, at(arguments, 1)?)?;
    let refused = || Failure::new("a list cannot be cut into pieces of that size");
    let length = i64::try_from(all.len()).map_err(|_| refused())?;
    let count = match size {
        0 => return Err(refused()),
        1.. => (length - 1).div_euclid(size) + 1,
        _ if length < 2 => 1,
        _ if length - 1 <= size.saturating_abs() => 0,
        _ => return Err(refused()),
    };
    let mut chunks = Vec::new();
    for turn in 0..count {
        let wanted = match length % size {
            rest if rest != 0 && turn + 1 == count => rest,
            _ => size,
        };
        let part = usize::try_from(turn * size)
            .ok()
            .zip(usize::try_from(wanted).ok())
            .and_then(|(start, wanted)| all.get(start..start + wanted))
            .ok_or_else(refused)?;
        chunks.push(Value::List(List::any(part.to_vec())));
    }
    Ok(Value::List(List::new(Type::LIST, chunks)))
}

fn finish(context: &mut Context<'_>, all: Vec<Value>, capacity: usize) -> Result<Value, Failure> {
    context.budget.length(all.len())?;
    Ok(Value::List(List::with_room(Type::Any, all, capacity)))
}
