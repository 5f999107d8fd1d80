//! What a store is asked through: one block of settings per provider. How a provider works is the business of `providers`.

pub mod aws;
pub mod azurekv;
pub mod fake;
pub mod kubernetes;
pub mod open_bao;
pub mod sops;
pub mod vault;
pub mod webhook;

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use aws::Aws;
use azurekv::AzureKv;
use fake::Fake;
use kubernetes::Kubernetes;
use open_bao::OpenBao;
use sops::Sops;
use vault::Vault;
use webhook::Webhook;

/// A provider's settings: exactly one of them.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(extend("minProperties" = 1, "maxProperties" = 1))]
pub struct Provider {
    /// Secrets Manager or Parameter Store of AWS.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub aws: Option<Box<Aws>>,
    /// A vault of Azure Key Vault.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub azurekv: Option<Box<AzureKv>>,
    /// HashiCorp Vault, or whatever speaks its language, with a key-value engine.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub vault: Option<Box<Vault>>,
    /// OpenBao, with a key-value engine.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub open_bao: Option<Box<OpenBao>>,
    /// Secrets of another cluster or namespace.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub kubernetes: Option<Box<Kubernetes>>,
    /// Values that stand in the store itself, for tests.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub fake: Option<Box<Fake>>,
    /// Files encrypted by SOPS or by this project, decrypted here.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sops: Option<Box<Sops>>,
    /// Any server that answers with a secret.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub webhook: Option<Box<Webhook>>,
    /// Providers that this controller does not serve, as they were written.
    #[serde(flatten)]
    pub others: BTreeMap<String, Value>,
}

/// The one provider of a store.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum ProviderKind<'a> {
    /// AWS.
    Aws(&'a Aws),
    /// Azure Key Vault.
    AzureKv(&'a AzureKv),
    /// Vault.
    Vault(&'a Vault),
    /// OpenBao.
    OpenBao(&'a OpenBao),
    /// Kubernetes.
    Kubernetes(&'a Kubernetes),
    /// Values in the store itself.
    Fake(&'a Fake),
    /// Encrypted files.
    Sops(&'a Sops),
    /// Any server.
    Webhook(&'a Webhook),
    /// One that this controller does not serve, by its name.
    Other(&'a str),
}

/// Why a store has no one provider.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NotOne {
    /// It has none.
    #[error("the store has no provider")]
    Nothing,
    /// It has several.
    #[error("the store has {} providers: {}", .0.len(), .0.join(", "))]
    Several(Vec<String>),
}

impl Provider {
    /// The one provider that is there.
    ///
    /// # Errors
    /// If there is none, or more than one.
    pub fn only(&self) -> Result<ProviderKind<'_>, NotOne> {
        let mut found = self.all();
        match (found.next(), found.next()) {
            (Some((_, only)), None) => Ok(only),
            (None, _) => Err(NotOne::Nothing),
            (Some(_), Some(_)) => Err(NotOne::Several(
                self.all().map(|(name, _)| name.to_owned()).collect(),
            )),
        }
    }

    /// Every provider that is there, by its name in manifests.
    fn all(&self) -> impl Iterator<Item = (&str, ProviderKind<'_>)> {
        let known = [
            self.aws.as_deref().map(|it| ("aws", ProviderKind::Aws(it))),
            self.azurekv
                .as_deref()
                .map(|it| ("azurekv", ProviderKind::AzureKv(it))),
            self.vault
                .as_deref()
                .map(|it| ("vault", ProviderKind::Vault(it))),
            self.open_bao
                .as_deref()
                .map(|it| ("openBao", ProviderKind::OpenBao(it))),
            self.kubernetes
                .as_deref()
                .map(|it| ("kubernetes", ProviderKind::Kubernetes(it))),
            self.fake
                .as_deref()
                .map(|it| ("fake", ProviderKind::Fake(it))),
            self.sops
                .as_deref()
                .map(|it| ("sops", ProviderKind::Sops(it))),
            self.webhook
                .as_deref()
                .map(|it| ("webhook", ProviderKind::Webhook(it))),
        ];
        let others = self.others.keys().map(String::as_str);
        let others = others.map(|name| (name, ProviderKind::Other(name)));
        known.into_iter().flatten().chain(others)
    }
}
