//! Where encrypted files come from: whoever stands at the edge gives their bytes.

use std::sync::Arc;

use futures::future::BoxFuture;

use crate::Failure;

/// The bytes of an encrypted file, which are no secret.
pub type Bytes = Arc<[u8]>;

/// The files of one store, read anew each time.
pub trait Source: Send + Sync {
    /// A file; `None` if there is none of this name.
    fn read<'a>(&'a self, name: &'a str) -> BoxFuture<'a, Result<Option<Bytes>, Failure>>;

    /// The names of all files.
    fn names(&self) -> BoxFuture<'_, Result<Vec<String>, Failure>>;
}
