//! What is told of one file, as data and as text.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use selkie_document::rules::{Config, Rule};
use selkie_document::selection::Selection;
use serde::Serialize;

use crate::config::{How, Place};
use crate::discover;

/// Variables whose recipients take the place of a rule's.
const VARIABLES: [&str; 7] = [
    "SOPS_AGE_RECIPIENTS",
    "SOPS_PGP_FP",
    "SOPS_KMS_ARN",
    "SOPS_GCP_KMS_IDS",
    "SOPS_HUAWEICLOUD_KMS_IDS",
    "SOPS_AZURE_KEYVAULT_URLS",
    "SOPS_VAULT_URIS",
];

/// One file, and what decides about it. The field names are the JSON.
#[derive(Debug, Default, Serialize)]
pub(super) struct Report {
    file: String,
    config: Option<FoundConfig>,
    /// A file that was probably meant to be the config.
    ignored: Option<String>,
    /// The text in which `path_regex` is looked for.
    path: Option<String>,
    passed_over: Vec<Passed>,
    rule: Option<Matched>,
    /// Why no rule can be used.
    pub(super) error: Option<String>,
}

#[derive(Debug, Serialize)]
struct FoundConfig {
    path: String,
    found: &'static str,
    /// A config nearer to the file, which does not count.
    nearer: Option<String>,
}

#[derive(Debug, Serialize)]
struct Passed {
    index: usize,
    line: u64,
    path_regex: String,
}

#[derive(Debug, Serialize)]
struct Matched {
    index: usize,
    line: u64,
    path_regex: Option<String>,
    groups: Vec<Vec<Key>>,
    threshold: Option<u8>,
    selector: Selector,
    mac_only_encrypted: bool,
    layout: bool,
    comments: &'static str,
}

#[derive(Debug, Serialize)]
struct Key {
    kind: &'static str,
    key: String,
}

#[derive(Debug, Serialize)]
struct Selector {
    name: &'static str,
    value: String,
    default: bool,
}

impl Report {
    pub(super) fn new(file: &Path, misnamed: Option<PathBuf>) -> Self {
        Self {
            file: file.display().to_string(),
            ignored: misnamed.map(|path| path.display().to_string()),
            ..Self::default()
        }
    }

    pub(super) fn found(&mut self, place: &Place, path: String) {
        self.config = Some(FoundConfig {
            path: place.path.display().to_string(),
            found: match place.how {
                How::Named => "named by --config or SOPS_CONFIG",
                How::FromWorkingFolder => "found from the working folder upward",
                How::FromFile => {
                    "found from the file's folder upward, as there is none above the working folder"
                }
            },
            nearer: place.nearer.as_ref().map(|path| path.display().to_string()),
        });
        self.path = Some(path);
    }

    pub(super) fn pass_over(&mut self, config: &Config, rules: usize) {
        let passed = config.before(rules).enumerate();
        let passed = passed.map(|(index, (line, path_regex))| Passed {
            index,
            line,
            path_regex: path_regex.to_owned(),
        });
        self.passed_over = passed.collect();
    }

    pub(super) fn matched(&mut self, config: &Config, rule: &Rule) {
        self.pass_over(config, rule.index);
        let given = rule.selectors.given().next();
        let (name, value) = given.map_or(Selection::DEFAULT, |(selector, text)| {
            (selector.name(), text)
        });
        let key = |recipient: &selkie_crypto::Recipient| Key {
            kind: recipient.kind_name(),
            key: recipient.identifier(),
        };
        self.rule = Some(Matched {
            index: rule.index,
            line: rule.line,
            path_regex: rule.path_regex.clone(),
            groups: rule
                .groups
                .iter()
                .map(|group| group.iter().map(key).collect())
                .collect(),
            threshold: rule.threshold.map(std::num::NonZeroU8::get),
            selector: Selector {
                name,
                value: value.to_owned(),
                default: given.is_none(),
            },
            mac_only_encrypted: rule.mac_only_encrypted,
            layout: rule.layout.unwrap_or(true),
            comments: if rule.plain_comments == Some(true) {
                "plain"
            } else {
                "encrypted"
            },
        });
    }

    fn write(&self, text: &mut String) {
        // Writing into a String cannot fail.
        let _ = writeln!(text, "{}", self.file);
        let mut line = |name: &str, what: &dyn std::fmt::Display| {
            let _ = writeln!(text, "  {name:<12} {what}");
        };
        if let Some(ignored) = &self.ignored {
            line(
                "ignored",
                &format_args!("{ignored}: the config must be called .sops.yaml"),
            );
        }
        let Some(config) = &self.config else {
            line(
                "config",
                &"none: there is no .sops.yaml above the working folder or the file's folder",
            );
            line(
                "rule",
                &"none: recipients and selector come from flags and variables alone",
            );
            return;
        };
        line(
            "config",
            &format_args!("{} ({})", config.path, config.found),
        );
        if let Some(nearer) = &config.nearer {
            line(
                "",
                &format_args!(
                    "{nearer} is nearer to the file and does not count (choose it with --config)"
                ),
            );
        }
        line("seen as", &self.path.as_deref().unwrap_or_default());
        for rule in &self.passed_over {
            let (at, pattern) = (place(rule.index, rule.line), &rule.path_regex);
            line(
                "passed over",
                &format_args!("{at}: path_regex {pattern} is not found in it"),
            );
        }
        if let Some(error) = &self.error {
            return line("rule", &format_args!("none: {error}"));
        }
        let Some(rule) = &self.rule else {
            return line(
                "rule",
                &"none: the config has no creation_rules; flags and variables decide",
            );
        };
        let at = place(rule.index, rule.line);
        match &rule.path_regex {
            Some(pattern) => line(
                "rule",
                &format_args!("{at}: path_regex {pattern} is found in it"),
            ),
            None => line(
                "rule",
                &format_args!("{at}: without path_regex, it matches every file"),
            ),
        }
        if rule.groups.is_empty() {
            line("recipients", &"none: they come from flags or variables");
        }
        for (index, group) in rule.groups.iter().enumerate() {
            let name = if rule.groups.len() == 1 {
                "recipients".to_owned()
            } else {
                format!("key group {}", index + 1)
            };
            for (position, key) in group.iter().enumerate() {
                let name = if position == 0 { &*name } else { "" };
                line(name, &format_args!("{} {}", key.kind, key.key));
            }
            if group.is_empty() {
                line(&name, &"empty: encrypting will fail");
            }
        }
        let replacing = VARIABLES
            .into_iter()
            .find(|name| discover::recipients(name).is_some());
        if let Some(name) = replacing.filter(|_| !rule.groups.is_empty()) {
            line(
                "",
                &format_args!("{name} is set, and replaces them when a file is encrypted"),
            );
        }
        if rule.groups.len() > 1 {
            let all = rule.groups.len();
            let needed = rule.threshold.map_or(all, usize::from);
            line("threshold", &format_args!("{needed} of {all} key groups"));
        }
        let default = if rule.selector.default {
            " (the default)"
        } else {
            ""
        };
        line(
            "selector",
            &format_args!("{} {}{default}", rule.selector.name, rule.selector.value),
        );
        line(
            "mac",
            &if rule.mac_only_encrypted {
                "covers the encrypted values only"
            } else {
                "covers every value"
            },
        );
        line("comments", &rule.comments);
        line(
            "layout",
            &if rule.layout {
                "recorded where values alone do not tell it"
            } else {
                "not recorded"
            },
        );
    }
}

/// All reports, one after the other, or one JSON list of them.
pub(super) fn text(reports: &[Report], json: bool) -> String {
    if json {
        // Only strings and numbers are in it, which cannot fail.
        return serde_json::to_string_pretty(reports).unwrap_or_default() + "\n";
    }
    let mut text = String::new();
    for report in reports {
        if !text.is_empty() {
            text.push('\n');
        }
        report.write(&mut text);
    }
    text
}

fn place(index: usize, line: u64) -> String {
    format!("creation_rules[{index}] (line {line})")
}
