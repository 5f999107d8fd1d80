//! The definitions of custom resources, with their pages, and the rules of the controller's roles: written, or whether they are
//! fresh. The text comes from an example of the crate that has the types; none is written here.

use std::path::PathBuf;

use anyhow::{Result, bail};

use crate::docs::{keep, left_over, printed};
use crate::program::{self, Profile};
use crate::root;

/// The words that build the example: of the whole workspace, or the crates below it would be compiled once more with other features.
const PRINTER: &[&str] = &["--workspace", "--example", "crds"];

/// Folders in which nothing else lies.
const FOLDERS: [&str; 3] = ["deploy/crds", "deploy/chart/selkie-crds/files", "docs/crd"];

/// `xtask crds [--check]`.
pub fn command(arguments: &[String]) -> Result<()> {
    let check = match arguments {
        [] => false,
        [one] if one == "--check" => true,
        _ => bail!("expected nothing or --check"),
    };
    let root = root::root()?;
    let printer = program::build(&root, Profile::Dev, PRINTER)?;
    let mut files = Vec::new();
    for path in String::from_utf8(printed(&printer, &root, &[])?)?.lines() {
        files.push((PathBuf::from(path), printed(&printer, &root, &[path])?));
    }
    for folder in FOLDERS {
        left_over(&root, folder, &files, check)?;
    }
    keep(&root, "crds", files, check)
}
