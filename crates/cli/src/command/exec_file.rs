//! `selkie exec-file`: a program that reads a decrypted file.

use std::path::Path;
use std::process::ExitCode;

use selkie_crypto::Secret;

use super::run_program::{become_user, ended, opened, program, started};
use crate::args::ExecFileArgs;
use crate::discover;
use crate::environment::Environment;
use crate::exit::Status;
use crate::identities;
use crate::io::{HAS_FIFOS, PrivateFolder, ServedPipe, create_private, plain_error};
use crate::message::{Failure, Reading, document_failure, warn};
use crate::request::exec::ExecFileRequest;
use crate::session::read;

pub(super) fn run(args: ExecFileArgs, config: Option<&Path>) -> Result<ExitCode, Failure> {
    let request = ExecFileRequest::resolve(args, config)?;
    let content = content(&request)?;
    if request.manner.background {
        warn("--background: selkie stays until the program ends, since the file goes with it");
    }
    let mut environment = Environment::default();
    environment.inherit(discover::environment());
    environment.inherit(become_user(&request.manner)?);

    let folder = PrivateFolder::create(
        discover::runtime_folder().as_deref(),
        &discover::temporary_folder(),
    )?;
    let path = folder.path().join(&request.name);
    let cannot_write = |error: std::io::Error| {
        Failure::new(
            Status::NoOutput,
            format_args!(
                "{}: cannot be written: {}",
                path.display(),
                plain_error(&error)
            ),
        )
    };
    // Before the pipe: nobody would read it if there is no such program.
    let program = program(
        &request.manner.command,
        Some(&path),
        environment.into_variables(),
        request.manner.background,
    )?;
    let pipe = if request.fifo && HAS_FIFOS {
        Some(ServedPipe::serve(&path, content).map_err(cannot_write)?)
    } else {
        create_private(&path, content.expose()).map_err(cannot_write)?;
        drop(content);
        None
    };
    let status = started(program).and_then(ended);
    drop(pipe);
    drop(folder);
    status
}

/// The plain file in the format that is asked for.
fn content(request: &ExecFileRequest) -> Result<Secret, Failure> {
    let source = &request.source;
    let name = source.path.display().to_string();
    let sealed = read(&source.path, source.formats.input)?;
    let plain = opened(&identities::services(), &name, sealed, &request.order)?.plain;
    let format = source.formats.output;
    if format == plain.format() {
        return Ok(Secret::from(plain.source().to_vec()));
    }
    if let Some(warning) = plain.lost_as(format) {
        warn(format_args!("{name}: {warning}"));
    }
    plain
        .text_as(format)
        .map_err(|error| document_failure(&name, Reading::Sealed, &error))
}
