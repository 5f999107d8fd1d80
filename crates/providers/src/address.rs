//! Where a value is, to a provider. Never here: a property; it is looked up in the value that was read.

use selkie_api::{MetadataPolicy, RemoteRef};

/// The address of one remote value.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Address {
    /// The provider's name for it.
    pub key: String,
    /// Which of its versions, in the provider's notation; `None` is the newest.
    pub version: Option<String>,
    /// The value, or what is known about it.
    pub what: What,
}

/// What is read at an address.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum What {
    /// The secret.
    Value,
    /// Its tags or metadata.
    Metadata,
}

impl Address {
    /// The newest value of a key.
    pub fn value(key: impl Into<String>) -> Self {
        Self {
            key: key.into(),
            version: None,
            what: What::Value,
        }
    }

    /// What is known about a key.
    pub fn metadata(key: impl Into<String>) -> Self {
        Self {
            what: What::Metadata,
            ..Self::value(key)
        }
    }

    /// The same in a version; an empty text is none.
    #[must_use]
    pub fn version(self, version: Option<&str>) -> Self {
        Self {
            version: version.filter(|v| !v.is_empty()).map(str::to_owned),
            ..self
        }
    }
}

/// Where a reference of a manifest leads.
impl From<&RemoteRef> for Address {
    fn from(reference: &RemoteRef) -> Self {
        let address = match reference.metadata_policy() {
            MetadataPolicy::None => Self::value(&reference.key),
            MetadataPolicy::Fetch => Self::metadata(&reference.key),
        };
        address.version(reference.version())
    }
}
