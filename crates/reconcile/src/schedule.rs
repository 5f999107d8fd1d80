//! When an ExternalSecret is refreshed: now, at a time, or only when something changes.
//!
//! Never here: the clock, queues, and what a refresh does.

#[cfg(test)]
mod tests;

use jiff::{SignedDuration, Timestamp};
use selkie_api::{RefreshPolicy, SyncWindows};
use sha3::{Digest, Sha3_224};

use crate::sync_window::{Gate, gate};

/// The shortest interval, in seconds, whose ends are spread.
const SPREAD: i64 = 60;
/// How late a refresh may be that comes before its interval is over, in seconds. Later it waits for that end.
const LATE: i64 = 60;
/// The longest wait after failures.
const LONGEST: SignedDuration = SignedDuration::from_mins(7);

/// What is known of an ExternalSecret when it is asked whether it is due.
#[derive(Debug, Clone, Copy)]
pub struct Refresh<'a> {
    /// Its policy.
    pub policy: RefreshPolicy,
    /// How long fetched values stay good. If it is not above zero, they stay good for ever.
    pub interval: SignedDuration,
    /// What holds up a refresh that is due for no other reason.
    pub windows: Option<&'a SyncWindows>,
    /// When it was last refreshed, as its status says.
    pub refreshed: Option<Timestamp>,
    /// What it was last refreshed for, as its status says; empty if it never was.
    pub synced: &'a str,
    /// What it would be refreshed for now: see [`synced_resource_version`](crate::hash::synced_resource_version).
    pub version: &'a str,
    /// Whether its Secret is as the last refresh left it. It counts as such where nobody promises to keep it so.
    pub intact: bool,
    /// Where its beat lies.
    pub phase: Phase,
}

/// When it is refreshed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Due {
    /// Now.
    Now(Reason),
    /// At that time, if nothing changes before.
    At(Timestamp),
    /// When something changes.
    OnChange,
}

/// Why it is due. The order is that of urgency.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Reason {
    /// It never was refreshed.
    First,
    /// Its spec, its labels or its annotations changed.
    Changed,
    /// Its Secret is gone, or not as it was left.
    Drifted,
    /// Its interval is over, or its last refresh lies in the future.
    Periodic,
}

/// When an ExternalSecret is refreshed.
pub fn due(refresh: &Refresh<'_>, now: Timestamp) -> Due {
    let by_policy = match refresh.policy {
        RefreshPolicy::CreatedOnce => once(refresh),
        RefreshPolicy::OnChange => on_change(refresh),
        RefreshPolicy::Periodic => periodic(refresh, now),
    };
    match by_policy {
        Due::Now(reason) if reason < Reason::Drifted => by_policy,
        _ if !refresh.intact => Due::Now(Reason::Drifted),
        _ => by_policy,
    }
}

fn once(refresh: &Refresh<'_>) -> Due {
    if refresh.synced.is_empty() || refresh.refreshed.is_none() {
        Due::Now(Reason::First)
    } else {
        Due::OnChange
    }
}

fn on_change(refresh: &Refresh<'_>) -> Due {
    match once(refresh) {
        Due::OnChange if refresh.synced != refresh.version => Due::Now(Reason::Changed),
        due => due,
    }
}

/// Once it was refreshed, an interval of zero lets not even a changed spec through: the peer does so, and manifests rely on it.
fn periodic(refresh: &Refresh<'_>, now: Timestamp) -> Due {
    let endless = !refresh.interval.is_positive();
    if refresh.synced.is_empty() {
        return Due::Now(Reason::First);
    }
    if endless {
        return Due::OnChange;
    }
    let refreshed = match (on_change(refresh), refresh.refreshed) {
        (Due::OnChange, Some(refreshed)) => refreshed,
        (due, _) => return due,
    };
    if refreshed > now {
        return Due::Now(Reason::Periodic);
    }
    let end = period_end(refreshed, refresh.interval, refresh.phase, now);
    match gate(refresh.windows, end.max(now)) {
        Gate::Open if end <= now => Due::Now(Reason::Periodic),
        Gate::Open => Due::At(end),
        Gate::Closed(opens) => Due::At(opens),
        Gate::Shut => Due::OnChange,
    }
}

/// When values that were fetched at that time are fetched again: never later than their interval says, and earlier by half of it at most, on the way to
/// the object's beat.
///
/// The beat divides time into intervals whose ends lie elsewhere for each phase, so that objects that were refreshed together go apart, and stay apart.
/// Who gives two objects one phase brings them together. Whoever was refreshed less than half an interval before its beat meets it by way of the
/// off-beat, half an interval behind it: both ways take one refresh in each interval, and none is crowded.
///
/// A moment that passed while nobody served is not made up for: a controller that starts, or takes over from another one, would find a quarter of all
/// objects due at once.
fn period_end(
    refreshed: Timestamp,
    interval: SignedDuration,
    phase: Phase,
    now: Timestamp,
) -> Timestamp {
    let end = refreshed.checked_add(interval).unwrap_or(Timestamp::MAX);
    let last = end.as_second();
    let seconds = last - refreshed.as_second();
    if seconds < SPREAD {
        return end;
    }
    let beat = last - (last - phase.share(seconds)).rem_euclid(seconds);
    let half = seconds / 2;
    let next = if beat - refreshed.as_second() < half {
        beat + half
    } else {
        beat
    };
    if now.as_second() - next > LATE {
        return end;
    }
    Timestamp::from_second(next).map_or(end, |spread| spread.min(end))
}

/// How long to wait after a failure, of which `before` came right before it: a second, twice as long each time, seven minutes at most; and of that between
/// half and all, by the phase.
pub fn backoff(before: u32, jitter: Phase) -> SignedDuration {
    let doubled = 1_i64.checked_shl(before.min(32)).unwrap_or(i64::MAX);
    let longest = SignedDuration::from_secs(doubled).min(LONGEST);
    let half = i64::try_from((longest / 2).as_millis()).unwrap_or(i64::MAX);
    SignedDuration::from_millis(half + jitter.share(half))
}

/// A place within a span: as many parts in 2⁶⁴ of it as the number says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Phase(pub u64);

impl Phase {
    /// The place of whoever bears that name, always the same: of an object by its UID.
    pub fn of(name: &str) -> Self {
        let hash = Sha3_224::digest(name);
        let first = hash
            .iter()
            .take(8)
            .fold(0_u64, |number, byte| number << 8 | u64::from(*byte));
        Self(first)
    }

    /// That much of a span that is not negative: less than all of it.
    fn share(self, span: i64) -> i64 {
        let share = (i128::from(span) * i128::from(self.0)) >> 64;
        i64::try_from(share).unwrap_or(i64::MAX)
    }
}
