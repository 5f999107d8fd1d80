//! Where in a sealed text a change is written, and what can be set at all.

use selkie_crypto::Secret;

use super::blank::{trim, trim_end};
use super::open::indent;
use super::places::{Owner, Places};
use super::scan::{self, Item};
use super::spelling;
use super::value::line_end;
use super::{emit, key};
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
    let check_key = |key: &str| match key::written(key.as_bytes()) {
        Some(_) => Ok(()),
        None => Err(refused(emit::KEY)),
    };
    let text = |value| {
        let value = text::set(value).map_err(refused)?;
        match &value {
            Value::Str(text) if spelling::written(text.expose()).is_none() => {
                Err(refused(emit::VALUE))
            }
            _ => Ok(value),
        }
    };
    match (path.steps(), value) {
        ([], value) => Ok(value),
        ([Step::Key(section)], Value::Map(entries)) => {
            emit::check_section(section.as_bytes()).map_err(refused)?;
            let entry = |(key, value): (String, Value)| {
                check_key(&key)?;
                Ok((key, text(value)?))
            };
            let entries = entries.into_iter().map(entry);
            Ok(Value::Map(entries.collect::<Result<_, Error>>()?))
        }
        ([Step::Key(section), Step::Key(key)], value) => {
            emit::check_section(section.as_bytes()).map_err(refused)?;
            check_key(key)?;
            text(value)
        }
        _ => Err(refused(text::NESTED)),
    }
}

/// Finds the places of a change; what is returned prints there.
pub(crate) fn writing(tree: &Tree, change: &Change) -> Writing {
    let source = tree.source();
    match change {
        Change::Replace { node, .. } if tree.node(*node).shape == Shape::Mapping => {
            let range = body(tree, *node);
            Box::new(move |tree, new, tokens| {
                vec![put(
                    range.0,
                    range.1,
                    lines(tree, new, Some(tokens), range.0, b""),
                )]
            })
        }
        Change::Replace { node, .. } => {
            let it = tree.node(*node);
            let (entry, start, stop) = (it.entry, it.start, it.stop);
            let quote = spelling::quote(it.style);
            let slot = &source[start as usize..stop as usize];
            let clean =
                slot.len() >= 2 * quote.len() && slot.starts_with(quote) && slot.ends_with(quote);
            let quote = if clean { quote } else { b"" };
            Box::new(move |tree, new, tokens| {
                let text = match tokens(new) {
                    Some(token) => [quote, token.as_bytes(), quote].concat(),
                    None => emit::leaf(tree, new).unwrap_or_default(),
                };
                replaced(tree.source(), entry, (start, stop), text)
            })
        }
        Change::Append { container, .. } if *container == 0 => {
            let last = tree.children(0).last().unwrap_or(1);
            let at = tree.node(last).stop;
            Box::new(move |tree, new, tokens| {
                let header = [b"[", tree.text(tree.node(new).key), b"]\n"].concat();
                let before: &[u8] = if at == 0 { b"" } else { b"\n" };
                let header = [before, &header].concat();
                vec![put(at, at, lines(tree, new, Some(tokens), at, &header))]
            })
        }
        Change::Append { container, .. } => {
            let section = tree.node(*container);
            let at = section.stop;
            let last = tree.children(*container).last();
            let margin = last.map_or_else(Vec::new, |key| {
                indent(source, tree.node(key).entry as usize).to_vec()
            });
            Box::new(move |tree, new, tokens| {
                let text = match tokens(new) {
                    Some(token) => token.into_bytes(),
                    None => emit::leaf(tree, new).unwrap_or_default(),
                };
                let key = key::written(tree.text(tree.node(new).key)).unwrap_or_default();
                let line = [&margin, key.as_slice(), b" = ", &text].concat();
                vec![put(at, at, on_new_line(tree.source(), at, &line))]
            })
        }
        Change::Remove { node } => {
            let ranges = removed(tree, *node);
            let edits = ranges
                .into_iter()
                .map(|(start, stop)| put(start, stop, Vec::new()));
            let edits: Vec<_> = edits.collect();
            Box::new(move |_, _, _| edits)
        }
    }
}

/// A value in the place of another. A comment that it would hide goes to the line above.
fn replaced(source: &[u8], entry: u32, slot: (u32, u32), text: Vec<u8>) -> Vec<Edit<Put>> {
    let slot = behind_blank(source, slot);
    let stop = slot.1 as usize;
    let rest = trim_end(&source[stop..line_end(source, stop)]);
    let comment = trim(rest);
    let hidden = spelling::hides(&text) && matches!(comment, [b';' | b'#', ..]);
    let mut edits = Vec::new();
    if hidden {
        let margin = indent(source, entry as usize);
        edits.push(put(entry, entry, [comment, b"\n", margin].concat()));
    }
    edits.push(put(slot.0, slot.1, text));
    if hidden {
        edits.push(put(slot.1, slot.1 + rest.len() as u32, Vec::new()));
    }
    edits
}

/// An empty value stands before the blanks of its line; what replaces it goes behind the first of them.
fn behind_blank(source: &[u8], slot: (u32, u32)) -> (u32, u32) {
    if slot.0 == slot.1 && source[slot.1 as usize..].starts_with(b" ") {
        (slot.0 + 1, slot.1 + 1)
    } else {
        slot
    }
}

/// The entries of a new section, on lines of their own behind a header.
fn lines(tree: &Tree, section: u32, tokens: Option<Tokens<'_>>, at: u32, header: &[u8]) -> Vec<u8> {
    let mut out = Secret::from(header.to_vec());
    // What cannot be written was refused before.
    _ = emit::entries(tree, section, &[], tokens, &mut out);
    let text = out.expose();
    let text = text.strip_suffix(b"\n").unwrap_or(text);
    if text.is_empty() {
        return Vec::new();
    }
    on_new_line(tree.source(), at, text)
}

fn on_new_line(source: &[u8], at: u32, line: &[u8]) -> Vec<u8> {
    let before = &source[..at as usize];
    if before.len() == scan::mark(source) || before.ends_with(b"\n") {
        [line, b"\n"].concat()
    } else {
        [b"\n", line].concat()
    }
}

/// All lines of a section behind its header.
fn body(tree: &Tree, section: u32) -> (u32, u32) {
    let node = tree.node(section);
    let start = if section == 1 {
        node.entry
    } else {
        line_end(tree.source(), node.entry as usize) as u32
    };
    (start, node.stop.max(start))
}

/// The lines of a key, wherever it stands, or of a section, with the comments that belong to them.
fn removed(tree: &Tree, node: u32) -> Vec<(u32, u32)> {
    let source = tree.source();
    let line_start = |at: usize| at - indent(source, at).len();
    let mut ranges = Vec::new();
    let mut places = Places::new(tree);
    while let Some((item, owner)) = places.next() {
        if owner != Owner::Node(node) && owner != Owner::Outdone(node) {
            continue;
        }
        let (start, stop, remark) = match &item {
            Item::Section { header, remark, .. } => {
                (header.start, tree.node(node).stop as usize, remark)
            }
            Item::Key {
                start,
                value,
                remark,
                ..
            } => (*start, value.next, remark),
            Item::Rest(_) => continue,
        };
        let first = remark.as_ref().map_or(start, |it| it.slot.start.min(start));
        ranges.push((line_start(first) as u32, stop as u32));
    }
    if node == 1 {
        ranges.push(body(tree, 1));
    }
    ranges
}

fn put(start: u32, stop: u32, text: Vec<u8>) -> Edit<Put> {
    Edit {
        start,
        stop,
        put: Put::Text(text),
    }
}
