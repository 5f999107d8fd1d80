//! The comparison of a file's metadata with the rule for its path, before the file is rewritten.
//!
//! Nobody authenticates the metadata. Whoever can write a file, but has no key, can loosen its selector or add a recipient,
//! and the next rewriting would write the secret in plain or wrap the data key for a stranger. Here both are noticed. Never
//! here: how the two are compared, which is the library's.

use std::path::Path;

use selkie_document::Format;
use selkie_document::metadata::Metadata;
use selkie_document::rules::{Differences, Rule, RulesError, differences};
use selkie_document::selection::Selection;

use crate::args::GuardArgs;
use crate::exit::Status;
use crate::message::{Failure, warn};
use crate::{config, discover};

/// What the rules say about a file, and how much that counts.
#[derive(Debug)]
pub(crate) struct Guard {
    /// The rule that matches, if there is one.
    pub(crate) rule: Option<Rule>,
    strict: bool,
    allow_plain: bool,
}

impl Guard {
    /// Looks the rule for `file` up.
    pub(crate) fn resolve(
        args: GuardArgs,
        config: Option<&Path>,
        file: &Path,
    ) -> Result<Self, Failure> {
        let file = config::absolute(file);
        let rule = match config::load(config, &file)? {
            None => None,
            Some(found) => match found
                .config
                .rule_for(&config::path_for_rules(&found.path, &file))
            {
                Ok(rule) => Some(rule),
                Err(RulesError::NoRules | RulesError::NoMatch { .. }) => None,
                Err(error) => {
                    let fact = format!("{}: {error}", found.path.display());
                    return Err(Failure::new(Status::Failed, fact));
                }
            },
        };
        Ok(Self {
            rule,
            strict: args.strict || discover::strict(),
            allow_plain: args.allow_plain,
        })
    }

    /// Names what opens the file more widely than its rule says: recipients that the rule does not list, other numbers of key
    /// groups, a MAC that leaves plain values out. With `--strict` that is the end.
    pub(crate) fn recipients(&self, name: &str, metadata: &Metadata) -> Result<(), Failure> {
        let Some(rule) = &self.rule else {
            return Ok(());
        };
        let differences = differences(metadata, rule);
        let findings = [
            strangers(name, rule, &differences),
            groups(name, rule, &differences),
            mac(name, rule, &differences),
        ];
        for finding in findings.into_iter().flatten() {
            if self.strict {
                return Err(Failure::new(Status::Failed, finding.fact)
                    .details(finding.details)
                    .hint(finding.hint));
            }
            match finding.details.as_slice() {
                [] => warn(finding.fact),
                details => warn(format_args!("{}: {}", finding.fact, details.join(", "))),
            }
        }
        Ok(())
    }

    /// What the rule would encrypt, where a new value that the file's own selector leaves plain is to be refused. A binary
    /// file is encrypted as a whole, whatever rules and metadata say.
    pub(crate) fn selection(&self, format: Format, metadata: &Metadata) -> Option<Selection> {
        if self.allow_plain {
            return None;
        }
        if format == Format::Binary {
            return Some(Selection::default());
        }
        let rule = self.rule.as_ref()?;
        // It compiled when the rule was read.
        let wanted = Selection::from_fields(&rule.selectors).ok()?;
        (wanted != metadata.selection).then_some(wanted)
    }
}

/// One way in which a file departs from its rule.
struct Finding {
    fact: String,
    details: Vec<String>,
    hint: &'static str,
}

const IN_LINE: &str = "`selkie updatekeys --rotate-data-key` brings the file in line with its rule";

fn strangers(name: &str, rule: &Rule, differences: &Differences) -> Option<Finding> {
    let details: Vec<String> = differences
        .recipients_not_in_rule()
        .map(|(_, recipient)| format!("{} {}", recipient.kind_name(), recipient.identifier()))
        .collect();
    (!details.is_empty()).then(|| Finding {
        fact: format!(
            "{name}: it is encrypted for somebody whom its rule (line {}) does not list",
            rule.line
        ),
        details,
        hint: IN_LINE,
    })
}

fn groups(name: &str, rule: &Rule, differences: &Differences) -> Option<Finding> {
    let fact = match (&differences.threshold, &differences.group_count) {
        (Some(needed), _) => format!(
            "{name}: {} of its key groups open it, and its rule (line {}) asks for {}",
            needed.file, rule.line, needed.rule
        ),
        (None, Some(count)) => format!(
            "{name}: it has {} key groups, and its rule (line {}) has {}",
            count.file, rule.line, count.rule
        ),
        (None, None) => return None,
    };
    Some(Finding {
        fact,
        details: Vec::new(),
        hint: IN_LINE,
    })
}

/// Only where the file protects less: whoever can write it then adds plain values that the next reader trusts.
fn mac(name: &str, rule: &Rule, differences: &Differences) -> Option<Finding> {
    let sides = differences.mac_only_encrypted.as_ref()?;
    sides.file.then(|| Finding {
        fact: format!(
            "{name}: its MAC leaves plain values out, which its rule (line {}) does not ask for",
            rule.line
        ),
        details: Vec::new(),
        hint: "decrypt it, look at its plain values, and encrypt it anew",
    })
}
