//! Every dependency says why it is there, and every member takes it from the one list.

use std::fs;

use selkie_tests::repository::top;

use crate::sources::{Source, files, none, numbered};

#[test]
fn every_dependency_of_the_workspace_has_a_reason_above_it() {
    let manifest = fs::read_to_string(top().join("Cargo.toml")).unwrap();
    none("a dependency without a reason", &without_reason(&manifest));
}

fn without_reason(manifest: &str) -> Vec<String> {
    let mut findings = Vec::new();
    let mut inside = false;
    // The family (first part of the name) that the last comment speaks for.
    let mut family: Option<String> = None;
    let mut commented = false;
    for (number, line) in numbered(manifest) {
        if line.starts_with('[') {
            inside = line == "[workspace.dependencies]";
        } else if line.starts_with('#') {
            commented = true;
        } else if inside && line.contains('=') {
            let own = line.contains("path = \"crates/");
            let name = line.split(['.', ' ', '=']).next().unwrap_or_default();
            let first = name.split(['-', '_']).next().unwrap_or_default().to_owned();
            if !own && !commented && family.as_ref() != Some(&first) {
                findings.push(format!("Cargo.toml:{number}: {name}"));
            }
            family = Some(first);
            commented = false;
        } else {
            commented = false;
        }
    }
    findings
}

#[test]
fn a_reason_speaks_for_one_family() {
    let rows = [
        ("# why\na = \"1\"\n", 0),
        ("# why\nserde = \"1\"\nserde_json = \"1\"\n", 0),
        ("# why\na = \"1\"\nb = \"1\"\n", 1),
        ("a = \"1\"\n", 1),
        ("# about nothing\n\na = \"1\"\n", 1),
        ("ours = { path = \"crates/ours\" }\n", 0),
    ];
    for (lines, expected) in rows {
        assert_eq!(
            without_reason(&format!("[workspace.dependencies]\n{lines}")).len(),
            expected,
            "{lines}"
        );
    }
}

#[test]
fn members_take_every_dependency_from_the_workspace() {
    let mut findings = Vec::new();
    let fuzz = "tests/fuzz/";
    // It holds the command line's package too.
    let top = Source {
        path: "Cargo.toml".to_owned(),
        text: fs::read_to_string(top().join("Cargo.toml")).unwrap(),
    };
    for manifest in ["crates", "tests"]
        .into_iter()
        .flat_map(|folder| files(folder, "toml"))
        .chain([top])
    {
        if !manifest.path.ends_with("Cargo.toml") || manifest.path.starts_with(fuzz) {
            continue;
        }
        let mut inside = false;
        for (number, line) in numbered(&manifest.text) {
            if line.starts_with('[') {
                inside = line.ends_with("dependencies]") && line != "[workspace.dependencies]";
            } else if inside && line.contains('=') && !line.contains("workspace = true") {
                findings.push(format!("{}:{number}: {line}", manifest.path));
            }
        }
    }
    none("a dependency with a version of its own", &findings);
}
