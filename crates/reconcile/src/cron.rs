//! When a schedule fires: five fields of cron, or a word such as `@daily`, in the dialect of robfig/cron v3's standard parser, which the peer has.
//!
//! A schedule is in UTC unless it begins with `TZ=` or `CRON_TZ=` and the name of a zone. `@every` counts from 1970, where the peer counts from each
//! question anew. Firings are found month by month, not minute by minute. Never here: a clock, and what a firing is good for.

mod field;
mod firing;
mod parse;
#[cfg(test)]
mod tests;

use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use thiserror::Error;

use firing::Calendar;

/// When something happens again and again.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Schedule(Rule);

#[derive(Debug, Clone, PartialEq)]
enum Rule {
    /// Each so many seconds, at least one, counted from 1970.
    Every(i64),
    /// Whenever the clocks of a zone show what fits.
    Calendar(Box<Calendar>, TimeZone),
}

/// The text is no schedule.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[error(
    "it is no schedule of five fields such as `30 22 * * mon-fri`, nor a word such as `@daily`"
)]
pub(crate) struct NoSchedule;

impl Schedule {
    /// What robfig/cron's `ParseStandard` makes of the text.
    ///
    /// # Errors
    /// If it is refused there, or stops the process there, as a `TZ=` with nothing behind it does.
    pub(crate) fn parse(text: &str) -> Result<Self, NoSchedule> {
        parse::parse(text).map(Self)
    }

    /// The last firing at this instant or before. `None` if there was none in the years since it could have been.
    pub(crate) fn previous(&self, at: Timestamp) -> Option<Timestamp> {
        match &self.0 {
            Rule::Every(seconds) => {
                let second = floor(at);
                Timestamp::from_second(second - second.rem_euclid(*seconds)).ok()
            }
            Rule::Calendar(calendar, zone) => calendar.previous(zone, floor(at)),
        }
    }

    /// The first firing after this instant. `None` if there will be none.
    pub(crate) fn next(&self, after: Timestamp) -> Option<Timestamp> {
        match &self.0 {
            Rule::Every(seconds) => {
                let second = floor(after);
                Timestamp::from_second(second - second.rem_euclid(*seconds) + seconds).ok()
            }
            Rule::Calendar(calendar, zone) => calendar.next(zone, floor(after)),
        }
    }
}

impl Rule {
    /// `@every`: whole seconds, at least one.
    fn every(period: SignedDuration) -> Self {
        Self::Every(period.as_secs().max(1))
    }
}

/// The whole second of an instant, or the one before it.
fn floor(at: Timestamp) -> i64 {
    at.as_second() - i64::from(at.subsec_nanosecond() < 0)
}
