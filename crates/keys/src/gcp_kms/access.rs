//! What is known about reaching Cloud KMS and Cloud Storage: plain data, looked up by whoever stands at the edge, and only when a key needs it.

use std::fmt;
use std::sync::OnceLock;

use reqwest::Client;
use selkie_crypto::Secret;
use tokio::sync::Mutex;
use zeroize::Zeroizing;

use super::api::Service;
use super::storage::Storage;
use super::token::{Login, Token};
use crate::{Cause, Fault};

/// Who asks, and where.
#[derive(Default)]
pub struct Settings {
    /// Who asks; none was found where Google's library looks.
    pub credential: Option<Credential>,
    /// `SOPS_GCP_KMS_ENDPOINT`: a URL, or a host with a port.
    pub endpoint: Option<String>,
    /// `SOPS_GCP_KMS_UNIVERSE_DOMAIN`
    pub universe_domain: Option<String>,
    /// `GOOGLE_CLOUD_QUOTA_PROJECT`
    pub quota_project: Option<String>,
    /// `SELKIE_GCS_ENDPOINT`: a URL, for a bucket that is reached by a private address.
    pub storage_endpoint: Option<String>,
    /// `STORAGE_EMULATOR_HOST`: a URL or a host with a port, which gets no token.
    pub storage_emulator: Option<String>,
}

/// The ways to say who asks.
pub enum Credential {
    /// The JSON text of a file of credentials, and where it is from.
    File(Secret, String),
    /// `GOOGLE_OAUTH_ACCESS_TOKEN`
    Token(Secret),
    /// The metadata server of the machine, `HOST[:PORT]`.
    Metadata(String),
}

impl fmt::Debug for Settings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Settings").finish_non_exhaustive()
    }
}

impl fmt::Debug for Credential {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Credential").finish_non_exhaustive()
    }
}

type Read = Box<dyn Fn() -> Result<Settings, String> + Send + Sync>;
type Clock = Box<dyn Fn() -> u64 + Send + Sync>;

/// The settings, read once and only for a key that needs them, the client made with them, and the token of the moment.
pub struct GcpAccess {
    read: Read,
    clock: Clock,
    service: OnceLock<Result<Service, Fault>>,
    storage: OnceLock<Result<Storage, Fault>>,
    token: Mutex<Option<Token>>,
}

impl fmt::Debug for GcpAccess {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("GcpAccess").finish_non_exhaustive()
    }
}

impl GcpAccess {
    /// `read` looks the settings up, or says what is wrong with them, without a value of theirs. `clock` tells the seconds since
    /// 1970, which signed requests for tokens carry.
    pub fn new(
        read: impl Fn() -> Result<Settings, String> + Send + Sync + 'static,
        clock: impl Fn() -> u64 + Send + Sync + 'static,
    ) -> Self {
        Self {
            read: Box::new(read),
            clock: Box::new(clock),
            service: OnceLock::new(),
            storage: OnceLock::new(),
            token: Mutex::default(),
        }
    }

    pub(super) fn service(&self) -> Result<&Service, Fault> {
        let make = || {
            let settings = self.settings()?;
            Service::new(&settings, login(&settings)?)
        };
        self.service
            .get_or_init(make)
            .as_ref()
            .map_err(Clone::clone)
    }

    pub(super) fn storage(&self) -> Result<&Storage, Fault> {
        let make = || {
            let settings = self.settings()?;
            match &settings.storage_emulator {
                Some(emulator) => Storage::emulator(emulator),
                None => Storage::new(&settings, login(&settings)?),
            }
        };
        self.storage
            .get_or_init(make)
            .as_ref()
            .map_err(Clone::clone)
    }

    fn settings(&self) -> Result<Settings, Fault> {
        (self.read)().map_err(|what| Fault::new(Cause::Setting(what)))
    }

    /// A token that is valid for a while yet, for either service. Who finds none asks for one while the others wait for it.
    pub(super) async fn token(
        &self,
        login: &Login,
        http: &Client,
    ) -> Result<Zeroizing<String>, Fault> {
        let mut held = self.token.lock().await;
        let now = (self.clock)();
        if let Some(token) = held.as_ref().filter(|token| token.is_good_at(now)) {
            return Ok(token.text.clone());
        }
        let token = login.token(http, now).await?;
        let text = token.text.clone();
        *held = Some(token);
        Ok(text)
    }
}

fn login(settings: &Settings) -> Result<Login, Fault> {
    let credential = settings.credential.as_ref();
    Login::new(credential.ok_or_else(|| Fault::new(Cause::NoCredentials))?)
}
