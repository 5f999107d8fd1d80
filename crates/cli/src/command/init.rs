//! `selkie init`: a key, if there is none, and a `.sops.yaml` for the folder one is in; or what git needs to know.

use std::io::ErrorKind;
use std::path::Path;

use selkie_document::rules::Config;
use selkie_keys::age::{generate, recipients};

use super::keygen::{default_path, write_new_key};
use crate::args::InitArgs;
use crate::exit::Status;
use crate::io::{create_shared, plain_error, print};
use crate::message::Failure;
use crate::{discover, git, identities};

pub(super) fn run(args: &InitArgs) -> Result<(), Failure> {
    if args.hook {
        let path = git::install_hook()?;
        print(format!("wrote {}\n", path.display()).as_bytes())?;
    }
    if args.git {
        let path = git::install_attributes()?;
        let text = format!(
            "git diff shows decrypted text in this clone, for the files of {}\nnext: commit that file; whoever clones runs selkie init --git too\n",
            path.display()
        );
        print(text.as_bytes())?;
    }
    if args.hook || args.git {
        return Ok(());
    }
    set_up()
}

fn set_up() -> Result<(), Failure> {
    let config = discover::working_folder().join(".sops.yaml");
    if config.symlink_metadata().is_ok() {
        return Err(exists(&config));
    }
    let key = default_path()?;
    let made = !key.exists();
    let recipient = if made {
        write_new_key(&key, generate())?
    } else {
        recipient_of(&key)?
    };
    create_shared(&config, Config::example(&recipient).as_bytes()).map_err(|error| match error
        .kind()
    {
        ErrorKind::AlreadyExists => exists(&config),
        _ => Failure::new(
            Status::NoOutput,
            format_args!(
                "{}: cannot be written: {}",
                config.display(),
                plain_error(&error)
            ),
        ),
    })?;
    let text = format!(
        "{} {}\nwrote {}\nyour recipient is {recipient}\nnext: selkie encrypt -i FILE.yaml\n",
        if made {
            "made the key"
        } else {
            "using the key"
        },
        key.display(),
        config.display(),
    );
    print(text.as_bytes())
}

/// The recipient of the first identity that tells it in an existing key file; it may ask for a passphrase.
fn recipient_of(path: &Path) -> Result<String, Failure> {
    let failed =
        |reason: String| Failure::new(Status::Failed, format_args!("{}: {reason}", path.display()));
    let source = identities::key_file(path.display().to_string(), path);
    let found = recipients(&source, &identities::credentials()).map_err(failed)?;
    found
        .into_iter()
        .next()
        .ok_or_else(|| failed("there is no identity in it that tells its recipient".to_owned()))
}

fn exists(config: &Path) -> Failure {
    Failure::new(
        Status::Failed,
        format_args!("{}: there is one already", config.display()),
    )
    .hint("add your recipient to it; `selkie keygen` makes a key if you need one")
}
