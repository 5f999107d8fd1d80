//! The joint: wrap and unwrap, whoever stands behind them.
//!
//! Kinds of keys are a closed set, so this is a `match`; a new kind is one more arm in the functions of [`local`].

mod local;

use selkie_crypto::{Keyring, Recipient, Secret, WrappedKey};

use crate::{Credentials, Error};

/// Something that can wrap for recipients and unwrap with identities.
#[derive(Debug)]
#[cfg_attr(
    feature = "remote",
    expect(clippy::large_enum_variant, reason = "a run has one or two")
)]
pub enum KeyService {
    /// This process itself, with the credentials handed in.
    Local(Credentials),
    /// Another process, through SOPS's protocol.
    #[cfg(feature = "remote")]
    Remote(crate::remote::Remote),
}

impl KeyService {
    /// The secret (a data key, or a share of one) wrapped for one recipient, which must be [resolved](Self::resolve).
    pub fn wrap(&self, recipient: &Recipient, secret: &[u8]) -> Result<WrappedKey, Error> {
        let ciphertext = match self {
            Self::Local(credentials) => local::wrap(credentials, recipient, secret)?,
            #[cfg(feature = "remote")]
            Self::Remote(remote) => {
                let wrapped = remote.wrap(recipient, secret);
                wrapped.map_err(|fault| elsewhere(remote, recipient, fault))?
            }
        };
        Ok(WrappedKey {
            recipient: recipient.clone(),
            ciphertext,
            // Whoever writes the metadata knows the time.
            created_at: None,
        })
    }

    /// The secret inside a wrapped key, or `None` if no identity at hand is its recipient's.
    pub fn unwrap(&self, wrapped: &WrappedKey) -> Result<Option<Secret>, Error> {
        match self {
            Self::Local(credentials) => {
                local::unwrap(credentials, &wrapped.recipient, &wrapped.ciphertext)
            }
            #[cfg(feature = "remote")]
            Self::Remote(remote) => {
                let secret = remote.unwrap(&wrapped.recipient, &wrapped.ciphertext);
                let secret =
                    secret.map_err(|fault| elsewhere(remote, &wrapped.recipient, fault))?;
                Ok(Some(secret))
            }
        }
    }

    /// Says that the keys are going to be unwrapped in this run, so that what can be done for several at once is.
    pub fn expect(&self, keyring: &Keyring) {
        let credentials = match self {
            Self::Local(credentials) => credentials,
            // It sees one key at a time.
            #[cfg(feature = "remote")]
            Self::Remote(_) => return,
        };
        let keys = keyring.groups.iter().flat_map(|group| &group.0);
        keys.for_each(|key| local::expect(credentials, &key.recipient, &key.ciphertext));
    }

    /// The recipient with what its text left open: the version of a key of Azure's, which only the vault knows. `None` if nothing was,
    /// or this service cannot tell.
    pub fn resolve(&self, recipient: &Recipient) -> Result<Option<Recipient>, Error> {
        match self {
            Self::Local(credentials) => local::resolve(credentials, recipient),
            // The protocol has no such question.
            #[cfg(feature = "remote")]
            Self::Remote(_) => Ok(None),
        }
    }

    /// What was looked at for a recipient's sake: a sentence per source, for the report of a failure.
    pub fn tried(&self, recipient: &Recipient) -> Vec<String> {
        match self {
            Self::Local(credentials) => local::tried(credentials, recipient),
            #[cfg(feature = "remote")]
            Self::Remote(_) => Vec::new(),
        }
    }
}

/// Names the key service that could not use a key.
#[cfg(feature = "remote")]
fn elsewhere(remote: &crate::remote::Remote, recipient: &Recipient, fault: crate::Fault) -> Error {
    Error::Remote {
        kind: recipient.kind_name(),
        recipient: recipient.identifier(),
        address: remote.address().to_string(),
        fault: Box::new(fault),
    }
}
