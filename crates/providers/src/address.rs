//! Where a value is, to a provider. Never here: a property, but where the provider wants to be told; it is looked up in the value that was read.

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
    /// What else is in the question, where the provider puts more than the key into it.
    pub asked: Option<Asked>,
}

/// What is in a question besides the key: a property that the provider itself looks for, and who asks. Not shared with whoever asks otherwise.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Asked {
    /// The property, if one is named.
    pub property: Option<String>,
    /// The namespace of the object that asks.
    pub namespace: String,
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
            asked: None,
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

    /// The same, for a provider that puts the whole reference into its question.
    #[must_use]
    pub fn asked(self, property: Option<&str>, namespace: &str) -> Self {
        let asked = Some(Asked {
            property: property.map(str::to_owned),
            namespace: namespace.to_owned(),
        });
        Self { asked, ..self }
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
