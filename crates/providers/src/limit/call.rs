//! One call to a provider, within the store's budget, and again if it failed for a reason that passes.

use std::time::Duration;

use futures::future::BoxFuture;
use selkie_api::Cause;
use tokio::time::{Instant, sleep, timeout};

use super::{Call, Lane, Layer, Retry};
use crate::Failure;

/// An attempt that takes longer is given up. Each request has limits of its own; this one is for a provider that forgets to ask for an answer.
const ATTEMPT: Duration = Duration::from_mins(5);

/// No attempt begins later than this after the first one: the queue's own patience is longer, and serves others in the meantime.
const PATIENCE: Duration = Duration::from_secs(15);

/// The longest pause.
const PAUSE: Duration = Duration::from_secs(5);

impl Layer {
    pub(super) async fn call<'p, T>(
        &self,
        lane: &'p Lane,
        operation: &'static str,
        mut attempt: impl FnMut() -> BoxFuture<'p, Result<T, Failure>>,
    ) -> Result<T, Failure> {
        let start = Instant::now();
        let mut made = 0;
        loop {
            let outcome = self.attempt(lane, operation, attempt()).await;
            let failure = match outcome {
                Err(failure) if failure.is_passing() => failure,
                done => return done,
            };
            if let (Cause::Throttled, Some(wait)) = (failure.cause, failure.after) {
                lane.budget.hold(wait.min(ATTEMPT));
            }
            if made >= lane.retry.times {
                return Err(failure);
            }
            let pause = self.pause(lane.retry, made, &failure);
            if start.elapsed() + pause > PATIENCE {
                return Err(failure);
            }
            sleep(pause).await;
            made += 1;
        }
    }

    async fn attempt<T>(
        &self,
        lane: &Lane,
        operation: &'static str,
        call: BoxFuture<'_, Result<T, Failure>>,
    ) -> Result<T, Failure> {
        let _under_way = lane.budget.enter().await;
        let outcome = timeout(ATTEMPT, call).await.unwrap_or_else(|_| {
            let detail = format!("no answer within {} s", ATTEMPT.as_secs());
            Err(Failure::new(Cause::Timeout, detail))
        });
        if let Some(observer) = &self.limits.observer {
            observer(&Call {
                store: &lane.origin.store,
                operation,
                failed: outcome.as_ref().err().map(|failure| failure.cause),
            });
        }
        outcome
    }

    /// Who failed together would come back together, so no two pauses are alike.
    fn pause(&self, retry: Retry, made: u32, failure: &Failure) -> Duration {
        let chance = (self.limits.chance)().clamp(0.0, 1.0);
        let own = if retry.even {
            retry.pause
        } else {
            retry.pause.saturating_mul(1 << made.min(16))
        };
        let own = own.min(PAUSE.max(retry.pause)).mul_f64(0.5 + chance);
        own.max(failure.after.unwrap_or_default())
    }
}
