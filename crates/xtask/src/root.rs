//! Where the repository is. Nothing here may know what lies in it.

use std::env;
use std::path::PathBuf;

use anyhow::{Context, Result};

/// The repository's top folder, found upwards from the working directory.
///
/// It is looked for at run time: several clones may share one build folder, so a path remembered from compilation could
/// belong to another clone.
pub fn root() -> Result<PathBuf> {
    let here = env::current_dir().context("the working directory cannot be read")?;
    here.ancestors()
        .find(|folder| folder.join("crates/xtask/Cargo.toml").is_file())
        .map(PathBuf::from)
        .with_context(|| format!("{} is not inside a clone of Selkie", here.display()))
}
