//! Lists without some of their items, and the question whether an item is there. Items are compared deeply.

use std::collections::BTreeSet;

use super::{items, list};
use crate::error::Failure;
use crate::functions::Context;
use crate::functions::arguments::at;
use crate::functions::equal::deep_equal;
use crate::functions::logic::is_empty;
use crate::value::{List, Text, Type, Value};

/// So many bytes of a text are looked up in one step.
const BYTES: usize = 64;
/// Steps for looking an item up among many.
const LOOKUP: usize = 2;

pub(super) fn compact(context: &mut Context<'_>, arguments: &[Value]) -> Result<Value, Failure> {
    let mut all = items(context, at(arguments, 0)?)?;
    all.retain(|item| !is_empty(item));
    Ok(chosen(all))
}

pub(super) fn uniq(context: &mut Context<'_>, arguments: &[Value]) -> Result<Value, Failure> {
    let mut scalars = BTreeSet::new();
    let mut others: Vec<Value> = Vec::new();
    let mut kept = Vec::new();
    for item in items(context, at(arguments, 0)?)? {
        let is_new = match scalar(&item) {
            Some(scalar) => {
                let length = match &scalar {
                    Scalar::Text(text) => text.len(),
                    _ => 0,
                };
                context.budget.steps(LOOKUP + length / BYTES)?;
                scalars.insert(scalar)
            }
            None if holds(context, &others, &item)? => false,
            None => {
                others.push(item.clone());
                true
            }
        };
        if is_new {
            kept.push(item);
        }
    }
    Ok(chosen(kept))
}

pub(super) fn without(context: &mut Context<'_>, arguments: &[Value]) -> Result<Value, Failure> {
    let all = items(context, at(arguments, 0)?)?;
    let mut kept = Vec::new();
    for item in all {
        if !holds(context, arguments.get(1..).unwrap_or_default(), &item)? {
            kept.push(item);
        }
    }
    Ok(chosen(kept))
}

/// Whether the list holds the value. Nil holds nothing; any other value that is no list is refused.
pub(super) fn has(context: &mut Context<'_>, arguments: &[Value]) -> Result<Value, Failure> {
    let (needle, haystack) = (at(arguments, 0)?, at(arguments, 1)?);
    if matches!(haystack, Value::Nil) {
        return Ok(Value::Bool(false));
    }
    let haystack = list(haystack)?;
    for index in 0..haystack.len() {
        if let Some(item) = haystack.at(index)
            && deep_equal(context.budget, needle, &item)?
        {
            return Ok(Value::Bool(true));
        }
    }
    Ok(Value::Bool(false))
}

fn holds(context: &mut Context<'_>, values: &[Value], item: &Value) -> Result<bool, Failure> {
    for value in values {
        if deep_equal(context.budget, value, item)? {
            return Ok(true);
        }
    }
    Ok(false)
}

/// A list of these, with the room that Go leaves behind items that were found one by one.
fn chosen(items: Vec<Value>) -> Value {
    Value::List(List::grown(Type::Any, items))
}

/// What is deeply equal exactly if it is equal, in any order: so that finding it among many does not take a step for each.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
enum Scalar {
    Nil,
    Bool(bool),
    Signed(u8, i64),
    Unsigned(u8, u64),
    Float(u64),
    Text(Text),
}

fn scalar(value: &Value) -> Option<Scalar> {
    Some(match value {
        Value::Nil => Scalar::Nil,
        Value::Bool(flag) => Scalar::Bool(*flag),
        Value::Signed(size, number) => Scalar::Signed(*size as u8, *number),
        Value::Unsigned(size, number) => Scalar::Unsigned(*size as u8, *number),
        // NaN is equal to nothing, not even to itself; both zeros are equal.
        Value::Float(number) if !number.is_nan() => Scalar::Float((number + 0.0).to_bits()),
        Value::Text(text) => Scalar::Text(text.clone()),
        _ => return None,
    })
}
