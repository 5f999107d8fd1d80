//! Merging maps by the rules of `mergo`: into the first map, deeper maps entry by entry, everything else shared.

use std::collections::BTreeMap;

use crate::budget::Budget;
use crate::error::Failure;
use crate::functions::Context;
use crate::functions::arguments::map;
use crate::functions::logic::is_empty;
use crate::functions::types::kind;
use crate::value::{Form, Map, Text, Type, Value};

/// What becomes of an entry that the first map has already.
#[derive(Clone, Copy, PartialEq)]
pub(super) enum Rule {
    /// It stays, unless it is empty.
    Fill,
    /// It is replaced, by an empty value too; only a map stays, and is merged.
    Overwrite,
}

pub(super) fn merge(context: &mut Context<'_>, arguments: &[Value]) -> Result<Value, Failure> {
    Ok(merged(context, arguments, Rule::Fill)?.unwrap_or_else(|| Value::from("")))
}

pub(super) fn must_merge(context: &mut Context<'_>, arguments: &[Value]) -> Result<Value, Failure> {
    merged(context, arguments, Rule::Fill)?.ok_or_else(differ)
}

/// Merges under [`Rule::Overwrite`]. `mergo` finds nothing to report there.
pub(super) fn merge_overwrite(
    context: &mut Context<'_>,
    arguments: &[Value],
) -> Result<Value, Failure> {
    merged(context, arguments, Rule::Overwrite)?.ok_or_else(differ)
}

fn differ() -> Failure {
    Failure::new("a struct and a value of another type under one key")
}

/// The first map with all others merged into it; `None` if `mergo` reports that two values do not fit.
fn merged(
    context: &mut Context<'_>,
    arguments: &[Value],
    rule: Rule,
) -> Result<Option<Value>, Failure> {
    let mut into = map(arguments, 0)?.clone();
    for index in 1..arguments.len() {
        let from = map(arguments, index)?;
        if into.is_nil() && !from.is_nil() {
            into = Map::any(BTreeMap::new());
        }
        if !entries(context.budget, &into, from, rule, 0)? {
            return Ok(None);
        }
    }
    Ok(Some(Value::Map(into)))
}

/// Merges entry by entry; false if two values do not fit.
fn entries(
    budget: &mut Budget,
    into: &Map,
    from: &Map,
    rule: Rule,
    level: usize,
) -> Result<bool, Failure> {
    budget.depth(level)?;
    budget.steps(1 + from.len())?;
    for (key, value) in from.entries() {
        let old = into.at(&key);
        match (&value, rule) {
            (Value::Nil, Rule::Fill) => continue,
            (Value::Nil, Rule::Overwrite) => {
                put(budget, into, from, key, value)?;
                continue;
            }
            (Value::List(_), _) if into.value() != Type::Any => return Err(unfit()),
            _ => {}
        }
        if !deeper(budget, old.as_ref(), &value, rule, level)? {
            return Ok(false);
        }
        // Asked only now: an empty map may just have been filled.
        let is_free = old.as_ref().is_none_or(is_void);
        let both_maps =
            matches!(old, Some(Value::Map(_))) && matches!(value, Value::Map(_)) && !is_free;
        if !both_maps && (is_free || rule == Rule::Overwrite) {
            put(budget, into, from, key, value)?;
        }
    }
    Ok(true)
}

/// What happens below an entry before it is itself looked at; false if both values do not fit.
fn deeper(
    budget: &mut Budget,
    old: Option<&Value>,
    value: &Value,
    rule: Rule,
    level: usize,
) -> Result<bool, Failure> {
    let kind_of_value = kind(value);
    if !matches!(kind_of_value, "map" | "ptr" | "struct") {
        return Ok(true);
    }
    match (old, value) {
        (Some(Value::Map(into)), Value::Map(from)) => {
            if into.is_nil() && !from.is_nil() {
                return Ok(true);
            }
            entries(budget, into, from, rule, level + 1)
        }
        (Some(Value::Map(into)), _) if into.is_nil() && kind_of_value == "struct" => Err(unfit()),
        (Some(Value::Object(object)), _) if object.of().to_string().starts_with('*') => {
            let name = object.of().to_string();
            let same = value.of().is_some_and(|of| of.to_string() == name[1..]);
            Ok(kind_of_value == "ptr" || rule == Rule::Overwrite || same)
        }
        (Some(Value::Object(object)), _) => match object.form() {
            // A struct with public fields is merged field by field, which needs the same fields.
            Form::Struct(_) if value.of() != Some(object.of()) => Err(unfit()),
            _ => Ok(true),
        },
        _ => Ok(true),
    }
}

/// Sets an entry. What comes out of a map to `interface {}` fits no other map.
fn put(
    budget: &mut Budget,
    into: &Map,
    from: &Map,
    key: Text,
    value: Value,
) -> Result<(), Failure> {
    if into.value() != Type::Any && from.value() != into.value() {
        return Err(unfit());
    }
    into.insert(key, value, budget)
}

/// Whether `mergo` fills it: it knows no zero of complex numbers.
fn is_void(value: &Value) -> bool {
    is_empty(value) && !matches!(value, Value::Complex(..))
}

fn unfit() -> Failure {
    Failure::new("a value that does not fit into the map it is merged into")
}
