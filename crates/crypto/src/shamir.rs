//! Shamir's secret sharing over GF(2^8), as SOPS lays it out for key groups.
//!
//! Each byte of the secret is the constant term of a random polynomial of degree `threshold - 1` over the field of AES
//! (x^8 + x^4 + x^3 + x + 1); a share holds the values of all polynomials at one point, then that point:
//! `y1 … yn || x`. SOPS numbers the points 1, 2, 3, …; shares of `HashiCorp`'s code with random points combine as well.
//!
//! Arithmetic is done without tables and without branches on secret bytes, so that neither cache nor time tells them.
//! The points are not secret. Never here: what is shared, and with whom.

use rand_core::CryptoRng;
use zeroize::Zeroize;

use crate::error::Error;
use crate::secret::Secret;

/// Splits `secret` into `shares` shares, any `threshold` of which recover it and fewer of which tell nothing.
///
/// `2 ≤ threshold ≤ shares`, and the secret is not empty. Each share is one byte longer than the secret.
pub fn split(
    secret: &[u8],
    shares: u8,
    threshold: u8,
    rng: &mut impl CryptoRng,
) -> Result<Vec<Secret>, Error> {
    if threshold < 2 || threshold > shares {
        return Err(Error::SplitParameters {
            shares: shares.into(),
            threshold: threshold.into(),
        });
    }
    if secret.is_empty() {
        return Err(Error::SplitEmpty);
    }
    let mut split: Vec<_> = (0..shares)
        .map(|_| Secret::with_capacity(secret.len() + 1))
        .collect();
    // The polynomial without its constant term, lowest power first.
    let mut coefficients = Secret::from(vec![0; usize::from(threshold) - 1]);
    for byte in secret {
        rng.fill_bytes(coefficients.expose_mut());
        for (x, share) in (1..=shares).zip(&mut split) {
            let above = coefficients
                .expose()
                .iter()
                .rev()
                .fold(0, |sum, coefficient| multiply(sum ^ coefficient, x));
            share.extend_from_slice(&[above ^ byte]);
        }
    }
    for (x, share) in (1..=shares).zip(&mut split) {
        share.extend_from_slice(&[x]);
    }
    Ok(split)
}

/// Recovers what was split, from all the shares given, at least two.
///
/// Fails if a share repeats another's point, has another length or an impossible point. It cannot tell whether the
/// shares suffice, or belong together: the result is then a wrong secret, which the cipher's tag will show.
pub fn combine(shares: &[Secret]) -> Result<Secret, Error> {
    let [first, _, ..] = shares else {
        return Err(Error::TooFewShares {
            have: shares.len(),
            need: 2,
        });
    };
    let len = first.len().saturating_sub(1);
    let mut points = Vec::with_capacity(shares.len());
    for (index, share) in shares.iter().enumerate() {
        // At point 0 stands the secret itself; no splitter hands that out.
        let x = match share.expose().split_last() {
            Some((x, values)) if *x != 0 && !values.is_empty() && values.len() == len => *x,
            _ => return Err(Error::Share { index }),
        };
        if points.contains(&x) {
            return Err(Error::DuplicateShare { index });
        }
        points.push(x);
    }
    let mut secret = Secret::from(vec![0; len]);
    for (share, x) in shares.iter().zip(&points) {
        let weight = weight_at_zero(*x, &points);
        for (byte, value) in secret.expose_mut().iter_mut().zip(share.expose()) {
            *byte ^= multiply(*value, weight);
        }
    }
    points.zeroize();
    Ok(secret)
}

/// Lagrange's weight of the value at `x` for the value at 0: the product of `p / (p - x)` over the other points.
///
/// In this field subtraction is exclusive or.
fn weight_at_zero(x: u8, points: &[u8]) -> u8 {
    let others = points.iter().filter(|point| **point != x);
    others.fold(1, |product, point| {
        multiply(product, multiply(*point, invert(point ^ x)))
    })
}

/// The product in the field: shift and add, eight times whatever the operands.
fn multiply(a: u8, b: u8) -> u8 {
    let mut product = 0_u8;
    for bit in (0..8).rev() {
        // Doubling: what falls out at the top comes back as the polynomial's lower part.
        product = (product << 1) ^ ((product >> 7).wrapping_neg() & 0x1B);
        product ^= ((b >> bit) & 1).wrapping_neg() & a;
    }
    product
}

/// The inverse in the field, `a` to the power of 254; 0 for 0, which no two distinct points lead to.
fn invert(a: u8) -> u8 {
    let mut result = 1;
    let mut square = a;
    for _ in 1..8 {
        square = multiply(square, square);
        result = multiply(result, square);
    }
    result
}

#[cfg(test)]
mod tests;
