//! What is said of security is held by a test: each line of a table names one, and each name leads to one.

use std::fs;

use selkie_tests::repository::top;

use crate::sources::none;

const PAGES: [&str; 2] = ["docs/guide/controller-security.md", "SECURITY.md"];
const COLUMN: &str = "held by";

#[test]
fn every_line_of_the_model_is_held_by_a_test() {
    let mut findings = Vec::new();
    let mut found = 0;
    for page in PAGES {
        let text = fs::read_to_string(top().join(page)).unwrap();
        let mut inside = false;
        for line in text.lines() {
            let Some(cells) = cells(line) else {
                inside = false;
                continue;
            };
            let last = cells.last().copied().unwrap_or_default();
            if inside && !last.starts_with("---") {
                let names: Vec<&str> = last.split('`').skip(1).step_by(2).collect();
                found += names.len();
                if names.is_empty() {
                    findings.push(format!("{page}: nothing holds {line}"));
                }
                let lost = names.into_iter().filter(|name| !is_there(name));
                findings.extend(lost.map(|name| format!("{page}: {name}")));
            }
            inside |= last == COLUMN;
        }
    }
    assert!(found > 40, "the lines are found: {found}");
    none("a line without its test", &findings);
}

#[test]
fn tests_that_are_named_in_passing_are_there() {
    let text = fs::read_to_string(top().join("SECURITY.md")).unwrap();
    let named = text.split('`').skip(1).step_by(2);
    let lost: Vec<String> = named
        .filter(|name| name.starts_with("tests/") || name.starts_with("crates/"))
        .filter(|name| !top().join(name).exists())
        .map(str::to_owned)
        .collect();
    none("a test that is not there", &lost);
}

fn cells(line: &str) -> Option<Vec<&str>> {
    let line = line.trim().strip_prefix('|')?.strip_suffix('|')?;
    Some(line.split(" | ").map(str::trim).collect())
}

/// `path: name`, where the name is a function's or a row's.
fn is_there(name: &str) -> bool {
    let Some((path, name)) = name.split_once(": ") else {
        return false;
    };
    let text = fs::read_to_string(top().join(path)).unwrap_or_default();
    text.contains(&format!("fn {name}(")) || text.contains(&format!("row(\"{name}\")"))
}
