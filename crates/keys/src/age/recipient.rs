//! Recipients of all kinds, told apart as SOPS tells them apart: by how their text begins.

use std::io::Write as _;

use age::Encryptor;
use age::armor::{ArmoredWriter, Format};

use super::plugin::PluginRecipient;
use super::post_quantum::{self, PostQuantumRecipient};
use super::{AgeError, ssh};
use crate::Credentials;

/// The kinds of recipients.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    X25519,
    PostQuantum,
    Ssh,
    /// For hardware keys, which decrypt through a plugin.
    Tag,
    /// The same, post-quantum.
    TagPostQuantum,
    Plugin,
}

impl Kind {
    /// The kind that a text claims to be.
    pub(super) fn of(text: &str) -> Option<Self> {
        if text.starts_with(ssh::PREFIX) {
            return Some(Self::Ssh);
        }
        // Bech32 data has no `1`: the last one ends the name, and only X25519 recipients have no other.
        let (name, _) = text.rsplit_once('1')?;
        Some(match name {
            "age" => Self::X25519,
            post_quantum::NAME => Self::PostQuantum,
            "age1tag" => Self::Tag,
            "age1tagpq" => Self::TagPostQuantum,
            // The library reads upper case as well; SOPS does not, and its identifier is the text itself.
            _ if name.starts_with("age1") => Self::Plugin,
            _ => return None,
        })
    }
}

/// The secret as an armoured age file for one recipient, in SOPS's spelling: 64 columns, header, footer, final newline.
pub(crate) fn wrap(
    credentials: &Credentials,
    recipient: &str,
    secret: &[u8],
) -> Result<String, AgeError> {
    let bad = || AgeError::Recipient {
        recipient: recipient.to_owned(),
    };
    let sealed = match Kind::of(recipient).ok_or_else(bad)? {
        Kind::X25519 => {
            let key: age::x25519::Recipient = recipient.parse().map_err(|_| bad())?;
            seal(&key, secret)
        }
        Kind::PostQuantum => {
            let key = PostQuantumRecipient::parse(recipient).ok_or_else(bad)?;
            seal(&key, secret)
        }
        Kind::Ssh => seal(&ssh::recipient(recipient)?, secret),
        Kind::Tag => {
            let key: age::tag::Recipient = recipient.parse().map_err(|_| bad())?;
            seal(&key, secret)
        }
        Kind::TagPostQuantum => {
            let key: age::tagpq::Recipient = recipient.parse().map_err(|_| bad())?;
            seal(&key, secret)
        }
        Kind::Plugin => {
            let plugins = credentials.age_plugins.as_ref();
            let key = PluginRecipient::parse(recipient, plugins).ok_or_else(bad)?;
            let sealed = seal(&key, secret);
            if let Some(fault) = key.fault() {
                return Err(AgeError::PluginRecipient {
                    fault,
                    recipient: recipient.to_owned(),
                });
            }
            sealed
        }
    };
    sealed.ok_or_else(|| AgeError::Encrypt {
        recipient: recipient.to_owned(),
    })
}

/// One small age file. The library's errors say nothing that people could use, and its shortcut for this panics on them.
fn seal(key: &impl age::Recipient, secret: &[u8]) -> Option<String> {
    let encryptor = Encryptor::with_recipients(std::iter::once(key as _)).ok()?;
    let mut armored = Vec::new();
    let armor = ArmoredWriter::wrap_output(&mut armored, Format::AsciiArmor).ok()?;
    let mut writer = encryptor.wrap_output(armor).ok()?;
    writer.write_all(secret).ok()?;
    writer.finish().ok()?.finish().ok()?;
    let armored = String::from_utf8(armored).ok()?;
    // The library ends lines as the system does; the metadata of a file must not depend on where it was made.
    Some(if armored.contains('\r') {
        armored.replace("\r\n", "\n")
    } else {
        armored
    })
}
