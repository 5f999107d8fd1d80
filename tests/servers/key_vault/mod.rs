//! A stand-in for Azure Key Vault and the directory that its tokens come from, honest enough for the vendor's own clients: they must
//! work against it unmodified before ours may use it.
//!
//! It is reached as a proxy, under the real names: `HTTPS_PROXY` leads every client here, and no name needs to be mapped. Whatever is
//! asked of any other host is refused and written down. It proves our wiring, not the service.
//!
//! What it refuses, the service refuses: a request without a token (and it complains of every body that came with one), a token for
//! another audience, an expired or forged one, a request without `api-version`, keys and versions that are not there, disabled,
//! expired or deleted, other algorithms than RSA-OAEP-256, base64 with padding; secrets that are not there, disabled or deleted, and names that the
//! service does not have. A list has one thing on each page.

mod certificates;
mod direct;
mod directory;
mod keys;
mod login;
mod machine;
mod secrets;
mod token;
mod tunnel;
mod vault;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

pub use self::certificates::Certificates;
pub use self::direct::Direct;
pub use self::directory::{Application, Directory, Federation};
pub use self::keys::Keys;
pub use self::secrets::Secrets;
use super::tls::Authority;

/// A cloud of Azure's: who gives its tokens, and the end of its vaults' names.
#[derive(Clone, Copy, Debug)]
pub struct Cloud {
    login: &'static str,
    vaults: &'static str,
}

impl Cloud {
    /// The address of one of its hosts: with TLS, but on this machine.
    fn at(host: &str) -> String {
        let scheme = if host.contains(':') { "http" } else { "https" };
        format!("{scheme}://{host}")
    }

    /// Who gives tokens.
    fn authority(&self) -> String {
        Self::at(self.login)
    }

    /// What tokens for its vaults are for.
    fn resource(&self) -> String {
        Self::at(self.vaults)
    }
}

/// What one vault holds.
#[derive(Debug, Default)]
pub struct Vault {
    /// Its keys.
    pub keys: Keys,
    /// Its secrets.
    pub secrets: Secrets,
    /// Its certificates.
    pub certificates: Certificates,
    /// How many of the next requests are answered with 429, and for how many seconds the vault then wants to be left alone.
    pub busy: Option<(usize, Option<u64>)>,
}

/// The public cloud, that of the United States' government, and that in China.
pub const CLOUDS: [Cloud; 3] = [
    Cloud {
        login: "login.microsoftonline.com",
        vaults: "vault.azure.net",
    },
    Cloud {
        login: "login.microsoftonline.us",
        vaults: "vault.usgovcloudapi.net",
    },
    Cloud {
        login: "login.chinacloudapi.cn",
        vaults: "vault.azure.cn",
    },
];

/// Vaults that always fail in one way, in the public cloud.
pub mod failing {
    /// Answers 429 to whoever is logged in.
    pub const THROTTLED: &str = "https://throttled.vault.azure.net";
    /// Answers 503 to whoever is logged in.
    pub const BROKEN: &str = "https://broken.vault.azure.net";
    /// Takes requests and says nothing.
    pub const SILENT: &str = "https://silent.vault.azure.net";
    /// Takes requests and never comes to the end of its answer.
    pub const DRIPPING: &str = "https://dripping.vault.azure.net";
    /// Does not let anybody connect, for as long as they wait.
    pub const UNANSWERED: &str = "https://unanswered.vault.azure.net";
    /// Does not exist.
    pub const NOWHERE: &str = "https://nowhere.vault.azure.net";
    /// No vault, but asks for a vault's token.
    pub const IMPOSTOR: &str = "https://vault.impostor.test";
}

/// The stand-in. Its threads end with the test process.
#[derive(Debug)]
pub struct KeyVault {
    port: u16,
    authority: Authority,
    inner: Arc<Inner>,
}

/// What all its threads share.
#[derive(Debug, Default)]
struct Inner {
    directory: Directory,
    vaults: Mutex<BTreeMap<String, Vault>>,
    notes: Mutex<Notes>,
    is_machine: AtomicBool,
}

#[derive(Debug, Default)]
struct Notes {
    calls: BTreeMap<&'static str, usize>,
    complaints: Vec<String>,
    strangers: Vec<String>,
}

impl KeyVault {
    /// Starts one with empty vaults.
    ///
    /// # Panics
    /// If loopback has no free port.
    pub fn start() -> Self {
        let authority = Authority::new();
        let inner = Arc::new(Inner::default());
        let port = tunnel::start(&authority, &inner);
        Self {
            port,
            authority,
            inner,
        }
    }

    /// The variables that lead a client here; the authority's certificate is written into `folder`.
    pub fn env(&self, folder: &Path) -> Vec<(String, String)> {
        let file = self.authority.file(folder);
        let proxy = format!("http://127.0.0.1:{}", self.port);
        let file = file.display().to_string();
        [
            ("HTTPS_PROXY", proxy.clone()),
            ("HTTP_PROXY", proxy),
            // Go and ours; Python.
            ("SSL_CERT_FILE", file.clone()),
            ("REQUESTS_CA_BUNDLE", file),
        ]
        .map(|(name, value)| (name.to_owned(), value))
        .to_vec()
    }

    /// The variables of a managed identity, as App Service sets them.
    pub fn managed_identity(&self) -> Vec<(String, String)> {
        vec![
            (
                "IDENTITY_ENDPOINT".to_owned(),
                format!("http://127.0.0.1:{}/msi/token", self.port),
            ),
            (
                "IDENTITY_HEADER".to_owned(),
                self.inner.directory.machine.clone(),
            ),
        ]
    }

    /// From now on clients are on a virtual machine of Azure's, which has an identity.
    pub fn be_machine(&self) {
        self.inner.is_machine.store(true, Ordering::Relaxed);
    }

    /// Who may log in.
    pub fn directory(&self) -> &Directory {
        &self.inner.directory
    }

    /// Does something to a vault, which is `https://NAME.vault.azure.net`, that of another cloud, or one that is reached [directly](Self::direct).
    pub fn with_vault<T>(&self, vault_url: &str, work: impl FnOnce(&mut Vault) -> T) -> T {
        let mut vaults = lock(&self.inner.vaults);
        work(vaults.entry(vault_url.to_owned()).or_default())
    }

    /// Does something to the keys of a vault.
    pub fn with_keys<T>(&self, vault_url: &str, work: impl FnOnce(&mut Keys) -> T) -> T {
        self.with_vault(vault_url, |vault| work(&mut vault.keys))
    }

    /// Does something to the secrets of a vault.
    pub fn with_secrets<T>(&self, vault_url: &str, work: impl FnOnce(&mut Secrets) -> T) -> T {
        self.with_vault(vault_url, |vault| work(&mut vault.secrets))
    }

    /// Opens a way in for clients that cannot be led here by a proxy.
    pub fn direct(&self) -> Direct {
        Direct::start(&self.inner)
    }

    /// How often each thing was asked since the last time: `token`, `machine`, `challenge`, `get`, `list`, `encrypt`, `decrypt` and
    /// so on.
    pub fn take_calls(&self) -> BTreeMap<&'static str, usize> {
        std::mem::take(&mut lock(&self.inner.notes).calls)
    }

    /// What no client may do, and one did.
    pub fn complaints(&self) -> Vec<String> {
        lock(&self.inner.notes).complaints.clone()
    }

    /// Hosts that were asked for and are none of ours.
    pub fn strangers(&self) -> Vec<String> {
        lock(&self.inner.notes).strangers.clone()
    }
}

impl Inner {
    fn count(&self, call: &'static str) {
        *lock(&self.notes).calls.entry(call).or_default() += 1;
    }

    fn complain(&self, what: String) {
        lock(&self.notes).complaints.push(what);
    }

    fn stranger(&self, host: &str) {
        lock(&self.notes).strangers.push(host.to_owned());
    }
}

fn lock<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Where the script lies with which the vendor's Python client goes through everything.
pub fn python_script() -> PathBuf {
    crate::repository::top().join("tests/servers/key_vault/client.py")
}
