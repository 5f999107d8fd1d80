//! `selkie check` in a working tree: what git ignores, what is staged, by which rules.

use crate::clone::Clone;

#[test]
fn ignored_files_do_not_count_unless_they_are_committed() {
    let clone = Clone::new();
    clone.write(".gitignore", "*.plain.yaml\n");
    clone.write("secrets/a.plain.yaml", "a: 1\n");
    clone.selkie(&["check"]).ok();
    // Who names it means it.
    clone.selkie(&["check", "secrets/a.plain.yaml"]).refused();
    clone.git(&["add", "-f", "secrets/a.plain.yaml"]).ok();
    clone.selkie(&["check"]).refused();
    clone.selkie(&["check", "--staged"]).refused();
}

#[test]
fn names_are_taken_as_they_are() {
    let clone = Clone::new();
    for name in [
        "a b.yaml",
        "ü\t.yaml",
        "[x]*.yaml",
        "-n.yaml",
        "new\nline.yaml",
    ] {
        clone.write(&format!("secrets/{name}"), "a: 1\n");
    }
    clone.git(&["add", "."]).ok();
    for arguments in [&["check"][..], &["check", "--staged"]] {
        let said = clone.selkie(arguments).refused();
        assert!(said.contains("error: 5 findings in 5 files"), "{said}");
    }
    let said = clone
        .selkie(&["check", "--staged", "secrets/[x]*.yaml"])
        .refused();
    assert!(said.contains("error: 1 finding in 1 file"), "{said}");
}

#[test]
fn the_rules_are_those_of_the_commit() {
    let clone = Clone::new();
    clone.write("secrets/a.yaml", "a: 1\n");
    clone.git(&["add", "."]).ok();
    // The folder has laxer rules than what is to be committed.
    clone.write(".sops.yaml", "creation_rules: []\n");
    clone.selkie(&["check"]).ok();
    clone.selkie(&["check", "--staged"]).refused();
    clone.git(&["add", "."]).ok();
    clone.selkie(&["check", "--staged"]).ok();
}

#[test]
fn only_what_changes_is_looked_at() {
    let clone = Clone::new();
    clone.write("secrets/a.yaml", "a: 1\n");
    clone.git(&["add", "."]).ok();
    clone.git(&["commit", "--quiet", "-m", "one"]).ok();
    clone.selkie(&["check", "--staged"]).ok();
    clone.write("secrets/b.yaml", "b: 1\n");
    std::os::unix::fs::symlink("a.yaml", clone.top().join("secrets/c.yaml")).unwrap();
    clone.git(&["add", "."]).ok();
    let said = clone.selkie(&["check", "--staged"]).refused();
    assert!(said.starts_with("secrets/b.yaml:1: "), "{said}");
    assert!(said.contains("error: 1 finding in 1 file"), "{said}");
}

#[test]
fn many_files_come_in_one_order() {
    let clone = Clone::new();
    let names: Vec<String> = (0..200)
        .map(|number| format!("secrets/{number:03}.yaml"))
        .collect();
    for name in &names {
        clone.write(name, "a: 1\n");
    }
    clone.git(&["add", "."]).ok();
    for arguments in [&["check"][..], &["check", "--staged"]] {
        let said = clone.selkie(arguments).out();
        let found: Vec<&str> = said
            .lines()
            .filter_map(|line| line.split(':').next())
            .collect();
        assert_eq!(found, names);
    }
}
