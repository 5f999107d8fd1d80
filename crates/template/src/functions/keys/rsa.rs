//! RSA keys: the numbers of one, in the form of PKCS#1, made from the render's randomness and used to sign. What must never be here: decryption,
//! which a library in constant time does.

use aws_lc_rs::digest::{SHA256, digest};
use rsa::traits::{PrivateKeyParts, PublicKeyParts};
use rsa::{BoxedUint, Pkcs1v15Sign, PrivateKey, PublicKey};
use zeroize::Zeroizing;

use super::asn1::{self, Der, Reader};
use super::oid;
use crate::error::Failure;
use crate::functions::Context;

/// Below that Go does not sign.
const LEAST_BITS: u32 = 1024;
/// What stands before the digest in a signature (RFC 8017, section 9.2).
const SHA256_PREFIX: [u8; 19] = [
    0x30, 0x31, 0x30, 0x0d, 0x06, 0x09, 0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x02, 0x01, 0x05,
    0x00, 0x04, 0x20,
];

/// A private key with two primes.
pub(in crate::functions) struct RsaKey {
    key: PrivateKey,
    /// The eight numbers of PKCS#1: n, e, d, p, q, d mod p-1, d mod q-1, 1/q mod p.
    numbers: [Zeroizing<Vec<u8>>; 8],
}

impl RsaKey {
    /// A new key of that many bits.
    pub(super) fn generate(context: &mut Context<'_>, bits: usize) -> Result<Self, Failure> {
        context.budget.cost(super::KEY_PAIR)?;
        let key = PrivateKey::new(context.random, bits)
            .map_err(|_| Failure::new("no RSA key could be made"))?;
        Self::with_numbers(key)
    }

    /// The key with these numbers, which belong together.
    #[expect(clippy::many_single_char_names, reason = "the letters of the standard")]
    pub(in crate::functions) fn from_numbers(
        context: &mut Context<'_>,
        n: &[u8],
        e: &[u8],
        d: &[u8],
        primes: [&[u8]; 2],
    ) -> Result<Self, Failure> {
        let bits = bits(n);
        if bits > PublicKey::MAX_SIZE as u32 {
            return Err(Failure::new(
                "RSA keys of more than 8192 bits are not supported",
            ));
        }
        context.budget.cost(1)?;
        let wide = primes
            .iter()
            .any(|prime| self::bits(prime) > bits.div_ceil(2));
        let [n, e, d, p, q] = [n, e, d, primes[0], primes[1]].map(BoxedUint::from_be_slice_vartime);
        let construct = if wide {
            PrivateKey::from_components_with_wide_primes
        } else {
            PrivateKey::from_components
        };
        if self::bits(&e.to_be_bytes()) > 31 {
            return Err(Failure::new(
                "the public exponent of the RSA key is too large",
            ));
        }
        let key = construct(n, e, d, vec![p, q])
            .map_err(|_| Failure::new("the numbers of the RSA key do not belong together"))?;
        Self::with_numbers(key)
    }

    fn with_numbers(key: PrivateKey) -> Result<Self, Failure> {
        let (Some(dp), Some(dq), Some(inverse)) = (key.dp(), key.dq(), key.crt_coefficient())
        else {
            return Err(Failure::new(
                "the numbers of the RSA key do not belong together",
            ));
        };
        let [p, q, ..] = key.primes() else {
            return Err(Failure::new("the RSA key has no two primes"));
        };
        let numbers = [
            key.n().as_ref(),
            key.e(),
            key.d(),
            p.as_ref(),
            q.as_ref(),
            dp,
            dq,
            &inverse,
        ]
        .map(|number| Zeroizing::new(number.to_be_bytes_trimmed_vartime().into_vec()));
        Ok(Self { key, numbers })
    }

    /// The key in this PKCS#1 structure.
    pub(in crate::functions) fn from_pkcs1(
        context: &mut Context<'_>,
        der: &[u8],
    ) -> Result<Self, Failure> {
        let mut outer = Reader::new(der);
        let mut fields = outer.sequence()?;
        outer.end()?;
        match fields.small()? {
            ..=0 => {}
            1 => {
                return Err(Failure::new(
                    "RSA keys of more than two primes are not supported",
                ));
            }
            _ => return Err(Failure::new("unknown version of an RSA key")),
        }
        let (modulus, exponent, private) =
            (fields.positive()?, fields.positive()?, fields.positive()?);
        let primes = [fields.positive()?, fields.positive()?];
        let key = Self::from_numbers(context, modulus, exponent, private, primes)?;
        // The other three may be left out, but they may not be wrong.
        let mut given = Vec::new();
        while given.len() < 3 && fields.is_next(asn1::INTEGER) {
            given.push(fields.positive()?);
        }
        if fields.is_next(asn1::SEQUENCE) {
            return Err(Failure::new(
                "RSA keys of more than two primes are not supported",
            ));
        }
        if let Ok(given) = <[&[u8]; 3]>::try_from(given) {
            key.check_remainders(&given)?;
        }
        Ok(key)
    }

    /// Checks the last three numbers of a key against those that follow from the others.
    pub(in crate::functions) fn check_remainders(&self, given: &[&[u8]; 3]) -> Result<(), Failure> {
        let same = std::iter::zip(&self.numbers[5..], given).all(|(ours, given)| {
            let zeros = given.iter().take_while(|byte| **byte == 0).count();
            **ours == given[zeros..]
        });
        if same {
            return Ok(());
        }
        Err(Failure::new(
            "the numbers of the RSA key do not belong together",
        ))
    }

    /// The PKCS#1 structure.
    pub(in crate::functions) fn to_pkcs1(&self) -> Der {
        let numbers = self.numbers.each_ref().map(|number| asn1::unsigned(number));
        let version = asn1::unsigned(&[]);
        let parts: Vec<&[u8]> = std::iter::once(&version)
            .chain(&numbers)
            .map(|part| part.as_slice())
            .collect();
        asn1::sequence(&parts)
    }

    /// The public key as certificates hold it.
    pub(super) fn public(&self) -> Der {
        let [n, e, ..] = &self.numbers;
        public(n, &asn1::unsigned(e))
    }

    /// A signature over the SHA-256 of `message`.
    pub(super) fn sign(
        &self,
        context: &mut Context<'_>,
        message: &[u8],
    ) -> Result<Vec<u8>, Failure> {
        let bits = bits(&self.numbers[0]);
        if bits < LEAST_BITS {
            return Err(Failure::new("RSA keys of less than 1024 bits do not sign"));
        }
        context.budget.cost(match bits {
            ..=2048 => super::SIGNATURE,
            2049..=4096 => 3 * super::SIGNATURE,
            _ => 10 * super::SIGNATURE,
        })?;
        let padding = Pkcs1v15Sign {
            hash_len: Some(32),
            prefix: Box::new(SHA256_PREFIX),
        };
        self.key
            .sign_with_rng(context.random, padding, digest(&SHA256, message).as_ref())
            .map_err(|_| Failure::new("the RSA key does not sign"))
    }
}

/// An RSA public key as certificates hold it, from its modulus and the DER of its exponent.
pub(in crate::functions) fn public(n: &[u8], exponent: &[u8]) -> Der {
    let key = asn1::sequence(&[&asn1::unsigned(n), exponent]);
    asn1::sequence(&[
        &asn1::sequence(&[&asn1::element(asn1::OID, oid::RSA), &asn1::null()]),
        &asn1::bits(&key),
    ])
}

/// How many bits a number has.
fn bits(number: &[u8]) -> u32 {
    let zeros = number.iter().take_while(|byte| **byte == 0).count();
    number[zeros..].first().map_or(0, |first| {
        (number.len() - zeros) as u32 * 8 - first.leading_zeros()
    })
}
