//! X25519 identities: reading their text, making new ones.

use age::secrecy::ExposeSecret;
use selkie_crypto::Secret;

use super::{AgeError, Separator};

/// What the text of an identity source held.
#[derive(Default)]
pub(super) struct Identities {
    /// Those that can be used.
    pub(super) x25519: Vec<age::x25519::Identity>,
    /// How many are of a kind that is not supported yet (plugin, post-quantum).
    pub(super) unsupported: usize,
}

/// Reads identities as SOPS does: blank lines and lines starting with `#` are skipped, one bad line spoils all.
///
/// An identity of a kind that SOPS knows and we do not is counted, not refused: the others in the file may do.
pub(super) fn parse(content: &Secret, separator: Separator) -> Result<Identities, AgeError> {
    let text = std::str::from_utf8(content.expose()).map_err(|_| AgeError::Encoding)?;
    let mut identities = Identities::default();
    for (index, line) in text.lines().enumerate() {
        if line.is_empty() || line.starts_with('#') {
            continue;
        }
        let bad = AgeError::Identity { line: index + 1 };
        match separator {
            Separator::Line => identities.add(line).ok_or(bad)?,
            Separator::WhiteSpace => {
                line.split_whitespace()
                    .try_for_each(|word| identities.add(word))
                    .ok_or(bad)?;
            }
        }
    }
    Ok(identities)
}

impl Identities {
    fn add(&mut self, text: &str) -> Option<()> {
        // Upper case only, as SOPS has it; the library alone would take lower case too.
        if text.starts_with("AGE-SECRET-KEY-1") {
            self.x25519.push(text.parse().ok()?);
        } else if text.starts_with("AGE-SECRET-KEY-PQ-1") || text.starts_with("AGE-PLUGIN-") {
            self.unsupported += 1;
        } else {
            return None;
        }
        Some(())
    }
}

/// A new identity and the recipient that goes with it.
#[derive(Debug)]
pub struct GeneratedIdentity {
    /// `AGE-SECRET-KEY-1…`, without a newline.
    pub identity: Secret,
    /// `age1…`
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
