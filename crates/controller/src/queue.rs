//! What waits to be reconciled, and in which order: a pure structure that is told the time.
//!
//! Two lanes. What has just been asked for goes first, what is only due again goes after. The first lane has two lines, objects that were never
//! served and objects that changed or drifted, so that a restart with ten thousand changed objects does not stand before one new object, nor
//! the reverse. A line takes turns between namespaces: whoever creates five thousand objects waits for them alone. An object stands in the
//! queue once, and is never run twice at the same time: what is asked for meanwhile is run once more afterwards.
//!
//! Never here: a lock, a timer, the clock, the reason why something is due.

mod line;
#[cfg(test)]
mod tests;

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::time::{Duration, Instant};

use crate::key::Key;
use line::{Line, Ticket};

/// How soon an object is taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Lane {
    /// It was never served.
    New,
    /// It changed, or its Secret did.
    Changed,
    /// Its time has come again.
    Periodic,
}

impl Lane {
    /// All of them, from the most urgent on.
    pub(crate) const ALL: [Self; 3] = [Self::New, Self::Changed, Self::Periodic];

    /// As metrics write it.
    pub(crate) const fn word(self) -> &'static str {
        match self {
            Self::New => "new",
            Self::Changed => "changed",
            Self::Periodic => "periodic",
        }
    }
}

/// Whose turn it is while all lines wait. The second lane has one in eight: it is never starved, and never stands in the way.
const TURNS: [Lane; 8] = [
    Lane::New,
    Lane::Changed,
    Lane::New,
    Lane::Changed,
    Lane::New,
    Lane::Changed,
    Lane::New,
    Lane::Periodic,
];

/// An object whose turn it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Job {
    /// Which object.
    pub(crate) key: Key,
    /// From which line it comes.
    pub(crate) lane: Lane,
    /// Since when it has been due: what a provider said before then does not serve it.
    pub(crate) due: Instant,
}

#[derive(Debug)]
enum Entry {
    Later {
        at: Instant,
        lane: Lane,
    },
    Waiting {
        lane: Lane,
        due: Instant,
        since: Instant,
        ticket: Ticket,
    },
    Running {
        due: Instant,
        again: Option<(Lane, Instant)>,
    },
}

/// The queue.
#[derive(Debug, Default)]
pub(crate) struct Queue {
    entries: HashMap<Key, Entry>,
    lines: [Line; 3],
    later: BTreeSet<(Instant, Key)>,
    /// How many objects that wait or run have been due since when.
    due: BTreeMap<Instant, usize>,
    turn: usize,
    tickets: Ticket,
}

impl Queue {
    /// Asks for an object now. What stands further back moves forward, never back.
    pub(crate) fn push(&mut self, key: Key, lane: Lane, now: Instant) {
        self.enter(key, lane, now, now);
    }

    /// Asks for an object at a time. The earliest time asked for holds.
    pub(crate) fn push_at(&mut self, key: Key, lane: Lane, at: Instant, now: Instant) {
        if at <= now {
            self.enter(key, lane, at, now);
            return;
        }
        match self.entries.get(&key) {
            Some(Entry::Waiting { .. }) => return,
            Some(Entry::Running { .. }) => {
                // Whoever runs it says when it is next due.
                return;
            }
            Some(Entry::Later { at: before, .. }) if *before <= at => return,
            Some(Entry::Later { at: before, .. }) => {
                self.later.remove(&(*before, key.clone()));
            }
            None => {}
        }
        self.later.insert((at, key.clone()));
        self.entries.insert(key, Entry::Later { at, lane });
    }

    /// Whose turn it is, if anybody waits. The object is in flight until [`Queue::done`].
    pub(crate) fn take(&mut self, now: Instant) -> Option<Job> {
        self.ripen(now);
        for _ in 0..TURNS.len() {
            let lane = TURNS[self.turn % TURNS.len()];
            self.turn = (self.turn + 1) % TURNS.len();
            let entries = &self.entries;
            let stands = |key: &Key, number: Ticket| matches!(entries.get(key), Some(Entry::Waiting { ticket, .. }) if *ticket == number);
            let Some(key) = self.lines[lane as usize].take(stands) else {
                continue;
            };
            let Some(Entry::Waiting { due, .. }) = self.entries.get(&key) else {
                continue;
            };
            let due = *due;
            self.entries
                .insert(key.clone(), Entry::Running { due, again: None });
            return Some(Job { key, lane, due });
        }
        None
    }

    /// Up to so many of those that wait, about in their order, each with the time since when it has been due.
    pub(crate) fn next(&self, most: usize) -> Vec<(Key, Instant)> {
        let stands = |key: &Key, number: Ticket| matches!(self.entries.get(key), Some(Entry::Waiting { ticket, .. }) if *ticket == number);
        let mut found = Vec::new();
        for line in &self.lines {
            for key in line.next(most - found.len(), stands) {
                if let Some(Entry::Waiting { due, .. }) = self.entries.get(&key) {
                    found.push((key, *due));
                }
            }
        }
        found
    }

    /// An object's run is over; `next` says when it wants the next one. What was asked for meanwhile comes first.
    pub(crate) fn done(&mut self, key: &Key, next: Option<(Lane, Instant)>, now: Instant) {
        let Some(Entry::Running { due, again }) = self.entries.remove(key) else {
            return;
        };
        self.leave(due);
        match (again, next) {
            (Some((lane, due)), _) => self.enter(key.clone(), lane, due, now),
            (None, Some((lane, at))) => self.push_at(key.clone(), lane, at, now),
            (None, None) => {}
        }
    }

    /// The object is gone; if it runs, it is not run again.
    pub(crate) fn forget(&mut self, key: &Key) {
        match self.entries.get_mut(key) {
            Some(Entry::Running { again, .. }) => *again = None,
            Some(Entry::Later { at, .. }) => {
                let at = *at;
                self.later.remove(&(at, key.clone()));
                self.entries.remove(key);
            }
            Some(Entry::Waiting { due, lane, .. }) => {
                let (due, lane) = (*due, *lane);
                self.leave(due);
                self.lines[lane as usize].lose();
                self.entries.remove(key);
            }
            None => {}
        }
    }

    /// When the next object ripens that is not yet due.
    pub(crate) fn next_at(&self) -> Option<Instant> {
        self.later.first().map(|(at, _)| *at)
    }

    /// Since when the longest due of those that wait or run has been due. What was fetched before serves nobody any more.
    pub(crate) fn oldest_due(&self) -> Option<Instant> {
        self.due.first_key_value().map(|(due, _)| *due)
    }

    /// How many wait in a line.
    pub(crate) fn depth(&self, lane: Lane) -> usize {
        self.lines[lane as usize].len()
    }

    /// How long the first of a line has waited.
    pub(crate) fn age(&self, lane: Lane, now: Instant) -> Duration {
        let waiting = self.entries.values().filter_map(|entry| match entry {
            Entry::Waiting {
                since, lane: of, ..
            } if *of == lane => Some(*since),
            _ => None,
        });
        waiting
            .min()
            .map_or(Duration::ZERO, |since| now.saturating_duration_since(since))
    }

    /// How many are in flight.
    pub(crate) fn running(&self) -> usize {
        let running = |entry: &&Entry| matches!(entry, Entry::Running { .. });
        self.entries.values().filter(running).count()
    }

    fn enter(&mut self, key: Key, lane: Lane, due: Instant, now: Instant) {
        let mut since = now;
        let (mut lane, mut due) = (lane, due);
        match self.entries.get_mut(&key) {
            Some(Entry::Running { again, .. }) => {
                let (before, was) = again.unwrap_or((lane, due));
                *again = Some((before.min(lane), was.max(due)));
                return;
            }
            Some(Entry::Waiting {
                lane: before,
                due: was,
                since: first,
                ..
            }) => {
                let (before, was) = (*before, *was);
                since = *first;
                due = due.max(was);
                lane = lane.min(before);
                self.leave(was);
                if lane == before {
                    self.stay(&key, due);
                    return;
                }
                self.lines[before as usize].lose();
            }
            Some(Entry::Later { at, .. }) => {
                let at = *at;
                self.later.remove(&(at, key.clone()));
            }
            None => {}
        }
        *self.due.entry(due).or_default() += 1;
        self.tickets = self.tickets.wrapping_add(1);
        let ticket = self.tickets;
        self.lines[lane as usize].add(key.clone(), ticket);
        self.entries.insert(
            key,
            Entry::Waiting {
                lane,
                due,
                since,
                ticket,
            },
        );
    }

    /// Keeps its place in the line, with a new time since when it is due.
    fn stay(&mut self, key: &Key, now_due: Instant) {
        *self.due.entry(now_due).or_default() += 1;
        if let Some(Entry::Waiting { due, .. }) = self.entries.get_mut(key) {
            *due = now_due;
        }
    }

    fn leave(&mut self, due: Instant) {
        if let Some(count) = self.due.get_mut(&due) {
            *count -= 1;
            if *count == 0 {
                self.due.remove(&due);
            }
        }
    }

    /// Moves what has become due into its line.
    fn ripen(&mut self, now: Instant) {
        while let Some((at, key)) = self.later.first().cloned() {
            if at > now {
                return;
            }
            let lane = match self.entries.get(&key) {
                Some(Entry::Later { lane, .. }) => *lane,
                _ => Lane::Periodic,
            };
            self.enter(key, lane, at, now);
        }
    }
}
