//! Whether a text matches, and no more.

use regex_automata::Input;
use regex_automata::meta::Regex;

use crate::source::{Refused, Source};
use crate::subject::Subject;

/// Bytes that a compiled expression may take: what the `regex` crate allows as well.
const SIZE: usize = 10 << 20;

/// A compiled expression, searched unanchored and in linear time.
#[derive(Clone, Debug)]
pub struct Pattern(Regex);

impl Pattern {
    /// Compiles the expression; the error is one line that says what is wrong.
    pub fn compile(text: &str) -> Result<Self, String> {
        let parsed = Source::read(text)
            .and_then(Source::parse)
            .map_err(|refused| refused.to_string())?;
        let config = Regex::config().utf8_empty(true).nfa_size_limit(Some(SIZE));
        Regex::builder()
            .configure(config)
            .build_from_hir(&parsed)
            .map(Self)
            .map_err(|_| Refused::Size.to_string())
    }

    /// Whether the expression is found anywhere in the text.
    pub fn is_match(&self, text: &[u8]) -> bool {
        // Not the crate's own `is_match`: it stops at the first end of a match, which can be an empty one within a character, and passes over what
        // began before it.
        self.0
            .search_half(&Input::new(Subject::new(text).bytes()))
            .is_some()
    }
}
