//! Sums, differences, products and quotients as decimals: each float is taken for the shortest decimal that stands for it, the result is exact
//! (quotients: to 16 decimals) and becomes a float once, at the end. So 0.1 and 0.2 make 0.3.

use num_bigint::{BigInt, Sign};

use crate::budget::Budget;
use crate::cast;
use crate::error::Failure;
use crate::functions::Context;
use crate::functions::arguments::at;
use crate::number;
use crate::value::Value;

/// How many decimals a quotient has.
const QUOTIENT: i64 = 16;

/// `digits` times ten to the `exponent`.
struct Decimal {
    digits: BigInt,
    exponent: i64,
}

pub(super) fn add1f(context: &mut Context<'_>, arguments: &[Value]) -> Result<Value, Failure> {
    fold(
        context,
        at(arguments, 0)?,
        &[Value::int(1)],
        |left, right| Ok(left.plus(right)),
    )
}

pub(super) fn addf(context: &mut Context<'_>, arguments: &[Value]) -> Result<Value, Failure> {
    fold(context, &Value::int(0), arguments, |left, right| {
        Ok(left.plus(right))
    })
}

pub(super) fn subf(context: &mut Context<'_>, arguments: &[Value]) -> Result<Value, Failure> {
    fold(
        context,
        at(arguments, 0)?,
        &arguments[1..],
        |left, right| Ok(left.minus(right)),
    )
}

pub(super) fn mulf(context: &mut Context<'_>, arguments: &[Value]) -> Result<Value, Failure> {
    fold(context, at(arguments, 0)?, &arguments[1..], Decimal::times)
}

pub(super) fn divf(context: &mut Context<'_>, arguments: &[Value]) -> Result<Value, Failure> {
    fold(context, at(arguments, 0)?, &arguments[1..], Decimal::over)
}

fn fold(
    context: &mut Context<'_>,
    first: &Value,
    rest: &[Value],
    step: fn(&Decimal, &Decimal) -> Result<Decimal, Failure>,
) -> Result<Value, Failure> {
    let mut result = Decimal::of(cast::float(first))?;
    for value in rest {
        context.budget.steps(8 + 2 * result.words())?;
        result = step(&result, &Decimal::of(cast::float(value))?)?;
    }
    Ok(Value::Float(result.float(context.budget)?))
}

impl Decimal {
    fn of(number: f64) -> Result<Self, Failure> {
        if !number.is_finite() {
            return Err(Failure::new("NaN and infinities are no decimals"));
        }
        // The shortest digits that stand for it, as "-d.ddde-dd".
        let text = number::float(number, 'e', None);
        let (digits, exponent) = text.split_once('e').unwrap_or((&text, "0"));
        let decimals = digits
            .split_once('.')
            .and_then(|(_, decimals)| i64::try_from(decimals.len()).ok())
            .unwrap_or_default();
        let digits: i64 = digits.replace('.', "").parse().unwrap_or_default();
        let exponent: i64 = exponent.parse().unwrap_or_default();
        Ok(Self {
            digits: BigInt::from(digits),
            exponent: exponent - decimals,
        })
    }

    fn plus(&self, other: &Self) -> Self {
        let exponent = self.exponent.min(other.exponent);
        Self {
            digits: self.digits_at(exponent) + other.digits_at(exponent),
            exponent,
        }
    }

    fn minus(&self, other: &Self) -> Self {
        let exponent = self.exponent.min(other.exponent);
        Self {
            digits: self.digits_at(exponent) - other.digits_at(exponent),
            exponent,
        }
    }

    fn times(&self, other: &Self) -> Result<Self, Failure> {
        let exponent = self.exponent + other.exponent;
        if i32::try_from(exponent).is_err() {
            return Err(Failure::new("an exponent beyond 32 bits"));
        }
        Ok(Self {
            digits: &self.digits * &other.digits,
            exponent,
        })
    }

    /// The quotient, its last decimal rounded half away from zero.
    fn over(&self, other: &Self) -> Result<Self, Failure> {
        if other.digits.sign() == Sign::NoSign {
            return Err(Failure::new("division by zero"));
        }
        let shift = self.exponent - other.exponent + QUOTIENT;
        let (upper, lower) = if shift < 0 {
            (self.digits.clone(), &other.digits * power(-shift))
        } else {
            (&self.digits * power(shift), other.digits.clone())
        };
        let mut digits = &upper / &lower;
        let rest = upper.magnitude() - digits.magnitude() * lower.magnitude();
        if rest * 2_u8 >= *lower.magnitude() {
            digits += if upper.sign() == lower.sign() { 1 } else { -1 };
        }
        Ok(Self {
            digits,
            exponent: -QUOTIENT,
        })
    }

    /// The nearest float.
    fn float(&self, budget: &mut Budget) -> Result<f64, Failure> {
        // Writing digits takes the square of their number.
        let words = self.words();
        budget.steps(words * words / 8)?;
        let text = format!("{}e{}", self.digits, self.exponent);
        Ok(text.parse().unwrap_or_default())
    }

    fn digits_at(&self, exponent: i64) -> BigInt {
        &self.digits * power(self.exponent - exponent)
    }

    fn words(&self) -> usize {
        1 + (self.digits.bits() / 64) as usize
    }
}

fn power(places: i64) -> BigInt {
    BigInt::from(10).pow(u32::try_from(places).unwrap_or_default())
}
