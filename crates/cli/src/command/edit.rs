//! `selkie edit`: open, show to an editor, seal over what was there, write.
//!
//! The folder's lock is taken for the writing only, since nobody should wait for somebody's lunch. So the file may have
//! changed meanwhile: then nothing is written, and the edited text is kept.

use std::io::IsTerminal;
use std::path::Path;

use rand::rngs::StdRng;
use selkie_crypto::{DataKey, Secret};
use selkie_document::{
    Error, Opened, Plain, Reseal, Sealed, SealedText, open, open_unverified, reseal,
};

use super::encrypt::{seal_new, wrapped};
use super::entropy::{now, randomness};
use crate::args::EditArgs;
use crate::editor::{Editing, complain};
use crate::exit::Status;
use crate::io::{Input, Output, Target};
use crate::message::{Failure, Reading, ask, document_failure, note, warn};
use crate::request::{EditRequest, EncryptRequest, ExistingFile};
use crate::session::recover;

pub(super) fn run(args: EditArgs, config: Option<&Path>) -> Result<(), Failure> {
    match EditRequest::resolve(args, config)? {
        EditRequest::Existing(file) => existing(&file),
        EditRequest::New(path, request) => new(&path, &request),
    }
}

fn existing(file: &ExistingFile) -> Result<(), Failure> {
    let name = file.path.display().to_string();
    let before = Input::File(file.path.clone()).read_sealed()?;
    let (old, key) = opened(file, &name, before.clone())?;
    let rule = file.guard.selection(old.plain.format(), old.metadata());
    let how = || Reseal {
        now: now(),
        layout: file.layout,
        comments: file.comments,
        raise_version: true,
        rule: rule.as_ref(),
    };
    let shown = if file.show_metadata {
        old.with_metadata()
    } else {
        Secret::from(old.plain.source().to_vec())
    };
    let mut rng = randomness()?;
    let mut editing = Editing::begin(&file.path, shown.expose())?;
    let sealed = edited(&mut editing, &shown, |text| {
        let text = if file.show_metadata {
            old.without_metadata(text.expose()).ok_or_else(|| {
                let fact = format!("{name}: the block `sops` is not as it was");
                let hint =
                    "put it back; keys are changed by `selkie updatekeys` and `selkie rotate`";
                Failure::new(Status::Failed, fact).hint(hint)
            })?
        } else {
            text
        };
        if text.expose() == old.plain.source() {
            return Ok(None);
        }
        Plain::read(file.format, text)
            .and_then(|plain| reseal(&old, plain, &key, &how(), &mut rng))
            .map(Some)
            .map_err(|error| refused(&name, &error))
    })?;
    let as_before = || std::fs::read(&file.path).is_ok_and(|there| there == before);
    write(editing, &file.path, &name, &sealed, as_before)
}

fn opened(file: &ExistingFile, name: &str, bytes: Vec<u8>) -> Result<(Opened, DataKey), Failure> {
    let failed = |error| document_failure(name, Reading::Sealed, &error);
    let sealed = Sealed::read(file.format, bytes).map_err(failed)?;
    file.guard.recipients(name, sealed.metadata())?;
    let key = recover(name, &sealed, &file.order)?;
    let opened = if file.ignore_mac {
        warn(format_args!(
            "{name}: the MAC was not checked, as asked; whoever can write the file decided what is in it"
        ));
        open_unverified(sealed, &key)
    } else {
        open(sealed, &key)
    };
    let opened = opened.map_err(failed)?;
    for warning in &opened.warnings {
        warn(format_args!("{name}: {warning}"));
    }
    Ok((opened, key))
}

fn new(path: &Path, request: &EncryptRequest) -> Result<(), Failure> {
    let name = path.display().to_string();
    let mut rng = randomness()?;
    // Whom it is for is settled before anybody types.
    let (key, keyring) = wrapped(&name, request, &mut rng)?;
    let example = Secret::from(request.formats.output.example().as_bytes().to_vec());
    let mut editing = Editing::begin(path, example.expose())?;
    let sealed = edited(&mut editing, &example, |text| {
        let rng: &mut StdRng = &mut rng;
        Plain::read(request.formats.output, text)
            .and_then(|plain| seal_new(plain, &key, keyring.clone(), request, rng))
            .map(Some)
            .map_err(|error| refused(&name, &error))
    })?;
    write(editing, path, &name, &sealed, || {
        path.symlink_metadata().is_err()
    })
}

/// Runs the editor until its text can be sealed.
fn edited(
    editing: &mut Editing,
    shown: &Secret,
    mut seal: impl FnMut(Secret) -> Result<Option<SealedText>, Failure>,
) -> Result<SealedText, Failure> {
    let mut refused: Option<Secret> = None;
    let mut alone = 0;
    loop {
        let text = editing.run()?;
        if text == *shown {
            return Err(unchanged(editing));
        }
        let again = refused.as_ref() == Some(&text);
        let kept = Secret::from(text.expose().to_vec());
        match seal(text) {
            Ok(Some(sealed)) => return Ok(sealed),
            Ok(None) => return Err(unchanged(editing)),
            Err(failure) if alone == TRIES || (again && alone > 0) => return Err(failure),
            Err(failure) => {
                let answered = complain(&failure);
                alone += u32::from(!answered);
                refused = Some(kept);
            }
        }
    }
}

/// How often an editor gets a text back while nobody is there to press a key: one that is a script would go on for ever.
const TRIES: u32 = 8;

fn unchanged(editing: &Editing) -> Failure {
    let failure = Failure::new(
        Status::Unchanged,
        "nothing was changed, so nothing was written",
    );
    if editing.hasty {
        return failure.hint(
            "an editor that opens a window must wait for it to be closed, as `code --wait` does",
        );
    }
    failure
}

/// What is wrong with an edited text.
fn refused(name: &str, error: &Error) -> Failure {
    let failure = document_failure(name, Reading::Plain, error);
    match error {
        Error::Exposed { .. } => failure.hint("--allow-plain writes it all the same"),
        Error::AlreadyEncrypted { .. } => {
            failure.hint("`sops` is the name of the metadata; the file needs another for this key")
        }
        _ => failure,
    }
}

/// Writes, if the file is as it was when it was opened.
fn write(
    editing: Editing,
    path: &Path,
    name: &str,
    sealed: &SealedText,
    as_before: impl FnOnce() -> bool,
) -> Result<(), Failure> {
    let output = Output::claim(Target::InPlace(path.to_owned()));
    if !as_before() {
        drop(output);
        return Err(overtaken(editing, name)?);
    }
    output.write(&sealed.bytes)?;
    for warning in &sealed.warnings {
        warn(format_args!("{name}: {warning}"));
    }
    Ok(())
}

/// Somebody else wrote the file. The edited text is worth keeping, but it lies in plain.
fn overtaken(editing: Editing, name: &str) -> Result<Failure, Failure> {
    let fact = format!("{name}: it was changed while you edited it; nothing was written");
    let failure = Failure::new(Status::NoOutput, fact);
    if std::io::stdin().is_terminal() && std::io::stderr().is_terminal() {
        note(&failure.fact);
        let answer = ask("(s)how where the edited text is and keep it there, or (d)iscard it?");
        if answer.is_some_and(|answer| answer.starts_with(['d', 'D'])) {
            return Ok(failure);
        }
    }
    let kept = editing.keep()?;
    Ok(failure
        .details([format!("your text, decrypted: {}", kept.display())])
        .hint(
            "edit the file again and take over what you need, then remove that one and its folder",
        ))
}
