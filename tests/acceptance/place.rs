//! Where cases run: the servers that all of them share, and the namespace of each.

use std::fs;
use std::path::{Path, PathBuf};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use selkie_tests::AgeKey;
use selkie_tests::servers::controller::prepare;
use selkie_tests::servers::kube_apiserver::KubeApiserver;
use selkie_tests::servers::vault::Vault;
use selkie_xtask::peers::{self, Sops};
use serde_json::{Value, json};

use crate::setups::aws::Aws;
use crate::setups::azure::Azure;
use crate::setups::vault::{self, Logins};
use crate::setups::webhook::Hook;

/// What runs.
pub(crate) struct Servers {
    pub(crate) cluster: KubeApiserver,
    pub(crate) vault: Vault,
    pub(crate) logins: Logins,
    pub(crate) aws: Aws,
    pub(crate) azure: Azure,
    pub(crate) hook: Hook,
    pub(crate) age: AgeKey,
    /// The real sops.
    pub(crate) sops: PathBuf,
    /// For files of the tests.
    pub(crate) folder: PathBuf,
}

impl Servers {
    pub(crate) fn start(folder: &Path) -> Self {
        let cluster = KubeApiserver::start(folder);
        prepare(&cluster);
        let plugins = peers::vault_kubernetes().unwrap();
        let vault = Vault::with_plugins(folder, &plugins);
        let logins = vault::logins(&vault, &cluster);
        Self {
            cluster,
            vault,
            logins,
            aws: Aws::start(folder),
            azure: Azure::start(),
            hook: Hook::start(),
            age: AgeKey::make(folder, "age.txt"),
            sops: peers::sops(Sops::V3_13_3).unwrap(),
            folder: folder.to_owned(),
        }
    }
}

/// The namespace of one case.
pub(crate) struct Place<'s> {
    pub(crate) servers: &'s Servers,
    /// The setup's id.
    pub(crate) setup: &'static str,
    pub(crate) namespace: String,
    /// How a search names a folder.
    pub(crate) folder: fn(folder: &str) -> String,
    /// What a search calls a secret in a folder.
    pub(crate) found: fn(folder: &str, name: &str) -> String,
}

impl Place<'_> {
    /// What a secret is called at the provider, where it lies in no folder.
    pub(crate) fn key(&self, name: &str) -> String {
        format!("{}-{name}", self.namespace)
    }

    /// A key of the Secret that a search makes of a secret in a folder.
    pub(crate) fn found(&self, folder: &str, name: &str) -> String {
        (self.found)(folder, &self.key(name))
    }

    /// Writes an object in the namespace.
    pub(crate) fn write(&self, kind: &str, name: &str, body: Value) {
        self.servers
            .cluster
            .write(&self.object("v1", kind, name, body));
    }

    /// An object in the namespace.
    pub(crate) fn object(&self, version: &str, kind: &str, name: &str, mut body: Value) -> Value {
        body["apiVersion"] = json!(version);
        body["kind"] = json!(kind);
        body["metadata"] = json!({ "name": name, "namespace": self.namespace });
        body
    }

    /// A store for the namespace alone.
    pub(crate) fn store(&self, spec: &Value) -> Value {
        let body = json!({ "spec": spec });
        self.object("external-secrets.io/v1", "SecretStore", "store", body)
    }

    /// A store for the cluster, which looks its credentials up where it is used.
    pub(crate) fn cluster_store(&self, spec: &Value) -> Value {
        let name = &self.namespace;
        let body = json!({ "spec": spec });
        let mut store = self.object("external-secrets.io/v1", "ClusterSecretStore", name, body);
        store["metadata"] = json!({ "name": name });
        store
    }
}

/// A file as `caBundle` takes it.
pub(crate) fn bundle(file: &Path) -> String {
    STANDARD.encode(fs::read(file).unwrap())
}
