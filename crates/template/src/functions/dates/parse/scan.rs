//! The text of a time, read from its start.

use super::super::layout::{Fraction, Offset, Pad};
use crate::budget::Limit;
use crate::error::Failure;

/// What is left of the text.
pub(super) struct Scan<'a> {
    rest: &'a [u8],
}

impl<'a> Scan<'a> {
    pub(super) fn new(text: &'a [u8]) -> Self {
        Self { rest: text }
    }

    pub(super) fn is_at_end(&self) -> bool {
        self.rest.is_empty()
    }

    /// Reads past what stands between elements: the same bytes, but any number of spaces where the layout has some, and none at the end.
    pub(super) fn literal(&mut self, mut literal: &[u8]) -> Result<(), Failure> {
        while let Some((byte, after)) = literal.split_first() {
            if *byte == b' ' {
                if self.rest.first().is_some_and(|next| *next != b' ') {
                    return Err(misfit());
                }
                literal = without_spaces(literal);
                self.rest = without_spaces(self.rest);
            } else if self.skip(*byte) {
                literal = after;
            } else {
                return Err(misfit());
            }
        }
        Ok(())
    }

    /// Reads past that byte if it is next.
    pub(super) fn skip(&mut self, byte: u8) -> bool {
        match self.rest.strip_prefix(&[byte]) {
            Some(rest) => {
                self.rest = rest;
                true
            }
            None => false,
        }
    }

    /// Reads past that text if it is next.
    pub(super) fn skip_text(&mut self, text: &[u8]) -> bool {
        match self.rest.strip_prefix(text) {
            Some(rest) => {
                self.rest = rest;
                true
            }
            None => false,
        }
    }

    /// The next `length` bytes.
    pub(super) fn take(&mut self, length: usize) -> Result<&'a [u8], Failure> {
        let (taken, rest) = self.rest.split_at_checked(length).ok_or_else(misfit)?;
        self.rest = rest;
        Ok(taken)
    }

    /// Four digits.
    pub(super) fn year(&mut self) -> Result<i64, Failure> {
        if !self.is_digit(0) {
            return Err(misfit());
        }
        whole(self.take(4)?)
    }

    /// A number of up to `width` digits; of as many where zeros pad it. Spaces pad it before.
    pub(super) fn number(&mut self, pad: Pad, width: usize) -> Result<i64, Failure> {
        if pad == Pad::Space {
            for _ in 1..width {
                self.skip(b' ');
            }
        }
        let digits = (0..width).take_while(|at| self.is_digit(*at)).count();
        if digits == 0 || (pad == Pad::Zero && digits < width) {
            return Err(misfit());
        }
        whole(self.take(digits)?)
    }

    /// The place of the first of `names` that comes next, in whatever case; of their first `length` letters if that is given.
    pub(super) fn name(
        &mut self,
        names: &[&'static str],
        length: Option<usize>,
    ) -> Result<i64, Failure> {
        for (at, name) in (0..).zip(names) {
            let name = name.as_bytes();
            let name = &name[..length.unwrap_or(name.len())];
            let next = self.rest.get(..name.len());
            if next.is_some_and(|next| next.eq_ignore_ascii_case(name)) {
                self.rest = &self.rest[name.len()..];
                return Ok(at);
            }
        }
        Err(misfit())
    }

    /// Seconds east of Greenwich.
    pub(super) fn offset(&mut self, form: Offset) -> Result<i32, Failure> {
        let sign = match self.take(1)? {
            b"+" => 1,
            b"-" => -1,
            _ => return Err(misfit()),
        };
        let mut parts = [0; 3];
        for (at, part) in parts.iter_mut().take(usize::from(form.parts)).enumerate() {
            if at > 0 && form.colon && !self.skip(b':') {
                return Err(misfit());
            }
            *part = self.two_digits()?;
        }
        let [hours, minutes, seconds] = parts;
        // Some people write offsets of 24 hours or of 60 minutes.
        if hours > 24 || minutes > 60 || seconds > 60 {
            return Err(Failure::new("time zone offset out of range"));
        }
        Ok(sign * ((hours * 60 + minutes) * 60 + seconds))
    }

    /// The short name of a zone: letters, or an offset as zones without a name have it.
    ///
    /// # Errors
    /// If there is none, or by the limit on lengths: offsets may have zeros without end, and each print of the time would repeat them.
    pub(super) fn zone(&mut self) -> Result<&'a [u8], Failure> {
        const LONGEST: usize = 64;
        let length = zone_length(self.rest).ok_or_else(misfit)?;
        if length > LONGEST {
            return Err(Failure::Spent(Limit::Length));
        }
        self.take(length)
    }

    /// Whether a separator and a digit come next.
    pub(super) fn has_fraction(&self) -> bool {
        matches!(self.rest, [b'.' | b',', b'0'..=b'9', ..])
    }

    /// Nanoseconds of a fraction of just so many digits as the layout has, or of any number of them where zeros are trimmed; there need not be
    /// one then.
    pub(super) fn fraction(&mut self, form: Fraction) -> Result<Option<u32>, Failure> {
        if !form.trim {
            return nanoseconds(self.take(form.digits + 1)?).map(Some);
        }
        if !self.has_fraction() {
            return Ok(None);
        }
        self.digits_of_fraction().map(Some)
    }

    /// Nanoseconds of a separator and all digits that follow.
    pub(super) fn digits_of_fraction(&mut self) -> Result<u32, Failure> {
        let digits = self
            .rest
            .iter()
            .skip(1)
            .take_while(|byte| byte.is_ascii_digit());
        let length = 1 + digits.count();
        nanoseconds(self.take(length)?)
    }

    fn two_digits(&mut self) -> Result<i32, Failure> {
        match self.take(2)? {
            [tens @ b'0'..=b'9', ones @ b'0'..=b'9'] => {
                Ok(i32::from(tens - b'0') * 10 + i32::from(ones - b'0'))
            }
            _ => Err(misfit()),
        }
    }

    fn is_digit(&self, at: usize) -> bool {
        self.rest.get(at).is_some_and(u8::is_ascii_digit)
    }
}

/// The failure of all that has another form than the layout.
pub(super) fn misfit() -> Failure {
    Failure::new("the text is no time in the form of the layout")
}

/// All of `text` as a number, with a sign if there is one: fields of fixed width may have one for their first digit, as in Go.
pub(super) fn whole(text: &[u8]) -> Result<i64, Failure> {
    let (negative, digits) = match text {
        [b'-', digits @ ..] => (true, digits),
        [b'+', digits @ ..] | digits => (false, digits),
    };
    let mut number: i64 = 0;
    for digit in digits {
        if !digit.is_ascii_digit() {
            return Err(misfit());
        }
        number = number
            .checked_mul(10)
            .and_then(|number| number.checked_add(i64::from(digit - b'0')))
            .ok_or_else(misfit)?;
    }
    Ok(if negative { -number } else { number })
}

/// Digits beyond the ninth are not looked at.
fn nanoseconds(fraction: &[u8]) -> Result<u32, Failure> {
    let [b'.' | b',', digits @ ..] = fraction else {
        return Err(misfit());
    };
    let digits = &digits[..digits.len().min(9)];
    let mut number = whole(digits)?;
    for _ in digits.len()..9 {
        number *= 10;
    }
    u32::try_from(number).map_err(|_| Failure::new("fractional second out of range"))
}

fn without_spaces(text: &[u8]) -> &[u8] {
    let spaces = text.iter().take_while(|byte| **byte == b' ').count();
    &text[spaces..]
}

/// How many bytes at the start are a zone's short name.
fn zone_length(text: &[u8]) -> Option<usize> {
    if text.len() < 3 {
        return None;
    }
    if text.starts_with(b"ChST") || text.starts_with(b"MeST") {
        return Some(4);
    }
    if let Some(after) = text.strip_prefix(b"GMT") {
        return Some(3 + hours_length(after).unwrap_or(0));
    }
    if matches!(text[0], b'+' | b'-') {
        return hours_length(text);
    }
    let capitals = text
        .iter()
        .take(6)
        .take_while(|byte| byte.is_ascii_uppercase())
        .count();
    match capitals {
        3 => Some(3),
        4 if text[3] == b'T' || text.starts_with(b"WITA") => Some(4),
        5 if text[4] == b'T' => Some(5),
        _ => None,
    }
}

/// How many bytes at the start are a sign and a number below 24.
fn hours_length(text: &[u8]) -> Option<usize> {
    let [b'+' | b'-', rest @ ..] = text else {
        return None;
    };
    let digits = rest.iter().take_while(|byte| byte.is_ascii_digit()).count();
    let hours = whole(&rest[..digits]).ok()?;
    (digits > 0 && hours <= 23).then_some(1 + digits)
}
