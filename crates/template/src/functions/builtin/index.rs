//! Lengths, items and parts of texts, lists and maps.

use super::compare;
use crate::budget::Budget;
use crate::error::Failure;
use crate::execute::below;
use crate::value::{List, Type, Unsigned, Value};

pub(super) fn length(arguments: &[Value]) -> Result<Value, Failure> {
    let length = match arguments {
        [Value::Text(text)] => text.len(),
        [Value::List(list)] => list.len(),
        [Value::Map(map)] => map.len(),
        [other] => return Err(unsuitable("len of", other)),
        _ => return Err(Failure::new("len takes one argument")),
    };
    Ok(Value::int((length as u64).cast_signed()))
}

pub(super) fn index(budget: &mut Budget, arguments: &[Value]) -> Result<Value, Failure> {
    let [item, indexes @ ..] = arguments else {
        return Err(Failure::new("index takes an argument"));
    };
    if matches!(item, Value::Nil) {
        return Err(Failure::new("index of untyped nil"));
    }
    let mut item = item.clone();
    for index in indexes {
        item = match &item {
            Value::Text(text) => {
                let byte = text.bytes().get(position(index, text.len())?).copied();
                let byte = byte.ok_or_else(out_of_range)?;
                Value::Unsigned(Unsigned::Uint8, u64::from(byte))
            }
            Value::List(list) => list
                .at(position(index, list.len())?)
                .ok_or_else(out_of_range)?,
            Value::Map(map) => match index {
                Value::Text(key) => {
                    compare::spend(budget, key.len())?;
                    map.at(key).unwrap_or_else(|| zero(map.value()))
                }
                Value::Nil => return Err(Failure::new("key is nil; should be of type string")),
                other => return Err(unsuitable("key should be of type string, not", other)),
            },
            Value::Nil => return Err(Failure::new("index of nil pointer")),
            other => return Err(unsuitable("can't index item of", other)),
        };
    }
    Ok(item)
}

pub(super) fn slice(budget: &mut Budget, arguments: &[Value]) -> Result<Value, Failure> {
    let [item, indexes @ ..] = arguments else {
        return Err(Failure::new("slice takes an argument"));
    };
    // A list may be sliced up to its capacity, beyond its length.
    let (length, most) = match item {
        Value::Text(_) if indexes.len() == 3 => {
            return Err(Failure::new("cannot 3-index slice a string"));
        }
        Value::Text(text) => (text.len(), text.len()),
        Value::List(list) => (list.len(), list.capacity()),
        Value::Nil => return Err(Failure::new("slice of untyped nil")),
        other => return Err(unsuitable("can't slice item of", other)),
    };
    let mut bounds = [0, length, most];
    if indexes.len() > bounds.len() {
        return Err(Failure::new("too many slice indexes"));
    }
    for (bound, index) in bounds.iter_mut().zip(indexes) {
        *bound = position(index, most)?;
    }
    let [start, end, capacity] = bounds;
    if start > end || end > capacity {
        return Err(Failure::new("slice indexes in the wrong order"));
    }
    match item {
        Value::Text(text) => {
            budget.text(end - start)?;
            Ok(Value::from(text.bytes()[start..end].to_vec()))
        }
        Value::List(list) => {
            let room = list.part(start, capacity).ok_or_else(out_of_range)?;
            let room = if capacity == most {
                room
            } else {
                // No function beside this one writes into a list, so a copy is as good.
                budget.steps(room.len())?;
                List::new(room.item(), room.items())
            };
            room.part(0, end - start)
                .map(Value::List)
                .ok_or_else(out_of_range)
        }
        _ => Err(out_of_range()),
    }
}

/// An index as a number; it may be the one behind the end.
fn position(index: &Value, length: usize) -> Result<usize, Failure> {
    let position = match below(index.clone()) {
        Value::Signed(_, number) => usize::try_from(number).ok(),
        Value::Unsigned(_, number) => usize::try_from(number).ok(),
        Value::Nil => return Err(Failure::new("cannot index slice/array with nil")),
        other => return Err(unsuitable("cannot index slice/array with", &other)),
    };
    position
        .filter(|position| *position <= length)
        .ok_or_else(out_of_range)
}

/// What a map gives for a key that it does not have.
fn zero(of: Type) -> Value {
    match of {
        Type::Text => Value::from(""),
        _ => Value::Nil,
    }
}

fn out_of_range() -> Failure {
    Failure::new("index out of range")
}

fn unsuitable(words: &str, value: &Value) -> Failure {
    match value.of() {
        Some(of) => Failure::new(format!("{words} type {of}")),
        None => Failure::new(format!("{words} nil")),
    }
}
