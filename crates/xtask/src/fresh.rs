//! `xtask fresh`: shows that the README's commands work on a machine that has nothing of ours. It changes nothing but a temporary
//! folder.

use std::env;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Instant;

use anyhow::{Context, Result, bail};

use crate::{child, root};

/// Files of a client's home that are settings, not caches.
const CARGO_SETTINGS: [&str; 2] = ["config.toml", "config"];

/// `xtask fresh`.
pub fn command(arguments: &[String]) -> Result<()> {
    if !arguments.is_empty() {
        bail!("expected no arguments");
    }
    let root = root::root()?;
    let scratch = tempfile::Builder::new().prefix("selkie-fresh-").tempdir()?;
    let ended = both_commands(&root, scratch.path());
    discard(scratch)?;
    ended
}

fn both_commands(source: &Path, scratch: &Path) -> Result<()> {
    let clone = scratch.join("clone");
    child::run(
        child::command("git", source)
            .args(["clone", "--quiet", "--no-hardlinks"])
            .arg(source)
            .arg(&clone),
    )?;
    let readme =
        fs::read_to_string(clone.join("README.md")).context("the clone has no README.md")?;
    let first =
        first_command(&readme).context("README.md has no block of commands with a `cargo` line")?;

    let mut seconds = Vec::new();
    for words in [first, "bash .ci/run"] {
        println!("── {words}, in a fresh clone with empty caches");
        let start = Instant::now();
        let mut words_of = words.split_whitespace();
        let mut command = child::command(
            words_of.next().context("a command has a first word")?,
            &clone,
        );
        command
            .args(words_of)
            .stdin(Stdio::null())
            .env("CI", "true");
        empty_caches(&mut command, scratch)?;
        child::run(&mut command)?;
        seconds.push((words, start.elapsed().as_secs_f64()));
    }
    println!("\nboth commands pass on a fresh clone with empty caches:");
    for (words, seconds) in seconds {
        println!("  {words}: {seconds:.0} s");
    }
    Ok(())
}

/// The first line of the first block of commands that calls cargo.
fn first_command(readme: &str) -> Option<&str> {
    let (_, block) = readme.split_once("```sh\n")?;
    let (block, _) = block.split_once("```")?;
    block
        .lines()
        .map(|line| {
            line.trim_start_matches("$ ")
                .split(" #")
                .next()
                .unwrap_or(line)
                .trim()
        })
        .find(|line| line.starts_with("cargo "))
}

/// Points every cache at an empty folder. What the clients were told by their owner (a proxy, a mirror) stays.
fn empty_caches(command: &mut Command, scratch: &Path) -> Result<()> {
    let cargo_home = scratch.join("cargo");
    fs::create_dir_all(&cargo_home)?;
    let owner = env::var_os("CARGO_HOME")
        .map(PathBuf::from)
        .or_else(|| Some(env::home_dir()?.join(".cargo")));
    for name in CARGO_SETTINGS {
        if let Some(file) = owner
            .as_ref()
            .map(|folder| folder.join(name))
            .filter(|file| file.is_file())
        {
            fs::copy(file, cargo_home.join(name))?;
        }
    }
    for own in [
        "CARGO_TARGET_DIR",
        "CARGO",
        "CARGO_MANIFEST_DIR",
        "CARGO_PKG_NAME",
    ] {
        command.env_remove(own);
    }
    command.env("CARGO_HOME", &cargo_home);
    for (name, folder) in [
        ("SELKIE_CACHE", "cache"),
        ("GOPATH", "go"),
        ("GOCACHE", "go-build"),
        ("GOMODCACHE", "go-mod"),
        ("PIP_CACHE_DIR", "pip"),
        ("npm_config_cache", "npm"),
    ] {
        command.env(name, scratch.join(folder));
    }
    Ok(())
}

/// Go writes its module cache read-only, so removal as such would fail.
fn discard(scratch: tempfile::TempDir) -> Result<()> {
    child::run(child::command("chmod", scratch.path()).args(["-R", "u+w", "."]))?;
    Ok(scratch.close()?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_command_is_the_first_cargo_line_of_the_first_block() {
        let rows = [
            (
                "# A\n```sh\ngit clone x\ncd x\ncargo xtask demo   # two minutes\n```\n",
                Some("cargo xtask demo"),
            ),
            (
                "```sh\n$ cargo xtask demo\n```\n```sh\ncargo xtask test\n```",
                Some("cargo xtask demo"),
            ),
            ("no block", None),
        ];
        for (readme, expected) in rows {
            assert_eq!(first_command(readme), expected);
        }
    }
}
