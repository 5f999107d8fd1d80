//! The clock and the randomness of a run, each asked once.

use std::time::{SystemTime, UNIX_EPOCH};

use rand::SeedableRng;
use rand::rngs::{StdRng, SysRng};
use selkie_crypto::Timestamp;

use crate::exit::Status;
use crate::message::Failure;

/// A generator seeded by the system.
pub(super) fn randomness() -> Result<StdRng, Failure> {
    StdRng::try_from_rng(&mut SysRng)
        .map_err(|_| Failure::new(Status::Failed, "the system gives no randomness"))
}

/// The time of writing.
pub(super) fn now() -> Timestamp {
    let since = SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .map_or(0, |since| since.as_secs());
    Timestamp::from_unix(i64::try_from(since).unwrap_or(i64::MAX))
}
