//! Whether values may be fetched again merely because their interval is over: the windows of an ExternalSecret.
//!
//! A window is open from each firing of its schedule to the end of its duration, both included, in whole seconds. Every firing counts: the peer looks at the
//! oldest one alone, so that a window longer than its period has a gap in each. A window whose schedule or duration cannot be read is never open. Never
//! here: first syncs, changes and drift, which no window holds up.

#[cfg(test)]
mod tests;

use jiff::{SignedDuration, Timestamp};
use selkie_api::{SyncWindow, SyncWindowKind, SyncWindows};

use crate::cron::Schedule;
use crate::duration;

/// How many windows that follow on each other are followed to see when they let go. Whoever comes back after so many looks again.
const FOLLOWED: usize = 64;

/// What the windows say.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Gate {
    /// It may be.
    Open,
    /// It may not, but it is worth asking again at that time.
    Closed(Timestamp),
    /// It may not, ever.
    Shut,
}

/// What all windows together say at an instant. None at all say nothing against it.
pub fn gate(windows: Option<&SyncWindows>, at: Timestamp) -> Gate {
    let Some(windows) = windows.filter(|windows| !windows.windows.is_empty()) else {
        return Gate::Open;
    };
    let read: Vec<Window> = windows.windows.iter().filter_map(Window::read).collect();
    match windows.kind {
        SyncWindowKind::Allow => allowed(&read, at),
        SyncWindowKind::Deny => not_denied(&read, at),
    }
}

fn allowed(windows: &[Window], at: Timestamp) -> Gate {
    if windows.iter().any(|window| window.end(at).is_some()) {
        return Gate::Open;
    }
    let opening = windows.iter().filter_map(|window| window.schedule.next(at));
    opening.min().map_or(Gate::Shut, Gate::Closed)
}

fn not_denied(windows: &[Window], at: Timestamp) -> Gate {
    let mut free = at;
    for _ in 0..FOLLOWED {
        let ends = windows.iter().filter_map(|window| window.end(free));
        match ends.max() {
            Some(end) => free = later(end, SignedDuration::from_secs(1)),
            None => break,
        }
    }
    if free == at {
        Gate::Open
    } else {
        Gate::Closed(free)
    }
}

/// A window that can be open.
struct Window {
    schedule: Schedule,
    length: SignedDuration,
}

impl Window {
    fn read(window: &SyncWindow) -> Option<Self> {
        let length = duration::parse(&window.duration).ok()?;
        Some(Self {
            schedule: Schedule::parse(&window.schedule).ok()?,
            length: SignedDuration::from_secs(length.as_secs()),
        })
        .filter(|_| !length.is_negative())
    }

    /// Its last second, if it is open.
    fn end(&self, at: Timestamp) -> Option<Timestamp> {
        let end = later(self.schedule.previous(at)?, self.length);
        // What is left of the last second belongs to it.
        (at < later(end, SignedDuration::from_secs(1))).then_some(end)
    }
}

fn later(at: Timestamp, by: SignedDuration) -> Timestamp {
    at.checked_add(by).unwrap_or(Timestamp::MAX)
}
