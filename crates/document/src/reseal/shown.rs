//! The opened text with the metadata in it, for people who want to see who can open the file while they edit it.

use selkie_crypto::Secret;

use super::kept;
use crate::open::Opened;

impl Opened {
    /// The plain text, with each metadata block where it stands in the sealed file.
    pub fn with_metadata(&self) -> Secret {
        let plain = self.plain.source();
        let blocks = self.blocks();
        let more: usize = blocks.iter().map(|(_, block)| block.len()).sum();
        let mut text = Secret::with_capacity(plain.len() + more);
        let mut at = 0;
        for (place, block) in blocks {
            text.extend_from_slice(&plain[at..place]);
            text.extend_from_slice(block);
            at = place;
        }
        text.extend_from_slice(&plain[at..]);
        text
    }

    /// Takes the blocks out of such a text again; none if one of them is not as it was.
    pub fn without_metadata(&self, text: &[u8]) -> Option<Secret> {
        let mut plain = Secret::with_capacity(text.len());
        let mut rest = text;
        for (_, block) in self.blocks() {
            let at = rest
                .windows(block.len().max(1))
                .position(|window| window == block)?;
            plain.extend_from_slice(&rest[..at]);
            rest = &rest[at + block.len()..];
        }
        plain.extend_from_slice(rest);
        Some(plain)
    }

    /// The blocks as they are written, each with its place in the plain text. None where that was printed anew.
    fn blocks(&self) -> Vec<(usize, &[u8])> {
        let tree = &self.origin.tree;
        if !self.origin.restored {
            return Vec::new();
        }
        let written = kept::written(self.plain.format, &self.origin);
        tree.documents
            .iter()
            .filter_map(|document| {
                let (start, stop) = document.metadata?;
                let place = written.iter().find(|it| it.sealed == (start..stop))?;
                let block = &tree.source()[start as usize..stop as usize];
                Some((place.plain.start as usize, block))
            })
            .collect()
    }
}
