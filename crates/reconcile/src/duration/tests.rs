//! Rows that Go's own parser has confirmed.

use super::*;

const HOUR: i128 = 3600 * SECOND;
const SECOND: i128 = 1_000_000_000;

#[test]
fn durations_are_read_as_go_reads_them() {
    for (text, nanoseconds) in [
        ("0", 0),
        ("-0", 0),
        ("+0", 0),
        ("0s", 0),
        ("-0s", 0),
        ("1h0m0s", HOUR),
        ("90s", 90 * SECOND),
        ("300ms", SECOND * 3 / 10),
        ("+5s", 5 * SECOND),
        ("-1.5s", -SECOND * 3 / 2),
        (".5s", SECOND / 2),
        ("5.s", 5 * SECOND),
        ("1h15m30.918273645s", 4_530_918_273_645),
        // In any order, and more than once.
        ("1s1h1s", HOUR + 2 * SECOND),
        // Micro in ASCII, as the sign of old and as the Greek letter.
        ("12us", 12_000),
        ("12\u{b5}s", 12_000),
        ("12\u{3bc}s", 12_000),
        ("7ns", 7),
        ("0.9ns", 0),
        ("0.3333333333333333333h", HOUR / 3),
        // More digits than fit are passed over.
        ("0.100000000000000000000h", HOUR / 10),
        ("0.830103483285477580700h", 2_988_372_539_827),
        ("00000000000000000000001s", SECOND),
        ("9223372036854775807ns", i128::from(i64::MAX)),
        ("-9223372036854775808ns", i128::from(i64::MIN)),
        ("9223372036.854775807s", i128::from(i64::MAX)),
        ("2562047h47m16.854775807s", i128::from(i64::MAX)),
    ] {
        let parsed = parse(text).map(|duration| duration.as_nanos());
        assert_eq!(parsed, Ok(nanoseconds), "{text}");
    }
}

#[test]
fn what_go_refuses_is_refused() {
    for text in [
        "",
        "3",
        "00",
        "-",
        "+",
        "s",
        ".",
        "-.",
        ".s",
        "+.s",
        "--1s",
        "1d",
        "1w",
        "1 s",
        " 1s",
        "1s ",
        "1s1",
        "1e3s",
        "1,5s",
        "1H",
        "1µ",
        "\u{85}85\u{85}",
        "3000000h",
        "9223372036854775808ns",
        "-9223372036854775809ns",
        "9223372036854775.808us",
        "2562047h47m16.854775808s",
    ] {
        assert_eq!(parse(text), Err(NoDuration::Form), "{text}");
    }
}

#[test]
fn stores_count_seconds_or_write_durations() {
    let text = |text: &str| Interval::Text(text.to_owned());
    for (interval, expected) in [
        (Interval::Seconds(0), Ok(0)),
        (Interval::Seconds(90), Ok(90)),
        (Interval::Seconds(i64::MAX), Ok(i64::MAX)),
        (Interval::Seconds(-5), Err(NoDuration::Negative)),
        (text("5m"), Ok(300)),
        (text("0"), Ok(0)),
        (text("90"), Err(NoDuration::Form)),
        (text("1d"), Err(NoDuration::Form)),
        (text(""), Err(NoDuration::Form)),
        (text("-1s"), Err(NoDuration::Negative)),
    ] {
        let read = store_interval(&interval).map(|interval| interval.as_secs());
        assert_eq!(read, expected, "{interval:?}");
    }
}
