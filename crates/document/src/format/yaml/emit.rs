//! Printing a whole tree in SOPS's spelling: block style, four columns a level, quotes only where needed.
//!
//! For conversions and extracts, and as the last resort when a text cannot be restored in place.

use selkie_crypto::{Kind, Secret};

use super::render::{self, Rendered, Slot};
use crate::tree::{Comment, Node, Shape, Style, Tree};

/// Columns that each level is indented by.
const STEP: u16 = 4;

/// All documents.
pub(crate) fn documents(tree: &Tree) -> Secret {
    let mut emitter = Emitter {
        tree,
        out: Secret::with_capacity(tree.source().len()),
    };
    for (number, document) in tree.documents.iter().enumerate() {
        if number > 0 {
            emitter.put("---\n");
        }
        emitter.root(document.root);
    }
    emitter.out
}

/// One node and all below it, as a document of its own.
pub(crate) fn subtree(tree: &Tree, node: u32) -> Secret {
    let mut emitter = Emitter {
        tree,
        out: Secret::new(),
    };
    emitter.root(node);
    emitter.out
}

struct Emitter<'t> {
    tree: &'t Tree,
    out: Secret,
}

impl Emitter<'_> {
    fn put(&mut self, text: &str) {
        self.out.extend_from_slice(text.as_bytes());
    }

    fn indent(&mut self, columns: u16) {
        for _ in 0..columns {
            self.put(" ");
        }
    }

    fn root(&mut self, index: u32) {
        let node = *self.tree.node(index);
        if node.end > index + 1 {
            self.container(index, 0, true);
            return;
        }
        self.comments(index, u32::MAX, 0);
        match node.shape {
            Shape::Sequence => self.put("[]\n"),
            Shape::Leaf(kind) => {
                self.leaf(&node, kind, 0);
                self.put("\n");
            }
            Shape::Mapping | Shape::Null => self.put("{}\n"),
        }
    }

    /// The entries of a container that has some.
    fn container(&mut self, index: u32, column: u16, mut indent_first: bool) {
        let mapping = self.tree.node(index).shape == Shape::Mapping;
        let mut written = 0;
        for child in self.tree.children(index) {
            let node = *self.tree.node(child);
            let before: Vec<Comment> = self
                .tree
                .comments_of(index)
                .iter()
                .filter(|it| it.before == child && it.before > written)
                .copied()
                .collect();
            for comment in before {
                if indent_first {
                    self.indent(column);
                }
                indent_first = true;
                self.comment(&comment, column);
            }
            written = child;
            if indent_first {
                self.indent(column);
            }
            indent_first = true;
            if mapping {
                self.key(&node);
                self.put(":");
            } else {
                self.put("-");
            }
            self.value(child, &node, column, mapping);
        }
        let end = self.tree.node(index).end;
        for comment in self
            .tree
            .comments_of(index)
            .iter()
            .filter(|it| it.before >= end)
            .copied()
            .collect::<Vec<_>>()
        {
            self.indent(column);
            self.comment(&comment, column);
        }
    }

    fn value(&mut self, index: u32, node: &Node, column: u16, in_mapping: bool) {
        match node.shape {
            Shape::Mapping | Shape::Sequence if node.end > index + 1 => {
                if in_mapping {
                    self.put("\n");
                    self.container(index, column + STEP, true);
                } else {
                    self.put(" ");
                    self.container(index, column + 2, false);
                }
            }
            Shape::Mapping => self.put(" {}\n"),
            Shape::Sequence => self.put(" []\n"),
            Shape::Null => self.put(" null\n"),
            Shape::Leaf(kind) => {
                self.put(" ");
                self.leaf(node, kind, column);
                self.put("\n");
            }
        }
        if node.end == index + 1 && node.shape != Shape::Null {
            self.comments(index, u32::MAX, column);
        }
    }

    fn key(&mut self, node: &Node) {
        let text = String::from_utf8_lossy(self.tree.text(node.key)).into_owned();
        let bare = render::is_plain(&text, false) || text == "<<";
        self.put(&if bare {
            text
        } else {
            render::double_quoted(&text)
        });
    }

    fn leaf(&mut self, node: &Node, kind: Kind, column: u16) {
        let value = self.tree.text(node.text);
        if value.is_empty() {
            self.put("\"\"");
            return;
        }
        let slot = Slot {
            style: Style::Plain,
            in_flow: false,
            indent: column,
            header: b"",
            line_break: "\n",
        };
        match render::render(slot, kind, value) {
            Rendered::Same => self.out.extend_from_slice(value),
            Rendered::Whole(text) | Rendered::Body(text) => self.put(&text),
        }
    }

    fn comments(&mut self, container: u32, before: u32, column: u16) {
        for comment in self
            .tree
            .comments_of(container)
            .iter()
            .filter(|it| it.before <= before)
            .copied()
            .collect::<Vec<_>>()
        {
            self.indent(column);
            self.comment(&comment, column);
        }
    }

    fn comment(&mut self, comment: &Comment, column: u16) {
        let text = self.tree.text(comment.text).to_vec();
        for (index, line) in crate::compare::lines(&text).enumerate() {
            if index > 0 {
                self.indent(column);
            }
            self.put("#");
            self.out.extend_from_slice(line);
            self.put("\n");
        }
    }
}
