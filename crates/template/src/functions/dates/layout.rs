//! Go's layouts: a text that shows how the reference time would be written, cut into its elements and what stands between them.

/// One element of a layout.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Element {
    /// `2006`.
    Year,
    /// `06`.
    ShortYear,
    /// `January`.
    MonthName,
    /// `Jan`.
    ShortMonthName,
    /// `1`, and `01` where padded.
    Month(Pad),
    /// `Monday`.
    WeekdayName,
    /// `Mon`.
    ShortWeekdayName,
    /// `2`, `_2`, `02`.
    Day(Pad),
    /// `__2`, `002`.
    YearDay(Pad),
    /// `15`.
    Hour,
    /// `3`, `03`.
    Hour12(Pad),
    /// `4`, `04`.
    Minute(Pad),
    /// `5`, `05`.
    Second(Pad),
    /// `PM`, `pm`.
    Half { capital: bool },
    /// `MST`.
    ZoneName,
    /// `-0700` and its kin.
    Offset(Offset),
    /// `.000`, `,000`, `.999`, `,999`.
    Fraction(Fraction),
}

/// How a number is brought to its width.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Pad {
    None,
    Space,
    Zero,
}

/// How an offset from universal time is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Offset {
    /// Whether an offset of nothing is `Z`.
    pub(super) z: bool,
    /// Whether colons stand between its parts.
    pub(super) colon: bool,
    /// Hours; hours and minutes; or seconds too.
    pub(super) parts: u8,
}

/// How a fraction of a second is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Fraction {
    /// A full stop or a comma.
    pub(super) separator: u8,
    /// Digits after it.
    pub(super) digits: usize,
    /// Whether zeros at the end are left out.
    pub(super) trim: bool,
}

/// The first element of a layout.
pub(super) struct Cut<'a> {
    /// What stands before it: all of the layout if there is none.
    pub(super) before: &'a [u8],
    /// The element.
    pub(super) element: Option<Element>,
    /// What stands after it.
    pub(super) after: &'a [u8],
}

/// Cuts a layout at its first element.
pub(super) fn cut(layout: &[u8]) -> Cut<'_> {
    for at in 0..layout.len() {
        let (before, rest) = layout.split_at(at);
        if let Some((element, length)) = element(rest) {
            return Cut {
                before,
                element: Some(element),
                after: &rest[length..],
            };
        }
    }
    Cut {
        before: layout,
        element: None,
        after: &[],
    }
}

/// The element at the start of `rest`, and its length.
fn element(rest: &[u8]) -> Option<(Element, usize)> {
    if !matches!(
        rest.first()?,
        b'J' | b'M' | b'P' | b'p' | b'Z' | b'-' | b'_' | b'.' | b',' | b'0'..=b'5'
    ) {
        return None;
    }
    if let Some(found) = fraction(rest) {
        return Some(found);
    }
    // An underscore before a year is one, and pads nothing.
    if rest.starts_with(b"_2006") {
        return None;
    }
    ELEMENTS
        .iter()
        .find(|(text, element)| {
            rest.starts_with(text) && !(is_name(*element) && is_word(&rest[text.len()..]))
        })
        .map(|(text, element)| (*element, text.len()))
}

/// A fraction: its zeros or nines must be all the digits there.
fn fraction(rest: &[u8]) -> Option<(Element, usize)> {
    let (separator, rest) = rest.split_first()?;
    let digit = rest.first()?;
    if !matches!(separator, b'.' | b',') || !matches!(digit, b'0' | b'9') {
        return None;
    }
    let digits = rest.iter().take_while(|byte| *byte == digit).count();
    if rest.get(digits).is_some_and(u8::is_ascii_digit) {
        return None;
    }
    let fraction = Fraction {
        separator: *separator,
        // Go keeps the count in so many bits.
        digits: digits & 0xfff,
        trim: *digit == b'9',
    };
    Some((Element::Fraction(fraction), digits + 1))
}

/// Whether `Jan` and `Mon` would be the start of a longer word: `Janet`, `Month`.
fn is_word(after: &[u8]) -> bool {
    after.first().is_some_and(u8::is_ascii_lowercase)
}

fn is_name(element: Element) -> bool {
    matches!(element, Element::ShortMonthName | Element::ShortWeekdayName)
}

const fn offset(z: bool, colon: bool, parts: u8) -> Element {
    Element::Offset(Offset { z, colon, parts })
}

/// All elements but fractions. Where one begins another, the longer one comes first.
const ELEMENTS: &[(&[u8], Element)] = &[
    (b"2006", Element::Year),
    (b"06", Element::ShortYear),
    (b"January", Element::MonthName),
    (b"Jan", Element::ShortMonthName),
    (b"Monday", Element::WeekdayName),
    (b"Mon", Element::ShortWeekdayName),
    (b"MST", Element::ZoneName),
    (b"15", Element::Hour),
    (b"01", Element::Month(Pad::Zero)),
    (b"1", Element::Month(Pad::None)),
    (b"002", Element::YearDay(Pad::Zero)),
    (b"__2", Element::YearDay(Pad::Space)),
    (b"02", Element::Day(Pad::Zero)),
    (b"_2", Element::Day(Pad::Space)),
    (b"2", Element::Day(Pad::None)),
    (b"03", Element::Hour12(Pad::Zero)),
    (b"3", Element::Hour12(Pad::None)),
    (b"04", Element::Minute(Pad::Zero)),
    (b"4", Element::Minute(Pad::None)),
    (b"05", Element::Second(Pad::Zero)),
    (b"5", Element::Second(Pad::None)),
    (b"PM", Element::Half { capital: true }),
    (b"pm", Element::Half { capital: false }),
    (b"-070000", offset(false, false, 3)),
    (b"-07:00:00", offset(false, true, 3)),
    (b"-0700", offset(false, false, 2)),
    (b"-07:00", offset(false, true, 2)),
    (b"-07", offset(false, false, 1)),
    (b"Z070000", offset(true, false, 3)),
    (b"Z07:00:00", offset(true, true, 3)),
    (b"Z0700", offset(true, false, 2)),
    (b"Z07:00", offset(true, true, 2)),
    (b"Z07", offset(true, false, 1)),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn elements_are_cut_where_go_cuts_them() {
        for (layout, before, element, after) in [
            ("x2006-", "x", Some(Element::Year), "-"),
            ("_2006", "_", Some(Element::Year), ""),
            ("__2006", "_", None, ""),
            ("Janet", "Janet", None, ""),
            ("Month", "Month", None, ""),
            ("Monday", "", Some(Element::WeekdayName), ""),
            (".0001", ".00", Some(Element::Month(Pad::Zero)), ""),
            ("", "", None, ""),
        ] {
            let cut = cut(layout.as_bytes());
            if layout == "__2006" {
                // The second underscore and the 2 are a padded day of the year with the first.
                assert_eq!(cut.element, Some(Element::YearDay(Pad::Space)));
                continue;
            }
            assert_eq!(
                (cut.before, cut.element, cut.after),
                (before.as_bytes(), element, after.as_bytes()),
                "{layout}"
            );
        }
    }
}
