//! `xtask bench`: our program and the real sops, in turn, on the same inputs in one run. It measures whole processes, from start to
//! exit, because that is what a user waits for; nothing here may call our libraries.

mod inputs;
mod measure;
mod report;
mod workloads;

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};

use crate::peers::{self, Sops};
use crate::program::{self, Profile};
use crate::{child, root};

pub use measure::measure_command;
use workloads::{Task, Workload};

/// A program under measurement.
struct Contender {
    name: &'static str,
    program: PathBuf,
    /// The program for `set`, if it is another one: ours is a library call wrapped in a binary of `tests/bench`.
    setter: Option<PathBuf>,
    ours: bool,
}

/// One line of the table: what each contender took, in the order of the contenders.
struct Row {
    workload: &'static Workload,
    input_bytes: u64,
    costs: Vec<Option<measure::Cost>>,
}

/// `xtask bench [--quick]`: `--quick` leaves out what takes minutes and writes nothing.
pub fn command(arguments: &[String]) -> Result<()> {
    let quick = match arguments {
        [] => false,
        [one] if one == "--quick" => true,
        _ => bail!("expected nothing or --quick"),
    };
    let root = root::root()?;
    let contenders = contenders(&root)?;
    let scratch = tempfile::tempdir()?;
    let key = Key::make(scratch.path())?;
    let mut rows = Vec::new();
    for workload in workloads::ALL {
        if quick && workload.is_long() {
            continue;
        }
        eprintln!("{}", workload.title());
        rows.push(measure_row(workload, &contenders, &key, scratch.path())?);
    }
    let names: Vec<&str> = contenders.iter().map(|contender| contender.name).collect();
    let table = report::page(&root, &names, &rows)?;
    println!("{table}");
    if !quick {
        report::write(&root.join("docs/benchmarks.md"), &table)?;
        println!("wrote docs/benchmarks.md");
    }
    Ok(())
}

fn contenders(root: &Path) -> Result<Vec<Contender>> {
    let setter = if root.join("tests/bench/set.rs").is_file() {
        Some(program::build(
            root,
            Profile::Release,
            &["--package", "selkie-tests", "--bin", "bench-set"],
        )?)
    } else {
        None
    };
    Ok(vec![
        Contender {
            name: "selkie",
            program: program::selkie(root, Profile::Release)?,
            setter,
            ours: true,
        },
        Contender {
            name: "sops 3.11.0 (wheel)",
            program: peers::sops(Sops::Wheel3_11_0)?,
            setter: None,
            ours: false,
        },
        Contender {
            name: "sops 3.13.3",
            program: peers::sops(Sops::V3_13_3)?,
            setter: None,
            ours: false,
        },
    ])
}

struct Key {
    file: PathBuf,
    recipient: String,
}

impl Key {
    fn make(scratch: &Path) -> Result<Self> {
        let file = scratch.join("key.txt");
        child::output(
            child::command(peers::age_keygen()?, scratch)
                .arg("-o")
                .arg(&file),
        )?;
        let recipient = child::output(
            child::command(peers::age_keygen()?, scratch)
                .arg("-y")
                .arg(&file),
        )?;
        Ok(Self {
            file,
            recipient: String::from_utf8(recipient)?.trim().to_owned(),
        })
    }
}

/// One contender at one workload: its files, made once.
struct Lane<'a> {
    contender: &'a Contender,
    folder: PathBuf,
}

fn measure_row(
    workload: &'static Workload,
    contenders: &[Contender],
    key: &Key,
    scratch: &Path,
) -> Result<Row> {
    let plain = inputs::make(workload);
    let mut lanes = Vec::new();
    for (index, contender) in contenders.iter().enumerate() {
        let fit = contender.ours || !workload.ours_alone;
        let able = !(workload.task == Task::Set && contender.ours && contender.setter.is_none());
        if !fit || !able {
            lanes.push(None);
            continue;
        }
        let folder = scratch.join(format!("{}-{index}", workload.title().replace(' ', "-")));
        fs::create_dir(&folder)?;
        fs::write(folder.join(file("plain", workload)), &plain)?;
        let lane = Lane { contender, folder };
        if matches!(workload.task, Task::Decrypt | Task::Set) {
            let sealed = child::output(lane.command(&contender.program, key).args([
                "encrypt",
                "--age",
                &key.recipient,
                &file("plain", workload),
            ]))?;
            fs::write(lane.folder.join(file("sealed", workload)), sealed)?;
        }
        lanes.push(Some(lane));
    }
    let mut costs: Vec<Vec<measure::Cost>> = contenders.iter().map(|_| Vec::new()).collect();
    // One warm-up, then the contenders in turn, so that a slow moment of the machine hits all of them.
    for turn in 0..=workload.runs {
        for (lane, costs) in lanes.iter().zip(&mut costs) {
            let Some(lane) = lane else { continue };
            let cost = lane.once(workload, key, turn)?;
            if turn > 0 {
                costs.push(cost);
            }
        }
    }
    check_round_trip(workload, &lanes, &plain)?;
    for lane in lanes.iter().flatten() {
        fs::remove_dir_all(&lane.folder)?;
    }
    let input_bytes = if workload.task == Task::Start {
        0
    } else {
        plain.len() as u64
    };
    Ok(Row {
        workload,
        input_bytes,
        costs: costs.iter().map(|costs| measure::median(costs)).collect(),
    })
}

impl Lane<'_> {
    fn command(&self, program: &Path, key: &Key) -> std::process::Command {
        let mut command = child::command(program, &self.folder);
        // No configuration or key of the person who measures may take part.
        command
            .env("HOME", &self.folder)
            .env("XDG_CONFIG_HOME", &self.folder)
            .env("SOPS_AGE_KEY_FILE", &key.file);
        command
    }

    fn once(&self, workload: &Workload, key: &Key, turn: u32) -> Result<measure::Cost> {
        let own = &self.contender.program;
        let version: &[&str] = if self.contender.ours {
            &["--version"]
        } else {
            &["--version", "--disable-version-check"]
        };
        let output = self.folder.join("output");
        let (plain, sealed) = (file("plain", workload), file("sealed", workload));
        let value = format!("\"value of turn {turn}\"");
        let (program, words): (&Path, Vec<&str>) = match workload.task {
            Task::Start => (own, version.to_vec()),
            Task::Encrypt => (own, vec!["encrypt", "--age", &key.recipient, &plain]),
            Task::Decrypt => (own, vec!["decrypt", &sealed]),
            Task::Set => {
                fs::copy(self.folder.join(&sealed), self.folder.join("set.yaml"))?;
                match &self.contender.setter {
                    Some(setter) => (setter, vec!["set.yaml", workloads::SET_PATH, &value]),
                    None => (own, vec!["set", "set.yaml", workloads::SET_PATH, &value]),
                }
            }
        };
        measure::one(&mut self.command(program, key), &words, &output)
            .with_context(|| format!("{} {}", self.contender.name, words.join(" ")))
    }
}

/// The name of a workload's file, which tells its format.
fn file(stem: &str, workload: &Workload) -> String {
    format!("{stem}.{}", workload.ending())
}

/// A fast wrong answer is no answer: our decrypted output must be the input.
fn check_round_trip(workload: &Workload, lanes: &[Option<Lane<'_>>], plain: &[u8]) -> Result<()> {
    for lane in lanes
        .iter()
        .flatten()
        .filter(|lane| lane.contender.ours && workload.task == Task::Decrypt)
    {
        if fs::read(lane.folder.join("output"))? != plain {
            bail!(
                "{}: what selkie decrypted differs from the input",
                workload.title()
            );
        }
    }
    Ok(())
}
