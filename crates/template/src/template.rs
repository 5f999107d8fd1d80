//! The paved path: a template is parsed once and rendered as often as one likes.

use std::collections::BTreeMap;
use std::fmt;

use selkie_crypto::Secret;

use crate::budget::Limits;
use crate::error::Error;
use crate::execute::execute;
use crate::functions::Functions;
use crate::lex::Lexer;
use crate::parse::{Parsed, parse};
use crate::value::{Map, Text, Value};

/// A parsed template, with those that it defines. It holds nothing of a render and can be shared by threads.
///
/// ```
/// use selkie_crypto::Secret;
/// use selkie_template::{Settings, Syntax, Template, Value};
///
/// let template = Template::parse("config", "user={{ .user | print }}", &Syntax::default())?;
/// let root = Value::root([("user".to_owned(), Secret::from("admin".to_owned()))]);
/// let text = template.render(&root, &Settings::default())?;
/// assert_eq!(text.expose(), b"user=admin");
/// # Ok::<(), selkie_template::Error>(())
/// ```
pub struct Template {
    name: String,
    source: String,
    parsed: Parsed,
}

/// How a template is written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Syntax {
    /// What begins an action. An empty text stands for `{{`.
    pub left: String,
    /// What ends an action. An empty text stands for `}}`.
    pub right: String,
    /// Which functions it can call.
    pub functions: Functions,
}

/// What a render is given besides the values.
#[derive(Clone, Copy)]
pub struct Settings {
    /// What a key gives that a map does not have.
    pub missing: MissingKey,
    /// How much may be used.
    pub limits: Limits,
    /// The time that functions see: seconds since 1970 and nanoseconds.
    pub now: (i64, u32),
    /// Where all randomness comes from: the same seed gives the same text.
    pub seed: [u8; 32],
}

/// What a key gives that a map does not have.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MissingKey {
    /// Nothing, which prints as `<no value>`: what Go does if it is not told otherwise.
    Default,
    /// An error.
    Error,
}

impl Template {
    /// The template that `text` is.
    ///
    /// # Errors
    /// If Go would not parse it, if it calls a function that is not there, or if it is nested too deeply.
    pub fn parse(name: &str, text: &str, syntax: &Syntax) -> Result<Self, Error> {
        let left = or(&syntax.left, "{{");
        let right = or(&syntax.right, "}}");
        let lexer = Lexer::new(text, left, right);
        match parse(name, lexer, text, syntax.functions) {
            Ok(parsed) => Ok(Self {
                name: name.to_owned(),
                source: text.to_owned(),
                parsed,
            }),
            Err(trouble) => Err(Error::at(name, text, trouble.at, None, trouble.failure)),
        }
    }

    /// What it makes of `root`, which is its dot in the beginning.
    ///
    /// # Errors
    /// If Go would refuse it, or if it goes over a limit.
    pub fn render(&self, root: &Value, settings: &Settings) -> Result<Secret, Error> {
        execute(&self.name, &self.source, &self.parsed, root, settings).map_err(|fault| {
            Error::at(
                &self.name,
                &self.source,
                fault.at,
                fault.function,
                fault.failure,
            )
        })
    }
}

impl Default for Syntax {
    /// Go's delimiters, and all functions.
    fn default() -> Self {
        Self {
            left: "{{".to_owned(),
            right: "}}".to_owned(),
            functions: Functions::All,
        }
    }
}

impl Default for Settings {
    /// A missing key is an error; the usual limits; 1970; a seed of zeros, which makes nothing that is secret.
    fn default() -> Self {
        Self {
            missing: MissingKey::Error,
            limits: Limits::default(),
            now: (0, 0),
            seed: [0; 32],
        }
    }
}

impl fmt::Debug for Settings {
    /// Without the seed, which private keys may come from.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Settings")
            .field("missing", &self.missing)
            .field("limits", &self.limits)
            .field("now", &self.now)
            .finish_non_exhaustive()
    }
}

impl Value {
    /// A map from names to texts, as External Secrets gives it to templates.
    pub fn root(texts: impl IntoIterator<Item = (String, Secret)>) -> Self {
        let texts = texts
            .into_iter()
            .map(|(name, text)| (Text::from(name), Text::from(text)));
        Self::Map(Map::texts(texts.collect::<BTreeMap<_, _>>()))
    }
}

fn or<'a>(text: &'a str, default: &'a str) -> &'a str {
    if text.is_empty() { default } else { text }
}

#[cfg(test)]
mod tests;
