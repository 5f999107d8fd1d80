//! `selkie set` and `selkie unset`: one value of an encrypted file changes, in place.

use std::ffi::OsString;
use std::path::{Path, PathBuf};

use selkie_crypto::{DataKey, Secret};
use selkie_document::path::Path as KeyPath;
use selkie_document::{Error, Rewriting, Sealed, SealedText, Value};

use super::entropy::{now, randomness};
use crate::args::{RewriteArgs, SetArgs, UnsetArgs};
use crate::exit::Status;
use crate::io::{Input, read_file};
use crate::message::Failure;
use crate::request::existing;
use crate::session::{Pending, Session};
use crate::value;

pub(super) fn set(args: &SetArgs, config: Option<&Path>) -> Result<(), Failure> {
    if args.value_file && args.value_stdin {
        let fact = "--value-file and --value-stdin exclude each other";
        return Err(Failure::new(Status::Conflict, fact));
    }
    let from_stdin = args.value_stdin;
    let [file, path, given @ ..] = args.words.as_slice() else {
        return Err(wrong_words("set takes FILE, PATH and VALUE"));
    };
    let given = match (given, from_stdin) {
        ([], true) => None,
        ([value], false) => Some(value),
        (_, true) => return Err(wrong_words("set --value-stdin takes FILE and PATH only")),
        _ => return Err(wrong_words("set takes FILE, PATH and VALUE")),
    };
    let request = existing::in_place(PathBuf::from(file), &args.rewrite, config)?;
    let path = key_path(path)?;
    let value = value_of(given, args.value_file)?;
    let session = Session::begin(request)?;
    let mut rng = randomness()?;
    let (pending, written) = change(session, &args.rewrite, |sealed, key, how| {
        selkie_document::set(sealed, key, &path, value, how, &mut rng)
    });
    finish(pending, written, args.idempotent, "the value is not set")
}

pub(super) fn unset(args: &UnsetArgs, config: Option<&Path>) -> Result<(), Failure> {
    let [file, path] = args.words.as_slice() else {
        return Err(wrong_words("unset takes FILE and PATH"));
    };
    let request = existing::in_place(PathBuf::from(file), &args.rewrite, config)?;
    let path = key_path(path)?;
    let session = Session::begin(request)?;
    let mut rng = randomness()?;
    let (pending, written) = change(session, &args.rewrite, |sealed, key, how| {
        selkie_document::unset(sealed, key, &path, how, &mut rng)
    });
    match written {
        Err(Error::NotFound { .. }) if args.idempotent => Ok(()),
        written => finish(pending, written, false, "the value is not taken out"),
    }
}

/// Changes the opened file; what went wrong is judged by the command.
fn change(
    session: Session,
    args: &RewriteArgs,
    apply: impl FnOnce(Sealed, &DataKey, Rewriting<'_>) -> Result<SealedText, Error>,
) -> (Pending, Result<SealedText, Error>) {
    let sealed = &session.sealed;
    let rule = session.guard.selection(sealed.format(), sealed.metadata());
    let (sealed, key, pending) = session.parts();
    let how = Rewriting {
        now: now(),
        verify: !args.ignore_mac,
        rule: rule.as_ref(),
    };
    let written = apply(sealed, &key, how);
    (pending, written)
}

fn finish(
    pending: Pending,
    written: Result<SealedText, Error>,
    idempotent: bool,
    undone: &str,
) -> Result<(), Failure> {
    match written {
        Ok(text) if idempotent && !text.changed => Ok(()),
        Ok(text) => pending.write(&text),
        Err(error @ Error::Exposed { .. }) => Err(pending
            .failed(&error)
            .hint(format_args!("{undone}; --allow-plain does it all the same"))),
        Err(error) => Err(pending.failed(&error)),
    }
}

fn wrong_words(fact: &str) -> Failure {
    Failure::new(Status::NoFile, fact).hint("see `selkie set --help` and `selkie unset --help`")
}

fn key_path(word: &OsString) -> Result<KeyPath, Failure> {
    let text = word
        .to_str()
        .ok_or_else(|| Failure::new(Status::BadValue, "the path is not UTF-8"))?;
    KeyPath::parse(text).map_err(|error| {
        Failure::new(Status::BadValue, error)
            .hint("a path looks like ['key'][0]['other']; mind the shell's own quotes")
    })
}

fn value_of(given: Option<&OsString>, is_file: bool) -> Result<Value, Failure> {
    let json = match given {
        None => Input::Stdin.read_plain()?,
        Some(name) if is_file => {
            let path = Path::new(name);
            read_file(path).map_err(|error| {
                Failure::new(
                    Status::Failed,
                    format_args!(
                        "{}: cannot be read: {}",
                        path.display(),
                        crate::io::plain_error(&error)
                    ),
                )
            })?
        }
        Some(word) => Secret::from(word.as_encoded_bytes().to_vec()),
    };
    value::parse(json.expose()).map_err(|reason| {
        Failure::new(
            Status::BadValue,
            format_args!("the value is not JSON: {reason}"),
        )
        .hint("a string stands in double quotes, which the shell must not take away: '\"text\"'")
    })
}
