//! Family `types`: what a value is, and whether two are the same.

use super::{Context, Function, arguments, equal};
use crate::error::Failure;
use crate::value::{Form, Signed, Type, Unsigned, Value};

pub(super) const FUNCTIONS: &[Function] = &[
    Function {
        name: "typeOf",
        takes: &[Type::Any],
        rest: None,
        says: "Go's name of the value's type.",
        example: ("{{ dict | typeOf }}", "map[string]interface {}"),
        run: type_of,
    },
    Function {
        name: "typeIs",
        takes: &[Type::Text, Type::Any],
        rest: None,
        says: "Whether the value's type has that name.",
        example: ("{{ typeIs \"int\" 1 }}", "true"),
        run: type_is,
    },
    Function {
        name: "typeIsLike",
        takes: &[Type::Text, Type::Any],
        rest: None,
        says: "Whether the value's type has that name, or is a pointer to it.",
        example: (
            "{{ semver \"1.2.3\" | typeIsLike \"semver.Version\" }}",
            "true",
        ),
        run: type_is_like,
    },
    Function {
        name: "kindOf",
        takes: &[Type::Any],
        rest: None,
        says: "Go's name of the kind below the value's type: `map`, `slice`, `string`, `ptr`.",
        example: ("{{ list | kindOf }}", "slice"),
        run: kind_of,
    },
    Function {
        name: "kindIs",
        takes: &[Type::Text, Type::Any],
        rest: None,
        says: "Whether the value is of that kind.",
        example: ("{{ kindIs \"float64\" 1.5 }}", "true"),
        run: kind_is,
    },
    Function {
        name: "deepEqual",
        takes: &[Type::Any, Type::Any],
        rest: None,
        says: "Whether both have the same type and are equal all the way down.",
        example: ("{{ deepEqual (list 1 2) (list 1 2) }}", "true"),
        run: deep_equal,
    },
];

fn type_of(_: &mut Context<'_>, arguments: &[Value]) -> Result<Value, Failure> {
    Ok(Value::from(type_name(arguments::at(arguments, 0)?)))
}

fn type_is(_: &mut Context<'_>, arguments: &[Value]) -> Result<Value, Failure> {
    let name = type_name(arguments::at(arguments, 1)?);
    let wanted = arguments::text(arguments, 0)?;
    Ok(Value::Bool(wanted.bytes() == name.as_bytes()))
}

fn type_is_like(_: &mut Context<'_>, arguments: &[Value]) -> Result<Value, Failure> {
    let name = type_name(arguments::at(arguments, 1)?);
    let wanted = arguments::text(arguments, 0)?.bytes();
    let below = name.strip_prefix('*').unwrap_or(&name);
    Ok(Value::Bool(
        wanted == name.as_bytes() || wanted == below.as_bytes(),
    ))
}

fn kind_of(_: &mut Context<'_>, arguments: &[Value]) -> Result<Value, Failure> {
    Ok(Value::from(kind(arguments::at(arguments, 0)?)))
}

fn kind_is(_: &mut Context<'_>, arguments: &[Value]) -> Result<Value, Failure> {
    let kind = kind(arguments::at(arguments, 1)?);
    let wanted = arguments::text(arguments, 0)?;
    Ok(Value::Bool(wanted.bytes() == kind.as_bytes()))
}

fn deep_equal(context: &mut Context<'_>, arguments: &[Value]) -> Result<Value, Failure> {
    let (left, right) = (arguments::at(arguments, 0)?, arguments::at(arguments, 1)?);
    Ok(Value::Bool(equal::deep_equal(context.budget, left, right)?))
}

fn type_name(value: &Value) -> String {
    value
        .of()
        .map_or_else(|| "<nil>".to_owned(), |name| name.to_string())
}

/// Go's name of a value's kind, as `reflect.Kind` prints it.
pub(super) fn kind(value: &Value) -> &'static str {
    match value {
        Value::Nil => "invalid",
        Value::Bool(_) => "bool",
        Value::Signed(size, _) => match size {
            Signed::Int => "int",
            Signed::Int8 => "int8",
            Signed::Int16 => "int16",
            Signed::Int32 => "int32",
            Signed::Int64 => "int64",
        },
        Value::Unsigned(size, _) => match size {
            Unsigned::Uint => "uint",
            Unsigned::Uint8 => "uint8",
            Unsigned::Uint16 => "uint16",
            Unsigned::Uint32 => "uint32",
            Unsigned::Uint64 => "uint64",
        },
        Value::Float(_) => "float64",
        Value::Complex(..) => "complex128",
        Value::Text(_) => "string",
        Value::List(_) => "slice",
        Value::Map(_) => "map",
        Value::Object(object) if object.of().to_string().starts_with('*') => "ptr",
        Value::Object(object) => match object.form() {
            Form::Printed(_, number) => kind(&number),
            Form::Struct(_) | Form::Methods(_) => "struct",
        },
    }
}
