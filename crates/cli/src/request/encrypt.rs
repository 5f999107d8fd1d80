//! What `encrypt` is asked for: flags over the rule that matches, the rule over the defaults.

use std::ffi::OsString;
use std::num::NonZeroU8;
use std::path::{Path, PathBuf};

use selkie_crypto::Recipient;
use selkie_document::rules::{Rule, RulesError};
use selkie_document::selection::{Selection, SelectionError, Selector, SelectorFields};
use selkie_document::{Comments, Format};
use selkie_keys::DecryptionOrder;

use super::{Formats, formats, keys, order, source_and_target};
use crate::args::{EncryptArgs, KeyArgs, SelectorArgs};
use crate::config;
use crate::exit::Status;
use crate::io::{Input, Target};
use crate::message::Failure;
use crate::reuse::{Old, Reuse};

/// An encryption, resolved.
#[derive(Debug)]
pub(crate) struct EncryptRequest {
    pub(crate) input: Input,
    pub(crate) target: Target,
    pub(crate) formats: Formats,
    pub(crate) groups: Vec<Vec<Recipient>>,
    pub(crate) threshold: Option<NonZeroU8>,
    pub(crate) selection: Selection,
    pub(crate) mac_only_encrypted: bool,
    pub(crate) layout: bool,
    pub(crate) comments: Comments,
    pub(crate) reuse: Reuse,
    /// For opening the file that is taken over.
    pub(crate) order: DecryptionOrder,
}

impl EncryptRequest {
    /// Resolves the arguments. In SOPS's order, so that of two mistakes the same one is told.
    pub(crate) fn resolve(args: EncryptArgs, config: Option<&Path>) -> Result<Self, Failure> {
        let (input, target) = source_and_target(args.file, args.in_place, args.output)?;
        input.check_exists()?;
        let name = match (&args.filename_override, &input) {
            (Some(name), _) => name,
            (None, Input::File(path)) => path,
            (None, Input::Stdin) => {
                let fact = "stdin has no name by which rules and format could be chosen";
                return Err(Failure::new(Status::Conflict, fact)
                    .hint("give it one with --filename-override"));
            }
        };
        let mut formats = formats(
            args.input_type.as_deref(),
            args.output_type.as_deref(),
            Some(name),
        );
        if formats.input != Format::Binary && formats.output == Format::Binary {
            // An encrypted binary file is JSON, and SOPS puts whatever it has read into one.
            formats.output = Format::Json;
        }
        let reuse = reuse(args.reuse, args.no_reuse, &target, name)?;
        let flags = selectors_of(args.selectors);
        one_selector_only(&flags)?;
        let rule = rule(config, &config::absolute(name))?;
        let selection = selection(&flags, rule.as_ref())?;
        let threshold = args
            .shamir_secret_sharing_threshold
            .and_then(NonZeroU8::new);
        let plain_comments = args.plain_comments
            || rule
                .as_ref()
                .and_then(|rule| rule.plain_comments)
                .unwrap_or(false);
        Ok(Self {
            input,
            target,
            formats,
            threshold: threshold.or(rule.as_ref().and_then(|rule| rule.threshold)),
            selection,
            mac_only_encrypted: args.mac_only_encrypted
                || rule.as_ref().is_some_and(|rule| rule.mac_only_encrypted),
            layout: !args.no_layout && rule.as_ref().and_then(|rule| rule.layout).unwrap_or(true),
            comments: if plain_comments {
                Comments::Plain
            } else {
                Comments::Encrypted
            },
            groups: groups(&args.keys, rule)?,
            reuse,
            order: order(None)?,
        })
    }
}

/// The file whose tokens are taken over: by flag, else the one that the result takes the place of.
fn reuse(
    asked: Option<OsString>,
    none: bool,
    target: &Target,
    name: &Path,
) -> Result<Reuse, Failure> {
    const REVISION: &[u8] = b"git:";
    let same_path = match target {
        Target::Stdout => name,
        Target::File(path) | Target::InPlace(path) => path,
    };
    let commit = |revision: &str| Old::Commit {
        revision: revision.to_owned(),
        file: same_path.to_owned(),
    };
    let revision = asked
        .as_ref()
        .and_then(|old| old.as_encoded_bytes().strip_prefix(REVISION))
        .map(|revision| String::from_utf8_lossy(revision).into_owned());
    match (asked, revision, target) {
        (Some(_), _, _) if none => Err(Failure::new(
            Status::Conflict,
            "--reuse and --no-reuse exclude each other",
        )),
        (Some(_), Some(revision), _) => Ok(Reuse::Asked(commit(&revision))),
        (Some(old), None, _) => Ok(Reuse::Asked(Old::File(PathBuf::from(old)))),
        (None, _, _) if none => Ok(Reuse::Nothing),
        (None, _, Target::File(path)) if path.is_file() => {
            Ok(Reuse::IfItServes(Old::File(path.clone())))
        }
        // Git is not started for nothing.
        (None, _, Target::InPlace(path)) if config::is_in_work_tree(path) => {
            Ok(Reuse::IfItServes(commit("HEAD")))
        }
        _ => Ok(Reuse::Nothing),
    }
}

/// The rule that matches. A config that has rules, none of which matches, is an error even if recipients are given by
/// flag: whoever wrote it has not thought of this file.
fn rule(config: Option<&Path>, file: &Path) -> Result<Option<Rule>, Failure> {
    let Some(found) = config::load(config, file)? else {
        return Ok(None);
    };
    match found
        .config
        .rule_for(&config::path_for_rules(&found.path, file))
    {
        Ok(rule) => Ok(Some(rule)),
        Err(RulesError::NoRules) => Ok(None),
        Err(error) => {
            let failure = Failure::new(
                Status::Failed,
                format_args!("{}: {error}", found.path.display()),
            );
            Err(match error {
                RulesError::NoMatch { .. } => {
                    failure.hint("add a rule, or a last one without path_regex")
                }
                _ => failure,
            })
        }
    }
}

/// Recipients of flag or environment replace all of the rule's.
fn groups(args: &KeyArgs, rule: Option<Rule>) -> Result<Vec<Vec<Recipient>>, Failure> {
    Ok(match keys::given(args)? {
        Some(recipients) => vec![recipients],
        None => rule.map(|rule| rule.groups).unwrap_or_default(),
    })
}

fn selectors_of(args: SelectorArgs) -> SelectorFields {
    SelectorFields {
        unencrypted_suffix: args.unencrypted_suffix,
        encrypted_suffix: args.encrypted_suffix,
        unencrypted_regex: args.unencrypted_regex,
        encrypted_regex: args.encrypted_regex,
        unencrypted_comment_regex: args.unencrypted_comment_regex,
        encrypted_comment_regex: args.encrypted_comment_regex,
    }
}

fn one_selector_only(flags: &SelectorFields) -> Result<(), Failure> {
    let mut given = flags.given().map(|(selector, _)| flag(selector));
    match (given.next(), given.next()) {
        (Some(first), Some(second)) => Err(Failure::new(
            Status::Conflict,
            format_args!("{first} and {second} exclude each other"),
        )),
        _ => Ok(()),
    }
}

/// A flag overrides the rule's selector of the same kind; one of another kind would change the rule's meaning.
fn selection(flags: &SelectorFields, rule: Option<&Rule>) -> Result<Selection, Failure> {
    let mut fields = rule.map(|rule| rule.selectors.clone()).unwrap_or_default();
    let given = flags
        .given()
        .next()
        .map(|(selector, text)| (selector, text.to_owned()));
    if let Some((selector, text)) = given {
        if let Some((other, _)) = fields.given().find(|(other, _)| *other != selector) {
            let line = rule.map_or(0, |rule| rule.line);
            let fact = format!(
                "{} and {} of the matching rule (line {line}) exclude each other",
                flag(selector),
                other.name()
            );
            return Err(Failure::new(Status::Conflict, fact));
        }
        fields.set(selector, text);
    }
    Selection::from_fields(&fields).map_err(|error| {
        let failure = Failure::new(Status::Failed, &error);
        match error {
            SelectionError::Pattern { .. } => {
                failure.hint("nothing was written: sops would take it as matching nothing")
            }
            _ => failure,
        }
    })
}

fn flag(selector: Selector) -> String {
    format!("--{}", selector.name().replace('_', "-"))
}
