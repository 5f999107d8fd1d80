//! The keys that requests are signed with: given, lent for a token of an account, or the process's own; and those of roles that are assumed with
//! them, one after the other.
//!
//! Who needs keys while they are being got waits for that one login. Never here: what is signed.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::UNIX_EPOCH;

use aws_config::{BehaviorVersion, Region};
use aws_credential_types::Credentials;
use aws_credential_types::provider::error::CredentialsError;
use aws_credential_types::provider::{ProvideCredentials as _, SharedCredentialsProvider};
use selkie_api::Cause;
use selkie_crypto::Secret;
use tokio::sync::{Mutex, OnceCell};
use tokio::time::Instant;

use super::sts::Sts;
use crate::Failure;
use crate::connect::Means;
use crate::session::Session;

/// Keys with less time left count as none: requests take time, and clocks differ.
const MARGIN: u64 = 60;

/// Keys that are lent for a token are got anew with a new token so long before they end, so that nobody ever waits for it.
const EARLY: u64 = 300;

/// Where keys come from.
pub(crate) enum Base {
    /// They stand in a Secret.
    Keys(Credentials),
    /// They are lent to an account of the cluster.
    Account { role: String, token: Secret },
    /// They are the process's own.
    Own(Own),
}

/// A role to assume.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Role {
    pub(crate) arn: String,
    pub(crate) external_id: Option<String>,
    pub(crate) tags: Vec<(String, String)>,
    pub(crate) transitive: Vec<String>,
}

/// Who signs.
pub(crate) struct Identity {
    base: Base,
    roles: Vec<Role>,
    /// Only where keys are asked for.
    sts: Option<Sts>,
    clock: Arc<dyn Fn() -> u64 + Send + Sync>,
    session: Mutex<Session<Credentials>>,
    /// When the keys that were lent end, in seconds since 1970; zero before there are any.
    end: AtomicU64,
}

impl Role {
    pub(crate) fn plain(arn: impl Into<String>) -> Self {
        Self {
            arn: arn.into(),
            ..Self::default()
        }
    }
}

impl Identity {
    pub(super) fn new(
        base: Base,
        roles: Vec<Role>,
        region: &str,
        means: &Means,
    ) -> Result<Self, Failure> {
        let asks = !roles.is_empty() || matches!(base, Base::Account { .. });
        let sts = asks.then(|| Sts::new(region, means)).transpose()?;
        Ok(Self {
            base,
            roles,
            sts,
            clock: Arc::clone(&means.clock),
            session: Mutex::default(),
            end: AtomicU64::new(0),
        })
    }

    /// The keys to sign with.
    pub(crate) async fn keys(&self) -> Result<Credentials, Failure> {
        let asked = Instant::now();
        let mut session = self.session.lock().await;
        if let Some(held) = session.held.as_ref().filter(|it| self.is_good(it)) {
            return Ok(held.clone());
        }
        // A login goes through the chain of the vendor's library, which is large; whoever finds keys has no part of it.
        let login = Box::pin(self.log_in());
        let keys = session.begin(asked, login).await?;
        let end = end(keys).unwrap_or_default();
        self.end.store(end, Ordering::Relaxed);
        Ok(keys.clone())
    }

    /// Gives up keys that a service calls expired. Returns whether others can be had.
    pub(super) async fn forget(&self, refused: &Credentials) -> bool {
        if self.roles.is_empty() && matches!(self.base, Base::Keys(_)) {
            return false;
        }
        let mut session = self.session.lock().await;
        if session.held.as_ref() == Some(refused) {
            session.held = None;
        }
        true
    }

    /// Whether a new token is due.
    pub(crate) fn is_over(&self) -> bool {
        let end = self.end.load(Ordering::Relaxed);
        matches!(self.base, Base::Account { .. }) && end != 0 && (self.clock)() + EARLY >= end
    }

    fn is_good(&self, keys: &Credentials) -> bool {
        end(keys).is_none_or(|end| (self.clock)() + MARGIN < end)
    }

    async fn log_in(&self) -> Result<Credentials, Failure> {
        let mut keys = match (&self.base, &self.sts) {
            (Base::Keys(keys), _) => keys.clone(),
            (Base::Account { role, token }, Some(sts)) => sts.lend(role, token).await?,
            (Base::Own(own), _) => own.keys().await?,
            (Base::Account { .. }, None) => return Err(nobody()),
        };
        for role in &self.roles {
            let sts = self.sts.as_ref().ok_or_else(nobody)?;
            let assumed = sts.assume(role, &keys).await?;
            // What was assumed with keys that end is to be got anew when they do.
            let ends = [end(&keys), end(&assumed)].into_iter().flatten().min();
            keys = until(&assumed, ends);
        }
        Ok(keys)
    }
}

/// When keys end, in seconds since 1970.
fn end(keys: &Credentials) -> Option<u64> {
    let end = keys.expiry()?.duration_since(UNIX_EPOCH).ok()?;
    Some(end.as_secs())
}

fn until(keys: &Credentials, end: Option<u64>) -> Credentials {
    Credentials::new(
        keys.access_key_id(),
        keys.secret_access_key(),
        keys.session_token().map(str::to_owned),
        end.map(super::sign::time),
        "assumed",
    )
}

fn nobody() -> Failure {
    Failure::new(Cause::CredentialsMissing, "nobody lends keys")
}

/// The process's own identity, as the vendor's chain finds it: variables, a token of the pod, the machine.
pub(crate) struct Own {
    region: String,
    chain: OnceCell<Option<SharedCredentialsProvider>>,
}

impl Own {
    pub(super) fn new(region: &str) -> Self {
        Self {
            region: region.to_owned(),
            chain: OnceCell::new(),
        }
    }

    async fn keys(&self) -> Result<Credentials, Failure> {
        let found = self.chain.get_or_init(async || {
            let config = aws_config::defaults(BehaviorVersion::latest())
                .region(Region::new(self.region.clone()))
                .load()
                .await;
            config.credentials_provider()
        });
        let chain = found.await.as_ref().ok_or_else(none)?;
        let found = chain.provide_credentials().await;
        found.map_err(|error| match error {
            CredentialsError::CredentialsNotLoaded(_)
            | CredentialsError::InvalidConfiguration(_) => none(),
            CredentialsError::ProviderTimedOut(_) => {
                let what = "whoever gives the controller's own keys does not answer";
                Failure::new(Cause::Timeout, what)
            }
            _ => {
                let what = "the controller's own identity at AWS gets no keys";
                Failure::new(Cause::Unauthorized, what)
            }
        })
    }
}

fn none() -> Failure {
    let what = "the controller has no identity of its own at AWS, and the store has no auth";
    Failure::new(Cause::CredentialsMissing, what)
}
