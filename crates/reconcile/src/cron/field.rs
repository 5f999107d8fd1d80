//! One field of a schedule: the numbers that fit.

use super::NoSchedule;

/// What a field can hold.
pub(super) struct Bounds {
    pub(super) first: u32,
    pub(super) last: u32,
    /// Names of the numbers, from `first` on.
    names: &'static [&'static str],
}

pub(super) const MINUTE: Bounds = Bounds::plain(0, 59);
pub(super) const HOUR: Bounds = Bounds::plain(0, 23);
pub(super) const DAY: Bounds = Bounds::plain(1, 31);
pub(super) const MONTH: Bounds = Bounds {
    first: 1,
    last: 12,
    names: &[
        "jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec",
    ],
};
/// From Sunday on; a seventh day is none.
pub(super) const WEEKDAY: Bounds = Bounds {
    first: 0,
    last: 6,
    names: &["sun", "mon", "tue", "wed", "thu", "fri", "sat"],
};

impl Bounds {
    const fn plain(first: u32, last: u32) -> Self {
        Self {
            first,
            last,
            names: &[],
        }
    }

    fn number(&self, text: &str) -> Result<u32, NoSchedule> {
        let named = self
            .names
            .iter()
            .position(|name| text.eq_ignore_ascii_case(name));
        match named {
            Some(place) => Ok(self.first + place as u32),
            None => number(text),
        }
    }
}

/// Numbers below 64.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Set(pub(super) u64);

impl Set {
    /// From the first to the last in steps.
    pub(super) fn range(first: u32, last: u32, step: u32) -> Self {
        let members = (first..=last).step_by(step.max(1) as usize);
        Self(members.fold(0, |set, member| set | 1 << member))
    }

    pub(super) fn has(self, number: u32) -> bool {
        self.0 >> number & 1 == 1
    }

    /// The greatest that is not above the number.
    pub(super) fn up_to(self, number: u32) -> Option<u32> {
        let below = self.0 & (u64::MAX >> (63 - number));
        below.checked_ilog2()
    }

    /// The least that is not below the number.
    pub(super) fn from(self, number: u32) -> Option<u32> {
        let above = self.0 & (u64::MAX << number);
        (above != 0).then(|| above.trailing_zeros())
    }
}

/// A field as it was read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Field {
    pub(super) set: Set,
    /// Whether it was left open, by `*` or `?`: of the two fields for days, one that was does not widen the other.
    pub(super) open: bool,
}

impl Field {
    /// Everything.
    pub(super) fn any(bounds: &Bounds) -> Self {
        Self {
            set: Set::range(bounds.first, bounds.last, 1),
            open: true,
        }
    }

    /// The first of all.
    pub(super) fn first(bounds: &Bounds) -> Self {
        Self {
            set: Set::range(bounds.first, bounds.first, 1),
            open: false,
        }
    }

    /// A list of ranges with commas between them. Empty places are passed over, so that a comma alone never fires.
    pub(super) fn parse(text: &str, bounds: &Bounds) -> Result<Self, NoSchedule> {
        let mut whole = Self {
            set: Set(0),
            open: false,
        };
        for range in text.split(',').filter(|range| !range.is_empty()) {
            let part = Self::parse_range(range, bounds)?;
            whole.set.0 |= part.set.0;
            whole.open |= part.open;
        }
        Ok(whole)
    }

    /// `*`, `5`, `5-9`, each with or without `/2` behind it. `5/2` goes on to the end, and what stands behind a star and a hyphen is not looked at.
    fn parse_range(text: &str, bounds: &Bounds) -> Result<Self, NoSchedule> {
        let (range, step) = match text.split_once('/') {
            Some((range, step)) => (range, Some(number(step)?)),
            None => (text, None),
        };
        let mut ends = range.split('-');
        let low = ends.next().unwrap_or_default();
        let high = ends.next();
        let star = matches!(low, "*" | "?");
        let (first, last) = if star {
            (bounds.first, bounds.last)
        } else {
            let first = bounds.number(low)?;
            let last = match high {
                Some(high) => bounds.number(high)?,
                None if step.is_some() => bounds.last,
                None => first,
            };
            if ends.next().is_some() {
                return Err(NoSchedule);
            }
            (first, last)
        };
        let step = step.unwrap_or(1);
        if first < bounds.first || last > bounds.last || first > last || step == 0 {
            return Err(NoSchedule);
        }
        Ok(Self {
            set: Set::range(first, last, step),
            open: star && step == 1,
        })
    }
}

/// Digits, with a plus sign or without. What is above all bounds is as good as the number itself.
fn number(text: &str) -> Result<u32, NoSchedule> {
    let digits = text.strip_prefix('+').unwrap_or(text);
    let number: i64 = Some(digits)
        .filter(|digits| digits.bytes().all(|byte| byte.is_ascii_digit()))
        .and_then(|digits| digits.parse().ok())
        .ok_or(NoSchedule)?;
    Ok(u32::try_from(number).unwrap_or(u32::MAX))
}
