//! Settings of provider `sops`: files that SOPS or this project encrypted, where they lie, and which keys may open them.
//!
//! A file names addresses and roles of its own, and whoever writes it would choose where the controller's credentials go. So the store lists what
//! may be asked; what is not listed here is never asked.

use k8s_openapi::ByteString;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::reference::{CaProvider, ConfigMapKeySelector, SecretKeySelector};
use crate::schema;

/// Files encrypted by SOPS or by this project.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Sops {
    /// Where the files lie.
    pub source: SopsSource,
    /// Their format. Without it, each entry's key says so by its ending.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub format: Option<SopsFormat>,
    /// What opens them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub keys: Option<SopsKeys>,
}

/// Where encrypted files lie: exactly one of these.
///
/// A source with a key is one file, and `remoteRef.key` is a key at its top. Without one, every entry is a file, and `remoteRef.key` names it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub enum SopsSource {
    /// In a ConfigMap.
    ConfigMap(ConfigMapKeySelector),
    /// In a Secret.
    Secret(SecretKeySelector),
    /// In a Git repository.
    Git(Box<SopsGit>),
    /// In what Flux has fetched.
    Flux(SopsFlux),
    /// In a file of this machine: for `selkie render`, not for clusters.
    #[schemars(skip)]
    File(SopsFile),
}

/// A folder of a Git repository, or one file in it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct SopsGit {
    /// The repository's address: https, and nobody's credentials in it.
    #[schemars(schema_with = "schema::git_address")]
    pub url: String,
    /// What is read of it. Without it, what the repository itself points at.
    #[serde(rename = "ref", default, skip_serializing_if = "Option::is_none")]
    pub reference: Option<GitReference>,
    /// The folder from which names are counted. Without it, the top.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub path: Option<String>,
    /// The one file that the store is, counted from the folder. Without it, every file is one of the store's.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub key: Option<String>,
    /// Who asks. Without it, nobody in particular.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub auth: Option<GitAuth>,
    /// Certificates of authorities that the server is believed by: PEM, in base64.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(schema_with = "schema::bytes")]
    pub ca_bundle: Option<ByteString>,
    /// Where such certificates lie.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ca_provider: Option<CaProvider>,
}

/// A folder of an artifact that Flux's source-controller keeps, or one file in it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct SopsFlux {
    /// What kind of source it is.
    pub kind: FluxSource,
    /// Its name.
    #[schemars(schema_with = "schema::object_name")]
    pub name: String,
    /// Its namespace: for a ClusterSecretStore, which must name it. A SecretStore reads those of its own.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(schema_with = "schema::namespace")]
    pub namespace: Option<String>,
    /// The folder from which names are counted. Without it, the top.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub path: Option<String>,
    /// The one file that the store is, counted from the folder. Without it, every file is one of the store's.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub key: Option<String>,
}

/// Kinds of Flux's sources, in `source.toolkit.fluxcd.io/v1`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub enum FluxSource {
    /// A repository that Flux clones.
    GitRepository,
    /// An artifact in a registry.
    #[serde(rename = "OCIRepository")]
    OciRepository,
    /// Objects of a store of objects.
    Bucket,
}

impl FluxSource {
    /// As manifests have it.
    pub const fn word(self) -> &'static str {
        match self {
            Self::GitRepository => "GitRepository",
            Self::OciRepository => "OCIRepository",
            Self::Bucket => "Bucket",
        }
    }

    /// As addresses of the API server have it.
    pub const fn plural(self) -> &'static str {
        match self {
            Self::GitRepository => "gitrepositories",
            Self::OciRepository => "ocirepositories",
            Self::Bucket => "buckets",
        }
    }
}

/// What is read of a repository: exactly one of these.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub enum GitReference {
    /// The newest commit of a branch.
    Branch(String),
    /// The commit of a tag.
    Tag(String),
    /// This commit, by its whole name.
    Commit(String),
}

/// How a Git server is told who asks: exactly one of these.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub enum GitAuth {
    /// By name and password; where servers take tokens so, the token is the password.
    Basic(GitBasic),
    /// By a token alone.
    Bearer(GitBearer),
}

/// A name and a password.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct GitBasic {
    /// The name; its key is `username` where none is given.
    pub username_secret_ref: SecretKeySelector,
    /// The password; its key is `password` where none is given.
    pub password_secret_ref: SecretKeySelector,
}

/// A token.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct GitBearer {
    /// The token; its key is `bearerToken` where none is given, as in Flux's Secrets.
    pub token_secret_ref: SecretKeySelector,
}

/// A file of this machine.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct SopsFile {
    /// Its path.
    pub path: String,
}

/// The format of encrypted files.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum SopsFormat {
    /// YAML.
    Yaml,
    /// JSON.
    Json,
    /// Lines of NAME=value.
    Dotenv,
    /// INI.
    Ini,
    /// Any bytes.
    Binary,
}

/// What opens encrypted files.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct SopsKeys {
    /// Age identities, one or more in each entry.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub age: Vec<SecretKeySelector>,
    /// Key services that may be asked. With none, age alone opens files.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub allow: Vec<AllowedKeys>,
}

/// Keys of one service that may be asked: exactly one of these.
///
/// Where no credentials are given, the controller's own identity asks; only a ClusterSecretStore may leave them out.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub enum AllowedKeys {
    /// Of AWS KMS.
    AwsKms(AllowedAwsKms),
    /// Of Google Cloud KMS.
    GcpKms(AllowedGcpKms),
    /// Of Azure Key Vault.
    AzureKeyVault(AllowedAzureKeyVault),
    /// Of Vault's transit engine.
    VaultTransit(AllowedVaultTransit),
}

/// Keys of AWS KMS.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct AllowedAwsKms {
    /// Their ARNs, in full.
    #[schemars(length(min = 1))]
    pub arns: Vec<String>,
    /// The roles that may be assumed for it, in full. A file that names another is not opened.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub roles: Vec<String>,
    /// Who asks.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub credentials: Option<AwsCredentials>,
}

/// An access key of AWS.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct AwsCredentials {
    /// Its id.
    #[serde(rename = "accessKeyIDSecretRef")]
    pub access_key_id: SecretKeySelector,
    /// Its secret.
    #[serde(rename = "secretAccessKeySecretRef")]
    pub secret_access_key: SecretKeySelector,
    /// The token of a session, for a key that is only lent.
    #[serde(
        rename = "sessionTokenSecretRef",
        default,
        skip_serializing_if = "Option::is_none"
    )]
    pub session_token: Option<SecretKeySelector>,
}

/// Keys of Google Cloud KMS.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct AllowedGcpKms {
    /// Their resource names, in full.
    #[schemars(length(min = 1))]
    pub resources: Vec<String>,
    /// The key file of a service account.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub credentials: Option<SecretKeySelector>,
}

/// Keys of Azure Key Vault.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct AllowedAzureKeyVault {
    /// The vaults' addresses.
    #[schemars(length(min = 1))]
    pub vault_urls: Vec<String>,
    /// Who asks.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub credentials: Option<AzureCredentials>,
}

/// A service principal of Azure.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct AzureCredentials {
    /// The tenant's id.
    pub tenant_id: String,
    /// The principal's id.
    pub client_id: SecretKeySelector,
    /// Its secret.
    pub client_secret: SecretKeySelector,
}

/// Keys of Vault's transit engine.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct AllowedVaultTransit {
    /// The server's address: a file that names another is not opened.
    pub server: String,
    /// The namespace, in Vault's sense.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub namespace: Option<String>,
    /// The token to ask with.
    pub token_secret_ref: SecretKeySelector,
    /// Certificates of authorities that the server is believed by: PEM, in base64.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(schema_with = "schema::bytes")]
    pub ca_bundle: Option<ByteString>,
    /// Where such certificates lie.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ca_provider: Option<CaProvider>,
}
