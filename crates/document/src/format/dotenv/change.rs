//! Where in a sealed text a change is written, and what can be set at all.

use selkie_crypto::Kind;

use super::{emit, escape, metadata};
use crate::edit::{Change, Value};
use crate::error::Error;
use crate::format::{Writing, text};
use crate::path::{Path, Step};
use crate::splice::Edit;
use crate::token::{Put, Tokens};
use crate::tree::{Shape, Tree};

/// The value as it stands in such a file.
///
/// # Errors
/// [`Error::Conversion`] for what has no place.
pub(crate) fn settable(path: &Path, value: Value) -> Result<Value, Error> {
    let refused = |reason| Error::Conversion {
        path: path.to_string(),
        reason,
    };
    match path.steps() {
        [] => Ok(value),
        [Step::Key(key)] => {
            emit::check_key(key.as_bytes()).map_err(refused)?;
            match text::set(value).map_err(refused)? {
                Value::Str(text) if escape::is_ambiguous(text.expose()) => {
                    Err(refused("a backslash before an n is a line break in dotenv"))
                }
                value => Ok(value),
            }
        }
        _ => Err(refused(text::NESTED)),
    }
}

/// Finds the place of a change; what is returned prints it.
pub(crate) fn writing(tree: &Tree, change: &Change) -> Writing {
    let source = tree.source();
    let (start, stop) = match change {
        Change::Replace { node, .. } => (tree.node(*node).start, tree.node(*node).stop),
        Change::Append { .. } => {
            let at = end_of_entries(source);
            (at, at)
        }
        Change::Remove { node } => line_of(source, tree.node(*node).entry),
    };
    let (entry, gone) = match change {
        Change::Replace { .. } => (false, false),
        Change::Append { .. } => (true, false),
        Change::Remove { .. } => (false, true),
    };
    Box::new(move |tree, new, tokens| {
        let text = if gone {
            Vec::new()
        } else {
            printed(tree, new, tokens, start, entry)
        };
        vec![Edit {
            start,
            stop,
            put: Put::Text(text),
        }]
    })
}

/// The new value, or the whole line.
fn printed(tree: &Tree, new: u32, tokens: Tokens<'_>, at: u32, entry: bool) -> Vec<u8> {
    let node = tree.node(new);
    let value = if let Some(token) = tokens(new) {
        token.into_bytes()
    } else {
        let kind = match node.shape {
            Shape::Leaf(kind) => kind,
            _ => Kind::Str,
        };
        let text = text::of(kind, tree.text(node.text));
        escape::text(&text).unwrap_or_else(|| text.into_owned())
    };
    if !entry {
        return value;
    }
    let line = [tree.text(node.key), b"=", &value].concat();
    let before = &tree.source()[..at as usize];
    let unfinished = !before.is_empty() && !before.ends_with(b"\n");
    if unfinished {
        [b"\n", line.as_slice()].concat()
    } else {
        [line.as_slice(), b"\n"].concat()
    }
}

/// Where a new line goes: before the metadata that ends the text, or at the end.
fn end_of_entries(source: &[u8]) -> u32 {
    let end = source.len() as u32;
    let last = metadata::ranges(source).pop();
    last.filter(|range| range.1 == end)
        .map_or(end, |range| range.0)
}

/// A line with its line break; the last one of an unfinished text with the break before it.
fn line_of(source: &[u8], start: u32) -> (u32, u32) {
    let from = start as usize;
    match source[from..].iter().position(|byte| *byte == b'\n') {
        Some(len) => (start, (from + len + 1) as u32),
        None => (start.saturating_sub(1), source.len() as u32),
    }
}
