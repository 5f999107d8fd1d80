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
    Timestamp::from_unix(instant().0)
}

/// The time in seconds since 1970 and nanoseconds.
pub(super) fn instant() -> (i64, u32) {
    let since = SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .unwrap_or_default();
    (
        i64::try_from(since.as_secs()).unwrap_or(i64::MAX),
        since.subsec_nanos(),
    )
}
