//! Settings of provider `aws`: Secrets Manager and Parameter Store.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::reference::{SecretKeySelector, ServiceAccountSelector};

/// Secrets of AWS.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Aws {
    /// Which service keeps them.
    pub service: AwsService,
    /// The region, as `eu-central-1`.
    pub region: String,
    /// Who asks: the controller's own identity unless it says otherwise, which only a ClusterSecretStore may use.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub auth: Option<AwsAuth>,
    /// The role that is assumed, by its ARN.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub role: String,
    /// Roles that are assumed before it, one after the other.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub additional_roles: Vec<String>,
    /// What the trust policy of `role` may ask for.
    #[serde(
        rename = "externalID",
        default,
        skip_serializing_if = "String::is_empty"
    )]
    pub external_id: String,
    /// Tags of the session in `role`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub session_tags: Vec<AwsTag>,
    /// Keys of such tags that stay when another role is assumed from the session.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub transitive_tag_keys: Vec<String>,
    /// Whether tags that name the store and who asks are added to those of the session. The role needs sts:TagSession for it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub session_tags_policy: Option<SessionTagsPolicy>,
    /// What else is added under the policy `Custom`.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub custom_session_tags: BTreeMap<String, String>,
    /// Stands before every key.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub prefix: String,
    /// How secrets are deleted, which this controller never does.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub secrets_manager: Option<SecretsManager>,
}

/// A service of AWS that keeps secrets.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub enum AwsService {
    /// Secrets Manager.
    SecretsManager,
    /// Parameter Store of Systems Manager.
    ParameterStore,
    /// Certificate Manager, which this controller does not serve.
    CertificateManager,
}

/// Who asks: the first of these that is there.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct AwsAuth {
    /// A ServiceAccount.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub jwt: Option<AwsJwt>,
    /// An access key.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub secret_ref: Option<AwsAccessKey>,
}

/// A ServiceAccount whose annotation `eks.amazonaws.com/role-arn` names the role that AWS gives to it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct AwsJwt {
    /// The account.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub service_account_ref: Option<ServiceAccountSelector>,
}

/// An access key of AWS.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct AwsAccessKey {
    /// Its id.
    #[serde(rename = "accessKeyIDSecretRef", default)]
    pub access_key_id: SecretKeySelector,
    /// Its secret.
    #[serde(rename = "secretAccessKeySecretRef", default)]
    pub secret_access_key: SecretKeySelector,
    /// The token of a session, for a key that is only lent.
    #[serde(
        rename = "sessionTokenSecretRef",
        default,
        skip_serializing_if = "Option::is_none"
    )]
    pub session_token: Option<SecretKeySelector>,
}

/// A tag of a session.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct AwsTag {
    /// Its key.
    pub key: String,
    /// Its value.
    pub value: String,
}

/// Which tags of a session are added by the controller.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub enum SessionTagsPolicy {
    /// None.
    #[default]
    None,
    /// `esoNamespace`, `esoStoreName` and `esoStoreKind`.
    Simple,
    /// The same and those of `customSessionTags`.
    Custom,
}

/// How secrets are deleted.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct SecretsManager {
    /// At once.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub force_delete_without_recovery: Option<bool>,
    /// After so many days.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub recovery_window_in_days: Option<i64>,
}

impl Aws {
    /// Which tags are added to the session.
    pub fn session_tags_policy(&self) -> SessionTagsPolicy {
        self.session_tags_policy.unwrap_or_default()
    }
}
