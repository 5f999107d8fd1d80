//! Which files are looked at, where their content is, and which rule is for them.

use std::collections::{BTreeMap, HashMap};
use std::path::{Path, PathBuf};
use std::rc::Rc;

use selkie_crypto::Secret;
use selkie_document::Format;
use selkie_document::rules::{Config, Rule, RulesError};

use super::report::Row;
use crate::args::CheckArgs;
use crate::config::{self, absolute, path_for_rules};
use crate::exit::Status;
use crate::git;
use crate::io::{files_below, plain_error};
use crate::message::Failure;

/// Files that stay readable whatever a rule says: programs read them before anybody could decrypt them.
const NEVER_ENCRYPTED: [&str; 4] = [".sops.yaml", ".gitattributes", ".gitignore", ".gitmodules"];

/// One file to look at.
#[derive(Debug)]
pub(super) struct Job {
    /// The name to show.
    pub(super) file: String,
    pub(super) source: Source,
    /// `None` if the name does not tell one.
    pub(super) format: Option<Format>,
    pub(super) rule: Option<Rule>,
}

impl Job {
    /// The rule, if it says that the file must be encrypted. One without `path_regex` only says how: it matches the
    /// README too.
    pub(super) fn demand(&self) -> Option<&Rule> {
        self.rule.as_ref().filter(|rule| rule.path_regex.is_some())
    }
}

/// Where the content of a file is.
#[derive(Debug)]
pub(super) enum Source {
    File(PathBuf),
    Held(Secret),
}

/// What is to be looked at, and what was found before that.
pub(super) struct Found {
    pub(super) jobs: Vec<Job>,
    /// About the configs themselves.
    pub(super) findings: Vec<Row>,
    /// A config that was used, if no config says which files must be encrypted.
    pub(super) demands_nothing: Option<PathBuf>,
}

/// A file, by its name to show and its absolute path; and its object, if it comes from the index.
type Candidate = (String, PathBuf, Option<String>);

pub(super) fn find(args: &CheckArgs, named: Option<&Path>) -> Result<Found, Failure> {
    let candidates = if args.staged {
        in_index(&args.paths)?
    } else {
        in_folders(&args.paths)?
    };
    let mut configs = Configs {
        named,
        staged: args.staged,
        read: HashMap::new(),
        places: HashMap::new(),
        demanding: false,
    };
    let (mut jobs, mut findings, mut objects) = (Vec::new(), Vec::new(), Vec::new());
    for (file, path, object) in candidates {
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        if NEVER_ENCRYPTED.contains(&&*name) {
            continue;
        }
        let rule = match configs.rule(&path)? {
            Ok(rule) => rule,
            Err(line) => {
                if !findings.contains(&line) {
                    findings.push(line);
                }
                continue;
            }
        };
        let format = Format::from_path(&name);
        let demanded = rule.as_ref().is_some_and(|rule| rule.path_regex.is_some());
        if format.is_none() && !demanded {
            continue;
        }
        objects.extend(object);
        jobs.push(Job {
            file,
            source: Source::File(path),
            format,
            rule,
        });
    }
    if args.staged {
        for (job, content) in jobs.iter_mut().zip(git::contents(&objects)?) {
            job.source = Source::Held(content);
        }
    }
    let used = configs.read.into_keys().min();
    Ok(Found {
        jobs,
        findings,
        demands_nothing: used.filter(|_| !configs.demanding),
    })
}

fn in_index(paths: &[PathBuf]) -> Result<Vec<Candidate>, Failure> {
    let top = git::top()?;
    let staged = git::staged(&top, paths)?.into_iter().map(|staged| {
        let file = staged.path.strip_prefix(&top).unwrap_or(&staged.path);
        (
            file.display().to_string(),
            staged.path.clone(),
            Some(staged.object),
        )
    });
    Ok(staged.collect())
}

/// Sorted by path, each once, however many of the arguments lead to it.
fn in_folders(paths: &[PathBuf]) -> Result<Vec<Candidate>, Failure> {
    let here = [PathBuf::from(".")];
    let mut found = BTreeMap::new();
    for path in if paths.is_empty() { &here } else { paths } {
        let failed = |error: std::io::Error| {
            let status = match error.kind() {
                std::io::ErrorKind::NotFound => Status::NoFile,
                _ => Status::Unreadable,
            };
            Failure::new(
                status,
                format_args!("{}: {}", path.display(), plain_error(&error)),
            )
        };
        let files = if path.metadata().map_err(failed)?.is_dir() {
            match git::files_below(path) {
                Some(files) => files,
                None => files_below(path).map_err(failed)?,
            }
        } else {
            vec![path.clone()]
        };
        for file in files {
            // Links lead to files that are looked at where they lie, submodules are repositories of their own.
            let is_file = file.symlink_metadata().is_ok_and(|found| found.is_file());
            if is_file || file == *path {
                let shown = file
                    .strip_prefix(".")
                    .unwrap_or(&file)
                    .display()
                    .to_string();
                found.entry(absolute(&file)).or_insert(shown);
            }
        }
    }
    Ok(found
        .into_iter()
        .map(|(path, file)| (file, path, None))
        .collect())
}

/// The configs of a run, each read once.
struct Configs<'n> {
    named: Option<&'n Path>,
    staged: bool,
    read: HashMap<PathBuf, Rc<Config>>,
    /// By the folder of a file.
    places: HashMap<PathBuf, Option<PathBuf>>,
    /// Some rule of some config has a `path_regex`.
    demanding: bool,
}

impl Configs<'_> {
    /// The rule for a file; the inner error is about the config itself.
    fn rule(&mut self, file: &Path) -> Result<Result<Option<Rule>, Row>, Failure> {
        let folder = file.parent().unwrap_or(Path::new("/")).to_owned();
        let place = self.places.entry(folder).or_insert_with(|| {
            let (place, _) = config::locate(self.named, file);
            place.map(|place| place.path)
        });
        let Some(path) = place.clone() else {
            return Ok(Ok(None));
        };
        let config = self.config(&path)?;
        Ok(match config.rule_for(&path_for_rules(&path, file)) {
            Ok(rule) => Ok(Some(rule)),
            Err(RulesError::NoRules | RulesError::NoMatch { .. }) => Ok(None),
            Err(error) => Err(Row::about_config(&path, &error)),
        })
    }

    fn config(&mut self, path: &Path) -> Result<Rc<Config>, Failure> {
        if let Some(config) = self.read.get(path) {
            return Ok(config.clone());
        }
        let config = Rc::new(self.read(path)?);
        let rules = config.rule_count().unwrap_or_default();
        self.demanding |= config.before(rules).any(|(_, pattern)| !pattern.is_empty());
        self.read.insert(path.to_owned(), config.clone());
        Ok(config)
    }

    /// What is committed goes by the rules that are committed with it.
    fn read(&self, path: &Path) -> Result<Config, Failure> {
        // One that lies outside of the repository is in no index.
        let object = if self.staged {
            git::object_of(path).ok().flatten()
        } else {
            None
        };
        let Some(object) = object else {
            return Ok(config::read(path)?.config);
        };
        let content = git::contents(&[object])?.pop().unwrap_or_default();
        Config::parse(&String::from_utf8_lossy(content.expose())).map_err(|error| {
            Failure::new(Status::Failed, format_args!("{}: {error}", path.display()))
        })
    }
}
