//! `xtask sizes`: what each kind of key costs a program that has it: bytes on disk, time and memory to start, and to decrypt a small file
//! for an age key, which no other kind has a part in.

use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use anyhow::{Context as _, Result, bail};

use super::{measure, report};
use crate::program::{self, Profile};
use crate::{child, root};

/// Runs of each program; the figures are medians.
const RUNS: u32 = 20;

/// The file that is decrypted, and the key that opens it.
const SEALED: &str = "sealed.yaml";
const KEY: &str = "key.txt";

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
        "\n| kinds of keys | size | start-up | processor time | peak memory | decrypt | target |\n",
    );
    page.push_str("| --- | --- | --- | --- | --- | --- | --- |\n");
    for Build {
        features,
        mebibytes,
    } in &BUILDS
    {
        let program = program::selkie_for(&root, Profile::Release, features)?;
        seal(&program, scratch.path())?;
        let cost = measured(&program, scratch.path(), &["--version"])?;
        let decrypt = measured(&program, scratch.path(), &["decrypt", SEALED])?;
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
            "| `{features}` | {} | {} | {} | {:.1} MiB | {} / {:.1} MiB | {target} |",
            report::size(fs::metadata(&program)?.len()),
            report::time(cost.seconds),
            report::time(cost.processor_seconds),
            cost.peak_mebibytes,
            report::time(decrypt.seconds),
            decrypt.peak_mebibytes,
        )?;
    }
    println!("{page}");
    report::write(&root, report::SIZES, &page)
}

/// Makes a key, and a small file for it.
fn seal(program: &Path, folder: &Path) -> Result<()> {
    for file in [SEALED, KEY] {
        let path = folder.join(file);
        if path.exists() {
            fs::remove_file(path)?;
        }
    }
    let made = child::output(child::command(program, folder).args(["keygen", "-o", KEY]))?;
    let recipient = String::from_utf8(made)?;
    fs::write(folder.join(SEALED), "user: admin\npassword: s3cret\n")?;
    let mut encrypt = child::command(program, folder);
    encrypt.args(["encrypt", "-i", "--age", recipient.trim(), SEALED]);
    child::output(&mut encrypt).map(drop)
}

/// What a run with these words costs.
fn measured(program: &Path, folder: &Path, words: &[&str]) -> Result<measure::Cost> {
    let mut costs = Vec::new();
    for _ in 0..RUNS {
        let mut run = child::command(program, folder);
        run.env("SOPS_AGE_KEY_FILE", folder.join(KEY));
        costs.push(measure::one(&mut run, words, &folder.join("output"))?);
    }
    measure::median(&costs).context("nothing was measured")
}
