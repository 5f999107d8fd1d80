//! Where a node stands in a document: mapping keys and list positions from the root down.
//!
//! Reads and prints the bracket syntax of `--extract`, `set` and `unset`, and makes the associated data that binds
//! a value to its keys. No look-up here: what a step finds in a tree is the tree's business.

use std::fmt;

use thiserror::Error;

/// One step down: into a mapping by key, or into a list by position.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Step {
    /// The value under this key.
    Key(String),
    /// The item at this position, counted from zero.
    Index(usize),
}

/// The steps from the root of a document to a node; no step means the root itself.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Path(Vec<Step>);

impl Path {
    /// Reads `["key"][0]['k']`, as SOPS does: the text is split at every `[`, each part ends in `]`, a part that
    /// starts with a quote is a key without its first and last character, any other a whole number.
    ///
    /// Nothing is unescaped, so a key that holds `[` cannot be written. Empty text is the root.
    ///
    /// # Errors
    /// What SOPS refuses, and also what makes it panic: `[]`, `["]`, and a negative position.
    ///
    /// ```
    /// use selkie_document::path::{Path, Step};
    /// let path = Path::parse(r#"["db"]['hosts'][0]"#)?;
    /// assert_eq!(path.steps()[2], Step::Index(0));
    /// # Ok::<(), selkie_document::path::PathError>(())
    /// ```
    pub fn parse(text: &str) -> Result<Self, PathError> {
        // An empty part stands before the first bracket, and between two of them.
        text.split('[')
            .filter(|part| !part.is_empty())
            .map(step)
            .collect::<Result<_, _>>()
            .map(Self)
    }

    /// The steps in order, from the root down.
    pub fn steps(&self) -> &[Step] {
        &self.0
    }

    /// Whether this is the root.
    pub fn is_root(&self) -> bool {
        self.0.is_empty()
    }
}

impl From<Vec<Step>> for Path {
    fn from(steps: Vec<Step>) -> Self {
        Self(steps)
    }
}

/// The syntax that [`Path::parse`] reads; it reads back the same path, unless a key holds `[`.
impl fmt::Display for Path {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|step| match step {
            Step::Key(key) => write!(f, "[\"{key}\"]"),
            Step::Index(index) => write!(f, "[{index}]"),
        })
    }
}

/// Why a text is no path.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum PathError {
    /// A part between two `[` does not end in `]`.
    #[error("path component `[{0}` does not end in `]`")]
    Unclosed(String),
    /// `[]`.
    #[error("path component `[]` is empty: write `[\"key\"]` or `[0]`")]
    Empty,
    /// `["]` or `[']`.
    #[error("path component `[{0}]` has no closing quote")]
    LoneQuote(String),
    /// The character in the place of the closing quote takes several bytes, and only one would be cut.
    #[error("key in path component `[{0}]` does not end in a quote")]
    NoQuote(String),
    /// A position below zero.
    #[error("list position `[{0}]` is negative")]
    Negative(String),
    /// Neither a quoted key nor a number that fits.
    #[error("path component `[{0}]` is neither a quoted key nor a list position")]
    NotAStep(String),
}

/// The associated data of a value: each key from the root followed by `:`. Without a key it is a lone `:`.
///
/// List positions contribute nothing, so the items of a list share theirs.
pub fn associated_data<'k>(keys: impl IntoIterator<Item = &'k [u8]>) -> Vec<u8> {
    let mut text = Vec::new();
    for key in keys {
        text.extend_from_slice(key);
        text.push(b':');
    }
    if text.is_empty() {
        text.push(b':');
    }
    text
}

fn step(part: &str) -> Result<Step, PathError> {
    let inner = part
        .strip_suffix(']')
        .ok_or_else(|| PathError::Unclosed(part.to_owned()))?;
    match inner.as_bytes() {
        [] => Err(PathError::Empty),
        [b'"' | b'\''] => Err(PathError::LoneQuote(inner.to_owned())),
        [b'"' | b'\'', ..] => {
            let key = inner
                .get(1..inner.len() - 1)
                .ok_or_else(|| PathError::NoQuote(inner.to_owned()))?;
            Ok(Step::Key(key.to_owned()))
        }
        _ => index(inner),
    }
}

fn index(text: &str) -> Result<Step, PathError> {
    match text.parse::<i64>() {
        Ok(number @ 0..) => usize::try_from(number)
            .map(Step::Index)
            .map_err(|_| PathError::NotAStep(text.to_owned())),
        Ok(_) => Err(PathError::Negative(text.to_owned())),
        Err(_) => Err(PathError::NotAStep(text.to_owned())),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key(text: &str) -> Step {
        Step::Key(text.to_owned())
    }

    #[test]
    fn reads_what_sops_reads() {
        #[track_caller]
        fn check(text: &str, steps: &[Step]) {
            assert_eq!(Path::parse(text).unwrap().steps(), steps, "{text}");
        }
        check("", &[]);
        check(r#"["a"]"#, &[key("a")]);
        check(r#"["a"][0]['k']"#, &[key("a"), Step::Index(0), key("k")]);
        check("[01]", &[Step::Index(1)]);
        check("[+0]", &[Step::Index(0)]);
        check("[-0]", &[Step::Index(0)]);
        check(r#"[""]"#, &[key("")]);
        check(r#"["a.b:c"]"#, &[key("a.b:c")]);
        // Nothing is unescaped, inner quotes and brackets stay.
        check(r#"["a\"b"]"#, &[key(r#"a\"b"#)]);
        check(r#"["a]"]"#, &[key("a]")]);
        // The first byte decides, the last is cut whatever it is.
        check(r#"["a']"#, &[key("a")]);
        check(r#"["abc]"#, &[key("ab")]);
        // The first bracket may be missing, a second one stand.
        check(r#""a"]"#, &[key("a")]);
        check(r#"[["a"]"#, &[key("a")]);
        check("[\"größe\"]", &[key("größe")]);
    }

    #[test]
    fn refuses_the_rest() {
        #[track_caller]
        fn check(text: &str, error: &PathError) {
            assert_eq!(Path::parse(text).as_ref(), Err(error), "{text}");
        }
        check("[]", &PathError::Empty);
        check("[\"]", &PathError::LoneQuote("\"".into()));
        check("[']", &PathError::LoneQuote("'".into()));
        check("[-1]", &PathError::Negative("-1".into()));
        check("a", &PathError::Unclosed("a".into()));
        check(r#"["a"#, &PathError::Unclosed("\"a".into()));
        check(r#"["a"] "#, &PathError::Unclosed("\"a\"] ".into()));
        check(r#"["a[b"]"#, &PathError::Unclosed("\"a".into()));
        check("[a]", &PathError::NotAStep("a".into()));
        check("[1.0]", &PathError::NotAStep("1.0".into()));
        check("[ 1]", &PathError::NotAStep(" 1".into()));
        check(
            "[99999999999999999999]",
            &PathError::NotAStep("99999999999999999999".into()),
        );
        check("[\"aé]", &PathError::NoQuote("\"aé".into()));
    }

    #[test]
    fn prints_what_it_reads() {
        for steps in [
            vec![],
            vec![key("a"), Step::Index(7)],
            vec![key("a\"b]'"), key(""), key("ü x")],
        ] {
            let path = Path::from(steps);
            assert_eq!(Path::parse(&path.to_string()).unwrap(), path);
        }
        assert_eq!(
            Path::from(vec![key("a"), Step::Index(7)]).to_string(),
            r#"["a"][7]"#
        );
    }

    #[test]
    fn associated_data_of_keys() {
        #[track_caller]
        fn check(keys: &[&str], text: &str) {
            assert_eq!(
                associated_data(keys.iter().map(|key| key.as_bytes())),
                text.as_bytes()
            );
        }
        check(&[], ":");
        check(&["a"], "a:");
        check(&["a", "b"], "a:b:");
        check(&["a:b"], "a:b:");
        check(&[""], ":");
        check(&["<<", "ü"], "<<:ü:");
    }
}
