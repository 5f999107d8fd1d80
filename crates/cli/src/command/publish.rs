//! `selkie publish`: files into the stores that their destination rules name.
//!
//! In two steps: every file is read, and decrypted where its place wants that; then each is asked about and stored. So a file that
//! fails in the first step leaves no half of a folder published.

use std::io::BufRead as _;
use std::num::NonZeroU8;
use std::path::Path;

use selkie_crypto::{DataKey, Secret};
use selkie_document::rules::Rule;
use selkie_document::selection::Selection;
use selkie_document::{Comments, Header, Nonces, Opened, Sealed, Warning, open, seal};
use selkie_keys::publish::{Place, Stored, put};
use selkie_keys::{DecryptionOrder, KeyService};

use super::entropy::{now, randomness};
use super::updatekeys::changes::{Changes, shown};
use crate::args::PublishArgs;
use crate::exit::Status;
use crate::io::{Input, print};
use crate::message::{Failure, Reading, document_failure, note, recover_failure, warn};
use crate::request::publish::{Job, PublishRequest};
use crate::wrapping::wrap_all;
use crate::{config, identities};

pub(super) fn run(args: PublishArgs, config: Option<&Path>) -> Result<(), Failure> {
    let request = PublishRequest::resolve(args, config)?;
    let services = identities::services();
    let read = request
        .jobs
        .iter()
        .map(read)
        .collect::<Result<Vec<_>, _>>()?;
    for (job, (sealed, _)) in request.jobs.iter().zip(&read) {
        if job.opens() {
            let keyring = sealed.metadata().keyring_to_open();
            for service in &services {
                service.expect(&keyring);
            }
        }
    }
    let mut ready = Vec::new();
    for (job, (sealed, source)) in request.jobs.iter().zip(read) {
        ready.push((
            job,
            content(job, sealed, source, &services, &request.order)?,
        ));
    }
    let credentials = identities::stores();
    for (job, content) in ready {
        if !request.yes && !confirmed(job)? {
            if request.recursive {
                note(format_args!("{}: not published", job.name()));
                continue;
            }
            let fact = format!("{}: not published, as you answered", job.name());
            return Err(Failure::new(Status::Failed, fact));
        }
        let stored = put(&credentials, &job.place, content.expose()).map_err(|fault| {
            let fact = format!("{}: {}: {fault}", job.name(), job.place);
            Failure::new(Status::Failed, fact)
        })?;
        told(job, stored, request.verbose);
    }
    Ok(())
}

/// The file, and its bytes as they are.
fn read(job: &Job) -> Result<(Sealed, Vec<u8>), Failure> {
    let source = Input::File(job.path.clone()).read_sealed()?;
    match Sealed::read(job.format, source.clone()) {
        Ok(sealed) => Ok((sealed, source)),
        Err(error) => Err(document_failure(&job.name(), Reading::Sealed, &error)),
    }
}

/// What is stored.
fn content(
    job: &Job,
    sealed: Sealed,
    source: Vec<u8>,
    services: &[KeyService],
    order: &DecryptionOrder,
) -> Result<Secret, Failure> {
    if !job.opens() {
        return Ok(Secret::from(source));
    }
    let name = job.name();
    let failed = |error| document_failure(&name, Reading::Sealed, &error);
    let key = selkie_keys::recover(services, &sealed.metadata().keyring_to_open(), order)
        .map_err(|report| recover_failure(&name, &report))?;
    let changes = job.recreation.as_ref().map(in_full).and_then(|rule| {
        let changes = Changes::between(&sealed.metadata().keyring, &rule)?;
        Some(shown(&name, &changes, true))
    });
    let opened = open(sealed, &key).map_err(failed)?;
    tell(&name, &opened.warnings);
    match (&job.place, &job.recreation) {
        (Place::S3 { .. } | Place::Gcs { .. }, Some(rule)) => {
            if let Some(changes) = changes {
                print(changes.as_bytes())?;
            }
            sealed_anew(&name, opened, &in_full(rule), services)
        }
        _ => opened.plain.values().map_err(failed),
    }
}

/// A rule of several groups that says no threshold needs all of them.
fn in_full(rule: &Rule) -> Rule {
    let count = u8::try_from(rule.groups.len()).ok();
    let count = count.filter(|count| *count > 1).and_then(NonZeroU8::new);
    Rule {
        threshold: rule.threshold.or(count),
        ..rule.clone()
    }
}

/// The file as its recreation rule wants it, with a data key of its own. A rule without a selector leaves the file's: what is plain there
/// is plain in the file, or the MAC would not have fitted.
fn sealed_anew(
    name: &str,
    opened: Opened,
    rule: &Rule,
    services: &[KeyService],
) -> Result<Secret, Failure> {
    let has_selector = rule.selectors.given().next().is_some();
    let metadata = opened.metadata();
    let selection = if has_selector {
        Selection::from_fields(&rule.selectors)
            .map_err(|error| Failure::new(Status::Failed, error))?
    } else {
        metadata.selection.clone()
    };
    let mac_only_encrypted =
        rule.mac_only_encrypted || !has_selector && metadata.mac_only_encrypted;
    let mut rng = randomness()?;
    let key = DataKey::generate(&mut rng);
    let (groups, threshold) = (&rule.groups, rule.threshold);
    let header = Header {
        keyring: wrap_all(name, services, groups, threshold, &key, &mut rng)?,
        selection,
        mac_only_encrypted,
        now: now(),
        layout: rule.layout.unwrap_or(true),
        comments: if rule.plain_comments == Some(true) {
            Comments::Plain
        } else {
            Comments::Encrypted
        },
    };
    let sealed = seal(opened.plain, &key, header, &Nonces::none(), &mut rng)
        .map_err(|error| document_failure(name, Reading::Plain, &error))?;
    tell(name, &sealed.warnings);
    Ok(Secret::from(sealed.bytes))
}

fn tell(name: &str, warnings: &[Warning]) {
    for warning in warnings {
        warn(format_args!("{name}: {warning}"));
    }
}

/// Asks until the answer is one.
fn confirmed(job: &Job) -> Result<bool, Failure> {
    let path = config::absolute(&job.path);
    let question = format!("uploading {} to {} ? (y/n): ", path.display(), job.place);
    loop {
        print(question.as_bytes())?;
        let mut answer = String::new();
        let read = std::io::stdin().lock().read_line(&mut answer);
        match (read, answer.trim()) {
            (Ok(0) | Err(_), _) => {
                let name = job.name();
                let fact = format!("{name}: the question was not answered; it was not published");
                return Err(Failure::new(Status::Failed, fact).hint("--yes answers it beforehand"));
            }
            (Ok(_), "y" | "Y") => return Ok(true),
            (Ok(_), "n" | "N") => return Ok(false),
            (Ok(_), _) => {}
        }
    }
}

fn told(job: &Job, stored: Stored, verbose: bool) {
    match stored {
        Stored::Unchanged => note(format_args!("{}: already up to date", job.place)),
        Stored::Unseen => warn(format_args!(
            "{}: what was there could not be read; it was written all the same",
            job.place
        )),
        Stored::Written => {}
    }
    if verbose && stored != Stored::Unchanged {
        note(format_args!("{}: published as {}", job.name(), job.place));
    }
}

impl Job {
    /// Whether it must be decrypted for its place.
    fn opens(&self) -> bool {
        self.recreation.is_some() || matches!(self.place, Place::Vault { .. })
    }
}
