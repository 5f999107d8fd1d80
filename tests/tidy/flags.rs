//! Every flag of the command line stands in the generated reference.

use std::fs;

use selkie_tests::repository::top;

use crate::sources::{none, rust};

const PAGE: &str = "docs/cli/selkie.md";

#[test]
fn every_flag_is_documented() {
    let page = fs::read_to_string(top().join(PAGE)).unwrap_or_default();
    let mut findings = Vec::new();
    let mut found = 0;
    for source in rust("crates/cli/src/args") {
        for flag in flags(&source.text) {
            found += 1;
            if !page.contains(&format!("--{flag}")) {
                findings.push(format!("{}: --{flag}", source.path));
            }
        }
    }
    assert!(found > 10, "the flags are found in the sources: {found}");
    none(&format!("a flag that {PAGE} does not have"), &findings);
}

/// Long flags that a file declares: fields under an `arg` attribute with `long`, by its value or by the field's name.
fn flags(text: &str) -> Vec<String> {
    let mut flags = Vec::new();
    for (at, start) in text.match_indices("#[arg(") {
        let Some((attribute, after)) = text[at + start.len()..].split_once(")]") else {
            continue;
        };
        let mut parts = attribute.split(',').map(str::trim);
        let Some(long) = parts.find(|part| *part == "long" || part.starts_with("long =")) else {
            continue;
        };
        if attribute.contains("hide = true") {
            continue;
        }
        match long.split_once('"') {
            Some((_, name)) => flags.push(name.trim_end_matches('"').to_owned()),
            None => flags.extend(field(after).map(|name| name.replace('_', "-"))),
        }
    }
    flags
}

/// The name of the field that follows.
fn field(after: &str) -> Option<&str> {
    let line = after
        .lines()
        .map(str::trim)
        .find(|line| !line.is_empty() && !line.starts_with(['#', '/']))?;
    line.split(':').next()?.split_whitespace().last()
}

#[test]
fn flags_are_found_by_value_and_by_field() {
    let text = "#[arg(short, long)]\npub(crate) in_place: bool,\n#[arg(long = \"age\", value_name = \"X\")]\na: String,\n#[arg(long, hide = true)]\nold: bool,\n#[arg(value_name = \"FILE\")]\nfile: PathBuf,";
    assert_eq!(flags(text), ["in-place", "age"]);
}
