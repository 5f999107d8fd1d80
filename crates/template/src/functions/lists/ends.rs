//! Items and parts of a list by their place.

use super::{items, list};
use crate::cast::integer;
use crate::error::Failure;
use crate::functions::Context;
use crate::functions::arguments::at;
use crate::value::{List, Type, Value};

pub(super) fn first(_: &mut Context<'_>, arguments: &[Value]) -> Result<Value, Failure> {
    Ok(list(at(arguments, 0)?)?.at(0).unwrap_or_default())
}

pub(super) fn last(_: &mut Context<'_>, arguments: &[Value]) -> Result<Value, Failure> {
    let list = list(at(arguments, 0)?)?;
    let index = list.len().checked_sub(1);
    Ok(index.and_then(|index| list.at(index)).unwrap_or_default())
}

/// All items but the first; a nil list if there is none.
pub(super) fn rest(context: &mut Context<'_>, arguments: &[Value]) -> Result<Value, Failure> {
    let mut all = items(context, at(arguments, 0)?)?;
    Ok(Value::List(if all.is_empty() {
        List::nil(Type::Any)
    } else {
        all.remove(0);
        List::any(all)
    }))
}

/// All items but the last; a nil list if there is none.
pub(super) fn initial(context: &mut Context<'_>, arguments: &[Value]) -> Result<Value, Failure> {
    let mut all = items(context, at(arguments, 0)?)?;
    Ok(Value::List(match all.pop() {
        None => List::nil(Type::Any),
        Some(_) => List::any(all),
    }))
}

/// A part that shares its items with the list. As in Go it may reach beyond the list's end, as far as there is room behind it.
pub(super) fn slice(_: &mut Context<'_>, arguments: &[Value]) -> Result<Value, Failure> {
    let list = list(at(arguments, 0)?)?;
    if list.is_empty() {
        return Ok(Value::Nil);
    }
    let index = |place: usize, otherwise: usize| match arguments.get(place) {
        Some(value) => usize::try_from(integer(value)).ok(),
        None => Some(otherwise),
    };
    index(1, 0)
        .zip(index(2, list.len()))
        .and_then(|(start, end)| list.part(start, end))
        .map(Value::List)
        .ok_or_else(|| Failure::new("indices out of the list's range"))
}
