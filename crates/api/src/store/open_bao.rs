//! Settings of provider `openBao`.

use k8s_openapi::ByteString;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::vault::{AppRole, KvVersion, UserPass};
use crate::reference::{CaProvider, SecretKeySelector};
use crate::{rules, schema};

/// OpenBao, with a key-value engine.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(extend("x-kubernetes-validations" = rules::open_bao()))]
pub struct OpenBao {
    /// Its address.
    pub server: String,
    /// Where the engine is mounted: `kv` unless it says otherwise.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub path: Option<String>,
    /// The engine's version: v2 unless it says otherwise.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub version: Option<KvVersion>,
    /// The namespace, in OpenBao's sense.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub namespace: Option<String>,
    /// How to log in.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub auth: Option<OpenBaoAuth>,
    /// Certificates of authorities that the server is believed by: PEM, in base64.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(schema_with = "schema::bytes")]
    pub ca_bundle: Option<ByteString>,
    /// Where such certificates lie.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ca_provider: Option<CaProvider>,
}

impl OpenBao {
    /// Where the engine is mounted.
    pub fn path(&self) -> &str {
        let given = self.path.as_deref();
        given.filter(|path| !path.is_empty()).unwrap_or("kv")
    }

    /// The engine's version.
    pub fn version(&self) -> KvVersion {
        self.version.unwrap_or_default()
    }
}

/// How to log in: exactly one way.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(extend("x-kubernetes-validations" = rules::open_bao_auth()))]
pub struct OpenBaoAuth {
    /// The namespace to log in to, if it is another.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub namespace: Option<String>,
    /// With a token.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub token_secret_ref: Option<SecretKeySelector>,
    /// As an AppRole.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub app_role: Option<AppRole>,
    /// With a name and a password.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub user_pass: Option<UserPass>,
}
