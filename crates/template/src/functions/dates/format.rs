//! Writing a time by a layout.

use selkie_crypto::Secret;

use super::calendar::Civil;
use super::layout::{Element, Fraction, Offset, Pad, cut};
use super::names;
use super::zones::Zone;

/// A time as clocks show it somewhere.
pub(super) struct Shown<'a> {
    civil: Civil,
    nanosecond: u32,
    zone: &'a Zone,
}

impl<'a> Shown<'a> {
    /// The instant so many seconds after the start of year 1, in that zone.
    pub(super) fn new(seconds: i64, nanosecond: u32, zone: &'a Zone) -> Self {
        Self {
            civil: Civil::at(seconds.wrapping_add(i64::from(zone.offset))),
            nanosecond,
            zone,
        }
    }

    /// It in the form of `layout`. Each length that it reaches is put to `check`, which may stop it.
    pub(super) fn format<E>(
        &self,
        layout: &[u8],
        check: impl Fn(usize) -> Result<(), E>,
    ) -> Result<Secret, E> {
        let mut out = Secret::with_capacity(layout.len().saturating_add(32));
        let mut rest = layout;
        loop {
            let found = cut(rest);
            out.extend_from_slice(found.before);
            let Some(element) = found.element else {
                break;
            };
            self.element(&mut out, element);
            check(out.len())?;
            rest = found.after;
        }
        check(out.len())?;
        Ok(out)
    }

    fn element(&self, out: &mut Secret, element: Element) {
        let civil = &self.civil;
        match element {
            Element::Year => number(out, civil.year, 4),
            Element::ShortYear => number(out, (civil.year % 100).abs(), 2),
            Element::MonthName => text(out, names::month(civil.month)),
            Element::ShortMonthName => text(out, &names::month(civil.month)[..3]),
            Element::Month(pad) => padded(out, civil.month, pad, 2),
            Element::WeekdayName => text(out, names::weekday(civil.weekday)),
            Element::ShortWeekdayName => text(out, &names::weekday(civil.weekday)[..3]),
            Element::Day(pad) => padded(out, civil.day, pad, 2),
            Element::YearDay(pad) => padded(out, civil.year_day, pad, 3),
            Element::Hour => number(out, civil.hour, 2),
            Element::Hour12(pad) => padded(out, (civil.hour + 11) % 12 + 1, pad, 2),
            Element::Minute(pad) => padded(out, civil.minute, pad, 2),
            Element::Second(pad) => padded(out, civil.second, pad, 2),
            Element::Half { capital } => text(
                out,
                match (civil.hour >= 12, capital) {
                    (true, true) => "PM",
                    (false, true) => "AM",
                    (true, false) => "pm",
                    (false, false) => "am",
                },
            ),
            Element::ZoneName => self.zone_name(out),
            Element::Offset(form) => offset(out, self.zone.offset, form),
            Element::Fraction(form) => fraction(out, self.nanosecond, form),
        }
    }

    /// The zone's short name; zones without one show their offset.
    fn zone_name(&self, out: &mut Secret) {
        if self.zone.name.is_empty() {
            let form = Offset {
                z: false,
                colon: false,
                parts: 2,
            };
            offset(out, self.zone.offset, form);
        } else {
            text(out, &self.zone.name);
        }
    }
}

fn text(out: &mut Secret, text: &str) {
    out.extend_from_slice(text.as_bytes());
}

/// A number with zeros before it up to `width`, which the sign does not count for.
fn number(out: &mut Secret, number: i64, width: usize) {
    if number < 0 {
        text(out, "-");
    }
    let mut digits = [b'0'; 20];
    let (mut start, mut rest) = (digits.len(), number.unsigned_abs());
    while rest > 0 || start > digits.len() - width.max(1) {
        start -= 1;
        digits[start] += (rest % 10).to_le_bytes()[0];
        rest /= 10;
    }
    out.extend_from_slice(&digits[start..]);
}

fn padded(out: &mut Secret, value: i64, pad: Pad, width: usize) {
    match pad {
        Pad::None => number(out, value, 0),
        Pad::Zero => number(out, value, width),
        Pad::Space => text(out, &format!("{value:width$}")),
    }
}

/// The sign is that of whole minutes; Go shows the seconds of an offset with a sign of their own if there are no minutes.
fn offset(out: &mut Secret, seconds: i32, form: Offset) {
    if form.z && seconds == 0 {
        return text(out, "Z");
    }
    let minutes = i64::from(seconds / 60);
    let seconds = i64::from(seconds);
    let (sign, seconds) = if minutes < 0 {
        ("-", -seconds)
    } else {
        ("+", seconds)
    };
    let minutes = minutes.abs();
    let colon = if form.colon { ":" } else { "" };
    text(out, sign);
    number(out, minutes / 60, 2);
    if form.parts > 1 {
        text(out, colon);
        number(out, minutes % 60, 2);
    }
    if form.parts > 2 {
        text(out, colon);
        number(out, seconds % 60, 2);
    }
}

fn fraction(out: &mut Secret, nanosecond: u32, form: Fraction) {
    let all = format!("{nanosecond:09}");
    let digits = &all[..form.digits.min(9)];
    let digits = if form.trim {
        digits.trim_end_matches('0')
    } else {
        digits
    };
    if !digits.is_empty() || !form.trim {
        out.extend_from_slice(&[form.separator]);
        text(out, digits);
    }
}
