//! Selkie as git meets it: the hook, what is staged, and `git diff`. The real git, in clones that go away.
#![cfg(test)]

mod clone;
mod diff;
mod hook;
mod pre_commit;
mod staged;

use std::path::PathBuf;
use std::sync::OnceLock;

use selkie_tests::repository::top;
use selkie_xtask::program::{self, Profile};

/// The program, built once per run of the suite.
fn selkie() -> &'static PathBuf {
    static BUILT: OnceLock<PathBuf> = OnceLock::new();
    BUILT.get_or_init(|| program::selkie(&top(), Profile::Dev).unwrap())
}
