//! Every suite runs in the gate: a target of `tests/Cargo.toml` without a stage would be forgotten.

use std::fs;

use selkie_tests::repository::top;

use crate::sources::none;

#[test]
fn every_suite_has_a_stage() {
    let manifest = fs::read_to_string(top().join("tests/Cargo.toml")).unwrap();
    let stages = fs::read_to_string(top().join("crates/xtask/src/stages.rs")).unwrap();
    let suites = manifest
        .split("[[test]]")
        .skip(1)
        .filter_map(|target| target.split('"').nth(1));
    let forgotten: Vec<String> = suites
        .filter(|suite| !stages.contains(&format!("suite!(\"{suite}\")")))
        .map(str::to_owned)
        .collect();
    none(
        "a suite without a row in crates/xtask/src/stages.rs",
        &forgotten,
    );
}
