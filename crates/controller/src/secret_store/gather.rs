//! Finds out what a store's plan is made of: its record, and what comes of trying it. It only reads.

use jiff::{SignedDuration, Timestamp};
use selkie_api::{Cause, StoreSpec};
use selkie_providers::{Failure, Validity};
use selkie_reconcile::secret_store::{Object, Observed, Tried};

use crate::context::Context;
use crate::credentials::Way;
use crate::key::Key;
use crate::record::Record;

/// What is known before the store is tried.
pub(super) fn observe(context: &Context, record: &Record) -> Observed {
    let spec: Result<StoreSpec, String> = record.spec.read_with_path();
    Observed {
        object: Object {
            deleting: record.deleting,
            spec: spec.map_err(|path| {
                let what = format!("the spec cannot be read at {path:?}");
                selkie_reconcile::Failure::new(Cause::InvalidSpec, what)
            }),
            status: record.status.read_or_default(),
        },
        tried: Tried::Not,
        class: context.settings.class.clone(),
        interval: SignedDuration::try_from(context.settings.store_interval)
            .unwrap_or(SignedDuration::MAX),
        now: Timestamp::now(),
    }
}

/// Tries the store, with everything that it refers to.
pub(super) async fn attempt(context: &Context, key: &Key) -> Tried {
    match once(context, key).await {
        Ok(tried) => tried,
        Err(Outlived) => once(context, key).await.unwrap_or(Tried::Unknown),
    }
}

/// The credentials of the connection were too old; there are others.
struct Outlived;

async fn once(context: &Context, key: &Key) -> Result<Tried, Outlived> {
    let store = match context.providers.way(context, key, None).await {
        Ok(Way::Open(store)) => store,
        Ok(Way::OnlyForSomebody) => return Ok(Tried::Unknown),
        Err(failure) => return Ok(Tried::NoClient(ours(failure))),
    };
    match store.validate(context).await {
        Ok(Validity::Valid) => Ok(Tried::Valid),
        Ok(Validity::Unknown) => Ok(Tried::Unknown),
        Err(failure) if context.providers.is_retired(&store, &failure) => Err(Outlived),
        Err(failure) => Ok(Tried::Invalid(ours(failure))),
    }
}

fn ours(failure: Failure) -> selkie_reconcile::Failure {
    selkie_reconcile::Failure::new(failure.cause, failure.detail)
}
