//! Percent signs: which bytes each part of an address needs them for, and back.

use selkie_crypto::Secret;

use crate::error::Failure;
use crate::functions::Context;
use crate::functions::texts::{self, Written};

#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Part {
    Host,
    /// Behind the percent sign of an address in brackets.
    Zone,
    /// A user's name or password.
    User,
    Path,
    Fragment,
}

impl Part {
    /// Whether a byte is written with a percent sign.
    fn escapes(self, byte: u8) -> bool {
        let kept: &[u8] = match self {
            Self::Host | Self::Zone => b"!$&'()*+,;=:[]<>\"",
            Self::User => b"$&+,;=",
            Self::Path => b"$&+,/:;=@",
            Self::Fragment => b"$&+,/:;=?@!()*",
        };
        !byte.is_ascii_alphanumeric() && !b"-_.~".contains(&byte) && !kept.contains(&byte)
    }
}

/// Writes `text` as it stands in that part of an address.
pub(super) fn escape(
    context: &mut Context<'_>,
    out: &mut Written,
    text: &[u8],
    part: Part,
) -> Result<(), Failure> {
    texts::read_slowly(context, text.len())?;
    for run in text.chunk_by(|before, after| !part.escapes(*before) && !part.escapes(*after)) {
        match run {
            [byte] if part.escapes(*byte) => out.push(context, &escaped(*byte))?,
            _ => out.push(context, run)?,
        }
    }
    Ok(())
}

/// Appends `text` as it stands in that part of an address.
pub(super) fn append(out: &mut Secret, text: &[u8], part: Part) {
    for byte in text {
        if part.escapes(*byte) {
            out.extend_from_slice(&escaped(*byte));
        } else {
            out.extend_from_slice(&[*byte]);
        }
    }
}

fn escaped(byte: u8) -> [u8; 3] {
    const DIGITS: &[u8; 16] = b"0123456789ABCDEF";
    [
        b'%',
        DIGITS[usize::from(byte >> 4)],
        DIGITS[usize::from(byte & 15)],
    ]
}

/// What that part of an address stands for. Hosts have percent signs before bytes outside ASCII alone, and hold few marks.
pub(super) fn unescape(text: &[u8], part: Part) -> Result<Secret, Failure> {
    let mut made = Secret::with_capacity(text.len());
    let mut rest = text;
    while let Some((byte, behind)) = rest.split_first() {
        rest = behind;
        if *byte == b'%' {
            let value = match behind {
                [high, low, ..] => digits(*high, *low),
                _ => None,
            };
            let value = value.ok_or_else(|| Failure::new("the address has a wrong escape"))?;
            let fits = match part {
                Part::Host => value == b'%' || value >= 0x80,
                Part::Zone => value == b'%' || value == b' ' || !Part::Host.escapes(value),
                Part::User | Part::Path | Part::Fragment => true,
            };
            if !fits {
                return Err(Failure::new(
                    "the host has an escape that hosts must not have",
                ));
            }
            made.extend_from_slice(&[value]);
            rest = &behind[2..];
            continue;
        }
        if matches!(part, Part::Host | Part::Zone) && byte.is_ascii() && part.escapes(*byte) {
            return Err(Failure::new(
                "the host has a character that hosts must not have",
            ));
        }
        made.extend_from_slice(&[*byte]);
    }
    Ok(made)
}

fn digits(high: u8, low: u8) -> Option<u8> {
    let digit = |byte| char::from(byte).to_digit(16);
    u8::try_from(digit(high)? * 16 + digit(low)?).ok()
}
