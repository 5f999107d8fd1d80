//! What `publish` is asked for: files, and the place of each by the destination rules.

use std::path::{Path, PathBuf};

use selkie_document::Format;
use selkie_document::rules::{Destination, DestinationRule, KvVersion, Rule, RulesError};
use selkie_keys::DecryptionOrder;
use selkie_keys::publish::Place;

use super::{format, order};
use crate::args::PublishArgs;
use crate::config::{self, Found};
use crate::exit::Status;
use crate::identities;
use crate::io::{files_below, plain_error};
use crate::message::Failure;
use crate::session::exists;

/// A publication, resolved.
pub(crate) struct PublishRequest {
    pub(crate) jobs: Vec<Job>,
    pub(crate) order: DecryptionOrder,
    pub(crate) yes: bool,
    pub(crate) recursive: bool,
    pub(crate) verbose: bool,
}

/// One file.
pub(crate) struct Job {
    pub(crate) path: PathBuf,
    pub(crate) format: Format,
    pub(crate) place: Place,
    /// What it is encrypted for there, if not for its own recipients.
    pub(crate) recreation: Option<Rule>,
}

impl Job {
    /// The name to show in messages.
    pub(crate) fn name(&self) -> String {
        self.path.display().to_string()
    }
}

impl PublishRequest {
    /// Resolves the arguments.
    pub(crate) fn resolve(args: PublishArgs, config: Option<&Path>) -> Result<Self, Failure> {
        let Some(path) = args.path else {
            return Err(Failure::new(
                Status::NoFile,
                "publish takes a file or a folder",
            ));
        };
        exists(&path, Status::Failed)?;
        let files = files(&path, args.recursive)?;
        let first = files.first().unwrap_or(&path);
        let found = config::load(config, &config::absolute(first))?.ok_or_else(|| {
            let fact = format!(
                "{}: there is no .sops.yaml that would say where it is published",
                path.display()
            );
            Failure::new(Status::Failed, fact)
        })?;
        let own = config::absolute(&found.path);
        let jobs = files
            .into_iter()
            .filter(|file| config::absolute(file) != own);
        let jobs = jobs.map(|file| job(&path, file, &found, args.omit_extensions));
        Ok(Self {
            jobs: jobs.collect::<Result<_, _>>()?,
            order: order(args.decryption_order)?,
            yes: args.yes,
            recursive: args.recursive,
            verbose: args.verbose,
        })
    }
}

fn files(path: &Path, recursive: bool) -> Result<Vec<PathBuf>, Failure> {
    if !path.is_dir() {
        return Ok(vec![path.to_owned()]);
    }
    let failed =
        |what: &str| Failure::new(Status::Failed, format_args!("{}: {what}", path.display()));
    if !recursive {
        return Err(failed("it is a folder").hint("--recursive publishes all files of a folder"));
    }
    files_below(path)
        .map_err(|error| failed(&format!("it cannot be read: {}", plain_error(&error))))
}

fn job(top: &Path, path: PathBuf, found: &Found, omit: bool) -> Result<Job, Failure> {
    let seen = config::path_for_rules(&found.path, &config::absolute(&path));
    let rule = found.config.destination_for(&seen).map_err(|error| {
        let failure = Failure::new(
            Status::Failed,
            format_args!("{}: {error}", found.path.display()),
        );
        match error {
            RulesError::NoDestination { .. } => {
                failure.hint("nothing was published; a last rule without path_regex takes the rest")
            }
            _ => failure,
        }
    })?;
    let name = name_in_store(top, &path).ok_or_else(|| {
        let fact = format!("{}: its name is no text", path.display());
        Failure::new(Status::Failed, fact)
    })?;
    let name = if omit || rule.omit_extensions {
        without_extension(&name)
    } else {
        &name
    };
    Ok(Job {
        format: format(None, None, Some(&path))?,
        place: place(&rule, name),
        // One without keys is none, as in SOPS.
        recreation: rule.recreation.filter(|rule| !rule.groups.is_empty()),
        path,
    })
}

/// The path below the folder that is published, or the name of the one file.
fn name_in_store(top: &Path, path: &Path) -> Option<String> {
    let below = path.strip_prefix(top).ok();
    let below = below.filter(|below| !below.as_os_str().is_empty());
    let Some(below) = below else {
        // `..` and the like have no name of their own.
        let path = config::absolute(path);
        return path.file_name()?.to_str().map(str::to_owned);
    };
    let parts: Option<Vec<&str>> = below.iter().map(|part| part.to_str()).collect();
    Some(parts?.join("/"))
}

/// A name that is all suffix stays: SOPS would leave none of it.
fn without_extension(name: &str) -> &str {
    let start = name.rfind('/').map_or(0, |slash| slash + 1);
    match name[start..].rfind('.') {
        Some(dot) if dot > 0 => &name[..start + dot],
        _ => name,
    }
}

fn place(rule: &DestinationRule, name: &str) -> Place {
    match rule.destination.clone() {
        Destination::S3 { bucket, prefix } => Place::S3 {
            bucket,
            key: prefix + name,
        },
        Destination::Gcs { bucket, prefix } => Place::Gcs {
            bucket,
            object: prefix + name,
        },
        Destination::Vault {
            address,
            mount,
            path,
            version,
        } => {
            let versioned = version == KvVersion::V2;
            let layer = if versioned { "data/" } else { "" };
            Place::Vault {
                address: address.unwrap_or_else(identities::vault_address),
                path: format!("{mount}{layer}{path}{name}"),
                versioned,
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn suffixes_are_left_out_but_never_a_whole_name() {
        let rows = [
            ("a.yaml", "a"),
            ("a.enc.yaml", "a.enc"),
            ("a", "a"),
            ("x.d/a", "x.d/a"),
            ("x.d/a.json", "x.d/a"),
            (".env", ".env"),
            ("x/.env", "x/.env"),
        ];
        for (name, expected) in rows {
            assert_eq!(without_extension(name), expected);
        }
    }

    #[test]
    fn files_of_a_folder_keep_their_path_below_it() {
        let rows = [
            ("s", "s/a/b.yaml", "a/b.yaml"),
            ("s/", "s/b.yaml", "b.yaml"),
            (".", "./b.yaml", "b.yaml"),
            ("s/a.yaml", "s/a.yaml", "a.yaml"),
            ("/s/a.yaml", "/s/a.yaml", "a.yaml"),
        ];
        for (top, path, expected) in rows {
            let found = name_in_store(Path::new(top), Path::new(path));
            assert_eq!(found.as_deref(), Some(expected), "{top} {path}");
        }
    }
}
