//! The acceptance list and the cases of `tests/behaviour` are the same, and every rule of the controller names tests that exist.

use std::collections::BTreeSet;
use std::fs;

use selkie_tests::repository::top;
use serde_json::Value;

use crate::sources::{none, rust};

const LIST: &str = "tests/behaviour/list.json";
const RULES: &str = "tests/behaviour/rules.json";
/// Where the rows stand, and how one begins.
const TABLE: &str = "tests/behaviour/table";
const ROW: &str = "case(";

fn entries(file: &str) -> Vec<Value> {
    let text = fs::read_to_string(top().join(file)).unwrap();
    serde_json::from_str(&text).unwrap()
}

fn text<'a>(entry: &'a Value, field: &str) -> &'a str {
    entry[field].as_str().unwrap_or_default()
}

/// The ids of all rows, in the order of the files.
fn rows() -> Vec<String> {
    let id = |row: &str| {
        let row = row.trim_start().strip_prefix('"')?;
        Some(row.split_once('"')?.0.to_owned())
    };
    let sources = rust(TABLE).into_iter();
    sources
        .flat_map(|source| {
            source
                .text
                .split(ROW)
                .skip(1)
                .filter_map(id)
                .collect::<Vec<_>>()
        })
        .collect()
}

#[test]
fn every_demand_has_a_case_or_a_reason() {
    let rows = rows();
    let mut findings = Vec::new();
    let mut ids = BTreeSet::new();
    for entry in &entries(LIST) {
        let id = text(entry, "id");
        if id.is_empty() || text(entry, "what").is_empty() || !ids.insert(id.to_owned()) {
            findings.push(format!("{entry} has no id of its own, or says nothing"));
        }
        let reasons = entry["left_out"].as_object();
        let is_left_out = reasons.is_some();
        let says_why = reasons.is_none_or(|it| {
            !it.is_empty()
                && it
                    .values()
                    .all(|why| why.as_str().is_some_and(|why| !why.is_empty()))
        });
        if !says_why {
            findings.push(format!("{id} is left out without a reason"));
        }
        let cases = rows.iter().filter(|row| **row == id).count();
        if cases != usize::from(!is_left_out) {
            findings.push(format!("{id} has {cases} cases"));
        }
    }
    let unlisted = rows.iter().filter(|row| !ids.contains(*row));
    findings.extend(unlisted.map(|row| format!("{row} is not in {LIST}")));
    assert!(rows.len() > 90, "the rows are found: {}", rows.len());
    none("a difference between the list and the cases", &findings);
}

#[test]
fn every_rule_names_tests_that_exist() {
    let mut findings = Vec::new();
    for entry in &entries(RULES) {
        let rule = text(entry, "rule");
        let tests = entry["tests"].as_object();
        if rule.is_empty() || tests.is_none_or(serde_json::Map::is_empty) {
            findings.push(format!("{entry} names no rule or no test"));
        }
        for (file, names) in tests.into_iter().flatten() {
            let source = fs::read_to_string(top().join(file)).unwrap_or_default();
            let names: Vec<&str> = names
                .as_array()
                .into_iter()
                .flatten()
                .filter_map(Value::as_str)
                .collect();
            if names.is_empty() {
                findings.push(format!("{rule}: no test of {file}"));
            }
            let missing = names.iter().filter(|name| !is_in(&source, name));
            findings.extend(missing.map(|name| format!("{rule}: {name:?} is not in {file}")));
        }
    }
    none("a rule without its test", &findings);
}

/// A function of that name, or a row that says it.
fn is_in(source: &str, name: &str) -> bool {
    source.contains(&format!("fn {name}(")) || source.contains(&format!("\"{name}"))
}
