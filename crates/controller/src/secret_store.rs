//! One run of a store: gather, plan, apply. Both kinds of stores are run by this.
//!
//! A store whose verdict turns, or that has its first one, wakes the ExternalSecrets that read from it: at once, not after their pauses.

mod apply;
mod gather;

use jiff::Timestamp;
use selkie_reconcile::external_secret::Requeue;
use selkie_reconcile::secret_store::{Outcome, Plan, Step, look, plan};

use crate::context::Context;
use crate::key::Key;
use crate::work::{End, Retry, later};

/// Runs a store.
pub(crate) async fn run(context: &Context, key: &Key) -> End {
    let Some(record) = context.view().record(key) else {
        return End::Rest;
    };
    if !context.settings.serves(key.kind) {
        return End::Rest;
    }
    let mut seen = gather::observe(context, &record);
    let planned = match look(&seen) {
        Step::Done(plan) => plan,
        Step::Try => {
            seen.tried = gather::attempt(context, key).await;
            plan(&seen)
        }
    };
    match apply::apply(context, key, record, &seen, &planned).await {
        Ok(()) => end(&planned, seen.now),
        Err(end) => end,
    }
}

fn end(plan: &Plan, now: Timestamp) -> End {
    let retry = match plan.next {
        Requeue::Now => Retry::After(std::time::Duration::ZERO),
        Requeue::After(time) => Retry::After(time.unsigned_abs()),
        Requeue::Backoff => Retry::Backoff(None),
        Requeue::OnWatch => Retry::Never,
    };
    match (&plan.outcome, retry) {
        (Outcome::Failed(failure), retry) => End::Failed(failure.cause, retry),
        (_, Retry::After(time)) => End::Again(later(now, time)),
        (_, Retry::Backoff(_)) => End::Conflict,
        (_, Retry::Never) => End::Rest,
    }
}
