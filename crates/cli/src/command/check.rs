//! `selkie check`: which files, by which rules, and what is wrong with them. No key is asked for.

mod files;
mod judge;
mod report;

use std::path::Path;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

use self::files::Job;
use self::report::Row;
use crate::args::CheckArgs;
use crate::exit::Status;
use crate::io::print;
use crate::message::{Failure, hint};

/// Files from which on more threads pay.
const PARALLEL: usize = 32;

pub(super) fn run(args: &CheckArgs, config: Option<&Path>) -> Result<(), Failure> {
    let found = files::find(args, config)?;
    let checked = found.jobs.len();
    let mut lines = found.findings;
    lines.extend(judge_all(&found.jobs)?);
    print(report::text(&lines, checked, args.json).as_bytes())?;
    if let Some(config) = found.demands_nothing {
        hint(format_args!(
            "{}: no rule has a path_regex, which would say which files must be encrypted; only encrypted ones were looked at",
            config.display()
        ));
    }
    if lines.is_empty() {
        return Ok(());
    }
    let mut files: Vec<&str> = lines.iter().map(|line| line.file.as_str()).collect();
    files.dedup();
    Err(Failure::new(
        Status::Failed,
        format_args!(
            "{} in {}",
            count(lines.len(), "finding"),
            count(files.len(), "file")
        ),
    ))
}

/// The findings of all files, in their order, whoever was done first.
fn judge_all(jobs: &[Job]) -> Result<Vec<Row>, Failure> {
    let workers = match jobs.len() {
        few if few < PARALLEL => 1,
        _ => std::thread::available_parallelism().map_or(1, usize::from),
    };
    let next = AtomicUsize::new(0);
    let results = Mutex::new(Vec::with_capacity(jobs.len()));
    let work = || {
        while let Some((index, job)) = take(jobs, &next) {
            let result = judge::judge(job);
            // A thread that panics ends the run, so nobody sees what it held.
            let mut all = results
                .lock()
                .unwrap_or_else(std::sync::PoisonError::into_inner);
            all.push((index, result));
        }
    };
    std::thread::scope(|scope| {
        for _ in 1..workers {
            scope.spawn(work);
        }
        work();
    });
    let mut results = results
        .into_inner()
        .unwrap_or_else(std::sync::PoisonError::into_inner);
    results.sort_by_key(|(index, _)| *index);
    let mut lines = Vec::new();
    for (_, result) in results {
        lines.extend(result?);
    }
    Ok(lines)
}

fn take<'j>(jobs: &'j [Job], next: &AtomicUsize) -> Option<(usize, &'j Job)> {
    let index = next.fetch_add(1, Ordering::Relaxed);
    Some((index, jobs.get(index)?))
}

fn count(number: usize, what: &str) -> String {
    format!("{number} {what}{}", if number == 1 { "" } else { "s" })
}
