//! What is known about reaching Vault: plain data with the meaning of the variables of Vault's own client, looked up by whoever
//! stands at the edge, and only when a key needs it.

use std::collections::HashMap;
use std::fmt;
use std::num::NonZeroU32;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};
use std::time::Duration;

use selkie_crypto::Secret;
use vaultrs::client::VaultClient;

use super::{Allowlist, client};
use crate::{Cause, Fault};

/// How Vault is reached, whatever a key's address.
#[derive(Default)]
pub struct Settings {
    /// Who asks; without it an agent may add its own.
    pub token: Option<Secret>,
    /// `VAULT_ADDR`: where the token belongs. Keys have addresses of their own.
    pub address: Option<String>,
    /// `VAULT_AGENT_ADDR`: asked in the place of every address.
    pub agent_address: Option<String>,
    /// Which addresses keys may have.
    pub allowed: Allowlist,
    /// `VAULT_NAMESPACE`
    pub namespace: Option<String>,
    /// PEM certificates of the authorities that are believed, in the place of the system's.
    pub authorities: Option<Vec<Vec<u8>>>,
    /// A client certificate and its key, both PEM.
    pub identity: Option<Secret>,
    /// `VAULT_SKIP_VERIFY`: whoever answers is believed.
    pub skip_verify: bool,
    /// `VAULT_TLS_SERVER_NAME`: the name that the certificate must have, in the place of the address's.
    pub server_name: Option<String>,
    /// `VAULT_PROXY_ADDR` or `VAULT_HTTP_PROXY`
    pub proxy: Option<String>,
    /// `VAULT_HEADERS`: sent with every request.
    pub headers: Vec<(String, Secret)>,
    /// `VAULT_CLIENT_TIMEOUT`: for one key, if it is less than the run allows.
    pub timeout: Option<Duration>,
    /// `VAULT_MAX_RETRIES` and the first attempt.
    pub attempts: Option<NonZeroU32>,
}

impl fmt::Debug for Settings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Settings").finish_non_exhaustive()
    }
}

type Read = Box<dyn Fn() -> Result<Settings, String> + Send + Sync>;
type Warn = Box<dyn Fn(&str) + Send + Sync>;

/// The settings, read once and only for a key that needs them, and the clients made with them: one per address.
pub struct VaultAccess {
    read: Read,
    warn: Warn,
    settings: OnceLock<Result<Settings, String>>,
    clients: Mutex<HashMap<String, Arc<VaultClient>>>,
}

impl fmt::Debug for VaultAccess {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("VaultAccess").finish_non_exhaustive()
    }
}

impl VaultAccess {
    /// `read` looks the settings up, or says what is wrong with them, without a value of theirs. `warn` is told each address to which
    /// the token goes without anybody having named it.
    pub fn new(
        read: impl Fn() -> Result<Settings, String> + Send + Sync + 'static,
        warn: impl Fn(&str) + Send + Sync + 'static,
    ) -> Self {
        Self {
            read: Box::new(read),
            warn: Box::new(warn),
            settings: OnceLock::new(),
            clients: Mutex::default(),
        }
    }

    pub(super) fn settings(&self) -> Result<&Settings, Fault> {
        let settings = self.settings.get_or_init(|| (self.read)());
        let settings = settings.as_ref();
        settings.map_err(|problem| Fault::new(Cause::Setting(problem.clone())))
    }

    /// The client for keys at this address.
    pub(super) fn client(&self, address: &str) -> Result<Arc<VaultClient>, Fault> {
        let settings = self.settings()?;
        if !settings.allowed.allows(address) {
            let what = "SOPS_HC_VAULT_ALLOWLIST does not allow this address";
            return Err(Fault::new(Cause::Setting(what.to_owned())));
        }
        let clients = self.clients.lock();
        let mut clients = clients.unwrap_or_else(PoisonError::into_inner);
        if let Some(client) = clients.get(address) {
            return Ok(Arc::clone(client));
        }
        let asked = settings.agent_address.as_deref().unwrap_or(address);
        let client = Arc::new(client::make(settings, asked)?);
        if settings.token.is_some() && !is_named(settings, address) {
            (self.warn)(address);
        }
        clients.insert(address.to_owned(), Arc::clone(&client));
        Ok(client)
    }
}

/// Whether the user, and not only the file, says that the token belongs there.
fn is_named(settings: &Settings, address: &str) -> bool {
    let bare = |text: &str| text.trim_end_matches('/').to_owned();
    let own = settings.address.as_deref().map(bare);
    settings.agent_address.is_some()
        || settings.allowed.names(address)
        || own.is_some_and(|own| own == bare(address))
}
