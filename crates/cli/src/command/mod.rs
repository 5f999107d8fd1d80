//! One file per command. Each only composes: what to do is in its request, how is in the libraries.

mod check;
mod completion;
mod decrypt;
mod edit;
mod encrypt;
mod entropy;
mod exec_env;
mod exec_file;
mod filestatus;
mod groups;
mod init;
mod keygen;
#[cfg(feature = "remote")]
mod keyservice;
mod publish;
mod reference;
#[cfg(feature = "render")]
mod render;
mod rotate;
mod rules;
mod run_program;
mod set;
#[cfg(feature = "template")]
mod template;
mod textconv;
mod updatekeys;

use std::path::PathBuf;
use std::process::ExitCode;

use crate::args::{Cli, Command};
use crate::audit;
use crate::discover;
use crate::exit::Status;
use crate::io::deny_core_dumps;
use crate::message::Failure;
use crate::{identities, key_services};
#[cfg(feature = "remote")]
use keyservice::run as keyservice;
#[cfg(feature = "render")]
use render::run as render;
#[cfg(feature = "template")]
use template::run as template;

/// Runs the command that was asked for, and gives the status with which to end.
pub(crate) fn run(cli: Cli) -> Result<ExitCode, Failure> {
    deny_core_dumps();
    identities::key_timeout()?;
    key_services::choose(&cli)?;
    if cli.command.opens_files() {
        audit::refuse_if_asked_for()?;
    }
    let config: Option<PathBuf> = cli.config.or_else(discover::config);
    let done = match cli.command {
        // The status is that of the program.
        Command::ExecEnv(args) => return exec_env::run(args, config.as_deref()),
        Command::ExecFile(args) => return exec_file::run(args, config.as_deref()),
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
        Command::Template(args) => template(args),
        Command::Render(args) => render(args),
        Command::FileStatus(args) => filestatus::run(&args),
        Command::Publish(args) => publish::run(args, config.as_deref()),
        Command::KeyService(args) => keyservice(&args),
        Command::Completion(args) => completion::completion(&args),
        Command::Man(args) => completion::man(&args),
        Command::Reference => reference::run(),
    };
    done.map(|()| Status::Done.into())
}

/// Without the feature the command is known, and says so.
#[cfg(not(feature = "remote"))]
fn keyservice(_args: &crate::args::KeyServiceArgs) -> Result<(), Failure> {
    Err(Failure::new(
        Status::Failed,
        "this build has no key service for others",
    ))
}

/// Without the feature the command is known, and says so.
#[cfg(not(feature = "template"))]
fn template(_args: crate::args::TemplateArgs) -> Result<(), Failure> {
    Err(Failure::new(
        Status::Failed,
        "this build renders no templates",
    ))
}

/// Without the feature the command is known, and says so.
#[cfg(not(feature = "render"))]
fn render(_args: crate::args::RenderArgs) -> Result<(), Failure> {
    Err(Failure::new(
        Status::Failed,
        "this build renders no ExternalSecrets",
    ))
}
