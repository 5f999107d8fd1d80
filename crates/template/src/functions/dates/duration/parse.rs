//! Reading a duration: numbers with units, `1h30m`, `-1.5s`.

use super::{HOUR, MINUTE, SECOND};
use crate::error::Failure;

/// The largest magnitude, which only negative durations reach.
const LIMIT: u64 = 1 << 63;

/// Units by their names; the two signs for micro look the same.
const UNITS: [(&str, i64); 8] = [
    ("ns", 1),
    ("us", 1_000),
    ("\u{b5}s", 1_000),
    ("\u{3bc}s", 1_000),
    ("ms", 1_000_000),
    ("s", SECOND),
    ("m", MINUTE),
    ("h", HOUR),
];

/// Nanoseconds of a duration in Go's form.
///
/// # Errors
/// If it has another form or is too long.
pub fn parse(text: &[u8]) -> Result<i64, Failure> {
    let (negative, mut rest) = match text {
        [b'-', rest @ ..] => (true, rest),
        [b'+', rest @ ..] | rest => (false, rest),
    };
    if rest == b"0" {
        return Ok(0);
    }
    if rest.is_empty() {
        return Err(misfit());
    }
    let mut total: u64 = 0;
    while !rest.is_empty() {
        let amount;
        (amount, rest) = part(rest)?;
        total = total
            .checked_add(amount)
            .filter(|total| *total <= LIMIT)
            .ok_or_else(misfit)?;
    }
    if negative {
        Ok(0_i64.wrapping_sub_unsigned(total))
    } else {
        i64::try_from(total).map_err(|_| misfit())
    }
}

/// Nanoseconds of the first number and its unit, and what follows.
fn part(text: &[u8]) -> Result<(u64, &[u8]), Failure> {
    let (number, after) = split(text, u8::is_ascii_digit);
    let whole = whole(number)?;
    let (fraction, after) = match after {
        [b'.', after @ ..] => split(after, u8::is_ascii_digit),
        after => (&[][..], after),
    };
    if number.is_empty() && fraction.is_empty() {
        return Err(misfit());
    }
    let (unit, after) = split(after, |byte| *byte != b'.' && !byte.is_ascii_digit());
    let unit = UNITS
        .iter()
        .find(|(name, _)| name.as_bytes() == unit)
        .map(|(_, unit)| unit.cast_unsigned())
        .ok_or_else(misfit)?;
    let amount = whole
        .checked_mul(unit)
        .filter(|amount| *amount <= LIMIT)
        .ok_or_else(misfit)?;
    let amount = amount + part_of(fraction, unit);
    if amount > LIMIT {
        return Err(misfit());
    }
    Ok((amount, after))
}

/// Digits as a number.
fn whole(digits: &[u8]) -> Result<u64, Failure> {
    let mut number: u64 = 0;
    for digit in digits {
        if number > LIMIT / 10 {
            return Err(misfit());
        }
        number = number * 10 + u64::from(digit - b'0');
        if number > LIMIT {
            return Err(misfit());
        }
    }
    Ok(number)
}

/// What a fraction of a unit comes to. Go goes through a float, and stops reading digits when they no longer fit.
#[expect(
    clippy::cast_precision_loss,
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "the same losses as Go's make the same numbers; the result is below the unit"
)]
fn part_of(digits: &[u8], unit: u64) -> u64 {
    let (mut number, mut scale): (u64, f64) = (0, 1.0);
    for digit in digits {
        if number > (LIMIT - 1) / 10 {
            break;
        }
        let next = number * 10 + u64::from(digit - b'0');
        if next > LIMIT {
            break;
        }
        number = next;
        scale *= 10.0;
    }
    (number as f64 * (unit as f64 / scale)) as u64
}

fn split(text: &[u8], belongs: impl Fn(&u8) -> bool) -> (&[u8], &[u8]) {
    text.split_at(text.iter().take_while(|byte| belongs(byte)).count())
}

fn misfit() -> Failure {
    Failure::new("the text is no duration")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_are_read_as_go_reads_them() {
        for (text, nanoseconds) in [
            ("0", Some(0)),
            ("-0", Some(0)),
            ("1h30m", Some(5_400 * SECOND)),
            ("-1.5s", Some(-1_500_000_000)),
            (".5s", Some(500_000_000)),
            ("1.s", Some(SECOND)),
            ("1µs2μs3us", Some(6_000)),
            ("0.3333333333333333333h", Some(1_200 * SECOND)),
            ("-9223372036854775808ns", Some(i64::MIN)),
            ("9223372036854775808ns", None),
            ("3000000h", None),
            ("", None),
            ("-", None),
            (".s", None),
            ("1", None),
            ("1d", None),
            ("1 s", None),
            ("00", None),
        ] {
            assert_eq!(parse(text.as_bytes()).ok(), nanoseconds, "{text}");
        }
    }
}
