//! What is wrong with one file.

use selkie_crypto::{Recipient, Secret};
use selkie_document::rules::{Differences, Rule, differences};
use selkie_document::selection::Selection;
use selkie_document::{Error, Format, Sealed, check, exposed};

use super::files::{Job, Source};
use super::report::{Row, advice};
use crate::exit::Status;
use crate::io::{plain_error, read_file};
use crate::message::Failure;

/// What every token begins with.
const TOKEN: &[u8] = b"ENC[AES256_GCM";

/// Every finding, in the order of the file.
pub(super) fn judge(job: &Job) -> Result<Vec<Row>, Failure> {
    let source = match &job.source {
        Source::File(path) => read_file(path).map_err(|error| {
            let fact = format!("{}: cannot be read: {}", job.file, plain_error(&error));
            Failure::new(Status::Unreadable, fact)
        })?,
        Source::Held(content) => Secret::from(content.expose().to_vec()),
    };
    let has_tokens = contains(source.expose(), TOKEN);
    Ok(match job.demand() {
        _ if has_tokens => sealed(job, &source),
        // There is nothing to encrypt, or nobody asked for it.
        _ if source.expose().is_empty() => Vec::new(),
        None => Vec::new(),
        Some(rule) => plain(job, rule, source).into_iter().collect(),
    })
}

/// A file that has, or had, encrypted values.
fn sealed(job: &Job, source: &Secret) -> Vec<Row> {
    let unread = |line: usize, what: &dyn std::fmt::Display| {
        let advice = "restore it from the last commit, or repair it by hand";
        vec![Row::new(job, line, "unreadable", what).advice(advice)]
    };
    // A file of any other kind is JSON once it is encrypted, and JSON reads as YAML.
    let format = job.format.unwrap_or(Format::Yaml);
    match Sealed::read(format, source.expose().to_vec()) {
        Ok(sealed) => {
            let mut lines = values(job, &sealed);
            if let Some(rule) = &job.rule {
                let line = sealed.metadata_line();
                lines.extend(metadata(
                    job,
                    line,
                    rule,
                    &differences(sealed.metadata(), rule),
                ));
            }
            lines.sort_by_key(|line| line.line);
            lines
        }
        Err(Error::NotEncrypted) => match job.demand() {
            Some(_) => {
                let what = "the file has tokens, but no metadata, so nobody can decrypt it";
                let row = Row::new(job, 1, "no-metadata", what);
                vec![row.advice("restore it from the last commit")]
            }
            // Somebody writes about tokens.
            None => Vec::new(),
        },
        Err(Error::Syntax { line, reason, .. }) => {
            unread(line, &format_args!("the file cannot be read: {reason}"))
        }
        Err(error) => unread(1, &error),
    }
}

/// A file without tokens, where the rule demands some; none if the rule's selector encrypts nothing in it.
fn plain(job: &Job, rule: &Rule, source: Secret) -> Option<Row> {
    let selection = Selection::from_fields(&rule.selectors).unwrap_or_default();
    let line = rule.line;
    let row = |at: usize, what: &dyn std::fmt::Display| {
        let what = format!("the file is not encrypted; its rule (line {line}) encrypts {what}");
        Row::new(job, at, "not-encrypted", &what).advice("run `selkie encrypt -i` on the file")
    };
    let Some(format) = job.format else {
        return Some(row(1, &"all of it"));
    };
    match exposed(format, source, &selection) {
        Ok(None) => None,
        Ok(Some(open)) if open.values == 1 => Some(row(open.line, &"this value").path(open.path)),
        Ok(Some(open)) => {
            let what = format_args!("this and {} more values", open.values - 1);
            Some(row(open.line, &what).path(open.path))
        }
        Err(error) => {
            let (at, path, reason) = match &error {
                Error::Syntax { line, reason, .. } => (*line, "", reason.clone()),
                Error::Refused { line, path, reason } => (*line, &**path, reason.to_string()),
                other => (1, "", other.to_string()),
            };
            let what = format!("the file is not encrypted, and cannot be: {reason}");
            let row = Row::new(job, at, "not-encrypted", &what).path(path.to_owned());
            Some(row.advice("correct it, or take it out of the rule"))
        }
    }
}

fn values(job: &Job, sealed: &Sealed) -> Vec<Row> {
    let rule = job.rule.as_ref();
    let wanted = rule.and_then(|rule| Selection::from_fields(&rule.selectors).ok());
    let findings = check(sealed, wanted.as_ref()).into_iter();
    let lines = findings.map(|finding| {
        let problem = &finding.problem;
        Row::new(job, finding.line, problem.name(), problem)
            .path(finding.path)
            .advice(advice(problem))
    });
    lines.collect()
}

fn metadata(job: &Job, at: usize, rule: &Rule, differences: &Differences) -> Vec<Row> {
    let named = |key: &Recipient| format!("{} {}", key.kind_name(), key.identifier());
    let several = rule.groups.len() > 1 || differences.group_count.is_some();
    let group = |index: usize| {
        if several {
            format!(" (key group {})", index + 1)
        } else {
            String::new()
        }
    };
    let mut lines = Vec::new();
    let mut push = |name, what: String, advice| {
        lines.push(Row::new(job, at, name, &what).advice(advice));
    };
    let update = "run `selkie updatekeys` on the file";
    for (index, key) in differences.recipients_not_in_rule() {
        let (key, group, line) = (named(key), group(index), rule.line);
        let what =
            format!("{key}{group} can decrypt it, but the rule (line {line}) does not list it");
        let advice = "run `selkie updatekeys --rotate-data-key` on the file, or add it to the rule";
        push("recipient-not-in-rule", what, advice);
    }
    for (index, key) in differences.recipients_missing() {
        let (key, group, line) = (named(key), group(index), rule.line);
        let what =
            format!("{key}{group} is listed by the rule (line {line}), but cannot decrypt it");
        push("recipient-missing", what, update);
    }
    if let Some(count) = &differences.group_count {
        let what = format!("it has {} key groups, the rule {}", count.file, count.rule);
        push("groups", what, update);
    }
    if let Some(threshold) = &differences.threshold {
        let (file, rule) = (threshold.file, threshold.rule);
        let what = format!("{file} of its key groups are needed to decrypt, by the rule {rule}");
        push("threshold-not-of-rule", what, update);
    }
    let again = "decrypt and encrypt it again";
    if let Some(selector) = &differences.selector {
        let ((name, text), (rule_name, rule_text)) = (&selector.file, &selector.rule);
        let what =
            format!("its selector is {name} {text}, that of the rule {rule_name} {rule_text}");
        push("selector-not-of-rule", what, again);
    }
    if let Some(mac) = &differences.mac_only_encrypted {
        let what = format!(
            "mac_only_encrypted is {}, by the rule {}",
            mac.file, mac.rule
        );
        push("mac-not-of-rule", what, again);
    }
    lines
}

fn contains(text: &[u8], part: &[u8]) -> bool {
    text.windows(part.len()).any(|window| window == part)
}
