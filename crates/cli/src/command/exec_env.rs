//! `selkie exec-env`: files' values in the environment of a program.

use std::path::Path;
use std::process::ExitCode;

use super::run_program::{become_user, cannot_run, ended, opened, program, read_all, started};
use crate::args::ExecEnvArgs;
use crate::discover;
use crate::environment::{Added, Environment};
use crate::identities;
use crate::io::{path_from_bytes, replace_process};
use crate::message::{Failure, Reading, document_failure, hint, warn};
use crate::request::exec::ExecEnvRequest;

pub(super) fn run(args: ExecEnvArgs, config: Option<&Path>) -> Result<ExitCode, Failure> {
    let request = ExecEnvRequest::resolve(args, config)?;
    let services = identities::services();
    let sealed = read_all(&request.sources)?;
    for one in &sealed {
        let keyring = one.metadata().keyring_to_open();
        for service in &services {
            service.expect(&keyring);
        }
    }
    let mut files = Vec::new();
    for (source, sealed) in request.sources.iter().zip(sealed) {
        let name = source.path.display().to_string();
        // The decrypted text is gone, and wiped, before the next file is opened.
        let variables = opened(&services, &name, sealed, &request.order)?
            .variables()
            .map_err(|error| document_failure(&name, Reading::Sealed, &error))?;
        files.push((name, variables));
    }
    let mut environment = Environment::default();
    if !request.pristine {
        environment.inherit(discover::environment());
    }
    environment.inherit(become_user(&request.manner)?);
    let mut withheld = false;
    for (file, variables) in files {
        for variable in variables {
            let name = path_from_bytes(&variable.name).into_os_string();
            let shown = name.display().to_string();
            match environment.add(name, variable, &request.allowed) {
                Added::Set => {}
                Added::Replaced => warn(format_args!(
                    "{shown}: set twice with different values; that of {file} is passed"
                )),
                Added::Withheld => {
                    withheld = true;
                    warn(format_args!(
                        "{file}: {shown} is not passed: it steers what the program runs, and its value is not encrypted"
                    ));
                }
            }
        }
    }
    if withheld {
        hint("encrypt the value, or trust the file with --allow-env NAME");
    }
    let program = program(
        &request.manner.command,
        None,
        environment.into_variables(),
        request.manner.background,
    )?;
    if request.same_process {
        let name = program.path.display().to_string();
        return match replace_process(&program) {
            Ok(never) => match never {},
            Err(error) => Err(cannot_run(&name, &error)),
        };
    }
    let child = started(program)?;
    if request.manner.background {
        return Ok(ExitCode::SUCCESS);
    }
    ended(child)
}
