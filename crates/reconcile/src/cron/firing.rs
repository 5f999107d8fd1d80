//! The firing next to an instant, before or after.
//!
//! While the clocks of a zone are not moved, they and the time run alike, and the search is arithmetic on a calendar. So it is made piece by piece between
//! the moves: an hour that is left out never fires, one that comes twice fires twice.

use jiff::civil::{Date, DateTime, Time};
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};

use super::field::{Field, Set};

const ONE_SECOND: SignedDuration = SignedDuration::from_secs(1);

/// Months that are looked at: leap days can be eight years apart.
const MONTHS: u32 = 8 * 12 + 1;
/// Moves of the clocks that are looked at. Four a year are the most that a zone has had for long.
const MOVES: u32 = 8 * 4 + 1;

/// What clocks have to show.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Calendar {
    pub(super) minutes: Set,
    pub(super) hours: Set,
    pub(super) days: Field,
    pub(super) months: Set,
    pub(super) weekdays: Field,
}

impl Calendar {
    /// The last firing at this second or before.
    pub(super) fn previous(&self, zone: &TimeZone, second: i64) -> Option<Timestamp> {
        let mut at = Timestamp::from_second(second).ok()?;
        for _ in 0..MOVES {
            let offset = zone.to_offset(at);
            let firing = offset
                .to_timestamp(self.before(offset.to_datetime(at))?)
                .ok()?;
            // The instant of a move belongs to what comes after it.
            let after = at.checked_add(ONE_SECOND).unwrap_or(at);
            match zone.preceding(after).next().map(|moved| moved.timestamp()) {
                Some(moved) if firing < moved => at = moved.checked_sub(ONE_SECOND).ok()?,
                _ => return Some(firing),
            }
        }
        None
    }

    /// The first firing after this second.
    pub(super) fn next(&self, zone: &TimeZone, second: i64) -> Option<Timestamp> {
        let mut at = Timestamp::from_second(second.checked_add(1)?).ok()?;
        for _ in 0..MOVES {
            let offset = zone.to_offset(at);
            let firing = offset
                .to_timestamp(self.after(offset.to_datetime(at))?)
                .ok()?;
            match zone.following(at).next().map(|moved| moved.timestamp()) {
                Some(moved) if firing >= moved => at = moved,
                _ => return Some(firing),
            }
        }
        None
    }

    /// The last that fits at this time of the clocks or before.
    fn before(&self, at: DateTime) -> Option<DateTime> {
        let today = at.date();
        if self.fires_on(today)
            && let Some(time) = self.time_before(at.time())
        {
            return Some(today.to_datetime(time));
        }
        let day = self.day_before(today.yesterday().ok()?)?;
        Some(day.to_datetime(self.time_before(Time::MAX)?))
    }

    /// The first that fits at this time of the clocks or after.
    fn after(&self, at: DateTime) -> Option<DateTime> {
        let today = at.date();
        if self.fires_on(today)
            && let Some(time) = self.time_after(at.time())
        {
            return Some(today.to_datetime(time));
        }
        let day = self.day_after(today.tomorrow().ok()?)?;
        Some(day.to_datetime(self.time_after(Time::MIN)?))
    }

    fn fires_on(&self, day: Date) -> bool {
        self.days_of(day).has(number(day.day()))
    }

    fn day_before(&self, day: Date) -> Option<Date> {
        let mut day = day;
        for _ in 0..MONTHS {
            if let Some(found) = self.days_of(day).up_to(number(day.day())) {
                return with_day(day, found);
            }
            day = day.first_of_month().yesterday().ok()?;
        }
        None
    }

    fn day_after(&self, day: Date) -> Option<Date> {
        let mut day = day;
        for _ in 0..MONTHS {
            if let Some(found) = self.days_of(day).from(number(day.day())) {
                return with_day(day, found);
            }
            day = day.last_of_month().tomorrow().ok()?;
        }
        None
    }

    /// The days that fit in the month of this one. If days of the month and of the week are both given, either is enough.
    fn days_of(&self, day: Date) -> Set {
        let length = number(day.days_in_month());
        if !self.months.has(number(day.month())) {
            return Set(0);
        }
        let first = number(day.first_of_month().weekday().to_sunday_zero_offset());
        let weekdays = (1..=length)
            .filter(|day| self.weekdays.set.has((first + day - 1) % 7))
            .fold(0, |set, day| set | 1 << day);
        let days = self.days.set.0 & Set::range(1, length, 1).0;
        if self.days.open || self.weekdays.open {
            Set(days & weekdays)
        } else {
            Set(days | weekdays)
        }
    }

    fn time_before(&self, at: Time) -> Option<Time> {
        let hour = number(at.hour());
        let (hour, minute) = match self.minutes.up_to(number(at.minute())) {
            Some(minute) if self.hours.has(hour) => (hour, minute),
            _ => (
                self.hours.up_to(hour.checked_sub(1)?)?,
                self.minutes.up_to(59)?,
            ),
        };
        time(hour, minute)
    }

    fn time_after(&self, at: Time) -> Option<Time> {
        let hour = number(at.hour());
        // A minute that has begun is over.
        let begun = u32::from(at.second() > 0);
        let (hour, minute) = match self.minutes.from(number(at.minute()) + begun) {
            Some(minute) if self.hours.has(hour) => (hour, minute),
            _ => (self.hours.from(hour + 1)?, self.minutes.from(0)?),
        };
        time(hour, minute)
    }
}

/// A part of a date or time, none of which is negative.
fn number(part: i8) -> u32 {
    part.unsigned_abs().into()
}

fn with_day(month: Date, day: u32) -> Option<Date> {
    Date::new(month.year(), month.month(), i8::try_from(day).ok()?).ok()
}

fn time(hour: u32, minute: u32) -> Option<Time> {
    Time::new(i8::try_from(hour).ok()?, i8::try_from(minute).ok()?, 0, 0).ok()
}
