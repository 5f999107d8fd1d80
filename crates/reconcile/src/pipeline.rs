//! From what a provider gave to what the target is made of: keys rewritten, converted and checked, values decoded and checked.
//!
//! Steps over many pairs, in this order: [`Keys::Converted`] converts; each `rewrite`; without any `rewrite`, the conversion; the check of keys, which
//! drops an empty one; decoding; the check for NUL bytes. So a key that was rewritten is not converted any more. A single value is decoded and checked.
//!
//! Where the peer goes through a map of Go's in no order, we go through it in the order of the keys' bytes, and of several pairs that come to bear one
//! key the last one stays. Rewriting can run templates: it takes time, so it is done where templates are rendered. Never here: providers, and where a value
//! comes from.

mod convert;
mod decode;
mod error;
mod keys;
mod merge;
mod rewrite;
#[cfg(test)]
mod tests;

use jiff::Timestamp;
use selkie_api::{ConversionStrategy, DecodingStrategy, Find, NullBytePolicy, RemoteRef, Rewrite};
use selkie_crypto::Secret;

use crate::data::SecretData;
pub use decode::decode;
pub use error::{Error, KeyName};
pub use keys::check_secret_key;

/// How a provider gives the keys of what a search found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Keys {
    /// As they are in the store, so that a `rewrite` sees a `/`: Vault.
    Stored,
    /// Converted already, before any `rewrite`: Fake and Kubernetes.
    Converted,
}

impl Keys {
    /// What a provider says of its own.
    pub const fn of(are_converted: bool) -> Self {
        if are_converted {
            Self::Converted
        } else {
            Self::Stored
        }
    }
}

/// What templates of a `rewrite` are given besides a key.
#[derive(Clone, Copy)]
pub struct Render {
    /// The time.
    pub now: Timestamp,
    /// Where all randomness comes from.
    pub seed: [u8; 32],
}

/// The value of an entry of `data`.
///
/// # Errors
/// If it cannot be decoded, or has a NUL byte that it must not have.
pub fn value(fetched: Secret, reference: &RemoteRef) -> Result<Secret, Error> {
    let value = decode(reference.decoding_strategy(), fetched)?;
    decode::check(reference.null_byte_policy(), &value)?;
    Ok(value)
}

/// The pairs of an `extract`.
///
/// # Errors
/// If a step refuses them.
pub fn extracted(
    fetched: impl IntoIterator<Item = (String, Secret)>,
    reference: &RemoteRef,
    rewrite: &[Rewrite],
    render: &Render,
) -> Result<SecretData, Error> {
    let rules = Rules {
        conversion: reference.conversion_strategy(),
        decoding: reference.decoding_strategy(),
        null_bytes: reference.null_byte_policy(),
    };
    rules.apply(fetched.into_iter().collect(), rewrite, render)
}

/// The pairs of a `find`.
///
/// # Errors
/// If a step refuses them.
pub fn found(
    fetched: impl IntoIterator<Item = (String, Secret)>,
    keys: Keys,
    find: &Find,
    rewrite: &[Rewrite],
    render: &Render,
) -> Result<SecretData, Error> {
    let rules = Rules {
        conversion: find.conversion_strategy(),
        decoding: find.decoding_strategy(),
        null_bytes: find.null_byte_policy(),
    };
    let mut data = fetched.into_iter().collect();
    if keys == Keys::Converted {
        data = convert::keys(rules.conversion, data)?;
    }
    rules.apply(data, rewrite, render)
}

struct Rules {
    conversion: ConversionStrategy,
    decoding: DecodingStrategy,
    null_bytes: NullBytePolicy,
}

impl Rules {
    fn apply(
        &self,
        fetched: SecretData,
        rewrite: &[Rewrite],
        render: &Render,
    ) -> Result<SecretData, Error> {
        let (mut data, names) = rewrite::all(rewrite, fetched, render)?;
        if rewrite.is_empty() {
            data = convert::keys(self.conversion, data)?;
        }
        data.remove("");
        for key in data.keys() {
            keys::check(key, names)?;
        }
        let mut decoded = SecretData::new();
        for (key, value) in data {
            let value = decode(self.decoding, value).map_err(|error| error.of(names.of(&key)))?;
            decode::check(self.null_bytes, &value).map_err(|error| error.of(names.of(&key)))?;
            decoded.insert(key, value);
        }
        Ok(decoded)
    }
}
