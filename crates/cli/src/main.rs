//! The command line: parse, run, exit.
//!
//! Rooms: `args` (what was typed) → `request` (what is meant) → `command` (what is done) over `io`, `config`, `identities`;
//! `discover` alone looks at the environment, `message` alone words what goes wrong, `exit` alone knows the statuses.
//! Never here: how anything is sealed, read or wrapped. The libraries do that, and they never see a file or a variable.

mod args;
mod audit;
mod command;
mod config;
mod discover;
mod editor;
mod environment;
mod exit;
mod git;
mod guard;
mod identities;
mod io;
mod key_services;
mod message;
mod parallel;
mod plugin;
mod progress;
#[cfg(feature = "render")]
mod render;
mod request;
mod reuse;
mod session;
mod style;
mod terminal;
mod value;
mod wrapping;

use std::ffi::{OsStr, OsString};
use std::path::Path;
use std::process::ExitCode;

use clap::error::ErrorKind;
use clap::{CommandFactory, FromArgMatches};

use crate::exit::Status;
use crate::message::{Failure, warn};

fn main() -> ExitCode {
    let mut words = std::env::args_os();
    let called_sops = words.next().is_some_and(|name| is_sops(&name));
    message::speak_like_sops(called_sops);
    match run(words.collect(), called_sops) {
        Ok(status) => status,
        Err(failure) => {
            failure.print();
            failure.status.into()
        }
    }
}

fn run(words: Vec<OsString>, called_sops: bool) -> Result<ExitCode, Failure> {
    let mut commands = args::Cli::command();
    if called_sops {
        commands = commands.name("sops").version(SOPS_VERSION);
    }
    let line = style::translate(words, &commands, called_sops)?;
    if !line.ignored.is_empty() {
        warn(format_args!("ignored: {}", line.ignored.join(" ")));
    }
    let name = OsString::from(commands.get_name());
    let parsed = commands
        .try_get_matches_from([name].into_iter().chain(line.words))
        .and_then(|matches| args::Cli::from_arg_matches(&matches));
    match parsed {
        Ok(cli) => command::run(cli),
        Err(error) => {
            // Help goes to stdout, a complaint to stderr; if that is closed there is nowhere to say so.
            let _ = error.print();
            let status = match error.kind() {
                ErrorKind::DisplayHelp | ErrorKind::DisplayVersion => Status::Done,
                // SOPS counts a run without anything to do as one without a file.
                ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand => Status::NoFile,
                _ => Status::Failed,
            };
            Ok(status.into())
        }
    }
}

/// What scripts read behind the name: the release of SOPS whose format is written.
const SOPS_VERSION: &str = concat!("3.13.3 (selkie ", env!("CARGO_PKG_VERSION"), ")");

/// Whether the program was installed under the name of SOPS, whatever the folder and the suffix.
fn is_sops(name: &OsStr) -> bool {
    Path::new(name)
        .file_stem()
        .is_some_and(|stem| stem == "sops")
}
