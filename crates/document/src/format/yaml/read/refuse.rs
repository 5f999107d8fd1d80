//! Errors of the reader: where it stands, as a line and a path.

use std::fmt::Write as _;

use super::Reader;
use crate::error::{Error, Refusal};

impl Reader<'_> {
    pub(super) fn refused(&self, at: u32, reason: Refusal) -> Error {
        Error::Refused {
            line: crate::tree::line(self.bytes, at as usize),
            path: self.path(),
            reason,
        }
    }

    /// Refuses a plain scalar that goes on behind a comment: the parser takes one if the comment's line begins with a tab.
    pub(super) fn check_plain(&self, start: u32, stop: u32) -> Result<(), Error> {
        let text = &self.bytes[start as usize..stop as usize];
        let comment = |it: &[u8]| matches!(it, [b' ' | b'\t' | b'\n' | b'\r', b'#']);
        if text.contains(&b'#') && text.windows(2).any(comment) {
            return Err(Error::Syntax {
                line: crate::tree::line(self.bytes, start as usize),
                column: 1,
                reason: "a comment inside a plain scalar".to_owned(),
            });
        }
        Ok(())
    }

    /// Path of what is being read, for errors.
    pub(super) fn path(&self) -> String {
        let mut path = String::new();
        for (depth, frame) in self.stack.iter().enumerate() {
            let key = match self.stack.get(depth + 1) {
                Some(below) => Some(self.nodes[below.node as usize].key),
                None => frame.pending.as_ref().map(|pending| pending.key),
            };
            if !frame.mapping {
                _ = write!(
                    path,
                    "[{}]",
                    self.position(frame.node, depth + 1 < self.stack.len())
                );
            } else if let Some(key) = key {
                _ = write!(path, "[{:?}]", String::from_utf8_lossy(self.text(key)));
            }
        }
        path
    }

    /// Position of the item that is read in an open sequence; `open` if the item is an open container itself.
    pub(super) fn position(&self, sequence: u32, open: bool) -> usize {
        let items = self
            .nodes
            .iter()
            .skip(sequence as usize + 1)
            .filter(|node| node.parent == sequence)
            .count();
        items - usize::from(open)
    }
}
