//! What the elements of a layout have told about a time, and the time that it makes.

use super::super::calendar::{days_before, days_in, is_leap, start_of_day};
use super::super::layout::{Element, Pad};
use super::super::names::{MONTHS, WEEKDAYS};
use super::scan::{Scan, misfit, whole};
use crate::error::Failure;

/// What was read so far.
#[derive(Default)]
pub(super) struct Fields {
    year: i64,
    month: Option<i64>,
    day: Option<i64>,
    year_day: Option<i64>,
    hour: i64,
    minute: i64,
    second: i64,
    pub(super) nanosecond: u32,
    /// Whether it is the half of the day before noon, or the one after it. Both can have been read.
    morning: bool,
    evening: bool,
    utc: bool,
    offset: Option<i32>,
    zone: String,
}

/// Where the clock that shows the time stands.
pub(super) enum Place {
    /// Where it shows universal time.
    Utc,
    /// Where it is so many seconds ahead, in a zone of that name, if any.
    Offset(String, i32),
    /// In a zone of that name; how far it is ahead is known for `GMT+3` and its kin alone.
    Name(String, i32),
}

impl Fields {
    /// Reads one element.
    pub(super) fn read(&mut self, scan: &mut Scan<'_>, element: Element) -> Result<(), Failure> {
        match element {
            Element::Year => self.year = scan.year()?,
            Element::ShortYear => {
                let year = whole(scan.take(2)?)?;
                self.year = year + if year >= 69 { 1900 } else { 2000 };
            }
            Element::MonthName => self.month = Some(scan.name(&MONTHS, None)? + 1),
            Element::ShortMonthName => self.month = Some(scan.name(&MONTHS, Some(3))? + 1),
            Element::Month(pad) => {
                self.month = Some(within(scan.number(pad, 2)?, 1, 12, "month out of range")?);
            }
            Element::WeekdayName => _ = scan.name(&WEEKDAYS, None)?,
            Element::ShortWeekdayName => _ = scan.name(&WEEKDAYS, Some(3))?,
            Element::Day(pad) => self.day = Some(scan.number(pad, 2)?),
            Element::YearDay(pad) => self.year_day = Some(scan.number(pad, 3)?),
            Element::Hour => {
                let hour = scan.number(Pad::None, 2)?;
                self.hour = within(hour, 0, 23, "hour out of range")?;
            }
            Element::Hour12(pad) => {
                self.hour = within(scan.number(pad, 2)?, 0, 12, "hour out of range")?;
            }
            Element::Minute(pad) => {
                self.minute = within(scan.number(pad, 2)?, 0, 59, "minute out of range")?;
            }
            Element::Second(pad) => {
                self.second = within(scan.number(pad, 2)?, 0, 59, "second out of range")?;
            }
            Element::Half { capital } => self.half(scan.take(2)?, capital)?,
            Element::ZoneName => self.zone_name(scan)?,
            Element::Offset(form) => {
                if form.z && scan.skip(b'Z') {
                    self.utc = true;
                } else {
                    // One second west is how Go notes that there is no offset.
                    self.offset = Some(scan.offset(form)?).filter(|offset| *offset != -1);
                }
            }
            Element::Fraction(form) => {
                if let Some(nanosecond) = scan.fraction(form)? {
                    self.nanosecond = nanosecond;
                }
            }
        }
        Ok(())
    }

    fn half(&mut self, text: &[u8], capital: bool) -> Result<(), Failure> {
        match (text, capital) {
            (b"PM", true) | (b"pm", false) => self.evening = true,
            (b"AM", true) | (b"am", false) => self.morning = true,
            _ => return Err(misfit()),
        }
        Ok(())
    }

    fn zone_name(&mut self, scan: &mut Scan<'_>) -> Result<(), Failure> {
        if scan.skip_text(b"UTC") {
            self.utc = true;
        } else {
            self.zone = String::from_utf8_lossy(scan.zone()?).into_owned();
        }
        Ok(())
    }

    /// Where the clock stands.
    pub(super) fn place(&self) -> Place {
        let zone = || self.zone.clone();
        match self.offset {
            _ if self.utc => Place::Utc,
            Some(offset) => Place::Offset(zone(), offset),
            None if self.zone.is_empty() => Place::Utc,
            None => {
                let hours = self.zone.strip_prefix("GMT").unwrap_or_default();
                let hours = whole(hours.as_bytes()).ok().unwrap_or(0);
                Place::Name(zone(), i32::try_from(hours * 3600).unwrap_or(0))
            }
        }
    }

    /// Seconds that the clock shows since the start of year 1.
    ///
    /// # Errors
    /// If there is no such day.
    pub(super) fn seconds(&self) -> Result<i64, Failure> {
        let hour = match self.hour {
            hour if self.evening && hour < 12 => hour + 12,
            12 if self.morning => 0,
            hour => hour,
        };
        let (month, day) = match self.year_day {
            Some(year_day) => self.day_of_year(year_day)?,
            None => (self.month.unwrap_or(1), self.day.unwrap_or(1)),
        };
        within(
            day,
            1,
            days_in(month, self.year),
            "day of the month out of range",
        )?;
        let clock = (hour * 60 + self.minute) * 60 + self.second;
        Ok(start_of_day(self.year, month, day) + clock)
    }

    /// Month and day of a day of the year, which must be those that were read, if any were.
    fn day_of_year(&self, year_day: i64) -> Result<(i64, i64), Failure> {
        let leap = is_leap(self.year);
        within(
            year_day,
            1,
            365 + i64::from(leap),
            "day of the year out of range",
        )?;
        let month = (1..=12)
            .rev()
            .find(|month| days_before(*month, leap) < year_day)
            .unwrap_or(1);
        let day = year_day - days_before(month, leap);
        if self.month.is_some_and(|read| read != month) || self.day.is_some_and(|read| read != day)
        {
            return Err(Failure::new(
                "the day of the year is not the day of the month",
            ));
        }
        Ok((month, day))
    }
}

fn within(number: i64, from: i64, to: i64, otherwise: &'static str) -> Result<i64, Failure> {
    if (from..=to).contains(&number) {
        Ok(number)
    } else {
        Err(Failure::new(otherwise))
    }
}
