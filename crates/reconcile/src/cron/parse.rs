//! The text of a schedule.

use jiff::tz::{TimeZone, TimeZoneDatabase};

use super::field::{DAY, Field, HOUR, MINUTE, MONTH, WEEKDAY};
use super::firing::Calendar;
use super::{NoSchedule, Rule};
use crate::duration;

pub(super) fn parse(text: &str) -> Result<Rule, NoSchedule> {
    let (zone, text) = match text
        .strip_prefix("CRON_TZ=")
        .or_else(|| text.strip_prefix("TZ="))
    {
        Some(zoned) => {
            let (name, rest) = zoned.split_once(' ').ok_or(NoSchedule)?;
            (zone(name)?, rest.trim())
        }
        None => (TimeZone::UTC, text),
    };
    if let Some(word) = text.strip_prefix('@') {
        return described(word, zone);
    }
    let fields: Vec<&str> = text.split_whitespace().collect();
    let [minute, hour, day, month, weekday] = fields[..] else {
        return Err(NoSchedule);
    };
    let calendar = Calendar {
        minutes: Field::parse(minute, &MINUTE)?.set,
        hours: Field::parse(hour, &HOUR)?.set,
        days: Field::parse(day, &DAY)?,
        months: Field::parse(month, &MONTH)?.set,
        weekdays: Field::parse(weekday, &WEEKDAY)?,
    };
    Ok(Rule::Calendar(Box::new(calendar), zone))
}

/// What stands behind an `@`, in lower case alone.
fn described(word: &str, zone: TimeZone) -> Result<Rule, NoSchedule> {
    if let Some(period) = word.strip_prefix("every ") {
        return duration::parse(period)
            .map(Rule::every)
            .map_err(|_| NoSchedule);
    }
    let mut calendar = Calendar {
        minutes: Field::first(&MINUTE).set,
        hours: Field::first(&HOUR).set,
        days: Field::any(&DAY),
        months: Field::any(&MONTH).set,
        weekdays: Field::any(&WEEKDAY),
    };
    match word {
        "hourly" => calendar.hours = Field::any(&HOUR).set,
        "daily" | "midnight" => {}
        "weekly" => calendar.weekdays = Field::first(&WEEKDAY),
        "monthly" => calendar.days = Field::first(&DAY),
        "yearly" | "annually" => {
            calendar.days = Field::first(&DAY);
            calendar.months = Field::first(&MONTH).set;
        }
        _ => return Err(NoSchedule),
    }
    Ok(Rule::Calendar(Box::new(calendar), zone))
}

/// A zone by its name, from the database in the program. Go takes a name as it is written; the local zone of the peer's image is UTC.
fn zone(name: &str) -> Result<TimeZone, NoSchedule> {
    if matches!(name, "" | "UTC" | "Local") {
        return Ok(TimeZone::UTC);
    }
    TimeZoneDatabase::bundled()
        .get(name)
        .ok()
        .filter(|zone| zone.iana_name() == Some(name))
        .ok_or(NoSchedule)
}
