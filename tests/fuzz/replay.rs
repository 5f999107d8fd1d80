//! The seeds of the fuzz targets, run once through the functions that the fuzzer runs. No fuzzer is built here.
#![cfg(test)]

#[expect(
    unreachable_pub,
    reason = "to the fuzzer, the module is a library of its own"
)]
#[path = "src/lib.rs"]
mod targets;

use std::fs;
use std::panic::catch_unwind;
use std::path::PathBuf;

use selkie_tests::repository::top;

fn folder(of: &str) -> PathBuf {
    top().join("tests/fuzz").join(of)
}

#[test]
fn no_seed_breaks_a_law() {
    let mut wrong = Vec::new();
    for (name, target) in targets::TARGETS {
        let mut seeds = 0;
        for entry in folder("seeds").join(name).read_dir().unwrap() {
            let path = entry.unwrap().path();
            let data = fs::read(&path).unwrap();
            if catch_unwind(|| target(&data)).is_err() {
                wrong.push(path.display().to_string());
            }
            seeds += 1;
        }
        assert!(seeds >= 20, "{name} has {seeds} seeds");
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn every_target_has_a_program() {
    let mut programs: Vec<String> = folder("fuzz_targets")
        .read_dir()
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .map(|path| path.file_stem().unwrap().to_str().unwrap().to_owned())
        .collect();
    programs.sort();
    let mut targets = targets::TARGETS.map(|(name, _)| name);
    targets.sort_unstable();
    assert_eq!(programs, targets);
}
