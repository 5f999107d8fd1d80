//! A float as text, in each of the forms that a verb asks for.

use std::fmt::Write as _;

use zeroize::Zeroizing;

use super::hex_float;

/// `value` in the form of `g`, with as many digits as a `float32` needs.
pub(crate) fn float_32(value: f64) -> Zeroizing<String> {
    let narrow = value as f32;
    if !narrow.is_finite() {
        return float(f64::from(narrow), 'g', None);
    }
    let mut text = Zeroizing::new(String::with_capacity(16));
    if narrow.is_sign_negative() {
        text.push('-');
    }
    let size = narrow.abs();
    let shown = format!("{size:e}");
    Digits::parse(&shown).general(&mut text, 6);
    text
}

/// Digits behind which a `float64` has nothing but zeros: the smallest one has 1074 decimals.
const EXACT: usize = 1100;

/// `value` in the form of `verb`, one of `eEfgGbxX`. Without a precision as many digits as tell it from all other floats.
pub(crate) fn float(value: f64, verb: char, precision: Option<usize>) -> Zeroizing<String> {
    if value.is_nan() {
        return Zeroizing::new("NaN".to_owned());
    }
    if value.is_infinite() {
        let text = if value > 0.0 { "+Inf" } else { "-Inf" };
        return Zeroizing::new(text.to_owned());
    }
    let mut text = Zeroizing::new(String::with_capacity(32));
    if value.is_sign_negative() {
        text.push('-');
    }
    let size = value.abs();
    match verb {
        'b' => hex_float::binary(&mut text, size),
        'x' | 'X' => hex_float::hex(&mut text, size, precision),
        'e' | 'E' => Digits::of(size, precision.map(|decimals| decimals + 1))
            .exponential(&mut text, precision),
        'f' => match precision {
            Some(decimals) => fixed(&mut text, size, decimals),
            None => Digits::of(size, None).plain(&mut text),
        },
        _ => {
            // Six stands for the shortest form's precision.
            let limit = precision.map_or(6, |precision| precision.max(1));
            let limit = i32::try_from(limit).unwrap_or(i32::MAX);
            Digits::of(size, precision).general(&mut text, limit);
        }
    }
    if verb.is_ascii_uppercase() {
        text.make_ascii_uppercase();
    }
    text
}

/// Significant digits without trailing zeros, and how many of them stand before the point. Zero has none.
struct Digits {
    digits: Zeroizing<String>,
    point: i32,
}

impl Digits {
    fn of(size: f64, significant: Option<usize>) -> Self {
        Self::parse(&Zeroizing::new(match significant {
            Some(count) => format!("{size:.*e}", count.clamp(1, EXACT) - 1),
            None => shortest(size),
        }))
    }

    /// Out of Rust's exponential form.
    fn parse(text: &str) -> Self {
        let (mantissa, exponent) = text.split_once('e').unwrap_or((text, "0"));
        let mut digits = Zeroizing::new(mantissa.replace('.', ""));
        let length = digits.trim_end_matches('0').len();
        digits.truncate(length);
        let point = if digits.is_empty() {
            0
        } else {
            exponent.parse::<i32>().unwrap_or(0) + 1
        };
        Self { digits, point }
    }

    /// `d.ddde±dd`, with zeros up to `decimals`.
    fn exponential(&self, text: &mut String, decimals: Option<usize>) {
        let (first, rest) = if self.digits.is_empty() {
            ("0", "")
        } else {
            self.digits.split_at(1)
        };
        text.push_str(first);
        let decimals = decimals.unwrap_or(rest.len());
        if decimals > 0 {
            text.push('.');
            text.push_str(rest);
            text.extend(std::iter::repeat_n('0', decimals - rest.len()));
        }
        let exponent = if self.digits.is_empty() {
            0
        } else {
            self.point - 1
        };
        let sign = if exponent < 0 { '-' } else { '+' };
        let _ = write!(text, "e{sign}{:02}", exponent.unsigned_abs());
    }

    /// With an exponent where that is below -4, or not below `limit`.
    fn general(&self, text: &mut String, limit: i32) {
        let exponent = self.point - 1;
        if exponent < -4 || exponent >= limit {
            self.exponential(text, None);
        } else {
            self.plain(text);
        }
    }

    /// All digits around the point, without an exponent.
    fn plain(&self, text: &mut String) {
        let count = self.digits.len();
        match usize::try_from(self.point) {
            Ok(0) | Err(_) => {
                text.push('0');
                if count > 0 {
                    text.push('.');
                    let zeros = self.point.unsigned_abs() as usize;
                    text.extend(std::iter::repeat_n('0', zeros));
                    text.push_str(&self.digits);
                }
            }
            Ok(point) if point >= count => {
                text.push_str(&self.digits);
                text.extend(std::iter::repeat_n('0', point - count));
            }
            Ok(point) => {
                text.push_str(&self.digits[..point]);
                text.push('.');
                text.push_str(&self.digits[point..]);
            }
        }
    }
}

/// The fewest digits that tell `size` from other floats. Of two that are equally near, Rust gives the upper and Go the even one.
fn shortest(size: f64) -> String {
    let text = format!("{size:e}");
    let digits = text.find('e').unwrap_or(0).saturating_sub(1);
    let even = format!("{size:.*e}", digits.saturating_sub(1));
    let is_same = |text: &str| {
        text.parse::<f64>()
            .is_ok_and(|value| value.to_bits() == size.to_bits())
    };
    if digits > 1 && is_same(&even) {
        even
    } else {
        text
    }
}

fn fixed(text: &mut String, size: f64, decimals: usize) {
    let exact = decimals.min(EXACT);
    let digits = Zeroizing::new(format!("{size:.exact$}"));
    text.push_str(&digits);
    text.extend(std::iter::repeat_n('0', decimals - exact));
}
