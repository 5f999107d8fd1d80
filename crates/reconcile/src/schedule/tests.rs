//! The truth table of refreshes, and the spread of periods.

use selkie_api::{SyncWindow, SyncWindowKind};

use super::*;

const NOW: &str = "2026-06-01T12:00:00Z";

fn instant(text: &str) -> Timestamp {
    text.parse().unwrap()
}

/// Refreshed so many seconds before now, for version `1-a`, with windows that stand open or not.
#[derive(Clone, Copy)]
struct Row {
    policy: RefreshPolicy,
    interval: i64,
    ago: Option<i64>,
    synced: &'static str,
    intact: bool,
    windows: Option<(SyncWindowKind, &'static str)>,
}

/// In order, ten seconds after a refresh, with an interval of thirty.
const CALM: Row = Row {
    policy: RefreshPolicy::Periodic,
    interval: 30,
    ago: Some(10),
    synced: "1-a",
    intact: true,
    windows: None,
};
/// The same with an interval that is over.
const OVER: Row = CALM.ago(60);

impl Row {
    const fn policy(self, policy: RefreshPolicy) -> Self {
        Self { policy, ..self }
    }

    const fn interval(self, interval: i64) -> Self {
        Self { interval, ..self }
    }

    const fn ago(self, seconds: i64) -> Self {
        let ago = Some(seconds);
        Self { ago, ..self }
    }

    const fn timeless(self) -> Self {
        let ago = None;
        Self { ago, ..self }
    }

    const fn synced(self, synced: &'static str) -> Self {
        Self { synced, ..self }
    }

    const fn never(self) -> Self {
        self.synced("")
    }

    const fn edited(self) -> Self {
        self.synced("2-a")
    }

    const fn drifted(self) -> Self {
        let intact = false;
        Self { intact, ..self }
    }

    const fn allow(self, schedule: &'static str) -> Self {
        let windows = Some((SyncWindowKind::Allow, schedule));
        Self { windows, ..self }
    }

    const fn deny(self, schedule: &'static str) -> Self {
        let windows = Some((SyncWindowKind::Deny, schedule));
        Self { windows, ..self }
    }
}

/// Open from 11:30 to 12:30.
const NOON: &str = "30 11 * * *";
/// Open from 14:00 to 15:00.
const LATER: &str = "0 14 * * *";

#[track_caller]
fn check(row: Row, expected: &str) {
    let now = instant(NOW);
    let windows = row.windows.map(|(kind, schedule)| SyncWindows {
        kind,
        windows: vec![SyncWindow {
            schedule: schedule.to_owned(),
            duration: "1h".to_owned(),
        }],
    });
    let refresh = Refresh {
        policy: row.policy,
        interval: SignedDuration::from_secs(row.interval),
        windows: windows.as_ref(),
        refreshed: row
            .ago
            .map(|ago| now.checked_sub(SignedDuration::from_secs(ago)).unwrap()),
        synced: row.synced,
        version: "1-a",
        intact: row.intact,
        phase: Phase(0),
    };
    let told = match due(&refresh, now) {
        Due::Now(reason) => format!("{reason:?}"),
        Due::At(at) => at.to_string(),
        Due::OnChange => "on change".to_owned(),
    };
    assert_eq!(told, expected);
}

#[test]
fn periodic_refreshes() {
    check(CALM, "2026-06-01T12:00:20Z");
    check(CALM.ago(29), "2026-06-01T12:00:01Z");
    check(CALM.ago(30), "Periodic");
    check(CALM.ago(90_000), "Periodic");
    check(CALM.ago(0), "2026-06-01T12:00:30Z");
    // In the future.
    check(CALM.ago(-1), "Periodic");
    check(CALM.timeless(), "First");
    check(CALM.never(), "First");
    check(CALM.never().timeless(), "First");
    check(CALM.synced("2-a"), "Changed");
    check(CALM.synced("1-b"), "Changed");
    check(CALM.drifted(), "Drifted");
    // The more urgent reason counts.
    check(OVER.drifted(), "Drifted");
    check(OVER.edited(), "Changed");
    check(CALM.edited().drifted(), "Changed");
    check(CALM.edited().ago(-1), "Changed");
    check(CALM.never().drifted(), "First");
}

#[test]
fn an_interval_that_is_not_above_zero_fetches_once() {
    for interval in [0, -1, -3600] {
        let once = CALM.interval(interval);
        check(once, "on change");
        check(once.ago(90_000), "on change");
        check(once.edited(), "on change");
        check(once.timeless(), "on change");
        check(once.ago(-60), "on change");
        check(once.never().timeless(), "First");
        check(once.drifted(), "Drifted");
        check(once.drifted().edited(), "Drifted");
    }
}

#[test]
fn created_once() {
    let once = CALM.policy(RefreshPolicy::CreatedOnce);
    check(once, "on change");
    check(once.ago(90_000), "on change");
    check(once.ago(-60), "on change");
    check(once.edited(), "on change");
    check(once.interval(0), "on change");
    check(once.never(), "First");
    check(once.timeless(), "First");
    check(once.interval(0).timeless(), "First");
    check(once.drifted(), "Drifted");
    check(once.never().deny(NOON), "First");
}

#[test]
fn on_change() {
    let change = CALM.policy(RefreshPolicy::OnChange);
    check(change, "on change");
    check(change.ago(90_000), "on change");
    check(change.ago(-60), "on change");
    check(change.edited(), "Changed");
    check(change.edited().interval(0), "Changed");
    check(change.never(), "First");
    check(change.timeless(), "First");
    check(change.drifted(), "Drifted");
    check(change.drifted().edited(), "Changed");
    check(change.edited().deny(NOON), "Changed");
}

#[test]
fn windows_hold_up_what_is_merely_due_again() {
    check(OVER.allow(NOON), "Periodic");
    check(OVER.deny(LATER), "Periodic");
    // Not asked again before it can be.
    check(OVER.allow(LATER), "2026-06-01T14:00:00Z");
    check(OVER.deny(NOON), "2026-06-01T12:30:01Z");
    check(OVER.allow("never"), "on change");
    check(OVER.deny("never"), "Periodic");
    // The windows are asked about the time when it becomes due.
    check(CALM.allow(NOON), "2026-06-01T12:00:20Z");
    check(CALM.allow(LATER), "2026-06-01T14:00:00Z");
    check(CALM.deny(LATER), "2026-06-01T12:00:20Z");
    let closing = CALM.interval(7200);
    check(closing.allow(NOON), "2026-06-02T11:30:00Z");
    // Nothing else is held up.
    for held in [OVER.allow(LATER), OVER.deny(NOON), OVER.allow("never")] {
        check(held.never(), "First");
        check(held.timeless(), "First");
        check(held.edited(), "Changed");
        check(held.drifted(), "Drifted");
        check(held.ago(-5), "Periodic");
    }
}

/// As it is seen right after a refresh.
fn next(refreshed: Timestamp, interval: SignedDuration, phase: Phase) -> Timestamp {
    period_end(refreshed, interval, phase, refreshed)
}

#[test]
fn the_second_refresh_has_found_the_beat() {
    let hour = SignedDuration::from_hours(1);
    let start = instant(NOW);
    for name in ["a", "b", "c", "d", "6f2b", "7c31"] {
        let phase = Phase::of(name);
        let mut refreshed = start;
        let mut gaps = Vec::new();
        for _ in 0..6 {
            let end = next(refreshed, hour, phase);
            gaps.push(end.duration_since(refreshed).as_secs());
            refreshed = end;
        }
        assert!(
            gaps.iter().all(|gap| (1800..=3600).contains(gap)),
            "{name}: {gaps:?}"
        );
        // It is kept, even by one who was served late.
        assert_eq!(gaps[2..], [3600; 4], "{name}: {gaps:?}");
        let late = refreshed
            .checked_add(SignedDuration::from_secs(50))
            .unwrap();
        let end = next(late, hour, phase);
        assert_eq!(end.duration_since(refreshed).as_secs(), 3600);
        // It is a place within the hour of the clock.
        let beat = refreshed.as_second().rem_euclid(3600);
        assert_eq!(beat, phase.share(3600), "{name}");
    }
}

#[test]
fn a_beat_is_met_straight_or_by_the_off_beat() {
    let hour = SignedDuration::from_hours(1);
    // The beat is at half past.
    let phase = Phase(1 << 63);
    for (refreshed, then) in [
        ("2026-06-01T12:30:00Z", "2026-06-01T13:30:00Z"),
        ("2026-06-01T12:31:00Z", "2026-06-01T13:30:00Z"),
        ("2026-06-01T12:59:59Z", "2026-06-01T13:30:00Z"),
        ("2026-06-01T13:00:00Z", "2026-06-01T13:30:00Z"),
        ("2026-06-01T13:00:01Z", "2026-06-01T14:00:00Z"),
        ("2026-06-01T13:29:59Z", "2026-06-01T14:00:00Z"),
    ] {
        assert_eq!(
            next(instant(refreshed), hour, phase),
            instant(then),
            "{refreshed}"
        );
    }
}

#[test]
fn a_moment_that_was_missed_is_not_made_up_for() {
    let hour = SignedDuration::from_hours(1);
    let refreshed = instant("2026-06-01T12:40:00Z");
    // The beat is at half past.
    let phase = Phase(1 << 63);
    for (now, end) in [
        ("2026-06-01T13:00:00Z", "2026-06-01T13:30:00Z"),
        ("2026-06-01T13:31:00Z", "2026-06-01T13:30:00Z"),
        ("2026-06-01T13:31:01Z", "2026-06-01T13:40:00Z"),
        ("2026-06-01T15:00:00Z", "2026-06-01T13:40:00Z"),
    ] {
        let told = period_end(refreshed, hour, phase, instant(now));
        assert_eq!(told, instant(end), "{now}");
    }
}

#[test]
fn those_of_one_phase_come_together_and_those_of_many_go_apart() {
    let hour = SignedDuration::from_hours(1);
    let beat = |start: Timestamp, phase: Phase| {
        (0..2).fold(start, |refreshed, _| next(refreshed, hour, phase))
    };
    let shared = Phase::of("vault/app");
    let one = beat(instant("2026-06-01T12:00:00Z"), shared);
    let other = beat(instant("2026-06-01T12:41:05Z"), shared);
    assert_eq!(
        one.as_second().rem_euclid(3600),
        other.as_second().rem_euclid(3600)
    );
    // A thousand that began together: each is refreshed once in each interval, and no minute of one has more than three times its part.
    let mut minutes = [0; 180];
    for number in 0..1000 {
        let phase = Phase::of(&number.to_string());
        let mut at = next(instant(NOW), hour, phase);
        for hours in 0..3 {
            let minute = usize::try_from(at.duration_since(instant(NOW)).as_mins()).unwrap();
            assert_eq!(minute.min(179) / 60, hours, "{number}");
            minutes[minute.min(179)] += 1;
            at = next(at, hour, phase);
        }
    }
    let (first, later) = minutes.split_at(60);
    assert!(first[..30].iter().all(|count| *count == 0), "{first:?}");
    assert!(first.iter().all(|count| *count < 75), "{first:?}");
    assert!(later.iter().all(|count| *count < 50), "{later:?}");
}

#[test]
fn periods_stay_within_their_bounds() {
    let start = instant("2026-06-01T12:00:00.75Z");
    for seconds in [1, 59, 60, 61, 119, 3600, 86_400, i64::MAX / 1_000_000_000] {
        for phase in [0, 1, u64::MAX / 2, u64::MAX] {
            let interval = SignedDuration::from_secs(seconds);
            let end = next(start, interval, Phase(phase));
            let longest = start.checked_add(interval).unwrap();
            assert!(end <= longest, "{seconds} {phase}");
            let passed = end.duration_since(start).as_secs();
            assert!(passed + 1 >= seconds / 2, "{seconds} {phase}");
        }
    }
    // Longer than the calendar.
    let forever = SignedDuration::MAX;
    assert!(next(start, forever, Phase(7)) > start);
}

#[test]
fn failures_are_waited_for_longer_and_longer() {
    for (before, half, whole) in [
        (0, 500, 1_000),
        (1, 1_000, 2_000),
        (2, 2_000, 4_000),
        (3, 4_000, 8_000),
        (8, 128_000, 256_000),
        (9, 210_000, 420_000),
        (10, 210_000, 420_000),
        (63, 210_000, 420_000),
        (64, 210_000, 420_000),
        (u32::MAX, 210_000, 420_000),
    ] {
        let wait = |phase| backoff(before, Phase(phase)).as_millis();
        assert_eq!(wait(0), half, "{before}");
        assert_eq!(wait(u64::MAX), whole - 1, "{before}");
        assert_eq!(wait(1 << 63), half * 3 / 2, "{before}");
    }
}

#[test]
fn a_name_has_its_phase() {
    assert_eq!(Phase::of("a"), Phase::of("a"));
    assert_ne!(Phase::of("a"), Phase::of("b"));
    assert_eq!(Phase(1 << 63).share(100), 50);
    assert_eq!(Phase(u64::MAX).share(i64::MAX), i64::MAX - 1);
}
