//! Cases as data: the lines that `cli` and `differential` are written in. What a verb does is the business of the suite.
//!
//! ```text
//! === what the case shows                 begins a case
//! VERB REST                               a step of it
//!   |LINE                                 a line that belongs to the step before
//! # NOTE                                  for readers
//! ```

/// One case.
#[derive(Debug)]
pub struct Case {
    /// What it shows.
    pub name: String,
    /// Its lines, in order.
    pub steps: Vec<Step>,
}

/// One line of a case, with the lines that belong to it.
#[derive(Debug)]
pub struct Step {
    /// Where it stands in the file.
    pub line: usize,
    /// Its first word.
    pub verb: String,
    /// What stands behind the first word.
    pub rest: String,
    /// The lines that belong to it, each with its end.
    pub lines: String,
}

/// The cases of a topic.
///
/// # Panics
/// If a line belongs to no case or step.
#[expect(
    clippy::expect_used,
    reason = "cases are written by hand, and a mistake in them must be seen"
)]
pub fn read(text: &str) -> Vec<Case> {
    let mut cases: Vec<Case> = Vec::new();
    for (index, line) in text.lines().enumerate() {
        if let Some(name) = line.strip_prefix("=== ") {
            cases.push(Case {
                name: name.to_owned(),
                steps: Vec::new(),
            });
        } else if let Some(content) = line.strip_prefix("  |") {
            let step = cases.last_mut().and_then(|case| case.steps.last_mut());
            let lines = &mut step.expect("content belongs to a step").lines;
            lines.push_str(content);
            lines.push('\n');
        } else if !line.trim().is_empty() && !line.starts_with('#') {
            let case = cases.last_mut().expect("a step belongs to a case");
            let (verb, rest) = line.split_once(' ').unwrap_or((line, ""));
            let (verb, rest) = (verb.to_owned(), rest.to_owned());
            case.steps.push(Step {
                line: index + 1,
                verb,
                rest,
                lines: String::new(),
            });
        }
    }
    cases
}
