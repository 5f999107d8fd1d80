//! Verbs of integers.

use zeroize::Zeroizing;

use super::printer::Printer;
use crate::error::Failure;
use crate::number;

/// An integer of either kind: its sign, and how far it is from zero.
#[derive(Clone, Copy)]
pub(super) struct Integer {
    negative: bool,
    size: u64,
    signed: bool,
}

impl From<i64> for Integer {
    fn from(number: i64) -> Self {
        Self {
            negative: number < 0,
            size: number.unsigned_abs(),
            signed: true,
        }
    }
}

impl From<u64> for Integer {
    fn from(number: u64) -> Self {
        Self {
            negative: false,
            size: number,
            signed: false,
        }
    }
}

impl Integer {
    /// As a character. What is none, prints as U+FFFD.
    fn character(self) -> char {
        u32::try_from(self.size)
            .ok()
            .filter(|_| !self.negative)
            .and_then(char::from_u32)
            .unwrap_or(char::REPLACEMENT_CHARACTER)
    }

    /// Its bits, a negative one's as two's complement.
    fn bits(self) -> u64 {
        if self.negative {
            self.size.wrapping_neg()
        } else {
            self.size
        }
    }
}

impl Printer<'_> {
    /// `integer` under `verb`; `false` if the verb is not for integers.
    pub(super) fn integer(&mut self, integer: Integer, verb: char) -> Result<bool, Failure> {
        match verb {
            'v' if self.flags.source && !integer.signed => self.hex_number(integer.size, true)?,
            'v' | 'd' => self.digits(integer, 10, "", false)?,
            'b' => {
                let prefix = if self.flags.sharp { "0b" } else { "" };
                self.digits(integer, 2, prefix, false)?;
            }
            'o' => {
                let prefix = if self.flags.sharp { "0" } else { "" };
                self.digits(integer, 8, prefix, false)?;
            }
            'O' => self.digits(
                integer,
                8,
                if self.flags.sharp { "0o0" } else { "0o" },
                false,
            )?,
            'x' => {
                let prefix = if self.flags.sharp { "0x" } else { "" };
                self.digits(integer, 16, prefix, false)?;
            }
            'X' => {
                let prefix = if self.flags.sharp { "0X" } else { "" };
                self.digits(integer, 16, prefix, true)?;
            }
            'c' => {
                let mut buffer = [0; 4];
                let character = integer.character().encode_utf8(&mut buffer);
                self.padded(character.as_bytes())?;
            }
            'q' => {
                let quoted = if self.flags.plus {
                    number::quote_character_ascii(integer.character())
                } else {
                    number::quote_character(integer.character())
                };
                self.padded(quoted.as_bytes())?;
            }
            'U' => self.code_point(integer)?,
            _ => return Ok(false),
        }
        Ok(true)
    }

    /// `number` in base 16, as addresses and `%#v` show it.
    pub(super) fn hex_number(&mut self, number: u64, prefixed: bool) -> Result<(), Failure> {
        let prefix = if prefixed { "0x" } else { "" };
        self.digits(Integer::from(number), 16, prefix, false)
    }

    fn digits(
        &mut self,
        integer: Integer,
        radix: u32,
        prefix: &str,
        upper: bool,
    ) -> Result<(), Failure> {
        let flags = self.flags;
        let sign = match integer {
            Integer { negative: true, .. } => "-",
            _ if flags.plus => "+",
            _ if flags.space => " ",
            _ => "",
        };
        let least = match (flags.precision, flags.width) {
            (Some(0), _) if integer.size == 0 => return self.padded_with_blanks(b""),
            (Some(precision), _) => precision,
            (None, Some(width)) if flags.pads_zeros() => width - sign.len().min(width),
            _ => 0,
        };
        self.budget.length(least)?;
        let digits = in_base(integer.size, radix, upper);
        let zeros = "0".repeat(least.saturating_sub(digits.len()));
        // The octal prefix is a zero, which the digits may begin with already.
        let starts_with_zero = !zeros.is_empty() || digits.starts_with('0');
        let prefix = match prefix {
            "0" if starts_with_zero => "",
            "0o0" if starts_with_zero => "0o",
            _ => prefix,
        };
        let text = Zeroizing::new([sign, prefix, &zeros, &digits].concat());
        self.padded_with_blanks(text.as_bytes())
    }

    /// `U+0041`, with the character behind it if asked for.
    fn code_point(&mut self, integer: Integer) -> Result<(), Failure> {
        let least = self.flags.precision.unwrap_or(0).max(4);
        self.budget.length(least)?;
        let digits = in_base(integer.bits(), 16, true);
        let zeros = "0".repeat(least.saturating_sub(digits.len()));
        let character = u32::try_from(integer.bits())
            .ok()
            .and_then(char::from_u32)
            .filter(|&character| self.flags.sharp && number::is_printable(character));
        let shown = character.map_or_else(String::new, |character| format!(" '{character}'"));
        let text = Zeroizing::new(["U+", &zeros, &digits, &shown].concat());
        self.padded_with_blanks(text.as_bytes())
    }
}

fn in_base(number: u64, radix: u32, upper: bool) -> Zeroizing<String> {
    Zeroizing::new(match (radix, upper) {
        (2, _) => format!("{number:b}"),
        (8, _) => format!("{number:o}"),
        (16, false) => format!("{number:x}"),
        (16, true) => format!("{number:X}"),
        _ => number.to_string(),
    })
}
