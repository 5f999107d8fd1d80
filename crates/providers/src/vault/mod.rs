//! Key-value engines of Vault and `OpenBao`, for the blocks `vault` and `openBao`.
//!
//! One instance per store and identity: its readers share connections and one token. Never here: repeated requests and remembered values, which
//! are the business of the layer above; a property, which is looked up in what was read; a word of the server's in a failure.

mod client;
mod fault;
mod kv;
mod login;
mod paths;
mod settings;
mod token;

use std::fmt;

use futures::future::BoxFuture;
use selkie_api::Cause;
use selkie_api::store::vault::KvVersion;
use selkie_crypto::Secret;
use serde::Deserialize;

pub use settings::Spec;

use crate::connect::Means;
use crate::{Address, Dialect, Failure, Find, Found, Provider, Reference, Remote, Validity};
use client::{Answer, Ask, Client};
use paths::{Layout, Path};
use settings::Settings;
use token::Tokens;

/// A store in Vault or `OpenBao`.
pub struct Vault {
    dialect: Dialect,
    layout: Layout,
    client: Client,
    tokens: Tokens,
}

impl Vault {
    /// What the caller has to resolve before it can connect.
    pub fn references(spec: Spec<'_>) -> Vec<Reference> {
        static NOTHING: Secret = Secret::new();
        let mut references = Vec::new();
        let mut collect = |reference| {
            references.push(reference);
            Ok(&NOTHING)
        };
        // A spec that is wrong is told when it connects.
        drop(Settings::new(spec, &mut collect, None));
        references
    }

    /// Makes ready to ask; nothing is sent yet.
    pub fn connect(spec: Spec<'_>, means: &Means) -> Result<Self, Failure> {
        let mut resolve = |reference| means.credentials.get(&reference);
        let settings = Settings::new(spec, &mut resolve, Some(means))?;
        Ok(Self {
            client: Client::new(&settings, &means.reach)?,
            dialect: settings.dialect,
            layout: settings.layout,
            tokens: Tokens::new(settings.login),
        })
    }

    /// Asks with the token of the store; with another one if the server does not know it any more.
    async fn ask(&self, ask: &Ask<'_>) -> Result<Answer, Failure> {
        let token = self.tokens.current(&self.client).await?;
        let answer = self.client.send(ask, token.as_deref()).await?;
        if answer.status == 403
            && let Some(refused) = &token
            && self.tokens.replace(&self.client, refused).await?
        {
            let token = self.tokens.current(&self.client).await?;
            return self.client.send(ask, token.as_deref()).await;
        }
        Ok(answer)
    }

    fn has_token(&self) -> bool {
        self.tokens.are_there()
    }

    async fn check(&self) -> Result<Validity, Failure> {
        self.tokens.prove(&self.client).await?;
        if self.dialect == Dialect::OpenBao {
            self.check_mount().await?;
        }
        Ok(Validity::Valid)
    }

    /// Whether the engine is there and of the version that the spec names, which the peer asks `OpenBao` alone.
    async fn check_mount(&self) -> Result<(), Failure> {
        #[derive(Deserialize)]
        struct Whole {
            data: Mount,
        }
        #[derive(Deserialize)]
        struct Mount {
            r#type: String,
            options: Option<Options>,
        }
        #[derive(Deserialize)]
        struct Options {
            version: Option<String>,
        }
        let mount = self.layout.mount.as_deref().unwrap_or_default();
        let path = Path::of("sys/internal/ui/mounts")?.and(None, mount)?;
        let answer = self.ask(&Ask::Read(&path, None)).await?;
        if !answer.is_success() {
            return Err(fault::of(&answer, mount, self.has_token()));
        }
        let whole: Whole = serde_json::from_slice(answer.body.expose())
            .map_err(|_| fault::strange(&path.to_string()))?;
        let version = whole.data.options.and_then(|options| options.version);
        let is_two = version.as_deref() == Some("2");
        let what = if whole.data.r#type != "kv" {
            "is no key-value engine"
        } else if is_two != (self.layout.version == KvVersion::V2) {
            "is a key-value engine of another version"
        } else {
            return Ok(());
        };
        Err(Failure::new(Cause::InvalidSpec, format!("{mount} {what}")))
    }
}

impl Provider for Vault {
    fn read<'a>(&'a self, at: &'a Address) -> BoxFuture<'a, Result<Option<Remote>, Failure>> {
        Box::pin(self.at(at))
    }

    fn list<'a>(&'a self, find: &'a Find) -> BoxFuture<'a, Result<Option<Found>, Failure>> {
        Box::pin(self.search(find))
    }

    fn validate(&self) -> BoxFuture<'_, Result<Validity, Failure>> {
        Box::pin(self.check())
    }

    fn is_over(&self) -> bool {
        self.tokens.is_over()
    }

    fn close(&self) -> BoxFuture<'_, ()> {
        Box::pin(self.tokens.give_back(&self.client))
    }
}

impl fmt::Debug for Vault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Vault").finish_non_exhaustive()
    }
}
