//! `xtask bench controller [OBJECTS…]`: our controller at a real API server and a real Vault, with more and more objects on a tenth as many keys; and once at
//! Parameter Store, where keys go together.
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
const CURVE: [u32; 4] = [1_000, 3_000, 10_000, 30_000];
/// The one that has targets.
const AIM: u32 = 10_000;
/// The most calls of `GetParameters` for the first sync of so many objects on a tenth as many parameters: tens, and a tenth on top.
const BATCHES: u64 = 110;

/// Seconds of `refreshInterval` for as many objects as have targets, and for fewer.
const SHORTEST: u32 = 60;

/// What was wanted of that one, and where it stands in the figures.
const TARGETS: [(&str, &str, f64); 7] = [
    (
        "first sync, seconds until the last is Ready",
        "/first/result/last_s",
        65.0,
    ),
    (
        "first sync, calls of Vault per key",
        "/first/store_calls",
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
        runs.push(run(&root, &yardstick, &controller, "vault", *count)?);
    }
    let mut page = report::machine(&root)?;
    page.push_str(&table(&runs));
    let is_page = other.is_none() && counts == CURVE;
    if is_page {
        eprintln!("{AIM} objects at Parameter Store");
        let run = run(&root, &yardstick, &controller, "aws", AIM)?;
        page.push_str(&batches(&run));
    }
    println!("{page}");
    if is_page {
        report::write(&root, report::CONTROLLER, &page)?;
    }
    Ok(())
}

/// One run. The interval grows with the objects where it has to, so that the API server is not what is measured: see [`SHORTEST`].
fn run(
    root: &Path,
    yardstick: &Path,
    controller: &str,
    store: &str,
    objects: u32,
) -> Result<Value> {
    let mut command = child::command(yardstick, root);
    for (flag, value) in [
        ("--controller", controller),
        ("--store", store),
        ("--objects", &objects.to_string()),
        ("--namespaces", &(objects / 50).clamp(1, 200).to_string()),
        (
            "--interval",
            &(SHORTEST * objects / AIM).max(SHORTEST).to_string(),
        ),
    ] {
        command.args([flag, value]);
    }
    let line = child::output(&mut command)?;
    serde_json::from_slice(&line).context("the yardstick prints one line of JSON")
}

fn table(runs: &[Value]) -> String {
    let mut text = String::from("\n| figure |");
    for run in runs {
        let _ = write!(text, " {} objects, {} keys |", run["objects"], run["keys"]);
    }
    let _ = write!(text, " target at {AIM} |\n| --- |");
    text.push_str(&" --- |".repeat(runs.len() + 1));
    text.push('\n');
    for (title, place, limit) in TARGETS {
        let _ = write!(text, "| {title} |");
        for run in runs {
            let _ = write!(text, " {} |", shown(figure(run, place)));
        }
        let aimed = runs.iter().find(|run| run["objects"] == AIM);
        let verdict = match aimed.map(|run| figure(run, place)) {
            None => "–",
            Some(Some(figure)) if figure <= limit => "met",
            Some(_) => "**missed**",
        };
        let _ = writeln!(text, " ≤ {limit} {verdict} |");
    }
    for (title, place) in [
        (
            "calls of Vault in one interval without a change, per key",
            "/steady/store_calls",
        ),
        (
            "calls of Vault within 30 s of a restart, nothing due",
            "/restart/store_calls",
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

/// What Parameter Store was asked, in words of its own.
fn batches(run: &Value) -> String {
    let stage = |name: &str| {
        let calls = run["stages"][name]["store"].as_object();
        let calls = calls.into_iter().flatten();
        let told: Vec<String> = calls
            .map(|(name, count)| format!("{count} `{name}`"))
            .collect();
        told.join(", ")
    };
    let made = run["stages"]["first"]["store"]["GetParameters"].as_u64();
    let is_met = made.is_some_and(|calls| calls <= BATCHES);
    format!(
        "\nParameter Store, {} objects on {} parameters: first sync in {} s with {} (at most {BATCHES} `GetParameters`: {}); in one interval without a change {}.\n",
        run["objects"],
        run["keys"],
        shown(figure(run, "/first/result/last_s")),
        stage("first"),
        if is_met { "met" } else { "**missed**" },
        stage("steady"),
    )
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
        "/first/store_calls" | "/steady/store_calls" => per(run["keys"].as_f64()),
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
            "objects": AIM, "keys": AIM / 10, "calibration_ms": { "create": 0.5 },
            "stages": {
                "first": { "store_calls": 1010, "api_requests": 30000, "peak_mib": 40.0, "result": { "last_s": 2.5 } },
                "steady": { "api_requests": 10100, "peak_mib": 44.5, "result": { "refreshes": 10000 } },
            },
        });
        let rows = [
            ("/first/result/last_s", "2.5"),
            ("/first/store_calls", "1.01"),
            ("/first/api_requests", "3"),
            ("/steady/api_requests", "1.01"),
            ("peak", "44.5"),
            ("calibration", "0.5"),
            ("/fresh/result/p99_s", "–"),
        ];
        for (place, expected) in rows {
            assert_eq!(shown(figure(&run, place)), expected, "{place}");
        }
        let small = json!({ "objects": 1000, "keys": 100, "stages": {} });
        let told = table(&[small.clone(), run]);
        assert!(told.contains("| – | 3 | ≤ 3.1 met |"), "{told}");
        assert!(told.contains("| ≤ 2 **missed** |"), "{told}");
        assert!(table(&[small]).contains("| ≤ 3.1 – |"));
    }

    #[test]
    fn batches_are_counted() {
        let run = |calls: u64| {
            let first = json!({ "store": { "GetParameters": calls, "other": 1 }, "result": { "last_s": 40.0 } });
            json!({ "objects": 10, "keys": 1, "stages": { "first": first } })
        };
        let told = batches(&run(110));
        assert!(
            told.contains("in 40 s with 110 `GetParameters`, 1 `other`"),
            "{told}"
        );
        assert!(told.contains(": met)"), "{told}");
        assert!(batches(&run(111)).contains("**missed**"));
    }
}
