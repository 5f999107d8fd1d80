//! Each kind of key has what its users look for: a page in the guide, an example, and a whole failure table.

use std::fs;
use std::path::Path;

use selkie_tests::repository::top;

use crate::sources::none;

/// The rooms of kinds, and what users call each, where that is shorter.
const SHORT: [(&str, &str); 1] = [("vault_transit", "vault")];

/// Kinds that somebody keeps for us, so that there is something to create and somebody to permit it.
const AT_NOBODY: [&str; 2] = ["age", "pgp"];

#[test]
fn each_kind_of_key_has_page_example_and_failure_table() {
    let top = top();
    let read = |path: &str| fs::read_to_string(top.join(path)).unwrap_or_default();
    let rooms = rooms(&read("crates/crypto/src/recipient.rs"));
    assert!(rooms.len() >= 7, "{rooms:?}");
    let mut findings = Vec::new();
    for room in rooms {
        let short = SHORT.iter().find(|(long, _)| *long == room);
        let name = short
            .map_or(room.as_str(), |(_, short)| short)
            .replace('_', "-");
        let page = format!("docs/guide/keys-with-{name}.md");
        let mut wanted = vec![".sops.yaml", "creation_rules:", "## How it fails"];
        if !AT_NOBODY.contains(&room.as_str()) {
            wanted.extend(["## What to create", "The least that"]);
        }
        let text = read(&page);
        let lacking = wanted.into_iter().filter(|part| !text.contains(part));
        findings.extend(lacking.map(|part| format!("{page}: {part}")));
        if !read("docs/guide/README.md").contains(&format!("keys-with-{name}.md")) {
            findings.push(format!("docs/guide/README.md: {page}"));
        }
        let example = format!("examples/keys/{name}/.sops.yaml");
        if !top.join(&example).exists() {
            findings.push(example);
        }
        if !has_failure_table(&top.join("tests/keys"), &room) {
            findings.push(format!("tests/keys/{room}: failure::complete(…)"));
        }
    }
    none("lacking for a kind of key", &findings);
}

/// The rooms that `kind_name` takes the names of kinds from.
fn rooms(recipient: &str) -> Vec<String> {
    let before_name = recipient.split("::NAME").map(|text| {
        let word = |letter: char| letter.is_ascii_lowercase() || letter == '_';
        text[text.trim_end_matches(word).len()..].to_owned()
    });
    let mut rooms: Vec<String> = before_name.collect();
    rooms.pop();
    rooms
}

/// Whether the kind's tests check that their failure table has all rows.
fn has_failure_table(folder: &Path, room: &str) -> bool {
    [format!("{room}.rs"), format!("{room}/failures.rs")]
        .iter()
        .filter_map(|file| fs::read_to_string(folder.join(file)).ok())
        .any(|text| text.contains("failure::complete("))
}
