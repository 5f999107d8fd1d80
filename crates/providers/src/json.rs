//! JSON as Go's `encoding/json` reads and writes it, over text that is wiped.
//!
//! A [`Node`] is ranges of the text that it was read from, so nothing secret is copied before somebody asks for it. Never here: paths into a
//! document (`path`), and which form a provider's values have (`property`).

mod number;
mod read;
mod text;
mod write;

use selkie_crypto::Secret;

pub(crate) use number::{float, parse_float, write_plain};
pub(crate) use read::{Malformed, parse};
pub(crate) use text::{Text, write_string};
pub(crate) use write::{Escape, Numbers, compact, write};

/// One value of a document.
pub(crate) struct Node<'a> {
    /// Its text, without blanks around it.
    pub(crate) raw: &'a [u8],
    /// What it is.
    pub(crate) shape: Shape<'a>,
}

/// What a value is.
pub(crate) enum Shape<'a> {
    Null,
    Bool,
    Number,
    String,
    Array(Vec<Node<'a>>),
    /// Members as they stand, repeated names and all.
    Object(Vec<(Text<'a>, Node<'a>)>),
}

impl<'a> Node<'a> {
    /// A string's text.
    pub(crate) fn text(&self) -> Option<Text<'a>> {
        match self.shape {
            Shape::String => Some(Text::of(self.raw)),
            _ => None,
        }
    }

    /// An object's members as Go's map has them: by name, the last of a name. `None` for what is no object.
    pub(crate) fn members(&self) -> Option<Vec<(Secret, &Node<'a>)>> {
        let Shape::Object(members) = &self.shape else {
            return None;
        };
        let mut sorted: Vec<(Secret, &Node<'a>)> = members
            .iter()
            .map(|(name, node)| (name.decoded(), node))
            .collect();
        sorted.sort_by(|(a, _), (b, _)| a.expose().cmp(b.expose()));
        let mut kept: Vec<(Secret, &Node<'a>)> = Vec::with_capacity(sorted.len());
        for (name, node) in sorted {
            match kept.last_mut() {
                Some(last) if last.0 == name => last.1 = node,
                _ => kept.push((name, node)),
            }
        }
        Some(kept)
    }

    /// The member of this name; the last, if it stands there more than once.
    pub(crate) fn member(&self, name: &[u8]) -> Option<&Node<'a>> {
        let Shape::Object(members) = &self.shape else {
            return None;
        };
        members
            .iter()
            .rev()
            .find(|(text, _)| text.is(name))
            .map(|(_, node)| node)
    }
}
