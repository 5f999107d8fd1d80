//! A random template as a tree, so that a part of it can be dropped or put in the place of another of its sort. Nothing here may know what a
//! part means.

use std::fmt::Write as _;

/// Where a tree can stand, by which it can be exchanged.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Sort {
    /// Items one after the other; each can go.
    Body,
    /// A text, or an action with all that belongs to it.
    Item,
    /// What stands between delimiters, or between parentheses.
    Pipeline,
    /// What stands as an argument. It can stand as a pipeline, too.
    Operand,
}

/// A part of a template.
#[derive(Debug, Clone)]
pub(super) struct Tree {
    pub(super) sort: Sort,
    pub(super) parts: Vec<Part>,
}

/// What trees are made of.
#[derive(Debug, Clone)]
pub(super) enum Part {
    /// Code that stands as it is.
    Code(String),
    /// Text outside of actions.
    Text(String),
    /// What a string says.
    Quoted(Vec<u8>),
    /// A left delimiter, and whether it trims.
    Open(bool),
    /// A right delimiter, and whether it trims.
    Close(bool),
    Tree(Tree),
}

impl Tree {
    pub(super) fn new(sort: Sort, parts: Vec<Part>) -> Self {
        Self { sort, parts }
    }

    /// One piece of code.
    pub(super) fn code(sort: Sort, code: impl Into<String>) -> Self {
        Self::new(sort, vec![Part::Code(code.into())])
    }

    /// The text of the template.
    pub(super) fn print(&self, delimiters: [&str; 2]) -> String {
        let mut text = String::new();
        self.write(&mut text, delimiters);
        text
    }

    fn write(&self, text: &mut String, delimiters: [&str; 2]) {
        for part in &self.parts {
            match part {
                Part::Code(it) | Part::Text(it) => text.push_str(it),
                Part::Quoted(it) => quote(text, it),
                Part::Open(trims) => {
                    text.push_str(delimiters[0]);
                    text.push_str(if *trims { "- " } else { "" });
                }
                Part::Close(trims) => {
                    text.push_str(if *trims { " -" } else { "" });
                    text.push_str(delimiters[1]);
                }
                Part::Tree(it) => it.write(text, delimiters),
            }
        }
    }
}

impl From<&str> for Part {
    fn from(code: &str) -> Self {
        Self::Code(code.to_owned())
    }
}

impl From<String> for Part {
    fn from(code: String) -> Self {
        Self::Code(code)
    }
}

impl From<Tree> for Part {
    fn from(tree: Tree) -> Self {
        Self::Tree(tree)
    }
}

/// A string of Go that says these bytes.
fn quote(text: &mut String, bytes: &[u8]) {
    text.push('"');
    for chunk in bytes.utf8_chunks() {
        for character in chunk.valid().chars() {
            match character {
                '"' | '\\' => text.extend(['\\', character]),
                '\n' => text.push_str("\\n"),
                '\t' => text.push_str("\\t"),
                '\u{FEFF}' => text.push_str("\\ufeff"),
                '\0'..' ' | '\x7F' => {
                    let _ = write!(text, "\\x{:02x}", u32::from(character));
                }
                _ => text.push(character),
            }
        }
        for byte in chunk.invalid() {
            let _ = write!(text, "\\x{byte:02x}");
        }
    }
    text.push('"');
}
