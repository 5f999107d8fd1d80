//! Nothing is silenced without a reason, no test is switched off, nothing is left for later.

use crate::sources::{none, numbered, rust};

#[test]
fn every_allow_and_expect_has_a_reason() {
    let mut findings = Vec::new();
    for source in ["crates", "tests"].into_iter().flat_map(rust) {
        for (at, _) in source
            .text
            .match_indices("#[allow(")
            .chain(source.text.match_indices("#![allow("))
            .chain(source.text.match_indices("#[expect("))
            .chain(source.text.match_indices("#![expect("))
        {
            let line_start = source.text[..at]
                .rfind('\n')
                .map_or(0, |newline| newline + 1);
            // Elsewhere it stands in a comment or in a string, as in this file.
            if !source.text[line_start..at].trim().is_empty() {
                continue;
            }
            let attribute = source.text[at..]
                .split_once(")]")
                .map_or("", |(attribute, _)| attribute);
            if !attribute.contains("reason =") {
                let number = source.text[..at].lines().count() + 1;
                findings.push(format!(
                    "{}:{number}: {}",
                    source.path,
                    attribute.lines().next().unwrap_or_default()
                ));
            }
        }
    }
    none("a lint silenced without a reason", &findings);
}

/// Written in two parts so that this file does not find itself.
const LEFT_OVERS: [&str; 6] = [
    concat!("#[ig", "nore"),
    concat!("to", "do!("),
    concat!("unimpl", "emented!("),
    concat!("TO", "DO"),
    concat!("FIX", "ME"),
    concat!("XX", "X:"),
];

#[test]
fn nothing_is_left_for_later() {
    let mut findings = Vec::new();
    for source in ["crates", "tests"].into_iter().flat_map(rust) {
        for (number, line) in numbered(&source.text) {
            for left_over in LEFT_OVERS
                .iter()
                .filter(|left_over| line.contains(*left_over))
            {
                findings.push(format!("{}:{number}: {left_over}", source.path));
            }
        }
    }
    none("something left for later", &findings);
}

/// The tests of one file, moved beside it for their length, are spoken for by that file.
#[test]
fn every_file_says_what_it_is_for() {
    let without: Vec<String> = ["crates", "tests"]
        .into_iter()
        .flat_map(rust)
        .filter(|source| !source.path.ends_with("/tests.rs") && !source.text.starts_with("//!"))
        .map(|source| source.path)
        .collect();
    none("a file without a module doc", &without);
}
