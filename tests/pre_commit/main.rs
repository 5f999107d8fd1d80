//! The real pre-commit takes our hook from this repository, builds the program with Rust, and refuses a plain file. The release build makes it
//! long, so `--full` alone runs it. What the hook checks is held by the suite `git`.
#![cfg(test)]

use std::fs;
use std::path::Path;

use selkie_tests::repository::top;
use selkie_tests::{Output, Party, Run, scratch};
use selkie_xtask::peers;

#[test]
fn the_hook_is_built_and_refuses_a_plain_file() {
    let scratch = scratch();
    let work = scratch.path().join("work");
    fs::create_dir(&work).unwrap();
    let recipient = Party::new().recipient;
    let write = |name: &str, text: &str| fs::write(work.join(name), text).unwrap();
    write(
        ".sops.yaml",
        &format!("creation_rules:\n  - path_regex: ^secret\n    age: {recipient}\n"),
    );
    write(
        ".pre-commit-config.yaml",
        &format!(
            "repos:\n  - repo: {}\n    rev: {}\n    hooks:\n      - id: selkie-check\n",
            top().display(),
            revision()
        ),
    );
    write("secret.yaml", "a: 1\n");
    write("other.yaml", "a: 1\n");
    git(&work, &["init", "--quiet"]);
    git(&work, &["add", "."]);

    let packages = peers::pre_commit().unwrap();
    let hook = || {
        let run = keeping_rust(Run::new("python3"))
            .args(["-m", "pre_commit", "run", "--all-files"])
            .env("PYTHONPATH", &packages)
            .env("PRE_COMMIT_HOME", scratch.path().join("pre-commit"))
            .folder(&work);
        run.output()
    };
    let refused = hook();
    let said = String::from_utf8_lossy(&refused.stdout).into_owned() + &refused.stderr;
    assert_eq!(refused.status, Some(1), "{said}");
    assert!(said.contains("secret.yaml"), "{said}");
    assert!(!said.contains("other.yaml:"), "{said}");

    fs::remove_file(work.join("secret.yaml")).unwrap();
    git(&work, &["add", "."]);
    let passed = hook();
    let said = String::from_utf8_lossy(&passed.stdout).into_owned() + &passed.stderr;
    assert_eq!(passed.status, Some(0), "{said}");
}

/// What rustup and cargo need to find the toolchain and the registry from another home.
fn keeping_rust(run: Run) -> Run {
    let home = std::env::home_dir().unwrap();
    let or = |name: &str, folder: &str| {
        std::env::var_os(name).unwrap_or_else(|| home.join(folder).into_os_string())
    };
    run.env("CARGO_HOME", or("CARGO_HOME", ".cargo"))
        .env("RUSTUP_HOME", or("RUSTUP_HOME", ".rustup"))
}

/// The commit that is tested: pre-commit clones it.
fn revision() -> String {
    let found = git(&top(), &["rev-parse", "HEAD"]);
    String::from_utf8(found.stdout).unwrap().trim().to_owned()
}

fn git(folder: &Path, arguments: &[&str]) -> Output {
    let ended = Run::new("git")
        .args(["-c", "safe.directory=*"])
        .args(arguments)
        .folder(folder)
        .output();
    assert_eq!(ended.status, Some(0), "{arguments:?}: {}", ended.stderr);
    ended
}
