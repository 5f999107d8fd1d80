//! Why the rules of a `.sops.yaml` cannot be used for a file.

use thiserror::Error;

use crate::selection::SelectionError;

/// What is wrong, with the place in the file. Rules are named by their path in it, numbered from 0.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum RulesError {
    /// No YAML, or a value of the wrong type.
    #[error("{}{reason}", place(*.line, .field))]
    Syntax {
        /// Where, from 1; 0 if it is not known.
        line: u64,
        /// The path of the field; empty if it is the whole file.
        field: String,
        /// What is wrong.
        reason: String,
    },
    /// There is no `creation_rules`, or it is null: as if there were no file.
    #[error("no creation rules are defined")]
    NoRules,
    /// There are rules, but none for this path.
    #[error("no creation rule matches `{path}`")]
    NoMatch {
        /// The path that was looked for.
        path: String,
    },
    /// There is no destination rule for this path.
    #[error("no destination rule matches `{path}`")]
    NoDestination {
        /// The path that was looked for.
        path: String,
    },
    /// A destination rule that names no place, or several, or one that cannot be.
    #[error("`{rule}` (line {line}) names no usable destination: {reason}")]
    Destination {
        /// The rule, as a path of the file.
        rule: String,
        /// Where it begins.
        line: u64,
        /// What is wrong with it.
        reason: &'static str,
    },
    /// A `path_regex` that does not compile, at or before the rule that would match.
    #[error(
        "regular expression `{pattern}` of `{rule}.path_regex` (line {line}) does not compile: {reason}"
    )]
    PathPattern {
        /// The rule, as a path of the file.
        rule: String,
        /// Where it begins.
        line: u64,
        /// The expression.
        pattern: String,
        /// What is wrong with it.
        reason: String,
    },
    /// The rule has two selectors, or one that does not compile.
    #[error("`{rule}` (line {line}) selects values in no usable way: {source}")]
    Selectors {
        /// The rule, as a path of the file.
        rule: String,
        /// Where it begins.
        line: u64,
        /// What is wrong with them.
        source: SelectionError,
    },
    /// A threshold that no keyring can have.
    #[error("`{rule}.shamir_threshold` (line {line}) is not a number from 0 to 255")]
    Threshold {
        /// The rule, as a path of the file.
        rule: String,
        /// Where it begins.
        line: u64,
    },
    /// A key that is none of its kind.
    #[error("`{rule}.{field}` (line {line}) is not a usable key: {reason}")]
    Recipient {
        /// The rule, as a path of the file.
        rule: String,
        /// Where it begins.
        line: u64,
        /// The field of the rule.
        field: String,
        /// What is wrong with the key.
        reason: String,
    },
}

impl RulesError {
    /// The line that it is about, from 1, if there is one.
    pub fn line(&self) -> Option<u64> {
        match self {
            Self::Syntax { line, .. }
            | Self::PathPattern { line, .. }
            | Self::Selectors { line, .. }
            | Self::Threshold { line, .. }
            | Self::Recipient { line, .. }
            | Self::Destination { line, .. } => Some(*line).filter(|line| *line > 0),
            Self::NoRules | Self::NoMatch { .. } | Self::NoDestination { .. } => None,
        }
    }
}

fn place(line: u64, field: &str) -> String {
    match (line, field) {
        (0, "") => String::new(),
        (0, field) => format!("`{field}`: "),
        (line, "") => format!("line {line}: "),
        (line, field) => format!("line {line}: `{field}`: "),
    }
}
