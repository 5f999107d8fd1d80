//! Which events repeat. Only the latest are remembered; of the others the next is told as if it were the first.

use std::collections::{HashMap, VecDeque};
use std::hash::{DefaultHasher, Hash as _, Hasher as _};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use super::Event;

/// How many are remembered.
const ROOM: usize = 512;
/// As long as client libraries wait for a repetition.
const WINDOW: Duration = Duration::from_mins(6);

/// How to tell an event.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Told {
    /// As a new one, under this name.
    First {
        /// Its name.
        name: Arc<str>,
    },
    /// As one more of an earlier one.
    Again {
        /// The name of that.
        name: Arc<str>,
        /// How often it has happened now.
        count: u32,
    },
}

/// Events of the last minutes.
#[derive(Default)]
pub(super) struct Repeats(Mutex<Memory>);

#[derive(Default)]
struct Memory {
    known: HashMap<u64, Known>,
    order: VecDeque<u64>,
}

struct Known {
    name: Arc<str>,
    count: u32,
    last: Instant,
}

impl Repeats {
    /// How to tell an event that happens now.
    pub(super) fn tell(&self, event: &Event, now: Instant) -> Told {
        let mut hasher = DefaultHasher::new();
        (&event.uid, event.is_warning, &event.reason, &event.note).hash(&mut hasher);
        let hash = hasher.finish();
        let mut memory = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(known) = memory.known.get_mut(&hash)
            && now.saturating_duration_since(known.last) < WINDOW
        {
            known.count = known.count.saturating_add(1);
            known.last = now;
            return Told::Again {
                name: Arc::clone(&known.name),
                count: known.count,
            };
        }
        let number: u64 = rand::random();
        let cut = event.key.place.name.floor_char_boundary(200);
        let stem = event.key.place.name[..cut].trim_end_matches(['.', '-']);
        let name: Arc<str> = format!("{stem}.{number:016x}").into();
        let known = Known {
            name: Arc::clone(&name),
            count: 1,
            last: now,
        };
        if memory.known.insert(hash, known).is_none() {
            memory.order.push_back(hash);
        }
        if memory.order.len() > ROOM
            && let Some(oldest) = memory.order.pop_front()
        {
            memory.known.remove(&oldest);
        }
        Told::First { name }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::key::{Key, Kind, Place};

    fn event(uid: &str, note: &str) -> Event {
        Event {
            key: Key::new(Kind::ExternalSecret, Place::new("ns", "app")),
            uid: uid.into(),
            version: "1".into(),
            is_warning: true,
            reason: "UpdateFailed".to_owned(),
            note: note.to_owned(),
        }
    }

    #[test]
    fn what_repeats_is_counted() {
        let start = Instant::now();
        let minutes = |n| start + Duration::from_mins(n);
        let repeats = Repeats::default();
        let Told::First { name } = repeats.tell(&event("u", "x"), start) else {
            panic!("the first is new");
        };
        assert!(name.starts_with("app."));
        for (uid, note) in [("u", "y"), ("v", "x")] {
            assert!(matches!(
                repeats.tell(&event(uid, note), start),
                Told::First { .. }
            ));
        }
        for (minute, count) in [(5, 2), (10, 3)] {
            let told = repeats.tell(&event("u", "x"), minutes(minute));
            assert_eq!(
                told,
                Told::Again {
                    name: Arc::clone(&name),
                    count
                }
            );
        }
        assert!(matches!(
            repeats.tell(&event("u", "x"), minutes(17)),
            Told::First { .. }
        ));
    }

    #[test]
    fn only_the_latest_are_remembered() {
        let start = Instant::now();
        let repeats = Repeats::default();
        for n in 0..=ROOM {
            repeats.tell(&event(&n.to_string(), "x"), start);
        }
        assert!(matches!(
            repeats.tell(&event("0", "x"), start),
            Told::First { .. }
        ));
        assert!(matches!(
            repeats.tell(&event("512", "x"), start),
            Told::Again { .. }
        ));
    }
}
