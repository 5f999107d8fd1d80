//! The findings as people and programs read them.

use std::fmt::{Display, Write as _};
use std::path::Path;

use selkie_document::Problem;
use selkie_document::rules::RulesError;
use serde::Serialize;

use super::files::Job;

/// One finding. The field names are the JSON.
#[derive(Debug, PartialEq, Eq, Serialize)]
pub(super) struct Row {
    pub(super) file: String,
    pub(super) line: usize,
    /// Empty if it is about the file as a whole.
    path: String,
    problem: &'static str,
    what: String,
    advice: &'static str,
}

impl Row {
    pub(super) fn new(
        job: &Job,
        line: usize,
        problem: &'static str,
        what: &(impl Display + ?Sized),
    ) -> Self {
        Self {
            file: job.file.clone(),
            line,
            path: String::new(),
            problem,
            what: what.to_string(),
            advice: "",
        }
    }

    /// A rule that cannot be used. Its place stands in the error.
    pub(super) fn about_config(config: &Path, error: &RulesError) -> Self {
        Self {
            file: config.display().to_string(),
            line: error
                .line()
                .map_or(1, |line| usize::try_from(line).unwrap_or(1)),
            path: String::new(),
            problem: "rules",
            what: error.to_string(),
            advice: "correct the rule",
        }
    }

    pub(super) fn path(self, path: String) -> Self {
        Self { path, ..self }
    }

    pub(super) fn advice(self, advice: &'static str) -> Self {
        Self { advice, ..self }
    }
}

/// What to do about a problem of a value or of the metadata.
pub(super) fn advice(problem: &Problem) -> &'static str {
    match problem {
        Problem::Plain => {
            "restore the token from the last commit, or decrypt and encrypt the file again"
        }
        Problem::PlainByRule => "decrypt and encrypt the file again",
        Problem::NeverOpened => "undo the change of the key or of the selector",
        Problem::Copied { .. } => "remove one of the two; `selkie set` adds a value",
        Problem::Trailing => "remove the text",
        Problem::NoWrappedKey { .. } | Problem::EmptyGroup { .. } | Problem::Threshold { .. } => {
            "run `selkie updatekeys` on the file"
        }
        Problem::More { .. } => "correct these first",
        _ => "restore it from the last commit",
    }
}

pub(super) fn text(lines: &[Row], files: usize, json: bool) -> String {
    #[derive(Serialize)]
    struct All<'l> {
        files: usize,
        findings: &'l [Row],
    }
    if json {
        let all = All {
            files,
            findings: lines,
        };
        // Only strings and numbers are in it, which cannot fail.
        return serde_json::to_string_pretty(&all).unwrap_or_default() + "\n";
    }
    let mut text = String::new();
    for line in lines {
        let path = if line.path.is_empty() {
            ""
        } else {
            &format!("{}: ", line.path)
        };
        let (file, number, what) = (&line.file, line.line, &line.what);
        // Writing into a String cannot fail.
        let _ = writeln!(text, "{file}:{number}: {path}{what}; {}", line.advice);
    }
    text
}
