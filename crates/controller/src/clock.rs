//! Times of the wall clock as instants of the clock that only goes forward: equal times are equal instants.
//!
//! Objects of one beat are due at one time, and a value that was fetched for the first of them serves those alone that were due by then. If each run
//! counted from its own present, they would lie milliseconds apart, and every other one would ask the store again.

use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use jiff::{SignedDuration, Timestamp};

/// How far the clocks may go apart before they are compared anew. Every instant is late by that much at most, and never early: who is taken before its
/// time would find nothing to do, again and again.
const SLACK: Duration = Duration::from_millis(10);

/// A moment of both clocks.
#[derive(Clone, Copy, Debug)]
struct Moment {
    wall: Timestamp,
    steady: Instant,
}

/// The two clocks, and how they were compared.
#[derive(Debug)]
pub(crate) struct Clock(Mutex<Moment>);

impl Clock {
    /// Compares the clocks.
    pub(crate) fn new() -> Self {
        Self(Mutex::new(now()))
    }

    /// When it will be so late, or a moment after.
    pub(crate) fn instant(&self, time: Timestamp) -> Instant {
        let mut held = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        *held = hold(*held, now());
        held.at(time) + SLACK
    }
}

/// The wall clock is read first: what passes until the other is read makes instants late, not early.
fn now() -> Moment {
    let wall = Timestamp::now();
    let steady = Instant::now();
    Moment { wall, steady }
}

/// The comparison that holds: the old one, as long as the new one says about the same.
fn hold(old: Moment, new: Moment) -> Moment {
    let (before, after) = (old.at(new.wall), new.steady);
    let apart = before
        .saturating_duration_since(after)
        .max(after.saturating_duration_since(before));
    if apart > SLACK { new } else { old }
}

impl Moment {
    fn at(self, time: Timestamp) -> Instant {
        let apart: SignedDuration = time.duration_since(self.wall);
        let moved = if apart.is_negative() {
            self.steady.checked_sub(apart.unsigned_abs())
        } else {
            self.steady.checked_add(apart.unsigned_abs())
        };
        moved.unwrap_or(self.steady)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECOND: Duration = Duration::from_secs(1);

    #[test]
    fn equal_times_are_equal_instants() {
        let clock = Clock::new();
        let time = Timestamp::now() + SECOND;
        let first = clock.instant(time);
        std::thread::sleep(Duration::from_millis(2));
        assert_eq!(first, clock.instant(time));
        assert_eq!(clock.instant(time + SECOND), first + SECOND);
        assert!(first > Instant::now());
    }

    #[test]
    fn a_clock_that_is_set_is_followed() {
        let old = now();
        let later = |wall: i64, steady: u64| Moment {
            wall: old.wall + SignedDuration::from_millis(wall),
            steady: old.steady + Duration::from_millis(steady),
        };
        // Milliseconds by either clock, and whether the comparison is a new one.
        for (wall, steady, is_new) in [
            (60_000, 60_000, false),
            (60_000, 60_009, false),
            (60_000, 59_991, false),
            (60_000, 60_011, true),
            (60_000, 59_989, true),
            (-3_600_000, 60_000, true),
        ] {
            let held = hold(old, later(wall, steady));
            assert_eq!(held.wall != old.wall, is_new, "{wall} {steady}");
        }
    }

    #[test]
    fn an_instant_is_never_early() {
        let clock = Clock::new();
        for _ in 0..1000 {
            let time = Timestamp::now() + Duration::from_millis(1);
            let instant = clock.instant(time);
            std::thread::sleep(instant.saturating_duration_since(Instant::now()));
            assert!(Timestamp::now() >= time);
        }
    }

    #[test]
    fn times_out_of_reach_are_now() {
        let old = now();
        assert!(old.at(Timestamp::MAX) >= old.steady);
        let _ = old.at(Timestamp::MIN);
    }
}
