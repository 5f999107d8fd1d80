//! Keys of Azure Key Vault: RSA-OAEP with SHA-256, done by the vault, with a version of the key that the file names.
//!
//! Never here: reading the environment or the home folder. Three of the [logins](AzureLogin) are the vendor's own and do that
//! by themselves; what the others need is handed in.

mod certificate;
mod chain;
mod fault;
mod login;
mod probe;
mod vaults;

use azure_core::base64;
use azure_core::http::Response;
use azure_security_keyvault_keys::ResourceExt as _;
use azure_security_keyvault_keys::models::{
    EncryptionAlgorithm, KeyClientEncryptOptions, KeyOperationParameters,
};
use selkie_crypto::{AzureKeyVaultRecipient, Secret};

use self::fault::{Request, fault};
pub use self::login::{AzureLogin, CertificateText};
pub use self::vaults::AzureVaults;
use crate::network::{repeated, run};
use crate::{Cause, Credentials, Fault};

/// The wrapped key as SOPS spells it: base64 in the alphabet of URLs, without padding.
pub(crate) fn wrap(
    credentials: &Credentials,
    recipient: &AzureKeyVaultRecipient,
    secret: &[u8],
) -> Result<String, Fault> {
    if recipient.version.is_empty() {
        // The answer would not say which one it was, and so could no file.
        let reason = "the key's version is not given";
        return Err(Fault::new(Cause::Setting(reason.to_owned())));
    }
    let client = credentials.azure.client(recipient)?;
    let wrapped = run(
        credentials.network,
        repeated(credentials.network, || async {
            let options = KeyClientEncryptOptions {
                key_version: Some(recipient.version.clone()),
                ..KeyClientEncryptOptions::default()
            };
            let request = operation(secret).try_into();
            let request = request.map_err(|error| fault(&error, Request::Encrypt))?;
            let response = client.encrypt(&recipient.name, request, Some(options));
            let response = response.await.and_then(Response::into_model);
            let model = response.map_err(|error| fault(&error, Request::Encrypt))?;
            model.result.ok_or(Fault::new(Cause::BadReply))
        }),
    )?;
    Ok(base64::encode_url_safe(wrapped))
}

/// The secret that was wrapped with this version of the key.
pub(crate) fn unwrap(
    credentials: &Credentials,
    recipient: &AzureKeyVaultRecipient,
    ciphertext: &str,
) -> Result<Secret, Fault> {
    let wrapped = base64::decode_url_safe(ciphertext).map_err(|_| Fault::new(Cause::Foreign))?;
    let client = credentials.azure.client(recipient)?;
    run(
        credentials.network,
        repeated(credentials.network, || async {
            let request = operation(&wrapped).try_into();
            let request = request.map_err(|error| fault(&error, Request::Decrypt))?;
            let response = client.decrypt(&recipient.name, &recipient.version, request, None);
            let response = response.await.and_then(Response::into_model);
            let model = response.map_err(|error| fault(&error, Request::Decrypt))?;
            let secret = model.result.ok_or(Fault::new(Cause::BadReply))?;
            Ok(Secret::from(secret))
        }),
    )
}

/// The key with its newest version, or `None` if it names one. Asked for once in a run, so that all files get the same.
pub(crate) fn resolve(
    credentials: &Credentials,
    recipient: &AzureKeyVaultRecipient,
) -> Result<Option<AzureKeyVaultRecipient>, Fault> {
    if !recipient.version.is_empty() {
        return Ok(None);
    }
    let version = credentials.azure.newest(recipient, || {
        let client = credentials.azure.client(recipient)?;
        run(
            credentials.network,
            repeated(credentials.network, || async {
                let response = client.get_key(&recipient.name, None);
                let response = response.await.and_then(Response::into_model);
                let key = response.and_then(|model| model.resource_id());
                let key = key.map_err(|error| fault(&error, Request::Get))?;
                let version = key.version.filter(|version| vaults::is_name(version));
                version.ok_or(Fault::new(Cause::BadReply))
            }),
        )
    })?;
    Ok(Some(AzureKeyVaultRecipient {
        version,
        ..recipient.clone()
    }))
}

/// What the vault gets. The SDK owns the bytes from here on and does not wipe them.
fn operation(value: &[u8]) -> KeyOperationParameters {
    KeyOperationParameters {
        algorithm: Some(EncryptionAlgorithm::RsaOaep256),
        value: Some(value.to_vec()),
        ..KeyOperationParameters::default()
    }
}

#[cfg(test)]
mod tests;
