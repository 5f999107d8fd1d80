//! A float's bits as text: in base 16 with an exponent of two, and as the two integers that it is made of.

use std::fmt::Write as _;

const MANTISSA_BITS: u32 = 52;
/// Bits behind the leading digit once the mantissa stands at the top of a word: fifteen hexadecimal digits.
const FRACTION_BITS: u32 = 60;

/// `size` as mantissa and exponent, both decimal: `4503599627370496p-52`.
pub(super) fn binary(text: &mut String, size: f64) {
    let (mantissa, exponent) = parts(size);
    let exponent = exponent - MANTISSA_BITS.cast_signed();
    let _ = write!(text, "{mantissa}p{exponent:+}");
}

/// `size` as `0x1.8p+01`, rounded to `precision` digits behind the point if there is one.
pub(super) fn hex(text: &mut String, size: f64, precision: Option<usize>) {
    let (mantissa, mut exponent) = parts(size);
    let mut mantissa = mantissa << (FRACTION_BITS - MANTISSA_BITS);
    if mantissa == 0 {
        exponent = 0;
    } else {
        let shift = mantissa.leading_zeros() - (63 - FRACTION_BITS);
        mantissa <<= shift;
        exponent -= shift.cast_signed();
    }
    if let Some(digits @ 0..15) = precision {
        mantissa = rounded(mantissa, FRACTION_BITS - 4 * digits as u32);
        if mantissa >> FRACTION_BITS == 2 {
            mantissa >>= 1;
            exponent += 1;
        }
    }
    let fraction = format!("{:015x}", mantissa & ((1 << FRACTION_BITS) - 1));
    let _ = write!(text, "0x{}", mantissa >> FRACTION_BITS);
    let digits = match precision {
        Some(digits) => digits,
        None => fraction.trim_end_matches('0').len(),
    };
    if digits > 0 {
        text.push('.');
        text.push_str(&fraction[..digits.min(fraction.len())]);
        text.extend(std::iter::repeat_n(
            '0',
            digits.saturating_sub(fraction.len()),
        ));
    }
    let sign = if exponent < 0 { '-' } else { '+' };
    let _ = write!(text, "p{sign}{:02}", exponent.unsigned_abs());
}

/// Mantissa and exponent of two, the mantissa's point behind its first of 53 bits.
fn parts(size: f64) -> (u64, i32) {
    let bits = size.to_bits();
    let mantissa = bits & ((1 << MANTISSA_BITS) - 1);
    match (bits >> MANTISSA_BITS) as i32 {
        0 => (mantissa, -1022),
        biased => (mantissa | 1 << MANTISSA_BITS, biased - 1023),
    }
}

/// `mantissa` without its lowest `bits`, rounded to nearest, ties to even.
fn rounded(mantissa: u64, bits: u32) -> u64 {
    let kept = mantissa >> bits << bits;
    let half = 1 << (bits - 1);
    let rest = mantissa - kept;
    let odd = kept >> bits & 1 == 1;
    if rest > half || (rest == half && odd) {
        kept + (1 << bits)
    } else {
        kept
    }
}
