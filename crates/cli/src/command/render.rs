//! `selkie render`: manifests in, Secrets out. Every ExternalSecret that cannot be rendered is told, each in a line; no value is ever in one.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use rand::Rng as _;
use selkie_crypto::Secret;
use selkie_document::{Format, Opened, Sealed, open};

use super::entropy::{instant, randomness};
use crate::args::RenderArgs;
use crate::exit::Status;
use crate::identities;
use crate::io::{Input, Output, Target, files_below, plain_error};
use crate::message::{Failure, Reading, document_failure, note};
use crate::render::{Circumstances, Done, Form, Manifests, Trouble, print, render};
use crate::request::order;
use crate::session::recover;

/// Where manifests lie that name no namespace, as for `kubectl` without a context.
const NAMESPACE: &str = "default";

pub(super) fn run(args: RenderArgs) -> Result<(), Failure> {
    let output = Output::claim(args.output.map_or(Target::Stdout, Target::File));
    let namespace = args.namespace.as_deref().unwrap_or(NAMESPACE);
    let mut manifests = Manifests::default();
    for input in inputs(&args.paths)? {
        let name = input.name();
        let text = input.read_plain()?;
        if args.own_keys && Manifests::are_sealed(&name, text.expose()) {
            manifests.add(&name, decrypted(&name, &text)?.expose(), namespace);
        } else {
            manifests.add(&name, text.expose(), namespace);
        }
    }
    let mut random = randomness()?;
    let around = Circumstances {
        class: args.controller_class,
        now: instant(),
        seed: Box::new(move || {
            let mut seed = [0; 32];
            random.fill_bytes(&mut seed);
            seed
        }),
        clock: Arc::new(|| u64::try_from(instant().0).unwrap_or_default()),
        own_keys: args
            .own_keys
            .then(|| Box::new(identities::own_age_keys) as _),
    };
    let done = render(manifests, around).map_err(|error| {
        let error = plain_error(&error);
        Failure::new(
            Status::Failed,
            format_args!("nothing to wait with: {error}"),
        )
    })?;
    for line in &done.notes {
        note(line);
    }
    let form = Form {
        json: args.json,
        masked: args.masked,
        namespace: args.namespace.is_some(),
    };
    let failure = failure(&done);
    if failure.is_none() || args.keep_going {
        output.write(print(&done.secrets, form).expose())?;
    }
    failure.map_or(Ok(()), Err)
}

/// What is read, each file once, in the order of the arguments.
fn inputs(paths: &[PathBuf]) -> Result<Vec<Input>, Failure> {
    let mut inputs = Vec::new();
    let mut seen = BTreeSet::new();
    for path in paths {
        if path == Path::new("-") {
            if seen.insert(path.clone()) {
                inputs.push(Input::Stdin);
            }
            continue;
        }
        Input::File(path.clone()).check_exists()?;
        let found = if path.is_dir() {
            manifests_below(path)?
        } else {
            vec![path.clone()]
        };
        let new = found
            .into_iter()
            .filter(|path| seen.insert(path.canonicalize().unwrap_or_else(|_| path.clone())));
        inputs.extend(new.map(Input::File));
    }
    Ok(inputs)
}

fn manifests_below(folder: &Path) -> Result<Vec<PathBuf>, Failure> {
    let mut files = files_below(folder).map_err(|error| {
        let (folder, error) = (folder.display(), plain_error(&error));
        Failure::new(Status::Unreadable, format_args!("{folder}: {error}"))
    })?;
    files.retain(|file| {
        let ending = file.extension().unwrap_or_default();
        ["yaml", "yml", "json"].iter().any(|it| ending == *it)
    });
    Ok(files)
}

/// An encrypted file of manifests, opened as `selkie decrypt` does it.
fn decrypted(name: &str, text: &Secret) -> Result<Secret, Failure> {
    let format = match Format::from_path(name) {
        Some(Format::Json) => Format::Json,
        _ => Format::Yaml,
    };
    let failed = |error| document_failure(name, Reading::Sealed, &error);
    let sealed = Sealed::read(format, text.expose().to_vec()).map_err(failed)?;
    let key = recover(name, &sealed, &order(None)?)?;
    let Opened { plain, .. } = open(sealed, &key).map_err(failed)?;
    Ok(Secret::from(plain.source().to_vec()))
}

/// What is to be said if anything could not be rendered.
fn failure(done: &Done) -> Option<Failure> {
    if done.count == 0 && done.unreadable.is_empty() {
        let fact = "there is no ExternalSecret among the manifests";
        return Some(Failure::new(Status::Empty, fact));
    }
    let mut facts = Vec::new();
    if !done.unreadable.is_empty() {
        facts.push(count(done.unreadable.len(), "manifest") + " cannot be read");
    }
    if !done.failures.is_empty() {
        let all = count(done.count, "ExternalSecret");
        facts.push(format!(
            "{} of {all} cannot be rendered",
            done.failures.len()
        ));
    }
    if facts.is_empty() {
        return None;
    }
    let status = if done.unreadable.is_empty() {
        Status::Failed
    } else {
        Status::Unreadable
    };
    let lines = done.unreadable.iter().chain(&done.failures);
    let failure = Failure::new(status, facts.join(", and "));
    Some(failure.details(lines.map(Trouble::to_string)))
}

fn count(number: usize, what: &str) -> String {
    format!("{number} {what}{}", if number == 1 { "" } else { "s" })
}
