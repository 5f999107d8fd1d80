//! Takes objects off the queue and runs them, so many at a time; a failure, a conflict or a panic of one is the matter of that one.
//!
//! Never here: what a run does, and the order.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::{Duration, Instant};

use jiff::Timestamp;
use selkie_api::Cause;
use selkie_reconcile::schedule::{self, Phase};
use tokio::sync::watch;
use tokio::task::{Id, JoinError, JoinSet};

use crate::cluster::Refusal;
use crate::context::Context;
use crate::key::{Key, Kind};
use crate::queue::{Job, Lane};
use crate::{external_secret, secret_store};

/// No run may take longer. All requests in it have shorter limits of their own.
const LIMIT: Duration = Duration::from_mins(3);
/// How long runs that are under way may go on when the program is told to end.
const GRACE: Duration = Duration::from_secs(15);
/// Somebody else wrote at the same time; what he wrote will be seen by then.
const CONFLICT: Duration = Duration::from_millis(20);

/// How a run ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum End {
    /// Well; nothing is to be done before something changes.
    Rest,
    /// Well; it is due again at this time.
    Again(Timestamp),
    /// Badly, for this cause.
    Failed(Cause, Retry),
    /// Somebody else wrote meanwhile.
    Conflict,
}

/// When a failed object is tried again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Retry {
    /// When something changes.
    Never,
    /// After a time that grows with each failure, and not before somebody's patience ends who asked for it.
    Backoff(Option<Duration>),
    /// After this time.
    After(Duration),
}

impl End {
    /// The API server did not let the run read what it needs.
    pub(crate) fn refused(refusal: &Refusal) -> Self {
        Self::Failed(refusal.cause(), Retry::Backoff(None))
    }
}

/// The end of a span that begins then, or of the calendar.
pub(crate) fn later(then: Timestamp, span: Duration) -> Timestamp {
    then.checked_add(span).unwrap_or(Timestamp::MAX)
}

/// Runs objects until told to stop, then waits for those under way.
pub(crate) async fn run(context: Arc<Context>, mut stop: watch::Receiver<bool>) {
    let mut jobs = JoinSet::new();
    let mut keys = HashMap::new();
    while !*stop.borrow() {
        let wake = fill(&context, &mut jobs, &mut keys);
        tokio::select! {
            () = context.news.notified() => {}
            Some(ended) = jobs.join_next_with_id(), if !jobs.is_empty() => {
                finish(&context, &mut keys, ended);
                while let Some(ended) = jobs.try_join_next_with_id() {
                    finish(&context, &mut keys, ended);
                }
            }
            () = tokio::time::sleep_until(wake.into()) => {}
            // Whoever could tell has gone: the program ends.
            changed = stop.changed() => if changed.is_err() { break },
        }
    }
    let rest = async {
        while let Some(ended) = jobs.join_next_with_id().await {
            finish(&context, &mut keys, ended);
        }
    };
    if tokio::time::timeout(GRACE, rest).await.is_err() {
        tracing::warn!("some objects were still being reconciled at the end");
    }
}

/// Starts what may start, and returns when to look again.
fn fill(
    context: &Arc<Context>,
    jobs: &mut JoinSet<Done>,
    keys: &mut HashMap<Id, (Key, Lane)>,
) -> Instant {
    let now = Instant::now();
    let mut queue = context.queue();
    while jobs.len() < context.settings.concurrent {
        let Some(job) = queue.take(now) else { break };
        let (key, lane) = (job.key.clone(), job.lane);
        let handle = jobs.spawn(one(Arc::clone(context), job));
        keys.insert(handle.id(), (key, lane));
    }
    context.providers.waits_since(queue.oldest_due());
    let soon = now + Duration::from_secs(1);
    queue.next_at().map_or(soon, |at| at.min(soon))
}

/// A run, and how it ended.
type Done = (Job, End, Duration);

async fn one(context: Arc<Context>, job: Job) -> Done {
    let start = Instant::now();
    let run = async {
        match job.key.kind {
            Kind::ExternalSecret => external_secret::run(&context, &job).await,
            Kind::SecretStore | Kind::ClusterSecretStore => {
                secret_store::run(&context, &job.key).await
            }
        }
    };
    let end = tokio::time::timeout(LIMIT, Box::pin(run)).await;
    let end = end.unwrap_or(End::Failed(Cause::Timeout, Retry::Backoff(None)));
    (job, end, start.elapsed())
}

fn finish(
    context: &Context,
    keys: &mut HashMap<Id, (Key, Lane)>,
    ended: Result<(Id, Done), JoinError>,
) {
    let id = match &ended {
        Ok((id, _)) => *id,
        Err(error) => error.id(),
    };
    let Some((key, lane)) = keys.remove(&id) else {
        return;
    };
    let (end, took) = match ended {
        Ok((_, (_, end, took))) => (end, took),
        Err(error) => {
            // The message of a panic may hold anything.
            tracing::error!(object = %key, panicked = error.is_panic(), "a run broke off");
            let end = End::Failed(Cause::ProviderError, Retry::Backoff(None));
            (end, Duration::ZERO)
        }
    };
    let now = Instant::now();
    let next = match end {
        End::Rest => {
            context.ran(&key, true, took);
            None
        }
        End::Again(time) => {
            context.ran(&key, true, took);
            Some((Lane::Periodic, context.clock.instant(time)))
        }
        End::Conflict => Some((lane, now + CONFLICT)),
        End::Failed(cause, retry) => {
            let failures = context.ran(&key, false, took);
            context.counters.failure(key.kind, cause);
            let pause = match retry {
                Retry::Never => None,
                Retry::Backoff(patience) => {
                    context.counters.retry();
                    let phase = Phase::of(&key.to_string());
                    let pause = schedule::backoff(failures.saturating_sub(1), phase);
                    Some(pause.unsigned_abs().max(patience.unwrap_or_default()))
                }
                Retry::After(time) => Some(time),
            };
            pause.map(|pause| (lane.max(Lane::Changed), now + pause))
        }
    };
    context.queue().done(&key, next, now);
}
