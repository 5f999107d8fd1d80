//! Which files are meant, and the rule of each.

use std::collections::HashMap;
use std::path::{Path, PathBuf};

use selkie_document::Format;
use selkie_document::rules::Rule;

use crate::args::UpdateKeysArgs;
use crate::config::{self, Found};
use crate::exit::Status;
use crate::io::{files_below, plain_error};
use crate::message::Failure;
use crate::request;

/// One file to look at.
pub(super) struct Job {
    pub(super) path: PathBuf,
    pub(super) format: Format,
    pub(super) rule: Rule,
    /// Found in a folder: if it is not encrypted, that is no failure.
    pub(super) found: bool,
}

impl Job {
    /// The name to show in messages.
    pub(super) fn name(&self) -> String {
        self.path.display().to_string()
    }
}

/// The files that were named, and of each folder those that a rule matches; and what is wrong with the rest.
pub(super) fn jobs(args: &UpdateKeysArgs, config: Option<&Path>) -> (Vec<Job>, Vec<Failure>) {
    let mut jobs = Vec::new();
    let mut failures = Vec::new();
    let mut rules = Rules {
        named: config,
        by_folder: HashMap::new(),
    };
    for path in &args.files {
        if !path.is_dir() {
            match rules.job(path, args, false) {
                Ok(job) => jobs.extend(job),
                Err(failure) => failures.push(failure),
            }
            continue;
        }
        match files_below(path) {
            Ok(files) => {
                for file in files {
                    match rules.job(&file, args, true) {
                        Ok(job) => jobs.extend(job),
                        Err(failure) => failures.push(failure),
                    }
                }
            }
            Err(error) => failures.push(Failure::new(
                Status::Failed,
                format_args!(
                    "{}: cannot be read: {}",
                    path.display(),
                    plain_error(&error)
                ),
            )),
        }
    }
    (jobs, failures)
}

/// The configs that were read, by the folder of the files that they are for.
struct Rules<'c> {
    named: Option<&'c Path>,
    by_folder: HashMap<PathBuf, Option<Found>>,
}

impl Rules<'_> {
    fn job(
        &mut self,
        path: &Path,
        args: &UpdateKeysArgs,
        found: bool,
    ) -> Result<Option<Job>, Failure> {
        let failed =
            |what: String| Failure::new(Status::Failed, format_args!("{}: {what}", path.display()));
        if !path.exists() {
            return Err(failed("no such file".to_owned()));
        }
        let file = config::absolute(path);
        let folder = file.parent().unwrap_or(Path::new("/")).to_owned();
        let config = match self.by_folder.entry(folder) {
            std::collections::hash_map::Entry::Occupied(known) => known.into_mut(),
            std::collections::hash_map::Entry::Vacant(new) => {
                new.insert(config::load(self.named, &file)?)
            }
        };
        let Some(config) = config else {
            return Err(
                failed("there is no .sops.yaml that would say who may read it".to_owned())
                    .hint("`selkie init` writes one"),
            );
        };
        let rule = match config
            .config
            .rule_for(&config::path_for_rules(&config.path, &file))
        {
            Ok(rule) => rule,
            Err(selkie_document::rules::RulesError::NoMatch { .. }) if found => return Ok(None),
            Err(error) => return Err(failed(format!("{}: {error}", config.path.display()))),
        };
        if rule.groups.is_empty() {
            return Err(failed(format!(
                "its rule (line {}) names no recipient",
                rule.line
            )));
        }
        Ok(Some(Job {
            format: request::format(args.input_type.as_deref(), None, Some(path))?,
            path: path.to_owned(),
            rule,
            found,
        }))
    }
}
