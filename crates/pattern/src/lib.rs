//! Regular expressions as Go understands them (RE2's), searched in bytes.
//!
//! Knows neither keys nor paths nor templates. Shared by the selectors and the rules of documents and by the functions of templates. How the two
//! dialects differ stands in [`dialect`].

mod dialect;

use regex::bytes::Regex;

/// A compiled expression, searched unanchored and in linear time.
///
/// One known difference from Go is left: a dot or a negated class does not match a byte that is no UTF-8. YAML and
/// JSON hold none; in dotenv and INI a key would have to be made of such bytes.
#[derive(Clone, Debug)]
pub struct Pattern(Regex);

impl Pattern {
    /// Compiles the expression; the error is one line that says what is wrong.
    pub fn compile(text: &str) -> Result<Self, String> {
        let ours = dialect::translate(text)?;
        Regex::new(&ours).map(Self).map_err(|error| reason(&error))
    }

    /// Whether the expression is found anywhere in the text.
    pub fn is_match(&self, text: &[u8]) -> bool {
        self.0.is_match(text)
    }
}

/// The crate's message draws the pattern with carets over several lines; its last line has the fact.
fn reason(error: &regex::Error) -> String {
    let text = error.to_string();
    let last = text.lines().last().unwrap_or_default();
    last.trim_start_matches("error: ").to_owned()
}
