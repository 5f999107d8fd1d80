//! `xtask fuzz`: campaigns of the fuzz targets, two at a time, from the committed seeds on. What a target asserts is its own business.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Mutex;
use std::thread;

use anyhow::{Context, Result, bail};

use crate::root::root;
use crate::{child, peers};

/// The targets, in the order in which they are run.
const TARGETS: [&str; 13] = [
    "seal_open",
    "edit",
    "open",
    "slots",
    "parse",
    "json",
    "dotenv",
    "ini",
    "binary",
    "render",
    "template",
    "pack",
    "archive",
];

/// How many run at once: a campaign keeps a core busy.
const AT_ONCE: usize = 2;

/// How long each one runs, unless another time is asked for.
const SECONDS: u64 = 600;

/// `xtask fuzz [--seconds N] [TARGET…]`: runs the named targets, or all.
pub fn command(arguments: &[String]) -> Result<()> {
    let mut seconds = SECONDS;
    let mut targets = Vec::new();
    let mut arguments = arguments.iter();
    while let Some(argument) = arguments.next() {
        match TARGETS.iter().find(|target| *target == argument) {
            Some(target) => targets.push(*target),
            None if argument == "--seconds" => {
                let text = arguments.next().context("--seconds expects a number")?;
                seconds = text.parse().context("--seconds expects a number")?;
            }
            None => bail!("expected --seconds N, and any of {}", TARGETS.join(", ")),
        }
    }
    if targets.is_empty() {
        targets = TARGETS.to_vec();
    }
    let campaign = Campaign {
        fuzzer: peers::cargo_fuzz()?,
        folder: root()?.join("tests/fuzz"),
        seconds,
    };
    child::run(campaign.cargo_fuzz("build").args(["--sanitizer", "none"]))?;
    campaign.run(targets)
}

struct Campaign {
    fuzzer: PathBuf,
    folder: PathBuf,
    seconds: u64,
}

impl Campaign {
    fn run(&self, mut targets: Vec<&'static str>) -> Result<()> {
        targets.reverse();
        let waiting = Mutex::new(targets);
        let take = || waiting.lock().ok()?.pop();
        let findings = Mutex::new(Vec::new());
        thread::scope(|scope| {
            for _ in 0..AT_ONCE {
                scope.spawn(|| {
                    while let Some(target) = take() {
                        if let (Err(error), Ok(mut findings)) = (self.fuzz(target), findings.lock())
                        {
                            findings.push(format!("{target}: {error:#}"));
                        }
                    }
                });
            }
        });
        match findings.into_inner() {
            Ok(findings) if findings.is_empty() => Ok(()),
            Ok(findings) => bail!("{}", findings.join("\n")),
            Err(_) => bail!("a campaign did not end"),
        }
    }

    /// Runs one target. The log is shown whole when something was found, else only its last words: how many inputs there were.
    fn fuzz(&self, target: &str) -> Result<()> {
        let corpus = self.folder.join("corpus").join(target);
        fs::create_dir_all(&corpus)?;
        println!("{target}: {} seconds", self.seconds);
        let mut fuzz = self.cargo_fuzz("run");
        fuzz.args(["--sanitizer", "none", target])
            .arg(corpus)
            .arg(self.folder.join("seeds").join(target))
            .arg("--")
            .args(dictionary(&self.folder, target))
            .arg(format!("-max_total_time={}", self.seconds))
            .args(["-max_len=4096", "-timeout=10", "-rss_limit_mb=4096"]);
        let output = fuzz
            .output()
            .with_context(|| format!("{} does not start", child::show(&fuzz)))?;
        let log = String::from_utf8_lossy(&output.stderr);
        if !output.status.success() {
            bail!("{}\n{}", output.status, last_lines(&log, FINDING));
        }
        println!("{target}: {}", last_lines(&log, 1));
        Ok(())
    }

    /// The pinned compiler knows the flags of a fuzzing build, but lets them be used only when told so.
    fn cargo_fuzz(&self, action: &str) -> Command {
        let mut command = child::command(&self.fuzzer, &self.folder);
        command
            .arg(action)
            .arg("--fuzz-dir")
            .arg(&self.folder)
            .env("RUSTC_BOOTSTRAP", "1");
        command
    }
}

/// Lines of a log that hold a finding: the panic, the stack, the input in two spellings.
const FINDING: usize = 60;

fn dictionary(folder: &Path, target: &str) -> Option<String> {
    let name = match target {
        "render" | "template" => "template.dict",
        "archive" | "pack" => return None,
        _ => "yaml.dict",
    };
    Some(format!("-dict={}", folder.join(name).display()))
}

fn last_lines(log: &str, count: usize) -> String {
    let lines: Vec<&str> = log.lines().filter(|line| !line.is_empty()).collect();
    lines[lines.len().saturating_sub(count)..].join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_target_has_its_seeds_and_its_program() {
        let folder = root().unwrap().join("tests/fuzz");
        for target in TARGETS {
            assert!(folder.join("seeds").join(target).is_dir(), "{target}");
            let program = format!("fuzz_targets/{target}.rs");
            assert!(folder.join(program).is_file(), "{target}");
        }
        assert_eq!(
            folder.join("fuzz_targets").read_dir().unwrap().count(),
            TARGETS.len()
        );
    }

    #[test]
    fn the_last_lines_of_a_log_are_those_that_say_something() {
        assert_eq!(last_lines("a\nb\n\nc\n\n", 2), "b\nc");
        assert_eq!(last_lines("a\n", 9), "a");
        assert_eq!(last_lines("", 9), "");
    }
}
