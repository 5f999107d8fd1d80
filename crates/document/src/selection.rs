//! Which values of a document are encrypted: exactly one of six selectors.
//!
//! A selector only answers whether one path component or one comment matches. Which components and
//! comments count for a value, and in what order, is the walk's business; no tree is known here.

#[cfg(test)]
mod tests;

use selkie_pattern::Pattern;
use thiserror::Error;

/// The closed set of selectors.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Selector {
    /// Plain below every key with this ending.
    UnencryptedSuffix,
    /// Encrypted only below a key with this ending.
    EncryptedSuffix,
    /// Plain below every key that matches.
    UnencryptedRegex,
    /// Encrypted only below a key that matches.
    EncryptedRegex,
    /// Plain below every comment that matches.
    UnencryptedCommentRegex,
    /// Encrypted only below a comment that matches.
    EncryptedCommentRegex,
}

impl Selector {
    /// Every selector.
    pub const ALL: [Self; 6] = [
        Self::UnencryptedSuffix,
        Self::EncryptedSuffix,
        Self::UnencryptedRegex,
        Self::EncryptedRegex,
        Self::UnencryptedCommentRegex,
        Self::EncryptedCommentRegex,
    ];

    /// The name in metadata, in rules and (with hyphens) of the flag.
    pub fn name(self) -> &'static str {
        match self {
            Self::UnencryptedSuffix => "unencrypted_suffix",
            Self::EncryptedSuffix => "encrypted_suffix",
            Self::UnencryptedRegex => "unencrypted_regex",
            Self::EncryptedRegex => "encrypted_regex",
            Self::UnencryptedCommentRegex => "unencrypted_comment_regex",
            Self::EncryptedCommentRegex => "encrypted_comment_regex",
        }
    }
}

/// The selectors as a file, a rule or the command line gives them; an empty text is not given.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[expect(
    missing_docs,
    reason = "the fields are the variants of `Selector`, documented there"
)]
pub struct SelectorFields {
    pub unencrypted_suffix: Option<String>,
    pub encrypted_suffix: Option<String>,
    pub unencrypted_regex: Option<String>,
    pub encrypted_regex: Option<String>,
    pub unencrypted_comment_regex: Option<String>,
    pub encrypted_comment_regex: Option<String>,
}

impl SelectorFields {
    /// The text of one selector, if it is given.
    pub fn get(&self, selector: Selector) -> Option<&str> {
        let text = match selector {
            Selector::UnencryptedSuffix => &self.unencrypted_suffix,
            Selector::EncryptedSuffix => &self.encrypted_suffix,
            Selector::UnencryptedRegex => &self.unencrypted_regex,
            Selector::EncryptedRegex => &self.encrypted_regex,
            Selector::UnencryptedCommentRegex => &self.unencrypted_comment_regex,
            Selector::EncryptedCommentRegex => &self.encrypted_comment_regex,
        };
        text.as_deref().filter(|text| !text.is_empty())
    }

    /// Sets the text of one selector.
    pub fn set(&mut self, selector: Selector, text: String) {
        let place = match selector {
            Selector::UnencryptedSuffix => &mut self.unencrypted_suffix,
            Selector::EncryptedSuffix => &mut self.encrypted_suffix,
            Selector::UnencryptedRegex => &mut self.unencrypted_regex,
            Selector::EncryptedRegex => &mut self.encrypted_regex,
            Selector::UnencryptedCommentRegex => &mut self.unencrypted_comment_regex,
            Selector::EncryptedCommentRegex => &mut self.encrypted_comment_regex,
        };
        *place = Some(text);
    }

    /// The selectors that are given; a valid set has at most one.
    pub fn given(&self) -> impl Iterator<Item = (Selector, &str)> {
        Selector::ALL
            .into_iter()
            .filter_map(|selector| Some((selector, self.get(selector)?)))
    }
}

/// The one selector of a file, ready to use.
#[derive(Clone, Debug)]
pub struct Selection {
    selector: Selector,
    text: String,
    /// Absent for the suffixes, which are compared as they stand.
    pattern: Option<Pattern>,
}

impl Selection {
    /// The selector, by name and text, of a file that has none: all but keys that end in `_unencrypted`.
    pub const DEFAULT: (&'static str, &'static str) = ("unencrypted_suffix", "_unencrypted");

    /// The one selector that is given, or the default when none is.
    ///
    /// # Errors
    /// Two selectors, or a regular expression that does not compile. SOPS takes the latter for one
    /// that never matches and so writes secrets in plain text; here it is refused.
    pub fn from_fields(fields: &SelectorFields) -> Result<Self, SelectionError> {
        let mut given = fields.given();
        let Some((selector, text)) = given.next() else {
            return Ok(Self::default());
        };
        if let Some((second, _)) = given.next() {
            return Err(SelectionError::Several {
                first: selector.name(),
                second: second.name(),
            });
        }
        let pattern = match selector {
            Selector::UnencryptedSuffix | Selector::EncryptedSuffix => None,
            _ => Some(
                Pattern::compile(text).map_err(|reason| SelectionError::Pattern {
                    field: selector.name(),
                    pattern: text.to_owned(),
                    reason,
                })?,
            ),
        };
        Ok(Self {
            selector,
            text: text.to_owned(),
            pattern,
        })
    }

    /// Which selector this is.
    pub fn selector(&self) -> Selector {
        self.selector
    }

    /// The name of the selector and its text, as they are stored.
    pub fn field(&self) -> (&'static str, &str) {
        (self.selector.name(), &self.text)
    }

    /// Whether this path component matches; never under a selector of comments.
    pub fn matches_key(&self, key: &[u8]) -> bool {
        !self.is_by_comment() && self.matches(key)
    }

    /// Whether this comment, without its marker, matches; never under a selector of keys.
    pub fn matches_comment(&self, text: &[u8]) -> bool {
        self.is_by_comment() && self.matches(text)
    }

    /// Whether comments decide, and not keys.
    pub fn is_by_comment(&self) -> bool {
        matches!(
            self.selector,
            Selector::UnencryptedCommentRegex | Selector::EncryptedCommentRegex
        )
    }

    /// Whether a value is encrypted, given whether any component of its path (under a selector of
    /// comments: any comment active there) matched.
    pub fn encrypts(&self, matched: bool) -> bool {
        match self.selector {
            Selector::EncryptedSuffix
            | Selector::EncryptedRegex
            | Selector::EncryptedCommentRegex => matched,
            Selector::UnencryptedSuffix
            | Selector::UnencryptedRegex
            | Selector::UnencryptedCommentRegex => !matched,
        }
    }

    fn matches(&self, text: &[u8]) -> bool {
        match &self.pattern {
            Some(pattern) => pattern.is_match(text),
            None => text.ends_with(self.text.as_bytes()),
        }
    }
}

/// What a file without any selector means: everything but keys that end in `_unencrypted`.
impl Default for Selection {
    fn default() -> Self {
        let selector = Selector::UnencryptedSuffix;
        Self {
            selector,
            text: Self::DEFAULT.1.to_owned(),
            pattern: None,
        }
    }
}

/// Equal when the stored field is: the pattern follows from it.
impl PartialEq for Selection {
    fn eq(&self, other: &Self) -> bool {
        self.field() == other.field()
    }
}

impl Eq for Selection {}

/// Why selectors cannot be used.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum SelectionError {
    /// More than one is given.
    #[error("`{first}` and `{second}` exclude each other")]
    Several {
        /// The first that is given.
        first: &'static str,
        /// Another one.
        second: &'static str,
    },
    /// A regular expression that does not compile.
    #[error("regular expression `{pattern}` of `{field}` does not compile: {reason}")]
    Pattern {
        /// The selector.
        field: &'static str,
        /// Its text.
        pattern: String,
        /// What is wrong with it.
        reason: String,
    },
}
