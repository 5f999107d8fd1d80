//! Provider `azurekv`: secrets, keys and certificates of a vault of Azure Key Vault.
//!
//! Asked with requests of our own and not through the vendor's crates, which `keys` has: those keep what was read in texts that nobody wipes, put
//! the service's words into their errors, and would be a client for each kind of object where each read is one request. Never here: repeated
//! requests and remembered values, which are the business of the layer above; a property, which is looked up in what was read; a word of the
//! service's in a failure.

mod certificate;
mod client;
mod cloud;
mod fault;
mod find;
mod login;
mod needs;
mod object;
mod token;

#[cfg(test)]
mod tests;

use std::fmt;
use std::sync::Arc;

use futures::future::BoxFuture;
use selkie_api::store::azurekv::AzureKv as Spec;
use tokio::sync::OnceCell;

use crate::{Address, Failure, Find, Found, Means, Provider, Reference, Remote, Validity, What};
use client::{Answer, Client};
use cloud::Cloud;
use login::Login;
use needs::Needs;
use object::Object;
use token::Tokens;

/// A store in Azure Key Vault.
pub struct AzureKv {
    client: Client,
    cloud: Cloud,
    tokens: Tokens,
    /// What tokens are for, where the cloud does not say and the vault has to be asked.
    resource: OnceCell<String>,
    /// Whose rules the spec asks for: those of the newer library, or those of the old one.
    newer: bool,
}

impl AzureKv {
    /// What the caller has to resolve before it can connect.
    pub fn references(spec: &Spec) -> Vec<Reference> {
        Needs::of(spec).all()
    }

    /// Makes ready to ask; nothing is sent yet.
    pub fn connect(spec: &Spec, means: &Means) -> Result<Self, Failure> {
        let cloud = Cloud::of(spec, &means.reach)?;
        let client = Client::new(&spec.vault_url, &means.reach)?;
        cloud.check_vault(client.url())?;
        let login = Login::new(spec, &Needs::of(spec), means)?;
        Ok(Self {
            tokens: Tokens::new(login, &cloud, &means.reach)?,
            client,
            cloud,
            resource: OnceCell::new(),
            newer: spec.use_azure_sdk(),
        })
    }

    async fn at(&self, at: &Address) -> Result<Option<Remote>, Failure> {
        let object = Object::parse(&at.key)?;
        let path = object.path(at.version.as_deref())?;
        let url = self.client.address(&path)?;
        let answer = self.ask(&url).await?;
        if answer.status == 404 {
            return Ok(None);
        }
        if !answer.is_success() {
            return Err(fault::of(&answer, &at.key));
        }
        let remote = match at.what {
            What::Value => object.value(&answer.body, &at.key, self.newer),
            What::Metadata => object.tags(&answer.body, &at.key, self.newer),
        };
        remote
            .map(Some)
            .ok_or_else(|| fault::strange(&format!("{}: the vault", at.key)))
    }

    /// Asks with the token of the store; with another one if the vault does not take it any more.
    async fn ask(&self, url: &reqwest::Url) -> Result<Answer, Failure> {
        let resource = self.resource().await?;
        let token = self.tokens.current(resource).await?;
        let answer = self.client.get(url, Some(&token)).await?;
        if answer.status == 401 && self.tokens.replace(resource, &token).await? {
            let token: Arc<_> = self.tokens.current(resource).await?;
            return self.client.get(url, Some(&token)).await;
        }
        Ok(answer)
    }

    /// What tokens for the vault are for.
    async fn resource(&self) -> Result<&str, Failure> {
        if let Some(resource) = self.cloud.resource() {
            return Ok(resource);
        }
        let asked = self.resource.get_or_try_init(|| async {
            let named = self.client.challenge().await?;
            cloud::check_challenge(&named, self.client.url())?;
            Ok(named)
        });
        asked.await.map(String::as_str)
    }

    /// Whether the address is a vault's that takes our tokens, and whether the login is taken. Reading would need a right to something.
    async fn check(&self) -> Result<Validity, Failure> {
        let resource = self.resource().await?;
        if self.cloud.resource().is_some() {
            let named = self.client.challenge().await?;
            cloud::check_resource(&named, resource)?;
        }
        self.tokens.current(resource).await?;
        Ok(Validity::Valid)
    }
}

impl Provider for AzureKv {
    fn read<'a>(&'a self, at: &'a Address) -> BoxFuture<'a, Result<Option<Remote>, Failure>> {
        Box::pin(self.at(at))
    }

    fn list<'a>(&'a self, find: &'a Find) -> BoxFuture<'a, Result<Option<Found>, Failure>> {
        Box::pin(async { self.search(find).await.map(Some) })
    }

    fn validate(&self) -> BoxFuture<'_, Result<Validity, Failure>> {
        Box::pin(self.check())
    }
}

impl fmt::Debug for AzureKv {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AzureKv").finish_non_exhaustive()
    }
}
