//! Verbs of floats and of complex numbers.

use zeroize::Zeroizing;

use super::printer::Printer;
use crate::error::Failure;
use crate::number;

impl Printer<'_> {
    /// `value` under `verb`; `false` if the verb is not for floats.
    pub(super) fn float(&mut self, value: f64, verb: char) -> Result<bool, Failure> {
        let (form, precision) = match verb {
            'v' => ('g', None),
            'b' | 'g' | 'G' | 'x' | 'X' => (verb, None),
            'f' | 'e' | 'E' => (verb, Some(6)),
            'F' => ('f', Some(6)),
            _ => return Ok(false),
        };
        let precision = self.flags.precision.or(precision);
        self.budget.length(precision.unwrap_or(0))?;
        let text = number::float(value, form, precision);
        let text = text.strip_prefix('+').unwrap_or(&text);
        let (sign, digits) = match text.strip_prefix('-') {
            Some(digits) => ("-", digits),
            None if self.flags.plus => ("+", text),
            None if self.flags.space => (" ", text),
            // An infinity always shows its sign.
            None if value == f64::INFINITY => ("+", text),
            None => ("", text),
        };
        if !value.is_finite() {
            let text = Zeroizing::new([sign, digits].concat());
            self.padded_with_blanks(text.as_bytes())?;
            return Ok(true);
        }
        let digits = if self.flags.sharp && form != 'b' {
            with_point(digits, form, precision)
        } else {
            Zeroizing::new(digits.to_owned())
        };
        self.signed(sign, &digits)?;
        Ok(true)
    }

    /// `(1+2i)`, each part under `verb`; `false` if the verb is not for complex numbers.
    pub(super) fn complex(
        &mut self,
        real: f64,
        imaginary: f64,
        verb: char,
    ) -> Result<bool, Failure> {
        if !"vbgGxXfFeE".contains(verb) {
            return Ok(false);
        }
        let plus = self.flags.plus;
        self.write(b"(")?;
        self.float(real, verb)?;
        self.flags.plus = true;
        self.float(imaginary, verb)?;
        self.flags.plus = plus;
        self.write(b"i)")?;
        Ok(true)
    }

    /// Zeros of the padding stand between sign and digits.
    fn signed(&mut self, sign: &str, digits: &str) -> Result<(), Failure> {
        let length = sign.len() + digits.len();
        match self.flags.width {
            Some(width) if self.flags.pads_zeros() && width > length => {
                self.write(sign.as_bytes())?;
                self.padding(width - length)?;
                self.write(digits.as_bytes())
            }
            _ => {
                let text = Zeroizing::new([sign, digits].concat());
                self.padded(text.as_bytes())
            }
        }
    }
}

/// `digits` with a point in any case, and for `g` and `x` with the trailing zeros that the precision asks for.
fn with_point(digits: &str, form: char, precision: Option<usize>) -> Zeroizing<String> {
    let exponent = if matches!(form, 'x' | 'X') {
        digits.find(['p', 'P'])
    } else {
        digits.find(['e', 'E'])
    };
    let (mantissa, exponent) = digits.split_at(exponent.unwrap_or(digits.len()));
    let mut text = Zeroizing::new(mantissa.to_owned());
    if !mantissa.contains('.') {
        text.push('.');
    }
    if matches!(form, 'g' | 'G' | 'x') {
        let significant = mantissa
            .chars()
            .filter(|&character| character != '.')
            .skip_while(|&character| character == '0')
            .count();
        let counted = if mantissa == "0" { 1 } else { significant };
        let missing = precision.unwrap_or(6).saturating_sub(counted);
        text.extend(std::iter::repeat_n('0', missing));
    }
    text.push_str(exponent);
    text
}
