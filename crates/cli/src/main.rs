//! The command line: parse, run, exit.
//!
//! Rooms: `args` (what was typed) → `request` (what is meant) → `command` (what is done) over `io`, `config`, `identities`;
//! `discover` alone looks at the environment, `message` alone words what goes wrong, `exit` alone knows the statuses.
//! Never here: how anything is sealed, read or wrapped. The libraries do that, and they never see a file or a variable.

#![allow(
    dead_code,
    unused_imports,
    reason = "the commands that run programs come next"
)]

mod args;
mod command;
mod config;
mod discover;
mod exit;
mod guard;
mod identities;
mod io;
mod message;
mod parallel;
mod progress;
mod request;
mod session;
mod value;

use std::process::ExitCode;

use clap::Parser;
use clap::error::ErrorKind;

use crate::exit::Status;

fn main() -> ExitCode {
    let status = match args::Cli::try_parse() {
        Ok(cli) => match command::run(cli) {
            Ok(()) => Status::Done,
            Err(failure) => {
                failure.print();
                failure.status
            }
        },
        Err(error) => {
            // Help goes to stdout, a complaint to stderr; if that is closed there is nowhere to say so.
            let _ = error.print();
            match error.kind() {
                ErrorKind::DisplayHelp | ErrorKind::DisplayVersion => Status::Done,
                // SOPS counts a run without anything to do as one without a file.
                ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand => Status::NoFile,
                _ => Status::Failed,
            }
        }
    };
    status.into()
}
