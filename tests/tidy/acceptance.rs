//! The acceptance lists: ids are told apart, each has somebody who shows it, and what is left out says why.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use crate::sources::{files, none, rust};

/// Suites that may have a list.
const LISTS: [&str; 2] = ["tests/acceptance", "tests/behaviour"];

/// The entries of all lists, with the folder of each.
fn entries() -> Vec<(&'static str, Value)> {
    let lists = LISTS.iter().flat_map(|folder| {
        let path = format!("{folder}/list.json");
        let list = files("tests", "json")
            .into_iter()
            .find(|it| it.path == path);
        let entries = list.map(|it| serde_json::from_str::<Vec<Value>>(&it.text).unwrap());
        entries.into_iter().flatten().map(|entry| (*folder, entry))
    });
    let lists: Vec<_> = lists.collect();
    assert!(lists.len() > 100, "{} ids", lists.len());
    lists
}

fn id(entry: &Value) -> &str {
    entry["id"].as_str().unwrap()
}

fn left_out(entry: &Value) -> BTreeMap<String, String> {
    serde_json::from_value(entry["left_out"].clone()).unwrap_or_default()
}

#[test]
fn every_id_is_told_apart_and_explained() {
    let entries = entries();
    let mut seen = BTreeSet::new();
    let mut findings = Vec::new();
    for (folder, entry) in &entries {
        if !seen.insert(id(entry)) {
            findings.push(format!("{folder}: {} twice", id(entry)));
        }
        let what = entry["what"].as_str().unwrap_or_default();
        let reasons = left_out(entry);
        let unexplained = reasons.values().any(|reason| reason.trim().is_empty());
        if what.is_empty() || unexplained {
            findings.push(format!("{folder}: {} is not explained", id(entry)));
        }
        let of_nobody = |it: &&String| {
            *it != "*"
                && !entry["providers"]
                    .as_array()
                    .is_some_and(|all| all.contains(&Value::from(it.as_str())))
        };
        if let Some(provider) = reasons.keys().find(of_nobody) {
            findings.push(format!(
                "{folder}: {} names {provider} only to leave it out",
                id(entry)
            ));
        }
    }
    none("ids of acceptance lists", &findings);
}

/// The tables of the suite are rows with `id: "…"`, or made by `setup("…", …)`.
#[test]
fn list_and_tables_have_the_same_ids() {
    let mut in_code = BTreeSet::new();
    for source in rust("tests/acceptance") {
        // However long lines are broken.
        let text: String = source.text.split_whitespace().collect();
        for constructor in ["id:\"", "setup(\""] {
            let after = text.split(constructor).skip(1);
            in_code.extend(after.map(|rest| rest.split('"').next().unwrap().to_owned()));
        }
    }
    let entries = entries();
    let of_suite = entries.iter().filter(|(folder, entry)| {
        *folder == LISTS[0] && entry["held_by"].is_null() && !left_out(entry).contains_key("*")
    });
    let in_list: BTreeSet<String> = of_suite.map(|(_, entry)| id(entry).to_owned()).collect();
    let differ = in_code.symmetric_difference(&in_list).cloned();
    none(
        "ids in the list or in the tables, not in both",
        &differ.collect::<Vec<_>>(),
    );
}

#[test]
fn what_holds_an_id_is_a_test() {
    let tests = tests();
    let entries = entries();
    let missing = entries.iter().filter_map(|(_, entry)| {
        let test = entry["held_by"].as_str()?;
        (!tests.contains(test)).then(|| format!("{}: {test}", id(entry)))
    });
    none("held by no test", &missing.collect::<Vec<_>>());
}

/// Every test of a crate or suite, by its path.
fn tests() -> BTreeSet<String> {
    let mut tests = BTreeSet::new();
    for source in ["crates", "tests"].into_iter().flat_map(rust) {
        let Some(module) = module(&source.path) else {
            continue;
        };
        let mut inner = None;
        let mut is_test = false;
        for line in source.text.lines() {
            let line = line.trim();
            if line == "mod tests {" {
                inner = Some("tests");
            }
            if let Some(rest) = line.strip_prefix("fn ").filter(|_| is_test) {
                let name = rest.split('(').next().unwrap();
                let path = [Some(&*module), inner, Some(name)];
                tests.insert(path.into_iter().flatten().collect::<Vec<_>>().join("::"));
            }
            is_test = line == "#[test]" || (is_test && line.starts_with("#["));
        }
    }
    tests
}

/// The path of the module in a file: `reconcile::hash::tests` for `crates/reconcile/src/hash/tests.rs`.
fn module(path: &str) -> Option<String> {
    let path = path.strip_suffix(".rs")?;
    let path = match path.strip_prefix("crates/") {
        Some(rest) => rest.replacen("/src/", "/", 1),
        None => path.to_owned(),
    };
    let end = ["/lib", "/main", "/mod"].iter();
    let path = end.fold(&*path, |path, end| path.strip_suffix(end).unwrap_or(path));
    Some(path.replace('/', "::"))
}

#[test]
fn files_are_modules() {
    let rows = [
        (
            "crates/reconcile/src/hash/tests.rs",
            "reconcile::hash::tests",
        ),
        ("crates/providers/src/vault/mod.rs", "providers::vault"),
        ("crates/api/src/lib.rs", "api"),
        ("tests/template/rows.rs", "tests::template::rows"),
    ];
    for (path, expected) in rows {
        assert_eq!(module(path).as_deref(), Some(expected));
    }
}
