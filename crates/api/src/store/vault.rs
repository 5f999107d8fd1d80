//! Settings of provider `vault`: the server, the engine, and every way to log in.

use std::collections::BTreeMap;

use k8s_openapi::ByteString;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::reference::{CaProvider, SecretKeySelector, ServiceAccountSelector};
use crate::schema;
use crate::store::aws::{AwsAccessKey, AwsJwt};

/// Vault, with a key-value engine.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Vault {
    /// Its address.
    pub server: String,
    /// Where the engine is mounted. Without it, the first part of each key says so.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub path: Option<String>,
    /// The engine's version: v2 unless it says otherwise.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub version: Option<KvVersion>,
    /// The namespace, in Vault's sense.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub namespace: Option<String>,
    /// How to log in. Without it nobody does: an agent may add a token on the way.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub auth: Option<VaultAuth>,
    /// Certificates of authorities that the server is believed by: PEM, in base64.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(schema_with = "schema::bytes")]
    pub ca_bundle: Option<ByteString>,
    /// Where such certificates lie.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ca_provider: Option<CaProvider>,
    /// A certificate to connect with.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tls: Option<ClientTls>,
    /// Headers of every request.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub headers: BTreeMap<String, String>,
    /// Whether replicas must know what was written before.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub read_your_writes: Option<bool>,
    /// Whether replicas that do not know it yet pass the request on.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub forward_inconsistent: Option<bool>,
    /// How secrets are written; for controllers that do.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub check_and_set: Option<CheckAndSet>,
}

impl Vault {
    /// Where the engine is mounted, if that is said.
    pub fn path(&self) -> Option<&str> {
        self.path.as_deref().filter(|path| !path.is_empty())
    }

    /// The engine's version.
    pub fn version(&self) -> KvVersion {
        self.version.unwrap_or_default()
    }
}

/// The version of a key-value engine.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum KvVersion {
    /// Without versions of secrets.
    V1,
    /// With them.
    #[default]
    V2,
}

/// A certificate to connect with, and its key: both or none.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct ClientTls {
    /// The certificate, in PEM, under `tls.crt` unless it says otherwise.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cert_secret_ref: Option<SecretKeySelector>,
    /// Its key, in PEM, under `tls.key` unless it says otherwise.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub key_secret_ref: Option<SecretKeySelector>,
}

/// How secrets are written.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct CheckAndSet {
    /// Whether each write names the version that it replaces.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub required: Option<bool>,
}

/// How to log in: one way, or the first of these that is there.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct VaultAuth {
    /// The namespace to log in to, if it is another.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub namespace: Option<String>,
    /// With a token.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub token_secret_ref: Option<SecretKeySelector>,
    /// As an AppRole.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub app_role: Option<AppRole>,
    /// As a ServiceAccount.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub kubernetes: Option<VaultKubernetes>,
    /// With a name and a password of a directory.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ldap: Option<Ldap>,
    /// With a name and a password.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub user_pass: Option<UserPass>,
    /// With a signed token.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub jwt: Option<Jwt>,
    /// With a certificate.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cert: Option<Cert>,
    /// As an identity of AWS.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub iam: Option<Iam>,
    /// As an identity of Google Cloud, which this controller cannot do.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(schema_with = "schema::kept")]
    pub gcp: Option<Value>,
}

/// A login as an identity of AWS: a request to STS is signed, and Vault sends it on to learn who signed it.
///
/// Who signs: the account of `jwt`, else the access key of `secretRef`, else the controller's own identity, which only a ClusterSecretStore may use.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Iam {
    /// Where the method is mounted: `aws` unless it says otherwise.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub path: Option<String>,
    /// The role, in Vault's sense.
    pub vault_role: String,
    /// The region whose STS is asked: `us-east-1` unless it says otherwise.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub region: Option<String>,
    /// The role of AWS that is assumed before, by its ARN.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub role: Option<String>,
    /// What its trust policy may ask for.
    #[serde(
        rename = "externalID",
        default,
        skip_serializing_if = "Option::is_none"
    )]
    pub external_id: Option<String>,
    /// What Vault wants to see signed too, so that a request to another Vault is none to this.
    #[serde(
        rename = "vaultAwsIamServerID",
        default,
        skip_serializing_if = "Option::is_none"
    )]
    pub server_id: Option<String>,
    /// An access key.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub secret_ref: Option<AwsAccessKey>,
    /// A ServiceAccount.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub jwt: Option<AwsJwt>,
}

impl Iam {
    /// Where the method is mounted.
    pub fn path(&self) -> &str {
        given(self.path.as_deref(), "aws")
    }

    /// The region whose STS is asked.
    pub fn region(&self) -> &str {
        given(self.region.as_deref(), "us-east-1")
    }
}

/// A login as an AppRole.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct AppRole {
    /// Where the method is mounted: `approle` unless it says otherwise.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub path: Option<String>,
    /// The role's id.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub role_id: Option<String>,
    /// The role's id, in a Secret.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub role_ref: Option<SecretKeySelector>,
    /// The role's secret.
    pub secret_ref: SecretKeySelector,
}

impl AppRole {
    /// Where the method is mounted.
    pub fn path(&self) -> &str {
        given(self.path.as_deref(), "approle")
    }

    /// The role's id, if it stands here.
    pub fn role_id(&self) -> Option<&str> {
        self.role_id.as_deref().filter(|id| !id.is_empty())
    }
}

/// A login as a ServiceAccount: that of `serviceAccountRef`, else that of `secretRef`, else the controller's own.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct VaultKubernetes {
    /// Where the method is mounted: `kubernetes` unless it says otherwise.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub mount_path: Option<String>,
    /// The role, in Vault's sense.
    pub role: String,
    /// The account.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub service_account_ref: Option<ServiceAccountSelector>,
    /// A token of the account, under `token` unless it says otherwise.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub secret_ref: Option<SecretKeySelector>,
}

impl VaultKubernetes {
    /// Where the method is mounted.
    pub fn mount_path(&self) -> &str {
        given(self.mount_path.as_deref(), "kubernetes")
    }
}

/// A login with a name and a password of a directory.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Ldap {
    /// Where the method is mounted: `ldap` unless it says otherwise.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub path: Option<String>,
    /// The name.
    pub username: String,
    /// The password.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub secret_ref: Option<SecretKeySelector>,
}

impl Ldap {
    /// Where the method is mounted.
    pub fn path(&self) -> &str {
        given(self.path.as_deref(), "ldap")
    }
}

/// A login with a name and a password.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct UserPass {
    /// Where the method is mounted: `userpass` unless it says otherwise.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub path: Option<String>,
    /// The name.
    pub username: String,
    /// The password.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub secret_ref: Option<SecretKeySelector>,
}

impl UserPass {
    /// Where the method is mounted.
    pub fn path(&self) -> &str {
        given(self.path.as_deref(), "userpass")
    }
}

/// A login with a signed token: from a Secret, or one that the cluster signs for an account.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Jwt {
    /// Where the method is mounted: `jwt` unless it says otherwise.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub path: Option<String>,
    /// The role, in Vault's sense.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub role: Option<String>,
    /// The token.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub secret_ref: Option<SecretKeySelector>,
    /// The account that a token is signed for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub kubernetes_service_account_token: Option<ServiceAccountToken>,
}

impl Jwt {
    /// Where the method is mounted.
    pub fn path(&self) -> &str {
        given(self.path.as_deref(), "jwt")
    }
}

/// A token that the cluster signs for an account.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct ServiceAccountToken {
    /// The account.
    pub service_account_ref: ServiceAccountSelector,
    /// Whom the token is for: `vault` unless it says otherwise.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub audiences: Option<Vec<String>>,
    /// For how many seconds: 600 unless it says otherwise.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expiration_seconds: Option<i64>,
}

impl ServiceAccountToken {
    /// For how many seconds.
    pub fn expiration_seconds(&self) -> i64 {
        self.expiration_seconds.unwrap_or(600)
    }
}

/// A login with a certificate.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Cert {
    /// Where the method is mounted: `cert` unless it says otherwise.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub path: Option<String>,
    /// The role, in Vault's sense. Without it, Vault tries those that fit.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub vault_role: Option<String>,
    /// The certificate, in PEM.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub client_cert: Option<SecretKeySelector>,
    /// Its key, in PEM.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub secret_ref: Option<SecretKeySelector>,
}

impl Cert {
    /// Where the method is mounted.
    pub fn path(&self) -> &str {
        given(self.path.as_deref(), "cert")
    }
}

fn given<'a>(text: Option<&'a str>, default: &'a str) -> &'a str {
    text.filter(|text| !text.is_empty()).unwrap_or(default)
}
