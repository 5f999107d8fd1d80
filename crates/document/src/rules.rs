//! The creation rules of a `.sops.yaml`: text in, policy for one path out.
//!
//! Where the file is found and how a path is made relative to it is the command line's business; nothing
//! here opens a file or asks the network, so an Azure key without a version stays without one.

mod compare;
mod destination;
mod error;
mod example;
mod recipients;
mod schema;
mod source;
mod stores;
#[cfg(test)]
mod tests;

pub use self::compare::{Differences, GroupDifference, Sides, differences, key_differences};
pub use self::destination::{Destination, DestinationRule, KvVersion};
pub use self::error::RulesError;
pub use self::schema::schema;
pub use self::stores::Stores;

use std::num::NonZeroU8;

use selkie_crypto::Recipient;
use selkie_pattern::Pattern;

use self::source::{Comments, ConfigSource, DestinationSource, RuleSource};
use crate::selection::{Selection, SelectorFields};

/// A `.sops.yaml` that has been read. Rules are judged only when they are reached, as in SOPS.
#[derive(Debug)]
pub struct Config(ConfigSource);

/// What one creation rule asks for.
#[derive(Clone, Debug, PartialEq)]
pub struct Rule {
    /// The recipients of each key group; no group if the rule names no key at all.
    pub groups: Vec<Vec<Recipient>>,
    /// How many groups open the file.
    pub threshold: Option<NonZeroU8>,
    /// At most one selector, which compiles.
    pub selectors: SelectorFields,
    /// Whether the MAC covers the encrypted values alone.
    pub mac_only_encrypted: bool,
    /// Whether a layout record is written, if the rule says.
    pub layout: Option<bool>,
    /// Whether new comments stay plain, if the rule says.
    pub plain_comments: Option<bool>,
    /// The expression that was found in the path; `None` for a rule that matches every path.
    pub path_regex: Option<String>,
    /// Position among the rules, from 0.
    pub index: usize,
    /// The line on which the rule begins, from 1.
    pub line: u64,
}

impl Config {
    /// Reads the first document; unknown fields are ignored. Empty text is a file without rules.
    ///
    /// # Errors
    /// Text that is no YAML, or a known field of the wrong type.
    pub fn parse(text: &str) -> Result<Self, RulesError> {
        source::parse(text).map(Self)
    }

    /// The first rule whose `path_regex` is found anywhere in the path; a rule without one matches every path.
    ///
    /// The path has `/` between its parts on every system, and is relative to the folder of the config if the file
    /// lies under it, absolute otherwise.
    ///
    /// # Errors
    /// [`RulesError::NoRules`] and [`RulesError::NoMatch`]; else what is wrong in the rules up to the one that matches.
    pub fn rule_for(&self, path: &str) -> Result<Rule, RulesError> {
        let rules = self.0.creation_rules.as_ref().ok_or(RulesError::NoRules)?;
        let blank = RuleSource::default();
        for (index, rule) in rules.iter().enumerate() {
            let at = Place::new("creation_rules", index, rule.referenced.line());
            let source = rule.value.as_ref().unwrap_or(&blank);
            if matches(source.path_regex.as_deref(), path, &at)? {
                return policy(source, &at);
            }
        }
        Err(RulesError::NoMatch {
            path: path.to_owned(),
        })
    }

    /// The rules before `index`, with their lines and expressions: those that a rule's match passed over.
    pub fn before(&self, index: usize) -> impl Iterator<Item = (u64, &str)> {
        let rules = self.0.creation_rules.iter().flatten().take(index);
        rules.map(|rule| {
            let source = rule.value.as_ref();
            let pattern = source.and_then(|source| source.path_regex.as_deref());
            (rule.referenced.line(), pattern.unwrap_or_default())
        })
    }

    /// How many creation rules there are; `None` if there is no list of them, which is as if there were no file.
    pub fn rule_count(&self) -> Option<usize> {
        self.0.creation_rules.as_ref().map(Vec::len)
    }

    /// The first destination rule that matches the path, which is looked at as in [`Self::rule_for`].
    ///
    /// # Errors
    /// [`RulesError::NoDestination`]; else what is wrong in the rules up to the one that matches.
    pub fn destination_for(&self, path: &str) -> Result<DestinationRule, RulesError> {
        let blank = DestinationSource::default();
        for (index, rule) in self.0.destination_rules.iter().flatten().enumerate() {
            let at = Place::new("destination_rules", index, rule.referenced.line());
            let source = rule.value.as_ref().unwrap_or(&blank);
            if matches(source.path_regex.as_deref(), path, &at)? {
                return destination::rule(source, &at);
            }
        }
        Err(RulesError::NoDestination {
            path: path.to_owned(),
        })
    }

    /// How each format is printed where a text is printed anew.
    pub fn stores(&self) -> Stores {
        self.0.stores.as_ref().map(Stores::from).unwrap_or_default()
    }

    /// A commented `.sops.yaml` to begin with: one rule, for every file, with this recipient.
    pub fn example(recipient: &str) -> String {
        example::text(recipient)
    }
}

/// Which rule, and where it begins.
struct Place {
    rule: String,
    index: usize,
    line: u64,
}

impl Place {
    fn new(list: &str, index: usize, line: u64) -> Self {
        let rule = format!("{list}[{index}]");
        Self { rule, index, line }
    }
}

fn matches(pattern: Option<&str>, path: &str, at: &Place) -> Result<bool, RulesError> {
    let Some(text) = pattern else {
        return Ok(true);
    };
    let pattern = Pattern::compile(text).map_err(|reason| RulesError::PathPattern {
        rule: at.rule.clone(),
        line: at.line,
        pattern: text.to_owned(),
        reason,
    })?;
    Ok(pattern.is_match(path.as_bytes()))
}

fn policy(source: &RuleSource, at: &Place) -> Result<Rule, RulesError> {
    let selectors = SelectorFields {
        unencrypted_suffix: source.unencrypted_suffix.clone(),
        encrypted_suffix: source.encrypted_suffix.clone(),
        unencrypted_regex: source.unencrypted_regex.clone(),
        encrypted_regex: source.encrypted_regex.clone(),
        unencrypted_comment_regex: source.unencrypted_comment_regex.clone(),
        encrypted_comment_regex: source.encrypted_comment_regex.clone(),
    };
    let (rule, line) = (|| at.rule.clone(), at.line);
    Selection::from_fields(&selectors).map_err(|source| RulesError::Selectors {
        rule: rule(),
        line,
        source,
    })?;
    let threshold = u8::try_from(source.shamir_threshold.unwrap_or(0));
    let groups = recipients::groups(source).map_err(|(field, reason)| RulesError::Recipient {
        rule: rule(),
        line,
        field,
        reason,
    })?;
    Ok(Rule {
        groups,
        threshold: NonZeroU8::new(
            threshold.map_err(|_| RulesError::Threshold { rule: rule(), line })?,
        ),
        selectors,
        mac_only_encrypted: source.mac_only_encrypted.unwrap_or(false),
        layout: source.layout,
        plain_comments: source.comments.map(|comments| comments == Comments::Plain),
        path_regex: source.path_regex.clone().filter(|text| !text.is_empty()),
        index: at.index,
        line,
    })
}
