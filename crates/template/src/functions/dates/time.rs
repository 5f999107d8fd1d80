//! `time.Time`: an instant and the zone whose clocks show it.

use std::convert::Infallible;

use super::calendar::{Civil, TO_UNIX, start_of_day};
use super::duration::SECOND;
use super::format::Shown;
use super::location::Location;
use super::methods;
use crate::error::Failure;
use crate::value::{Form, Member, Methods, Object, Type, Unsigned, Value};

/// Its type.
pub(super) const TIME: Type = Type::Named("time.Time");

/// The layout that `String` prints by.
const STRING: &[u8] = b"2006-01-02 15:04:05.999999999 -0700 MST";

/// The layout of JSON.
const RFC3339: &[u8] = b"2006-01-02T15:04:05.999999999Z07:00";

/// Go's `time.Time`. Arithmetic wraps or stops at the ends as Go's does. It has no monotonic reading: that of `now` would be another one on
/// each render.
#[derive(Clone)]
pub(super) struct Time {
    /// Since the start of year 1.
    pub(super) seconds: i64,
    /// Below a second.
    pub(super) nanosecond: u32,
    pub(super) location: Location,
}

impl Time {
    /// The start of year 1: Go's zero time.
    pub(super) const ZERO: Self = Self {
        seconds: 0,
        nanosecond: 0,
        location: Location::Utc,
    };

    /// So many seconds after 1970.
    pub(super) fn unix(seconds: i64, nanosecond: u32) -> Self {
        Self {
            seconds: seconds.wrapping_add(TO_UNIX),
            nanosecond,
            location: Location::Utc,
        }
    }

    /// Seconds since 1970.
    pub(super) fn to_unix(&self) -> i64 {
        self.seconds.wrapping_sub(TO_UNIX)
    }

    /// As a value.
    pub(super) fn value(self) -> Value {
        Value::Object(std::rc::Rc::new(self))
    }

    /// The day and time that its zone shows.
    pub(super) fn civil(&self) -> Civil {
        let offset = i64::from(self.location.zone().offset);
        Civil::at(self.seconds.wrapping_add(offset))
    }

    /// Later by so many nanoseconds, at most as late or early as there are times.
    pub(super) fn plus(&self, nanoseconds: i64) -> Self {
        let nanosecond = i64::from(self.nanosecond) + nanoseconds % SECOND;
        let seconds = nanoseconds / SECOND + nanosecond.div_euclid(SECOND);
        // Where there is no such second, Go stops at these two.
        let last = if seconds > 0 { i64::MAX } else { -i64::MAX };
        Self {
            seconds: self.seconds.checked_add(seconds).unwrap_or(last),
            nanosecond: u32::try_from(nanosecond.rem_euclid(SECOND)).unwrap_or(0),
            location: self.location.clone(),
        }
    }

    /// Nanoseconds from `other` to this, at most as many as a duration has.
    pub(super) fn minus(&self, other: &Self) -> i64 {
        let difference = self.total() - other.total();
        i64::try_from(difference).unwrap_or(if difference < 0 { i64::MIN } else { i64::MAX })
    }

    /// The last multiple of `unit` since the start of year 1.
    pub(super) fn truncate(&self, unit: i64) -> Self {
        self.plus(-self.over(unit))
    }

    /// The nearest multiple of `unit` since the start of year 1, the later one of two.
    pub(super) fn round(&self, unit: i64) -> Self {
        let over = self.over(unit);
        if i128::from(over) * 2 < i128::from(unit) {
            self.plus(-over)
        } else {
            self.plus(unit.max(0) - over)
        }
    }

    /// Nanoseconds since the last multiple of `unit`; none without a unit.
    fn over(&self, unit: i64) -> i64 {
        if unit <= 0 {
            return 0;
        }
        i64::try_from(self.total().rem_euclid(i128::from(unit))).unwrap_or(0)
    }

    /// Since 1970, in parts of a second of which one has `parts`.
    pub(super) fn to_unix_in(&self, parts: i64) -> i64 {
        let part = i64::from(self.nanosecond) / (SECOND / parts);
        self.to_unix().wrapping_mul(parts).wrapping_add(part)
    }

    /// Nanoseconds since the start of year 1.
    pub(super) fn total(&self) -> i128 {
        i128::from(self.seconds) * i128::from(SECOND) + i128::from(self.nanosecond)
    }

    /// The same time of day so many years, months and days later; a day that a month lacks is one of the next.
    pub(super) fn plus_date(&self, years: i64, months: i64, days: i64) -> Self {
        let civil = self.civil();
        let months = civil.month.wrapping_add(months).wrapping_sub(1);
        let year = civil
            .year
            .wrapping_add(years)
            .wrapping_add(months.div_euclid(12));
        let day = civil.day.wrapping_add(days);
        let clock = (civil.hour * 60 + civil.minute) * 60 + civil.second;
        let offset = i64::from(self.location.zone().offset);
        Self {
            seconds: start_of_day(year, months.rem_euclid(12) + 1, day)
                .wrapping_add(clock)
                .wrapping_sub(offset),
            ..self.clone()
        }
    }

    /// The same instant where other clocks show it.
    pub(super) fn at(&self, location: Location) -> Self {
        Self {
            location,
            ..self.clone()
        }
    }

    /// As its method `String` prints it.
    pub(super) fn text(&self) -> String {
        self.formatted(STRING)
    }

    /// As RFC 3339 wants it, which has years of four digits and offsets below a day only.
    pub(super) fn rfc3339(&self) -> Result<String, Failure> {
        if !(0..=9999).contains(&self.civil().year) {
            return Err(Failure::new("the year is outside of 0 to 9999"));
        }
        if self.location.zone().offset.abs() >= 86_400 {
            return Err(Failure::new("the offset of the time zone is a day or more"));
        }
        Ok(self.formatted(RFC3339))
    }

    /// As Go's source code would make it.
    pub(super) fn source(&self) -> String {
        let Civil {
            year,
            month,
            day,
            hour,
            minute,
            second,
            ..
        } = self.civil();
        format!(
            "time.Date({year}, time.{}, {day}, {hour}, {minute}, {second}, {}, {})",
            super::names::month(month),
            self.nanosecond,
            self.location.source()
        )
    }

    /// By one of our own layouts, which are short.
    fn formatted(&self, layout: &[u8]) -> String {
        let zone = self.location.zone();
        let shown = Shown::new(self.seconds, self.nanosecond, &zone);
        let Ok(shown) = shown.format(layout, |_| Ok::<_, Infallible>(()));
        String::from_utf8_lossy(shown.expose()).into_owned()
    }
}

impl Object for Time {
    fn of(&self) -> Type {
        TIME
    }

    fn member(&self, name: &str) -> Option<Member> {
        methods::method(name).map(Member::Method)
    }

    fn form(&self) -> Form {
        Form::Methods(Methods {
            text: |object| this(object).text(),
            source: Some(|object| this(object).source()),
            json: Some(|object| this(object).rfc3339().ok().map(Value::from)),
            pointer: None,
            fields: |object| {
                let this = this(object);
                let nanosecond = u64::from(this.nanosecond);
                vec![
                    ("wall", Value::Unsigned(Unsigned::Uint64, nanosecond)),
                    ("ext", Value::int64(this.seconds)),
                    ("loc", this.location.field()),
                ]
            },
        })
    }
}

/// The object as the time that gave its form.
fn this(object: &dyn Object) -> &Time {
    object.downcast().unwrap_or(&Time::ZERO)
}
