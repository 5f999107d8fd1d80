//! Values as text, as Go's `fmt` writes them: the print functions, and what an action writes out. Everything is spent from the budget while it is
//! written, since a value that shares its parts can be exponentially larger as text.

mod directive;
mod flags;
mod float;
mod integer;
mod printer;
mod text;
mod value;

use crate::budget::{Budget, OBJECT};
use crate::error::Failure;
use crate::value::{Form, Methods, Text, Value};
use printer::Printer;

/// `fmt.Sprint`: a blank between neighbours of which neither is a string.
pub(crate) fn sprint(budget: &mut Budget, values: &[Value]) -> Result<Text, Failure> {
    let mut printer = Printer::new(budget);
    let mut after_text = true;
    for (index, value) in values.iter().enumerate() {
        let is_text = matches!(value, Value::Text(_));
        if index > 0 && !is_text && !after_text {
            printer.write(b" ")?;
        }
        printer.operand(value, 'v')?;
        after_text = is_text;
    }
    Ok(printer.finish())
}

/// `fmt.Sprintln`: a blank between all, and a newline behind.
pub(crate) fn sprintln(budget: &mut Budget, values: &[Value]) -> Result<Text, Failure> {
    let mut printer = Printer::new(budget);
    for (index, value) in values.iter().enumerate() {
        if index > 0 {
            printer.write(b" ")?;
        }
        printer.operand(value, 'v')?;
    }
    printer.write(b"\n")?;
    Ok(printer.finish())
}

/// `fmt.Sprintf`. What is wrong with `format` or does not fit it is told within the text, as Go does.
pub(crate) fn sprintf(
    budget: &mut Budget,
    format: &Text,
    values: &[Value],
) -> Result<Text, Failure> {
    let mut printer = Printer::new(budget);
    directive::print(&mut printer, format.bytes(), values)?;
    Ok(printer.finish())
}

/// `fmt.Sprint` of one value.
pub(crate) fn value(budget: &mut Budget, value: &Value) -> Result<Text, Failure> {
    if let Value::Text(text) = value {
        return Ok(text.clone());
    }
    let mut printer = Printer::new(budget);
    printer.operand(value, 'v')?;
    Ok(printer.finish())
}

/// What Sprig's `toString`, and each function of it that takes anything as text, makes of one value: bytes are text.
pub(crate) fn strval(budget: &mut Budget, value: &Value) -> Result<Text, Failure> {
    match value {
        Value::List(list) => {
            budget.steps(list.len())?;
            let Some(mut bytes) = list.bytes() else {
                return self::value(budget, value);
            };
            budget.text(bytes.len())?;
            Ok(Text::from(std::mem::take(&mut *bytes)))
        }
        Value::Object(object) => {
            budget.steps(OBJECT)?;
            let text = match object.form() {
                Form::Printed(text, _) => text,
                Form::Methods(Methods { text, .. }) => text(object.as_ref()),
                Form::Struct(_) => return self::value(budget, value),
            };
            budget.text(text.len())?;
            Ok(Text::from(text))
        }
        _ => self::value(budget, value),
    }
}

#[cfg(test)]
mod tests;
