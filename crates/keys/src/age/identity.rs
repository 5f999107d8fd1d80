//! Identities of all kinds: reading their text, trying them on a file, making new ones.

use std::cell::RefCell;

use age::secrecy::ExposeSecret;
use age_core::format::{FileKey, Stanza};
use selkie_crypto::Secret;

use super::plugin::PluginIdentity;
use super::post_quantum::{self, PostQuantumIdentity};
use super::source::Help;
use super::ssh::SshIdentity;
use super::{AgeError, Separator};

/// One identity.
pub(super) enum Identity {
    X25519(age::x25519::Identity),
    PostQuantum(PostQuantumIdentity),
    Ssh(SshIdentity),
    Plugin(PluginIdentity),
}

/// What an identity makes of a file: `None` if no part of it is for this identity, an error if one is and is damaged.
pub(super) type Found = Option<Result<FileKey, age::DecryptError>>;

impl Identity {
    /// The identity that one word of a key file is. Upper case only, as SOPS has it; the library alone would take lower case too.
    fn parse(text: &str) -> Option<Self> {
        if text.starts_with("AGE-SECRET-KEY-1") {
            text.parse().ok().map(Self::X25519)
        } else if text.starts_with(post_quantum::IDENTITY_PREFIX) {
            PostQuantumIdentity::parse(text).map(Self::PostQuantum)
        } else if text.starts_with(PluginIdentity::PREFIX) {
            PluginIdentity::parse(text).map(Self::Plugin)
        } else {
            None
        }
    }

    /// The recipient that goes with it, where the identity alone tells.
    pub(super) fn recipient(&self) -> Option<String> {
        match self {
            Self::X25519(identity) => Some(identity.to_public().to_string()),
            Self::PostQuantum(identity) => Some(identity.recipient()),
            Self::Ssh(_) | Self::Plugin(_) => None,
        }
    }

    fn unwrap(&self, stanzas: &[Stanza], help: &Help<'_>) -> Result<Found, AgeError> {
        match self {
            Self::X25519(identity) => Ok(age::Identity::unwrap_stanzas(identity, stanzas)),
            Self::PostQuantum(identity) => Ok(identity.unwrap(stanzas)),
            Self::Ssh(identity) => identity.unwrap(stanzas, help),
            Self::Plugin(identity) => identity.unwrap(stanzas, help),
        }
    }
}

/// An identity while it is tried on one file. The library has no error that could say what happened, so it is kept here.
pub(super) struct Trial<'t> {
    identity: &'t Identity,
    help: &'t Help<'t>,
    failure: RefCell<Option<AgeError>>,
}

impl<'t> Trial<'t> {
    pub(super) fn new(identity: &'t Identity, help: &'t Help<'t>) -> Self {
        Self {
            identity,
            help,
            failure: RefCell::new(None),
        }
    }

    /// Why the identity could not be used, if it was for the file or may have been.
    pub(super) fn failure(self) -> Option<AgeError> {
        self.failure.into_inner()
    }
}

impl age::Identity for Trial<'_> {
    fn unwrap_stanza(&self, stanza: &Stanza) -> Found {
        self.unwrap_stanzas(std::slice::from_ref(stanza))
    }

    fn unwrap_stanzas(&self, stanzas: &[Stanza]) -> Found {
        self.identity
            .unwrap(stanzas, self.help)
            .unwrap_or_else(|error| {
                self.failure.replace(Some(error));
                None
            })
    }
}

/// Reads identities as SOPS does: blank lines and lines starting with `#` are skipped, one bad line spoils all.
pub(super) fn parse(content: &Secret, separator: Separator) -> Result<Vec<Identity>, AgeError> {
    let text = std::str::from_utf8(content.expose()).map_err(|_| AgeError::Encoding)?;
    let mut identities = Vec::new();
    for (index, line) in text.lines().enumerate() {
        if line.is_empty() || line.starts_with('#') {
            continue;
        }
        let mut add = |word| -> Result<(), AgeError> {
            let identity = Identity::parse(word);
            identities.push(identity.ok_or(AgeError::Identity { line: index + 1 })?);
            Ok(())
        };
        match separator {
            Separator::Line => add(line)?,
            Separator::WhiteSpace => line.split_whitespace().try_for_each(add)?,
        }
    }
    Ok(identities)
}

/// A new identity and the recipient that goes with it.
#[derive(Debug)]
pub struct GeneratedIdentity {
    /// `AGE-SECRET-KEY-1…` or `AGE-SECRET-KEY-PQ-1…`, without a newline.
    pub identity: Secret,
    /// `age1…` or `age1pq1…`
    pub recipient: String,
}

/// A new X25519 identity, from the system's randomness (the library takes no other).
pub fn generate() -> GeneratedIdentity {
    let identity = age::x25519::Identity::generate();
    let recipient = identity.to_public().to_string();
    let text = identity.to_string();
    let mut identity = Secret::with_capacity(text.expose_secret().len());
    identity.extend_from_slice(text.expose_secret().as_bytes());
    GeneratedIdentity {
        identity,
        recipient,
    }
}

/// A new post-quantum identity, from the system's randomness.
pub fn generate_post_quantum() -> GeneratedIdentity {
    let made = PostQuantumIdentity::generate();
    GeneratedIdentity {
        identity: made.text(),
        recipient: made.recipient(),
    }
}
