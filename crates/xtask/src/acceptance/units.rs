//! The unit tests that hold rows of a list: built as the gate builds them, and run by their names.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context, Result, bail};
use serde_json::Value;

use crate::child;

/// Whether a test passed, by the name that the list has for it.
pub(super) type Units = BTreeMap<String, bool>;

/// The suites of `tests` that may hold rows as well, as `tests::SUITE::MODULE::TEST`.
const SUITES: [&str; 1] = ["template"];

/// A program of tests.
struct Program {
    path: PathBuf,
    /// The folder that cargo would run it in.
    folder: PathBuf,
}

/// Runs the tests with these names. One that does not exist has no result.
pub(super) fn run<'n>(root: &Path, names: impl Iterator<Item = &'n str>) -> Result<Units> {
    let mut wanted: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    for name in names {
        let (program, test) = split(name).with_context(|| format!("{name} names no test"))?;
        wanted.entry(program).or_default().insert(test);
    }
    let mut units = Units::new();
    if wanted.is_empty() {
        return Ok(units);
    }
    let programs = programs(root)?;
    for (program, tests) in wanted {
        let Some(found) = programs.get(program) else {
            continue;
        };
        let mut command = Command::new(&found.path);
        command.arg("--exact").args(tests);
        command
            .current_dir(&found.folder)
            .env("CARGO_MANIFEST_DIR", &found.folder);
        // Its status says the same as its lines.
        let output = command.stderr(Stdio::inherit()).output()?;
        let ended = verdicts(&String::from_utf8_lossy(&output.stdout));
        units.extend(
            ended
                .into_iter()
                .map(|(test, holds)| (format!("{program}::{test}"), holds)),
        );
    }
    Ok(units)
}

/// The program of a test, and its name there.
fn split(name: &str) -> Option<(&str, &str)> {
    let within = name.strip_prefix("tests::");
    let start = if within.is_some() { "tests::".len() } else { 0 };
    let end = start + name[start..].find("::")?;
    Some((&name[..end], &name[end + 2..]))
}

/// Builds all programs of tests. The answer has them by the name of their crate without our own prefix.
fn programs(root: &Path) -> Result<BTreeMap<String, Program>> {
    let mut cargo = child::cargo(root);
    cargo.args(["test", "--workspace", "--lib", "--bins", "--no-run"]);
    for suite in SUITES {
        cargo.args(["--test", suite]);
    }
    cargo.arg("--message-format=json-render-diagnostics");
    let output = cargo.stderr(Stdio::inherit()).output();
    let output = output.with_context(|| format!("{} does not start", child::show(&cargo)))?;
    if !output.status.success() {
        bail!("{} ended with {}", child::show(&cargo), output.status);
    }
    let text = String::from_utf8_lossy(&output.stdout);
    let messages = text
        .lines()
        .filter_map(|line| serde_json::from_str::<Value>(line).ok());
    Ok(messages.filter_map(|message| program(&message)).collect())
}

fn program(message: &Value) -> Option<(String, Program)> {
    if message["profile"]["test"] != true {
        return None;
    }
    let target = &message["target"];
    let name = target["name"].as_str()?.replace('-', "_");
    let name = if target["kind"][0] == "test" {
        format!("tests::{name}")
    } else {
        name.trim_start_matches("selkie_").to_owned()
    };
    let path = message["executable"].as_str()?.into();
    let folder = Path::new(message["manifest_path"].as_str()?)
        .parent()?
        .into();
    Some((name, Program { path, folder }))
}

/// What a program of tests says of each.
fn verdicts(output: &str) -> BTreeMap<String, bool> {
    let lines = output.lines().filter_map(|line| {
        let (test, verdict) = line.strip_prefix("test ")?.split_once(" ... ")?;
        Some((test.to_owned(), verdict == "ok"))
    });
    lines.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_have_a_program_and_a_test() {
        let rows = [
            (
                "reconcile::hash::tests::a",
                Some(("reconcile", "hash::tests::a")),
            ),
            (
                "tests::template::rows::a",
                Some(("tests::template", "rows::a")),
            ),
            ("reconcile", None),
            ("tests::template", None),
        ];
        for (name, expected) in rows {
            assert_eq!(split(name), expected, "{name}");
        }
    }

    #[test]
    fn verdicts_are_lines() {
        let output = "\nrunning 2 tests\ntest a::b ... ok\ntest c ... FAILED\n\nfailures:\n";
        let expected = [("a::b".to_owned(), true), ("c".to_owned(), false)];
        assert_eq!(verdicts(output), BTreeMap::from(expected));
    }
}
