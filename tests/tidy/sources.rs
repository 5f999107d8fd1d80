//! The files that the rules look at, and what of their text counts as code.

use std::fs;
use std::path::{Path, PathBuf};

use selkie_tests::repository::top;

/// One Rust file.
pub(crate) struct Source {
    /// Its path from the top, with `/`.
    pub(crate) path: String,
    pub(crate) text: String,
}

/// All Rust files under `folder` (a path from the top), sorted.
pub(crate) fn rust(folder: &str) -> Vec<Source> {
    files(folder, "rs")
}

/// All files under `folder` with that ending, sorted.
pub(crate) fn files(folder: &str, ending: &str) -> Vec<Source> {
    let top = top();
    let mut paths = Vec::new();
    collect(&top.join(folder), &mut paths);
    paths.retain(|path| path.extension().is_some_and(|end| end == ending));
    paths.sort();
    let source = |path: PathBuf| Source {
        path: path
            .strip_prefix(&top)
            .unwrap()
            .to_str()
            .unwrap()
            .replace('\\', "/"),
        text: fs::read_to_string(&path).unwrap(),
    };
    paths.into_iter().map(source).collect()
}

fn collect(folder: &Path, into: &mut Vec<PathBuf>) {
    for entry in folder.read_dir().unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            if !path.ends_with("target") {
                collect(&path, into);
            }
        } else {
            into.push(path);
        }
    }
}

impl Source {
    /// The lines that are shipped code, with their numbers: no comments, no tests, no test files.
    pub(crate) fn code(&self) -> Vec<(usize, String)> {
        let is_test_file = self.path.ends_with("/tests.rs") || self.path.contains("/tests/");
        if is_test_file {
            return Vec::new();
        }
        let mut code = Vec::new();
        for (number, line) in numbered(&self.text) {
            // Tests stand at the end of a file by our order of things.
            if line.trim_start().starts_with("#[cfg(test)]") && !line.contains("use ") {
                break;
            }
            let line = without_comment(line);
            if !line.trim().is_empty() {
                code.push((number, line));
            }
        }
        code
    }
}

/// Lines with numbers from 1.
pub(crate) fn numbered(text: &str) -> impl Iterator<Item = (usize, &str)> {
    text.lines()
        .enumerate()
        .map(|(index, line)| (index + 1, line))
}

/// The line up to `//`, unless that stands in a string (an address, mostly).
fn without_comment(line: &str) -> String {
    let mut in_string = false;
    let mut previous = ' ';
    for (at, character) in line.char_indices() {
        match character {
            '"' if previous != '\\' && previous != '\'' => in_string = !in_string,
            '/' if !in_string && line[at..].starts_with("//") => return line[..at].to_owned(),
            _ => {}
        }
        previous = character;
    }
    line.to_owned()
}

/// Fails with all findings at once, one a line.
#[track_caller]
pub(crate) fn none(rule: &str, findings: &[String]) {
    assert!(findings.is_empty(), "{rule}:\n  {}", findings.join("\n  "));
}

#[test]
fn code_is_what_is_neither_comment_nor_test() {
    let text = "//! doc\nuse a; // why\nlet url = \"http://x\";\n\n#[cfg(test)]\nmod tests {}\n";
    let source = Source {
        path: "crates/x/src/a.rs".into(),
        text: text.into(),
    };
    let code: Vec<_> = source
        .code()
        .into_iter()
        .map(|(number, line)| (number, line.trim_end().to_owned()))
        .collect();
    assert_eq!(
        code,
        [
            (2, "use a;".to_owned()),
            (3, "let url = \"http://x\";".to_owned())
        ]
    );
}
