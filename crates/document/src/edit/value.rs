//! Values that are set, and the nodes made of them.

use selkie_crypto::{Kind, Secret, bool_text, float_text, int_text};

use crate::error::Error;
use crate::format::Format;
use crate::path::Path;
use crate::tree::{Node, Shape, Style, Text, Tree};

/// A value to set.
#[derive(Debug)]
pub enum Value {
    /// `null`.
    Null,
    /// A truth value.
    Bool(bool),
    /// An integer; it stays one.
    Int(i64),
    /// A number with a fraction or out of an integer's range.
    Float(f64),
    /// A string.
    Str(Secret),
    /// A list.
    List(Vec<Value>),
    /// A mapping, in order.
    Map(Vec<(String, Value)>),
}

/// Refuses a value that the format cannot write: sealed it would look well, and opening the file would fail.
pub(super) fn check(format: Format, path: &Path, value: &Value) -> Result<(), Error> {
    let lack = match value {
        Value::Float(it) => format.lack(Kind::Float, float_text(*it).as_bytes()),
        Value::Str(it) => format.lack(Kind::Str, it.expose()),
        Value::List(items) => return items.iter().try_for_each(|it| check(format, path, it)),
        Value::Map(entries) => {
            return entries
                .iter()
                .try_for_each(|(_, it)| check(format, path, it));
        }
        Value::Null | Value::Bool(_) | Value::Int(_) => None,
    };
    match lack {
        Some(reason) => Err(Error::Conversion {
            path: path.to_string(),
            reason,
        }),
        None => Ok(()),
    }
}

/// Makes nodes of a value, its texts in the tree's arena, its indices counted from its own start.
pub(super) fn nodes(tree: &mut Tree, key: Option<&str>, value: Value) -> Vec<Node> {
    let mut nodes = Vec::new();
    let key = key.map_or_else(Text::default, |key| store(tree, key.as_bytes()));
    push(tree, &mut nodes, key, 0, value);
    nodes
}

fn push(tree: &mut Tree, nodes: &mut Vec<Node>, key: Text, parent: u32, value: Value) {
    let index = nodes.len() as u32;
    let (shape, text) = match &value {
        Value::Null => (Shape::Null, Text::default()),
        Value::Bool(it) => (
            Shape::Leaf(Kind::Bool),
            store(tree, bool_text(*it).as_bytes()),
        ),
        Value::Int(it) => (
            Shape::Leaf(Kind::Int),
            store(tree, int_text(*it).as_bytes()),
        ),
        Value::Float(it) => (
            Shape::Leaf(Kind::Float),
            store(tree, float_text(*it).as_bytes()),
        ),
        Value::Str(it) => (Shape::Leaf(Kind::Str), store(tree, it.expose())),
        Value::List(_) => (Shape::Sequence, Text::default()),
        Value::Map(_) => (Shape::Mapping, Text::default()),
    };
    nodes.push(Node {
        shape,
        style: Style::Plain,
        flags: 0,
        indent: 0,
        key,
        text,
        entry: 0,
        head: 0,
        start: 0,
        stop: 0,
        end: 0,
        parent,
    });
    match value {
        Value::List(items) => {
            for item in items {
                push(tree, nodes, Text::default(), index, item);
            }
        }
        Value::Map(entries) => {
            for (key, value) in entries {
                let key = store(tree, key.as_bytes());
                push(tree, nodes, key, index, value);
            }
        }
        _ => {}
    }
    nodes[index as usize].end = nodes.len() as u32;
}

fn store(tree: &mut Tree, bytes: &[u8]) -> Text {
    let start = tree.arena.len();
    tree.arena.extend_from_slice(bytes);
    Text::in_arena(start, tree.arena.len())
}
