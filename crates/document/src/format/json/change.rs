//! Where in a sealed JSON text a change is written: one value set, added or taken out, in the style of its neighbours.

use super::emit::Printer;
use super::scan;
use super::style::Style;
use crate::edit::Change;
use crate::format::Writing;
use crate::splice::Edit;
use crate::token::Put;
use crate::tree::{Node, Tree};

/// A range of the text and what is printed there.
#[derive(Debug)]
struct Place {
    start: usize,
    stop: usize,
    before: String,
    print: Print,
    after: String,
    style: Style,
}

/// Nodes count in the tree after the change.
#[derive(Clone, Copy, Debug)]
enum Print {
    Nothing,
    /// The new value without its key.
    Value,
    /// The new value, with its key if it has one.
    Entry,
    /// A container that was empty before.
    Container(u32),
}

/// Finds where a change is written; what it returns prints it.
pub(crate) fn writing(tree: &Tree, change: &Change) -> Writing {
    let finder = Finder {
        tree,
        bytes: tree.source(),
        style: Style::of(tree),
    };
    let place = match change {
        Change::Replace { node, .. } => finder.replace(*node),
        Change::Append { container, .. } => finder.append(*container),
        Change::Remove { node } => finder.remove(*node),
    };
    Box::new(move |tree, new, tokens| {
        let mut printer = Printer::sealed(tree, &place.style, tokens);
        match place.print {
            Print::Nothing => {}
            Print::Value => printer.node(new),
            Print::Entry => printer.entry(new),
            Print::Container(node) => printer.node(node),
        }
        let mut text = place.before.into_bytes();
        text.extend(printer.finish());
        text.extend_from_slice(place.after.as_bytes());
        vec![Edit {
            start: place.start as u32,
            stop: place.stop as u32,
            put: Put::Text(text),
        }]
    })
}

struct Finder<'t> {
    tree: &'t Tree,
    bytes: &'t [u8],
    style: Style,
}

impl Finder<'_> {
    /// The style with its top level where the line of `at` begins.
    fn style_at(&self, at: usize) -> Style {
        let top = scan::indentation(self.bytes, at);
        Style {
            top: String::from_utf8_lossy(top).into_owned(),
            ..self.style.clone()
        }
    }

    fn replace(&self, index: u32) -> Place {
        let node = self.tree.node(index);
        Place {
            start: node.start as usize,
            stop: node.stop as usize,
            before: String::new(),
            print: Print::Value,
            after: String::new(),
            style: self.style_at(node.start as usize),
        }
    }

    fn append(&self, container: u32) -> Place {
        let node = self.tree.node(container);
        let items = self.tree.children(container).map(|it| {
            let item = self.tree.node(it);
            (item.entry, item.stop)
        });
        // A comment that SOPS wrote as an item stands in the text, though not among the items.
        let comments = self.tree.comments_of(container).iter();
        let mut entries: Vec<(u32, u32)> = items
            .chain(comments.map(|it| (it.start, it.stop)))
            .collect();
        entries.sort_unstable();
        let Some(&(last, stop)) = entries.last() else {
            return self.first_entry(container, node);
        };
        let blanks = &self.bytes[scan::blanks_before(self.bytes, last as usize)..last as usize];
        let on_lines = blanks.contains(&b'\n');
        let gap = if on_lines || entries.len() > 1 {
            String::from_utf8_lossy(blanks).into_owned()
        } else {
            self.style.gap.clone()
        };
        let style = self.style_at(last as usize);
        Place {
            start: stop as usize,
            stop: stop as usize,
            before: format!(",{gap}"),
            print: Print::Entry,
            after: String::new(),
            style: if on_lines { style } else { style.on_one_line() },
        }
    }

    /// A container without entries is printed anew; of the root's, only the metadata is left.
    fn first_entry(&self, container: u32, node: &Node) -> Place {
        let (start, stop) = (node.start as usize, node.stop as usize);
        let sealed_root = container == 0 && self.tree.documents[0].metadata.is_some();
        if !sealed_root {
            return Place {
                start,
                stop,
                before: String::new(),
                print: Print::Container(container),
                after: String::new(),
                style: self.style_at(start),
            };
        }
        let entry = scan::blanks(self.bytes, start + 1);
        let gap = match &self.bytes[start + 1..entry] {
            [] => self.style.gap.clone(),
            blanks => String::from_utf8_lossy(blanks).into_owned(),
        };
        Place {
            start: entry,
            stop: entry,
            before: String::new(),
            print: Print::Entry,
            after: format!(",{gap}"),
            style: self.style_at(entry),
        }
    }

    fn remove(&self, index: u32) -> Place {
        let node = self.tree.node(index);
        let (entry, stop) = (node.entry as usize, node.stop as usize);
        let next = scan::blanks(self.bytes, stop);
        let before = scan::blanks_before(self.bytes, entry);
        let (start, stop) = if self.bytes.get(next) == Some(&b',') {
            (entry, scan::blanks(self.bytes, next + 1))
        } else if self.bytes[before - 1] == b',' {
            (scan::blanks_before(self.bytes, before - 1), stop)
        } else {
            (before, next)
        };
        Place {
            start,
            stop,
            before: String::new(),
            print: Print::Nothing,
            after: String::new(),
            style: self.style.clone(),
        }
    }
}

#[cfg(test)]
mod tests;
