//! Where encrypted files come from: whoever stands at the edge gives their bytes.

use std::collections::BTreeMap;
use std::sync::Arc;

use futures::future::BoxFuture;

use crate::Failure;

/// The bytes of an encrypted file, which are no secret.
pub type Bytes = Arc<[u8]>;

/// The files of one store.
pub trait Source: Send + Sync {
    /// All of them as they are now: no older than the call.
    fn files(&self) -> BoxFuture<'_, Result<Arc<Files>, Failure>>;
}

/// The files of a store at one time.
#[derive(Debug, Default)]
pub struct Files {
    /// By name.
    pub entries: BTreeMap<String, Entry>,
    /// Which state of its origin this is, where the origin has a word for it: a commit.
    pub revision: Option<Arc<str>>,
}

/// What stands under a name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Entry {
    /// A file.
    File(Bytes),
    /// A link, which is not followed: it could lead anywhere.
    Link,
    /// A file that is larger than an encrypted one may be, and was not taken along.
    TooLarge,
}

impl FromIterator<(String, Bytes)> for Files {
    fn from_iter<I: IntoIterator<Item = (String, Bytes)>>(files: I) -> Self {
        let files = files.into_iter();
        Self {
            entries: files.map(|(name, it)| (name, Entry::File(it))).collect(),
            revision: None,
        }
    }
}
