//! The table "one obvious room" of `docs/ARCHITECTURE.md` names paths that exist.

use std::fs;
use std::path::Path;

use selkie_tests::repository::top;

use crate::sources::none;

const PAGE: &str = "docs/ARCHITECTURE.md";
const HEADING: &str = "## One obvious room";

#[test]
fn every_row_names_paths_that_exist() {
    let top = top();
    let page = fs::read_to_string(top.join(PAGE)).unwrap();
    let section = page
        .split_once(HEADING)
        .expect("the page has the section")
        .1;
    let section = section.split("\n## ").next().unwrap_or_default();
    let rows: Vec<&str> = section
        .lines()
        .filter(|line| line.starts_with('|'))
        .skip(2)
        .collect();
    assert!(rows.len() >= 3, "the table has its rows");
    let mut findings = Vec::new();
    for row in rows {
        let paths: Vec<&str> = row
            .split('`')
            .skip(1)
            .step_by(2)
            .filter(|text| text.contains('/'))
            .collect();
        if paths.is_empty() {
            findings.push(format!("no path in {row}"));
        }
        findings.extend(
            paths
                .into_iter()
                .filter(|path| !exists(&top, path))
                .map(|path| format!("{path} in {row}")),
        );
    }
    none("a room that is not there", &findings);
}

/// A path with a placeholder, as `keys/src/<kind>`, exists if its folder holds at least one that it could stand for.
fn exists(top: &Path, path: &str) -> bool {
    let Some((before, after)) = path.split_once('<') else {
        return top.join(path).exists();
    };
    let after = after.split_once('>').map_or("", |(_, after)| after);
    let (folder, start) = before.rsplit_once('/').unwrap_or(("", before));
    let Ok(entries) = top.join(folder).read_dir() else {
        return false;
    };
    entries.flatten().any(|entry| {
        let name = entry.file_name().to_string_lossy().into_owned();
        let end = after.split('/').next().unwrap_or_default();
        let fits = name.starts_with(start) && name.ends_with(end);
        fits && after
            .split_once('/')
            .is_none_or(|(_, rest)| rest.is_empty() || entry.path().join(rest).exists())
    })
}

#[test]
fn placeholders_stand_for_something() {
    let top = top();
    let rows = [
        ("Cargo.toml", true),
        ("crates/none", false),
        ("crates/<name>/Cargo.toml", true),
        ("crates/<name>/src/", true),
        ("tests/tidy/<name>.rs", true),
        ("tests/tidy/<name>.py", false),
    ];
    for (path, expected) in rows {
        assert_eq!(exists(&top, path), expected, "{path}");
    }
}
