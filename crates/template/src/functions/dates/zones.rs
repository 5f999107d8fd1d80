//! Time zones by their names, from the database that is bundled with the program. No file of the machine is read.

use jiff::Timestamp;
use jiff::tz::{TimeZone, TimeZoneDatabase};

/// What clocks show somewhere at one instant: the short name and the seconds east of Greenwich.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Zone {
    pub(super) name: String,
    pub(super) offset: i32,
}

impl Zone {
    /// Universal time, which is also the local one here.
    pub(super) fn utc() -> Self {
        Self {
            name: "UTC".to_owned(),
            offset: 0,
        }
    }

    /// What clocks show in the zone of that name so many seconds after 1970. Zones that nobody knows show universal time.
    pub(super) fn named(name: &[u8], unix: i64) -> Self {
        let Some(zone) = find(name) else {
            return Self::utc();
        };
        let info = zone.to_offset_info(near(unix));
        Self {
            name: info.abbreviation().to_owned(),
            offset: info.offset().seconds(),
        }
    }
}

/// The database knows names without regard to case; Go knows them as they are written.
fn find(name: &[u8]) -> Option<TimeZone> {
    const LONGEST: usize = 64;
    if name.len() > LONGEST || matches!(name, b"" | b"UTC" | b"Local") {
        return None;
    }
    let name = std::str::from_utf8(name).ok()?;
    let zone = TimeZoneDatabase::bundled().get(name).ok()?;
    (zone.iana_name() == Some(name)).then_some(zone)
}

/// The instant itself, or one at which the same rules hold: the calendar repeats after 400 years, and zones that far away have no history.
fn near(unix: i64) -> Timestamp {
    const ERA: i64 = 146_097 * 86_400;
    const YEAR_8000: i64 = 190_288_396_800;
    let second = if unix > YEAR_8000 {
        YEAR_8000 + (unix - YEAR_8000) % ERA
    } else {
        unix
    };
    Timestamp::from_second(second).unwrap_or(Timestamp::MIN)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn zones_have_their_names_and_offsets() {
        for (name, unix, short, offset) in [
            ("Europe/Berlin", 1_720_000_000, "CEST", 7200),
            ("Europe/Berlin", 1_700_000_000, "CET", 3600),
            ("Asia/Kathmandu", 0, "+0530", 19_800),
            ("America/Sao_Paulo", 1_700_000_000, "-03", -10_800),
            ("europe/berlin", 0, "UTC", 0),
            ("Europe/Nowhere", 0, "UTC", 0),
            ("../etc/passwd", 0, "UTC", 0),
            ("", 0, "UTC", 0),
            ("Local", 0, "UTC", 0),
            ("America/New_York", i64::MIN, "LMT", -17_762),
            ("EST", 0, "EST", -18_000),
        ] {
            let zone = Zone::named(name.as_bytes(), unix);
            assert_eq!(
                (zone.name.as_str(), zone.offset),
                (short, offset),
                "{name} at {unix}"
            );
        }
    }
}
