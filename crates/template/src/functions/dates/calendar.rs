//! The calendar that Go computes with: Gregorian rules for all years, 64 bits of seconds, and what overflows wraps around.

/// Seconds of a day.
const DAY: u64 = 86_400;

/// Years before year 0 at which Go's days are counted from, on the first of March.
const YEARS_BEFORE: u64 = 292_277_022_400;

/// Days of 400 years.
const ERA: u64 = 146_097;

/// Seconds from that first of March to the start of year 1.
const SECONDS_BEFORE: u64 = ((YEARS_BEFORE / 400) * ERA + 306) * DAY;

/// Seconds from the start of year 1 to 1970.
pub(super) const TO_UNIX: i64 = 62_135_596_800;

/// A day and a time of that day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Civil {
    pub(super) year: i64,
    /// From 1.
    pub(super) month: i64,
    /// From 1.
    pub(super) day: i64,
    /// Day of the year, from 1.
    pub(super) year_day: i64,
    /// From 0, which is Sunday.
    pub(super) weekday: i64,
    pub(super) hour: i64,
    pub(super) minute: i64,
    pub(super) second: i64,
}

impl Civil {
    /// The day and time at so many seconds since the start of year 1.
    pub(super) fn at(seconds: i64) -> Self {
        let absolute = seconds.cast_unsigned().wrapping_add(SECONDS_BEFORE);
        let (days, clock) = (absolute / DAY, (absolute % DAY).cast_signed());
        // Years that begin in March have their odd day at the end.
        let (era, of_era) = (days / ERA, (days % ERA).cast_signed());
        let year_of_era = (of_era - of_era / 1460 + of_era / 36_524 - of_era / 146_096) / 365;
        let of_year = of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
        let shifted = (5 * of_year + 2) / 153;
        let month = if shifted < 10 {
            shifted + 3
        } else {
            shifted - 9
        };
        let year = (era * 400).cast_signed() + year_of_era - YEARS_BEFORE.cast_signed()
            + i64::from(month <= 2);
        let day = of_year - (153 * shifted + 2) / 5 + 1;
        Self {
            year,
            month,
            day,
            year_day: days_before(month, is_leap(year)) + day,
            weekday: ((days + 3) % 7).cast_signed(),
            hour: clock / 3600,
            minute: clock / 60 % 60,
            second: clock % 60,
        }
    }
}

/// Seconds since the start of year 1 at which that day begins. The month is one of twelve; the day may be any number.
pub(super) fn start_of_day(year: i64, month: i64, day: i64) -> i64 {
    let (shifted, before) = if month < 3 {
        (month + 9, 1)
    } else {
        (month - 3, 0)
    };
    let year = year
        .cast_unsigned()
        .wrapping_sub(before)
        .wrapping_add(YEARS_BEFORE);
    let (century, of_century) = (year / 100, (year % 100).cast_signed());
    let of_year = (153 * shifted + 2) / 5 + 1461 * of_century / 4;
    let days = (ERA.wrapping_mul(century) / 4)
        .wrapping_add(of_year.wrapping_add(day).wrapping_sub(1).cast_unsigned());
    days.wrapping_mul(DAY)
        .wrapping_sub(SECONDS_BEFORE)
        .cast_signed()
}

/// Whether the year has 366 days.
pub(super) fn is_leap(year: i64) -> bool {
    year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
}

/// Days of that month, one of twelve.
pub(super) fn days_in(month: i64, year: i64) -> i64 {
    match month {
        2 => 28 + i64::from(is_leap(year)),
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

/// Days of a year before that month, one of twelve.
pub(super) fn days_before(month: i64, leap: bool) -> i64 {
    match month {
        1 => 0,
        2 => 31,
        _ => 59 + i64::from(leap) + (153 * (month - 3) + 2) / 5,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_and_seconds_belong_together() {
        for (seconds, year, month, day, year_day, weekday) in [
            (0, 1, 1, 1, 1, 1),
            (-1, 0, 12, 31, 366, 0),
            (TO_UNIX, 1970, 1, 1, 1, 4),
            (TO_UNIX + 951_782_400, 2000, 2, 29, 60, 2),
            (TO_UNIX + 1_735_603_200, 2024, 12, 31, 366, 2),
            (-4_000_000_000_000, -126_754, 1, 17, 17, 3),
        ] {
            let civil = Civil::at(seconds);
            assert_eq!(
                (
                    civil.year,
                    civil.month,
                    civil.day,
                    civil.year_day,
                    civil.weekday
                ),
                (year, month, day, year_day, weekday),
                "{seconds}"
            );
            let clock = civil.hour * 3600 + civil.minute * 60 + civil.second;
            assert_eq!(start_of_day(year, month, day) + clock, seconds);
            let march = start_of_day(year, 3, 1) - start_of_day(year, 1, 1);
            assert_eq!(march / 86_400, days_before(3, is_leap(year)));
        }
    }
}
