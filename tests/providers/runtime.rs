//! A runtime for each test, as far as it waits for anything.

use std::future::Future;

use tokio::runtime::Builder;

/// Runs what waits.
pub(crate) fn run<T>(work: impl Future<Output = T>) -> T {
    let runtime = Builder::new_current_thread().enable_all().build();
    runtime.unwrap().block_on(work)
}
