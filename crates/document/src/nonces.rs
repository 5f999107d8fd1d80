//! The nonces of values that were opened, so that a value which did not change keeps its token, byte for byte.
//!
//! Law: among all tokens written under one data key, equal nonce implies equal token. So a nonce is remembered only if
//! its token was verified and it has the format's 32 bytes; it is found again only for the same associated data, type
//! and plaintext under the same data key; and one that stood on two different values is never used again.

use std::collections::{HashMap, HashSet};

use selkie_crypto::{DataKey, Kind, Nonce};
use sha2::{Digest, Sha256};
use zeroize::Zeroizing;

type Entry = [u8; 16];

/// Remembered nonces; made by [`crate::Opened::nonces`] alone.
#[derive(Default)]
pub struct Nonces {
    by_value: HashMap<Entry, Vec<Nonce>>,
}

impl Nonces {
    /// Nothing is remembered: every value gets a fresh nonce.
    pub fn none() -> Self {
        Self::default()
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.by_value.is_empty()
    }

    /// Begins handing out. Equal list items get the nonces of equal items in document order.
    pub(crate) fn hand_out<'a>(&'a self, key: &DataKey) -> HandOut<'a> {
        HandOut {
            nonces: self,
            index: Index::new(key),
            taken: HashMap::new(),
            used: HashMap::new(),
            kept: HashSet::new(),
        }
    }
}

/// The keyed digest by which values are found; without the data key it tells nothing about them.
pub(crate) struct Index {
    key: Zeroizing<[u8; 32]>,
}

impl Index {
    pub(crate) fn new(key: &DataKey) -> Self {
        let digest = Sha256::new()
            .chain_update(b"selkie nonce index")
            .chain_update(key.expose())
            .finalize();
        Self {
            key: Zeroizing::new(digest.into()),
        }
    }

    pub(crate) fn entry(&self, associated: &[u8], kind: Kind, plaintext: &[u8]) -> Entry {
        let digest: [u8; 32] = Sha256::new()
            .chain_update(*self.key)
            .chain_update((associated.len() as u64).to_be_bytes())
            .chain_update(associated)
            .chain_update(kind.name())
            .chain_update(b":")
            .chain_update(plaintext)
            .finalize()
            .into();
        let mut entry = [0; 16];
        entry.copy_from_slice(&digest[..16]);
        entry
    }
}

/// Collects nonces in document order.
pub(crate) struct Collect {
    index: Index,
    nonces: Nonces,
    owners: HashMap<Nonce, Entry>,
    shared: Vec<Nonce>,
}

impl Collect {
    pub(crate) fn new(key: &DataKey) -> Self {
        Self {
            index: Index::new(key),
            nonces: Nonces::none(),
            owners: HashMap::new(),
            shared: Vec::new(),
        }
    }

    pub(crate) fn add(&mut self, associated: &[u8], kind: Kind, plaintext: &[u8], nonce: Nonce) {
        let entry = self.index.entry(associated, kind, plaintext);
        if *self.owners.entry(nonce).or_insert(entry) != entry {
            self.shared.push(nonce);
        }
        self.nonces.by_value.entry(entry).or_default().push(nonce);
    }

    pub(crate) fn finish(mut self) -> Nonces {
        if !self.shared.is_empty() {
            for nonces in self.nonces.by_value.values_mut() {
                nonces.retain(|nonce| !self.shared.contains(nonce));
            }
        }
        self.nonces
    }
}

/// Hands out nonces for one sealing.
pub(crate) struct HandOut<'a> {
    nonces: &'a Nonces,
    index: Index,
    taken: HashMap<Entry, usize>,
    used: HashMap<Nonce, Entry>,
    /// Nonces of tokens that stay in the text as they are.
    kept: HashSet<Nonce>,
}

impl HandOut<'_> {
    /// Leaves a nonce to the token that has it: one that is not sealed again.
    pub(crate) fn keep(&mut self, nonce: Nonce) {
        self.kept.insert(nonce);
    }

    /// The nonce that this value had, if it is known and not handed out yet. `Err`: the law would be broken.
    pub(crate) fn take(
        &mut self,
        associated: &[u8],
        kind: Kind,
        plaintext: &[u8],
    ) -> Result<Option<Nonce>, ()> {
        if self.nonces.is_empty() {
            return Ok(None);
        }
        let entry = self.index.entry(associated, kind, plaintext);
        let Some(known) = self.nonces.by_value.get(&entry) else {
            return Ok(None);
        };
        let taken = self.taken.entry(entry).or_default();
        while known.get(*taken).is_some_and(|it| self.kept.contains(it)) {
            *taken += 1;
        }
        let Some(nonce) = known.get(*taken) else {
            return Ok(None);
        };
        *taken += 1;
        if *self.used.entry(*nonce).or_insert(entry) != entry {
            return Err(());
        }
        Ok(Some(*nonce))
    }
}
