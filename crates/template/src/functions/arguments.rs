//! Taking arguments out of the slice that a function is handed. The engine has checked them against the function's row, so a failure here is one of
//! the table.

use crate::error::Failure;
use crate::value::{Map, Text, Value};

/// The argument at `index`.
pub(super) fn at(arguments: &[Value], index: usize) -> Result<&Value, Failure> {
    arguments.get(index).ok_or_else(unchecked)
}

/// The text at `index`.
pub(super) fn text(arguments: &[Value], index: usize) -> Result<&Text, Failure> {
    match at(arguments, index)? {
        Value::Text(text) => Ok(text),
        _ => Err(unchecked()),
    }
}

/// The `int` at `index`.
pub(super) fn int(arguments: &[Value], index: usize) -> Result<i64, Failure> {
    match at(arguments, index)? {
        Value::Signed(_, number) => Ok(*number),
        _ => Err(unchecked()),
    }
}

/// The `float64` at `index`.
pub(super) fn float(arguments: &[Value], index: usize) -> Result<f64, Failure> {
    match at(arguments, index)? {
        Value::Float(number) => Ok(*number),
        _ => Err(unchecked()),
    }
}

/// The `bool` at `index`.
pub(super) fn flag(arguments: &[Value], index: usize) -> Result<bool, Failure> {
    match at(arguments, index)? {
        Value::Bool(flag) => Ok(*flag),
        _ => Err(unchecked()),
    }
}

/// The map at `index`.
pub(super) fn map(arguments: &[Value], index: usize) -> Result<&Map, Failure> {
    match at(arguments, index)? {
        Value::Map(map) => Ok(map),
        _ => Err(unchecked()),
    }
}

fn unchecked() -> Failure {
    Failure::new("arguments that do not fit the function's row")
}
