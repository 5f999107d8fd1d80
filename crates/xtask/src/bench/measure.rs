//! The cost of one process: wall time, processor time, peak memory.
//!
//! The system reports the peak of *all* children that a process has waited for, so each measurement gets a small process of its own:
//! `xtask measure` runs one command and prints what the system says. The peak it prints is never below that helper's own few
//! mebibytes, because the system counts the memory a process had before it became another program.

use std::env;
use std::fs::File;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Instant;

use anyhow::{Context, Result, bail};

use crate::child;

/// What one run took, or the medians of several.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Cost {
    pub(super) seconds: f64,
    pub(super) processor_seconds: f64,
    pub(super) peak_mebibytes: f64,
}

/// Runs the program of `command`, in its folder and environment, with `words`; its output goes to the file `output`.
pub(super) fn one(command: &mut Command, words: &[&str], output: &Path) -> Result<Cost> {
    let program = command.get_program().to_owned();
    let mut helper = Command::new(env::current_exe()?);
    if let Some(folder) = command.get_current_dir() {
        helper.current_dir(folder);
    }
    for (name, value) in command.get_envs() {
        match value {
            Some(value) => helper.env(name, value),
            None => helper.env_remove(name),
        };
    }
    helper.arg("measure").arg(output).arg(program).args(words);
    let printed = String::from_utf8(child::output(&mut helper)?)?;
    let mut numbers = printed.split_whitespace().map(str::parse::<f64>);
    let mut number = || {
        numbers
            .next()
            .context("measure printed too little")?
            .context("measure printed no number")
    };
    Ok(Cost {
        seconds: number()?,
        processor_seconds: number()?,
        peak_mebibytes: number()?,
    })
}

/// The median of each figure, or nothing of nothing.
pub(super) fn median(costs: &[Cost]) -> Option<Cost> {
    let middle = |figure: fn(&Cost) -> f64| {
        let mut figures: Vec<f64> = costs.iter().map(figure).collect();
        figures.sort_by(f64::total_cmp);
        let half = figures.len() / 2;
        match figures.len() {
            0 => None,
            odd if odd % 2 == 1 => Some(figures[half]),
            _ => Some(f64::midpoint(figures[half - 1], figures[half])),
        }
    };
    Some(Cost {
        seconds: middle(|cost| cost.seconds)?,
        processor_seconds: middle(|cost| cost.processor_seconds)?,
        peak_mebibytes: middle(|cost| cost.peak_mebibytes)?,
    })
}

/// The status of a run whose editor changed nothing.
const UNCHANGED: i32 = 200;

/// `xtask measure OUTPUT COMMAND…`: prints wall seconds, processor seconds and peak MiB of one command.
pub fn measure_command(arguments: &[String]) -> Result<()> {
    let [output, program, words @ ..] = arguments else {
        bail!("expected a file for the output and a command");
    };
    let mut command = Command::new(program);
    command
        .args(words)
        .stdin(Stdio::null())
        .stdout(File::create(output)?);
    let start = Instant::now();
    let status = command
        .status()
        .with_context(|| format!("{program} does not start"))?;
    let seconds = start.elapsed().as_secs_f64();
    if !status.success() && status.code() != Some(UNCHANGED) {
        bail!("it ended with {status}");
    }
    let (processor_seconds, peak_mebibytes) = children()?;
    println!("{seconds} {processor_seconds} {peak_mebibytes}");
    Ok(())
}

#[cfg(unix)]
#[expect(
    clippy::cast_precision_loss,
    reason = "times and sizes of one process are far below 2^52"
)]
fn children() -> Result<(f64, f64)> {
    use nix::sys::resource::{UsageWho, getrusage};
    use nix::sys::time::TimeVal;
    // Linux counts the peak in kibibytes, macOS in bytes.
    const UNITS_PER_MEBIBYTE: f64 = if cfg!(target_os = "macos") {
        1_048_576.0
    } else {
        1024.0
    };
    let usage = getrusage(UsageWho::RUSAGE_CHILDREN)?;
    let seconds = |time: TimeVal| time.tv_sec() as f64 + time.tv_usec() as f64 / 1e6;
    Ok((
        seconds(usage.user_time()) + seconds(usage.system_time()),
        usage.max_rss() as f64 / UNITS_PER_MEBIBYTE,
    ))
}

#[cfg(not(unix))]
fn children() -> Result<(f64, f64)> {
    bail!("peak memory is measured on Unix only")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn medians_are_taken_figure_by_figure() {
        let cost = |seconds, peak_mebibytes| Cost {
            seconds,
            processor_seconds: 0.0,
            peak_mebibytes,
        };
        assert_eq!(median(&[]), None);
        assert_eq!(
            median(&[cost(3.0, 1.0), cost(1.0, 9.0), cost(2.0, 5.0)]),
            Some(cost(2.0, 5.0))
        );
        assert_eq!(
            median(&[cost(3.0, 1.0), cost(1.0, 9.0)]),
            Some(cost(2.0, 5.0))
        );
    }
}
