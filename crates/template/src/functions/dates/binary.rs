//! A time as `MarshalBinary` gives it.

use super::location::Location;
use super::time::Time;
use crate::error::Failure;

/// A version, the seconds since the start of year 1, the nanoseconds, and the offset in minutes; its seconds too where it has some, which is the
/// second version.
///
/// # Errors
/// If the offset is the one that stands for universal time: a minute west.
pub(super) fn binary(time: &Time) -> Result<Vec<u8>, Failure> {
    let offset = match &time.location {
        Location::Utc => -60,
        Location::Fixed(zone) if zone.offset / 60 == -1 => {
            return Err(Failure::new("an offset that has no binary form"));
        }
        Location::Fixed(zone) => zone.offset,
    };
    let minutes = i16::try_from(offset / 60)
        .map_err(|_| Failure::new("an offset that has no binary form"))?;
    let seconds = i8::try_from(offset % 60).unwrap_or(0);
    let version = if seconds == 0 { 1 } else { 2 };
    let mut bytes = vec![version];
    bytes.extend_from_slice(&time.seconds.to_be_bytes());
    bytes.extend_from_slice(&time.nanosecond.to_be_bytes());
    bytes.extend_from_slice(&minutes.to_be_bytes());
    if seconds != 0 {
        bytes.extend_from_slice(&seconds.to_be_bytes());
    }
    Ok(bytes)
}
