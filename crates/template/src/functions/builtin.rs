//! The functions that Go's templates have without any library.

mod compare;
mod escape;
mod index;

use super::Function;
use crate::error::Failure;
use crate::execute::is_true;
use crate::print;
use crate::value::{Type, Value};

pub(super) const FUNCTIONS: &[Function] = &[
    Function {
        name: "and",
        takes: &[Type::Any],
        rest: Some(Type::Any),
        says: "The first argument that is false, or the last one; those behind are not evaluated.",
        example: (r#"{{ and "x" 0 "y" }}"#, "0"),
        run: |_, arguments| Ok(first(arguments, false)),
    },
    Function {
        name: "or",
        takes: &[Type::Any],
        rest: Some(Type::Any),
        says: "The first argument that is true, or the last one; those behind are not evaluated.",
        example: (r#"{{ or "" 0 "y" }}"#, "y"),
        run: |_, arguments| Ok(first(arguments, true)),
    },
    Function {
        name: "not",
        takes: &[Type::Any],
        rest: None,
        says: "Whether the argument is false: nil, zero, or empty.",
        example: (r#"{{ not "" }}"#, "true"),
        run: |_, arguments| Ok(Value::Bool(!is_true(arguments.first()))),
    },
    Function {
        name: "eq",
        takes: &[Type::Any],
        rest: Some(Type::Any),
        says: "Whether the first argument equals any of the others.",
        example: (r#"{{ eq "b" "a" "b" }}"#, "true"),
        run: |context, arguments| compare::equals_any(context.budget, arguments).map(Value::Bool),
    },
    Function {
        name: "ne",
        takes: &[Type::Any, Type::Any],
        rest: None,
        says: "Whether the arguments differ.",
        example: ("{{ ne 1 2 }}", "true"),
        run: |context, arguments| {
            compare::equals_any(context.budget, arguments).map(|equal| Value::Bool(!equal))
        },
    },
    Function {
        name: "lt",
        takes: &[Type::Any, Type::Any],
        rest: None,
        says: "Whether the first argument is less than the second.",
        example: ("{{ lt 1 2 }}", "true"),
        run: |context, arguments| compare::less(context.budget, arguments).map(Value::Bool),
    },
    Function {
        name: "le",
        takes: &[Type::Any, Type::Any],
        rest: None,
        says: "Whether the first argument is less than the second, or equal to it.",
        example: ("{{ le 2 2 }}", "true"),
        run: |context, arguments| {
            compare::less_or_equal(context.budget, arguments).map(Value::Bool)
        },
    },
    Function {
        name: "gt",
        takes: &[Type::Any, Type::Any],
        rest: None,
        says: "Whether the first argument is greater than the second.",
        example: (r#"{{ gt "b" "a" }}"#, "true"),
        run: |context, arguments| {
            compare::less_or_equal(context.budget, arguments).map(|less| Value::Bool(!less))
        },
    },
    Function {
        name: "ge",
        takes: &[Type::Any, Type::Any],
        rest: None,
        says: "Whether the first argument is greater than the second, or equal to it.",
        example: ("{{ ge 1 2 }}", "false"),
        run: |context, arguments| {
            compare::less(context.budget, arguments).map(|less| Value::Bool(!less))
        },
    },
    Function {
        name: "len",
        takes: &[Type::Any],
        rest: None,
        says: "The number of bytes of a text, items of a list, or entries of a map.",
        example: (r#"{{ len "hé" }}"#, "3"),
        run: |_, arguments| index::length(arguments),
    },
    Function {
        name: "index",
        takes: &[Type::Any],
        rest: Some(Type::Any),
        says: "The item of a list or the entry of a map at an index or key, again for each further one.",
        example: (r#"{{ index (index . "k") 0 }}"#, "118"),
        run: |context, arguments| index::index(context.budget, arguments),
    },
    Function {
        name: "slice",
        takes: &[Type::Any],
        rest: Some(Type::Any),
        says: "A part of a text or a list, from an index and to before another one. Where Sprig's functions are available, theirs hides it.",
        example: (r#"{{ slice (list "a" "b" "c") 1 2 }}"#, "[b]"),
        run: |context, arguments| index::slice(context.budget, arguments),
    },
    Function {
        name: "call",
        takes: &[Type::Any],
        rest: Some(Type::Any),
        says: "The result of a function that is a value. Values of templates are never functions, so it always fails.",
        example: ("{{ if false }}{{ call . }}{{ end }}", ""),
        run: |_, arguments| Err(no_function(arguments)),
    },
    Function {
        name: "print",
        takes: &[],
        rest: Some(Type::Any),
        says: "The arguments as text, with a space between two of which neither is text.",
        example: (r#"{{ print 1 2 "a" "b" }}"#, "1 2ab"),
        run: |context, arguments| print::sprint(context.budget, arguments).map(Value::Text),
    },
    Function {
        name: "printf",
        takes: &[Type::Text],
        rest: Some(Type::Any),
        says: "The arguments as text, in the places and forms that the first one gives them.",
        example: (r#"{{ printf "%03d|%-4s|%q" 7 "a" "b" }}"#, "007|a   |\"b\""),
        run: |context, arguments| match arguments {
            [Value::Text(format), values @ ..] => {
                print::sprintf(context.budget, format, values).map(Value::Text)
            }
            _ => Err(Failure::new("the format is no text")),
        },
    },
    Function {
        name: "println",
        takes: &[],
        rest: Some(Type::Any),
        says: "The arguments as text, with a space between each two and a newline behind.",
        example: (r#"{{ println "a" 1 }}"#, "a 1\n"),
        run: |context, arguments| print::sprintln(context.budget, arguments).map(Value::Text),
    },
    Function {
        name: "html",
        takes: &[],
        rest: Some(Type::Any),
        says: "The arguments as text, escaped for HTML.",
        example: (r#"{{ html "<a&b>" }}"#, "&lt;a&amp;b&gt;"),
        run: |context, arguments| escape::html(context, arguments),
    },
    Function {
        name: "js",
        takes: &[],
        rest: Some(Type::Any),
        says: "The arguments as text, escaped for a text in JavaScript.",
        example: (r#"{{ js "it's" }}"#, r"it\'s"),
        run: |context, arguments| escape::js(context, arguments),
    },
    Function {
        name: "urlquery",
        takes: &[],
        rest: Some(Type::Any),
        says: "The arguments as text, escaped for the query of a URL.",
        example: (r#"{{ urlquery "a b&c" }}"#, "a+b%26c"),
        run: |context, arguments| escape::urlquery(context, arguments),
    },
];

/// What `and` and `or` give once their arguments have been evaluated.
fn first(arguments: &[Value], wanted: bool) -> Value {
    let found = arguments
        .iter()
        .find(|argument| is_true(Some(argument)) == wanted);
    found.or(arguments.last()).cloned().unwrap_or_default()
}

fn no_function(arguments: &[Value]) -> Failure {
    match arguments.first().and_then(Value::of) {
        Some(of) => Failure::new(format!("non-function of type {of}")),
        None => Failure::new("call of nil"),
    }
}
