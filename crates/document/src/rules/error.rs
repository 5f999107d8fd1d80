//! Why the rules of a `.sops.yaml` cannot be used for a file.

use thiserror::Error;

use crate::selection::SelectionError;

/// What is wrong, with the place in the file. Rules are numbered from 0, as in a path of the file.
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
    /// A `path_regex` that does not compile, at or before the rule that would match.
    #[error(
        "regular expression `{pattern}` of `creation_rules[{index}].path_regex` (line {line}) does not compile: {reason}"
    )]
    PathPattern {
        /// The rule.
        index: usize,
        /// Where it begins.
        line: u64,
        /// The expression.
        pattern: String,
        /// What is wrong with it.
        reason: String,
    },
    /// The rule has two selectors, or one that does not compile.
    #[error("`creation_rules[{index}]` (line {line}) selects values in no usable way: {source}")]
    Selectors {
        /// The rule.
        index: usize,
        /// Where it begins.
        line: u64,
        /// What is wrong with them.
        source: SelectionError,
    },
    /// A threshold that no keyring can have.
    #[error(
        "`creation_rules[{index}].shamir_threshold` (line {line}) is not a number from 0 to 255"
    )]
    Threshold {
        /// The rule.
        index: usize,
        /// Where it begins.
        line: u64,
    },
    /// A key that is none of its kind.
    #[error("`creation_rules[{index}].{field}` (line {line}) is not a usable key: {reason}")]
    Recipient {
        /// The rule.
        index: usize,
        /// Where it begins.
        line: u64,
        /// The field of the rule.
        field: String,
        /// What is wrong with the key.
        reason: String,
    },
}

fn place(line: u64, field: &str) -> String {
    match (line, field) {
        (0, "") => String::new(),
        (0, field) => format!("`{field}`: "),
        (line, "") => format!("line {line}: "),
        (line, field) => format!("line {line}: `{field}`: "),
    }
}
