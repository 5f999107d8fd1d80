//! Family `logic`: choosing between values by whether they are empty, and giving up.

use super::{Context, Function, arguments};
use crate::error::Failure;
use crate::value::{Form, Type, Value};

pub(super) const FUNCTIONS: &[Function] = &[
    Function {
        name: "default",
        takes: &[Type::Any],
        rest: Some(Type::Any),
        says: "The second value, or the first if the second is empty.",
        example: ("{{ \"\" | default \"none\" }}", "none"),
        run: default,
    },
    Function {
        name: "empty",
        takes: &[Type::Any],
        rest: None,
        says: "Whether a value is nil, false, zero, or a text, list or map without content.",
        example: ("{{ empty \"\" }}", "true"),
        run: empty,
    },
    Function {
        name: "coalesce",
        takes: &[],
        rest: Some(Type::Any),
        says: "The first value that is not empty; nil if all are.",
        example: ("{{ coalesce 0 \"\" \"first\" \"second\" }}", "first"),
        run: coalesce,
    },
    Function {
        name: "all",
        takes: &[],
        rest: Some(Type::Any),
        says: "Whether no value is empty.",
        example: ("{{ all 1 \"a\" true }}", "true"),
        run: all,
    },
    Function {
        name: "any",
        takes: &[],
        rest: Some(Type::Any),
        says: "Whether a value is not empty.",
        example: ("{{ any 0 \"\" \"a\" }}", "true"),
        run: any,
    },
    Function {
        name: "ternary",
        takes: &[Type::Any, Type::Any, Type::Bool],
        rest: None,
        says: "The first value if the third is true, else the second.",
        example: ("{{ eq 1 1 | ternary \"yes\" \"no\" }}", "yes"),
        run: ternary,
    },
    Function {
        name: "fail",
        takes: &[Type::Text],
        rest: None,
        says: "Ends the render with an error. The error does not repeat the message, which may hold a value.",
        example: ("{{ if false }}{{ fail \"no password\" }}{{ end }}", ""),
        run: fail,
    },
];

/// Whether it is nil, false, zero, or without content. Structs never are.
pub(super) fn is_empty(value: &Value) -> bool {
    match value {
        Value::Nil => true,
        Value::Bool(flag) => !flag,
        Value::Signed(_, number) => *number == 0,
        Value::Unsigned(_, number) => *number == 0,
        Value::Float(number) => *number == 0.0,
        Value::Complex(real, imaginary) => *real == 0.0 && *imaginary == 0.0,
        Value::Text(text) => text.is_empty(),
        Value::List(list) => list.is_empty(),
        Value::Map(map) => map.is_empty(),
        Value::Object(object) => match object.form() {
            Form::Printed(_, number) => is_empty(&number),
            Form::Struct(_) | Form::Methods(_) => false,
        },
    }
}

fn default(_: &mut Context<'_>, arguments: &[Value]) -> Result<Value, Failure> {
    let given = arguments.get(1).filter(|given| !is_empty(given));
    Ok(given.unwrap_or(arguments::at(arguments, 0)?).clone())
}

fn empty(_: &mut Context<'_>, arguments: &[Value]) -> Result<Value, Failure> {
    Ok(Value::Bool(is_empty(arguments::at(arguments, 0)?)))
}

fn coalesce(context: &mut Context<'_>, arguments: &[Value]) -> Result<Value, Failure> {
    context.budget.steps(arguments.len())?;
    let first = arguments.iter().find(|value| !is_empty(value));
    Ok(first.cloned().unwrap_or_default())
}

fn all(context: &mut Context<'_>, arguments: &[Value]) -> Result<Value, Failure> {
    context.budget.steps(arguments.len())?;
    Ok(Value::Bool(!arguments.iter().any(is_empty)))
}

fn any(context: &mut Context<'_>, arguments: &[Value]) -> Result<Value, Failure> {
    context.budget.steps(arguments.len())?;
    Ok(Value::Bool(!arguments.iter().all(is_empty)))
}

fn ternary(_: &mut Context<'_>, arguments: &[Value]) -> Result<Value, Failure> {
    let chosen = usize::from(!arguments::flag(arguments, 2)?);
    Ok(arguments::at(arguments, chosen)?.clone())
}

fn fail(_: &mut Context<'_>, _: &[Value]) -> Result<Value, Failure> {
    Err(Failure::new(
        "the template gave up; its message is not shown, since it may hold a value",
    ))
}
