//! Nodes to text in the form that Go's encoder gives a decoded document: no blanks, members by name.

use selkie_crypto::Secret;

use super::number::{float, write_encoded};
use super::text::write_string;
use super::{Malformed, Node, Shape};

/// What became of numbers between reading and writing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Numbers {
    /// Go kept their text (`json.Number`).
    Kept,
    /// They were `float64`.
    Floats,
}

/// Whether `<`, `>` and `&` are spelled out, as Go does unless it is told not to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Escape {
    Html,
    Nothing,
}

/// Appends a node. A number that no `float64` holds is an error if that is what it went through.
pub(crate) fn write(
    node: &Node<'_>,
    numbers: Numbers,
    escape: Escape,
    out: &mut Secret,
) -> Result<(), Malformed> {
    match &node.shape {
        Shape::Null | Shape::Bool => out.extend_from_slice(node.raw),
        Shape::Number => match numbers {
            Numbers::Kept => out.extend_from_slice(node.raw),
            Numbers::Floats => write_encoded(float(node.raw)?, out),
        },
        Shape::String => {
            let text = node.text().map(super::Text::decoded).unwrap_or_default();
            write_string(text.expose(), escape == Escape::Html, out);
        }
        Shape::Array(items) => {
            out.extend_from_slice(b"[");
            for (place, item) in items.iter().enumerate() {
                if place > 0 {
                    out.extend_from_slice(b",");
                }
                write(item, numbers, escape, out)?;
            }
            out.extend_from_slice(b"]");
        }
        Shape::Object(_) => {
            out.extend_from_slice(b"{");
            for (place, (name, member)) in node.members().unwrap_or_default().iter().enumerate() {
                if place > 0 {
                    out.extend_from_slice(b",");
                }
                write_string(name.expose(), escape == Escape::Html, out);
                out.extend_from_slice(b":");
                write(member, numbers, escape, out)?;
            }
            out.extend_from_slice(b"}");
        }
    }
    Ok(())
}

/// The same document without blanks between its parts; nothing else is changed, and what is no JSON stays so.
pub(crate) fn compact(json: &[u8]) -> Secret {
    let mut out = Secret::with_capacity(json.len());
    let mut in_string = false;
    let mut escaped = false;
    for &byte in json {
        if in_string {
            in_string = escaped || byte != b'"';
            escaped = !escaped && byte == b'\\';
        } else if byte <= b' ' {
            continue;
        } else {
            in_string = byte == b'"';
        }
        out.extend_from_slice(&[byte]);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::json::parse;

    #[test]
    fn blanks_go_and_strings_stay() {
        let rows = [
            (
                "{\n\t\"b\": [ 1, 2 ] ,\"a\" : \" x \\\" y \"}\n",
                "{\"b\":[1,2],\"a\":\" x \\\" y \"}",
            ),
            (r#"[ "\\", "a b" ]"#, r#"["\\","a b"]"#),
            ("\" open ", "\" open "),
        ];
        for (text, expected) in rows {
            let out = compact(text.as_bytes());
            assert_eq!(String::from_utf8_lossy(out.expose()), expected);
        }
    }

    #[test]
    fn canonical_forms() {
        let rows = [
            ("{}", Numbers::Kept, Escape::Html, "{}"),
            ("[ ]", Numbers::Kept, Escape::Html, "[]"),
            (
                "{ \"b\" : 1 , \"a\" : [ true , null ] }",
                Numbers::Kept,
                Escape::Html,
                r#"{"a":[true,null],"b":1}"#,
            ),
            (
                r#"{"a":1,"a":{"x":2}}"#,
                Numbers::Kept,
                Escape::Html,
                r#"{"a":{"x":2}}"#,
            ),
            (
                r#"{"a":1.0,"b":1e21,"c":12345678901234567890}"#,
                Numbers::Kept,
                Escape::Html,
                r#"{"a":1.0,"b":1e21,"c":12345678901234567890}"#,
            ),
            (
                r#"{"a":1.0,"b":1e21,"c":12345678901234567890}"#,
                Numbers::Floats,
                Escape::Html,
                r#"{"a":1,"b":1e+21,"c":12345678901234567000}"#,
            ),
            (
                r#"{"<":"a&b"}"#,
                Numbers::Kept,
                Escape::Html,
                r#"{"\u003c":"a\u0026b"}"#,
            ),
            (
                r#"{"\u003c":"a\u0026b"}"#,
                Numbers::Kept,
                Escape::Nothing,
                r#"{"<":"a&b"}"#,
            ),
        ];
        for (text, numbers, escape, expected) in rows {
            let node = parse(text.as_bytes()).unwrap();
            let mut out = Secret::new();
            write(&node, numbers, escape, &mut out).unwrap();
            assert_eq!(
                String::from_utf8_lossy(out.expose()),
                expected,
                "{text} {numbers:?}"
            );
        }
    }
}
