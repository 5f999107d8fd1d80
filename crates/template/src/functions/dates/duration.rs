//! `time.Duration`: a number of nanoseconds, with its text and its methods.

mod parse;

use crate::error::Failure;
use crate::value::{Form, Member, Method, Object, Signed, Type, Value};

pub use parse::parse;

/// Nanoseconds of a second.
pub(super) const SECOND: i64 = 1_000_000_000;
/// Nanoseconds of a minute.
pub(super) const MINUTE: i64 = 60 * SECOND;
/// Nanoseconds of an hour.
pub(super) const HOUR: i64 = 60 * MINUTE;

/// Its type.
pub(super) const DURATION: Type = Type::Number("time.Duration", Signed::Int64);

/// Go's `time.Duration`, in nanoseconds.
pub(super) struct Duration(pub(super) i64);

impl Duration {
    /// As a value.
    pub(super) fn value(nanoseconds: i64) -> Value {
        Value::Object(std::rc::Rc::new(Self(nanoseconds)))
    }
}

impl Object for Duration {
    fn of(&self) -> Type {
        DURATION
    }

    fn member(&self, name: &str) -> Option<Member> {
        METHODS
            .iter()
            .find(|method| method.name == name)
            .map(Member::Method)
    }

    fn form(&self) -> Form {
        Form::Printed(text(self.0), Value::int64(self.0))
    }
}

/// Nanoseconds of an argument of that type: a duration, or a literal number.
pub(super) fn argument(value: Option<&Value>) -> Result<i64, Failure> {
    match value {
        Some(Value::Signed(_, literal)) => Some(*literal),
        Some(Value::Object(object)) => object.downcast::<Duration>().map(|duration| duration.0),
        _ => None,
    }
    .ok_or_else(|| Failure::new("expected a time.Duration"))
}

/// As Go writes it: `1h30m0s`, `1.5s`, `20ms`, `0s`.
pub(super) fn text(nanoseconds: i64) -> String {
    let sign = if nanoseconds < 0 { "-" } else { "" };
    let total = nanoseconds.unsigned_abs();
    let (second, minute) = (SECOND.cast_unsigned(), MINUTE.cast_unsigned());
    if total == 0 {
        return "0s".to_owned();
    }
    let amount = match total {
        ..1_000 => format!("{total}ns"),
        1_000..1_000_000 => format!("{}µs", decimal(total, 1_000)),
        1_000_000..1_000_000_000 => format!("{}ms", decimal(total, 1_000_000)),
        _ => {
            let seconds = decimal(total % minute, second);
            match total / minute {
                0 => format!("{seconds}s"),
                minutes @ 1..60 => format!("{minutes}m{seconds}s"),
                minutes => format!("{}h{}m{seconds}s", minutes / 60, minutes % 60),
            }
        }
    };
    format!("{sign}{amount}")
}

/// In whole ones of the largest unit of which there is more than one: `3d`, `2mo`, `1y`.
pub(super) fn largest_unit(nanoseconds: i64) -> String {
    const UNITS: [(i64, &str); 6] = [
        (365 * 24 * HOUR, "y"),
        (30 * 24 * HOUR, "mo"),
        (24 * HOUR, "d"),
        (HOUR, "h"),
        (MINUTE, "m"),
        (SECOND, "s"),
    ];
    let total = nanoseconds.unsigned_abs();
    UNITS
        .iter()
        .map(|(unit, name)| (unit.cast_unsigned(), name))
        .find(|(unit, _)| total > *unit)
        .map_or_else(
            || "0s".to_owned(),
            |(unit, name)| format!("{}{name}", total / unit),
        )
}

/// `number / unit`, where the unit is a power of ten, without zeros at the end.
fn decimal(number: u64, unit: u64) -> String {
    let width = unit.ilog10() as usize;
    let text = format!("{}.{:0width$}", number / unit, number % unit);
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}

/// The nearest multiple of `unit`, halves away from zero; as near as there is one, for those at the ends.
pub(super) fn round(nanoseconds: i64, unit: i64) -> i64 {
    if unit <= 0 {
        return nanoseconds;
    }
    let over = i128::from(nanoseconds % unit);
    let (exact, unit) = (i128::from(nanoseconds), i128::from(unit));
    let rounded = if over.abs() * 2 < unit {
        exact - over
    } else {
        exact - over + unit * over.signum()
    };
    i64::try_from(rounded).unwrap_or(if rounded < 0 { i64::MIN } else { i64::MAX })
}

/// The multiple of `unit` next towards zero.
fn truncate(nanoseconds: i64, unit: i64) -> i64 {
    if unit <= 0 {
        return nanoseconds;
    }
    nanoseconds - nanoseconds % unit
}

#[expect(clippy::cast_precision_loss, reason = "Go rounds there too")]
fn in_units(nanoseconds: i64, unit: i64) -> f64 {
    (nanoseconds / unit) as f64 + (nanoseconds % unit) as f64 / unit as f64
}

/// What templates can ask a duration for.
const METHODS: &[Method] = &[
    Method {
        name: "Abs",
        takes: &[],
        run: |_, object, _| Ok(Duration::value(this(object)?.saturating_abs())),
    },
    Method {
        name: "Hours",
        takes: &[],
        run: |_, object, _| Ok(Value::Float(in_units(this(object)?, HOUR))),
    },
    Method {
        name: "Microseconds",
        takes: &[],
        run: |_, object, _| Ok(Value::int64(this(object)? / 1_000)),
    },
    Method {
        name: "Milliseconds",
        takes: &[],
        run: |_, object, _| Ok(Value::int64(this(object)? / 1_000_000)),
    },
    Method {
        name: "Minutes",
        takes: &[],
        run: |_, object, _| Ok(Value::Float(in_units(this(object)?, MINUTE))),
    },
    Method {
        name: "Nanoseconds",
        takes: &[],
        run: |_, object, _| Ok(Value::int64(this(object)?)),
    },
    Method {
        name: "Round",
        takes: &[DURATION],
        run: |_, object, arguments| {
            let unit = argument(arguments.first())?;
            Ok(Duration::value(round(this(object)?, unit)))
        },
    },
    Method {
        name: "Seconds",
        takes: &[],
        run: |_, object, _| Ok(Value::Float(in_units(this(object)?, SECOND))),
    },
    Method {
        name: "String",
        takes: &[],
        run: |_, object, _| Ok(Value::from(text(this(object)?))),
    },
    Method {
        name: "Truncate",
        takes: &[DURATION],
        run: |_, object, arguments| {
            let unit = argument(arguments.first())?;
            Ok(Duration::value(truncate(this(object)?, unit)))
        },
    },
];

fn this(object: &dyn Object) -> Result<i64, Failure> {
    object
        .downcast::<Duration>()
        .map(|duration| duration.0)
        .ok_or_else(|| Failure::new("a method of time.Duration on another type"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_are_written_as_go_writes_them() {
        for (nanoseconds, written) in [
            (0, "0s"),
            (1, "1ns"),
            (-1_500, "-1.5µs"),
            (20_000_000, "20ms"),
            (1_001_000_000, "1.001s"),
            (60 * SECOND, "1m0s"),
            (5_405 * SECOND, "1h30m5s"),
            (i64::MIN, "-2562047h47m16.854775808s"),
        ] {
            assert_eq!(text(nanoseconds), written);
        }
    }

    #[test]
    fn rounding_stays_within_the_type() {
        assert_eq!(round(1_500_000_000, SECOND), 2 * SECOND);
        assert_eq!(round(-1_500_000_000, SECOND), -2 * SECOND);
        assert_eq!(round(i64::MAX, HOUR), i64::MAX);
        assert_eq!(round(i64::MIN, HOUR), i64::MIN);
        assert_eq!(round(7, 0), 7);
    }
}
