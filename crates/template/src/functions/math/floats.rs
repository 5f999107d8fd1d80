//! What is done on `float64` itself: conversion, bounds, rounding. Sums and products of decimals stand in `decimals`.

use crate::cast;
use crate::error::Failure;
use crate::functions::Context;
use crate::functions::arguments::{self, at};
use crate::value::Value;

/// Where `round` rounds up unless it is told otherwise.
const HALF: f64 = 0.5;

pub(super) fn float64(_: &mut Context<'_>, arguments: &[Value]) -> Result<Value, Failure> {
    Ok(Value::Float(cast::float(at(arguments, 0)?)))
}

pub(super) fn ceil(_: &mut Context<'_>, arguments: &[Value]) -> Result<Value, Failure> {
    Ok(Value::Float(cast::float(at(arguments, 0)?).ceil()))
}

pub(super) fn floor(_: &mut Context<'_>, arguments: &[Value]) -> Result<Value, Failure> {
    Ok(Value::Float(cast::float(at(arguments, 0)?).floor()))
}

pub(super) fn most(context: &mut Context<'_>, arguments: &[Value]) -> Result<Value, Failure> {
    // Infinity outranks NaN, unlike in Rust.
    extreme(context, arguments, |left, right| {
        if left == f64::INFINITY || right == f64::INFINITY {
            f64::INFINITY
        } else if left.is_nan() || right.is_nan() {
            f64::NAN
        } else if left == 0.0 && right == 0.0 {
            if left.is_sign_negative() { right } else { left }
        } else {
            left.max(right)
        }
    })
}

pub(super) fn least(context: &mut Context<'_>, arguments: &[Value]) -> Result<Value, Failure> {
    extreme(context, arguments, |left, right| {
        if left == f64::NEG_INFINITY || right == f64::NEG_INFINITY {
            f64::NEG_INFINITY
        } else if left.is_nan() || right.is_nan() {
            f64::NAN
        } else if left == 0.0 && right == 0.0 {
            if left.is_sign_negative() { left } else { right }
        } else {
            left.min(right)
        }
    })
}

/// Rounds to so many decimals. The rest that decides is taken with its sign, so that negative numbers are always rounded down; Sprig does so.
pub(super) fn round(_: &mut Context<'_>, arguments: &[Value]) -> Result<Value, Failure> {
    let number = cast::float(at(arguments, 0)?);
    let power = power_of_ten(arguments::int(arguments, 1)?);
    let from = match arguments.get(2) {
        Some(_) => arguments::float(arguments, 2)?,
        None => HALF,
    };
    let shifted = power * number;
    // An infinity has no rest to compare; Rust's `fract` says the same.
    let rounded = if shifted.fract() >= from {
        shifted.ceil()
    } else {
        shifted.floor()
    };
    Ok(Value::Float(rounded / power))
}

/// Ten to the power of `places`. Beyond 10^22 the last bit depends on how it is multiplied together: here, as in Go, out of repeated squares whose
/// mantissas are kept between a half and one, and inverted at the end.
fn power_of_ten(places: i64) -> f64 {
    if places.abs_diff(0) > 400 {
        return if places > 0 { f64::INFINITY } else { 0.0 };
    }
    let bits = places.unsigned_abs();
    let (mut square, mut twos) = (0.625, 4);
    let (mut mantissa, mut exponent) = (1.0, 0);
    for bit in 0..u64::BITS - bits.leading_zeros() {
        if bits >> bit & 1 == 1 {
            mantissa *= square;
            exponent += twos;
        }
        square *= square;
        twos *= 2;
        if square < 0.5 {
            square *= 2.0;
            twos -= 1;
        }
    }
    if places < 0 {
        scaled(1.0 / mantissa, -exponent)
    } else {
        scaled(mantissa, exponent)
    }
}

/// `mantissa` times two to the power of `exponent`, of at most 2^11 either way, rounded once.
fn scaled(mantissa: f64, exponent: i32) -> f64 {
    let power = |exponent: i32| 2.0_f64.powi(exponent);
    match exponent {
        // All but the last factor are exact.
        1024.. => mantissa * power(1023) * power(exponent - 1023),
        -1022..1024 => mantissa * power(exponent),
        _ => mantissa * power(exponent + 1022) * power(-1022),
    }
}

fn extreme(
    context: &mut Context<'_>,
    arguments: &[Value],
    better: fn(f64, f64) -> f64,
) -> Result<Value, Failure> {
    context.budget.steps(arguments.len())?;
    let mut numbers = arguments.iter().map(cast::float);
    let first = numbers.next().unwrap_or_default();
    Ok(Value::Float(numbers.fold(first, better)))
}
