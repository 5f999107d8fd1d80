//! What those who wait will ask of a store, for providers that bring several values by one call.
//!
//! It is a guess, and costs no call of its own: a refresh may still find nothing to do, or another value to ask for. But nothing is told of an object
//! that may not use the store, or is not due. Never here: what becomes of a value; whoever waits asks for it in its own turn.

use std::sync::Arc;

use jiff::Timestamp;
use selkie_api::{ExternalSecretSpec, ExternalSecretStatus};
use selkie_providers::Address;
use selkie_reconcile::duration;
use selkie_reconcile::external_secret::{Wants, beat, entries};
use selkie_reconcile::permission::{Standing, StoreKey};
use selkie_reconcile::schedule::{self, Due, Refresh};
use tokio::time::Instant;

use super::gather::{Subject, standings, store};
use crate::context::Context;
use crate::key::{Key, Kind};
use crate::sink;

/// How many of those who wait are looked at. Where ten share a value, those that nobody has read yet stand far apart towards the end of a first sync; the
/// look ends as soon as the batch is full.
const LOOK: usize = 2048;

/// Tells of the values, until no more are wanted. With `asking`, the store is another one for each namespace, and only that one counts.
pub(super) fn values(
    context: &Context,
    of: &Key,
    asking: Option<&Arc<str>>,
    take: &mut dyn FnMut(Address, Instant) -> bool,
) {
    let waiting = context.queue().next(LOOK);
    for (key, due) in waiting {
        let is_foreign = asking.is_some_and(|it| *it != key.place.namespace);
        if key.kind != Kind::ExternalSecret || is_foreign {
            continue;
        }
        let Some(subject) = Subject::of(context, &key) else {
            continue;
        };
        for at in wanted(context, &subject, of).unwrap_or_default() {
            if !take(at, due.into()) {
                return;
            }
        }
    }
}

/// What one of them will ask of the store, if it may.
fn wanted(context: &Context, subject: &Subject, of: &Key) -> Option<Vec<Address>> {
    let record = &subject.record;
    let mut stores = record.stores.iter();
    let (_, name) = stores.find(|(kind, name)| store(*kind, name, &subject.key.place) == *of)?;
    if record.deleting || subject.waits_for_store(context) {
        return None;
    }
    let spec: ExternalSecretSpec = record.spec.read().ok()?;
    if !is_due(subject, &spec) {
        return None;
    }
    let named = StoreKey {
        kind: super::gather::kind_of(of.kind),
        name: name.to_string(),
    };
    if standings(context, subject).get(&named) != Some(&Standing::Usable) {
        return None;
    }
    let asked = entries(&spec).filter(|entry| entry.store.as_ref() == Some(&named));
    let asked = asked.filter_map(|entry| match entry.wants {
        Wants::Value(reference) | Wants::Extract(reference) => Some(Address::from(reference)),
        Wants::Find(_) | Wants::Nothing => None,
    });
    Some(asked.collect())
}

/// Whether it will be refreshed, as far as it can be known without its target.
fn is_due(subject: &Subject, spec: &ExternalSecretSpec) -> bool {
    let record = &subject.record;
    let status: ExternalSecretStatus = record.status.read_or_default();
    let refresh = Refresh {
        policy: spec.refresh_policy(),
        interval: duration::parse(spec.refresh_interval()).unwrap_or_default(),
        windows: spec.sync_windows.as_ref(),
        refreshed: status.refresh_time.as_ref().map(|time| time.0),
        synced: status
            .synced_resource_version
            .as_deref()
            .unwrap_or_default(),
        version: &sink::version(record),
        intact: true,
        phase: beat(&subject.key.place.namespace, &record.uid, Some(spec)),
    };
    matches!(schedule::due(&refresh, Timestamp::now()), Due::Now(_))
}
