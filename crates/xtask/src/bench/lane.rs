//! One contender at one workload: its files, made once, and its runs.

use std::fs;
use std::path::PathBuf;
use std::process::Command;

use anyhow::{Context, Result};

use super::measure::{self, Cost};
use super::workloads::{SET_PATH, Task, Workload};
use super::{Contender, Key};
use crate::child;

/// What the files of a lane are called, before the ending that tells their format.
const PLAIN: &str = "plain";
const SEALED: &str = "sealed";
/// The file or folder that a run changes, made anew for each.
const WORK: &str = "work";

pub(super) struct Lane<'a> {
    pub(super) contender: &'a Contender,
    pub(super) folder: PathBuf,
}

impl<'a> Lane<'a> {
    /// Makes the files that the workload needs.
    pub(super) fn make(
        contender: &'a Contender,
        folder: PathBuf,
        workload: &Workload,
        key: &Key,
        plain: &[u8],
    ) -> Result<Self> {
        fs::create_dir(&folder)?;
        let name = file(PLAIN, workload);
        fs::write(folder.join(&name), plain)?;
        let lane = Self { contender, folder };
        if matches!(workload.task, Task::Start | Task::Encrypt) {
            return Ok(lane);
        }
        let words = ["encrypt", "--age", &key.recipient, &name];
        let sealed = child::output(lane.command(key).args(words))?;
        fs::write(lane.folder.join(file(SEALED, workload)), sealed)?;
        if workload.task == Task::UpdateKeys {
            let rules = format!(
                "creation_rules:\n  - age: {},{}\n",
                key.recipient, key.other_recipient
            );
            fs::write(lane.folder.join(".sops.yaml"), rules)?;
        }
        Ok(lane)
    }

    /// The contender's program, with no configuration or key of the person who measures.
    fn command(&self, key: &Key) -> Command {
        let mut command = child::command(&self.contender.program, &self.folder);
        command
            .env("HOME", &self.folder)
            .env("XDG_CONFIG_HOME", &self.folder)
            .env("SOPS_AGE_KEY_FILE", &key.file)
            .env("EDITOR", "true");
        command
    }

    /// Runs the workload once.
    pub(super) fn once(&self, workload: &Workload, key: &Key, turn: u32) -> Result<Cost> {
        let (plain, sealed) = (file(PLAIN, workload), file(SEALED, workload));
        let work = file(WORK, workload);
        let value = format!("\"value of turn {turn}\"");
        let mut command = self.command(key);
        let words: Vec<&str> = match workload.task {
            Task::Start if self.contender.ours => vec!["--version"],
            Task::Start => vec!["--version", "--disable-version-check"],
            Task::Encrypt => vec!["encrypt", "--age", &key.recipient, &plain],
            Task::Decrypt => vec!["decrypt", &sealed],
            Task::Set => {
                fs::copy(self.folder.join(&sealed), self.folder.join(&work))?;
                vec!["set", &work, SET_PATH, &value]
            }
            Task::Edit => vec!["edit", &sealed],
            Task::UpdateKeys => {
                self.copies(&sealed, workload)?;
                if self.contender.ours {
                    vec!["updatekeys", "-y", WORK]
                } else {
                    command = self.in_a_loop(&command);
                    vec!["-c", LOOP]
                }
            }
        };
        measure::one(&mut command, &words, &self.folder.join("output"))
            .with_context(|| format!("{} {}", self.contender.name, words.join(" ")))
    }

    /// A folder of as many copies of the sealed file as the workload asks for.
    fn copies(&self, sealed: &str, workload: &Workload) -> Result<()> {
        let folder = self.folder.join(WORK);
        if folder.exists() {
            fs::remove_dir_all(&folder)?;
        }
        fs::create_dir(&folder)?;
        for number in 0..workload.leaves {
            let copy = folder.join(format!("{number:05}.{}", workload.ending()));
            fs::copy(self.folder.join(sealed), copy)?;
        }
        Ok(())
    }

    /// A shell in the place of the program, which it finds in a variable.
    fn in_a_loop(&self, command: &Command) -> Command {
        let mut shell = child::command("sh", &self.folder);
        for (name, value) in command.get_envs() {
            if let Some(value) = value {
                shell.env(name, value);
            }
        }
        shell.env("PROGRAM", &self.contender.program);
        shell
    }
}

/// What people do who have no command for many files.
const LOOP: &str =
    r#"for file in work/*; do "$PROGRAM" updatekeys -y "$file" 2>/dev/null || exit 1; done"#;

/// The name of a workload's file, which tells its format.
fn file(stem: &str, workload: &Workload) -> String {
    format!("{stem}.{}", workload.ending())
}
