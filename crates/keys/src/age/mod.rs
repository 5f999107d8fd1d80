//! age keys: a small age file per recipient, armoured, holds the data key or a share of it.
//!
//! X25519 here; ssh, plugin and post-quantum recipients each get a file beside `recipient` when they come, and are
//! refused by name until then.

mod armor;
mod error;
mod identity;
mod recipient;
mod source;

use selkie_crypto::Secret;

pub use error::AgeError;
pub use identity::{GeneratedIdentity, generate};
pub(crate) use recipient::wrap;
pub use source::{AgeSource, Content, ContentFor, Separator};

use crate::Credentials;

/// The secret in an armoured age file, if one of the identities is its recipient's.
///
/// Sources that fail are passed over: they matter only when no other one helps, and [`tried`] names them then.
pub(crate) fn unwrap(
    credentials: &Credentials,
    recipient: &str,
    armored: &str,
) -> Result<Option<Secret>, AgeError> {
    recipient::refuse_unsupported(recipient)?;
    let file = armor::File::read(armored, recipient)?;
    for source in &credentials.age {
        let ask = credentials.ask_passphrase.as_deref();
        let found = source.with_identities(recipient, ask, |identities| file.open(identities));
        if let Some(secret) = found.transpose()?.flatten() {
            return Ok(Some(secret));
        }
    }
    Ok(None)
}

/// What each source came to for this recipient.
pub(crate) fn tried(credentials: &Credentials, recipient: &str) -> Vec<String> {
    if credentials.age.is_empty() {
        return vec!["there is no source of age identities".to_owned()];
    }
    let ask = credentials.ask_passphrase.as_deref();
    credentials
        .age
        .iter()
        .map(|source| source.outcome(recipient, ask))
        .collect()
}

/// The recipients of all X25519 identities in a source.
pub fn recipients(source: &AgeSource, credentials: &Credentials) -> Result<Vec<String>, String> {
    source.recipients(credentials.ask_passphrase.as_deref())
}

#[cfg(test)]
mod tests;
