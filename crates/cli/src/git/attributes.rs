//! `git diff` by values: which files it is for, and the program that shows them.

use std::fs;
use std::io::ErrorKind;
use std::path::PathBuf;
use std::process::Command;

use super::{output, top};
use crate::exit::Status;
use crate::io::{Output, Target, plain_error};
use crate::message::Failure;

/// The files that may be encrypted. A plain one is shown as it is.
const PATTERNS: [&str; 5] = ["*.yaml", "*.yml", "*.json", "*.env", "*.ini"];

/// Settings of this clone. A cache of shown files would be a store of secrets, so it is switched off by name.
const SETTINGS: [(&str, &str); 2] = [
    ("diff.selkie.textconv", "selkie textconv"),
    ("diff.selkie.cachetextconv", "false"),
];

/// Sets this clone up, adds what is missing to `.gitattributes`, and says where that is.
pub(crate) fn install() -> Result<PathBuf, Failure> {
    let path = top()?.join(".gitattributes");
    for (name, value) in SETTINGS {
        output(Command::new("git").args(["config", "--local", name, value]))?;
    }
    let failed = |error: std::io::Error| {
        let fact = format!(
            "{}: cannot be read: {}",
            path.display(),
            plain_error(&error)
        );
        Failure::new(Status::Unreadable, fact)
    };
    let old = match fs::read_to_string(&path) {
        Ok(text) => text,
        Err(error) if error.kind() == ErrorKind::NotFound => String::new(),
        Err(error) => return Err(failed(error)),
    };
    let new = completed(&old);
    if new != old {
        Output::claim(Target::File(path.clone())).write(new.as_bytes())?;
    }
    Ok(path)
}

/// The text with a line for each pattern that has none of its own.
fn completed(old: &str) -> String {
    let has = |pattern: &str| {
        old.lines().any(|line| {
            let mut words = line.split_ascii_whitespace();
            words.next() == Some(pattern) && words.any(|word| word.contains("diff"))
        })
    };
    let mut text = old.to_owned();
    if !text.is_empty() && !text.ends_with('\n') {
        text.push('\n');
    }
    for pattern in PATTERNS.into_iter().filter(|pattern| !has(pattern)) {
        text.push_str(pattern);
        text.push_str(" diff=selkie\n");
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_missing_lines_are_added() {
        let all = completed("");
        assert_eq!(all.lines().count(), PATTERNS.len());
        assert_eq!(completed(&all), all);
        let rows = [
            ("*.bin -text", "*.bin -text\n*.yaml diff=selkie\n"),
            ("*.yaml -diff\n", "*.yaml -diff\n*.yml diff=selkie\n"),
            ("*.yaml text\n", "*.yaml text\n*.yaml diff=selkie\n"),
        ];
        for (old, start) in rows {
            assert!(completed(old).starts_with(start), "{}", completed(old));
        }
    }
}
