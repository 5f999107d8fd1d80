//! One line of the queue: namespaces take turns, and each has its objects in the order in which they came.
//!
//! Who moves to another line leaves the old place behind, which is passed over when its turn comes: the ticket says that nobody stands there.

use std::collections::{HashMap, VecDeque};
use std::sync::Arc;

use crate::key::Key;

/// The number of one place in one line.
pub(super) type Ticket = u32;

/// A line.
#[derive(Debug, Default)]
pub(super) struct Line {
    turns: VecDeque<Arc<str>>,
    places: HashMap<Arc<str>, VecDeque<(Key, Ticket)>>,
    standing: usize,
}

impl Line {
    /// How many stand in it.
    pub(super) const fn len(&self) -> usize {
        self.standing
    }

    /// Joins at the end of its namespace's part.
    pub(super) fn add(&mut self, key: Key, ticket: Ticket) {
        let namespace = Arc::clone(&key.place.namespace);
        let places = self.places.entry(Arc::clone(&namespace)).or_default();
        if places.is_empty() {
            self.turns.push_back(namespace);
        }
        places.push_back((key, ticket));
        self.standing += 1;
    }

    /// Somebody left; the place is passed over later.
    pub(super) const fn lose(&mut self) {
        self.standing -= 1;
    }

    /// Up to so many of those whose turn comes next, about in the order in which it comes.
    pub(super) fn next(&self, most: usize, stands: impl Fn(&Key, Ticket) -> bool) -> Vec<Key> {
        let mut found = Vec::new();
        let places = self.turns.iter().filter_map(|it| self.places.get(it));
        let longest = places.clone().map(VecDeque::len).max().unwrap_or_default();
        for row in 0..longest {
            for (key, ticket) in places.clone().filter_map(|places| places.get(row)) {
                if found.len() >= most {
                    return found;
                }
                if stands(key, *ticket) {
                    found.push(key.clone());
                }
            }
        }
        found
    }

    /// The first of the namespace whose turn it is, if `stands` says that it still stands there.
    pub(super) fn take(&mut self, stands: impl Fn(&Key, Ticket) -> bool) -> Option<Key> {
        while let Some(namespace) = self.turns.pop_front() {
            let places = self.places.get_mut(&namespace)?;
            let mut found = None;
            while let Some((key, ticket)) = places.pop_front() {
                if stands(&key, ticket) {
                    found = Some(key);
                    break;
                }
            }
            if places.is_empty() {
                self.places.remove(&namespace);
            } else {
                self.turns.push_back(namespace);
            }
            if found.is_some() {
                self.standing -= 1;
                return found;
            }
        }
        None
    }
}
