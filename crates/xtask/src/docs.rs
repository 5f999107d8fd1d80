//! The generated pages of `docs/`, and whether they are fresh. The text comes from the programs themselves; none is written here.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};

use crate::program::{self, Profile};
use crate::{child, root};

/// A page, and the words that make our program print it.
const PAGES: [(&str, &[&str]); 2] = [
    ("docs/cli/selkie.md", &["reference"]),
    ("docs/schema/sops.schema.json", &["rules", "--schema"]),
];

/// The page that an example of the template crate prints, and the words that build it: of the whole workspace, or the crates below it would be compiled once more with
/// other features.
const FUNCTIONS: (&str, &[&str]) = (
    "docs/template/functions.md",
    &["--workspace", "--example", "functions"],
);

/// Where the manual pages lie, one per command.
const MANUAL: &str = "docs/man";

/// `xtask docs [--check]`.
pub fn command(arguments: &[String]) -> Result<()> {
    let check = match arguments {
        [] => false,
        [one] if one == "--check" => true,
        _ => bail!("expected nothing or --check"),
    };
    let root = root::root()?;
    let selkie = program::selkie(&root, Profile::Dev)?;
    let mut pages = Vec::new();
    for (page, words) in PAGES {
        pages.push((PathBuf::from(page), printed(&selkie, &root, words)?));
    }
    let (page, selection) = FUNCTIONS;
    let functions = program::build(&root, Profile::Dev, selection)?;
    pages.push((PathBuf::from(page), printed(&functions, &root, &[])?));
    let names = String::from_utf8(printed(&selkie, &root, &["man"])?)?;
    for name in names.lines() {
        let page = Path::new(MANUAL).join(format!("{name}.1"));
        pages.push((page, printed(&selkie, &root, &["man", name])?));
    }
    left_over(&root, &pages, check)?;
    for (page, text) in pages {
        let (path, shown) = (root.join(&page), page.display());
        if check {
            if fs::read(&path).unwrap_or_default() != text {
                bail!("{shown} is stale: run `cargo xtask docs` and commit it");
            }
        } else {
            fs::create_dir_all(path.parent().context("a page lies in a folder")?)?;
            fs::write(&path, text)?;
            println!("wrote {shown}");
        }
    }
    Ok(())
}

fn printed(program: &Path, root: &Path, words: &[&str]) -> Result<Vec<u8>> {
    child::output(child::command(program, root).args(words))
}

/// Manual pages of commands that are gone.
fn left_over(root: &Path, pages: &[(PathBuf, Vec<u8>)], check: bool) -> Result<()> {
    let Ok(found) = root.join(MANUAL).read_dir() else {
        return Ok(());
    };
    for entry in found {
        let page = Path::new(MANUAL).join(entry?.file_name());
        if !pages.iter().any(|(known, _)| *known == page) {
            if check {
                bail!("{} belongs to no command", page.display());
            }
            fs::remove_file(root.join(&page))?;
        }
    }
    Ok(())
}
