//! The credentials of a run: every source of age identities that SOPS knows, in its order.
//!
//! A source that fails is carried along with its reason, which is told only if the data key cannot be had otherwise.

#[cfg(feature = "azure")]
mod azure;
#[cfg(feature = "gcp")]
mod gcp;
#[cfg(feature = "huawei")]
mod huawei;
#[cfg(feature = "vault")]
mod vault;

use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Duration;

use selkie_crypto::Secret;
#[cfg(any(feature = "aws", feature = "pgp"))]
use selkie_keys::Access;
use selkie_keys::age::{AgeSource, Content, Separator};
#[cfg(feature = "aws")]
use selkie_keys::aws_kms::AwsAccess;
#[cfg(feature = "pgp")]
use selkie_keys::pgp::{Gpg, Program};
use selkie_keys::{Credentials, KeyService, Network};

use crate::exit::Status;
#[cfg(feature = "pgp")]
use crate::io::{find_program, terminal_name};
use crate::io::{plain_error, read_all, read_file};
use crate::key_services;
use crate::message::Failure;
use crate::terminal::ask_hidden;
use crate::{discover, plugin};

/// The key services of this run.
pub(crate) fn services() -> Vec<KeyService> {
    key_services::services(credentials())
}

/// The same for encrypting, which needs no identity and so looks at no source of them.
pub(crate) fn services_to_wrap() -> Vec<KeyService> {
    key_services::services(vendors())
}

/// What the stores of published files may use, which their vendors share with keys.
pub(crate) fn stores() -> Credentials {
    vendors()
}

/// Where Vault is if a destination does not say it, as in Vault's own client.
pub(crate) fn vault_address() -> String {
    #[cfg(feature = "vault")]
    if let Some(address) = discover::vault("VAULT_ADDR") {
        return address;
    }
    "https://127.0.0.1:8200".to_owned()
}

/// What every key may use, for wrapping and unwrapping alike.
fn vendors() -> Credentials {
    let limit = key_timeout().ok().flatten();
    Credentials {
        #[cfg(feature = "azure")]
        azure: azure::vaults(),
        network: limit.map_or_else(Network::default, |timeout| Network {
            timeout,
            ..Network::default()
        }),
        #[cfg(feature = "aws")]
        aws: AwsAccess::new(Access::Ambient, &discover::host_name()),
        #[cfg(feature = "gcp")]
        gcp: Some(gcp::access()),
        #[cfg(feature = "huawei")]
        huawei: Some(huawei::access()),
        #[cfg(feature = "vault")]
        vault: Some(vault::access()),
        age_plugins: Some(plugin::plugins(limit)),
        #[cfg(feature = "pgp")]
        pgp: Access::Given(gpg()),
        ..Credentials::default()
    }
}

/// How long keys are waited for, if it is set; or what is wrong with the setting.
pub(crate) fn key_timeout() -> Result<Option<Duration>, Failure> {
    let Some(text) = discover::key_timeout() else {
        return Ok(None);
    };
    let seconds = text.parse().ok().filter(|seconds| *seconds > 0.0);
    let timeout = seconds.and_then(|seconds| Duration::try_from_secs_f64(seconds).ok());
    timeout.map(Some).ok_or_else(|| {
        let fact = "SELKIE_KEY_TIMEOUT is not a number of seconds above zero";
        let hint = "30 seconds are the default, and 120 for an age plugin";
        Failure::new(Status::Failed, fact).hint(hint)
    })
}

/// The program gpg, looked for when a key needs it.
#[cfg(feature = "pgp")]
fn gpg() -> Gpg {
    let name = discover::gpg();
    let shown = name.to_string_lossy().into_owned();
    Gpg::new(shown, move || {
        let path = find_program(&name, discover::program_folders().as_deref()).ok()?;
        let terminal = (!discover::names_terminal()).then(terminal_name).flatten();
        Some(Program { path, terminal })
    })
}

/// What decrypting may use.
pub(crate) fn credentials() -> Credentials {
    Credentials {
        age: age_sources(),
        ask_passphrase: Some(Box::new(|what| {
            ask_hidden(format_args!("passphrase for {what}"))
        })),
        ..vendors()
    }
}

fn age_sources() -> Vec<AgeSource> {
    let mut sources = Vec::new();
    if let Some(path) = discover::age_ssh_key_file() {
        let name = format!("SOPS_AGE_SSH_PRIVATE_KEY_FILE={}", path.display());
        sources.push(AgeSource::ssh_key(name, content_of(&path)));
    }
    if let Some(command) = discover::age_ssh_key_command() {
        let run = move |recipient: &str| run_key_command(&command, recipient);
        let content = Content::Asked(Box::new(run));
        sources.push(AgeSource::ssh_key("SOPS_AGE_SSH_PRIVATE_KEY_CMD", content));
    }
    for path in discover::ssh_keys() {
        let name = path.display().to_string();
        sources.push(AgeSource::usual_ssh_key(name, content_of(&path)));
    }
    if let Some(key) = discover::age_key() {
        sources.push(AgeSource::new(
            "SOPS_AGE_KEY",
            Content::Held(Ok(key)),
            Separator::WhiteSpace,
        ));
    }
    if let Some(path) = discover::age_key_file() {
        sources.push(key_file(
            format!("SOPS_AGE_KEY_FILE={}", path.display()),
            &path,
        ));
    }
    if let Some(command) = discover::age_key_command() {
        let run = move |recipient: &str| run_key_command(&command, recipient);
        sources.push(AgeSource::new(
            "SOPS_AGE_KEY_CMD",
            Content::Asked(Box::new(run)),
            Separator::Line,
        ));
    }
    if let Some(path) = discover::user_key_file() {
        sources.push(key_file(path.display().to_string(), &path));
    }
    sources
}

/// The age keys of whoever runs this that need neither a program nor a question, one in a line: those of `SOPS_AGE_KEY`, of
/// `SOPS_AGE_KEY_FILE` and of the usual file. What cannot be read holds none.
#[cfg(feature = "render")]
pub(crate) fn own_age_keys() -> Secret {
    const KEY: &[u8] = b"AGE-SECRET-KEY-";
    let files = [discover::age_key_file(), discover::user_key_file()];
    let files = files.into_iter().flatten();
    let files = files.filter_map(|path| read_file(&path).ok());
    let mut keys = Secret::new();
    for text in discover::age_key().into_iter().chain(files) {
        let words = text.expose().split(u8::is_ascii_whitespace);
        for word in words.filter(|word| word.starts_with(KEY)) {
            keys.extend_from_slice(word);
            keys.extend_from_slice(b"\n");
        }
    }
    keys
}

/// A key file, read only when an identity is needed.
pub(crate) fn key_file(name: String, path: &Path) -> AgeSource {
    AgeSource::new(name, content_of(path), Separator::Line)
}

fn content_of(path: &Path) -> Content {
    let path = path.to_owned();
    let read = move || read_file(&path).map_err(|error| plain_error(&error));
    Content::Once(Box::new(read))
}

/// What the command prints. Split into words as a shell does, but run without one; what it says on stderr is dropped, as
/// SOPS drops it, because password managers print progress there.
fn run_key_command(command: &str, recipient: &str) -> Result<Secret, String> {
    let words = shell_words::split(command).map_err(|_| "its quotes do not match".to_owned())?;
    let [program, arguments @ ..] = words.as_slice() else {
        return Err("it is empty".to_owned());
    };
    let mut child = Command::new(program)
        .args(arguments)
        .env("SOPS_AGE_RECIPIENT", recipient)
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .map_err(|error| format!("{program} cannot be run: {}", plain_error(&error)))?;
    let printed = match child.stdout.take() {
        Some(stdout) => read_all(stdout, 4096).map_err(|error| plain_error(&error)),
        None => Err("its output cannot be read".to_owned()),
    };
    let ended = child.wait().map_err(|error| plain_error(&error))?;
    if !ended.success() {
        return Err(format!("{program} failed: {ended}"));
    }
    printed
}
