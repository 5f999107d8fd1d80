//! Numbers out of text, by the grammar of Go's literals where the base is left open.

/// Why a text is no number of the wanted type.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Unreadable<T> {
    /// It is no number.
    Syntax,
    /// It is one, but too large; the nearest number of the type.
    Range(T),
}

/// The signed integer in `text`, of so many bits. Base 0 takes prefixes and underscores.
pub(crate) fn parse_int(text: &[u8], base: u32, bits: u32) -> Result<i64, Unreadable<i64>> {
    let (negative, digits) = sign(text);
    let limit = 1_u64 << (bits - 1);
    let size = match parse_uint(digits, base, bits) {
        Ok(size) | Err(Unreadable::Range(size)) => size,
        Err(Unreadable::Syntax) => return Err(Unreadable::Syntax),
    };
    if negative {
        if size > limit {
            return Err(Unreadable::Range(limit.wrapping_neg().cast_signed()));
        }
        Ok(size.wrapping_neg().cast_signed())
    } else {
        if size >= limit {
            return Err(Unreadable::Range((limit - 1).cast_signed()));
        }
        Ok(size.cast_signed())
    }
}

/// The unsigned integer in `text`, of so many bits; a sign is none. Base 0 takes prefixes and underscores.
pub(crate) fn parse_uint(text: &[u8], base: u32, bits: u32) -> Result<u64, Unreadable<u64>> {
    let (radix, digits) = if base == 0 {
        prefix(text)
    } else {
        (base, text)
    };
    if digits.is_empty() {
        return Err(Unreadable::Syntax);
    }
    let most = u64::MAX >> (64 - bits);
    let (mut number, mut underscores) = (0_u64, false);
    for &digit in digits {
        if digit == b'_' && base == 0 {
            underscores = true;
            continue;
        }
        let value = char::from(digit)
            .to_digit(radix)
            .ok_or(Unreadable::Syntax)?;
        // What comes after too large a number is not looked at.
        number = number
            .checked_mul(u64::from(radix))
            .and_then(|number| number.checked_add(u64::from(value)))
            .filter(|number| *number <= most)
            .ok_or(Unreadable::Range(most))?;
    }
    if underscores && !well_separated(text) {
        return Err(Unreadable::Syntax);
    }
    Ok(number)
}

/// The `float64` in `text`: decimal, or hexadecimal with an exponent, infinities and NaN by name.
pub(crate) fn parse_float(text: &[u8]) -> Result<f64, Unreadable<f64>> {
    let (negative, rest) = sign(text);
    let size = if is_any(rest, &["inf", "infinity"]) {
        return Ok(if negative {
            f64::NEG_INFINITY
        } else {
            f64::INFINITY
        });
    } else if is_any(text, &["nan"]) {
        return Ok(f64::NAN);
    } else if rest.len() > 1 && rest[0] == b'0' && rest[1].eq_ignore_ascii_case(&b'x') {
        hexadecimal(rest)
    } else {
        decimal(rest)
    }
    .ok_or(Unreadable::Syntax)?;
    let value = if negative { -size } else { size };
    if value.is_infinite() {
        return Err(Unreadable::Range(value));
    }
    Ok(value)
}

fn sign(text: &[u8]) -> (bool, &[u8]) {
    match text {
        [b'-', rest @ ..] => (true, rest),
        [b'+', rest @ ..] => (false, rest),
        _ => (false, text),
    }
}

fn is_any(text: &[u8], names: &[&str]) -> bool {
    names
        .iter()
        .any(|name| text.eq_ignore_ascii_case(name.as_bytes()))
}

/// The base that the prefix tells, and the digits behind it.
fn prefix(text: &[u8]) -> (u32, &[u8]) {
    match text {
        [b'0', b'b' | b'B', _, ..] => (2, &text[2..]),
        [b'0', b'o' | b'O', _, ..] => (8, &text[2..]),
        [b'0', b'x' | b'X', _, ..] => (16, &text[2..]),
        [b'0', _, ..] => (8, &text[1..]),
        _ => (10, text),
    }
}

/// Whether each underscore stands between digits, or between a prefix and a digit.
fn well_separated(text: &[u8]) -> bool {
    let (mut before, rest, radix) = match text {
        [b'0', b'b' | b'B' | b'o' | b'O', rest @ ..] => (b'0', rest, 10),
        [b'0', b'x' | b'X', rest @ ..] => (b'0', rest, 16),
        _ => (b'.', text, 10),
    };
    let is_digit = |byte: u8| char::from(byte).is_digit(radix);
    for &byte in rest {
        let follows = if byte == b'_' {
            is_digit(before)
        } else {
            before != b'_' || is_digit(byte)
        };
        if !follows {
            return false;
        }
        before = byte;
    }
    before != b'_'
}

fn decimal(text: &[u8]) -> Option<f64> {
    let plain = without_underscores(text)?;
    // Rust reads names of infinity and NaN too, and Go has others.
    let allowed = |byte: &u8| byte.is_ascii_digit() || b".eE+-".contains(byte);
    if !plain.iter().all(allowed) || matches!(plain.first(), Some(b'+' | b'-')) {
        return None;
    }
    std::str::from_utf8(&plain).ok()?.parse().ok()
}

fn hexadecimal(text: &[u8]) -> Option<f64> {
    let plain = without_underscores(text)?;
    let digits = &plain[2..];
    let end = digits
        .iter()
        .position(|byte| byte.eq_ignore_ascii_case(&b'p'))?;
    let exponent = std::str::from_utf8(&digits[end + 1..]).ok()?;
    let (negative, size) = sign(exponent.as_bytes());
    if size.is_empty() || !size.iter().all(u8::is_ascii_digit) {
        return None;
    }
    let mut exponent = size.iter().fold(0_i64, |sum, digit| {
        (sum * 10 + i64::from(digit - b'0')).min(100_000_000)
    });
    if negative {
        exponent = -exponent;
    }
    // The first 60 bits, and whether anything follows, decide about all roundings.
    let (mut mantissa, mut more, mut point, mut any) = (0_u64, false, false, false);
    for &byte in &digits[..end] {
        if byte == b'.' {
            if point {
                return None;
            }
            point = true;
            continue;
        }
        let digit = char::from(byte).to_digit(16)?;
        any = true;
        if mantissa >> 56 == 0 {
            mantissa = mantissa << 4 | u64::from(digit);
            exponent -= if point { 4 } else { 0 };
        } else {
            more |= digit != 0;
            exponent += if point { 0 } else { 4 };
        }
    }
    any.then(|| scaled(mantissa << 1 | u64::from(more), exponent - 1))
}

/// `mantissa` times two to the `exponent`, rounded once.
fn scaled(mantissa: u64, exponent: i64) -> f64 {
    if mantissa == 0 {
        return 0.0;
    }
    let length = i64::from(64 - mantissa.leading_zeros());
    // The exponent of the lowest bit that the result keeps.
    let lowest = (exponent + length - 53).max(-1074);
    if lowest > 971 {
        return f64::INFINITY;
    }
    let shift = lowest - exponent;
    let kept = if shift <= 0 {
        mantissa << shift.unsigned_abs().min(63)
    } else if shift > 64 {
        0
    } else {
        let wide = u128::from(mantissa);
        let half = 1_u128 << (shift - 1);
        let rest = wide & ((half << 1) - 1);
        let kept = wide >> shift;
        let up = rest > half || (rest == half && kept & 1 == 1);
        (kept + u128::from(up)) as u64
    };
    // At most 53 bits and a carry, scaled in two steps that are exact.
    let half = lowest / 2;
    let power = |exponent: i64| 2_f64.powi(exponent as i32);
    #[expect(
        clippy::cast_precision_loss,
        reason = "at most 53 bits, or a power of two"
    )]
    let kept = kept as f64;
    kept * power(half) * power(lowest - half)
}

fn without_underscores(text: &[u8]) -> Option<zeroize::Zeroizing<Vec<u8>>> {
    if text.contains(&b'_') && !well_separated(text) {
        return None;
    }
    let plain = text.iter().copied().filter(|&byte| byte != b'_').collect();
    Some(zeroize::Zeroizing::new(plain))
}
