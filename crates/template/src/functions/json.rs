//! Functions around JSON.

use super::{Context, Function};
use crate::error::Failure;
use crate::json::{self, Layout};
use crate::value::{Text, Type, Value};

pub(super) const FUNCTIONS: &[Function] = &[
    Function {
        name: "fromJson",
        takes: &[Type::Text],
        rest: None,
        says: "What a JSON text holds: numbers as float64, objects as dicts. Nil if it is no JSON.",
        example: (r#"{{ (fromJson "{\"port\": 80}").port }}"#, "80"),
        run: |context, arguments| {
            let document = json::read(context.budget, text(arguments).bytes())?;
            Ok(document.map_or(Value::Nil, |document| document.value))
        },
    },
    Function {
        name: "mustFromJson",
        takes: &[Type::Text],
        rest: None,
        says: "As fromJson, and fails if it is no JSON or a number in it is too large.",
        example: (r#"{{ mustFromJson "[1, 2.5]" }}"#, "[1 2.5]"),
        run: |context, arguments| match json::read(context.budget, text(arguments).bytes())? {
            Some(document) if !document.overflow => Ok(document.value),
            Some(_) => Err(Failure::new("a number is too large for a float64")),
            None => Err(Failure::new("the text is no JSON")),
        },
    },
    Function {
        name: "toJson",
        takes: &[Type::Any],
        rest: None,
        says: "The value as JSON on one line, with <, > and & escaped. Empty if it has no JSON.",
        example: (
            r#"{{ dict "a" (list 1 "<b>") | toJson }}"#,
            r#"{"a":[1,"\u003cb\u003e"]}"#,
        ),
        run: |context, arguments| write_or_empty(context, arguments, Layout::Compact),
    },
    Function {
        name: "mustToJson",
        takes: &[Type::Any],
        rest: None,
        says: "As toJson, and fails if the value has no JSON.",
        example: ("{{ list 1 nil true | mustToJson }}", "[1,null,true]"),
        run: |context, arguments| write(context, arguments, Layout::Compact),
    },
    Function {
        name: "toPrettyJson",
        takes: &[Type::Any],
        rest: None,
        says: "As toJson, with one item per line and two blanks per level.",
        example: (r#"{{ dict "a" 1 | toPrettyJson }}"#, "{\n  \"a\": 1\n}"),
        run: |context, arguments| write_or_empty(context, arguments, Layout::Indented),
    },
    Function {
        name: "mustToPrettyJson",
        takes: &[Type::Any],
        rest: None,
        says: "As toPrettyJson, and fails if the value has no JSON.",
        example: ("{{ list 1 | mustToPrettyJson }}", "[\n  1\n]"),
        run: |context, arguments| write(context, arguments, Layout::Indented),
    },
    Function {
        name: "toRawJson",
        takes: &[Type::Any],
        rest: None,
        says: "The value as JSON on one line, nothing escaped for HTML. Fails if it has no JSON.",
        example: (r#"{{ toRawJson "<b>" }}"#, r#""<b>""#),
        run: |context, arguments| write(context, arguments, Layout::Raw),
    },
    Function {
        name: "mustToRawJson",
        takes: &[Type::Any],
        rest: None,
        says: "As toRawJson.",
        example: (r#"{{ mustToRawJson "a&b" }}"#, r#""a&b""#),
        run: |context, arguments| write(context, arguments, Layout::Raw),
    },
];

fn text(arguments: &[Value]) -> Text {
    match arguments.first() {
        Some(Value::Text(text)) => text.clone(),
        _ => Text::from(""),
    }
}

fn write(context: &mut Context<'_>, arguments: &[Value], layout: Layout) -> Result<Value, Failure> {
    let value = arguments.first().unwrap_or(&Value::Nil);
    match json::write(context.budget, value, layout)? {
        Some(text) => Ok(text.into()),
        None => Err(Failure::new("the value has no JSON")),
    }
}

fn write_or_empty(
    context: &mut Context<'_>,
    arguments: &[Value],
    layout: Layout,
) -> Result<Value, Failure> {
    let value = arguments.first().unwrap_or(&Value::Nil);
    let text = json::write(context.budget, value, layout)?;
    Ok(text.unwrap_or_else(|| Text::from("")).into())
}
