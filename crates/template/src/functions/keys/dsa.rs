//! DSA keys, in the form that OpenSSL gave them. Nothing signs with them: Go's certificates know them no more.

use dsa::{Components, KeySize, SigningKey};
use zeroize::Zeroizing;

use super::asn1::{self, Der, Reader};
use crate::error::Failure;
use crate::functions::Context;

/// A private key: p, q, g, y and x.
pub(in crate::functions) struct DsaKey {
    numbers: [Zeroizing<Vec<u8>>; 5],
}

impl DsaKey {
    /// A new key with new parameters of 2048 and 256 bits.
    pub(super) fn generate(context: &mut Context<'_>) -> Result<Self, Failure> {
        context.budget.cost(super::KEY_PAIR)?;
        let Ok(components) =
            Components::try_generate_from_rng_with_key_size(context.random, KeySize::DSA_2048_256);
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
