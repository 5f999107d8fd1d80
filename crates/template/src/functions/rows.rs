//! Every row of the vectors, and every example of the table.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use regex_automata::meta::Regex;
use serde_json::{Value as Json, json};

use super::families;
use crate::protocol::answer;

#[test]
#[expect(clippy::disallowed_methods, reason = "the rows are files")]
fn rows() {
    let mut wrong = Vec::new();
    let mut count = 0;
    for file in std::fs::read_dir(vectors()).unwrap() {
        let path = file.unwrap().path();
        if path
            .extension()
            .is_none_or(|extension| extension != "jsonl")
        {
            continue;
        }
        let file = path.file_name().unwrap().to_string_lossy().into_owned();
        let text = std::fs::read_to_string(&path).unwrap();
        for (number, line) in text.lines().enumerate() {
            if line.trim().is_empty() || line.starts_with("//") {
                continue;
            }
            count += 1;
            let row: Json = serde_json::from_str(line).unwrap();
            let place = format!("{file}:{}", number + 1);
            wrong.extend(difference(&row).map(|difference| format!("{place} {difference}")));
        }
    }
    report(&wrong, count);
}

#[test]
fn examples() {
    let mut wrong = Vec::new();
    let mut count = 0;
    for family in families() {
        for function in family.functions {
            count += 1;
            let (template, text) = function.example;
            let request = json!({
                "template": template,
                "values": {"k": "v"},
                "expect": {"text": text},
            });
            let difference = difference(&request);
            wrong.extend(difference.map(|difference| format!("{}: {difference}", function.name)));
        }
    }
    report(&wrong, count);
}

/// The cases of kubectl, whose Go could not yet range over a number.
#[test]
#[expect(clippy::disallowed_methods, reason = "the cases are a file")]
fn kubectl() {
    let text = std::fs::read_to_string(vectors().join("kubectl.json")).unwrap();
    let file: Json = serde_json::from_str(&text).unwrap();
    let cases = file["cases"].as_array().unwrap();
    let mut wrong = Vec::new();
    for case in cases {
        let expect = if case["template"] == "{{range 3}}{{.}},{{end}}" {
            json!({"text": "0,1,2,"})
        } else if case["ok"] == true {
            json!({"text": case["output"]})
        } else {
            json!({"error": true})
        };
        let row = json!({
            "template": case["template"],
            "values": file["data"],
            "mode": "default",
            "expect": expect,
        });
        wrong.extend(difference(&row));
    }
    report(&wrong, cases.len());
}

#[test]
fn no_name_stands_twice() {
    let mut names = BTreeSet::new();
    let functions = families().iter().flat_map(|family| family.functions);
    let twice: Vec<&str> = functions
        .map(|function| function.name)
        .filter(|name| !names.insert(*name))
        .collect();
    // Sprig's hides the builtin one.
    assert_eq!(twice, ["slice"]);
}

/// All 227 names of Sprig and External Secrets.
#[test]
fn all_names_are_there() {
    let missing: Vec<&str> = include_str!("names.txt")
        .split_whitespace()
        .filter(|name| {
            let functions = families().iter().filter(|family| family.name != "builtin");
            !functions
                .flat_map(|family| family.functions)
                .any(|function| function.name == *name)
        })
        .collect();
    assert!(missing.is_empty(), "{}", missing.join(" "));
}

/// What is wrong with our answer to a row, if something is.
fn difference(row: &Json) -> Option<String> {
    let answer = answer(row);
    let expect = &row["expect"];
    let output = answer["output"].as_str();
    let is_right = if let Some(shape) = row["shape"].as_str() {
        let Ok(shape) = Regex::new(&format!("^(?s:{shape})$")) else {
            return Some(format!("{row}\n    has a shape with look-around"));
        };
        output.is_some_and(|output| shape.is_match(output))
    } else if expect["error"] == true {
        answer["ok"] == false
    } else if let Some(text) = expect["text"].as_str() {
        output == Some(text)
    } else {
        expect["base64"].is_string() && answer["base64"] == expect["base64"]
    };
    (!is_right).then(|| format!("{row}\n    gave {answer}"))
}

fn report(wrong: &[String], count: usize) {
    assert!(
        wrong.is_empty(),
        "{} of {count} rows are wrong:\n{}",
        wrong.len(),
        wrong.join("\n")
    );
}

fn vectors() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/vectors/template")
}
