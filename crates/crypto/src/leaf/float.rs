//! Floating-point leaves: Go's `strconv.ParseFloat` in, `strconv.FormatFloat(f, 'f', -1, 64)` out.
//!
//! Rust's parser agrees with Go's on decimal text, and so does its printer but for ties. What Rust lacks is here:
//! hexadecimal floats, digit separators, Go's refusal of what is out of range, and Go's choice in a tie.

use std::borrow::Cow;

/// The canonical text of a float: the shortest digits that read back as the same double, never an exponent.
///
/// `1.0` is `1`, `1e22` is written out, and the rest are `+Inf`, `-Inf`, `NaN` and `-0`.
pub fn float_text(value: f64) -> String {
    if value == f64::INFINITY {
        "+Inf".to_owned()
    } else if value == f64::NEG_INFINITY {
        "-Inf".to_owned()
    } else {
        let text = value.to_string();
        even_of_tie(value, &text).unwrap_or(text)
    }
}

/// The text one below `upper`, if the value lies exactly between the two and Go would take the lower one.
///
/// The shortest digits are not always unique: 1181967377498077.25 is told from its neighbours by one decimal place, and
/// `.2` and `.3` are equally near. Rust takes the upper one, Go the one whose last digit is even. Written otherwise than
/// SOPS writes it, the number would break the MAC.
fn even_of_tie(value: f64, upper: &str) -> Option<String> {
    let places = upper
        .split_once('.')
        .map_or(0, |(_, fraction)| fraction.len());
    let exact_places = fraction_bits(value);
    let (significant, zeros) = if exact_places == 0 {
        let significant = upper.trim_end_matches('0').len();
        (significant, upper.len() - significant)
    } else if exact_places == places + 1 {
        (upper.len(), 0)
    } else {
        return None;
    };
    // With that many places the text is exact, and a fraction that ends there ends with a 5.
    let exact = format!("{value:.exact_places$}");
    let (kept, rest) = exact.split_at_checked(significant)?;
    let halfway = rest.strip_prefix('5')?;
    let is_tie = halfway.bytes().all(|byte| byte == b'0') && rest.len() == zeros.max(1);
    let is_even = kept
        .bytes()
        .last()
        .is_some_and(|digit| digit.is_ascii_digit() && digit % 2 == 0);
    let lower = format!("{kept}{}", "0".repeat(zeros));
    (is_tie && is_even && lower.parse() == Ok(value)).then_some(lower)
}

/// How many binary, and therefore decimal, places the value has after the point; 0 for zero, infinities and NaN.
fn fraction_bits(value: f64) -> usize {
    if value == 0.0 || !value.is_finite() {
        return 0;
    }
    let field = value.to_bits() >> 52 & 0x7FF;
    let mantissa = value.to_bits() & ((1 << 52) - 1) | if field == 0 { 0 } else { 1 << 52 };
    // The value is `mantissa / 2^scale`.
    let scale = 1075 - i64::try_from(field.max(1)).unwrap_or(0);
    usize::try_from(scale - i64::from(mantissa.trailing_zeros())).unwrap_or(0)
}

/// The canonical text of the float that `text` spells; `None` if Go would refuse it.
pub(super) fn canonical(text: &[u8]) -> Option<Cow<'_, [u8]>> {
    if is_short_canonical(text) {
        return Some(Cow::Borrowed(text));
    }
    let printed = float_text(parse(text)?);
    Some(if printed.as_bytes() == text {
        Cow::Borrowed(text)
    } else {
        Cow::Owned(printed.into_bytes())
    })
}

/// Whether the text is canonical for certain, told without arithmetic.
///
/// A decimal of at most 15 digits survives the way through a double, so no other one of that length means the same, and
/// without idle zeros none is shorter.
fn is_short_canonical(text: &[u8]) -> bool {
    let unsigned = text.strip_prefix(b"-").unwrap_or(text);
    let (whole, fraction) = match unsigned.iter().position(|byte| *byte == b'.') {
        Some(point) => (&unsigned[..point], Some(&unsigned[point + 1..])),
        None => (unsigned, None),
    };
    let whole_is_plain = match whole {
        [] => false,
        // `-0` is canonical too, but left to the arithmetic.
        [b'0'] => fraction.is_some() || text == b"0",
        [first, ..] => *first != b'0',
    };
    let fraction_is_plain =
        fraction.is_none_or(|digits| digits.last().is_some_and(|last| *last != b'0'));
    let digits = whole.iter().chain(fraction.unwrap_or_default());
    unsigned.len() <= 15
        && whole_is_plain
        && fraction_is_plain
        && digits.into_iter().all(u8::is_ascii_digit)
}

fn parse(text: &[u8]) -> Option<f64> {
    let (negative, unsigned) = match text.split_first()? {
        (b'-', rest) => (true, rest),
        (b'+', rest) => (false, rest),
        _ => (false, text),
    };
    let is_word = |word: &str| unsigned.eq_ignore_ascii_case(word.as_bytes());
    if is_word("inf") || is_word("infinity") {
        return Some(if negative {
            f64::NEG_INFINITY
        } else {
            f64::INFINITY
        });
    }
    if text.eq_ignore_ascii_case(b"nan") {
        return Some(f64::NAN);
    }
    let hexadecimal =
        unsigned.len() > 2 && unsigned[0] == b'0' && unsigned[1].eq_ignore_ascii_case(&b'x');
    if unsigned.contains(&b'_') && !separators_are_placed_well(unsigned, hexadecimal) {
        return None;
    }
    let magnitude = if hexadecimal {
        parse_hexadecimal(&unsigned[2..])?
    } else {
        parse_decimal(unsigned)?
    };
    magnitude
        .is_finite()
        .then_some(if negative { -magnitude } else { magnitude })
}

/// A separator stands between two digits, or between the base prefix and a digit.
fn separators_are_placed_well(unsigned: &[u8], hexadecimal: bool) -> bool {
    let is_digit = |byte: u8| byte.is_ascii_digit() || hexadecimal && byte.is_ascii_hexdigit();
    // The `x` of a prefix counts as a digit in front of a separator.
    let ends_prefix = |at: usize| hexadecimal && at == 1;
    (0..unsigned.len())
        .filter(|at| unsigned[*at] == b'_')
        .all(|at| {
            at > 0
                && (is_digit(unsigned[at - 1]) || ends_prefix(at - 1))
                && unsigned.get(at + 1).is_some_and(|next| is_digit(*next))
        })
}

fn parse_decimal(unsigned: &[u8]) -> Option<f64> {
    // Rust reads the words and a second sign as well, which are no decimals.
    let is_part = |byte: &u8| {
        byte.is_ascii_digit() || matches!(byte, b'.' | b'e' | b'E' | b'+' | b'-' | b'_')
    };
    let starts_well = unsigned
        .first()
        .is_some_and(|first| first.is_ascii_digit() || *first == b'.');
    if !starts_well || !unsigned.iter().all(is_part) {
        return None;
    }
    let text: String = unsigned
        .iter()
        .filter(|byte| **byte != b'_')
        .map(|byte| char::from(*byte))
        .collect();
    text.parse().ok()
}

/// Reads what follows `0x`: digits with at most one point, then `p` and a decimal exponent, which is not optional.
fn parse_hexadecimal(text: &[u8]) -> Option<f64> {
    let split = text
        .iter()
        .position(|byte| byte.eq_ignore_ascii_case(&b'p'))?;
    let mut mantissa = 0_u64;
    let mut exponent = 0_i64;
    let mut lost = false;
    let mut seen_point = false;
    let mut seen_digit = false;
    for byte in text[..split].iter().filter(|byte| **byte != b'_') {
        if *byte == b'.' {
            if seen_point {
                return None;
            }
            seen_point = true;
            continue;
        }
        let digit = char::from(*byte).to_digit(16)?;
        seen_digit = true;
        // The mantissa has 53 bits: what no longer fits into 60 matters only by not being zero.
        if mantissa >> 60 == 0 {
            mantissa = mantissa << 4 | u64::from(digit);
            exponent -= if seen_point { 4 } else { 0 };
        } else {
            lost |= digit != 0;
            exponent += if seen_point { 0 } else { 4 };
        }
    }
    if !seen_digit {
        return None;
    }
    Some(round(
        mantissa,
        exponent.saturating_add(parse_exponent(&text[split + 1..])?),
        lost,
    ))
}

/// A signed decimal number; beyond any double's reach its size no longer matters.
fn parse_exponent(text: &[u8]) -> Option<i64> {
    let (sign, digits) = match text.split_first()? {
        (b'-', rest) => (-1, rest),
        (b'+', rest) => (1, rest),
        _ => (1, text),
    };
    let mut value = 0_i64;
    if !digits.first()?.is_ascii_digit() {
        return None;
    }
    for byte in digits.iter().filter(|byte| **byte != b'_') {
        value = (value * 10 + i64::from(char::from(*byte).to_digit(10)?)).min(1 << 40);
    }
    Some(sign * value)
}

/// The double nearest to `mantissa * 2^exponent`, ties to even; `lost` says that a little more is there.
///
/// Infinite if out of range.
fn round(mantissa: u64, exponent: i64, lost: bool) -> f64 {
    const MIN_EXPONENT: i64 = -1022;
    if mantissa == 0 {
        return 0.0;
    }
    let zeros = mantissa.leading_zeros();
    let mantissa = mantissa << zeros;
    // Now the value is `mantissa / 2^63 * 2^exponent`.
    let exponent = exponent.saturating_add(63 - i64::from(zeros));
    if exponent > 1023 {
        return f64::INFINITY;
    }
    let below_normal = (MIN_EXPONENT - exponent).max(0);
    if below_normal > 53 {
        return 0.0;
    }
    let shift = 11 + below_normal;
    let wide = u128::from(mantissa);
    let kept = wide >> shift;
    let rest = wide & ((1 << shift) - 1);
    let half = 1_u128 << (shift - 1);
    let up = rest > half || rest == half && (lost || kept & 1 == 1);
    let kept = u64::try_from(kept).unwrap_or(0) + u64::from(up);
    // The highest kept bit of a normal number adds one to the exponent field, and so does a carry out of rounding.
    let field = if below_normal > 0 {
        0
    } else {
        u64::try_from(exponent - MIN_EXPONENT).unwrap_or(0)
    };
    f64::from_bits((field << 52) + kept)
}
