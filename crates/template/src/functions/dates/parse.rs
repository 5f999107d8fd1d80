//! Reading a time by a layout.

mod fields;
mod scan;

use std::rc::Rc;

use super::layout::{Element, cut};
use super::location::Location;
use super::time::Time;
use super::zones::Zone;
use crate::error::Failure;
use fields::{Fields, Place};
use scan::Scan;

/// The time that `value` shows in the form of `layout`. Without a zone it is universal time.
///
/// # Errors
/// Names the part that does not fit: not in the layout's form, out of its range, or text after its end.
pub(super) fn parse(layout: &[u8], value: &[u8]) -> Result<Time, Failure> {
    let mut fields = Fields::default();
    let mut scan = Scan::new(value);
    let mut rest = layout;
    loop {
        let found = cut(rest);
        scan.literal(found.before)?;
        let Some(element) = found.element else {
            break;
        };
        rest = found.after;
        fields.read(&mut scan, element)?;
        if matches!(element, Element::Second(_))
            && scan.has_fraction()
            && !matches!(cut(rest).element, Some(Element::Fraction(_)))
        {
            // Seconds may have a fraction that the layout does not speak of.
            fields.nanosecond = scan.digits_of_fraction()?;
        }
    }
    if !scan.is_at_end() {
        return Err(Failure::new("text after the time"));
    }
    let place = fields.place();
    let seconds = fields.seconds()?;
    let (seconds, location) = match place {
        Place::Utc => (seconds, Location::Utc),
        Place::Offset(name, offset) => (seconds - i64::from(offset), Location::ahead(name, offset)),
        // A name alone tells no offset: the time is taken as universal time.
        Place::Name(name, offset) => (seconds, Location::Fixed(Rc::new(Zone { name, offset }))),
    };
    Ok(Time {
        seconds,
        nanosecond: fields.nanosecond,
        location,
    })
}
