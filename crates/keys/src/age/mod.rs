//! age keys: a small age file per recipient, armoured, holds the data key or a share of it.
//!
//! A file per kind: X25519 and tag recipients are the library's, and so is the cryptography of `ssh`; `post_quantum` is ours, and so
//! is the conversation with a `plugin`.

mod armor;
mod error;
mod expected;
mod identity;
mod mixed;
mod plugin;
mod post_quantum;
mod recipient;
mod source;
mod ssh;

use selkie_crypto::Secret;

pub use error::{AgeError, SshProblem};
pub use expected::Expected;
pub use identity::{GeneratedIdentity, generate, generate_post_quantum};
pub use mixed::quantum_gap;
pub use plugin::{Answer, Person, PluginFault, PluginProcess, PluginTrouble, Plugins, StartPlugin};
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
    let file = armor::File::read(armored, recipient)?;
    for source in &credentials.age {
        if let Some(secret) = source.open(&file, recipient, credentials)? {
            return Ok(Some(secret));
        }
    }
    Ok(None)
}

/// What each source came to for this recipient.
pub(crate) fn tried(credentials: &Credentials, recipient: &str) -> Vec<String> {
    let outcomes = credentials.age.iter();
    let outcomes: Vec<String> = outcomes
        .filter_map(|source| source.outcome(recipient, credentials))
        .collect();
    if outcomes.is_empty() {
        return vec!["there is no source of age identities".to_owned()];
    }
    outcomes
}

/// The recipients of all identities in a source that tell theirs.
pub fn recipients(source: &AgeSource, credentials: &Credentials) -> Result<Vec<String>, String> {
    source.recipients(credentials)
}

#[cfg(test)]
mod tests;
