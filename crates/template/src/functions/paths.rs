//! Family `paths`: paths with slashes, taken apart as texts. Those of the operating system are the same, since the peer runs on Linux.

use selkie_crypto::Secret;

use super::arguments::text;
use super::{Context, Function, texts};
use crate::error::Failure;
use crate::value::{Text, Type, Value};

pub(super) const FUNCTIONS: &[Function] = &[
    Function {
        name: "base",
        takes: &[Type::Text],
        rest: None,
        says: "What stands behind the last slash.",
        example: (r#"{{ base "/etc/app.conf" }}"#, "app.conf"),
        run: base,
    },
    Function {
        name: "dir",
        takes: &[Type::Text],
        rest: None,
        says: "What stands before the last slash, cleaned.",
        example: (r#"{{ dir "/etc/app/x.conf" }}"#, "/etc/app"),
        run: dir,
    },
    Function {
        name: "clean",
        takes: &[Type::Text],
        rest: None,
        says: "The shortest path that means the same.",
        example: (r#"{{ clean "/etc//app/../x" }}"#, "/etc/x"),
        run: clean,
    },
    Function {
        name: "ext",
        takes: &[Type::Text],
        rest: None,
        says: "The ending from the last dot on.",
        example: (r#"{{ ext "/etc/app.conf" }}"#, ".conf"),
        run: ext,
    },
    Function {
        name: "isAbs",
        takes: &[Type::Text],
        rest: None,
        says: "Whether a path begins at the root.",
        example: (r#"{{ isAbs "/etc" }}"#, "true"),
        run: is_abs,
    },
    Function {
        name: "osBase",
        takes: &[Type::Text],
        rest: None,
        says: "As `base`.",
        example: (r#"{{ osBase "/etc/app.conf" }}"#, "app.conf"),
        run: base,
    },
    Function {
        name: "osDir",
        takes: &[Type::Text],
        rest: None,
        says: "As `dir`.",
        example: (r#"{{ osDir "/etc/app/x.conf" }}"#, "/etc/app"),
        run: dir,
    },
    Function {
        name: "osClean",
        takes: &[Type::Text],
        rest: None,
        says: "As `clean`.",
        example: (r#"{{ osClean "/etc//app/../x" }}"#, "/etc/x"),
        run: clean,
    },
    Function {
        name: "osExt",
        takes: &[Type::Text],
        rest: None,
        says: "As `ext`.",
        example: (r#"{{ osExt "/etc/app.conf" }}"#, ".conf"),
        run: ext,
    },
    Function {
        name: "osIsAbs",
        takes: &[Type::Text],
        rest: None,
        says: "As `isAbs`.",
        example: (r#"{{ osIsAbs "etc" }}"#, "false"),
        run: is_abs,
    },
];

/// `.` of an empty path, `/` of one that has slashes only.
fn base(context: &mut Context<'_>, arguments: &[Value]) -> Result<Value, Failure> {
    let path = text(arguments, 0)?.bytes();
    if path.is_empty() {
        return Ok(Value::from("."));
    }
    texts::read(context, path.len())?;
    let Some(last) = path.iter().rposition(|byte| *byte != b'/') else {
        return Ok(Value::from("/"));
    };
    let path = &path[..=last];
    texts::copy(context, &path[behind_slash(path)..])
}

fn dir(context: &mut Context<'_>, arguments: &[Value]) -> Result<Value, Failure> {
    let path = text(arguments, 0)?.bytes();
    cleaned(context, &path[..behind_slash(path)])
}

fn clean(context: &mut Context<'_>, arguments: &[Value]) -> Result<Value, Failure> {
    cleaned(context, text(arguments, 0)?.bytes())
}

fn cleaned(context: &mut Context<'_>, path: &[u8]) -> Result<Value, Failure> {
    texts::read_slowly(context, path.len())?;
    context.budget.text(path.len() + 1)?;
    let rooted = path.starts_with(b"/");
    let mut parts: Vec<&[u8]> = Vec::new();
    for part in path.split(|byte| *byte == b'/') {
        match part {
            b"" | b"." => {}
            b".." => match parts.last() {
                Some(last) if *last != b".." => {
                    parts.pop();
                }
                // Above the root is the root.
                None if rooted => {}
                _ => parts.push(part),
            },
            _ => parts.push(part),
        }
    }
    let mut made = Secret::with_capacity(path.len() + 1);
    if rooted {
        made.extend_from_slice(b"/");
    } else if parts.is_empty() {
        made.extend_from_slice(b".");
    }
    for (index, part) in parts.into_iter().enumerate() {
        if index > 0 {
            made.extend_from_slice(b"/");
        }
        made.extend_from_slice(part);
    }
    Ok(Value::Text(Text::from(made)))
}

fn ext(context: &mut Context<'_>, arguments: &[Value]) -> Result<Value, Failure> {
    let path = text(arguments, 0)?.bytes();
    texts::read(context, path.len())?;
    let name = &path[behind_slash(path)..];
    let dot = name.iter().rposition(|byte| *byte == b'.');
    texts::copy(context, dot.map_or(b"", |dot| &name[dot..]))
}

fn is_abs(_: &mut Context<'_>, arguments: &[Value]) -> Result<Value, Failure> {
    Ok(Value::Bool(text(arguments, 0)?.bytes().starts_with(b"/")))
}

/// Where the name behind the last slash begins.
fn behind_slash(path: &[u8]) -> usize {
    memchr::memrchr(b'/', path).map_or(0, |slash| slash + 1)
}
