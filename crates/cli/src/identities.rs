//! The credentials of a run: every source of age identities that SOPS knows, in its order.
//!
//! A source that fails is carried along with its reason, which is told only if the data key cannot be had otherwise.

use std::path::Path;
use std::process::{Command, Stdio};
#[cfg(feature = "network")]
use std::time::Duration;

use selkie_crypto::Secret;
#[cfg(feature = "network")]
use selkie_keys::Network;
use selkie_keys::age::{AgeSource, Content, Separator};
use selkie_keys::{Credentials, KeyService};

use crate::discover;
#[cfg(feature = "network")]
use crate::exit::Status;
use crate::io::{plain_error, read_all, read_file};
#[cfg(feature = "network")]
use crate::message::Failure;

/// This process as the only key service.
pub(crate) fn services() -> Vec<KeyService> {
    vec![KeyService::Local(credentials())]
}

/// The same for encrypting, which needs no identity and so looks at no source of them.
pub(crate) fn services_to_wrap() -> Vec<KeyService> {
    vec![KeyService::Local(vendors())]
}

/// What every key at a vendor's may use, for wrapping and unwrapping alike.
fn vendors() -> Credentials {
    Credentials {
        #[cfg(feature = "network")]
        network: network().unwrap_or_default(),
        ..Credentials::default()
    }
}

/// How long keys are waited for, or what is wrong with the setting.
#[cfg(feature = "network")]
pub(crate) fn network() -> Result<Network, Failure> {
    let mut network = Network::default();
    if let Some(text) = discover::key_timeout() {
        let seconds = text.parse().ok().filter(|seconds| *seconds > 0.0);
        let timeout = seconds.and_then(|seconds| Duration::try_from_secs_f64(seconds).ok());
        network.timeout = timeout.ok_or_else(|| {
            let fact = "SELKIE_KEY_TIMEOUT is not a number of seconds above zero";
            Failure::new(Status::Failed, fact).hint("30 seconds are the default")
        })?;
    }
    Ok(network)
}

/// What decrypting may use.
pub(crate) fn credentials() -> Credentials {
    Credentials {
        age: age_sources(),
        ask_passphrase: Some(Box::new(ask_passphrase)),
        ..vendors()
    }
}

fn age_sources() -> Vec<AgeSource> {
    let mut sources = Vec::new();
    if let Some(variable) = discover::age_ssh_key() {
        // Carried along, so that whoever counts on it learns why it did not help.
        let reason = Err("ssh keys are not supported by this build yet".to_owned());
        sources.push(AgeSource::new(
            variable,
            Content::Held(reason),
            Separator::Line,
        ));
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

/// A key file, read only when an identity is needed.
pub(crate) fn key_file(name: String, path: &Path) -> AgeSource {
    let path = path.to_owned();
    let read = move || read_file(&path).map_err(|error| plain_error(&error));
    AgeSource::new(name, Content::Once(Box::new(read)), Separator::Line)
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

/// Asks on the terminal itself, so that it works while stdin and stdout carry files.
fn ask_passphrase(what: &str) -> Result<Secret, String> {
    let passphrase = rpassword::prompt_password(format!("passphrase for {what}: "))
        .map_err(|error| format!("no terminal: {}", plain_error(&error)))?;
    Ok(Secret::from(passphrase))
}
