//! File lengths, as a report: a long file is a question to its author, not an error.

use crate::sources::rust;

/// Whole files, tests included, beyond which somebody should look.
const ALARM: usize = 400;

#[test]
fn long_files_are_reported() {
    let mut long: Vec<(usize, String)> = ["crates", "tests"]
        .into_iter()
        .flat_map(rust)
        .map(|source| (source.text.lines().count(), source.path))
        .filter(|(lines, _)| *lines > ALARM)
        .collect();
    long.sort_by(|a, b| b.cmp(a));
    for (lines, path) in &long {
        println!("{path}: {lines} lines, alarm at {ALARM}");
    }
}
