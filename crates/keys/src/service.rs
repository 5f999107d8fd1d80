//! The joint: wrap and unwrap, whoever stands behind them.
//!
//! Kinds of keys are a closed set, so this is a `match`; a new kind is one more arm in the functions of [`local`].

mod local;

use selkie_crypto::{Keyring, Recipient, Secret, WrappedKey};

use crate::{Credentials, Error};

/// Something that can wrap for recipients and unwrap with identities.
// A remote service (SOPS's gRPC key service) becomes the second variant.
#[derive(Debug)]
pub enum KeyService {
    /// This process itself, with the credentials handed in.
    Local(Credentials),
}

impl KeyService {
    /// The secret (a data key, or a share of one) wrapped for one recipient, which must be [resolved](Self::resolve).
    pub fn wrap(&self, recipient: &Recipient, secret: &[u8]) -> Result<WrappedKey, Error> {
        let Self::Local(credentials) = self;
        Ok(WrappedKey {
            recipient: recipient.clone(),
            ciphertext: local::wrap(credentials, recipient, secret)?,
            // Whoever writes the metadata knows the time.
            created_at: None,
        })
    }

    /// The secret inside a wrapped key, or `None` if no identity at hand is its recipient's.
    pub fn unwrap(&self, wrapped: &WrappedKey) -> Result<Option<Secret>, Error> {
        let Self::Local(credentials) = self;
        local::unwrap(credentials, &wrapped.recipient, &wrapped.ciphertext)
    }

    /// Says that the keys are going to be unwrapped in this run, so that what can be done for several at once is.
    pub fn expect(&self, keyring: &Keyring) {
        let Self::Local(credentials) = self;
        let keys = keyring.groups.iter().flat_map(|group| &group.0);
        keys.for_each(|key| local::expect(credentials, &key.recipient, &key.ciphertext));
    }

    /// The recipient with what its text left open: the version of a key of Azure's, which only the vault knows. `None` if nothing was.
    pub fn resolve(&self, recipient: &Recipient) -> Result<Option<Recipient>, Error> {
        let Self::Local(credentials) = self;
        local::resolve(credentials, recipient)
    }

    /// What was looked at for a recipient's sake: a sentence per source, for the report of a failure.
    pub fn tried(&self, recipient: &Recipient) -> Vec<String> {
        let Self::Local(credentials) = self;
        local::tried(credentials, recipient)
    }
}
