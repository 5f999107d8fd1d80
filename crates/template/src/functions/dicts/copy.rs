//! Copies that share nothing that could be changed.

use crate::budget::Budget;
use crate::error::Failure;
use crate::functions::Context;
use crate::functions::arguments::at;
use crate::functions::semver::blank;
use crate::value::{List, Map, Type, Value};

/// Steps for making a list, besides those for its items.
const LIST: usize = 6;
/// Steps for making a map, and for each of its entries.
const MAP: usize = 12;
const ENTRY: usize = 4;

pub(super) fn deep_copy(context: &mut Context<'_>, arguments: &[Value]) -> Result<Value, Failure> {
    match at(arguments, 0)? {
        Value::Nil => Err(Failure::new("nil has no type that a copy could have")),
        value => copy(context.budget, value, 0),
    }
}

fn copy(budget: &mut Budget, value: &Value, level: usize) -> Result<Value, Failure> {
    budget.steps(1)?;
    budget.depth(level)?;
    Ok(match value {
        Value::List(list) if list.is_nil() => value.clone(),
        Value::List(list) => {
            // Hidden items take room in the copy too.
            budget.steps(LIST + list.capacity() - list.len())?;
            let items = list
                .items()
                .iter()
                .map(|item| copy(budget, item, level + 1))
                .collect::<Result<_, _>>()?;
            Value::List(List::with_room(list.item(), items, list.capacity()))
        }
        Value::Map(map) if map.is_nil() => value.clone(),
        Value::Map(map) if map.value() == Type::Text => {
            budget.steps(MAP + ENTRY * map.len())?;
            let texts = map
                .entries()
                .into_iter()
                .filter_map(|(key, value)| match value {
                    Value::Text(text) => Some((key, text)),
                    _ => None,
                });
            Value::Map(Map::texts(texts))
        }
        Value::Map(map) => {
            budget.steps(MAP + ENTRY * map.len())?;
            let entries = map
                .entries()
                .into_iter()
                .map(|(key, value)| Ok((key, copy(budget, &value, level + 1)?)))
                .collect::<Result<_, Failure>>()?;
            Value::Map(Map::any(entries))
        }
        // Go's copy leaves out private fields, which are all that a version has.
        Value::Object(object) => blank(&**object).unwrap_or_else(|| value.clone()),
        _ => value.clone(),
    })
}
