//! A whole remote value as its provider gave it, and by whose rules it is looked into.
//!
//! Never here: the lookup itself (`property`). What a value holds is wiped when the value goes.

use std::collections::BTreeMap;
use std::fmt;

use selkie_crypto::Secret;

use crate::What;

/// A value as it was read, with all that is needed to look into it.
pub struct Remote {
    /// By whose rules.
    pub dialect: Dialect,
    /// Secret or metadata: Kubernetes has other rules for the latter.
    pub what: What,
    /// The remote key, for messages.
    pub key: String,
    /// What was read.
    pub body: Body,
}

/// Whose rules a value is looked into by (`property`).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Dialect {
    /// Vault's key-value engines.
    Vault,
    /// The same engines, asked through the provider `openBao`.
    OpenBao,
    /// AWS Secrets Manager and Parameter Store.
    Aws,
    /// The data of a Secret.
    Kubernetes,
    /// Values that stand in the store itself.
    Fake,
    /// A decrypted file.
    Sops,
}

/// What was read.
pub enum Body {
    /// One value: text, bytes, or the text of a JSON document.
    Whole(Secret),
    /// Values by name, each of any bytes.
    Map(BTreeMap<String, Secret>),
    /// A decrypted file: its text, and its values as a JSON document.
    File {
        /// As it was encrypted, byte for byte.
        text: Secret,
        /// The values, in the file's order; `None` for a file that is no tree.
        tree: Option<Secret>,
    },
}

impl Remote {
    /// A value that is one text, JSON or not.
    pub fn whole(dialect: Dialect, key: impl Into<String>, value: impl Into<Secret>) -> Self {
        Self {
            dialect,
            what: What::Value,
            key: key.into(),
            body: Body::Whole(value.into()),
        }
    }

    /// The same, for what is known about a key.
    #[must_use]
    pub fn as_metadata(self) -> Self {
        Self {
            what: What::Metadata,
            ..self
        }
    }

    /// Bytes that it holds, by which a cache accounts for it.
    pub fn size(&self) -> usize {
        let held = match &self.body {
            Body::Whole(value) => value.capacity(),
            Body::Map(values) => values
                .iter()
                .map(|(name, value)| name.len() + value.capacity() + 64)
                .sum(),
            Body::File { text, tree } => {
                text.capacity() + tree.as_ref().map_or(0, Secret::capacity)
            }
        };
        held + self.key.len() + size_of::<Self>()
    }
}

impl fmt::Debug for Remote {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Remote({:?}, {:?})", self.dialect, self.key)
    }
}
