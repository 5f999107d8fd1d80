//! `xtask demo`: the README's first command. It shows the promises on the examples, with throw-away keys, and leaves nothing behind.
//!
//! The first act is what a first look is for, and builds as little as possible; the second needs a bit more of the program, and no server either. With
//! `--cluster` real servers play.

mod cluster;
mod files;
mod secrets;

use anyhow::{Result, bail};

/// `xtask demo [--cluster]`.
pub fn command(arguments: &[String]) -> Result<()> {
    match arguments {
        [] => {
            files::act()?;
            secrets::act()
        }
        [flag] if flag == "--cluster" => cluster::act(),
        _ => bail!("expected --cluster or nothing"),
    }
}

/// As much of a line as fits beside others.
fn clip(line: &str) -> String {
    const WIDTH: usize = 88;
    if line.chars().count() <= WIDTH {
        line.to_owned()
    } else {
        line.chars().take(WIDTH - 1).chain(['…']).collect()
    }
}
