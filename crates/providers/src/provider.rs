//! The joint. Never here: what one provider can and another cannot; that is the business of its own file.

use futures::future::{BoxFuture, ready};

use crate::{Address, Failure, Find, Remote};

/// Somebody who keeps secrets for us.
///
/// A provider makes its calls and nothing else: it neither repeats, nor delays, nor remembers a value. That is done once for all of them,
/// one layer above.
pub trait Provider: Send + Sync {
    /// The value at an address; `None` if the provider says that there is no such secret.
    fn read<'a>(&'a self, at: &'a Address) -> BoxFuture<'a, Result<Option<Remote>, Failure>>;

    /// How many values, this one among them, one call may bring: one where each needs its own.
    fn together(&self, at: &Address) -> usize {
        let _ = at;
        1
    }

    /// The values at addresses that may be asked for together, in their order, by one call; a place of `None` has to be read alone.
    fn read_many<'a>(&'a self, at: &'a [Address]) -> BoxFuture<'a, Result<Many, Failure>> {
        Box::pin(ready(Ok(at.iter().map(|_| None).collect())))
    }

    /// All values that a search finds, each with the name under which it is found; `None` where the provider's own answer is that there is
    /// nothing to search in.
    fn list<'a>(&'a self, find: &'a Find) -> BoxFuture<'a, Result<Option<Found>, Failure>>;

    /// Whether the store can be used as it is configured.
    fn validate(&self) -> BoxFuture<'_, Result<Validity, Failure>>;

    /// Whether it is soon of no use any more, so that the caller connects anew with new credentials.
    fn is_over(&self) -> bool {
        false
    }

    /// Gives back what was borrowed, a login for instance. Called once, before the last reference goes.
    fn close(&self) -> BoxFuture<'_, ()> {
        Box::pin(ready(()))
    }
}

/// What one call brought for each of several addresses.
pub type Many = Vec<Option<Result<Option<Remote>, Failure>>>;

/// What a search found.
pub type Found = Vec<(String, Remote)>;

/// What is known about a store that did not fail.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Validity {
    /// The provider answered, and allows what is needed.
    Valid,
    /// It cannot be known before something is read.
    Unknown,
}
