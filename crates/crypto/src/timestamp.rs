//! A point in time as SOPS writes it: RFC 3339, with the offset that it was written in.
//!
//! Never here: the clock. Whoever needs the current time is handed it.

use std::fmt;
use std::str::FromStr;

use crate::error::Error;

/// An RFC 3339 date and time, from year 0 to 9999, that keeps its offset from UTC.
///
/// Equality is equality of spelling, not of the instant: `12:00:00Z` and `13:00:00+01:00` differ, as they do for the
/// MAC. `Display` gives the canonical text of a `time` leaf: a fraction only if it is not zero and without trailing
/// zeros, `Z` for UTC.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Timestamp {
    year: u16,
    month: u8,
    day: u8,
    hour: u8,
    minute: u8,
    second: u8,
    nanosecond: u32,
    offset_minutes: i16,
}

impl Timestamp {
    /// Reads RFC 3339 as Go's `time.Time.UnmarshalText` does, which decides what SOPS can read.
    ///
    /// `T` and `Z` are capital; a comma may stand for the point before the fraction; digits beyond nanoseconds are
    /// dropped; there is no leap second. Go's own laxities pass too: an hour of one digit, 60 minutes in an offset. An
    /// offset reaches to 23:59, since Go cannot print a longer one.
    pub fn parse(text: &str) -> Result<Self, Error> {
        read(text.as_bytes()).ok_or(Error::Timestamp)
    }

    /// The time these seconds after 1970-01-01T00:00:00Z, in UTC, held to years 0 to 9999.
    pub fn from_unix(seconds: i64) -> Self {
        const FIRST: i64 = -62_167_219_200;
        const LAST: i64 = 253_402_300_799;
        let seconds = seconds.clamp(FIRST, LAST);
        let (year, month, day) = date_of_day(seconds.div_euclid(86_400));
        let of_day = seconds.rem_euclid(86_400);
        let part = |value: i64| u8::try_from(value).unwrap_or(0);
        Self {
            year,
            month,
            day,
            hour: part(of_day / 3600),
            minute: part(of_day / 60 % 60),
            second: part(of_day % 60),
            nanosecond: 0,
            offset_minutes: 0,
        }
    }

    /// The time of these parts; `None` if there is no such day, time or offset (at most 23:59 either way).
    #[expect(
        clippy::too_many_arguments,
        reason = "the parts of a date have one well-known order"
    )]
    pub fn new(
        year: u16,
        month: u8,
        day: u8,
        hour: u8,
        minute: u8,
        second: u8,
        nanosecond: u32,
        offset_minutes: i16,
    ) -> Option<Self> {
        let exists = year <= 9999
            && (1..=12).contains(&month)
            && (1..=days_of_month(year, month)).contains(&day)
            && hour < 24
            && minute < 60
            && second < 60
            && nanosecond < 1_000_000_000
            && offset_minutes.unsigned_abs() < 24 * 60;
        exists.then_some(Self {
            year,
            month,
            day,
            hour,
            minute,
            second,
            nanosecond,
            offset_minutes,
        })
    }

    /// The text to the second, which is the associated data of the MAC.
    ///
    /// The fraction is dropped, `+00:00` becomes `Z`, every other offset stays.
    pub fn to_second(self) -> String {
        Self {
            nanosecond: 0,
            ..self
        }
        .to_string()
    }
}

impl fmt::Display for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            year,
            month,
            day,
            hour,
            minute,
            second,
            nanosecond,
            offset_minutes,
        } = *self;
        write!(
            f,
            "{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}"
        )?;
        if nanosecond != 0 {
            let mut fraction = nanosecond;
            let mut width = 9;
            while fraction.is_multiple_of(10) {
                fraction /= 10;
                width -= 1;
            }
            write!(f, ".{fraction:0width$}")?;
        }
        if offset_minutes == 0 {
            return f.write_str("Z");
        }
        let sign = if offset_minutes < 0 { '-' } else { '+' };
        let minutes = offset_minutes.unsigned_abs();
        write!(f, "{sign}{:02}:{:02}", minutes / 60, minutes % 60)
    }
}

impl FromStr for Timestamp {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self, Error> {
        Self::parse(text)
    }
}

fn read(text: &[u8]) -> Option<Timestamp> {
    let mut rest = text;
    let year = number(&mut rest, 4)?;
    literal(&mut rest, b'-')?;
    let month = number(&mut rest, 2)?;
    literal(&mut rest, b'-')?;
    let day = number(&mut rest, 2)?;
    literal(&mut rest, b'T')?;
    let hour_digits = if rest.get(1) == Some(&b':') { 1 } else { 2 };
    let hour = number(&mut rest, hour_digits)?;
    literal(&mut rest, b':')?;
    let minute = number(&mut rest, 2)?;
    literal(&mut rest, b':')?;
    let second = number(&mut rest, 2)?;
    let nanosecond = fraction(&mut rest)?;
    let offset_minutes = offset(rest)?;
    let small = |value: u16| u8::try_from(value).ok();
    Timestamp::new(
        year,
        small(month)?,
        small(day)?,
        small(hour)?,
        small(minute)?,
        small(second)?,
        nanosecond,
        offset_minutes,
    )
}

/// Takes exactly `digits` digits.
fn number(rest: &mut &[u8], digits: usize) -> Option<u16> {
    let (head, tail) = rest.split_at_checked(digits)?;
    let mut value = 0;
    for byte in head {
        value = value * 10 + u16::from(digit(*byte)?);
    }
    *rest = tail;
    Some(value)
}

fn literal(rest: &mut &[u8], expected: u8) -> Option<()> {
    let (first, tail) = rest.split_first()?;
    *rest = tail;
    (*first == expected).then_some(())
}

/// Takes the fraction, if there is one, as nanoseconds.
fn fraction(rest: &mut &[u8]) -> Option<u32> {
    let Some((b'.' | b',', tail)) = rest.split_first() else {
        return Some(0);
    };
    let len = tail.iter().take_while(|byte| byte.is_ascii_digit()).count();
    if len == 0 {
        return None;
    }
    let mut nanosecond = 0;
    for byte in tail[..len].iter().chain(std::iter::repeat(&b'0')).take(9) {
        nanosecond = nanosecond * 10 + u32::from(digit(*byte)?);
    }
    *rest = &tail[len..];
    Some(nanosecond)
}

/// Minutes east of UTC of `Z`, `+hh:mm` or `-hh:mm`.
fn offset(text: &[u8]) -> Option<i16> {
    let (sign, mut rest) = text.split_first()?;
    let direction = match sign {
        b'Z' => return rest.is_empty().then_some(0),
        b'+' => 1,
        b'-' => -1,
        _ => return None,
    };
    let hours = number(&mut rest, 2)?;
    literal(&mut rest, b':')?;
    let minutes = number(&mut rest, 2)?;
    if !rest.is_empty() || hours > 23 || minutes > 60 {
        return None;
    }
    i16::try_from(hours * 60 + minutes)
        .ok()
        .map(|value| direction * value)
}

fn digit(byte: u8) -> Option<u8> {
    byte.is_ascii_digit().then(|| byte - b'0')
}

fn days_of_month(year: u16, month: u8) -> u8 {
    match month {
        4 | 6 | 9 | 11 => 30,
        2 if year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400)) => {
            29
        }
        2 => 28,
        _ => 31,
    }
}

/// Year, month and day of a day counted from 1970-01-01, for years 0 to 9999.
///
/// The year is taken to begin in March, so that the leap day is its last; 400 years are 146,097 days.
fn date_of_day(day: i64) -> (u16, u8, u8) {
    const DAYS_OF_ERA: i64 = 146_097;
    /// Days from 0000-03-01 to 1970-01-01.
    const MARCH_OF_YEAR_0: i64 = 719_468;
    let day = day + MARCH_OF_YEAR_0;
    let era = day.div_euclid(DAYS_OF_ERA);
    let of_era = day.rem_euclid(DAYS_OF_ERA);
    let year_of_era = (of_era - of_era / 1_460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    // Months from March have lengths that follow this line: 31, 30, 31, 30, 31, 31, …
    let from_march = (5 * of_year + 2) / 153;
    let day_of_month = of_year - (153 * from_march + 2) / 5 + 1;
    let month = if from_march < 10 {
        from_march + 3
    } else {
        from_march - 9
    };
    let year = era * 400 + year_of_era + i64::from(month <= 2);
    let narrow = |value: i64| u8::try_from(value).unwrap_or(0);
    (
        u16::try_from(year).unwrap_or(0),
        narrow(month),
        narrow(day_of_month),
    )
}

#[cfg(test)]
mod tests;
