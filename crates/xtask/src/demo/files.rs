//! The first act: files are encrypted and come back, byte for byte.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Instant;

use anyhow::{Context, Result, bail};
use similar::{ChangeTag, TextDiff};

use super::clip;
use crate::program::{self, Profile};
use crate::{child, root};

/// How many lines of a diff are shown of each file.
const SHOWN: usize = 14;

/// Plays it.
pub(super) fn act() -> Result<()> {
    let start = Instant::now();
    let root = root::root()?;
    println!("Building selkie (the first time takes a minute or two) …");
    // A first look should not wait until the crates of all vendors are compiled.
    let selkie = program::selkie_for(&root, Profile::Dev, "age")?;
    let scratch = tempfile::tempdir()?;
    let program = Program {
        path: &selkie,
        scratch: scratch.path(),
    };

    println!("\nA throw-away key, as you would make your own:");
    println!("  $ selkie keygen -o key.txt");
    let recipient = program.keygen()?;
    println!("  {recipient}");

    let rules = rules(&recipient);
    fs::write(scratch.path().join(".sops.yaml"), &rules)?;
    println!("\nWho can read what, in .sops.yaml:");
    for line in rules.lines() {
        println!("    {}", clip(line));
    }

    for example in examples(&root)? {
        round_trip(&program, &example)?;
    }
    println!(
        "\nEvery file came back byte for byte. This took {:.0} s; nothing was left behind.",
        start.elapsed().as_secs_f64()
    );
    next(&root, &selkie);
    Ok(())
}

struct Program<'a> {
    path: &'a Path,
    scratch: &'a Path,
}

impl Program<'_> {
    fn command(&self) -> Command {
        let mut command = child::command(self.path, self.scratch);
        // The demo must not see, and must not depend on, the keys of the person who runs it.
        command
            .env_remove("SOPS_AGE_KEY")
            .env_remove("SOPS_AGE_KEY_CMD")
            .env_remove("SOPS_AGE_RECIPIENTS");
        command.env("SOPS_AGE_KEY_FILE", self.scratch.join("key.txt"));
        command
    }

    fn keygen(&self) -> Result<String> {
        let printed = child::output(self.command().args(["keygen", "-o", "key.txt"]))?;
        let printed = String::from_utf8(printed)?;
        let recipient = printed
            .split_whitespace()
            .find(|word| word.starts_with("age1"));
        Ok(recipient.context("keygen printed no recipient")?.to_owned())
    }
}

/// A manifest keeps all but its data readable; of any other file every value is encrypted.
fn rules(recipient: &str) -> String {
    format!(
        "creation_rules:\n  - path_regex: secret\\.yaml$\n    encrypted_regex: ^(data|stringData)$\n    age: {recipient}\n  - age: {recipient}\n"
    )
}

fn examples(root: &Path) -> Result<Vec<PathBuf>> {
    let mut files = Vec::new();
    for entry in root.join("examples/quickstart").read_dir()? {
        let path = entry?.path();
        if path.extension().is_some_and(|end| end == "yaml") {
            files.push(path);
        }
    }
    files.sort();
    Ok(files)
}

fn round_trip(program: &Program<'_>, example: &Path) -> Result<()> {
    let name = example
        .file_name()
        .context("an example has a name")?
        .to_string_lossy()
        .into_owned();
    let plain = fs::read(example)?;
    let file = program.scratch.join(&name);
    fs::write(&file, &plain)?;

    println!("\n  $ selkie encrypt -i {name}");
    child::output(program.command().args(["encrypt", "-i", &name]))?;
    let sealed = fs::read(&file)?;
    show_diff(
        &String::from_utf8_lossy(&plain),
        &String::from_utf8_lossy(&sealed),
    );

    println!("  $ selkie decrypt -i {name}");
    child::output(program.command().args(["decrypt", "-i", &name]))?;
    let opened = fs::read(&file)?;
    if opened != plain {
        bail!("{name} did not come back as it was");
    }
    println!(
        "  {} of {} bytes identical to the original",
        opened.len(),
        plain.len()
    );
    Ok(())
}

/// Only lines whose value was encrypted differ; the metadata block at the end is counted, not shown.
fn show_diff(plain: &str, sealed: &str) {
    let diff = TextDiff::from_lines(plain, sealed);
    let mut shown = 0;
    let (mut kept, mut removed) = (0, 0);
    for change in diff.iter_all_changes() {
        let sign = match change.tag() {
            ChangeTag::Equal => {
                kept += 1;
                continue;
            }
            ChangeTag::Delete => {
                removed += 1;
                '-'
            }
            ChangeTag::Insert => '+',
        };
        if shown < SHOWN {
            println!("    {sign} {}", clip(change.value().trim_end()));
        }
        shown += 1;
    }
    if shown > SHOWN {
        println!("    … {} more", shown - SHOWN);
    }
    let metadata = sealed.lines().skip_while(|line| *line != "sops:").count();
    println!("  {kept} lines untouched, {removed} encrypted, {metadata} of metadata at the end");
}

fn next(root: &Path, selkie: &Path) {
    let shown = selkie.strip_prefix(root).unwrap_or(selkie).display();
    println!("\nThe program is {shown}. Now with a file of yours:\n");
    println!("  cargo install --locked --path .   # put selkie on your search path");
    println!("  selkie init                                # make a key and a .sops.yaml");
    println!("  selkie encrypt -i secrets.yaml             # commit the result");
    println!("  selkie decrypt secrets.yaml                # read it again");
}
