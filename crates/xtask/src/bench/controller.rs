//! `xtask bench controller [OBJECTS…]`: our controller at a real API server and a real Vault, with more and more objects on a tenth as many keys.
//!
//! The work is done by the program `yardstick` of the tests, which drives any controller: `--controller COMMAND` measures another one and writes
//! nothing.

use std::fmt::Write as _;
use std::path::Path;

use anyhow::{Context as _, Result};
use serde_json::Value;

use super::report;
use crate::program::{self, Profile};
use crate::{child, root};

/// Objects of the runs that the page shows.
const CURVE: [u32; 3] = [1_000, 3_000, 10_000];

/// What was wanted of the last of them, and where it stands in the figures.
const TARGETS: [(&str, &str, f64); 7] = [
    (
        "first sync, seconds until the last is Ready",
        "/first/result/last_s",
        65.0,
    ),
    (
        "first sync, calls of Vault per key",
        "/first/vault_calls",
        1.1,
    ),
    (
        "first sync, requests to the API server per object",
        "/first/api_requests",
        3.1,
    ),
    (
        "one interval without a change, requests to the API server per refresh",
        "/steady/api_requests",
        1.1,
    ),
    ("peak memory, MiB, of all stages", "peak", 68.0),
    (
        "processor time of the first sync, seconds",
        "/first/processor_s",
        25.0,
    ),
    (
        "a new object while all are due, seconds, p99",
        "/fresh/result/p99_s",
        2.0,
    ),
];

/// `xtask bench controller`.
pub(super) fn command(words: &[String]) -> Result<()> {
    let root = root::root()?;
    let yardstick = program::build(&root, Profile::Dev, &["--workspace", "--bin", "yardstick"])?;
    let (other, counts) = match words {
        [flag, command, counts @ ..] if flag == "--controller" => (Some(command.clone()), counts),
        counts => (None, counts),
    };
    let counts: Vec<u32> = match counts {
        [] => CURVE.to_vec(),
        given => given
            .iter()
            .map(|word| word.parse())
            .collect::<Result<_, _>>()
            .context("expected numbers of objects")?,
    };
    let controller = match &other {
        Some(command) => command.clone(),
        None => program::build(
            &root,
            Profile::Release,
            &["--workspace", "--bin", "selkie-controller"],
        )?
        .display()
        .to_string(),
    };
    let mut runs = Vec::new();
    for count in &counts {
        eprintln!("{count} objects");
        runs.push(run(&root, &yardstick, &controller, *count)?);
    }
    let mut page = report::machine(&root)?;
    page.push_str(&table(&runs));
    println!("{page}");
    if other.is_none() && counts == CURVE {
        report::write(&root, report::CONTROLLER, &page)?;
    }
    Ok(())
}

fn run(root: &Path, yardstick: &Path, controller: &str, objects: u32) -> Result<Value> {
    let mut command = child::command(yardstick, root);
    command.args([
        "--controller",
        controller,
        "--objects",
        &objects.to_string(),
    ]);
    command.args(["--namespaces", &(objects / 50).clamp(1, 200).to_string()]);
    let line = child::output(&mut command)?;
    serde_json::from_slice(&line).context("the yardstick prints one line of JSON")
}

fn table(runs: &[Value]) -> String {
    let mut text = String::from("\n| figure |");
    for run in runs {
        let _ = write!(text, " {} objects, {} keys |", run["objects"], run["keys"]);
    }
    text.push_str(" target |\n| --- |");
    text.push_str(&" --- |".repeat(runs.len() + 1));
    text.push('\n');
    for (title, place, limit) in TARGETS {
        let _ = write!(text, "| {title} |");
        let mut last = None;
        for run in runs {
            last = figure(run, place);
            let _ = write!(text, " {} |", shown(last));
        }
        let verdict = if last.is_some_and(|figure| figure <= limit) {
            "met"
        } else {
            "**missed**"
        };
        let _ = writeln!(text, " ≤ {limit} {verdict} |");
    }
    for (title, place) in [
        (
            "calls of Vault in one interval without a change, per key",
            "/steady/vault_calls",
        ),
        (
            "calls of Vault within 30 s of a restart, nothing due",
            "/restart/vault_calls",
        ),
        (
            "resident memory after the first sync, MiB",
            "/first/resident_mib",
        ),
        (
            "processor time of one interval without a change, seconds",
            "/steady/processor_s",
        ),
        (
            "calibration: one write of the API server, ms",
            "calibration",
        ),
    ] {
        let _ = write!(text, "| {title} |");
        for run in runs {
            let _ = write!(text, " {} |", shown(figure(run, place)));
        }
        text.push_str(" – |\n");
    }
    text
}

/// A figure of a run, over what the row divides it by.
fn figure(run: &Value, place: &str) -> Option<f64> {
    let stages = &run["stages"];
    let number = |place: &str| stages.pointer(place).and_then(Value::as_f64);
    let per = |of: Option<f64>| Some(number(place)? / of?);
    match place {
        "peak" => ["first", "restart", "fresh", "steady"]
            .iter()
            .filter_map(|stage| stages[stage]["peak_mib"].as_f64())
            .reduce(f64::max),
        "calibration" => run["calibration_ms"]["create"].as_f64(),
        "/first/vault_calls" | "/steady/vault_calls" => per(run["keys"].as_f64()),
        "/first/api_requests" => per(run["objects"].as_f64()),
        "/steady/api_requests" => per(number("/steady/result/refreshes")),
        _ => number(place),
    }
}

fn shown(figure: Option<f64>) -> String {
    figure.map_or_else(
        || "–".to_owned(),
        |figure| {
            let text = format!("{figure:.2}");
            text.trim_end_matches('0').trim_end_matches('.').to_owned()
        },
    )
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn figures_are_told_per_object_and_per_key() {
        let run = json!({
            "objects": 1000, "keys": 100, "calibration_ms": { "create": 0.5 },
            "stages": {
                "first": { "vault_calls": 101, "api_requests": 3000, "peak_mib": 40.0, "result": { "last_s": 2.5 } },
                "steady": { "api_requests": 1010, "peak_mib": 44.5, "result": { "refreshes": 1000 } },
            },
        });
        let rows = [
            ("/first/result/last_s", "2.5"),
            ("/first/vault_calls", "1.01"),
            ("/first/api_requests", "3"),
            ("/steady/api_requests", "1.01"),
            ("peak", "44.5"),
            ("calibration", "0.5"),
            ("/fresh/result/p99_s", "–"),
        ];
        for (place, expected) in rows {
            assert_eq!(shown(figure(&run, place)), expected, "{place}");
        }
        let table = table(&[run]);
        assert!(table.contains("| ≤ 3.1 met |"), "{table}");
        assert!(table.contains("| ≤ 2 **missed** |"), "{table}");
    }
}
