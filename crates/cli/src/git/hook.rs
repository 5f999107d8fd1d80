//! The hook that looks at what is to be committed.

use std::io::ErrorKind;
use std::path::PathBuf;
use std::process::Command;

use super::output;
use crate::config::absolute;
use crate::exit::Status;
use crate::io::{create_executable, path_from_bytes, plain_error};
use crate::message::Failure;

const HOOK: &str = "\
#!/bin/sh
# Written by `selkie init --hook`: no commit with a file that should be encrypted and is not.
# `git commit --no-verify` passes it by.
if ! command -v selkie >/dev/null; then
    echo 'pre-commit: selkie is not installed, so nobody can tell whether secrets are encrypted' >&2
    exit 1
fi
exec selkie check --staged
";

/// Writes the hook, never over another one, and says where.
pub(crate) fn install() -> Result<PathBuf, Failure> {
    let hooks = output(Command::new("git").args(["rev-parse", "--git-path", "hooks"]))?;
    let hooks = absolute(&path_from_bytes(hooks.trim_ascii_end()));
    let path = hooks.join("pre-commit");
    let written =
        std::fs::create_dir_all(&hooks).and_then(|()| create_executable(&path, HOOK.as_bytes()));
    match written {
        Ok(()) => Ok(path),
        Err(error) if error.kind() == ErrorKind::AlreadyExists => Err(Failure::new(
            Status::Failed,
            format_args!("{}: there is one already", path.display()),
        )
        .hint("add the line `selkie check --staged || exit 1` to it")),
        Err(error) => Err(Failure::new(
            Status::NoOutput,
            format_args!(
                "{}: cannot be written: {}",
                path.display(),
                plain_error(&error)
            ),
        )),
    }
}
