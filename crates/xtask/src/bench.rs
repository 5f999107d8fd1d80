//! `xtask bench`: our program and the real sops, in turn, on the same inputs in one run. It measures whole processes, from start to
//! exit, because that is what a user waits for; nothing here may call our libraries.

mod controller;
mod inputs;
mod lane;
mod measure;
mod report;
mod sizes;
mod templates;
mod workloads;

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Result, bail};

use crate::peers::{self, Sops};
use crate::program::{self, Profile};
use crate::{child, root};

use lane::Lane;
pub use measure::measure_command;
pub use sizes::command as sizes_command;
use workloads::{Task, Workload};

/// A program under measurement.
struct Contender {
    name: &'static str,
    program: PathBuf,
    ours: bool,
}

/// One line of the table: what each contender took, in the order of the contenders.
struct Row {
    workload: &'static Workload,
    input_bytes: u64,
    costs: Vec<Option<measure::Cost>>,
}

/// `xtask bench [--quick | templates | controller …]`: `--quick` leaves out what takes minutes and writes nothing.
pub fn command(arguments: &[String]) -> Result<()> {
    let quick = match arguments {
        [] => false,
        [one] if one == "--quick" => true,
        [one] if one == "templates" => return templates::command(),
        [one, rest @ ..] if one == "controller" => return controller::command(rest),
        _ => bail!("expected nothing, --quick, templates or controller"),
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
        report::write(&root, report::MEASURED, &table)?;
        println!("wrote docs/benchmarks.md");
    }
    Ok(())
}

fn contenders(root: &Path) -> Result<Vec<Contender>> {
    Ok(vec![
        Contender {
            name: "selkie",
            program: program::selkie(root, Profile::Release)?,
            ours: true,
        },
        Contender {
            name: "sops 3.11.0 (wheel)",
            program: peers::sops(Sops::Wheel3_11_0)?,
            ours: false,
        },
        Contender {
            name: "sops 3.13.3",
            program: peers::sops(Sops::V3_13_3)?,
            ours: false,
        },
    ])
}

struct Key {
    file: PathBuf,
    recipient: String,
    /// Of a key that nobody has.
    other_recipient: String,
}

impl Key {
    fn make(scratch: &Path) -> Result<Self> {
        let make = |name: &str| {
            let file = scratch.join(name);
            let mut keygen = child::command(peers::age_keygen()?, scratch);
            child::output(keygen.arg("-o").arg(&file))?;
            let mut keygen = child::command(peers::age_keygen()?, scratch);
            let recipient = String::from_utf8(child::output(keygen.arg("-y").arg(&file))?)?;
            Ok::<_, anyhow::Error>((file, recipient.trim().to_owned()))
        };
        let (file, recipient) = make("key.txt")?;
        Ok(Self {
            file,
            recipient,
            other_recipient: make("other.txt")?.1,
        })
    }
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
        if workload.ours_alone && !contender.ours {
            lanes.push(None);
            continue;
        }
        let folder = scratch.join(format!(
            "{}-{index}",
            workload.title().replace([' ', ','], "-")
        ));
        lanes.push(Some(Lane::make(contender, folder, workload, key, &plain)?));
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
