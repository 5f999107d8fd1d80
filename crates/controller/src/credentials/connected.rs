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
    /// Whether the provider has to be told all that stands in a reference.
    asks_with_reference: bool,
}

impl Connected {
    /// A connection that was made just now.
    pub(super) fn new(
        identity: Identity,
        lane: Lane,
        until: Option<Timestamp>,
        asks_with_reference: bool,
    ) -> Self {
        Self {
            identity,
            lane,
            since: Instant::now(),
            used: AtomicU64::new(0),
            until,
            asks_with_reference,
        }
    }

    /// Which store it is.
    pub(crate) const fn key(&self) -> &Key {
        &self.identity.key
    }

    /// The namespace for which alone this store is connected to, if it is.
    pub(crate) const fn asking(&self) -> Option<&Arc<str>> {
        self.identity.asking.as_ref()
    }

    /// Whether the provider has to be told all that stands in a reference, and who asks.
    pub(crate) const fn asks_with_reference(&self) -> bool {
        self.asks_with_reference
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
        let age = self.since.elapsed();
        failure.cause == Cause::Unauthorized && has_ended(age, self.until, Timestamp::now())
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

/// Whether credentials that are so old, and end at that time, are likely to have ended.
fn has_ended(age: Duration, until: Option<Timestamp>, now: Timestamp) -> bool {
    age > STALE || until.is_some_and(|until| until < now)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_refusal_is_for_old_credentials_or_for_bad_ones() {
        let now: Timestamp = "2026-06-01T12:00:00Z".parse().unwrap();
        let before = Some(now - Duration::from_secs(1));
        let after = Some(now + Duration::from_secs(1));
        for (age, until, ended) in [
            (0, None, false),
            (0, after, false),
            (0, before, true),
            (30, None, false),
            (31, None, true),
            (31, after, true),
        ] {
            let age = Duration::from_secs(age);
            assert_eq!(has_ended(age, until, now), ended, "{age:?} {until:?}");
        }
    }
}
