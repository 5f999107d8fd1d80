//! A whole remote value as its provider gave it, and by whose rules it is looked into.
//!
//! Never here: the lookup itself (`property`). What a value holds is wiped when the value goes.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;

use selkie_crypto::Secret;

use crate::What;

/// A value as it was read, with all that is needed to look into it.
pub struct Remote {
    /// The remote key, for messages.
    pub key: String,
    /// Secret or metadata: Kubernetes has other rules for the latter.
    pub what: What,
    /// What was read.
    pub body: Body,
    /// In which state of its origin it was read, where the origin has a word for it: a commit.
    pub revision: Option<Arc<str>>,
}

/// What was read.
pub enum Body {
    /// One value: text, bytes, or the text of a JSON document.
    Whole(Dialect, Secret),
    /// The data of a Kubernetes Secret; of its metadata, labels and annotations as JSON.
    Entries(BTreeMap<String, Secret>),
    /// A decrypted file, or a place in it: names or paths, each looked up in what the one before led to.
    File(Arc<File>, Vec<String>),
}

/// A decrypted file.
pub struct File {
    /// As it was before it was encrypted, byte for byte.
    pub text: Secret,
    /// Its values as a JSON document, in the file's order; `None` for a file that is no tree.
    pub tree: Option<Secret>,
}

/// Whose rules one value is looked into by (`property`).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Dialect {
    /// Vault's key-value engines.
    Vault,
    /// The same engines, asked through the provider `openBao`.
    OpenBao,
    /// AWS Secrets Manager and Parameter Store.
    Aws,
    /// Secrets of Azure Key Vault.
    Azure,
    /// Its keys.
    AzureKey,
    /// Its certificates.
    AzureCertificate,
    /// Tags of its secrets.
    AzureTags,
    /// Tags of its keys and certificates.
    AzureOtherTags,
    /// Values that stand in the store itself.
    Fake,
    /// A webhook's whole answer.
    Webhook,
    /// What a path found in such an answer, as JSON.
    WebhookResult,
}

impl Remote {
    /// A value that is one text, JSON or not.
    pub fn whole(dialect: Dialect, key: impl Into<String>, value: impl Into<Secret>) -> Self {
        Self::new(key, Body::Whole(dialect, value.into()))
    }

    /// The data of a Kubernetes Secret.
    pub fn entries(key: impl Into<String>, entries: BTreeMap<String, Secret>) -> Self {
        Self::new(key, Body::Entries(entries))
    }

    /// A place in a decrypted file; without any, all of it.
    pub fn file(key: impl Into<String>, file: Arc<File>, place: Vec<String>) -> Self {
        Self::new(key, Body::File(file, place))
    }

    /// The same, for what is known about a key.
    #[must_use]
    pub fn as_metadata(self) -> Self {
        Self {
            what: What::Metadata,
            ..self
        }
    }

    /// The same, of this state of its origin.
    #[must_use]
    pub fn of_revision(self, revision: Option<&Arc<str>>) -> Self {
        Self {
            revision: revision.cloned(),
            ..self
        }
    }

    /// Whether its provider makes keys of the names that a search finds before anything else is done with them. With the others the names come
    /// as they are to the rewrites of the manifest.
    pub fn has_converted_names(&self) -> bool {
        matches!(self.body, Body::Entries(_) | Body::Whole(Dialect::Fake, _))
    }

    /// Bytes that it holds, by which a cache accounts for it.
    pub fn size(&self) -> usize {
        let held = match &self.body {
            Body::Whole(_, value) => value.capacity(),
            Body::Entries(entries) => entries
                .iter()
                .map(|(name, value)| name.len() + value.capacity() + 64)
                .sum(),
            Body::File(file, _) => {
                file.text.capacity() + file.tree.as_ref().map_or(0, Secret::capacity)
            }
        };
        held + self.key.len() + size_of::<Self>()
    }

    fn new(key: impl Into<String>, body: Body) -> Self {
        Self {
            key: key.into(),
            what: What::Value,
            body,
            revision: None,
        }
    }
}

impl fmt::Debug for Remote {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Remote({:?})", self.key)
    }
}
