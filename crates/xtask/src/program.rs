//! Building our own program and finding what was built, whatever the target folder is.

use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::Stdio;

use anyhow::{Context, Result, bail};
use serde_json::Value;

use crate::child;

/// How much work the compiler puts in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Profile {
    /// The gate's only profile.
    Dev,
    /// What users get; built by the benchmarks and by `--full`.
    Release,
}

/// Builds `selkie` and returns the path of the program.
pub fn selkie(root: &Path, profile: Profile) -> Result<PathBuf> {
    let selection: &[&str] = match profile {
        // With the features that the dependencies have in the suites: else each would be compiled once more.
        Profile::Dev => &["--workspace", "--bin", "selkie"],
        Profile::Release => &["--package", "selkie-cli", "--bin", "selkie"],
    };
    build(root, profile, selection)
}

/// Builds `selkie` with these features alone: kinds of keys, which leaves out the vendors' crates of the others, and commands.
pub fn selkie_for(root: &Path, profile: Profile, features: &str) -> Result<PathBuf> {
    let mut selection = vec!["--package", "selkie-cli", "--bin", "selkie"];
    selection.extend(["--no-default-features", "--features", features]);
    build(root, profile, &selection)
}

/// Builds the one program that `selection` names and returns its path.
pub fn build(root: &Path, profile: Profile, selection: &[&str]) -> Result<PathBuf> {
    build_in(root, profile, selection, &[])
}

/// The same, with these variables for cargo.
pub(crate) fn build_in(
    root: &Path,
    profile: Profile,
    selection: &[&str],
    variables: &[(OsString, OsString)],
) -> Result<PathBuf> {
    let mut cargo = child::cargo(root);
    cargo.envs(variables.iter().map(|(name, value)| (name, value)));
    cargo
        .args(["build", "--message-format=json-render-diagnostics"])
        .args(selection);
    if profile == Profile::Release {
        cargo.arg("--release");
    }
    // Messages come on standard output; progress stays visible on standard error.
    let output = cargo
        .stderr(Stdio::inherit())
        .output()
        .with_context(|| format!("{} does not start", child::show(&cargo)))?;
    if !output.status.success() {
        bail!("{} ended with {}", child::show(&cargo), output.status);
    }
    String::from_utf8_lossy(&output.stdout)
        .lines()
        .rev()
        .filter_map(|line| serde_json::from_str::<Value>(line).ok())
        .find_map(|message| message["executable"].as_str().map(PathBuf::from))
        .with_context(|| format!("{} built no program", child::show(&cargo)))
}
