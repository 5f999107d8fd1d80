//! Our programs with all that they need in them, as glibc allows it: position independent, and with no interpreter.

use std::env;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result, bail};
use serde_json::Value;

use crate::child;
use crate::program::{Profile, build_in};

/// Stands in for rustc.
const WRAPPER: &str = "crates/xtask/src/image/static-rustc";

/// The target folder of the workspace.
pub(super) fn target(root: &Path) -> Result<PathBuf> {
    folder(root, "target_directory")
}

/// Builds a program and returns its path. It lies beside the one that is linked as usual, and shares all dependencies with it.
pub(super) fn linked(root: &Path, profile: Profile, name: &str) -> Result<PathBuf> {
    if !cfg!(all(target_os = "linux", target_env = "gnu")) {
        bail!("programs for images are linked on Linux, with glibc");
    }
    let mut variables = vec![
        (
            "RUSTC_WORKSPACE_WRAPPER".into(),
            root.join(WRAPPER).into_os_string(),
        ),
        (
            "CARGO_TARGET_DIR".into(),
            target(root)?.join("static").into_os_string(),
        ),
        (
            "CARGO_BUILD_BUILD_DIR".into(),
            folder(root, "build_directory")?.into_os_string(),
        ),
    ];
    if profile == Profile::Release {
        variables.push(("RUSTFLAGS".into(), remapped(root)?.into()));
    }
    build_in(root, profile, &["--workspace", "--bin", name], &variables)
}

/// Flags with which a program does not tell where it was compiled.
fn remapped(root: &Path) -> Result<String> {
    let home = match env::var_os("CARGO_HOME") {
        Some(home) => PathBuf::from(home),
        None => env::home_dir()
            .context("there is no home directory: set CARGO_HOME")?
            .join(".cargo"),
    };
    let flag = |from: &Path, to: &str| format!("--remap-path-prefix={}={to}", from.display());
    Ok([flag(&home, "/cargo"), flag(root, "/selkie")].join(" "))
}

fn folder(root: &Path, which: &str) -> Result<PathBuf> {
    let mut cargo = child::cargo(root);
    cargo.args(["metadata", "--no-deps", "--format-version=1"]);
    let metadata: Value = serde_json::from_slice(&child::output(&mut cargo)?)?;
    let folder = metadata[which].as_str();
    folder
        .map(PathBuf::from)
        .with_context(|| format!("cargo tells no {which}"))
}
