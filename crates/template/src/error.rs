//! What can be wrong with a template or with what it does. No error carries a value, nor text of the template beyond names.

use std::borrow::Cow;

use thiserror::Error;

use crate::budget::Limit;

/// Why a template could not be parsed or rendered, and where.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("template {template:?}, line {line}, column {column}: {}{failure}", In(function.as_deref()))]
pub struct Error {
    /// Name of the template, as it was given to the parser.
    pub template: String,
    /// Line, from one.
    pub line: usize,
    /// Column in bytes, from one.
    pub column: usize,
    /// The function that was called there, if one was.
    pub function: Option<String>,
    /// What happened.
    pub failure: Failure,
}

/// What went wrong, without the place.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum Failure {
    /// A limit was reached.
    #[error("stopped by the limit on {0}")]
    Spent(Limit),
    /// In words that hold no value: what was expected, types, counts, names.
    #[error("{0}")]
    Because(Cow<'static, str>),
}

impl Failure {
    /// A failure in these words. They may name types, functions, fields and counts; never a value.
    pub fn new(words: impl Into<Cow<'static, str>>) -> Self {
        Self::Because(words.into())
    }
}

/// Puts the function's name before the failure.
struct In<'a>(Option<&'a str>);

impl std::fmt::Display for In<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self.0 {
            Some(name) => write!(f, "{name}: "),
            None => Ok(()),
        }
    }
}
