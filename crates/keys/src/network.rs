//! The one place where this crate waits for a network: a runtime that starts with the first key that needs it, a limit in time, and
//! attempts.
//!
//! Never here: what is asked of whom.

use std::future::Future;
use std::sync::OnceLock;
use std::time::Duration;

use rand::RngExt as _;
use tokio::runtime::{Builder, Runtime};

use crate::{Cause, Fault, Network};

/// Runs a request to its end, or to the limit. Several threads may do so at once; none may be a thread of a runtime's own.
pub(crate) fn run<T>(
    network: Network,
    work: impl Future<Output = Result<T, Fault>>,
) -> Result<T, Fault> {
    let limited = async { tokio::time::timeout(network.timeout, work).await };
    match runtime()?.block_on(limited) {
        Ok(done) => done,
        Err(_) => Err(Fault::new(Cause::TimedOut(network.timeout))),
    }
}

/// Runs what ends with the process.
#[cfg(feature = "remote")]
pub(crate) fn endless<T>(work: impl Future<Output = T>) -> Result<T, Fault> {
    Ok(runtime()?.block_on(work))
}

/// Makes a request again while it fails for a passing reason, each time after about twice as long. For vendors whose client does not.
pub(crate) async fn repeated<T, F>(
    network: Network,
    mut request: impl FnMut() -> F,
) -> Result<T, Fault>
where
    F: Future<Output = Result<T, Fault>>,
{
    let mut pause = Duration::from_millis(200);
    for _ in 1..network.attempts.get() {
        match request().await {
            Err(fault) if fault.cause.is_passing() => {
                // Many files fail together and would come back together.
                let jitter = rand::rng().random_range(0.5..1.5);
                tokio::time::sleep(pause.mul_f64(jitter)).await;
                pause *= 2;
            }
            done => return done,
        }
    }
    request().await
}

fn runtime() -> Result<&'static Runtime, Fault> {
    static RUNTIME: OnceLock<Option<Runtime>> = OnceLock::new();
    let start = || {
        Builder::new_multi_thread()
            .worker_threads(1)
            .enable_all()
            .build()
            .ok()
    };
    RUNTIME.get_or_init(start).as_ref().ok_or_else(|| {
        Fault::new(Cause::Setting(
            "the system has no thread left for the network".to_owned(),
        ))
    })
}

#[cfg(test)]
mod tests {
    use std::cell::Cell;
    use std::num::NonZeroU32;

    use super::*;

    fn network(attempts: u32) -> Network {
        Network {
            timeout: Duration::from_secs(20),
            attempts: NonZeroU32::new(attempts).unwrap(),
        }
    }

    #[test]
    fn only_what_passes_is_tried_again() {
        let rows = [
            (Cause::Throttled, 3, 3),
            (Cause::Unavailable, 2, 2),
            (Cause::Unreachable, 1, 1),
            (Cause::Denied, 3, 1),
            (Cause::NoKey, 3, 1),
        ];
        for (cause, attempts, expected) in rows {
            let made = Cell::new(0);
            let network = network(attempts);
            let done = run(
                network,
                repeated(network, || async {
                    made.set(made.get() + 1);
                    Err::<(), _>(Fault::new(cause.clone()))
                }),
            );
            assert_eq!(done, Err(Fault::new(cause)));
            assert_eq!(made.get(), expected);
        }
    }

    #[test]
    fn what_never_ends_is_ended() {
        let network = Network {
            timeout: Duration::from_millis(20),
            ..network(1)
        };
        let done = run(network, std::future::pending::<Result<(), Fault>>());
        assert_eq!(done, Err(Fault::new(Cause::TimedOut(network.timeout))));
    }
}
