//! Keys in the transit engine of Vault and `OpenBao`, through the crate `vaultrs`. Who asks for a key also puts published values into
//! a key-value engine, so that lies here, too.
//!
//! Vault's client for Go has no chain of credentials but variables and one file, so everything comes in [`Settings`]. Never here:
//! the token or a server's text in a message, for a key a request to a path that is not the engine's `encrypt` or `decrypt`.

mod allowlist;
mod client;
mod fault;
pub(crate) mod kv;
mod settings;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use selkie_crypto::{Secret, VaultTransitRecipient};
use vaultrs::client::VaultClient;
use vaultrs::transit::data;
use zeroize::Zeroizing;

pub use allowlist::{Allowlist, EmptyEntry};
pub use settings::{Settings, VaultAccess};

use crate::network;
use crate::{Cause, Credentials, Fault, Network};

/// How the answer to every encryption begins; the version of the key and the ciphertext follow.
const PREFIX: &str = "vault:v";

/// The text `vault:vN:…`, as the engine gives it.
pub(crate) fn wrap(
    credentials: &Credentials,
    key: &VaultTransitRecipient,
    secret: &[u8],
) -> Result<String, Fault> {
    let (engine, name) = path(key)?;
    let plaintext = Zeroizing::new(STANDARD.encode(secret));
    let encrypted = ask(
        credentials,
        &key.vault_address,
        &async |client, has_token| {
            let answer = data::encrypt(client, engine, name, &plaintext, None).await;
            answer.map_err(|error| fault::of(&error, has_token))
        },
    )?;
    // An engine of another type may answer too, with what it was sent.
    if encrypted.ciphertext.starts_with(PREFIX) {
        Ok(encrypted.ciphertext)
    } else {
        Err(Fault::new(Cause::BadReply))
    }
}

/// The secret inside such a text, whatever version of the key it was made with.
pub(crate) fn unwrap(
    credentials: &Credentials,
    key: &VaultTransitRecipient,
    ciphertext: &str,
) -> Result<Secret, Fault> {
    let (engine, name) = path(key)?;
    let decrypted = ask(
        credentials,
        &key.vault_address,
        &async |client, has_token| {
            let answer = data::decrypt(client, engine, name, ciphertext, None).await;
            answer.map_err(|error| fault::of(&error, has_token))
        },
    )?;
    let plaintext = Zeroizing::new(decrypted.plaintext);
    match STANDARD.decode(plaintext.as_bytes()) {
        Ok(secret) => Ok(Secret::from(secret)),
        Err(_) => Err(Fault::new(Cause::BadReply)),
    }
}

/// Where the engine is mounted and the key's name. Whoever wrote the file chose them and must not reach other paths with the
/// reader's token.
fn path(key: &VaultTransitRecipient) -> Result<(&str, &str), Fault> {
    let is_plain = |part: &str| !matches!(part, "" | "." | "..");
    let name = key.key_name.as_str();
    if key.engine_path.split('/').all(is_plain) && is_plain(name) && !name.contains('/') {
        Ok((&key.engine_path, name))
    } else {
        let what = "the path of the engine or the name of the key leads elsewhere";
        Err(Fault::new(Cause::Setting(what.to_owned())))
    }
}

/// Sends a request as often as the settings allow, to the address that they and the key say. It is told whether there is a token.
fn ask<T>(
    credentials: &Credentials,
    address: &str,
    request: &impl AsyncFn(&VaultClient, bool) -> Result<T, Fault>,
) -> Result<T, Fault> {
    let access = credentials.vault.as_ref();
    let access = access.ok_or_else(|| Fault::new(Cause::NoCredentials))?;
    let settings = access.settings()?;
    let client = access.client(address)?;
    let network = Network {
        timeout: settings
            .timeout
            .map_or(credentials.network.timeout, |timeout| {
                timeout.min(credentials.network.timeout)
            }),
        attempts: settings.attempts.unwrap_or(credentials.network.attempts),
    };
    let answer = network::repeated(network, async || {
        request(&client, settings.token.is_some()).await
    });
    network::run(network, answer)
}
