//! The clients of a run: one per vault, made when its first key is used, and all with the one login that works.

use std::collections::HashMap;
use std::fmt;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use azure_core::credentials::TokenCredential;
use azure_core::http::{ClientOptions, RetryOptions, Transport};
use azure_security_keyvault_keys::{KeyClient, KeyClientOptions};
use selkie_crypto::AzureKeyVaultRecipient;

use super::chain::Chain;
use super::login::AzureLogin;
use crate::{Access, Cause, Fault};

/// How Azure's vaults are reached.
#[derive(Default)]
pub struct AzureVaults {
    /// `None` if nothing may be used.
    logins: Option<Arc<[AzureLogin]>>,
    shared: OnceLock<Result<Shared, Fault>>,
    clients: Mutex<HashMap<String, Arc<KeyClient>>>,
    newest: Mutex<HashMap<(String, String), Result<String, Fault>>>,
}

/// What the clients of all vaults share.
struct Shared {
    options: ClientOptions,
    credential: Arc<dyn TokenCredential>,
}

impl AzureVaults {
    /// Vaults that are opened with these logins, the first that works; [`Access::Ambient`] stands for those of the vendor's own.
    pub fn new(access: Access<Vec<AzureLogin>>) -> Self {
        let logins = match access {
            Access::Nothing => None,
            Access::Given(logins) => Some(logins),
            Access::Ambient => Some(AzureLogin::ambient()),
        };
        Self {
            logins: logins.map(Arc::from),
            ..Self::default()
        }
    }

    /// The client of the vault that holds the key.
    pub(super) fn client(&self, key: &AzureKeyVaultRecipient) -> Result<Arc<KeyClient>, Fault> {
        is_sound(key)?;
        let shared = match self.shared.get_or_init(|| self.share()) {
            Ok(shared) => shared,
            Err(fault) => return Err(fault.clone()),
        };
        let mut clients = self.clients.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(client) = clients.get(&key.vault_url) {
            return Ok(Arc::clone(client));
        }
        let options = KeyClientOptions {
            client_options: shared.options.clone(),
            ..KeyClientOptions::default()
        };
        let client = KeyClient::new(
            &key.vault_url,
            Arc::clone(&shared.credential),
            Some(options),
        )
        .map_err(|_| Fault::new(Cause::Setting("the vault's address is none".to_owned())))?;
        let client = Arc::new(client);
        clients.insert(key.vault_url.clone(), Arc::clone(&client));
        Ok(client)
    }

    /// The newest version of a key as this run has found it, or finds it now. It may also have found that there is none to be had.
    pub(super) fn newest(
        &self,
        key: &AzureKeyVaultRecipient,
        find: impl FnOnce() -> Result<String, Fault>,
    ) -> Result<String, Fault> {
        // Held while asking: many files wait for one answer, and do not ask again.
        let mut newest = self.newest.lock().unwrap_or_else(PoisonError::into_inner);
        let name = (key.vault_url.clone(), key.name.clone());
        newest.entry(name).or_insert_with(find).clone()
    }

    fn share(&self) -> Result<Shared, Fault> {
        let logins = self
            .logins
            .as_ref()
            .ok_or(Fault::new(Cause::NoCredentials))?;
        // Certificates are those of the system, or of SSL_CERT_FILE and SSL_CERT_DIR, as in Go; proxies those of the environment.
        let http = reqwest::Client::builder()
            .redirect(reqwest::redirect::Policy::none())
            .build()
            .map_err(|_| {
                let reason = "TLS cannot be set up with the system's certificates or SSL_CERT_FILE";
                Fault::new(Cause::Setting(reason.to_owned()))
            })?;
        let options = ClientOptions {
            // A key is tried again as a whole, so that attempts are counted in one place.
            retry: RetryOptions::none(),
            transport: Some(Transport::new(Arc::new(http.clone()))),
            ..ClientOptions::default()
        };
        Ok(Shared {
            credential: Arc::new(Chain::new(Arc::clone(logins), options.clone(), http)),
            options,
        })
    }
}

impl fmt::Debug for AzureVaults {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AzureVaults").finish_non_exhaustive()
    }
}

/// A file can name anything, and the SDK puts names into addresses as they are.
fn is_sound(key: &AzureKeyVaultRecipient) -> Result<(), Fault> {
    let reason = if !key.vault_url.starts_with("https://") {
        "the vault's address is not one of https"
    } else if !is_name(&key.name) {
        "the key's name is none of Key Vault's"
    } else if !key.version.is_empty() && !is_name(&key.version) {
        "the key's version is none of Key Vault's"
    } else {
        return Ok(());
    };
    Err(Fault::new(Cause::Setting(reason.to_owned())))
}

/// Names and versions in a vault are letters, digits and dashes.
pub(super) fn is_name(text: &str) -> bool {
    !text.is_empty()
        && text
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
}
