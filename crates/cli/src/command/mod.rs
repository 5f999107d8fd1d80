//! One file per command. Each only composes: what to do is in its request, how is in the libraries.

mod check;
mod decrypt;
mod edit;
mod encrypt;
mod entropy;
mod groups;
mod init;
mod keygen;
mod reference;
mod rotate;
mod rules;
mod set;
mod textconv;
mod updatekeys;

use std::path::PathBuf;

use crate::args::{Cli, Command};
use crate::discover;
use crate::exit::Status;
use crate::io::deny_core_dumps;
use crate::message::{Failure, warn};

/// Runs the command that was asked for.
pub(crate) fn run(cli: Cli) -> Result<(), Failure> {
    deny_core_dumps();
    services(&cli)?;
    let config: Option<PathBuf> = cli.config.or_else(discover::config);
    match cli.command {
        Command::Encrypt(args) => encrypt::run(args, config.as_deref()),
        Command::Decrypt(args) => decrypt::run(args, config.as_deref()),
        Command::Edit(args) => edit::run(args, config.as_deref()),
        Command::Set(args) => set::set(&args, config.as_deref()),
        Command::Unset(args) => set::unset(&args, config.as_deref()),
        Command::Rotate(args) => rotate::run(&args, config.as_deref()),
        Command::UpdateKeys(args) => updatekeys::run(&args, config.as_deref()),
        Command::Groups(args) => groups::run(args, config.as_deref()),
        Command::Keygen(args) => keygen::run(args),
        Command::Init(args) => init::run(&args),
        Command::Rules(args) => rules::run(&args, config.as_deref()),
        Command::Check(args) => check::run(&args, config.as_deref()),
        Command::Textconv(args) => textconv::run(&args),
        Command::Reference => reference::run(),
    }
}

/// Remote key services are not there yet: a run that could do without one goes on.
fn services(cli: &Cli) -> Result<(), Failure> {
    if cli
        .enable_local_keyservice
        .or_else(discover::local_key_service)
        == Some(false)
    {
        let fact = "the local key service is switched off, and there is no other yet";
        return Err(Failure::new(Status::Failed, fact)
            .hint("remote key services come with a later release"));
    }
    if !cli.keyservice.is_empty() || discover::has_key_service() {
        warn("remote key services come with a later release: only the local one is asked");
    }
    Ok(())
}
