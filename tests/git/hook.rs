//! The hook that `selkie init --hook` writes.

use std::fs;

use crate::clone::Clone;

const NOT_ENCRYPTED: &str = "secrets/db.yaml:1: [\"password\"]: the file is not encrypted";

#[test]
fn a_plaintext_commit_is_refused_and_an_encrypted_one_passes() {
    let clone = Clone::new();
    clone.selkie(&["init", "--hook"]).ok();
    clone.write("secrets/db.yaml", "password: hunter2\n");
    clone.write("values.yaml", "open: 1\n");
    clone.git(&["add", "."]).ok();
    let said = clone.git(&["commit", "-m", "one"]).refused();
    assert!(said.contains(NOT_ENCRYPTED), "{said}");
    assert!(said.contains("error: 1 finding in 1 file"), "{said}");

    // What is staged counts, not what has become of it since.
    clone.selkie(&["encrypt", "-i", "secrets/db.yaml"]).ok();
    let said = clone.git(&["commit", "-m", "one"]).refused();
    assert!(said.contains(NOT_ENCRYPTED), "{said}");
    clone.git(&["add", "."]).ok();
    clone.git(&["commit", "--quiet", "-m", "one"]).ok();

    // Nor does it help that the file in the folder is encrypted, if the one in the commit is not.
    let sealed = clone.read("secrets/db.yaml");
    clone.write("secrets/db.yaml", "password: hunter3\n");
    clone.git(&["add", "."]).ok();
    clone.write("secrets/db.yaml", &sealed);
    clone.git(&["commit", "-m", "two"]).refused();
    // `commit -a` goes by an index of its own.
    clone.git(&["reset", "--quiet"]).ok();
    clone.write("secrets/db.yaml", "password: hunter3\n");
    let said = clone.git(&["commit", "-a", "-m", "two"]).refused();
    assert!(said.contains(NOT_ENCRYPTED), "{said}");
    clone
        .git(&["commit", "-a", "--quiet", "--no-verify", "-m", "two"])
        .ok();
    // A file that was committed plain, and is taken away now, is no finding.
    clone.git(&["rm", "--quiet", "-f", "secrets/db.yaml"]).ok();
    clone.git(&["commit", "--quiet", "-m", "three"]).ok();
}

#[test]
fn from_a_folder_below_too() {
    let clone = Clone::new();
    clone.selkie(&["init", "--hook"]).ok();
    clone.write("secrets/db.yaml", "password: hunter2\n");
    clone.git(&["add", "."]).ok();
    let said = clone
        .git(&["-C", "secrets", "commit", "-m", "one"])
        .refused();
    assert!(said.contains(NOT_ENCRYPTED), "{said}");
}

#[test]
fn a_hook_that_is_there_stays() {
    let clone = Clone::new();
    let hook = ".git/hooks/pre-commit";
    clone.write(hook, "#!/bin/sh\n# mine\n");
    let said = clone.selkie(&["init", "--hook"]).refused();
    assert!(said.contains("there is one already"), "{said}");
    assert!(said.contains("selkie check --staged || exit 1"), "{said}");
    assert_eq!(clone.read(hook), "#!/bin/sh\n# mine\n");
}

#[test]
fn the_folder_of_hooks_may_be_another() {
    let clone = Clone::new();
    clone.git(&["config", "core.hooksPath", "my hooks"]).ok();
    let said = clone.selkie(&["init", "--hook"]).ok();
    assert!(said.contains("my hooks/pre-commit"), "{said}");
    assert!(fs::exists(clone.top().join("my hooks/pre-commit")).unwrap());
}

#[test]
fn without_a_repository_there_is_no_hook() {
    let clone = Clone::new();
    fs::remove_dir_all(clone.top().join(".git")).unwrap();
    for flag in ["--hook", "--git"] {
        let said = clone.selkie(&["init", flag]).refused();
        assert!(
            said.starts_with("error: git: not a git repository"),
            "{said}"
        );
    }
}
