//! Settings of provider `kubernetes`: Secrets of another cluster or namespace.

use k8s_openapi::ByteString;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::reference::{CaProvider, SecretKeySelector, ServiceAccountSelector};
use crate::schema;

/// Secrets of another cluster or namespace.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Kubernetes {
    /// The API server: that of this cluster unless it says otherwise.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub server: Option<KubernetesServer>,
    /// Who asks.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub auth: Option<KubernetesAuth>,
    /// A kubeconfig in a Secret, which says both.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub auth_ref: Option<SecretKeySelector>,
    /// The namespace of the Secrets: `default` unless it says otherwise.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(schema_with = "schema::namespace")]
    pub remote_namespace: Option<String>,
}

impl Kubernetes {
    /// The address of the API server.
    pub fn url(&self) -> &str {
        let server = self.server.as_ref();
        let url = server.and_then(|server| server.url.as_deref());
        url.filter(|url| !url.is_empty())
            .unwrap_or("kubernetes.default")
    }

    /// The namespace of the Secrets.
    pub fn remote_namespace(&self) -> &str {
        let given = self.remote_namespace.as_deref();
        given.filter(|name| !name.is_empty()).unwrap_or("default")
    }
}

/// An API server.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct KubernetesServer {
    /// Its address.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub url: Option<String>,
    /// Certificates of authorities that it is believed by: PEM, in base64.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(schema_with = "schema::bytes")]
    pub ca_bundle: Option<ByteString>,
    /// Where such certificates lie.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ca_provider: Option<CaProvider>,
}

/// Who asks an API server: exactly one of these.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub enum KubernetesAuth {
    /// A ServiceAccount of this cluster.
    ServiceAccount(ServiceAccountSelector),
    /// Whoever holds a token.
    Token(KubernetesToken),
    /// Whoever holds a certificate.
    Cert(KubernetesCert),
}

/// A token.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct KubernetesToken {
    /// The token.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub bearer_token: Option<SecretKeySelector>,
}

/// A certificate with its key.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct KubernetesCert {
    /// The certificate, in PEM.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub client_cert: Option<SecretKeySelector>,
    /// Its key, in PEM.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub client_key: Option<SecretKeySelector>,
}
