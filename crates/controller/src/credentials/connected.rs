//! A store that is connected to, and who it was connected for.
//!
//! Never here: which stores are connected to, and until when.

use std::fmt::Write as _;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use jiff::Timestamp;
use selkie_api::Cause;
use selkie_providers::limit::{Ahead, Lane, Origin, Ticket};
use selkie_providers::{Address, Failure, Find, Found, Remote, Validity};

use crate::context::Context;
use crate::key::{Key, Place};
use crate::watch::Source;

/// A connection that was refused with credentials older than this is made anew: a token of an account ends after some minutes.
const STALE: Duration = Duration::from_secs(30);

/// Who asks a store.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) struct Identity {
    pub(super) key: Key,
    pub(super) uid: Box<str>,
    pub(super) generation: i64,
    /// The namespace that asks, where the store is another one for each.
    pub(super) asking: Option<Arc<str>>,
}

/// A store that can be asked.
pub(crate) struct Connected {
    pub(super) identity: Identity,
    pub(super) lane: Lane,
    since: Instant,
    /// Milliseconds after `since` at which it was last asked for.
    used: AtomicU64,
    /// When a token that it was made with ends.
    until: Option<Timestamp>,
}

impl Connected {
    /// A connection that was made just now.
    pub(super) fn new(identity: Identity, lane: Lane, until: Option<Timestamp>) -> Self {
        Self {
            identity,
            lane,
            since: Instant::now(),
            used: AtomicU64::new(0),
            until,
        }
    }

    /// The namespace for which alone this store is connected to, if it is.
    pub(crate) const fn asking(&self) -> Option<&Arc<str>> {
        self.identity.asking.as_ref()
    }

    /// The value at an address, as it was at some time after `due`. Those that others wait for may come along.
    pub(crate) async fn read(
        &self,
        context: &Context,
        at: &Address,
        due: Instant,
        ahead: &Ahead<'_>,
    ) -> Result<Option<Arc<Remote>>, Failure> {
        self.touch();
        let read = context
            .providers
            .layer
            .read_ahead(&self.ticket(context, due), &self.lane, at, ahead)
            .await;
        self.judged(context, read)
    }

    /// What a search finds, as it was at some time after `due`.
    pub(crate) async fn list(
        &self,
        context: &Context,
        find: &Find,
        due: Instant,
    ) -> Result<Option<Arc<Found>>, Failure> {
        self.touch();
        let found = context
            .providers
            .layer
            .list(&self.ticket(context, due), &self.lane, find)
            .await;
        self.judged(context, found)
    }

    /// Whether it can be used as it is configured.
    pub(crate) async fn validate(&self, context: &Context) -> Result<Validity, Failure> {
        self.touch();
        let validity = context.providers.layer.validate(&self.lane).await;
        self.judged(context, validity)
    }

    fn ticket(&self, context: &Context, due: Instant) -> Ticket {
        context
            .providers
            .layer
            .ticket(&self.identity.uid, due.into())
    }

    fn judged<T>(&self, context: &Context, done: Result<T, Failure>) -> Result<T, Failure> {
        if let Err(failure) = &done {
            context.providers.judge(self, failure);
        }
        done
    }

    /// Whether that may be for its credentials, which have ended or been replaced since.
    pub(super) fn is_outlived(&self, failure: &Failure) -> bool {
        let over = self.until.is_some_and(|until| until < Timestamp::now());
        failure.cause == Cause::Unauthorized && (over || self.since.elapsed() > STALE)
    }

    fn touch(&self) {
        let now = u64::try_from(self.since.elapsed().as_millis()).unwrap_or(u64::MAX);
        self.used.store(now, Ordering::Relaxed);
    }

    /// For how long nobody has asked it.
    pub(super) fn unused(&self) -> Duration {
        let used = Duration::from_millis(self.used.load(Ordering::Relaxed));
        self.since.elapsed().saturating_sub(used)
    }
}

impl Identity {
    /// On whose behalf values are fetched and shared: never beyond these credentials.
    pub(super) fn origin(&self, sources: &[(Source, Place, Box<str>)]) -> Origin {
        let asking = self.asking.as_deref().unwrap_or_default();
        let mut identity = format!("{asking};");
        for (source, place, version) in sources {
            // Writing to a text cannot fail.
            let _ = write!(identity, "{source:?} {place} {version};");
        }
        Origin {
            store: self.uid.to_string(),
            generation: self.generation,
            identity,
        }
    }
}
