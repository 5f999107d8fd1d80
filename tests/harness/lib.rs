//! What the suites share: throw-away folders, our program, an age key, seeded randomness, running a command with input and
//! environment. Nothing here may know what a suite expects.

pub mod case;
pub mod guide;
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

use std::env;

use rand::SeedableRng as _;
use rand::rngs::StdRng;

pub use key::AgeKey;
pub use party::Party;
pub use process::{Output, Run};

/// Randomness that is the same in each run, so that a failure can be had again by its seed.
pub fn seeded(seed: u64) -> StdRng {
    StdRng::seed_from_u64(seed)
}

/// Seeds, and cases per seed: one seed and so many cases in the gate, unless `SELKIE_SEEDS` and `SELKIE_CASES` say more, as the long tier does.
///
/// # Panics
/// If one of them is no number.
pub fn extent(cases: usize) -> (u64, usize) {
    let number = |name: &str| {
        env::var(name).ok().map(|text| {
            text.parse::<usize>()
                .unwrap_or_else(|_| panic!("{name} is no number"))
        })
    };
    (
        number("SELKIE_SEEDS").unwrap_or(1) as u64,
        number("SELKIE_CASES").unwrap_or(cases),
    )
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
