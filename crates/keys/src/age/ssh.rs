//! ssh keys as age recipients and identities: ed25519 and RSA, plain or behind a passphrase.
//!
//! Never here: where keys lie. A key that is behind a passphrase is unlocked once, and only for a file that names it.

use std::fmt;
use std::sync::OnceLock;

use age::ssh::{ParseRecipientKeyError, UnsupportedKey};
use age_core::format::Stanza;
use base64::Engine as _;
use base64::prelude::{BASE64_STANDARD, BASE64_STANDARD_NO_PAD};
use selkie_crypto::Secret;
use sha2::{Digest as _, Sha256};

use super::error::SshProblem;
use super::identity::Found;
use super::source::Help;
use super::{AgeError, armor};

/// How every text of an ssh recipient begins that age may know.
pub(super) const PREFIX: &str = "ssh-";

/// An ssh public key to encrypt for.
pub(super) fn recipient(text: &str) -> Result<age::ssh::Recipient, AgeError> {
    let refused = |problem: String| AgeError::SshRecipient {
        problem,
        recipient: text.to_owned(),
    };
    text.parse().map_err(|error| match error {
        ParseRecipientKeyError::Unsupported(kind) => {
            refused(format!("ssh keys of the type {kind}"))
        }
        ParseRecipientKeyError::RsaModulusTooSmall => {
            refused("RSA keys of fewer than 2048 bits".to_owned())
        }
        ParseRecipientKeyError::RsaModulusTooLarge => {
            refused("RSA keys of more than 4096 bits".to_owned())
        }
        _ => AgeError::Recipient {
            recipient: text.to_owned(),
        },
    })
}

/// An ssh private key.
pub(super) struct SshIdentity {
    key: age::ssh::Identity,
    /// What stands in a stanza that is for this key.
    tag: String,
    unlocked: OnceLock<Result<age::ssh::Identity, AgeError>>,
}

impl fmt::Debug for SshIdentity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SshIdentity")
            .field("tag", &self.tag)
            .finish_non_exhaustive()
    }
}

impl SshIdentity {
    /// Reads the first private key of a text in the formats of `OpenSSH` and PKCS #1.
    pub(super) fn parse(content: &Secret) -> Result<Self, AgeError> {
        let text = std::str::from_utf8(content.expose()).map_err(|_| AgeError::Encoding)?;
        let start = text
            .find("-----BEGIN ")
            .ok_or(AgeError::SshIdentity(SshProblem::None))?;
        let key = age::ssh::Identity::from_buffer(&content.expose()[start..], None)
            .map_err(|_| AgeError::SshIdentity(problem(&text[start..])))?;
        if let age::ssh::Identity::Unsupported(unsupported) = &key {
            return Err(AgeError::SshIdentity(match unsupported {
                UnsupportedKey::EncryptedPem => SshProblem::Format,
                UnsupportedKey::EncryptedSsh(cipher) => SshProblem::Cipher(cipher.clone()),
                UnsupportedKey::Hardware(kind) | UnsupportedKey::Type(kind) => {
                    SshProblem::Type(kind.clone())
                }
            }));
        }
        let public = age::ssh::Recipient::try_from(key.clone()).map_err(|error| {
            AgeError::SshIdentity(match error {
                ParseRecipientKeyError::Unsupported(kind) => SshProblem::Type(kind),
                _ => SshProblem::None,
            })
        })?;
        Ok(Self {
            tag: tag(&public.to_string()).ok_or(AgeError::SshIdentity(SshProblem::None))?,
            key,
            unlocked: OnceLock::new(),
        })
    }

    /// The file key, if one of the stanzas is for this key.
    pub(super) fn unwrap(&self, stanzas: &[Stanza], help: &Help<'_>) -> Result<Found, AgeError> {
        let Some(stanza) = stanzas.iter().find(|stanza| self.is_for(stanza)) else {
            return Ok(None);
        };
        let key = match &self.key {
            age::ssh::Identity::Encrypted(locked) => {
                let unlock = || -> Result<age::ssh::Identity, AgeError> {
                    let passphrase = armor::passphrase(help.ask())?;
                    let unlocked = locked.decrypt(passphrase);
                    Ok(unlocked.map_err(|_| AgeError::WrongPassphrase)?.into())
                };
                let unlocked = self.unlocked.get_or_init(unlock);
                unlocked.as_ref().map_err(Clone::clone)?
            }
            plain => plain,
        };
        Ok(age::Identity::unwrap_stanza(key, stanza))
    }

    fn is_for(&self, stanza: &Stanza) -> bool {
        stanza.tag.starts_with(PREFIX) && stanza.args.first() == Some(&self.tag)
    }
}

/// The first four bytes of the public key's digest, in base64: how age's files name an ssh key.
fn tag(public: &str) -> Option<String> {
    let encoded = public.split(' ').nth(1)?;
    let key = BASE64_STANDARD.decode(encoded).ok()?;
    Some(BASE64_STANDARD_NO_PAD.encode(&Sha256::digest(key)[..4]))
}

/// Why a text with a key in it was not read.
fn problem(text: &str) -> SshProblem {
    let first = text.lines().next().unwrap_or_default();
    let is_older = first.ends_with("PRIVATE KEY-----") && !first.contains("OPENSSH");
    if is_older {
        SshProblem::Format
    } else {
        SshProblem::None
    }
}

#[cfg(test)]
mod tests;
