//! `xtask sizes`: what each kind of key costs a program that has it: bytes on disk, time and memory to start.

use std::fmt::Write as _;
use std::fs;

use anyhow::{Result, bail};

use super::{measure, report};
use crate::program::{self, Profile};
use crate::{child, root};

/// Runs of each program; the figures are medians.
const RUNS: u32 = 20;

/// A program with some kinds of keys, and the memory that it may take to start.
struct Build {
    /// Features of the command line, as Cargo takes them.
    features: &'static str,
    mebibytes: Option<u32>,
}

const fn build(features: &'static str, mebibytes: Option<u32>) -> Build {
    Build {
        features,
        mebibytes,
    }
}

/// The smallest first; the last is what `cargo install` builds.
static BUILDS: [Build; 9] = [
    build("age", Some(8)),
    build("age,pgp", None),
    build("age,remote", None),
    build("age,huawei", None),
    build("age,gcp", None),
    build("age,vault", None),
    build("age,azure", None),
    build("age,aws", None),
    build("default", Some(12)),
];

/// `xtask sizes`.
pub fn command(arguments: &[String]) -> Result<()> {
    if !arguments.is_empty() {
        bail!("expected no arguments");
    }
    let root = root::root()?;
    let scratch = tempfile::tempdir()?;
    let mut page = report::machine(&root)?;
    page.push_str(
        "\n| kinds of keys | size | start-up | processor time | peak memory | target |\n",
    );
    page.push_str("| --- | --- | --- | --- | --- | --- |\n");
    for Build {
        features,
        mebibytes,
    } in &BUILDS
    {
        let program = program::selkie_for(&root, Profile::Release, features)?;
        let mut costs = Vec::new();
        for _ in 0..RUNS {
            let mut run = child::command(&program, scratch.path());
            let output = scratch.path().join("output");
            costs.push(measure::one(&mut run, &["--version"], &output)?);
        }
        let Some(cost) = measure::median(&costs) else {
            bail!("nothing was measured");
        };
        let target = mebibytes.map_or_else(
            || "–".to_owned(),
            |limit| {
                let is_met = cost.peak_mebibytes <= f64::from(limit) && cost.seconds <= 0.003;
                let verdict = if is_met { "met" } else { "**missed**" };
                format!("≤ 3 ms, ≤ {limit} MiB {verdict}")
            },
        );
        writeln!(
            page,
            "| `{features}` | {} | {} | {} | {:.1} MiB | {target} |",
            report::size(fs::metadata(&program)?.len()),
            report::time(cost.seconds),
            report::time(cost.processor_seconds),
            cost.peak_mebibytes,
        )?;
    }
    println!("{page}");
    report::write(&root, report::SIZES, &page)
}
