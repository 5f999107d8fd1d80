//! Instants on, before and behind the edges of windows.

use super::*;

const NIGHT: (&str, &str) = ("0 22 * * *", "2h");
/// Longer than its period: always open.
const OVERLAPPING: (&str, &str) = ("0 * * * *", "90m");
const BROKEN: (&str, &str) = ("not-a-cron", "2h");

fn windows(kind: SyncWindowKind, windows: &[(&str, &str)]) -> SyncWindows {
    let windows = windows.iter().map(|(schedule, duration)| SyncWindow {
        schedule: (*schedule).to_owned(),
        duration: (*duration).to_owned(),
    });
    SyncWindows {
        kind,
        windows: windows.collect(),
    }
}

#[track_caller]
fn check(kind: SyncWindowKind, of: &[(&str, &str)], at: &str, expected: &str) {
    let told = match gate(Some(&windows(kind, of)), at.parse().unwrap()) {
        Gate::Open => "open".to_owned(),
        Gate::Closed(until) => until.to_string(),
        Gate::Shut => "shut".to_owned(),
    };
    assert_eq!(told, expected, "{kind:?} {of:?} at {at}");
}

#[test]
fn windows_that_allow() {
    for (of, at, expected) in [
        (&[NIGHT][..], "2026-06-01T22:00:00Z", "open"),
        (&[NIGHT], "2026-06-01T22:30:00Z", "open"),
        (&[NIGHT], "2026-06-02T00:00:00Z", "open"),
        (&[NIGHT], "2026-06-02T00:00:00.999Z", "open"),
        (&[NIGHT], "2026-06-02T00:00:01Z", "2026-06-02T22:00:00Z"),
        (&[NIGHT], "2026-06-01T21:59:59.9Z", "2026-06-01T22:00:00Z"),
        (&[NIGHT], "2026-06-01T03:00:00Z", "2026-06-01T22:00:00Z"),
        // Every firing counts, not the oldest alone.
        (&[OVERLAPPING], "2026-06-01T10:29:59Z", "open"),
        (&[OVERLAPPING], "2026-06-01T10:30:01Z", "open"),
        (&[OVERLAPPING], "2026-06-01T10:59:59Z", "open"),
        (&[("@every 1m", "1m")], "2026-06-01T10:59:59.5Z", "open"),
        // As long as its period.
        (&[("@daily", "24h")], "2026-06-01T23:59:59.5Z", "open"),
        // A gap of some seconds.
        (&[("@hourly", "59m57s")], "2026-06-01T09:59:57Z", "open"),
        (
            &[("@hourly", "59m57s")],
            "2026-06-01T09:59:58Z",
            "2026-06-01T10:00:00Z",
        ),
        // The earliest of several, and any of several.
        (
            &[NIGHT, ("30 12 * * *", "1h")],
            "2026-06-01T10:00:00Z",
            "2026-06-01T12:30:00Z",
        ),
        (
            &[NIGHT, ("30 12 * * *", "1h")],
            "2026-06-01T13:30:00Z",
            "open",
        ),
        (&[("@every 6h", "1h")], "2026-06-01T18:20:00Z", "open"),
        (
            &[("@every 6h", "1h")],
            "2026-06-01T19:20:00Z",
            "2026-06-02T00:00:00Z",
        ),
        // A second long, both ends being one.
        (&[("@daily", "0")], "2026-06-01T00:00:00.7Z", "open"),
        (
            &[("@daily", "0s")],
            "2026-06-01T00:00:01Z",
            "2026-06-02T00:00:00Z",
        ),
        (
            &[("@daily", "1.9s")],
            "2026-06-01T00:00:02Z",
            "2026-06-02T00:00:00Z",
        ),
        // What is never open.
        (&[("@daily", "-1h")], "2026-06-01T00:00:00Z", "shut"),
        (&[("@daily", "1d")], "2026-06-01T00:00:00Z", "shut"),
        (&[BROKEN], "2026-06-01T23:00:00Z", "shut"),
        (&[("0 0 31 2 *", "8760h")], "2026-06-01T23:00:00Z", "shut"),
        (&[BROKEN, NIGHT], "2026-06-01T23:00:00Z", "open"),
        (
            &[BROKEN, NIGHT],
            "2026-06-01T20:00:00Z",
            "2026-06-01T22:00:00Z",
        ),
        // The longest there is.
        (&[("@yearly", "2562047h")], "2026-06-01T23:00:00Z", "open"),
    ] {
        check(SyncWindowKind::Allow, of, at, expected);
    }
}

#[test]
fn windows_that_deny() {
    for (of, at, expected) in [
        (&[NIGHT][..], "2026-06-01T21:59:59.9Z", "open"),
        (&[NIGHT], "2026-06-01T22:00:00Z", "2026-06-02T00:00:01Z"),
        (&[NIGHT], "2026-06-02T00:00:00.5Z", "2026-06-02T00:00:01Z"),
        (&[NIGHT], "2026-06-02T00:00:01Z", "open"),
        // One behind the other.
        (
            &[NIGHT, ("30 23 * * *", "3h")],
            "2026-06-01T23:00:00Z",
            "2026-06-02T02:30:01Z",
        ),
        // The next begins in the second in which the last would let go.
        (
            &[("0 0-4 * * *", "59m59s")],
            "2026-06-01T01:15:00Z",
            "2026-06-01T05:00:00Z",
        ),
        (&[BROKEN], "2026-06-01T23:00:00Z", "open"),
        (&[("@daily", "-1h")], "2026-06-01T00:00:00Z", "open"),
        // Nothing leaks, and whoever waits looks again after a while.
        (
            &[OVERLAPPING],
            "2026-06-01T10:30:01Z",
            "2026-06-04T02:30:01Z",
        ),
    ] {
        check(SyncWindowKind::Deny, of, at, expected);
    }
}

#[test]
fn no_windows_say_nothing() {
    let at = "2026-06-01T23:00:00Z".parse().unwrap();
    assert_eq!(gate(None, at), Gate::Open);
    for kind in [SyncWindowKind::Allow, SyncWindowKind::Deny] {
        assert_eq!(gate(Some(&windows(kind, &[])), at), Gate::Open);
    }
}
