//! The language of the cases.
//!
//! ```text
//! === what the case shows                 begins a case, in a new folder that is also the home
//! file NAME                               makes a file of the lines that follow, each behind `  |`
//! sealed NAME                             the same, encrypted for the key at hand
//! edit NAME "old" "new"                   replaces text that must be there
//! no key                                  takes away the key that is at hand otherwise
//! folder NAME                             makes a folder, and works there from now on
//! env NAME=VALUE                          for the next run
//! stdin                                   for the next run: the lines that follow
//! $ selkie ARGUMENTS                      runs it; what is expected comes behind:
//! status NUMBER                           0 if left out
//! out TEXT                                a line of stdout, in order; all of them, unless one is `…` alone
//! err TEXT                                a line of stderr, likewise; none if left out
//! same NAME NAME                          two files are equal
//! differ NAME NAME                        two files are not
//! absent NAME                             there is no such file
//! mode NAME OCTAL                         of its permissions
//! ```
//!
//! `@key`, `@recipient`, `@identity`, `@other` and `@home` stand for the key file at hand, its recipient, its identity, a
//! recipient without identity, and the folder. `…` in an expected line stands for any text. Words may stand in single quotes.

/// One case.
#[derive(Debug)]
pub(crate) struct Case {
    pub(crate) name: String,
    pub(crate) steps: Vec<Step>,
}

/// One line of a case, with the lines that belong to it.
#[derive(Debug)]
pub(crate) struct Step {
    pub(crate) line: usize,
    pub(crate) verb: String,
    pub(crate) rest: String,
    pub(crate) lines: String,
}

/// The cases of a topic.
pub(crate) fn read(text: &str) -> Vec<Case> {
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
