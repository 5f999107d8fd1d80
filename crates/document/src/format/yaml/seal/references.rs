//! References to, or in the place of, something encrypted.

use std::collections::HashMap;

use super::Maker;
use crate::error::Error;
use crate::format::yaml::emit::Emitter;
use crate::format::yaml::render;
use crate::layout::Part;
use crate::splice::Edit;
use crate::token::Put;
use crate::tree::{IN_FLOW, Target};
use crate::unseal::is_sealed;

impl Maker<'_, '_, '_> {
    /// A reference to, or in the place of, something encrypted: a token depends on its path, so each place gets its own.
    pub(super) fn reference(&mut self, node: u32, target: Target) -> Result<(), Error> {
        let target_range = match target {
            Target::Node(target) => target..self.tree.node(target).end,
            Target::Key => 0..0,
        };
        let (start, stop, end) = {
            let it = self.tree.node(node);
            (it.start, it.stop, it.end)
        };
        if self.any_encrypted(node..end) || self.any_encrypted(target_range) {
            let text = self.inline(node)?;
            let part = if text.starts_with(b"!!") {
                Part::Properties
            } else {
                Part::Value
            };
            self.edits.push(Edit {
                start,
                stop,
                put: Put::Text(text),
            });
            self.spell(node, part, start, stop);
        }
        Ok(())
    }

    pub(super) fn any_encrypted(&self, range: std::ops::Range<u32>) -> bool {
        self.walk
            .leaves_in(range)
            .iter()
            .any(|visit| is_sealed(self.tree, visit))
    }

    /// What a reference stands for, on one line.
    fn inline(&mut self, index: u32) -> Result<Vec<u8>, Error> {
        let node = self.tree.node(index);
        let mut tokens = HashMap::new();
        for visit in self.walk.leaves_in(index..node.end) {
            if is_sealed(self.tree, visit) {
                let nonce = self.sealing.leaf_nonce(self.tree, self.walk, visit)?;
                let token = self.sealing.token(self.tree, self.walk, visit, nonce);
                tokens.insert(visit.node, token);
            }
        }
        if let Some(token) = tokens.get(&index).filter(|_| !node.has(IN_FLOW)) {
            return Ok(token.clone().into_bytes());
        }
        let token_of = |node| tokens.get(&node).cloned();
        let mut emitter = Emitter::sealed(self.tree, &token_of, 0, self.line_break);
        emitter.flow(index);
        Ok(emitter.finish())
    }

    /// Keys that refer to an encrypted value: the reference would give the token.
    pub(super) fn keys(&mut self) {
        for reference in &self.tree.key_references {
            let Target::Node(target) = reference.target else {
                continue;
            };
            if self.any_encrypted(target..target + 1) {
                let key =
                    String::from_utf8_lossy(self.tree.text(self.tree.node(reference.node).key))
                        .into_owned();
                let (start, stop) = (reference.slot.start, reference.slot.end);
                self.edits.push(Edit {
                    start,
                    stop,
                    put: Put::text(&render::double_quoted(&key)),
                });
                self.spell(reference.node, Part::Key, start, stop);
            }
        }
    }
}
