//! What stands between refreshes and providers: the budget of each store, repeated attempts, one call for equal reads, and values that are shared
//! between refreshes.
//!
//! The rule of sharing: a value serves exactly those refreshes that were **due when its fetch began**, and is dropped and wiped when none of them
//! waits any more. Nothing is kept for a time; a value that changed between two due times is never served old. A value is found only under the
//! store, its generation and the identity that fetched it, so none crosses from one identity to another.
//!
//! Never here: whether an object may use a store (that is asked before, for each object), and when a refresh is due.

mod batch;
mod budget;
mod cache;
mod call;

#[cfg(test)]
mod tests;

use std::sync::Arc;
use std::time::Duration;

use futures::FutureExt as _;
use selkie_api::Cause;
use tokio::time::Instant;

use crate::{Address, Failure, Find, Found, Provider, Remote, Validity};
use batch::Gathering;
use budget::Budget;
pub use cache::Ticket;
use cache::{Cache, Key};

/// A choice from 0 up to 1, from which pauses get their jitter.
pub type Chance = Arc<dyn Fn() -> f64 + Send + Sync>;

/// Is told about every call that is made to a provider.
pub type Observer = Arc<dyn Fn(&Call<'_>) + Send + Sync>;

/// How much may be asked, kept and repeated.
#[derive(Clone)]
pub struct Limits {
    /// Calls to one store in a second.
    pub rate: u32,
    /// Calls to one store that may be made at once after a while without any.
    pub burst: u32,
    /// Calls to one store that may be under way.
    pub together: usize,
    /// Bytes of values that are kept for refreshes that wait.
    pub bytes: usize,
    /// Where jitter comes from.
    pub chance: Chance,
    /// Who is told about calls.
    pub observer: Option<Observer>,
}

impl Limits {
    /// The defaults, with this source of jitter.
    pub fn new(chance: Chance) -> Self {
        Self {
            rate: 100,
            burst: 200,
            together: 32,
            bytes: 16 << 20,
            chance,
            observer: None,
        }
    }
}

/// How a failed call is made again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Retry {
    /// How often.
    pub times: u32,
    /// The pause before the first repetition.
    pub pause: Duration,
    /// Whether every pause is as long; else each is about twice the one before.
    pub even: bool,
}

impl Default for Retry {
    fn default() -> Self {
        Self {
            times: 2,
            pause: Duration::from_millis(200),
            even: false,
        }
    }
}

/// A call that was made to a provider.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Call<'a> {
    /// The store's uid.
    pub store: &'a str,
    /// `read`, `list` or `validate`.
    pub operation: &'static str,
    /// Why it failed, if it did.
    pub failed: Option<Cause>,
}

/// On whose behalf a provider is asked. Values are shared within one origin and never between two.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Origin {
    /// The store's uid.
    pub store: String,
    /// The store's generation.
    pub generation: i64,
    /// Who asks: whatever the credentials were made of, for instance the resource versions of the Secrets that were read, and for a store whose
    /// references lead to the namespace of whoever asks, that namespace.
    pub identity: String,
}

/// A connected store: all calls to it go through here.
#[derive(Clone)]
pub struct Lane {
    origin: Arc<Origin>,
    provider: Arc<dyn Provider>,
    budget: Arc<Budget>,
    gathering: Arc<Gathering>,
    retry: Retry,
}

/// Tells of values of a store that other refreshes wait for, each with the time since when that one is due, until no more are wanted (`false`).
pub type Ahead<'a> = dyn Fn(&mut dyn FnMut(Address, Instant) -> bool) + Sync + 'a;

impl Lane {
    /// On whose behalf it asks.
    pub fn origin(&self) -> &Origin {
        &self.origin
    }

    /// Whether the provider is soon of no use any more, so that it is to be connected anew.
    pub fn is_over(&self) -> bool {
        self.provider.is_over()
    }

    /// Gives back what the provider borrowed, a login for instance.
    pub async fn close(&self) {
        self.provider.close().await;
    }
}

/// The layer above all providers. One for the process; clones are the same.
#[derive(Clone)]
pub struct Layer {
    limits: Arc<Limits>,
    cache: Cache,
    budgets: budget::Table,
}

impl Layer {
    /// A layer with these limits.
    pub fn new(limits: Limits) -> Self {
        Self {
            cache: Cache::new(limits.bytes),
            budgets: budget::Table::default(),
            limits: Arc::new(limits),
        }
    }

    /// A lane to a store. Lanes of one store share its budget.
    pub fn lane(&self, origin: Origin, provider: Box<dyn Provider>, retry: Retry) -> Lane {
        Lane {
            budget: self.budgets.of(&origin.store, &self.limits),
            origin: Arc::new(origin),
            provider: Arc::from(provider),
            gathering: Arc::default(),
            retry,
        }
    }

    /// A refresh that is due since, or will be due at, a time. As long as the ticket is held, values whose fetch begins from then on are kept for it.
    pub fn ticket(&self, store: &str, due: Instant) -> Ticket {
        self.cache.ticket(store, due)
    }

    /// The value at an address, for the refresh that holds the ticket.
    pub async fn read(
        &self,
        ticket: &Ticket,
        lane: &Lane,
        at: &Address,
    ) -> Result<Option<Arc<Remote>>, Failure> {
        self.read_ahead(ticket, lane, at, &|_| {}).await
    }

    /// The same. If the provider brings several values by one call, those that others wait for come along.
    pub async fn read_ahead(
        &self,
        ticket: &Ticket,
        lane: &Lane,
        at: &Address,
        ahead: &Ahead<'_>,
    ) -> Result<Option<Arc<Remote>>, Failure> {
        let fetch = if lane.provider.together(at) > 1 {
            self.fetch_together(ticket, lane, at, ahead)
        } else {
            self.cache
                .fetch(ticket.due(), Key::read(&lane.origin, at), || {
                    let (layer, lane, at) = (self.clone(), lane.clone(), at.clone());
                    async move { layer.read_alone(&lane, &at).await }.boxed()
                })
        };
        match fetch.await? {
            cache::Answer::Read(read) => Ok(read),
            cache::Answer::List(_) => Ok(None),
        }
    }

    /// What a search finds, for the refresh that holds the ticket.
    pub async fn list(
        &self,
        ticket: &Ticket,
        lane: &Lane,
        find: &Find,
    ) -> Result<Option<Arc<Found>>, Failure> {
        let key = Key::list(&lane.origin, find);
        let fetch = || {
            let (layer, lane, find) = (self.clone(), lane.clone(), find.clone());
            async move {
                let found = layer
                    .call(&lane, "list", || lane.provider.list(&find))
                    .await?;
                Ok(cache::Answer::List(found.map(Arc::new)))
            }
            .boxed()
        };
        match self.cache.fetch(ticket.due(), key, fetch).await? {
            cache::Answer::List(found) => Ok(found),
            cache::Answer::Read(_) => Ok(None),
        }
    }

    async fn read_alone(&self, lane: &Lane, at: &Address) -> Result<cache::Answer, Failure> {
        let read = self.call(lane, "read", || lane.provider.read(at)).await?;
        Ok(cache::Answer::Read(read.map(Arc::new)))
    }

    /// Whether the store can be used. Asked anew each time.
    pub async fn validate(&self, lane: &Lane) -> Result<Validity, Failure> {
        self.call(lane, "validate", || lane.provider.validate())
            .await
    }

    /// Bytes of values that are kept at the moment.
    pub fn bytes(&self) -> usize {
        self.cache.bytes()
    }
}
