//! `selkie keygen`: an age identity in a file of its own.

use std::fmt::Write as _;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use selkie_crypto::Secret;
use selkie_keys::age::{GeneratedIdentity, generate, generate_post_quantum};

use crate::args::KeygenArgs;
use crate::discover;
use crate::exit::Status;
use crate::io::{create_private, create_private_folders, plain_error, print};
use crate::message::Failure;

pub(super) fn run(args: KeygenArgs) -> Result<(), Failure> {
    let path = match args.output {
        Some(path) => path,
        None => default_path()?,
    };
    let key = if args.pq {
        generate_post_quantum()
    } else {
        generate()
    };
    let recipient = write_new_key(&path, key)?;
    print(
        format!(
            "{recipient}
"
        )
        .as_bytes(),
    )
}

/// Where selkie and sops look by themselves; the folder is made if it is missing.
pub(super) fn default_path() -> Result<PathBuf, Failure> {
    let path = discover::user_key_file().ok_or_else(|| {
        Failure::new(Status::Failed, "there is no home folder to put a key in")
            .hint("name a file with `selkie keygen -o FILE`")
    })?;
    if let Some(folder) = path.parent() {
        create_private_folders(folder).map_err(|error| cannot_write(folder, &error))?;
    }
    Ok(path)
}

/// Writes a key where no file is yet, and returns its recipient.
pub(super) fn write_new_key(path: &Path, key: GeneratedIdentity) -> Result<String, Failure> {
    let mut head = String::new();
    // The spelling of the second line is age-keygen's, which other programs search for.
    let _ = writeln!(
        head,
        "# made by selkie keygen; keep it secret and keep a copy\n# public key: {}",
        key.recipient
    );
    let mut content = Secret::with_capacity(head.len() + key.identity.len() + 1);
    content.extend_from_slice(head.as_bytes());
    content.extend_from_slice(key.identity.expose());
    content.extend_from_slice(b"\n");
    create_private(path, content.expose()).map_err(|error| match error.kind() {
        ErrorKind::AlreadyExists => Failure::new(
            Status::Failed,
            format_args!("{}: there is a file already", path.display()),
        )
        .hint("a key is never written over; name another file with -o"),
        _ => cannot_write(path, &error),
    })?;
    Ok(key.recipient)
}

fn cannot_write(path: &Path, error: &std::io::Error) -> Failure {
    Failure::new(
        Status::NoOutput,
        format_args!(
            "{}: cannot be written: {}",
            path.display(),
            plain_error(error)
        ),
    )
}
