//! Rows from the rules; robfig/cron v3.0.1 itself has confirmed each, save those of `@every`.

use super::*;

#[track_caller]
fn instant(text: &str) -> Timestamp {
    text.parse().unwrap()
}

/// A Monday.
const NOW: &str = "2026-06-01T12:34:56Z";

#[test]
fn firings_before_and_after_an_instant() {
    for (schedule, previous, next) in [
        ("* * * * *", "2026-06-01T12:34:00Z", "2026-06-01T12:35:00Z"),
        ("? ? ? ? ?", "2026-06-01T12:34:00Z", "2026-06-01T12:35:00Z"),
        ("0 22 * * *", "2026-05-31T22:00:00Z", "2026-06-01T22:00:00Z"),
        (
            "34 12 * * *",
            "2026-06-01T12:34:00Z",
            "2026-06-02T12:34:00Z",
        ),
        (
            "35 12 * * *",
            "2026-05-31T12:35:00Z",
            "2026-06-01T12:35:00Z",
        ),
        (
            "*/15 * * * *",
            "2026-06-01T12:30:00Z",
            "2026-06-01T12:45:00Z",
        ),
        // From five on.
        (
            "5/20 * * * *",
            "2026-06-01T12:25:00Z",
            "2026-06-01T12:45:00Z",
        ),
        (
            "10-40/15 * * * *",
            "2026-06-01T12:25:00Z",
            "2026-06-01T12:40:00Z",
        ),
        (
            "50 9-17/4 * * *",
            "2026-06-01T09:50:00Z",
            "2026-06-01T13:50:00Z",
        ),
        (
            "0 0,6,18 * * *",
            "2026-06-01T06:00:00Z",
            "2026-06-01T18:00:00Z",
        ),
        (
            "0 0 * * MON",
            "2026-06-01T00:00:00Z",
            "2026-06-08T00:00:00Z",
        ),
        (
            "30 4 * * fri-sat",
            "2026-05-30T04:30:00Z",
            "2026-06-05T04:30:00Z",
        ),
        ("0 3 * * 0", "2026-05-31T03:00:00Z", "2026-06-07T03:00:00Z"),
        ("0 0 1 * *", "2026-06-01T00:00:00Z", "2026-07-01T00:00:00Z"),
        ("0 0 31 * *", "2026-05-31T00:00:00Z", "2026-07-31T00:00:00Z"),
        (
            "0 0 31 2,4,Dec *",
            "2025-12-31T00:00:00Z",
            "2026-12-31T00:00:00Z",
        ),
        ("0 0 29 2 *", "2024-02-29T00:00:00Z", "2028-02-29T00:00:00Z"),
        (
            "0 12 1 jan *",
            "2026-01-01T12:00:00Z",
            "2027-01-01T12:00:00Z",
        ),
        // Both kinds of day: either is enough.
        ("0 0 13 * 5", "2026-05-29T00:00:00Z", "2026-06-05T00:00:00Z"),
        ("0 0 15 * 2", "2026-05-26T00:00:00Z", "2026-06-02T00:00:00Z"),
        // A star beside the other kind does not count, in steps it does.
        (
            "0 0 15 * */1",
            "2026-05-15T00:00:00Z",
            "2026-06-15T00:00:00Z",
        ),
        (
            "0 0 15 * */2",
            "2026-05-31T00:00:00Z",
            "2026-06-02T00:00:00Z",
        ),
        (
            "0 0 */10 * 3",
            "2026-06-01T00:00:00Z",
            "2026-06-03T00:00:00Z",
        ),
        (
            "+5 012 * * *",
            "2026-06-01T12:05:00Z",
            "2026-06-02T12:05:00Z",
        ),
        // What follows a star is not read.
        (
            "*-3 * * * *",
            "2026-06-01T12:34:00Z",
            "2026-06-01T12:35:00Z",
        ),
        (
            " 1,,2 \t 3  * * * ",
            "2026-06-01T03:02:00Z",
            "2026-06-02T03:01:00Z",
        ),
        ("@hourly", "2026-06-01T12:00:00Z", "2026-06-01T13:00:00Z"),
        ("@daily", "2026-06-01T00:00:00Z", "2026-06-02T00:00:00Z"),
        ("@midnight", "2026-06-01T00:00:00Z", "2026-06-02T00:00:00Z"),
        ("@weekly", "2026-05-31T00:00:00Z", "2026-06-07T00:00:00Z"),
        ("@monthly", "2026-06-01T00:00:00Z", "2026-07-01T00:00:00Z"),
        ("@yearly", "2026-01-01T00:00:00Z", "2027-01-01T00:00:00Z"),
        ("@annually", "2026-01-01T00:00:00Z", "2027-01-01T00:00:00Z"),
        // From here on ours: counted from 1970.
        ("@every 5m", "2026-06-01T12:30:00Z", "2026-06-01T12:35:00Z"),
        ("@every 6h", "2026-06-01T12:00:00Z", "2026-06-01T18:00:00Z"),
        (
            "@every 1.9s",
            "2026-06-01T12:34:56Z",
            "2026-06-01T12:34:57Z",
        ),
        ("@every 0", "2026-06-01T12:34:56Z", "2026-06-01T12:34:57Z"),
        ("@every -5m", "2026-06-01T12:34:56Z", "2026-06-01T12:34:57Z"),
    ] {
        let parsed = Schedule::parse(schedule).unwrap();
        assert_eq!(
            parsed.previous(instant(NOW)),
            Some(instant(previous)),
            "before: {schedule}"
        );
        assert_eq!(
            parsed.next(instant(NOW)),
            Some(instant(next)),
            "after: {schedule}"
        );
    }
}

#[test]
fn a_firing_belongs_to_what_is_before_and_not_to_what_is_after() {
    let daily = Schedule::parse("@daily").unwrap();
    let midnight = instant("2026-06-01T00:00:00Z");
    assert_eq!(daily.previous(midnight), Some(midnight));
    assert_eq!(daily.next(midnight), Some(instant("2026-06-02T00:00:00Z")));
    // Less than a second before it.
    let before = instant("2026-05-31T23:59:59.9Z");
    assert_eq!(
        daily.previous(before),
        Some(instant("2026-05-31T00:00:00Z"))
    );
    assert_eq!(daily.next(before), Some(midnight));
    // Before 1970 seconds count down.
    let old = instant("1969-12-31T23:59:59.5Z");
    let every = Schedule::parse("@every 1h").unwrap();
    assert_eq!(every.previous(old), Some(instant("1969-12-31T23:00:00Z")));
    assert_eq!(every.next(old), Some(Timestamp::UNIX_EPOCH));
}

#[test]
fn some_schedules_never_fire() {
    for schedule in ["0 0 31 2 *", "0 0 30 2 ?", ", * * * *", "0 0 , * ,"] {
        let parsed = Schedule::parse(schedule).unwrap();
        assert_eq!(parsed.previous(instant(NOW)), None, "{schedule}");
        assert_eq!(parsed.next(instant(NOW)), None, "{schedule}");
    }
    // Eight years without a leap day.
    let leap = Schedule::parse("0 0 29 2 *").unwrap();
    let at = instant("2103-12-31T00:00:00Z");
    assert_eq!(leap.previous(at), Some(instant("2096-02-29T00:00:00Z")));
    let at = instant("2096-03-01T00:00:00Z");
    assert_eq!(leap.next(at), Some(instant("2104-02-29T00:00:00Z")));
    let daily = Schedule::parse("@daily").unwrap();
    assert_eq!(daily.next(Timestamp::MAX), None);
    assert_eq!(
        daily.previous(Timestamp::MAX),
        Some(instant("9999-12-30T00:00:00Z"))
    );
}

/// Berlin's clocks show 02:00 to 03:00 twice on 2026-10-25 and not at all on 2026-03-29.
#[test]
fn zones_move_their_clocks() {
    for (schedule, at, previous, next) in [
        (
            "TZ=Asia/Tokyo 0 6 * * *",
            NOW,
            "2026-05-31T21:00:00Z",
            "2026-06-01T21:00:00Z",
        ),
        (
            "CRON_TZ=Asia/Kathmandu @daily",
            NOW,
            "2026-05-31T18:15:00Z",
            "2026-06-01T18:15:00Z",
        ),
        (
            "TZ=UTC  0 6 * * *",
            NOW,
            "2026-06-01T06:00:00Z",
            "2026-06-02T06:00:00Z",
        ),
        // Left out.
        (
            "TZ=Europe/Berlin 30 2 * * *",
            "2026-03-29T12:00:00Z",
            "2026-03-28T01:30:00Z",
            "2026-03-30T00:30:00Z",
        ),
        // The second time round is before, and the first is before that.
        (
            "TZ=Europe/Berlin 30 2 * * *",
            "2026-10-25T12:00:00Z",
            "2026-10-25T01:30:00Z",
            "2026-10-26T01:30:00Z",
        ),
        (
            "TZ=Europe/Berlin 30 2 * * *",
            "2026-10-25T01:00:00Z",
            "2026-10-25T00:30:00Z",
            "2026-10-25T01:30:00Z",
        ),
        // Over many moves.
        (
            "TZ=Europe/Berlin 0 0 29 2 *",
            NOW,
            "2024-02-28T23:00:00Z",
            "2028-02-28T23:00:00Z",
        ),
        (
            "TZ=America/Sao_Paulo 0 0 * * *",
            "2018-11-04T12:00:00Z",
            "2018-11-03T03:00:00Z",
            "2018-11-05T02:00:00Z",
        ),
    ] {
        let parsed = Schedule::parse(schedule).unwrap();
        let found = (parsed.previous(instant(at)), parsed.next(instant(at)));
        let expected = (Some(instant(previous)), Some(instant(next)));
        assert_eq!(found, expected, "{schedule} at {at}");
    }
}

#[test]
fn what_is_no_schedule_is_refused() {
    for schedule in [
        "",
        "not-a-cron",
        "* * * *",
        "* * * * * *",
        "60 * * * *",
        "* 24 * * *",
        "* * 0 * *",
        "* * 32 * *",
        "* * * 0 *",
        "* * * 13 *",
        "* * * * 7",
        "* * * * fri-mon",
        "5-3 * * * *",
        "-5 * * * *",
        "1-2-3 * * * *",
        "*/0 * * * *",
        "*/2/3 * * * *",
        "*/-2 * * * *",
        "*/ * * * *",
        "1- * * * *",
        "1.5 * * * *",
        "++1 * * * *",
        "L * * * *",
        "* * * * mon#1",
        "* * * monday *",
        "99999999999999999999 * * * *",
        "@",
        "@reboot",
        "@Daily",
        "@daily ",
        " @daily",
        "@every",
        "@every ",
        "@every  5m",
        "@every 5",
        "TZ=Europe/Berlin",
        "TZ=Europe/Nowhere * * * * *",
        "TZ=europe/berlin * * * * *",
        "tz=UTC * * * * *",
    ] {
        assert_eq!(Schedule::parse(schedule), Err(NoSchedule), "{schedule}");
    }
}
