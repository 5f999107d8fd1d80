//! Finding a key that stands twice in a mapping, in linear time.

use std::collections::HashMap;
use std::collections::hash_map::RandomState;
use std::hash::BuildHasher;

use crate::tree::Text;

/// Up to this many keys are compared one by one.
const FEW: usize = 16;

/// The keys of one open mapping.
#[derive(Default)]
pub(super) struct Keys {
    all: Vec<Text>,
    by_hash: HashMap<u64, Vec<u32>>,
    hasher: RandomState,
}

impl Keys {
    /// Adds a key; false if it was there.
    pub(super) fn insert(&mut self, key: Text, source: &[u8], arena: &[u8]) -> bool {
        let text = key.of(source, arena);
        let new = if self.all.len() < FEW {
            self.all
                .iter()
                .all(|other| other.len() != key.len() || other.of(source, arena) != text)
        } else {
            if self.by_hash.is_empty() {
                for (index, other) in self.all.iter().enumerate() {
                    self.by_hash
                        .entry(self.hasher.hash_one(other.of(source, arena)))
                        .or_default()
                        .push(index as u32);
                }
            }
            let known = self.by_hash.entry(self.hasher.hash_one(text)).or_default();
            let new = known
                .iter()
                .all(|index| self.all[*index as usize].of(source, arena) != text);
            known.push(self.all.len() as u32);
            new
        };
        self.all.push(key);
        new
    }
}
