//! What the suites share: throw-away folders, our program, an age key, seeded randomness, running a command with input and
//! environment. Nothing here may know what a suite expects.

pub mod case;
pub mod json;
pub mod key;
pub mod lines;
pub mod party;
pub mod process;
pub mod random;
pub mod repository;
#[path = "../servers/mod.rs"]
pub mod servers;
pub mod text;
pub mod wild;

use rand::SeedableRng as _;
use rand::rngs::StdRng;

pub use key::AgeKey;
pub use party::Party;
pub use process::{Output, Run};

/// Randomness that is the same in each run, so that a failure can be had again by its seed.
pub fn seeded(seed: u64) -> StdRng {
    StdRng::seed_from_u64(seed)
}

/// A folder that goes away with the value.
///
/// # Panics
/// If the system has no room for one.
#[expect(clippy::expect_used, reason = "a suite cannot go on without a folder")]
pub fn scratch() -> tempfile::TempDir {
    tempfile::Builder::new()
        .prefix("selkie-test-")
        .tempdir()
        .expect("a temporary folder can be made")
}
