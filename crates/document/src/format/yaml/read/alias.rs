//! References: each stands for a copy of what it names, as in SOPS, within a budget.

use selkie_crypto::Kind;

use super::{Anchored, Pending, Place, Reader};
use crate::error::{Error, Refusal};
use crate::format::yaml::events::DEPTH;
use crate::tree::{Node, Shape, Style, Target};

/// Nodes that references may add to a file.
const ALIAS_BUDGET: usize = 1_000_000;

impl Reader<'_> {
    pub(super) fn alias(&mut self, id: usize, start: u32, stop: u32) -> Result<(), Error> {
        let awaits_key = self
            .stack
            .last()
            .is_some_and(|frame| frame.mapping && frame.pending.is_none());
        let (target, text) = match self.anchors.get(&id) {
            Some(Anchored::Key(text)) => (Target::Key, Some(*text)),
            Some(Anchored::Node(index)) => {
                let node = &self.nodes[*index as usize];
                (
                    Target::Node(*index),
                    (node.shape == Shape::Leaf(Kind::Str)).then_some(node.text),
                )
            }
            None => return Err(self.refused(start, Refusal::Recursion)),
        };
        if awaits_key {
            let entry = self.key_entry(start);
            let Some(key) = text else {
                return Err(self.refused(start, Refusal::ComplexKey));
            };
            self.cursor = stop;
            return self.take_key(Pending {
                key,
                entry,
                head: stop,
                reference: Some((start..stop, target)),
            });
        }
        if self.stack.is_empty() {
            return Err(self.refused(start, Refusal::Root));
        }
        let place = self.place(start);
        let node = match target {
            Target::Key => self.push(
                place,
                Shape::Leaf(Kind::Str),
                Style::Alias,
                text.unwrap_or_default(),
                start..stop,
            ),
            Target::Node(index) => self.copy(index, place, start, stop)?,
        };
        self.references.push((node, target));
        self.cursor = stop;
        Ok(())
    }

    /// Puts a copy of a node and all below it where a reference stands.
    pub(super) fn copy(
        &mut self,
        from: u32,
        place: Place,
        start: u32,
        stop: u32,
    ) -> Result<u32, Error> {
        let end = self.nodes[from as usize].end;
        if end == 0 {
            return Err(self.refused(start, Refusal::Recursion));
        }
        self.copies += (end - from) as usize;
        if self.copies > ALIAS_BUDGET {
            return Err(self.refused(start, Refusal::Aliases(ALIAS_BUDGET)));
        }
        let source = self.nodes[from as usize];
        let node = self.push(place, source.shape, Style::Alias, source.text, start..stop);
        let shift = node.wrapping_sub(from);
        for index in from + 1..end {
            let mut copy = self.nodes[index as usize];
            copy.style = Style::Copy;
            copy.flags = 0;
            (copy.entry, copy.head, copy.start, copy.stop) = (start, start, start, stop);
            copy.end = copy.end.wrapping_add(shift);
            copy.parent = copy.parent.wrapping_add(shift);
            self.nodes.push(copy);
        }
        self.nodes[node as usize].end = end.wrapping_add(shift);
        if self.stack.len() + height(&self.nodes[node as usize..], node) > DEPTH {
            return Err(self.refused(start, Refusal::Depth(DEPTH)));
        }
        Ok(node)
    }
}

/// Levels of containers below the first of `nodes`, whose index in the tree is `base`.
fn height(nodes: &[Node], base: u32) -> usize {
    let mut depth = 0;
    let mut deepest = 0;
    let mut open: Vec<u32> = Vec::new();
    for (offset, node) in nodes.iter().enumerate() {
        let index = base + offset as u32;
        while open.last().is_some_and(|end| *end <= index) {
            open.pop();
            depth -= 1;
        }
        if node.shape.is_container() && node.end > index + 1 {
            open.push(node.end);
            depth += 1;
            deepest = deepest.max(depth);
        }
    }
    deepest
}
