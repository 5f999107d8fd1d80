//! What `exec-env` and `exec-file` share: an encrypted file opened to be read only, the program found, started and waited for.

use std::ffi::OsString;
use std::path::Path;
use std::process::ExitCode;

use selkie_crypto::Secret;
use selkie_document::{Opened, Sealed, open};
use selkie_keys::{DecryptionOrder, KeyService};

use crate::discover;
use crate::exit::Status;
use crate::io::{Child, Ended, Program, SHELL, User, find_program, plain_error, start};
use crate::message::{Failure, Reading, document_failure, warn};
use crate::request::exec::{Command, Manner, Source};
use crate::session::{read, recover_with};

/// The files, read and not opened yet.
pub(super) fn read_all(sources: &[Source]) -> Result<Vec<Sealed>, Failure> {
    let read = |source: &Source| read(&source.path, source.formats.input);
    sources.iter().map(read).collect()
}

/// The file, decrypted and verified; what the user should know is said.
pub(super) fn opened(
    services: &[KeyService],
    name: &str,
    sealed: Sealed,
    order: &DecryptionOrder,
) -> Result<Opened, Failure> {
    let key = recover_with(services, name, &sealed, order)?;
    let opened =
        open(sealed, &key).map_err(|error| document_failure(name, Reading::Sealed, &error))?;
    for warning in &opened.warnings {
        warn(format_args!("{name}: {warning}"));
    }
    Ok(opened)
}

/// Becomes the user that is asked for, for good, and tells the variables that name it.
pub(super) fn become_user(manner: &Manner) -> Result<Vec<(OsString, Secret)>, Failure> {
    let Some(name) = &manner.user else {
        return Ok(Vec::new());
    };
    let failed =
        |reason: String| Failure::new(Status::Failed, format_args!("--user {name}: {reason}"));
    let user = User::find(name)
        .map_err(|error| failed(plain_error(&error)))?
        .ok_or_else(|| failed("there is no such user".to_owned()))?;
    let named = ["USER", "LOGNAME"].map(|key| (key.into(), Secret::from(name.clone())));
    let home = (
        "HOME".into(),
        Secret::from(user.home.clone().into_os_string().into_encoded_bytes()),
    );
    user.assume().map_err(|error| failed(plain_error(&error)))?;
    Ok(named.into_iter().chain([home]).collect())
}

/// The program that a command names, with `{}` replaced by a path if there is one.
pub(super) fn program(
    command: &Command,
    path: Option<&Path>,
    environment: Vec<(OsString, Secret)>,
    detached: bool,
) -> Result<Program, Failure> {
    let filled = |word: &OsString| path.map_or_else(|| word.clone(), |path| fill(word, path));
    let (name, arguments) = match command {
        Command::Shell(text) => (
            SHELL[0].into(),
            vec![OsString::from(SHELL[1]), filled(text)],
        ),
        Command::Program(name, arguments) => (filled(name), arguments.iter().map(filled).collect()),
    };
    Ok(Program {
        path: find_program(&name, discover::program_folders().as_deref())?,
        name,
        arguments,
        environment,
        detached,
    })
}

/// Starts it. Our copies of its environment are wiped when this returns.
pub(super) fn started(program: Program) -> Result<Child, Failure> {
    let name = program.path.display().to_string();
    start(program).map_err(|error| cannot_run(&name, &error))
}

/// Waits for it, and gives its status.
pub(super) fn ended(child: Child) -> Result<ExitCode, Failure> {
    match child.wait() {
        Ok(Ended::Code(code)) => Ok(ExitCode::from(code)),
        Ok(Ended::Signal(signal)) => Err(Failure::new(
            Status::Killed,
            format_args!("the program was ended by {signal}"),
        )),
        Err(error) => Err(Failure::new(
            Status::Killed,
            format_args!(
                "nobody knows how the program ended: {}",
                plain_error(&error)
            ),
        )),
    }
}

pub(super) fn cannot_run(name: &str, error: &std::io::Error) -> Failure {
    Failure::new(
        Status::NotExecutable,
        format_args!("{name}: cannot be run: {}", plain_error(error)),
    )
}

/// The word with each `{}` replaced.
fn fill(word: &OsString, path: &Path) -> OsString {
    const MARK: &str = "{}";
    match word.to_str() {
        Some(text) => {
            let mut filled = OsString::new();
            for (index, part) in text.split(MARK).enumerate() {
                if index > 0 {
                    filled.push(path);
                }
                filled.push(part);
            }
            filled
        }
        // Words that are no text are left alone: where the mark stands in them cannot be told without the system's help.
        None => word.clone(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_mark_is_replaced_wherever_it_stands() {
        let rows = [
            ("{}", "/p"),
            ("cat {} {}", "cat /p /p"),
            ("--file={}", "--file=/p"),
            ("none", "none"),
            ("{ }", "{ }"),
            ("", ""),
        ];
        for (word, expected) in rows {
            let filled = fill(&OsString::from(word), Path::new("/p"));
            assert_eq!(filled, expected, "{word}");
        }
    }
}
