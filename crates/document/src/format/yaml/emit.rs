//! Printing nodes anew, in SOPS's spelling: block style, quotes only where needed, and one-line braces where block style
//! cannot stand.
//!
//! For conversions, extracts and new values, and as the last resort when a text cannot be restored in place.

use selkie_crypto::{Kind, Secret};

use super::render::{self, Rendered, Slot};
use crate::token::Tokens;
use crate::tree::{Comment, Node, Shape, Style, Tree};

/// Columns that each level is indented by, unless a file shows its own habit.
pub(super) const STEP: u16 = 4;

/// All documents.
pub(crate) fn documents(tree: &Tree) -> Secret {
    let mut emitter = Emitter::plain(tree);
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
    let mut emitter = Emitter::plain(tree);
    emitter.root(node);
    emitter.out
}

/// How nodes are printed.
pub(super) struct Emitter<'t> {
    tree: &'t Tree,
    out: Secret,
    tokens: Option<Tokens<'t>>,
    step: u16,
    line_break: &'t str,
}

impl<'t> Emitter<'t> {
    fn plain(tree: &'t Tree) -> Self {
        Self {
            tree,
            out: Secret::new(),
            tokens: None,
            step: STEP,
            line_break: "\n",
        }
    }

    /// Prints into a sealed text.
    pub(super) fn sealed(
        tree: &'t Tree,
        tokens: Tokens<'t>,
        step: u16,
        line_break: &'t str,
    ) -> Self {
        Self {
            tree,
            out: Secret::new(),
            tokens: Some(tokens),
            step,
            line_break,
        }
    }

    /// What was printed.
    pub(super) fn finish(self) -> Vec<u8> {
        self.out.expose().to_vec()
    }

    fn put(&mut self, text: &str) {
        self.out.extend_from_slice(text.as_bytes());
    }

    fn end_line(&mut self) {
        self.put(self.line_break);
    }

    fn indent(&mut self, columns: u16) {
        for _ in 0..columns {
            self.put(" ");
        }
    }

    fn root(&mut self, index: u32) {
        let node = self.tree.node(index);
        if node.end > index + 1 {
            self.container(index, 0, true);
            return;
        }
        self.comments(self.tree.comments_of(index), 0);
        match node.shape {
            Shape::Sequence => self.put("[]"),
            Shape::Leaf(kind) => self.leaf(index, kind, 0, false),
            // As SOPS does it: a document of nothing is an empty mapping, a value of nothing is null.
            Shape::Null if node.parent != index => self.put("null"),
            Shape::Mapping | Shape::Null => self.put("{}"),
        }
        self.end_line();
    }

    /// The entries of a container that has some, each on lines of its own.
    pub(super) fn container(&mut self, index: u32, column: u16, indent_first: bool) {
        let mut comments = self.tree.comments_of(index);
        for (position, child) in self.tree.children(index).enumerate() {
            let here = comments.partition_point(|it| it.before <= child);
            if position == 0 && !indent_first && here > 0 {
                // Behind a dash there is room for the entry only.
                self.end_line();
                self.comments(&comments[..here], column);
                self.entry(child, column, true);
            } else {
                self.comments(&comments[..here], column);
                self.entry(child, column, position > 0 || indent_first);
            }
            comments = &comments[here..];
        }
        self.comments(comments, column);
    }

    /// One entry with its key or dash, its line ended.
    pub(super) fn entry(&mut self, index: u32, column: u16, indent: bool) {
        if indent {
            self.indent(column);
        }
        let node = self.tree.node(index);
        if self.tree.node(node.parent).shape == Shape::Mapping {
            self.key(node);
            self.put(":");
            self.value(index, column, true);
        } else {
            self.put("-");
            self.value(index, column, false);
        }
    }

    /// What follows a key's colon or a dash, to the end of its last line.
    pub(super) fn value(&mut self, index: u32, column: u16, in_mapping: bool) {
        let node = self.tree.node(index);
        if node.end > index + 1 {
            if in_mapping {
                self.end_line();
                self.container(index, column + self.step, true);
            } else {
                self.put(" ");
                self.container(index, column + 2, false);
            }
            return;
        }
        self.put(" ");
        match node.shape {
            Shape::Mapping => self.put("{}"),
            Shape::Sequence => self.put("[]"),
            Shape::Null => self.put("null"),
            Shape::Leaf(kind) => self.leaf(index, kind, column, false),
        }
        self.end_line();
        self.comments(self.tree.comments_of(index), column);
    }

    /// A node on one line, in braces and brackets.
    pub(super) fn flow(&mut self, index: u32) {
        let node = self.tree.node(index);
        match node.shape {
            Shape::Null => self.put("null"),
            Shape::Leaf(kind) => self.leaf(index, kind, 0, true),
            Shape::Mapping | Shape::Sequence => {
                let mapping = node.shape == Shape::Mapping;
                self.put(if mapping { "{" } else { "[" });
                for (position, child) in self.tree.children(index).enumerate() {
                    if position > 0 {
                        self.put(", ");
                    }
                    self.flow_entry(child);
                }
                self.put(if mapping { "}" } else { "]" });
            }
        }
    }

    /// An entry inside braces or brackets.
    pub(super) fn flow_entry(&mut self, index: u32) {
        let node = self.tree.node(index);
        if self.tree.node(node.parent).shape == Shape::Mapping {
            let key = String::from_utf8_lossy(self.tree.text(node.key)).into_owned();
            self.put(&render::double_quoted(&key));
            self.put(": ");
        }
        self.flow(index);
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

    /// A leaf's value or token, without a line end.
    pub(super) fn leaf(&mut self, index: u32, kind: Kind, column: u16, in_flow: bool) {
        let value = self.tree.value(index);
        if value.is_empty() {
            self.put("\"\"");
            return;
        }
        if let Some(token) = self.tokens.and_then(|tokens| tokens(index)) {
            self.put(&if in_flow {
                format!("\"{token}\"")
            } else {
                token
            });
            return;
        }
        let style = if in_flow { Style::Double } else { Style::Plain };
        let slot = Slot {
            style,
            in_flow,
            indent: column,
            step: self.step,
            header: b"",
            line_break: "\n",
        };
        match render::render(slot, kind, value) {
            Rendered::Same => self.out.extend_from_slice(value),
            Rendered::Whole(text) | Rendered::Body(text) => self.put(&text),
        }
    }

    fn comments(&mut self, comments: &[Comment], column: u16) {
        for comment in comments {
            for line in crate::compare::lines(self.tree.text(comment.text)) {
                self.indent(column);
                self.put("#");
                self.out.extend_from_slice(line);
                self.end_line();
            }
        }
    }
}
