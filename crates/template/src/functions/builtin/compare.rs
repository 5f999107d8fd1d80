//! Comparisons by Go's rules: numbers of one kind only, nothing that has to be compared item by item.

use std::cmp::Ordering;

use crate::budget::Budget;
use crate::error::Failure;
use crate::execute::below;
use crate::functions::types::kind;
use crate::value::{Form, Value};

/// What a value is compared as.
enum Basic<'a> {
    Bool(bool),
    Signed(i64),
    Unsigned(u64),
    Float(f64),
    Complex(f64, f64),
    Text(&'a [u8]),
}

/// Whether the first value equals any of the others.
pub(super) fn equals_any(budget: &mut Budget, values: &[Value]) -> Result<bool, Failure> {
    let [first, others @ ..] = values else {
        return Err(missing());
    };
    if others.is_empty() {
        return Err(missing());
    }
    for other in others {
        if equals(budget, first, other)? {
            return Ok(true);
        }
    }
    Ok(false)
}

pub(super) fn less(budget: &mut Budget, values: &[Value]) -> Result<bool, Failure> {
    let [first, second] = values else {
        return Err(missing());
    };
    let (first, second) = (below(first.clone()), below(second.clone()));
    let (Some(one), Some(other)) = (basic(&first), basic(&second)) else {
        return Err(Failure::new("invalid type for comparison"));
    };
    match (one, other) {
        (Basic::Signed(one), Basic::Signed(other)) => Ok(one < other),
        (Basic::Unsigned(one), Basic::Unsigned(other)) => Ok(one < other),
        (Basic::Signed(one), Basic::Unsigned(other)) => Ok(mixed(one, other) == Ordering::Less),
        (Basic::Unsigned(one), Basic::Signed(other)) => Ok(mixed(other, one) == Ordering::Greater),
        (Basic::Float(one), Basic::Float(other)) => Ok(one < other),
        (Basic::Text(one), Basic::Text(other)) => {
            spend(budget, one.len().min(other.len()))?;
            Ok(one < other)
        }
        (Basic::Bool(_), Basic::Bool(_)) | (Basic::Complex(..), Basic::Complex(..)) => {
            Err(Failure::new("invalid type for comparison"))
        }
        _ => Err(incompatible()),
    }
}

pub(super) fn less_or_equal(budget: &mut Budget, values: &[Value]) -> Result<bool, Failure> {
    Ok(less(budget, values)? || equals_any(budget, values)?)
}

fn equals(budget: &mut Budget, first: &Value, second: &Value) -> Result<bool, Failure> {
    let (one, other) = (below(first.clone()), below(second.clone()));
    match (basic(&one), basic(&other)) {
        (Some(one), Some(other)) => match (one, other) {
            (Basic::Bool(one), Basic::Bool(other)) => Ok(one == other),
            (Basic::Signed(one), Basic::Signed(other)) => Ok(one == other),
            (Basic::Unsigned(one), Basic::Unsigned(other)) => Ok(one == other),
            (Basic::Signed(one), Basic::Unsigned(other))
            | (Basic::Unsigned(other), Basic::Signed(one)) => {
                Ok(mixed(one, other) == Ordering::Equal)
            }
            (Basic::Float(one), Basic::Float(other)) => Ok(one.eq(&other)),
            (Basic::Complex(real, imaginary), Basic::Complex(other_real, other_imaginary)) => {
                Ok(real.eq(&other_real) && imaginary.eq(&other_imaginary))
            }
            (Basic::Text(one), Basic::Text(other)) => {
                if one.len() != other.len() {
                    return Ok(false);
                }
                spend(budget, one.len())?;
                Ok(one == other)
            }
            _ => Err(incompatible()),
        },
        (None, None) => alike(budget, first, second),
        _ => match (first, second) {
            (Value::Nil, _) | (_, Value::Nil) => Ok(false),
            _ => Err(incompatible()),
        },
    }
}

/// Whether two values of which neither is a plain one are equal.
fn alike(budget: &mut Budget, first: &Value, second: &Value) -> Result<bool, Failure> {
    let types = first.of().zip(second.of());
    if let Some((one, other)) = types
        && kind(first) != kind(second)
    {
        return Err(Failure::new(format!(
            "non-comparable types {one} and {other}"
        )));
    }
    match (is_nil(first), is_nil(second)) {
        (true, true) => return Ok(true),
        (true, false) | (false, true) => return Ok(false),
        (false, false) => {}
    }
    match (first, second) {
        (Value::Object(_), Value::Object(_)) if types.is_some_and(|(one, other)| one != other) => {
            Ok(false)
        }
        (Value::Object(first), Value::Object(second)) => match (first.form(), second.form()) {
            (Form::Struct(one), Form::Struct(other)) => fields(budget, &one, &other),
            (Form::Methods(one), Form::Methods(other)) => match (one.pointer, other.pointer) {
                (Some(one), Some(other)) => Ok(one == other),
                (None, None) => {
                    let (ones, others) = (
                        (one.fields)(first.as_ref()),
                        (other.fields)(second.as_ref()),
                    );
                    fields(budget, &ones, &others)
                }
                _ => Ok(false),
            },
            _ => Ok(false),
        },
        _ => Err(Failure::new("non-comparable types")),
    }
}

fn fields(
    budget: &mut Budget,
    ones: &[(&'static str, Value)],
    others: &[(&'static str, Value)],
) -> Result<bool, Failure> {
    for ((_, one), (_, other)) in ones.iter().zip(others) {
        if one.of() != other.of() || !equals(budget, one, other)? {
            return Ok(false);
        }
    }
    Ok(true)
}

fn is_nil(value: &Value) -> bool {
    match value {
        Value::Nil => true,
        Value::List(list) => list.is_nil(),
        Value::Map(map) => map.is_nil(),
        _ => false,
    }
}

fn basic(value: &Value) -> Option<Basic<'_>> {
    Some(match value {
        Value::Bool(value) => Basic::Bool(*value),
        Value::Signed(_, number) => Basic::Signed(*number),
        Value::Unsigned(_, number) => Basic::Unsigned(*number),
        Value::Float(number) => Basic::Float(*number),
        Value::Complex(real, imaginary) => Basic::Complex(*real, *imaginary),
        Value::Text(text) => Basic::Text(text.bytes()),
        Value::Nil | Value::List(_) | Value::Map(_) | Value::Object(_) => return None,
    })
}

/// Pays for looking at so many bytes of two texts.
pub(super) fn spend(budget: &mut Budget, bytes: usize) -> Result<(), Failure> {
    budget.steps(bytes / 1024)
}

fn mixed(signed: i64, unsigned: u64) -> Ordering {
    i128::from(signed).cmp(&i128::from(unsigned))
}

fn missing() -> Failure {
    Failure::new("missing argument for comparison")
}

fn incompatible() -> Failure {
    Failure::new("incompatible types for comparison")
}
