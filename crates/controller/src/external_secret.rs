//! One run of an ExternalSecret: gather, plan, apply.
//!
//! Gathering only reads and applying only writes; what is written is decided by the plan alone. Somebody else who writes the target meanwhile is met as
//! a conflict: the target is read anew and planned for again with the values that are there, so that no provider is asked twice.
//!
//! At most three writes: the target, the status, an event in the background.

mod ahead;
mod apply;
mod gather;
mod target;

use std::time::Duration;

use jiff::Timestamp;
use selkie_reconcile::external_secret::{
    Action, Fetched, Observed, Outcome, Plan, Requeue, Step, look, plan, refused,
};

use crate::context::Context;
use crate::queue::Job;
use crate::work::{End, Retry, later};
use apply::Done;
use gather::Subject;

/// How often one run meets somebody else's write before it makes room for others.
const ATTEMPTS: u32 = 4;

/// Runs an ExternalSecret.
pub(crate) async fn run(context: &Context, job: &Job) -> End {
    let Some(mut subject) = Subject::of(context, &job.key) else {
        return End::Rest;
    };
    if subject.waits_for_store(context) {
        // The store's own run wakes whoever reads from it.
        return End::Rest;
    }
    let mut seen = match gather::observe(context, &subject).await {
        Ok(seen) => seen,
        Err(refusal) => return End::refused(&refusal),
    };
    let mut wait = None;
    let mut next = match look(&seen) {
        Step::Done(plan) => *plan,
        Step::Fetch(order) => {
            seen.sources = gather::sources(context, &subject, order.sources).await;
            let brought = gather::fetch(context, &subject, &seen, job.due).await;
            seen.fetched = Fetched::Asked(brought.answers);
            seen.revisions = brought.revisions;
            wait = brought.wait;
            let planned;
            (seen, planned) = planned_elsewhere(seen).await;
            planned
        }
    };
    for _ in 0..ATTEMPTS {
        let done = match &next.target {
            Action::Read => Done::Stale,
            _ => apply::apply(context, &mut subject, &next).await,
        };
        match done {
            Done::All => return end(&next, seen.now, wait),
            Done::Conflict => return End::Conflict,
            Done::Stale => {
                seen.target = match target::read(context, &subject.target).await {
                    Ok(target) => target,
                    Err(refusal) => return End::refused(&refusal),
                };
                (seen, next) = planned_elsewhere(seen).await;
            }
            Done::Refused(write, refusal) => {
                let failure = apply::failure(write, &refusal);
                tracing::warn!(object = %job.key, %failure, "a write is refused");
                next = refused(&seen, write, failure);
            }
        }
    }
    End::Conflict
}

/// Plans on a thread that may take its time if a template is rendered.
async fn planned_elsewhere(seen: Observed) -> (Observed, Plan) {
    let renders = seen
        .object
        .spec
        .as_ref()
        .is_ok_and(|spec| spec.target().template.is_some());
    if !renders {
        let planned = plan(&seen);
        return (seen, planned);
    }
    let work = tokio::task::spawn_blocking(move || {
        let planned = plan(&seen);
        (seen, planned)
    });
    match work.await {
        Ok(both) => both,
        // A panic of the plan is a panic of the run.
        Err(error) => match error.try_into_panic() {
            Ok(panic) => std::panic::resume_unwind(panic),
            Err(_) => std::future::pending().await,
        },
    }
}

fn end(plan: &Plan, now: Timestamp, wait: Option<Duration>) -> End {
    let retry = match plan.next {
        Requeue::Now => Retry::After(Duration::ZERO),
        Requeue::After(time) => Retry::After(time.unsigned_abs()),
        Requeue::Backoff => Retry::Backoff(wait),
        Requeue::OnWatch => Retry::Never,
    };
    match (&plan.outcome, retry) {
        (Outcome::Failed(_, failure), retry) => End::Failed(failure.cause, retry),
        (_, Retry::After(time)) => End::Again(later(now, time)),
        (_, Retry::Backoff(_)) => End::Conflict,
        (_, Retry::Never) => End::Rest,
    }
}
