//! Arithmetic on `int64`, which wraps around, and integers out of text.

use std::cmp::{max, min};

use crate::cast::integer;
use crate::error::Failure;
use crate::functions::Context;
use crate::functions::arguments::{at, text};
use crate::number::{Unreadable, parse_int};
use crate::print;
use crate::value::Value;

pub(super) fn atoi(_: &mut Context<'_>, arguments: &[Value]) -> Result<Value, Failure> {
    Ok(Value::int(
        match parse_int(text(arguments, 0)?.bytes(), 10, 64) {
            Ok(number) | Err(Unreadable::Range(number)) => number,
            Err(Unreadable::Syntax) => 0,
        },
    ))
}

pub(super) fn int(_: &mut Context<'_>, arguments: &[Value]) -> Result<Value, Failure> {
    Ok(Value::int(integer(at(arguments, 0)?)))
}

pub(super) fn int64(_: &mut Context<'_>, arguments: &[Value]) -> Result<Value, Failure> {
    Ok(Value::int64(integer(at(arguments, 0)?)))
}

/// Reads octal digits, as file modes are written.
pub(super) fn to_decimal(context: &mut Context<'_>, arguments: &[Value]) -> Result<Value, Failure> {
    let digits = print::value(context.budget, at(arguments, 0)?)?;
    Ok(Value::int64(parse_int(digits.bytes(), 8, 64).unwrap_or(0)))
}

pub(super) fn add1(_: &mut Context<'_>, arguments: &[Value]) -> Result<Value, Failure> {
    Ok(Value::int64(integer(at(arguments, 0)?).wrapping_add(1)))
}

pub(super) fn add(context: &mut Context<'_>, arguments: &[Value]) -> Result<Value, Failure> {
    fold(context, 0, arguments, i64::wrapping_add)
}

pub(super) fn sub(_: &mut Context<'_>, arguments: &[Value]) -> Result<Value, Failure> {
    let (left, right) = pair(arguments)?;
    Ok(Value::int64(left.wrapping_sub(right)))
}

pub(super) fn div(_: &mut Context<'_>, arguments: &[Value]) -> Result<Value, Failure> {
    let (left, right) = pair(arguments)?;
    if right == 0 {
        return Err(Failure::new("division by zero"));
    }
    Ok(Value::int64(left.wrapping_div(right)))
}

pub(super) fn modulo(_: &mut Context<'_>, arguments: &[Value]) -> Result<Value, Failure> {
    let (left, right) = pair(arguments)?;
    if right == 0 {
        return Err(Failure::new("division by zero"));
    }
    Ok(Value::int64(left.wrapping_rem(right)))
}

pub(super) fn mul(context: &mut Context<'_>, arguments: &[Value]) -> Result<Value, Failure> {
    fold(context, 1, arguments, i64::wrapping_mul)
}

pub(super) fn most(context: &mut Context<'_>, arguments: &[Value]) -> Result<Value, Failure> {
    fold(context, i64::MIN, arguments, max)
}

pub(super) fn least(context: &mut Context<'_>, arguments: &[Value]) -> Result<Value, Failure> {
    fold(context, i64::MAX, arguments, min)
}

fn pair(arguments: &[Value]) -> Result<(i64, i64), Failure> {
    Ok((integer(at(arguments, 0)?), integer(at(arguments, 1)?)))
}

fn fold(
    context: &mut Context<'_>,
    start: i64,
    arguments: &[Value],
    step: fn(i64, i64) -> i64,
) -> Result<Value, Failure> {
    context.budget.steps(arguments.len())?;
    Ok(Value::int64(
        arguments.iter().map(integer).fold(start, step),
    ))
}
