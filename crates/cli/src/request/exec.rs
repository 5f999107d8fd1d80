//! What `exec-env` and `exec-file` are asked for: files, a program, and who runs it.

use std::ffi::OsString;
use std::path::{Component, Path, PathBuf};

use selkie_keys::DecryptionOrder;

use super::{Formats, formats, order};
use crate::args::{ExecEnvArgs, ExecFileArgs, RunArgs};
use crate::config;
use crate::exit::Status;
use crate::message::Failure;
use crate::session::exists;

/// What is to be run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Command {
    /// Text for the system's shell.
    Shell(OsString),
    /// A program and its arguments.
    Program(OsString, Vec<OsString>),
}

/// How it is to be run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Manner {
    pub(crate) command: Command,
    pub(crate) user: Option<String>,
    pub(crate) background: bool,
}

/// An encrypted file to be read.
#[derive(Debug)]
pub(crate) struct Source {
    pub(crate) path: PathBuf,
    pub(crate) formats: Formats,
}

/// `exec-env`, resolved.
#[derive(Debug)]
pub(crate) struct ExecEnvRequest {
    pub(crate) sources: Vec<Source>,
    pub(crate) order: DecryptionOrder,
    pub(crate) manner: Manner,
    pub(crate) pristine: bool,
    pub(crate) same_process: bool,
    pub(crate) allowed: Vec<String>,
}

/// `exec-file`, resolved.
#[derive(Debug)]
pub(crate) struct ExecFileRequest {
    pub(crate) source: Source,
    pub(crate) order: DecryptionOrder,
    pub(crate) manner: Manner,
    pub(crate) fifo: bool,
    /// The decrypted file's name, without a folder.
    pub(crate) name: PathBuf,
}

impl ExecEnvRequest {
    /// Resolves the arguments.
    pub(crate) fn resolve(args: ExecEnvArgs, config: Option<&Path>) -> Result<Self, Failure> {
        if args.same_process && args.run.background {
            let fact = "--same-process and --background exclude each other";
            return Err(Failure::new(Status::Conflict, fact));
        }
        let (files, command) = words("exec-env", args.words, args.program)?;
        let order = order(args.run.decryption_order.clone())?;
        let sources = files
            .into_iter()
            .map(|path| source(path, None, None, config))
            .collect::<Result<_, _>>()?;
        Ok(Self {
            sources,
            order,
            manner: manner(command, args.run),
            pristine: args.pristine,
            same_process: args.same_process,
            allowed: args.allow_env,
        })
    }
}

impl ExecFileRequest {
    /// Resolves the arguments.
    pub(crate) fn resolve(args: ExecFileArgs, config: Option<&Path>) -> Result<Self, Failure> {
        let (files, command) = words("exec-file", args.words, args.program)?;
        let Ok([path]) = <[PathBuf; 1]>::try_from(files) else {
            let fact = "exec-file takes one file";
            return Err(Failure::new(Status::Failed, fact));
        };
        let order = order(args.run.decryption_order.clone())?;
        let (input, output) = (args.input_type.as_deref(), args.output_type.as_deref());
        let source = source(path, input, output, config)?;
        let given = args.filename.filter(|name| !name.is_empty());
        Ok(Self {
            source,
            order,
            manner: manner(command, args.run),
            fifo: !args.no_fifo,
            name: given.map_or_else(
                || Ok(PathBuf::from("tmp-file")),
                |name| file_name(name.into()),
            )?,
        })
    }
}

/// Files and command: the last word is for a shell, unless a program stands behind `--`.
fn words(
    subcommand: &str,
    mut words: Vec<OsString>,
    program: Vec<OsString>,
) -> Result<(Vec<PathBuf>, Command), Failure> {
    let mut program = program.into_iter();
    let command = match (program.next(), words.len()) {
        (Some(name), 1..) => Command::Program(name, program.collect()),
        // More words are refused as SOPS refuses them: a file could be taken for the command.
        (None, 2) => Command::Shell(words.pop().unwrap_or_default()),
        _ => {
            let fact = format!("{subcommand} takes a file, and a command or `-- PROGRAM`");
            return Err(Failure::new(Status::Failed, fact)
                .hint("a command of several words stands in quotes, or behind --"));
        }
    };
    Ok((words.into_iter().map(PathBuf::from).collect(), command))
}

fn source(
    path: PathBuf,
    input_type: Option<&str>,
    output_type: Option<&str>,
    config: Option<&Path>,
) -> Result<Source, Failure> {
    exists(&path, Status::Unreadable)?;
    config::check(config)?;
    let formats = formats(input_type, output_type, Some(&path));
    Ok(Source { path, formats })
}

fn manner(command: Command, args: RunArgs) -> Manner {
    Manner {
        command,
        user: args.user,
        background: args.background,
    }
}

/// A name in the folder itself: anything else would be written where nobody removes it.
fn file_name(name: PathBuf) -> Result<PathBuf, Failure> {
    let mut parts = name.components();
    match (parts.next(), parts.next()) {
        (Some(Component::Normal(_)), None) => Ok(name),
        _ => Err(Failure::new(
            Status::Failed,
            format_args!("--filename {}: not the name of a file", name.display()),
        )
        .hint("a name without folders is wanted; the file lies in a folder of its own")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_files_and_a_command() {
        #[track_caller]
        fn check(given: &[&str], behind: &[&str], expected: Option<(&[&str], Command)>) {
            let owned =
                |words: &[&str]| -> Vec<OsString> { words.iter().map(OsString::from).collect() };
            let got = words("exec-env", owned(given), owned(behind)).ok();
            let expected = expected
                .map(|(files, command)| (files.iter().map(PathBuf::from).collect(), command));
            assert_eq!(got, expected, "{given:?} -- {behind:?}");
        }
        let shell = |text: &str| Command::Shell(text.into());
        let program = |name: &str, arguments: &[&str]| {
            Command::Program(name.into(), arguments.iter().map(OsString::from).collect())
        };
        check(&["f", "x y"], &[], Some((&["f"], shell("x y"))));
        check(&["f"], &["x", "y"], Some((&["f"], program("x", &["y"]))));
        check(&["f", "g"], &["x"], Some((&["f", "g"], program("x", &[]))));
        check(&["f"], &[], None);
        check(&["f", "g", "x"], &[], None);
        check(&[], &["x"], None);
        check(&[], &[], None);
    }

    #[test]
    fn names_stay_in_the_folder() {
        let rows = [
            ("a", true),
            ("a b.json", true),
            ("..", false),
            (".", false),
            ("../a", false),
            ("a/b", false),
            ("/a", false),
            ("a/..", false),
        ];
        for (name, fine) in rows {
            assert_eq!(file_name(PathBuf::from(name)).is_ok(), fine, "{name}");
        }
    }
}
