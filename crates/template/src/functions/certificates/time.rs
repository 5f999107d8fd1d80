//! Times of certificates.

use jiff::Timestamp;
use jiff::civil::DateTime;
use jiff::tz::TimeZone;

use crate::error::Failure;
use crate::functions::keys::asn1::{self, Der, Element};

/// A time in the type that its year asks for.
pub(super) fn element(seconds: i64) -> Result<Der, Failure> {
    let refused = || Failure::new("certificates cannot name that year");
    let time = Timestamp::from_second(seconds)
        .map_err(|_| refused())?
        .to_zoned(TimeZone::UTC);
    let time = time.datetime();
    let year = time.year();
    let rest = time.strftime("%m%d%H%M%SZ");
    match year {
        1950..2050 => {
            let text = format!("{:02}{rest}", year % 100);
            Ok(asn1::element(asn1::UTC_TIME, text.as_bytes()))
        }
        0.. => {
            let text = format!("{year:04}{rest}");
            Ok(asn1::element(asn1::GENERALIZED_TIME, text.as_bytes()))
        }
        _ => Err(refused()),
    }
}

/// Checks a time. Go takes a zone too, and leaves out the seconds of the short form.
pub(super) fn check(time: Element<'_>) -> Result<(), Failure> {
    let (year, least) = match time.tag {
        asn1::UTC_TIME => (2, 8),
        asn1::GENERALIZED_TIME => (4, 10),
        _ => return Err(malformed()),
    };
    let text = std::str::from_utf8(time.content).map_err(|_| malformed())?;
    let end = text
        .find(|character: char| !character.is_ascii_digit())
        .ok_or_else(malformed)?;
    let (digits, zone) = text.split_at(end);
    if digits.len() != year + 10 && (year == 4 || digits.len() != year + least) {
        return Err(malformed());
    }
    let number = |start: usize| -> Option<i8> { digits.get(start..start + 2)?.parse().ok() };
    let full: i16 = digits[..year].parse().map_err(|_| malformed())?;
    // Which century it is matters to no check: 2000 and 1900 differ in a leap day, which the short form reads as 2000.
    let full = if year == 2 { 2000 + full } else { full };
    let seconds = if digits.len() == year + 10 {
        number(year + 8)
    } else {
        Some(0)
    };
    let (Some(month), Some(day), Some(hour), Some(minute), Some(second)) = (
        number(year),
        number(year + 2),
        number(year + 4),
        number(year + 6),
        seconds,
    ) else {
        return Err(malformed());
    };
    DateTime::new(full, month, day, hour, minute, second, 0).map_err(|_| malformed())?;
    let valid = match zone.as_bytes() {
        b"Z" => true,
        [b'+' | b'-', hours @ .., tens, ones] if hours.len() == 2 => {
            let hours = hours.iter().all(u8::is_ascii_digit) && hours <= b"24".as_slice();
            let minutes = (b'0'..=b'6').contains(tens) && ones.is_ascii_digit();
            hours && minutes && !zone[1..].bytes().all(|byte| byte == b'0')
        }
        _ => false,
    };
    if valid { Ok(()) } else { Err(malformed()) }
}

fn malformed() -> Failure {
    Failure::new("malformed time of a certificate")
}
