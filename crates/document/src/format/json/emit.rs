//! Printing nodes anew: for extracts, conversions and new values, and as the last resort.

use std::collections::BTreeMap;

use selkie_crypto::{Kind, Secret};

use super::render::{self, Rendered};
use super::string;
use super::style::Style;
use crate::error::Error;
use crate::token::Tokens;
use crate::tree::{Shape, Tree};

/// The first document, as SOPS prints a file.
pub(crate) fn document(tree: &Tree) -> Secret {
    let style = Style::sops();
    let mut printer = Printer::new(tree, &style);
    printer.node(first(tree));
    printer.put("\n");
    printer.out
}

/// The first document, if JSON can hold it.
///
/// # Errors
/// [`Error::Conversion`] for values that JSON lacks.
pub(crate) fn converted(tree: &Tree) -> Result<Secret, Error> {
    check(tree, first(tree))?;
    Ok(document(tree))
}

/// The members of all documents as one object; of several with one name the last stays.
///
/// # Errors
/// [`Error::Conversion`] for values that JSON lacks, and for a document that is no mapping.
pub(crate) fn merged(tree: &Tree) -> Result<Secret, Error> {
    let mut last: BTreeMap<&[u8], u32> = BTreeMap::new();
    for document in &tree.documents {
        let root = document.root;
        match tree.node(root).shape {
            Shape::Mapping => {}
            Shape::Null => continue,
            Shape::Sequence | Shape::Leaf(_) => {
                return Err(Error::Conversion {
                    path: tree.path_text(root),
                    reason: "a document that is no mapping has no names for its values",
                });
            }
        }
        check(tree, root)?;
        let members = tree.children(root);
        last.extend(members.map(|member| (tree.text(tree.node(member).key), member)));
    }
    let style = Style::sops();
    let mut printer = Printer::new(tree, &style);
    printer.put("{");
    for (position, member) in last.into_values().enumerate() {
        if position > 0 {
            printer.put(",");
        }
        printer.entry(member);
    }
    printer.put("}");
    Ok(printer.out)
}

/// One node, as SOPS prints an extract: an object is a file of its own, anything else a value without a line end.
///
/// # Errors
/// As [`converted`].
pub(crate) fn subtree(tree: &Tree, node: u32) -> Result<Secret, Error> {
    check(tree, node)?;
    let style = Style::sops();
    let mut printer = Printer::new(tree, &style);
    printer.node(node);
    if tree.node(node).shape == Shape::Mapping {
        printer.put("\n");
    }
    Ok(printer.out)
}

fn first(tree: &Tree) -> u32 {
    tree.documents.first().map_or(0, |document| document.root)
}

fn check(tree: &Tree, top: u32) -> Result<(), Error> {
    for index in top..tree.node(top).end {
        let node = tree.node(index);
        let lack = match node.shape {
            Shape::Leaf(kind) => render::lack(kind, tree.text(node.text)),
            _ => None,
        };
        let lack = lack.or_else(|| render::lack(Kind::Str, tree.text(node.key)));
        if let Some(reason) = lack {
            return Err(Error::Conversion {
                path: tree.path_text(index),
                reason,
            });
        }
    }
    Ok(())
}

/// How nodes are printed.
pub(super) struct Printer<'t> {
    tree: &'t Tree,
    out: Secret,
    style: &'t Style,
    tokens: Option<Tokens<'t>>,
    level: usize,
}

impl<'t> Printer<'t> {
    fn new(tree: &'t Tree, style: &'t Style) -> Self {
        Self {
            tree,
            out: Secret::new(),
            style,
            tokens: None,
            level: 0,
        }
    }

    /// Prints into a sealed text. The style's top level is that of the node which is printed.
    pub(super) fn sealed(tree: &'t Tree, style: &'t Style, tokens: Tokens<'t>) -> Self {
        Self {
            tokens: Some(tokens),
            ..Self::new(tree, style)
        }
    }

    /// What was printed.
    pub(super) fn finish(self) -> Vec<u8> {
        self.out.expose().to_vec()
    }

    fn put(&mut self, text: &str) {
        self.out.extend_from_slice(text.as_bytes());
    }

    /// An entry with its key, if its container is an object.
    pub(super) fn entry(&mut self, index: u32) {
        let node = self.tree.node(index);
        if node.parent != index && self.tree.node(node.parent).shape == Shape::Mapping {
            let key = String::from_utf8_lossy(self.tree.text(node.key));
            self.put(&string::quoted(&key));
            self.put(&self.style.colon);
        }
        self.node(index);
    }

    /// A value without its key.
    pub(super) fn node(&mut self, index: u32) {
        let node = self.tree.node(index);
        match node.shape {
            Shape::Mapping => self.container(index, "{", "}"),
            Shape::Sequence => self.container(index, "[", "]"),
            // A YAML document of nothing is an empty mapping.
            Shape::Null if node.parent == index => self.put("{}"),
            Shape::Null => self.put("null"),
            Shape::Leaf(kind) => self.leaf(index, kind),
        }
    }

    fn container(&mut self, index: u32, open: &str, close: &str) {
        self.put(open);
        self.level += 1;
        let mut children = self.tree.children(index).peekable();
        let empty = children.peek().is_none();
        for (position, child) in children.enumerate() {
            if position > 0 {
                self.put(",");
            }
            if position > 0 || self.style.line_break.is_some() {
                self.put(&self.style.before_entry(self.level));
            }
            self.entry(child);
        }
        self.level -= 1;
        if !empty && self.style.line_break.is_some() {
            self.put(&self.style.before_entry(self.level));
        }
        self.put(close);
    }

    fn leaf(&mut self, index: u32, kind: Kind) {
        let value = self.tree.value(index);
        if let Some(token) = self.tokens.and_then(|tokens| tokens(index)) {
            self.put("\"");
            self.put(&token);
            self.put("\"");
            return;
        }
        match render::render(kind, value) {
            Rendered::Same => self.out.extend_from_slice(value),
            Rendered::Quoted => {
                self.put("\"");
                self.out.extend_from_slice(value);
                self.put("\"");
            }
            Rendered::Written(text) => self.put(&text),
        }
    }
}
