//! Making maps, and their entries: reading, setting, choosing.

use std::collections::{BTreeMap, BTreeSet};

use crate::error::Failure;
use crate::functions::Context;
use crate::functions::arguments::{at, map, text};
use crate::print;
use crate::value::{List, Map, Text, Type, Value};

/// A map out of keys and values in turn; a last key without a value gets "".
pub(super) fn dict(context: &mut Context<'_>, arguments: &[Value]) -> Result<Value, Failure> {
    context.budget.steps(arguments.len().saturating_mul(2))?;
    let mut entries = BTreeMap::new();
    for pair in arguments.chunks(2) {
        let key = print::strval(context.budget, at(pair, 0)?)?;
        let value = pair.get(1).cloned().unwrap_or_else(|| Value::from(""));
        entries.insert(key, value);
    }
    Ok(Value::Map(Map::any(entries)))
}

pub(super) fn get(_: &mut Context<'_>, arguments: &[Value]) -> Result<Value, Failure> {
    let value = map(arguments, 0)?.at(text(arguments, 1)?);
    Ok(value.unwrap_or_else(|| Value::from("")))
}

pub(super) fn set(context: &mut Context<'_>, arguments: &[Value]) -> Result<Value, Failure> {
    context.budget.steps(4)?;
    let map = map(arguments, 0)?;
    let (key, value) = (text(arguments, 1)?.clone(), at(arguments, 2)?.clone());
    map.insert(key, value, context.budget)?;
    Ok(Value::Map(map.clone()))
}

pub(super) fn unset(_: &mut Context<'_>, arguments: &[Value]) -> Result<Value, Failure> {
    let map = map(arguments, 0)?;
    map.remove(text(arguments, 1)?);
    Ok(Value::Map(map.clone()))
}

pub(super) fn has_key(_: &mut Context<'_>, arguments: &[Value]) -> Result<Value, Failure> {
    let value = map(arguments, 0)?.at(text(arguments, 1)?);
    Ok(Value::Bool(value.is_some()))
}

pub(super) fn pluck(context: &mut Context<'_>, arguments: &[Value]) -> Result<Value, Failure> {
    context.budget.steps(arguments.len())?;
    let key = text(arguments, 0)?;
    let mut found = Vec::new();
    for index in 1..arguments.len() {
        found.extend(map(arguments, index)?.at(key));
    }
    Ok(grown(Type::Any, found))
}

/// Keys of each map in their order, where Go has none.
pub(super) fn keys(context: &mut Context<'_>, arguments: &[Value]) -> Result<Value, Failure> {
    let mut all = Vec::new();
    for index in 0..arguments.len() {
        let map = map(arguments, index)?;
        context.budget.steps(map.len().saturating_mul(3))?;
        all.extend(map.keys().into_iter().map(Value::Text));
    }
    Ok(grown(Type::Text, all))
}

/// Values in the order of their keys, where Go has none.
pub(super) fn values(context: &mut Context<'_>, arguments: &[Value]) -> Result<Value, Failure> {
    let map = map(arguments, 0)?;
    context.budget.steps(map.len())?;
    let values = map.entries().into_iter().map(|(_, value)| value);
    Ok(grown(Type::Any, values.collect()))
}

pub(super) fn pick(context: &mut Context<'_>, arguments: &[Value]) -> Result<Value, Failure> {
    context.budget.steps(arguments.len())?;
    let map = map(arguments, 0)?;
    let mut entries = BTreeMap::new();
    for index in 1..arguments.len() {
        let key = text(arguments, index)?;
        if let Some(value) = map.at(key) {
            entries.insert(key.clone(), value);
        }
    }
    Ok(Value::Map(Map::any(entries)))
}

pub(super) fn omit(context: &mut Context<'_>, arguments: &[Value]) -> Result<Value, Failure> {
    let map = map(arguments, 0)?;
    context.budget.steps(arguments.len() + map.len())?;
    let omitted: BTreeSet<&Text> = (1..arguments.len())
        .map(|index| text(arguments, index))
        .collect::<Result<_, _>>()?;
    let entries = map.entries().into_iter();
    let kept = entries.filter(|(key, _)| !omitted.contains(key));
    Ok(Value::Map(Map::any(kept.collect())))
}

/// What lies at the end of a path of keys: the path, what to give if a key is missing, and the map.
pub(super) fn dig(context: &mut Context<'_>, arguments: &[Value]) -> Result<Value, Failure> {
    let [path @ .., otherwise, dict] = arguments else {
        return Err(too_few());
    };
    if path.is_empty() {
        return Err(too_few());
    }
    context.budget.steps(path.len())?;
    let keys: Vec<&Text> = (0..path.len())
        .map(|index| match &path[index] {
            Value::Text(key) => Ok(key),
            _ => Err(Failure::new("a key that is no text")),
        })
        .collect::<Result<_, _>>()?;
    let mut found = dict.clone();
    for key in keys {
        let Value::Map(map) = &found else {
            return Err(no_dict());
        };
        if map.value() != Type::Any {
            return Err(no_dict());
        }
        match map.at(key) {
            Some(value) => found = value,
            None => return Ok(otherwise.clone()),
        }
    }
    Ok(found)
}

fn too_few() -> Failure {
    Failure::new("three arguments at least")
}

fn no_dict() -> Failure {
    Failure::new(format!(
        "the path leads through a value that is no {}",
        Type::DICT
    ))
}

/// A list of these, with the room that Go leaves behind items that were found one by one.
fn grown(item: Type, items: Vec<Value>) -> Value {
    Value::List(List::grown(item, items))
}
