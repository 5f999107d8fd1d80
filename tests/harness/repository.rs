//! Where things lie in the repository, and our program built from it.

use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use selkie_xtask::program::{self, Profile};
use selkie_xtask::root;

/// The repository's top folder.
///
/// # Panics
/// If the tests run outside a clone.
#[expect(clippy::expect_used, reason = "suites run inside the clone")]
pub fn top() -> PathBuf {
    root::root().expect("the tests run inside a clone")
}

/// The program `selkie`, built once per test process in the gate's profile.
///
/// # Panics
/// If it does not build.
#[expect(
    clippy::expect_used,
    reason = "a suite cannot go on without our program"
)]
pub fn selkie() -> &'static Path {
    static BUILT: OnceLock<PathBuf> = OnceLock::new();
    BUILT.get_or_init(|| program::selkie(&top(), Profile::Dev).expect("selkie builds"))
}

/// The files of the YAML corpus, sorted by name.
///
/// # Panics
/// If they are not there.
#[expect(clippy::expect_used, reason = "the corpus is part of the clone")]
pub fn corpus() -> Vec<PathBuf> {
    let folder = top()
        .join("tests/vectors/yaml")
        .read_dir()
        .expect("the corpus is there");
    let mut files: Vec<PathBuf> = folder
        .map(|entry| entry.expect("the corpus can be listed").path())
        .collect();
    files.sort();
    files
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_corpus_has_its_fifty_files() {
        assert_eq!(corpus().len(), 50);
    }
}
