//! DSA keys, in the form that OpenSSL gave them. Nothing signs with them: Go's certificates know them no more.

use crypto_primes::{Flavor, is_prime, random_prime};
use dsa::{BoxedUint, Components, SigningKey};
use num_bigint::BigUint;
use rand_chacha::ChaCha20Rng;
use rand_core::Rng;
use zeroize::Zeroizing;

use super::asn1::{self, Der, Reader};
use crate::error::Failure;
use crate::functions::Context;

/// Bytes of the large prime and bits of the small one.
const P_BYTES: usize = 256;
const Q_BITS: u32 = 256;
/// Candidates in a row, and the small factors that most of them have.
const WINDOW: usize = 4096;
const SMALL: u32 = 1 << 14;

/// A private key: p, q, g, y and x.
pub(in crate::functions) struct DsaKey {
    numbers: [Zeroizing<Vec<u8>>; 5],
}

impl DsaKey {
    /// A new key with new parameters of 2048 and 256 bits.
    pub(super) fn generate(context: &mut Context<'_>) -> Result<Self, Failure> {
        context.budget.cost(super::KEY_PAIR)?;
        let components = parameters(context.random)?;
        let Ok(key) = SigningKey::try_generate_from_rng_with_components(context.random, components);
        let public = key.verifying_key();
        let components = public.components();
        let numbers = [
            components.p().as_ref(),
            components.q().as_ref(),
            components.g().as_ref(),
            public.y().as_ref(),
            key.x().as_ref(),
        ]
        .map(|number| Zeroizing::new(number.to_be_bytes_trimmed_vartime().into_vec()));
        Ok(Self { numbers })
    }

    /// Whether `der` is such a key. The numbers are not looked at, as in Go.
    pub(super) fn check(der: &[u8]) -> Result<(), Failure> {
        let mut fields = Reader::new(der).sequence()?;
        fields.small()?;
        for _ in 0..5 {
            fields.integer()?;
        }
        Ok(())
    }

    /// The structure of it.
    pub(super) fn to_der(&self) -> Der {
        let numbers = self.numbers.each_ref().map(|number| asn1::unsigned(number));
        let version = asn1::unsigned(&[]);
        let parts: Vec<&[u8]> = std::iter::once(&version)
            .chain(&numbers)
            .map(|part| part.as_slice())
            .collect();
        asn1::sequence(&parts)
    }
}

/// The three numbers that keys can share. The crate's own search tries every candidate in full, which takes ten times as long.
fn parameters(random: &mut ChaCha20Rng) -> Result<Components, Failure> {
    let q: BoxedUint = random_prime(random, Flavor::Any, Q_BITS);
    let order = BigUint::from_bytes_be(&q.to_be_bytes());
    let step = &order * 2_u32;
    let p = loop {
        let mut start = [0; P_BYTES];
        random.fill_bytes(&mut start);
        start[0] |= 0x80;
        let start = BigUint::from_bytes_be(&start);
        let start = &start - &start % &step + 1_u32;
        if let Some(p) = first_prime(&start, &step) {
            break p;
        }
    };
    // Whatever is not 1 to that power generates the group.
    let power = (&p - 1_u32) / &order;
    let one = BigUint::from(1_u32);
    let mut base = BigUint::from(2_u32);
    let mut generator = base.modpow(&power, &p);
    while generator == one {
        base += 1_u32;
        generator = base.modpow(&power, &p);
    }
    Components::from_components(boxed(&p), q, boxed(&generator))
        .map_err(|_| Failure::new("no DSA parameters could be made"))
}

/// The first prime of the right length among numbers that are a step apart.
fn first_prime(start: &BigUint, step: &BigUint) -> Option<BigUint> {
    let mut composite = vec![false; WINDOW];
    for factor in (3..SMALL)
        .step_by(2)
        .filter(|number| is_small_prime(*number))
    {
        let remainder = |number: &BigUint| (number % factor).iter_u32_digits().next().unwrap_or(0);
        let (mut value, step) = (remainder(start), remainder(step));
        for composite in &mut composite {
            *composite |= value == 0;
            value = (value + step) % factor;
        }
    }
    let mut candidate = start.clone();
    for composite in composite {
        let right = candidate.bits() == 8 * P_BYTES as u64;
        if right && !composite && is_prime(Flavor::Any, &boxed(&candidate)) {
            return Some(candidate);
        }
        candidate += step;
    }
    None
}

fn is_small_prime(odd: u32) -> bool {
    (3..)
        .step_by(2)
        .take_while(|factor| factor * factor <= odd)
        .all(|factor| !odd.is_multiple_of(factor))
}

/// The number in the bytes of the large prime.
fn boxed(number: &BigUint) -> BoxedUint {
    let bytes = number.to_bytes_be();
    let mut padded = vec![0; P_BYTES.saturating_sub(bytes.len())];
    padded.extend_from_slice(&bytes);
    BoxedUint::from_be_slice_vartime(&padded)
}
