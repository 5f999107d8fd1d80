//! `xtask test`: the stages of the gate, in order, each with its limit. What a stage checks is the business of what it runs.

use std::process::Command;
use std::time::{Duration, Instant};

use anyhow::{Result, bail};

use crate::child::{self, End};
use crate::root::root;

/// How much is run. Each tier contains the one before it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Tier {
    /// No peer program: for the minutes between two edits.
    Quick,
    /// The gate, which the README names.
    Plain,
    /// The gate and all that is long.
    Full,
}

struct Stage {
    name: &'static str,
    /// The smallest tier that runs it.
    tier: Tier,
    /// More than a cold build on two cores needs; over it, the stage is killed and has failed.
    minutes: u64,
    cargo: &'static [&'static str],
    env: &'static [(&'static str, &'static str)],
}

const fn stage(
    tier: Tier,
    name: &'static str,
    minutes: u64,
    cargo: &'static [&'static str],
) -> Stage {
    Stage {
        name,
        tier,
        minutes,
        cargo,
        env: &[],
    }
}

/// A chore of ours as a cargo command: started anew, because a running `xtask` may have been rebuilt under its own feet.
macro_rules! xtask {
    ($($word:literal),+) => { &["run", "--quiet", "--package", "selkie-xtask", "--", $($word),+] };
}

/// One target of the package that holds the suites. Always of the whole workspace: a package alone would have its dependencies
/// with features of its own, and every SDK would be compiled once more.
macro_rules! suite {
    ($name:literal) => {
        &["test", "--quiet", "--workspace", "--test", $name]
    };
}

static STAGES: &[Stage] = &[
    stage(Tier::Quick, "format", 2, &["fmt", "--all", "--check"]),
    stage(
        Tier::Quick,
        "clippy",
        20,
        &[
            "clippy",
            "--quiet",
            "--workspace",
            "--all-targets",
            "--",
            "-D",
            "warnings",
        ],
    ),
    // What the demo and small programs build: code of the other kinds may not be missed or left over.
    stage(
        Tier::Quick,
        "clippy, age alone",
        10,
        &[
            "clippy",
            "--quiet",
            "--package",
            "selkie-cli",
            "--no-default-features",
            "--features",
            "age",
            "--",
            "-D",
            "warnings",
        ],
    ),
    stage(
        Tier::Quick,
        "clippy, age and render",
        15,
        &[
            "clippy",
            "--quiet",
            "--package",
            "selkie-cli",
            "--no-default-features",
            "--features",
            "age,render",
            "--",
            "-D",
            "warnings",
        ],
    ),
    stage(
        Tier::Quick,
        "unit",
        40,
        &["test", "--quiet", "--workspace", "--lib", "--bins"],
    ),
    stage(
        Tier::Quick,
        "examples in docs",
        10,
        &["test", "--quiet", "--workspace", "--doc"],
    ),
    stage(Tier::Quick, "tidy", 10, suite!("tidy")),
    stage(Tier::Quick, "vectors", 10, suite!("vectors")),
    stage(Tier::Quick, "properties", 10, suite!("properties")),
    stage(Tier::Quick, "command line", 15, suite!("cli")),
    stage(Tier::Quick, "git", 10, suite!("git")),
    stage(
        Tier::Quick,
        "generated pages",
        10,
        xtask!("docs", "--check"),
    ),
    stage(Tier::Quick, "generated CRDs", 10, xtask!("crds", "--check")),
    // Two small programs of their own.
    stage(Tier::Quick, "demo", 15, xtask!("demo")),
    // Libraries alone: the doc comments of the program are help texts, which are no Markdown.
    Stage {
        env: &[("RUSTDOCFLAGS", "-D warnings")],
        ..stage(
            Tier::Quick,
            "rustdoc",
            15,
            &["doc", "--quiet", "--workspace", "--no-deps", "--lib"],
        )
    },
    // A first run builds two versions of SOPS, Vault, and Kubernetes.
    stage(Tier::Plain, "peers", 45, xtask!("peers")),
    stage(
        Tier::Plain,
        "plain manifests",
        5,
        xtask!("manifests", "--check"),
    ),
    stage(
        Tier::Plain,
        "supply chain",
        2,
        xtask!("advisories", "--offline"),
    ),
    stage(Tier::Plain, "fuzz seeds", 10, suite!("fuzz")),
    stage(Tier::Plain, "yaml test suite", 10, suite!("yaml_suite")),
    stage(Tier::Plain, "compat", 20, suite!("compat")),
    stage(Tier::Plain, "key services", 20, suite!("keys")),
    stage(Tier::Plain, "providers", 20, suite!("providers")),
    stage(Tier::Plain, "cluster", 20, suite!("cluster")),
    stage(Tier::Plain, "controller's guide", 20, suite!("guide")),
    stage(Tier::Plain, "chart", 20, suite!("chart")),
    stage(Tier::Plain, "image", 20, suite!("image")),
    // Its servers are those of the suite before.
    stage(
        Tier::Plain,
        "demo in a cluster",
        15,
        xtask!("demo", "--cluster"),
    ),
    stage(Tier::Plain, "acceptance", 20, suite!("acceptance")),
    stage(Tier::Plain, "behaviour", 20, suite!("behaviour")),
    stage(Tier::Plain, "differential", 15, suite!("differential")),
    stage(Tier::Plain, "templates", 10, suite!("template")),
    stage(Tier::Plain, "crash", 15, suite!("crash")),
    Stage {
        env: &[("SELKIE_KILLS", "1000")],
        ..stage(Tier::Full, "crash, 1,000 kills", 60, suite!("crash"))
    },
    Stage {
        env: &[("SELKIE_CASES", "100000")],
        ..stage(
            Tier::Full,
            "properties, 100,000 cases",
            30,
            suite!("properties"),
        )
    },
    Stage {
        env: &[
            ("SELKIE_SEEDS", "3"),
            ("SELKIE_CASES", "2000"),
            ("SELKIE_WILD", "2000"),
        ],
        ..stage(Tier::Full, "compat, 3 seeds", 60, suite!("compat"))
    },
    Stage {
        env: &[("SELKIE_SEEDS", "3"), ("SELKIE_CASES", "100000")],
        ..stage(Tier::Full, "templates, 3 seeds", 60, suite!("template"))
    },
    Stage {
        env: &[("SELKIE_HELM", "4")],
        ..stage(Tier::Full, "chart, helm 4", 20, suite!("chart"))
    },
    // Most of a first run goes into building Kubernetes.
    stage(Tier::Full, "flux", 30, suite!("flux")),
    // A release build without our lock file, as pre-commit does it.
    stage(Tier::Full, "pre-commit", 40, suite!("pre_commit")),
    // A dozen targets, ten minutes each, two at a time, and the build of the fuzzer.
    stage(Tier::Full, "fuzz campaigns", 90, xtask!("fuzz")),
    stage(Tier::Full, "dummy rooms", 20, xtask!("rooms")),
    stage(Tier::Full, "release, bench", 60, xtask!("bench")),
    stage(
        Tier::Full,
        "bench, templates",
        30,
        xtask!("bench", "templates"),
    ),
    // Nine programs, each with thin LTO.
    stage(Tier::Full, "sizes", 60, xtask!("sizes")),
];

/// `xtask test [--quick|--full] [--keep-going]`: stops at the first stage that fails, unless it is to keep going.
pub fn command(arguments: &[String]) -> Result<()> {
    let mut tier = Tier::Plain;
    let mut keep_going = false;
    for argument in arguments {
        match argument.as_str() {
            "--quick" => tier = Tier::Quick,
            "--full" => tier = Tier::Full,
            "--keep-going" => keep_going = true,
            _ => bail!("expected --quick or --full, and --keep-going"),
        }
    }
    let root = root()?;
    let stages: Vec<&Stage> = STAGES.iter().filter(|stage| stage.tier <= tier).collect();
    let mut ends: Vec<(f64, Result<()>)> = Vec::new();
    for stage in &stages {
        println!("── {}", stage.name);
        let start = Instant::now();
        let mut cargo = child::cargo(&root);
        cargo.args(stage.cargo).envs(stage.env.iter().copied());
        let ended = run(&mut cargo, stage.minutes);
        let failed = ended.is_err();
        ends.push((start.elapsed().as_secs_f64(), ended));
        if failed && !keep_going {
            break;
        }
    }
    report(&stages, &ends);
    let first = stages
        .iter()
        .zip(ends)
        .find_map(|(stage, (_, ended))| Some((stage.name, ended.err()?)));
    match first {
        Some((name, error)) => Err(error.context(format!("stage {name}"))),
        None => Ok(()),
    }
}

fn run(cargo: &mut Command, minutes: u64) -> Result<()> {
    match child::run_within(cargo, Duration::from_secs(60 * minutes))? {
        End::Exited(status) if status.success() => Ok(()),
        End::Exited(status) => bail!("{} ended with {status}", child::show(cargo)),
        End::OverLimit => bail!(
            "{} was killed after its limit of {minutes} minutes",
            child::show(cargo)
        ),
    }
}

fn report(stages: &[&Stage], ends: &[(f64, Result<()>)]) {
    println!("\n{:<20} {:>8}", "stage", "seconds");
    for (index, stage) in stages.iter().enumerate() {
        match ends.get(index) {
            Some((seconds, ended)) => {
                println!(
                    "{:<20} {seconds:>8.1}  {}",
                    stage.name,
                    if ended.is_ok() { "ok" } else { "FAILED" }
                );
            }
            None => println!("{:<20} {:>8}  not run", stage.name, "–"),
        }
    }
    println!(
        "{:<20} {:>8.1}",
        "all",
        ends.iter().map(|(seconds, _)| seconds).sum::<f64>()
    );
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_stage_has_a_name_of_its_own_and_a_limit() {
        for (index, stage) in STAGES.iter().enumerate() {
            assert!(stage.minutes > 0, "{}", stage.name);
            assert!(
                STAGES[..index].iter().all(|other| other.name != stage.name),
                "{} twice",
                stage.name
            );
        }
    }
}
