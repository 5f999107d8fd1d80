//! Sealing and opening under one key, and the number of cases.

use std::env;
use std::panic::{AssertUnwindSafe, catch_unwind};

use rand::rngs::StdRng;
use selkie_crypto::{DataKey, Secret};
use selkie_document::{
    Error, Format, Header, Nonces, Opened, Plain, Sealed, SealedText, open, seal,
};
use selkie_tests::{Party, seeded};

/// How many random cases a law is tried on.
pub(crate) fn cases() -> u64 {
    env::var("SELKIE_CASES").map_or(4_000, |text| {
        text.parse().expect("SELKIE_CASES is a number")
    })
}

/// One data key and header for all cases: wrapping a key for each would take most of the time.
pub(crate) struct Bench {
    pub(crate) key: DataKey,
    pub(crate) header: Header,
}

impl Bench {
    pub(crate) fn new() -> Self {
        let (key, header) = Party::new().header(&mut seeded(1));
        Self { key, header }
    }

    pub(crate) fn seal(&self, text: &[u8], rng: &mut StdRng) -> Result<SealedText, Error> {
        self.seal_as(Format::Yaml, text, rng)
    }

    pub(crate) fn seal_as(
        &self,
        format: Format,
        text: &[u8],
        rng: &mut StdRng,
    ) -> Result<SealedText, Error> {
        let plain = Plain::read(format, Secret::from(text.to_vec()))?;
        seal(plain, &self.key, self.header.clone(), &Nonces::none(), rng)
    }

    pub(crate) fn open(&self, sealed: &[u8]) -> Result<Opened, Error> {
        self.open_as(Format::Yaml, sealed)
    }

    pub(crate) fn open_as(&self, format: Format, sealed: &[u8]) -> Result<Opened, Error> {
        open(Sealed::read(format, sealed.to_vec())?, &self.key)
    }
}

/// The outcome of `run`; a panic becomes a complaint, so that the text behind it can be made smaller.
pub(crate) fn calmly<T>(run: impl FnOnce() -> Result<T, String>) -> Result<T, String> {
    catch_unwind(AssertUnwindSafe(run)).unwrap_or_else(|_| Err("it panicked".to_owned()))
}
