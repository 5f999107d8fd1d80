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

impl Error {
    /// An error at a place of a template's text, in bytes. The line is counted here, once, and not while the template is read.
    pub(crate) fn at(
        template: &str,
        text: &str,
        at: usize,
        function: Option<&str>,
        failure: Failure,
    ) -> Self {
        let before = text.get(..at).unwrap_or(text);
        let line_start = before.rfind('\n').map_or(0, |newline| newline + 1);
        Self {
            template: template.to_owned(),
            line: before.matches('\n').count() + 1,
            column: before.len() - line_start + 1,
            function: function.map(str::to_owned),
            failure,
        }
    }
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
