//! Runs of numbers: `until`, `untilStep`, `seq`.

use crate::budget::Limit;
use crate::error::Failure;
use crate::functions::Context;
use crate::functions::arguments::int;
use crate::value::{List, Type, Value};

pub(super) fn until(context: &mut Context<'_>, arguments: &[Value]) -> Result<Value, Failure> {
    let end = int(arguments, 0)?;
    list(context, 0, end, if end < 0 { -1 } else { 1 })
}

pub(super) fn until_step(context: &mut Context<'_>, arguments: &[Value]) -> Result<Value, Failure> {
    let (start, end, step) = (int(arguments, 0)?, int(arguments, 1)?, int(arguments, 2)?);
    list(context, start, end, step)
}

/// Numbers as text, the last one included, as the command of that name writes them.
pub(super) fn seq(context: &mut Context<'_>, arguments: &[Value]) -> Result<Value, Failure> {
    let (start, step, end) = match arguments.len() {
        1 => (1, None, int(arguments, 0)?),
        2 => (int(arguments, 0)?, None, int(arguments, 1)?),
        3 => (
            int(arguments, 0)?,
            Some(int(arguments, 1)?),
            int(arguments, 2)?,
        ),
        _ => return Ok(Value::from("")),
    };
    let direction = if end < start { -1 } else { 1 };
    if end < start && step.is_some_and(|step| step > 0) {
        return Ok(Value::from(""));
    }
    let end = end.wrapping_add(direction);
    let numbers = numbers(context, start, end, step.unwrap_or(direction))?;
    let mut text = String::new();
    for number in numbers {
        if !text.is_empty() {
            text.push(' ');
        }
        text.push_str(&number.to_string());
    }
    context.budget.text(text.len())?;
    Ok(Value::from(text))
}

fn list(context: &mut Context<'_>, start: i64, end: i64, step: i64) -> Result<Value, Failure> {
    let items: Vec<Value> = numbers(context, start, end, step)?
        .map(Value::int)
        .collect();
    Ok(Value::List(List::grown(Type::INT, items)))
}

/// The numbers from `start` to before `end`; none where `step` leads away from it.
fn numbers(
    context: &mut Context<'_>,
    start: i64,
    end: i64,
    step: i64,
) -> Result<impl Iterator<Item = i64>, Failure> {
    let distance = i128::from(end) - i128::from(start);
    let step = i128::from(step);
    let leads = step != 0 && (distance > 0) == (step > 0);
    let count = match distance {
        0 => 0,
        _ if leads => (distance.abs() + step.abs() - 1) / step.abs(),
        _ => 0,
    };
    // Go would wrap around beyond the last number that fits, and never end.
    let next = i128::from(start) + count * step;
    if i64::try_from(next).is_err() {
        return Err(Failure::Spent(Limit::Length));
    }
    let length = usize::try_from(count).unwrap_or(usize::MAX);
    context.budget.length(length)?;
    context.budget.steps(length)?;
    Ok((0..count).map(move |turn| (i128::from(start) + turn * step) as i64))
}
