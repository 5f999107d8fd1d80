//! The generated pages of `docs/`, and whether they are fresh. The text comes from the program itself; none is written here.

use std::fs;

use anyhow::{Context, Result, bail};

use crate::program::{self, Profile};
use crate::{child, root};

/// A page, and the words that make our program print it.
const PAGES: [(&str, &[&str]); 2] = [
    ("docs/cli/selkie.md", &["reference"]),
    ("docs/schema/sops.schema.json", &["rules", "--schema"]),
];

/// `xtask docs [--check]`.
pub fn command(arguments: &[String]) -> Result<()> {
    let check = match arguments {
        [] => false,
        [one] if one == "--check" => true,
        _ => bail!("expected nothing or --check"),
    };
    let root = root::root()?;
    let selkie = program::selkie(&root, Profile::Dev)?;
    for (page, words) in PAGES {
        let path = root.join(page);
        let text = child::output(child::command(&selkie, &root).args(words))?;
        if check {
            if fs::read(&path).unwrap_or_default() != text {
                bail!("{page} is stale: run `cargo xtask docs` and commit it");
            }
        } else {
            fs::create_dir_all(path.parent().context("a page lies in a folder")?)?;
            fs::write(&path, text)?;
            println!("wrote {page}");
        }
    }
    Ok(())
}
