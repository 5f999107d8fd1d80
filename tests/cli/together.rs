//! Many runs on one file at the same time.

use std::fs;
use std::process::{Command, Stdio};

use selkie_tests::{Party, scratch, seeded};

use crate::selkie;

/// Runs at a time, and keys in the file.
const RUNS: usize = 50;

#[test]
fn values_set_at_the_same_time_are_all_there() {
    let folder = scratch();
    let party = Party::new();
    let text = |value: &dyn Fn(usize) -> String| {
        let lines = (0..RUNS).map(|key| format!("key_{key}: {}\n", value(key)));
        lines.collect::<Vec<_>>().concat()
    };
    let plain = text(&|_| "old".to_owned());
    let sealed = party.seal(plain.as_bytes(), &mut seeded(1)).unwrap().bytes;
    fs::write(folder.path().join("s.yaml"), sealed).unwrap();
    fs::write(folder.path().join("keys.txt"), &party.identity).unwrap();
    let start = |key: usize| {
        Command::new(selkie())
            .args([
                "set",
                "s.yaml",
                &format!("[\"key_{key}\"]"),
                &format!("\"new {key}\""),
            ])
            .current_dir(folder.path())
            .env("HOME", folder.path())
            .env("SOPS_AGE_KEY_FILE", "keys.txt")
            .stdin(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap()
    };
    let runs: Vec<_> = (0..RUNS).map(start).collect();
    for mut run in runs {
        assert!(run.wait().unwrap().success());
    }
    let now = fs::read(folder.path().join("s.yaml")).unwrap();
    let opened = party.open(&now).unwrap();
    let expected = text(&|key| format!("new {key}"));
    assert_eq!(String::from_utf8_lossy(opened.plain.source()), expected);
}
