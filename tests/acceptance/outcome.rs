//! What came of all jobs: lines for whoever collects them, and a verdict on the whole.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::path::Path;
use std::{env, fs};

use serde_json::json;

use crate::job::Job;
use crate::list;
use crate::setups::{self, Cases};

/// Names the folder that results are written to.
const VARIABLE: &str = "SELKIE_ACCEPTANCE";

/// Whether an id holds for a provider.
type Results = BTreeMap<(String, &'static str), bool>;

/// Writes the results where they are asked for, and fails if something does not hold or has no result.
pub(crate) fn report(jobs: &[Job<'_>]) {
    let mut results = Results::new();
    let mut findings = Vec::new();
    for job in jobs {
        let verdict = job.verdict();
        let mut of = vec![job.setup.id];
        if let Cases::Listed = job.setup.cases {
            of.push(job.id);
        }
        for id in of {
            let result = results.entry((id.to_owned(), job.setup.provider));
            *result.or_insert(true) &= verdict.is_ok();
        }
        if let Err(found) = verdict {
            findings.push(format!("{} at {}: {found}", job.id, job.setup.id));
        }
    }
    if let Some(folder) = env::var_os(VARIABLE) {
        write(Path::new(&folder), &results);
    }
    println!("{} cases at {} setups", jobs.len(), setups::all().count());
    findings.extend(unaccounted(&results));
    assert!(findings.is_empty(), "\n{}", findings.join("\n"));
}

fn write(folder: &Path, results: &Results) {
    let mut lines = String::new();
    for ((id, provider), holds) in results {
        let result = if *holds { "passed" } else { "failed" };
        let line = json!({ "id": id, "provider": provider, "result": result });
        writeln!(lines, "{line}").unwrap();
    }
    fs::write(folder.join("acceptance.jsonl"), lines).unwrap();
}

/// Where list and results differ.
fn unaccounted(results: &Results) -> Vec<String> {
    let list = list::read();
    let wanted = list.iter().flat_map(|entry| {
        let providers = entry.providers();
        providers.map(|provider| (entry.id.as_str(), provider))
    });
    let wanted: BTreeSet<_> = wanted.collect();
    let found = results
        .keys()
        .map(|(id, provider)| (id.as_str(), *provider));
    let found: BTreeSet<_> = found.collect();
    let differ = wanted.symmetric_difference(&found);
    differ
        .map(|(id, provider)| {
            format!("{id} for {provider} is in the list or has a result, not both")
        })
        .collect()
}
