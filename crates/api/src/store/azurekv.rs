//! Settings of provider `azurekv`: a vault of Azure Key Vault, and every way to log in.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::reference::{SecretKeySelector, ServiceAccountSelector};

/// A vault of Azure Key Vault.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct AzureKv {
    /// How to log in: `ServicePrincipal` unless it says otherwise.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub auth_type: Option<AzureAuthType>,
    /// The vault's address.
    pub vault_url: String,
    /// The tenant that knows who logs in.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tenant_id: Option<String>,
    /// The cloud: `PublicCloud` unless it says otherwise.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub environment_type: Option<AzureEnvironment>,
    /// Who logs in, and with what.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub auth_secret_ref: Option<AzureKvAuth>,
    /// The account that logs in, for `WorkloadIdentity`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub service_account_ref: Option<ServiceAccountSelector>,
    /// Which of several identities of the machine, by its client id, for `ManagedIdentity`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub identity_id: Option<String>,
    /// Which of the two libraries of External Secrets is meant: they differ in the order of a key's members and in what counts as metadata.
    #[serde(
        rename = "useAzureSDK",
        default,
        skip_serializing_if = "Option::is_none"
    )]
    pub use_azure_sdk: Option<bool>,
    /// The addresses of a cloud that is none of Microsoft's own. Needs `useAzureSDK`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub custom_cloud_config: Option<AzureCustomCloud>,
}

impl AzureKv {
    /// How to log in.
    pub fn auth_type(&self) -> AzureAuthType {
        self.auth_type.unwrap_or_default()
    }

    /// The cloud.
    pub fn environment_type(&self) -> AzureEnvironment {
        self.environment_type.unwrap_or_default()
    }

    /// Whether the newer of the two libraries is meant.
    pub fn use_azure_sdk(&self) -> bool {
        self.use_azure_sdk.unwrap_or_default()
    }

    /// The tenant, if it stands here.
    pub fn tenant_id(&self) -> Option<&str> {
        self.tenant_id.as_deref().filter(|id| !id.is_empty())
    }
}

/// A way to log in.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub enum AzureAuthType {
    /// As an application, with a password or a certificate.
    #[default]
    ServicePrincipal,
    /// As the machine.
    ManagedIdentity,
    /// As a ServiceAccount of this cluster, which the tenant trusts.
    WorkloadIdentity,
}

/// A cloud.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub enum AzureEnvironment {
    /// The one for everybody.
    #[default]
    PublicCloud,
    /// That of the United States' government.
    USGovernmentCloud,
    /// That in China.
    ChinaCloud,
    /// That in Germany, which has ended.
    GermanCloud,
    /// One in somebody's own house.
    AzureStackCloud,
}

/// Who logs in, and with what.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct AzureKvAuth {
    /// The client id of the application.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub client_id: Option<SecretKeySelector>,
    /// The tenant that knows it, for `WorkloadIdentity`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tenant_id: Option<SecretKeySelector>,
    /// Its password.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub client_secret: Option<SecretKeySelector>,
    /// Its certificate with the private key, in PEM.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub client_certificate: Option<SecretKeySelector>,
}

/// The addresses of a cloud.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct AzureCustomCloud {
    /// Where tokens are given.
    pub active_directory_endpoint: String,
    /// What tokens for its vaults are for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub key_vault_endpoint: Option<String>,
    /// The end of its vaults' names.
    #[serde(
        rename = "keyVaultDNSSuffix",
        default,
        skip_serializing_if = "Option::is_none"
    )]
    pub key_vault_dns_suffix: Option<String>,
    /// Where its resources are managed; nothing here asks there.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub resource_manager_endpoint: Option<String>,
    /// Whom tokens of accounts are for, if not Microsoft's own exchange.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub audience: Option<String>,
}
