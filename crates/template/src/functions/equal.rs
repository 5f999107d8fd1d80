//! Whether two values are deeply equal, as `reflect.DeepEqual` judges: the same type, and equal all the way down.

use std::rc::Rc;

use crate::budget::Budget;
use crate::error::Failure;
use crate::value::{Form, List, Map, Object, Text, Value};

/// So many bytes of two texts are compared in one step.
const BYTES: usize = 256;

/// Whether both are equal. Nil and empty lists differ, and so do `int` and `int64`; NaN is equal to nothing, unless a shared list or map holds it.
pub(super) fn deep_equal(
    budget: &mut Budget,
    left: &Value,
    right: &Value,
) -> Result<bool, Failure> {
    equal(budget, left, right, 0)
}

#[expect(
    clippy::float_cmp,
    reason = "equal floats are what the template asks for"
)]
fn equal(budget: &mut Budget, left: &Value, right: &Value, level: usize) -> Result<bool, Failure> {
    budget.steps(1)?;
    budget.depth(level)?;
    match (left, right) {
        (Value::Nil, Value::Nil) => Ok(true),
        (Value::Bool(left), Value::Bool(right)) => Ok(left == right),
        (Value::Signed(size, left), Value::Signed(other, right)) => {
            Ok(size == other && left == right)
        }
        (Value::Unsigned(size, left), Value::Unsigned(other, right)) => {
            Ok(size == other && left == right)
        }
        (Value::Float(left), Value::Float(right)) => Ok(left == right),
        (Value::Complex(real, imaginary), Value::Complex(other_real, other_imaginary)) => {
            Ok(real == other_real && imaginary == other_imaginary)
        }
        (Value::Text(left), Value::Text(right)) => texts(budget, left, right),
        (Value::List(left), Value::List(right)) => lists(budget, left, right, level),
        (Value::Map(left), Value::Map(right)) => maps(budget, left, right, level),
        (Value::Object(left), Value::Object(right)) => {
            Ok(Rc::ptr_eq(left, right) || objects(budget, &**left, &**right, level)?)
        }
        _ => Ok(false),
    }
}

fn texts(budget: &mut Budget, left: &Text, right: &Text) -> Result<bool, Failure> {
    if left.len() != right.len() {
        return Ok(false);
    }
    budget.steps(left.len() / BYTES)?;
    Ok(left == right)
}

fn lists(budget: &mut Budget, left: &List, right: &List, level: usize) -> Result<bool, Failure> {
    if left.of() != right.of() || left.is_nil() != right.is_nil() || left.len() != right.len() {
        return Ok(false);
    }
    if left.is_same(right) {
        return Ok(true);
    }
    for index in 0..left.len() {
        let items = left.at(index).zip(right.at(index));
        if let Some((left, right)) = items
            && !equal(budget, &left, &right, level + 1)?
        {
            return Ok(false);
        }
    }
    Ok(true)
}

fn maps(budget: &mut Budget, left: &Map, right: &Map, level: usize) -> Result<bool, Failure> {
    if left.of() != right.of() || left.is_nil() != right.is_nil() || left.len() != right.len() {
        return Ok(false);
    }
    if left.is_same(right) {
        return Ok(true);
    }
    budget.steps(left.len())?;
    for (key, left) in left.entries() {
        match right.at(&key) {
            Some(right) if equal(budget, &left, &right, level + 1)? => {}
            _ => return Ok(false),
        }
    }
    Ok(true)
}

fn objects(
    budget: &mut Budget,
    left: &dyn Object,
    right: &dyn Object,
    level: usize,
) -> Result<bool, Failure> {
    if left.of() != right.of() {
        return Ok(false);
    }
    let (left, right) = match (left.form(), right.form()) {
        (Form::Printed(_, left), Form::Printed(_, right)) => {
            return equal(budget, &left, &right, level + 1);
        }
        (Form::Struct(left), Form::Struct(right)) => (left, right),
        (Form::Methods(one), Form::Methods(other)) => ((one.fields)(left), (other.fields)(right)),
        _ => return Ok(false),
    };
    for ((_, left), (_, right)) in left.iter().zip(&right) {
        if !equal(budget, left, right, level + 1)? {
            return Ok(false);
        }
    }
    Ok(left.len() == right.len())
}
