//! The hooks that pre-commit takes from this repository.

use std::fs;

use selkie_tests::repository::top;

use crate::clone::Clone;

/// The value of a field in every hook, in order.
fn fields(name: &str) -> Vec<String> {
    let text = fs::read_to_string(top().join(".pre-commit-hooks.yaml")).unwrap();
    let lines = text.lines().filter_map(|line| {
        let line = line.trim_start_matches(['-', ' ']);
        line.strip_prefix(name)?
            .strip_prefix(": ")
            .map(str::to_owned)
    });
    lines.collect()
}

#[test]
fn each_hook_refuses_plain_files_and_passes_encrypted_ones() {
    let clone = Clone::new();
    clone.write("secrets/a.yaml", "a: 1\n");
    clone.write("secrets/b.yaml", "b: 1\n");
    clone.write("other.yaml", "c: 1\n");
    // pre-commit hands the names of the files over.
    let names = ["secrets/a.yaml", "secrets/b.yaml", "other.yaml"];
    let entries = fields("entry");
    assert_eq!(entries.len(), fields("id").len());
    let run = |entry: &str| {
        let mut words: Vec<&str> = entry.split(' ').collect();
        assert_eq!(words.remove(0), "selkie");
        words.extend(names);
        clone.selkie(&words)
    };
    for entry in &entries {
        let said = run(entry).refused();
        assert!(said.contains("2 findings in 2 files"), "{said}");
    }
    for name in &names[..2] {
        clone.selkie(&["encrypt", "-i", name]).ok();
    }
    for entry in &entries {
        run(entry).ok();
    }
}
