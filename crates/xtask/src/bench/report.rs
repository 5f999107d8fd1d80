//! The page that the measurements become. Judgement of the figures is written by hand, outside the marks.

use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use anyhow::{Context, Result};

use super::Row;
use super::measure::Cost;
use crate::child;

/// A part of the page that a command writes; everything outside of such marks is written by hand.
#[derive(Clone, Copy)]
pub(super) struct Part {
    begin: &'static str,
    end: &'static str,
}

/// What `cargo xtask bench` measures.
pub(super) const MEASURED: Part = Part {
    begin: "<!-- measured: written by `cargo xtask bench`, everything outside these marks by hand -->",
    end: "<!-- end of measured -->",
};

/// What `cargo xtask sizes` measures.
pub(super) const SIZES: Part = Part {
    begin: "<!-- sizes: written by `cargo xtask sizes` -->",
    end: "<!-- end of sizes -->",
};

/// What `cargo xtask bench controller` measures.
pub(super) const CONTROLLER: Part = Part {
    begin: "<!-- controller: written by `cargo xtask bench controller` -->",
    end: "<!-- end of controller -->",
};

/// What `cargo xtask bench templates` measures.
pub(super) const TEMPLATES: Part = Part {
    begin: "<!-- templates: written by `cargo xtask bench templates` -->",
    end: "<!-- end of templates -->",
};

/// The measured part of the page.
pub(super) fn page(root: &Path, contenders: &[&str], rows: &[Row]) -> Result<String> {
    let mut page = machine(root)?;
    let _ = writeln!(
        page,
        "\nEach cell: median wall time / processor time / peak memory of the whole process. Ratio: wall time of the peer over ours.\n"
    );
    let _ = write!(page, "| workload | input | runs |");
    for name in contenders {
        let _ = write!(page, " {name} |");
    }
    for name in &contenders[1..] {
        let _ = write!(page, " ratio to {name} |");
    }
    page.push_str(" target |\n|");
    page.push_str(&" --- |".repeat(3 + contenders.len() + contenders.len()));
    page.push('\n');
    for row in rows {
        let _ = write!(
            page,
            "| {} | {} | {} |",
            row.workload.title(),
            size(row.input_bytes),
            row.workload.runs
        );
        for cost in &row.costs {
            let _ = write!(page, " {} |", cost.map_or_else(|| "–".to_owned(), cell));
        }
        for ratio in ratios(&row.costs) {
            let _ = write!(
                page,
                " {} |",
                ratio.map_or_else(|| "–".to_owned(), |ratio| format!("{ratio:.1}"))
            );
        }
        let _ = writeln!(page, " {} |", target(row));
    }
    Ok(page)
}

/// Puts a part into `docs/benchmarks.md`, leaving the rest.
pub(super) fn write(root: &Path, part: Part, text: &str) -> Result<()> {
    let path = root.join("docs/benchmarks.md");
    let old =
        fs::read_to_string(&path).with_context(|| format!("{} cannot be read", path.display()))?;
    let new = merged(&old, part, text)
        .with_context(|| format!("{} lacks {}", path.display(), part.begin))?;
    fs::write(&path, new).with_context(|| format!("{} cannot be written", path.display()))
}

/// Nothing if the page does not have the part.
fn merged(old: &str, part: Part, text: &str) -> Option<String> {
    let (before, rest) = old.split_once(part.begin)?;
    let (_, after) = rest.split_once(part.end)?;
    Some(format!("{before}{}\n{text}{}{after}", part.begin, part.end))
}

/// What was measured where, in a line.
pub(super) fn machine(root: &Path) -> Result<String> {
    let proc = |path: &str, field: &str| {
        let text = fs::read_to_string(path).unwrap_or_default();
        let line = text
            .lines()
            .find(|line| line.starts_with(field))
            .unwrap_or_default()
            .to_owned();
        line.split_once(':').map_or_else(
            || "unknown".to_owned(),
            |(_, value)| value.trim().to_owned(),
        )
    };
    let kibibytes = proc("/proc/meminfo", "MemTotal")
        .split(' ')
        .next()
        .and_then(|number| number.parse::<u64>().ok());
    let memory = kibibytes.map_or_else(
        || "unknown".to_owned(),
        |number| format!("{} GiB", number.div_ceil(1 << 20)),
    );
    let cores = std::thread::available_parallelism()?;
    let commit = String::from_utf8(child::output(child::command("git", root).args([
        "log",
        "-1",
        "--format=%h of %cs",
    ]))?)?;
    Ok(format!(
        "Machine: {}, {cores} cores, {} memory, {}-{}. Commit {}.\n",
        proc("/proc/cpuinfo", "model name"),
        memory,
        std::env::consts::OS,
        std::env::consts::ARCH,
        commit.trim(),
    ))
}

/// How many times longer each peer took than the first contender, which is us.
fn ratios(costs: &[Option<Cost>]) -> Vec<Option<f64>> {
    ratios_of(costs, |cost| cost.seconds)
}

fn ratios_of(costs: &[Option<Cost>], figure: fn(Cost) -> f64) -> Vec<Option<f64>> {
    let ours = costs[0];
    costs[1..]
        .iter()
        .map(|peer| Some(figure((*peer)?) / figure(ours?)))
        .collect()
}

/// What was wanted, and whether it was reached against each of the peers.
fn target(row: &Row) -> String {
    let target = row.workload.target;
    let worst = |figure| {
        let ratios = ratios_of(&row.costs, figure);
        ratios.into_iter().flatten().reduce(f64::min)
    };
    let ours = row.costs[0];
    let rows = [
        (
            target.times_faster.map(|times| format!("≥ {times}×")),
            worst(|cost| cost.seconds)
                .zip(target.times_faster)
                .map(|(ratio, times)| ratio >= f64::from(times)),
        ),
        (
            target
                .times_cheaper
                .map(|times| format!("≥ {times}× in processor time")),
            worst(|cost| cost.processor_seconds)
                .zip(target.times_cheaper)
                .map(|(ratio, times)| ratio >= f64::from(times)),
        ),
        (
            target.mebibytes.map(|limit| format!("≤ {limit} MiB")),
            ours.zip(target.mebibytes)
                .map(|(cost, limit)| cost.peak_mebibytes <= f64::from(limit)),
        ),
        (
            target.milliseconds.map(|limit| format!("≤ {limit} ms")),
            ours.zip(target.milliseconds)
                .map(|(cost, limit)| cost.seconds * 1e3 <= f64::from(limit)),
        ),
    ];
    let words: Vec<String> = rows
        .into_iter()
        .filter_map(|(wanted, met)| {
            let verdict = match met {
                Some(true) => "met",
                Some(false) => "**missed**",
                None => "not measured",
            };
            Some(format!("{} {verdict}", wanted?))
        })
        .collect();
    if words.is_empty() {
        "–".to_owned()
    } else {
        words.join(", ")
    }
}

pub(super) fn cell(cost: Cost) -> String {
    format!(
        "{} / {} / {:.1} MiB",
        time(cost.seconds),
        time(cost.processor_seconds),
        cost.peak_mebibytes
    )
}

pub(super) fn time(seconds: f64) -> String {
    if seconds < 0.01 {
        format!("{:.1} ms", seconds * 1e3)
    } else if seconds < 1.0 {
        format!("{:.0} ms", seconds * 1e3)
    } else {
        format!("{seconds:.2} s")
    }
}

#[expect(clippy::cast_precision_loss, reason = "a rounded size for a table")]
pub(super) fn size(bytes: u64) -> String {
    match bytes {
        0 => "–".to_owned(),
        1..1_000_000 => format!("{:.0} kB", bytes as f64 / 1e3),
        _ => format!("{:.1} MB", bytes as f64 / 1e6),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_written_by_hand_stays() {
        let Part { begin, end } = MEASURED;
        let old = format!("# Benchmarks\n{begin}\none\n{end}\nMissed because.\n");
        let new = format!("# Benchmarks\n{begin}\ntwo\n{end}\nMissed because.\n");
        assert_eq!(merged(&old, MEASURED, "two\n"), Some(new));
        assert_eq!(merged(&old, SIZES, "two\n"), None);
    }

    #[test]
    fn times_are_shown_in_the_unit_that_fits() {
        for (seconds, shown) in [(0.0021, "2.1 ms"), (0.0666, "67 ms"), (4.758, "4.76 s")] {
            assert_eq!(time(seconds), shown);
        }
    }
}
