//! Dates: the functions that make, change and write times, and Go's `time` package below them. Nothing here reads a clock: `now` is the context's.

mod binary;
mod calendar;
mod duration;
mod format;
mod layout;
mod location;
mod methods;
mod names;
mod parse;
mod time;
mod zones;

pub use duration::parse as parse_duration;

use std::rc::Rc;

use selkie_crypto::Secret;

use super::{Context, Function};
use crate::error::Failure;
use crate::number::{Unreadable, parse_int};
use crate::value::{Object, Signed, Type, Value};
use duration::Duration;
use format::Shown;
use names::{Month, Weekday};
use time::{TIME, Time};
use zones::Zone;

/// The layout that HTML's date fields take.
const HTML: &[u8] = b"2006-01-02";

/// Another number of the same named type, as ranging over one gives them.
pub(crate) fn renumbered(object: &dyn Object, number: i64) -> Option<Value> {
    let other: Rc<dyn Object> = if object.downcast::<Duration>().is_some() {
        Rc::new(Duration(number))
    } else if object.downcast::<Month>().is_some() {
        Rc::new(Month(number))
    } else if object.downcast::<Weekday>().is_some() {
        Rc::new(Weekday(number))
    } else {
        return None;
    };
    Some(Value::Object(other))
}

pub(super) const FUNCTIONS: &[Function] = &[
    Function {
        name: "now",
        takes: &[],
        rest: None,
        says: "The time of the render.",
        example: ("{{ now.IsZero }}", "false"),
        run: |context, _| Ok(now(context).value()),
    },
    Function {
        name: "date",
        takes: &[Type::Text, Type::Any],
        rest: None,
        says: "A time, or a number of seconds since 1970, in the form of a layout. Anything else is the time of the render.",
        example: (
            r#"{{ date "Mon, 02 Jan 2006 15:04:05" 1700000000 }}"#,
            "Tue, 14 Nov 2023 22:13:20",
        ),
        run: |context, arguments| {
            let [layout, date] = arguments else {
                return Err(count());
            };
            let time = moment(context, date, true);
            write(context, &time, b"UTC", bytes(layout)?)
        },
    },
    Function {
        name: "dateInZone",
        takes: &[Type::Text, Type::Any, Type::Text],
        rest: None,
        says: "As `date`, in a time zone by its name; in universal time if there is none of that name.",
        example: (
            r#"{{ dateInZone "15:04 MST" 1700000000 "Europe/Berlin" }}"#,
            "23:13 CET",
        ),
        run: date_in_zone,
    },
    Function {
        name: "date_in_zone",
        takes: &[Type::Text, Type::Any, Type::Text],
        rest: None,
        says: "Another name of `dateInZone`.",
        example: (
            r#"{{ date_in_zone "15:04" 1700000000 "Asia/Tokyo" }}"#,
            "07:13",
        ),
        run: date_in_zone,
    },
    Function {
        name: "dateModify",
        takes: &[Type::Text, TIME],
        rest: None,
        says: "A time moved by a duration; the same time if that is none.",
        example: (
            r#"{{ toDate "2006-01-02" "2024-02-28" | dateModify "36h" | date "01/02 15h" }}"#,
            "02/29 12h",
        ),
        run: date_modify,
    },
    Function {
        name: "date_modify",
        takes: &[Type::Text, TIME],
        rest: None,
        says: "Another name of `dateModify`.",
        example: (
            r#"{{ toDate "15:04" "10:00" | date_modify "-90m" | date "15:04" }}"#,
            "08:30",
        ),
        run: date_modify,
    },
    Function {
        name: "mustDateModify",
        takes: &[Type::Text, TIME],
        rest: None,
        says: "As `dateModify`, but what is no duration is an error.",
        example: (
            r#"{{ (toDate "2006" "2024" | mustDateModify "-1s").Year }}"#,
            "2023",
        ),
        run: must_date_modify,
    },
    Function {
        name: "must_date_modify",
        takes: &[Type::Text, TIME],
        rest: None,
        says: "Another name of `mustDateModify`.",
        example: (
            r#"{{ (toDate "2006" "2024" | must_date_modify "25h").Day }}"#,
            "2",
        ),
        run: must_date_modify,
    },
    Function {
        name: "ago",
        takes: &[Type::Any],
        rest: None,
        says: "The duration from a time, or from a number of seconds since 1970, to the time of the render, in whole seconds.",
        example: ("{{ ago now }}", "0s"),
        run: |context, arguments| {
            let [date] = arguments else {
                return Err(count());
            };
            let since = now(context).minus(&moment(context, date, false));
            Ok(Value::from(duration::text(duration::round(
                since,
                duration::SECOND,
            ))))
        },
    },
    Function {
        name: "duration",
        takes: &[Type::Any],
        rest: None,
        says: "A number of seconds as a duration. The number is text or an `int64`; anything else is none.",
        example: (r#"{{ duration "95" }}"#, "1m35s"),
        run: |_, arguments| {
            let seconds = match arguments {
                [Value::Text(text)] => match parse_int(text.bytes(), 10, 64) {
                    Ok(seconds) | Err(Unreadable::Range(seconds)) => seconds,
                    Err(Unreadable::Syntax) => 0,
                },
                [Value::Signed(Signed::Int64, seconds)] => *seconds,
                _ => 0,
            };
            Ok(Value::from(duration::text(
                seconds.wrapping_mul(duration::SECOND),
            )))
        },
    },
    Function {
        name: "durationRound",
        takes: &[Type::Any],
        rest: None,
        says: "A duration in its largest unit: of a text, of an `int64` of nanoseconds, or since a time.",
        example: (r#"{{ durationRound "2h10m5s" }}"#, "2h"),
        run: |context, arguments| {
            let length = match arguments {
                [Value::Text(text)] => {
                    context.budget.steps(text.len())?;
                    duration::parse(text.bytes()).unwrap_or(0)
                }
                [Value::Signed(Signed::Int64, length)] => *length,
                [Value::Object(object)] => match object.downcast::<Time>() {
                    Some(time) => now(context).minus(time),
                    None => 0,
                },
                _ => 0,
            };
            Ok(Value::from(duration::largest_unit(length)))
        },
    },
    Function {
        name: "htmlDate",
        takes: &[Type::Any],
        rest: None,
        says: "The day of what `date` takes, in the form that HTML's date fields have.",
        example: ("{{ htmlDate 1700000000 }}", "2023-11-14"),
        run: |context, arguments| {
            let [date] = arguments else {
                return Err(count());
            };
            let time = moment(context, date, true);
            write(context, &time, b"UTC", HTML)
        },
    },
    Function {
        name: "htmlDateInZone",
        takes: &[Type::Any, Type::Text],
        rest: None,
        says: "As `htmlDate`, in a time zone by its name.",
        example: (
            r#"{{ htmlDateInZone 1700000000 "Asia/Tokyo" }}"#,
            "2023-11-15",
        ),
        run: |context, arguments| {
            let [date, zone] = arguments else {
                return Err(count());
            };
            let time = moment(context, date, true);
            write(context, &time, bytes(zone)?, HTML)
        },
    },
    Function {
        name: "toDate",
        takes: &[Type::Text, Type::Text],
        rest: None,
        says: "The time that a text shows in the form of a layout; the start of year 1 if it does not.",
        example: (
            r#"{{ (toDate "02.01.2006" "24.12.2024").Weekday }}"#,
            "Tuesday",
        ),
        run: |context, arguments| Ok(read(context, arguments)?.unwrap_or(Time::ZERO).value()),
    },
    Function {
        name: "mustToDate",
        takes: &[Type::Text, Type::Text],
        rest: None,
        says: "As `toDate`, but what does not have the form is an error.",
        example: (
            r#"{{ (mustToDate "2006-01-02" "2024-12-24").YearDay }}"#,
            "359",
        ),
        run: |context, arguments| Ok(read(context, arguments)??.value()),
    },
    Function {
        name: "unixEpoch",
        takes: &[TIME],
        rest: None,
        says: "Seconds from 1970 to a time, as text.",
        example: (
            r#"{{ toDate "2006-01-02" "2024-01-01" | unixEpoch }}"#,
            "1704067200",
        ),
        run: |_, arguments| {
            let [time] = arguments else {
                return Err(count());
            };
            Ok(Value::from(timed(time)?.to_unix().to_string()))
        },
    },
];

fn date_in_zone(context: &mut Context<'_>, arguments: &[Value]) -> Result<Value, Failure> {
    let [layout, date, zone] = arguments else {
        return Err(count());
    };
    let time = moment(context, date, true);
    write(context, &time, bytes(zone)?, bytes(layout)?)
}

fn date_modify(context: &mut Context<'_>, arguments: &[Value]) -> Result<Value, Failure> {
    let [text, time] = arguments else {
        return Err(count());
    };
    match moved(context, text, time)? {
        Ok(moved) => Ok(moved.value()),
        Err(_) => Ok(time.clone()),
    }
}

fn must_date_modify(context: &mut Context<'_>, arguments: &[Value]) -> Result<Value, Failure> {
    let [text, time] = arguments else {
        return Err(count());
    };
    Ok(moved(context, text, time)??.value())
}

/// A time moved by a duration, or that the text is none.
fn moved(
    context: &mut Context<'_>,
    text: &Value,
    time: &Value,
) -> Result<Result<Time, Failure>, Failure> {
    let (text, time) = (bytes(text)?, timed(time)?);
    context.budget.steps(text.len())?;
    Ok(duration::parse(text).map(|length| time.plus(length)))
}

/// The time that a text shows, or that it shows none.
fn read(context: &mut Context<'_>, arguments: &[Value]) -> Result<Result<Time, Failure>, Failure> {
    let [layout, value] = arguments else {
        return Err(count());
    };
    let (layout, value) = (bytes(layout)?, bytes(value)?);
    context.budget.steps(layout.len())?;
    context.budget.steps(value.len())?;
    match parse::parse(layout, value) {
        Err(spent @ Failure::Spent(_)) => Err(spent),
        read => Ok(read),
    }
}

/// The time of the render.
fn now(context: &Context<'_>) -> Time {
    let (seconds, nanosecond) = context.now;
    Time::unix(seconds, nanosecond)
}

/// The time that a date stands for: itself, or seconds since 1970; the time of the render for everything else, and for an `int32` where
/// Sprig does not think of it.
fn moment(context: &Context<'_>, date: &Value, int32: bool) -> Time {
    match date {
        Value::Signed(Signed::Int | Signed::Int64, seconds) => Time::unix(*seconds, 0),
        Value::Signed(Signed::Int32, seconds) if int32 => Time::unix(*seconds, 0),
        Value::Object(object) => match object.downcast::<Time>() {
            Some(time) => time.clone(),
            None => now(context),
        },
        _ => now(context),
    }
}

fn write(
    context: &mut Context<'_>,
    time: &Time,
    zone: &[u8],
    layout: &[u8],
) -> Result<Value, Failure> {
    // Finding the zone and its rule is the work of several steps.
    context.budget.steps(8)?;
    let zone = Zone::named(zone, time.to_unix());
    Ok(Value::Text(written(context, time, &zone, layout)?.into()))
}

/// A time as clocks of that zone show it, in the form of a layout.
fn written(
    context: &mut Context<'_>,
    time: &Time,
    zone: &Zone,
    layout: &[u8],
) -> Result<Secret, Failure> {
    context.budget.steps(layout.len())?;
    let shown = Shown::new(time.seconds, time.nanosecond, zone);
    let text = shown.format(layout, |length| context.budget.length(length))?;
    context.budget.text(text.len())?;
    Ok(text)
}

fn bytes(value: &Value) -> Result<&[u8], Failure> {
    match value {
        Value::Text(text) => Ok(text.bytes()),
        _ => Err(Failure::new("expected a string")),
    }
}

fn timed(value: &Value) -> Result<&Time, Failure> {
    match value {
        Value::Object(object) => object.downcast::<Time>(),
        _ => None,
    }
    .ok_or_else(|| Failure::new("expected a time.Time"))
}

/// The engine counts arguments before it calls.
fn count() -> Failure {
    Failure::new("wrong number of arguments")
}
