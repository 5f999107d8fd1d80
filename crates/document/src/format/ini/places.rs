//! Items of a text with the nodes that were read from them.

use std::borrow::Cow;
use std::collections::HashMap;
use std::ops::Range;

use super::metadata;
use super::scan::{Item, Scan};
use crate::tree::Tree;

/// What an item is in the tree.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Owner {
    /// The section or value with this index.
    Node(u32),
    /// A value of this key that does not count, since the key stands again below.
    Outdone(u32),
    Metadata,
    /// Comments that belong to nothing.
    Nothing,
}

/// Goes through the text that a tree was read from.
pub(super) struct Places<'t> {
    tree: &'t Tree,
    scan: Scan<'t>,
    /// Where nodes begin, in the order of the text.
    nodes: std::iter::Peekable<std::vec::IntoIter<(u32, u32)>>,
    section: u32,
    in_block: bool,
    by_name: Option<HashMap<(u32, &'t [u8]), u32>>,
}

impl<'t> Places<'t> {
    pub(super) fn new(tree: &'t Tree) -> Self {
        // The root and the first `DEFAULT` stand nowhere.
        let mut nodes: Vec<(u32, u32)> = (2..tree.nodes.len() as u32)
            .map(|index| (tree.node(index).entry, index))
            .collect();
        nodes.sort_unstable();
        Self {
            tree,
            scan: Scan::new(tree.source()),
            nodes: nodes.into_iter().peekable(),
            section: 1,
            in_block: false,
            by_name: None,
        }
    }

    pub(super) fn next(&mut self) -> Option<(Item, Owner)> {
        // The text was read before, so it has no errors.
        let item = self.scan.next().ok().flatten()?;
        let owner = match &item {
            Item::Section { name, header, .. } => {
                self.in_block = &self.tree.source()[name.clone()] == metadata::SECTION;
                if self.in_block {
                    Owner::Metadata
                } else {
                    let node = self.node(header.start);
                    self.section = node.unwrap_or(self.section);
                    node.map_or(Owner::Nothing, Owner::Node)
                }
            }
            Item::Key { .. } if self.in_block => Owner::Metadata,
            Item::Key {
                name,
                number,
                start,
                ..
            } => match self.node(*start) {
                Some(node) => Owner::Node(node),
                None => self.outdone(name, *number),
            },
            Item::Rest(_) => Owner::Nothing,
        };
        Some((item, owner))
    }

    fn node(&mut self, start: usize) -> Option<u32> {
        let found = self.nodes.next_if(|(entry, _)| *entry as usize == start);
        found.map(|(_, node)| node)
    }

    fn outdone(&mut self, name: &Range<usize>, number: Option<u32>) -> Owner {
        let tree = self.tree;
        let by_name = self.by_name.get_or_insert_with(|| {
            (2..tree.nodes.len() as u32)
                .map(|index| {
                    (
                        (tree.node(index).parent, tree.text(tree.node(index).key)),
                        index,
                    )
                })
                .collect()
        });
        let name = self::name(tree.source(), name, number);
        let found = by_name.get(&(self.section, &*name));
        found.map_or(Owner::Nothing, |node| Owner::Outdone(*node))
    }
}

/// The key that stands there: of a dash, what go-ini makes of it.
pub(super) fn name<'s>(
    source: &'s [u8],
    name: &Range<usize>,
    number: Option<u32>,
) -> Cow<'s, [u8]> {
    match number {
        None => Cow::Borrowed(&source[name.clone()]),
        Some(number) => Cow::Owned(format!("#{number}").into_bytes()),
    }
}
