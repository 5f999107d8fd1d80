//! Where in a sealed YAML text a change is written: one value set, added or taken out.
//!
//! Places are found in the tree as it was; what is printed there comes from the tree as it is then.

use selkie_crypto::Kind;

use super::emit::{Emitter, STEP};
use super::scan;
use crate::edit::Change;
use crate::splice::Edit;
use crate::token::{Put, Tokens};
use crate::tree::{IN_FLOW, Node, PROPERTIES, Shape, Style, Target, Tree};

/// A range of the text and what is printed there.
#[derive(Debug)]
pub(crate) struct Place {
    start: u32,
    stop: u32,
    before: String,
    print: Print,
    after: String,
}

/// Nodes count in the tree after the change; `New` is the first new one.
#[derive(Clone, Copy, Debug)]
enum Print {
    Nothing,
    /// A leaf between quotes that stood there, or bare.
    Leaf {
        quote: Option<char>,
    },
    /// The new value on one line.
    Flow,
    /// The new entry inside brackets.
    FlowEntry,
    /// What follows a key or a dash at this column.
    Value {
        column: u16,
        in_mapping: bool,
    },
    /// A whole entry at this column, on lines of its own.
    Entry {
        column: u16,
    },
    /// A reference, written out.
    Reference(u32),
}

/// Finds the places.
pub(crate) fn places(tree: &Tree, change: &Change) -> Vec<Place> {
    let finder = Finder {
        tree,
        bytes: tree.source(),
        line_break: scan::break_of(tree.source()),
    };
    let (at, added) = match change {
        Change::Replace { node, nodes } => (*node..tree.node(*node).end, nodes.len() as u32),
        Change::Append { container, nodes } => (*container..*container + 1, nodes.len() as u32),
        Change::Remove { node } => (*node..tree.node(*node).end, 0),
    };
    let mut places = finder.written_out(&at, change, added);
    if let Some(reference) = finder.enclosing_reference(at.start, change) {
        places.push(finder.reference(reference, reference));
        return places;
    }
    places.push(match change {
        Change::Replace { node, nodes } => finder.replace(*node, nodes),
        Change::Append { container, .. } => finder.append(*container),
        Change::Remove { node } => finder.remove(*node),
    });
    places
}

/// Prints what stands at the places.
pub(crate) fn edits(tree: &Tree, places: &[Place], new: u32, tokens: Tokens<'_>) -> Vec<Edit<Put>> {
    let line_break = scan::break_of(tree.source());
    let step = step(tree);
    places
        .iter()
        .map(|place| {
            let mut emitter = Emitter::sealed(tree, tokens, step, line_break);
            let mut quote = None;
            match place.print {
                Print::Nothing => {}
                Print::Leaf { quote: wanted } => {
                    if let Shape::Leaf(kind) = tree.node(new).shape {
                        quote = wanted.filter(|_| tokens(new).is_some());
                        emitter.leaf(new, kind, tree.node(tree.node(new).parent).indent, false);
                    } else {
                        emitter.flow(new);
                    }
                }
                Print::Flow => emitter.flow(new),
                Print::FlowEntry => emitter.flow_entry(new),
                Print::Value { column, in_mapping } => emitter.value(new, column, in_mapping),
                Print::Entry { column } => emitter.entry(new, column, true),
                Print::Reference(node) => emitter.flow(node),
            }
            let printed = emitter.finish();
            let line_ends = matches!(place.print, Print::Value { .. } | Print::Entry { .. });
            let printed = if line_ends {
                printed
                    .strip_suffix(line_break.as_bytes())
                    .unwrap_or(&printed)
            } else {
                &printed
            };
            let mut text = place.before.clone().into_bytes();
            text.extend(quote.map(|quote| quote as u8));
            text.extend_from_slice(printed);
            text.extend(quote.map(|quote| quote as u8));
            text.extend_from_slice(place.after.as_bytes());
            Edit {
                start: place.start,
                stop: place.stop,
                put: Put::Text(text),
            }
        })
        .collect()
}

/// Columns by which the file indents: those of its first nested mapping.
fn step(tree: &Tree) -> u16 {
    tree.nodes
        .iter()
        .find(|node| {
            let parent = tree.node(node.parent);
            node.style == Style::Block
                && node.shape == Shape::Mapping
                && node.indent > parent.indent
                && parent.shape == Shape::Mapping
        })
        .map_or(STEP, |node| node.indent - tree.node(node.parent).indent)
}

struct Finder<'t> {
    tree: &'t Tree,
    bytes: &'t [u8],
    line_break: &'static str,
}

impl Finder<'_> {
    /// References elsewhere to what changes keep their old value: they are written out.
    fn written_out(&self, at: &std::ops::Range<u32>, change: &Change, added: u32) -> Vec<Place> {
        let removed = if matches!(change, Change::Append { .. }) {
            0
        } else {
            at.end - at.start
        };
        let place_end = if let Change::Append { container, .. } = change {
            self.tree.node(*container).end
        } else {
            at.end
        };
        let touches = |target: Target| match target {
            Target::Node(target) => target < at.end && self.tree.node(target).end > at.start,
            Target::Key => false,
        };
        let mut places = Vec::new();
        for (node, target) in &self.tree.references {
            let inside = at.contains(node) && removed > 0;
            let holds = *node <= at.start && at.start < self.tree.node(*node).end;
            if touches(*target) && !inside && !holds && self.tree.node(*node).style == Style::Alias
            {
                let now = if *node >= place_end {
                    node - removed + added
                } else {
                    *node
                };
                places.push(self.reference(*node, now));
            }
        }
        for reference in &self.tree.key_references {
            if touches(reference.target) && !(at.contains(&reference.node) && removed > 0) {
                let key =
                    String::from_utf8_lossy(self.tree.text(self.tree.node(reference.node).key))
                        .into_owned();
                places.push(Place {
                    start: reference.slot.start,
                    stop: reference.slot.end,
                    before: super::render::double_quoted(&key),
                    print: Print::Nothing,
                    after: String::new(),
                });
            }
        }
        places
    }

    fn reference(&self, node: u32, now: u32) -> Place {
        let it = self.tree.node(node);
        let (before, after) = (String::new(), String::new());
        Place {
            start: it.start,
            stop: it.stop,
            before,
            print: Print::Reference(now),
            after,
        }
    }

    /// The reference that the changed node is a part of.
    fn enclosing_reference(&self, node: u32, change: &Change) -> Option<u32> {
        let mut at = node;
        if matches!(change, Change::Append { .. }) && self.tree.node(at).style == Style::Alias {
            return Some(at);
        }
        while self.tree.node(at).style == Style::Copy {
            at = self.tree.node(at).parent;
        }
        (at != node).then_some(at)
    }

    fn replace(&self, index: u32, nodes: &[Node]) -> Place {
        let node = self.tree.node(index);
        let in_mapping = self.tree.node(node.parent).shape == Shape::Mapping;
        let in_flow = node.has(IN_FLOW);
        let nested = nodes.len() > 1;
        let (before, after) = (String::new(), String::new());
        if !in_flow && (nested || node.style == Style::Block) {
            let start = self.behind_key(node);
            let stop = self.content_end(node).max(start);
            let column = self.tree.node(node.parent).indent;
            return Place {
                start,
                stop,
                before,
                print: Print::Value { column, in_mapping },
                after,
            };
        }
        if node.shape == Shape::Null && node.start == node.stop {
            let colon = scan::skip(self.bytes, node.head, b"");
            let has_colon = self.bytes.get(colon as usize) == Some(&b':');
            let print = if in_flow {
                Print::Flow
            } else {
                Print::Leaf { quote: None }
            };
            let (start, before) = match (in_mapping, has_colon) {
                (true, true) => (colon + 1, " "),
                (true, false) => (node.head, ": "),
                (false, _) => (node.head, " "),
            };
            return Place {
                start,
                stop: start,
                before: before.to_owned(),
                print,
                after,
            };
        }
        let kind_kept = nodes
            .first()
            .is_some_and(|new| new.shape == Shape::Leaf(Kind::Str));
        let quote = match node.style {
            Style::Single if kind_kept => Some('\''),
            Style::Double if kind_kept => Some('"'),
            _ => None,
        };
        let print = if in_flow {
            Print::Flow
        } else {
            Print::Leaf { quote }
        };
        Place {
            start: self.tag_start(index, node),
            stop: node.stop,
            before,
            print,
            after,
        }
    }

    /// Where a value begins, a tag before it included: a tag speaks of the value that was.
    fn tag_start(&self, index: u32, node: &Node) -> u32 {
        let tag = self
            .tree
            .properties_of(index)
            .filter(|_| node.has(PROPERTIES))
            .and_then(|it| it.tag.clone());
        tag.map_or(node.start, |tag| tag.start)
    }

    fn append(&self, container: u32) -> Place {
        let node = self.tree.node(container);
        if node.style == Style::Flow {
            return self.append_flow(container, node);
        }
        let document = self.tree.documents.iter().find(|it| it.root == container);
        let block = document.and_then(|it| it.metadata).map(|(start, _)| start);
        let print = Print::Entry {
            column: node.indent,
        };
        let (before, after) = (String::new(), self.line_break.to_owned());
        if let Some(start) = block {
            let at = start + scan::line_break(&self.bytes[start as usize..]) as u32;
            return Place {
                start: at,
                stop: at,
                before,
                print,
                after,
            };
        }
        let end = self.content_end(node);
        let at = scan::next_line(self.bytes, end as usize) as u32;
        if at as usize == self.bytes.len() && !matches!(self.bytes.last(), Some(b'\n' | b'\r')) {
            return Place {
                start: at,
                stop: at,
                before: self.line_break.to_owned(),
                print,
                after: before,
            };
        }
        Place {
            start: at,
            stop: at,
            before,
            print,
            after,
        }
    }

    fn append_flow(&self, container: u32, node: &Node) -> Place {
        let last = self.tree.children(container).last();
        let at = last.map_or(node.start + 1, |last| self.entry_end(self.tree.node(last)));
        let next = scan::skip(self.bytes, at, b"");
        let closes = matches!(self.bytes.get(next as usize), Some(b'}' | b']' | b','));
        let before = if last.is_some() { ", " } else { "" };
        let after = if last.is_none() && !closes { ", " } else { "" };
        Place {
            start: at,
            stop: at,
            before: before.to_owned(),
            print: Print::FlowEntry,
            after: after.to_owned(),
        }
    }

    fn remove(&self, index: u32) -> Place {
        let node = self.tree.node(index);
        let parent = self.tree.node(node.parent);
        let end = self.entry_end(node);
        let gone = |start: u32, stop: u32, before: &str| Place {
            start,
            stop,
            before: before.to_owned(),
            print: Print::Nothing,
            after: String::new(),
        };
        if node.has(IN_FLOW) {
            let next = scan::skip(self.bytes, end, b"");
            if self.bytes.get(next as usize) == Some(&b',') {
                return gone(node.entry, scan::skip(self.bytes, next + 1, b""), "");
            }
            let previous = self
                .tree
                .children(node.parent)
                .take_while(|child| *child < index)
                .last();
            return gone(
                previous.map_or(node.entry, |it| self.entry_end(self.tree.node(it))),
                end,
                "",
            );
        }
        let only = parent.end == node.end && node.parent + 1 == index;
        let root = self.tree.node(parent.parent).end == parent.end && parent.parent == node.parent;
        if only && !root {
            let empty = if parent.shape == Shape::Mapping {
                " {}"
            } else {
                " []"
            };
            return gone(self.behind_key(parent), self.content_end(parent), empty);
        }
        if scan::begins_line(self.bytes, node.entry) {
            let start = scan::line_start(self.bytes, node.entry as usize) as u32;
            return gone(start, scan::next_line(self.bytes, end as usize) as u32, "");
        }
        let next_line = scan::next_line(self.bytes, end as usize);
        let blanks = self.bytes[next_line..]
            .iter()
            .take_while(|byte| matches!(byte, b' ' | b'\n' | b'\r'))
            .count();
        gone(node.entry, (next_line + blanks) as u32, "")
    }

    /// Behind the colon of a key, or behind a dash.
    fn behind_key(&self, node: &Node) -> u32 {
        let next = scan::skip(self.bytes, node.head, b"");
        if self.bytes.get(next as usize) == Some(&b':') {
            next + 1
        } else {
            node.head
        }
    }

    /// Behind the last byte of a value, blank lines behind it left out.
    fn content_end(&self, node: &Node) -> u32 {
        self.bytes[..node.stop as usize].trim_ascii_end().len() as u32
    }

    /// Behind an entry; that of an empty value ends with its colon or dash.
    fn entry_end(&self, node: &Node) -> u32 {
        if node.shape == Shape::Null && node.start == node.stop {
            self.behind_key(node)
        } else {
            self.content_end(node)
        }
    }
}
