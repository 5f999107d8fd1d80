//! The joint: two calls, wrap and unwrap, whoever stands behind them.
//!
//! Kinds of keys are a closed set, so this is a `match`; a new kind is one more arm in each of the three functions.

use selkie_crypto::{Recipient, Secret, WrappedKey};

use crate::{Credentials, Error};

/// Something that can wrap for recipients and unwrap with identities.
// A remote service (SOPS's gRPC key service) becomes the second variant.
#[derive(Debug)]
pub enum KeyService {
    /// This process itself, with the credentials handed in.
    Local(Credentials),
}

#[cfg_attr(
    not(feature = "age"),
    expect(
        unused_variables,
        reason = "without any kind of key there is nothing to do with them"
    )
)]
impl KeyService {
    /// The secret (a data key, or a share of one) wrapped for one recipient.
    pub fn wrap(&self, recipient: &Recipient, secret: &[u8]) -> Result<WrappedKey, Error> {
        let Self::Local(_) = self;
        match recipient {
            #[cfg(feature = "age")]
            Recipient::Age(age) => Ok(WrappedKey {
                recipient: recipient.clone(),
                ciphertext: crate::age::wrap(&age.recipient, secret)?,
                // The format has no time of creation for age keys.
                created_at: None,
            }),
            other => Err(unsupported(other)),
        }
    }

    /// The secret inside a wrapped key, or `None` if no identity at hand is its recipient's.
    pub fn unwrap(&self, wrapped: &WrappedKey) -> Result<Option<Secret>, Error> {
        let Self::Local(credentials) = self;
        match &wrapped.recipient {
            #[cfg(feature = "age")]
            Recipient::Age(age) => Ok(crate::age::unwrap(
                credentials,
                &age.recipient,
                &wrapped.ciphertext,
            )?),
            other => Err(unsupported(other)),
        }
    }

    /// What was looked at for a recipient's sake: a sentence per source, for the report of a failure.
    pub fn tried(&self, recipient: &Recipient) -> Vec<String> {
        let Self::Local(credentials) = self;
        match recipient {
            #[cfg(feature = "age")]
            Recipient::Age(age) => crate::age::tried(credentials, &age.recipient),
            _ => Vec::new(),
        }
    }
}

fn unsupported(recipient: &Recipient) -> Error {
    Error::Unsupported {
        kind: recipient.kind_name(),
        recipient: recipient.identifier(),
    }
}
