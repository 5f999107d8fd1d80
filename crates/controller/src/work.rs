//! Takes objects off the queue and runs them, so many at a time; a failure, a conflict or a panic of one is the matter of that one.
//!
//! Never here: what a run does, and the order.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::{Duration, Instant};

use selkie_api::Cause;
use tokio::sync::watch;
use tokio::task::{Id, JoinError, JoinSet};

use crate::context::Context;
use crate::key::{Key, Kind};
use crate::queue::{Job, Lane};
use crate::{external_secret, retry, secret_store};

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
    /// Well; it is due again after this time.
    Again(Duration),
    /// Badly, for this cause; it is tried again, at the earliest after `wait` if somebody asks for patience.
    Failed {
        /// Why.
        cause: Cause,
        /// Whether trying again could help; if not, only a change does.
        is_passing: bool,
        /// What the other side asked for.
        wait: Option<Duration>,
    },
    /// Somebody else wrote meanwhile.
    Conflict,
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
    context.providers.forget_before(queue.oldest_due().unwrap_or(now));
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
    let end = tokio::time::timeout(LIMIT, Box::pin(run)).await.unwrap_or(End::Failed {
        cause: Cause::Timeout,
        is_passing: true,
        wait: None,
    });
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
            let cause = Cause::ProviderError;
            (End::Failed { cause, is_passing: true, wait: None }, Duration::ZERO)
        }
    };
    let now = Instant::now();
    let next = match end {
        End::Rest => {
            context.ran(&key, true, took);
            None
        }
        End::Again(after) => {
            context.ran(&key, true, took);
            Some((Lane::Periodic, now + after))
        }
        End::Conflict => Some((lane, now + CONFLICT)),
        End::Failed { cause, is_passing, wait } => {
            let failures = context.ran(&key, false, took);
            context.counters.failure(key.kind, cause);
            is_passing.then(|| {
                context.counters.retry();
                let pause = retry::pause(failures, seed(&key)).max(wait.unwrap_or_default());
                (lane.max(Lane::Changed), now + pause)
            })
        }
    };
    context.queue().done(&key, next, now);
}

/// A number of an object's own.
fn seed(key: &Key) -> u64 {
    use std::hash::{DefaultHasher, Hash as _, Hasher as _};
    let mut hasher = DefaultHasher::new();
    key.hash(&mut hasher);
    hasher.finish()
}
