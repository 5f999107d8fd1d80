//! `xtask acceptance`: runs the suites with acceptance lists and the unit tests that hold rows of them, and prints which id holds for which
//! provider. What an id demands is the business of the suites.

mod list;
mod matrix;
mod units;

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::process::Stdio;

use anyhow::{Context, Result, bail};
use serde_json::Value;

use self::list::Entry;
use self::matrix::Matrix;
use crate::{child, root};

/// The suites that have a list, `tests/NAME/list.json`, and write results.
const SUITES: [&str; 2] = ["acceptance", "behaviour"];

/// Names the folder that suites write their results to: `NAME.jsonl`, a line for each id and provider.
const VARIABLE: &str = "SELKIE_ACCEPTANCE";

/// Whether an id holds for a provider, by both.
type Results = BTreeMap<(String, String), bool>;

/// `xtask acceptance [--json]`.
pub fn command(arguments: &[String]) -> Result<()> {
    let as_json = match arguments {
        [] => false,
        [one] if one == "--json" => true,
        _ => bail!("expected nothing or --json"),
    };
    let root = root::root()?;
    let mut entries = Vec::new();
    let mut results = Results::new();
    for suite in SUITES {
        let path = root.join("tests").join(suite).join("list.json");
        if path.is_file() {
            entries.extend(list::read(&path)?);
            results.extend(run(&root, suite)?);
        }
    }
    let held = entries.iter().filter_map(Entry::held_by);
    let units = units::run(&root, held)?;
    let matrix = Matrix::new(&entries, &results, &units);
    if as_json {
        println!("{:#}", matrix.json());
    } else {
        print!("{}", matrix.text());
    }
    matrix.verdict()
}

/// Runs a suite. Whether it holds is told by its results alone: one that ends before its time has too few.
fn run(root: &Path, suite: &str) -> Result<Results> {
    let folder = tempfile::tempdir()?;
    let mut cargo = child::cargo(root);
    cargo
        .args(["test", "--quiet", "--workspace", "--test", suite])
        .env(VARIABLE, folder.path())
        // Standard output is for the matrix.
        .stdout(Stdio::from(std::io::stderr()));
    let status = cargo.status();
    let status = status.with_context(|| format!("{} does not start", child::show(&cargo)))?;
    if !status.success() {
        eprintln!("{} ended with {status}", child::show(&cargo));
    }
    let text = fs::read_to_string(folder.path().join(format!("{suite}.jsonl")));
    let mut results = Results::new();
    for line in text.unwrap_or_default().lines() {
        let line: Value = serde_json::from_str(line)?;
        let part = |name: &str| {
            let text = line[name].as_str().map(str::to_owned);
            text.with_context(|| format!("a result of {suite} has no {name}"))
        };
        let holds = part("result")? == "passed";
        let result = results.entry((part("id")?, part("provider")?));
        *result.or_insert(true) &= holds;
    }
    Ok(results)
}
