//! `selkie updatekeys`: the recipients of files in line with the rules.
//!
//! In three steps: look at every file (reading only, several at a time), show what would change and ask, write (each file at
//! once, several at a time). A file that fails does not stop the others.

pub(super) mod changes;
mod files;

use std::io::BufRead;
use std::path::Path;

use selkie_crypto::{DataKey, Keyring, Recipient};
use selkie_document::{Error, Sealed, rekey, rotate};
use selkie_keys::{DecryptionOrder, KeyService, resolve_all};

use self::changes::{Changes, shown};
use self::files::{Job, jobs};
use super::entropy::{now, randomness};
use crate::args::UpdateKeysArgs;
use crate::exit::Status;
use crate::io::{FolderLocks, Input, Output, print};
use crate::message::{
    Failure, Reading, document_failure, hint, note, recover_failure, wrap_failure,
};
use crate::wrapping::wrap_all;
use crate::{identities, parallel, request, session};

pub(super) fn run(args: &UpdateKeysArgs, config: Option<&Path>) -> Result<(), Failure> {
    if args.files.is_empty() {
        return Err(Failure::new(
            Status::NoFile,
            "updatekeys takes files or folders",
        ));
    }
    let order = request::order(args.decryption_order.clone())?;
    let (jobs, mut failures) = jobs(args, config);
    let _locks = (!args.check).then(|| FolderLocks::of(jobs.iter().map(|job| job.path.as_path())));
    let services = identities::services();
    let mut due = Vec::new();
    let (mut current, mut plain) = (0, 0);
    for (job, seen) in jobs
        .iter()
        .zip(parallel::map(&jobs, |job| look(job, &services)))
    {
        match seen {
            Ok(Seen::Due(one)) => due.push((job, one)),
            Ok(Seen::Plain) => plain += 1,
            Ok(Seen::Current) => {
                current += 1;
                if jobs.len() == 1 {
                    note(format_args!("{}: already up to date", job.name()));
                }
            }
            Err(failure) => failures.push(failure),
        }
    }
    let mut unwanted = 0;
    let mut wanted = Vec::new();
    for (job, one) in due {
        let text = shown(&job.name(), &one.changes, jobs.len() > 1);
        print(text.as_bytes())?;
        if args.check {
            failures.push(Failure::new(
                Status::Failed,
                format_args!("{}: its recipients are not those of its rule", job.name()),
            ));
        } else if args.yes || confirmed(&job.name())? {
            for service in &services {
                service.expect(&one.keyring);
            }
            wanted.push((job, one));
        } else {
            note(format_args!("{}: left unchanged", job.name()));
            unwanted += 1;
        }
    }
    let write =
        |(job, due): &(&Job, Due)| rewrite(job, due, &services, &order, args.rotate_data_key);
    let mut updated = 0;
    for ((job, due), written) in wanted.iter().zip(parallel::map(&wanted, write)) {
        match written {
            Ok(()) => {
                updated += 1;
                told(job, &due.changes, args.rotate_data_key, jobs.len());
            }
            Err(failure) => failures.push(failure),
        }
    }
    if jobs.len() > 1 {
        note(format_args!(
            "{} encrypted files: {updated} updated, {current} up to date, {unwanted} left unchanged, {} failed",
            jobs.len() - plain,
            failures.len()
        ));
    }
    ended(failures)
}

/// All failures but the last are printed here; that one is the run's own.
fn ended(mut failures: Vec<Failure>) -> Result<(), Failure> {
    let Some(mut last) = failures.pop() else {
        return Ok(());
    };
    if !failures.is_empty() {
        // With several files there is no one status that would fit.
        last.status = Status::Failed;
    }
    failures.iter().for_each(Failure::print);
    Err(last)
}

/// What a look at a file came to.
enum Seen {
    /// It lies in a folder and is none of ours.
    Plain,
    Current,
    Due(Due),
}

/// What is to become of a file.
struct Due {
    changes: Changes,
    /// The rule's recipients, with the versions that it leaves open.
    groups: Vec<Vec<Recipient>>,
    /// The keys as they are.
    keyring: Keyring,
}

/// Reads a file and compares it with its rule, in which versions that it leaves open are filled in.
fn look(job: &Job, services: &[KeyService]) -> Result<Seen, Failure> {
    let source = Input::File(job.path.clone()).read_sealed()?;
    match Sealed::read(job.format, source) {
        Ok(sealed) => {
            let mut rule = job.rule.clone();
            resolve_all(services, &mut rule.groups)
                .map_err(|error| wrap_failure(&job.name(), &error))?;
            let keyring = &sealed.metadata().keyring;
            let changes = Changes::between(keyring, &rule);
            Ok(changes.map_or(Seen::Current, |changes| {
                Seen::Due(Due {
                    changes,
                    groups: rule.groups,
                    keyring: keyring.clone(),
                })
            }))
        }
        Err(Error::NotEncrypted | Error::Syntax { .. } | Error::Empty | Error::Encoding { .. })
            if job.found =>
        {
            Ok(Seen::Plain)
        }
        Err(error) => Err(document_failure(&job.name(), Reading::Sealed, &error)),
    }
}

/// Reads it again, since other files were looked at meanwhile, and writes it for the rule's recipients.
fn rewrite(
    job: &Job,
    due: &Due,
    services: &[KeyService],
    order: &DecryptionOrder,
    rotates: bool,
) -> Result<(), Failure> {
    let name = job.name();
    let sealed = session::read(&job.path, job.format)?;
    let key = selkie_keys::recover(services, &sealed.metadata().keyring_to_open(), order)
        .map_err(|report| recover_failure(&name, &report))?;
    let mut rng = randomness()?;
    let fresh = rotates.then(|| DataKey::generate(&mut rng));
    let keyring = wrap_all(
        &name,
        services,
        &due.groups,
        due.changes.threshold,
        fresh.as_ref().unwrap_or(&key),
        &mut rng,
    )?;
    let text = if let Some(fresh) = &fresh {
        rotate(sealed, &key, fresh, keyring, now(), &mut rng)
            .map_err(|error| document_failure(&name, Reading::Sealed, &error))?
    } else {
        rekey(sealed, keyring)
    };
    Output::in_locked_folder(&job.path).write(&text.bytes)
}

/// What a person should know about a file that was written.
fn told(job: &Job, changes: &Changes, rotated: bool, files: usize) {
    if files == 1 {
        note(format_args!("{}: synced with new keys", job.name()));
    }
    if !rotated && !changes.removed.is_empty() {
        hint(format_args!(
            "{}: {} can still read what they have, and this data key is still in use: --rotate-data-key ends that",
            job.name(),
            changes.removed.join(", ")
        ));
    }
}

/// Asks until the answer is one.
fn confirmed(name: &str) -> Result<bool, Failure> {
    loop {
        print(b"Is this okay? (y/n):")?;
        let mut answer = String::new();
        let read = std::io::stdin().lock().read_line(&mut answer);
        match (read, answer.trim()) {
            (Ok(0) | Err(_), _) => {
                let fact = format!("{name}: the question was not answered; nothing was written");
                return Err(Failure::new(Status::Failed, fact).hint("--yes answers it beforehand"));
            }
            (Ok(_), "y" | "Y") => return Ok(true),
            (Ok(_), "n" | "N") => return Ok(false),
            (Ok(_), _) => {}
        }
    }
}
