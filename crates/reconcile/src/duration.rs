//! Lengths of time as manifests write them: Go's `1h30m0s`, and the seconds or text of a store.
//!
//! Never here: what a field means that has none, and what a negative one is taken for.

#[cfg(test)]
mod tests;

use std::time::Duration;

use jiff::SignedDuration;
use selkie_api::{Interval, StoreSpec};
use thiserror::Error;

/// The text or number is no length of time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum NoDuration {
    /// It is not of the form that Go reads, or longer than 292 years.
    #[error("it is no duration such as `1h30m` or `90s`")]
    Form,
    /// It is below zero, where time only goes forward.
    #[error("it is negative")]
    Negative,
}

/// What Go's `time.ParseDuration` makes of the text.
///
/// # Errors
/// Exactly if Go refuses it.
pub fn parse(text: &str) -> Result<SignedDuration, NoDuration> {
    selkie_template::go::parse_duration(text.as_bytes())
        .map(SignedDuration::from_nanos)
        .map_err(|_| NoDuration::Form)
}

/// The pause between two attempts that a store asks for; none where it names none, or one that cannot be read.
pub fn retry_pause(spec: &StoreSpec) -> Option<Duration> {
    let text = spec.retry_settings.as_ref()?.retry_interval.as_deref()?;
    Duration::try_from(parse(text).ok()?).ok()
}

/// The interval of a store: a number of seconds, or text as [`parse`] takes it. Zero is for the controller's own.
///
/// # Errors
/// If it is negative, or text that is no duration. A number in quotes has no unit, and is none.
pub fn store_interval(interval: &Interval) -> Result<SignedDuration, NoDuration> {
    let interval = match interval {
        Interval::Seconds(seconds) => SignedDuration::from_secs(*seconds),
        Interval::Text(text) => parse(text)?,
    };
    if interval.is_negative() {
        return Err(NoDuration::Negative);
    }
    Ok(interval)
}
