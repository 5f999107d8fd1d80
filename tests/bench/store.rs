//! The store that all objects read, and what it was asked.

use std::collections::BTreeMap;
use std::path::Path;

use selkie_tests::servers::http::Request;
use selkie_tests::servers::moto::Moto;
use selkie_tests::servers::recorder::Recorder;
use selkie_tests::servers::vault::{Audit, Vault};
use serde_json::{Value, json};

use crate::count::Counts;

const REGION: &str = "eu-central-1";

/// Which kind.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Kind {
    /// KV 2 at a real Vault, with an `AppRole`.
    Vault,
    /// Parameter Store at moto, with a key.
    Aws,
}

/// A server with keys, gone with the value.
pub(crate) enum Store {
    Vault { server: Vault, audit: Audit },
    Aws { server: Moto, way: Recorder },
}

impl Store {
    /// Starts the server.
    pub(crate) fn start(folder: &Path, kind: Kind) -> Self {
        match kind {
            Kind::Vault => {
                let server = Vault::start(folder);
                let audit = server.audit();
                Self::Vault { server, audit }
            }
            Kind::Aws => {
                let server = Moto::start(folder);
                let way = Recorder::start(server.address.clone());
                Self::Aws { server, way }
            }
        }
    }

    /// Writes the keys `app/0` and on, each a `user` and a `password`.
    pub(crate) fn fill(&self, keys: usize) {
        match self {
            Self::Vault { server, .. } => {
                for key in 0..keys {
                    let data = json!({ "data": value(key) });
                    server.write(&format!("secret/data/app/{key}"), &data);
                }
            }
            Self::Aws { server, .. } => {
                for key in 0..keys {
                    let (name, value) = (format!("/app/{key}"), value(key).to_string());
                    let said = json!({ "Name": name, "Value": value, "Type": "SecureString" });
                    server.parameters(REGION, "PutParameter", &said);
                }
            }
        }
    }

    /// What stands under `provider` in its manifest, and the fields of the Secret `bench` in `default`, by which the controller is let in.
    pub(crate) fn manifest(&self) -> (Value, Value) {
        let field = |name: &str| json!({ "name": "bench", "key": name, "namespace": "default" });
        match self {
            Self::Vault { server, .. } => {
                let (id, secret) = app_role(server);
                let role = json!({ "path": "approle", "roleId": id, "secretRef": field("id") });
                let vault = json!({
                    "server": server.url, "path": "secret", "version": "v2", "auth": { "appRole": role },
                });
                (json!({ "vault": vault }), json!({ "id": secret }))
            }
            Self::Aws { .. } => {
                let key = json!({ "accessKeyIDSecretRef": field("id"), "secretAccessKeySecretRef": field("secret") });
                let aws = json!({
                    "service": "ParameterStore", "region": REGION, "prefix": "/", "auth": { "secretRef": key },
                });
                let account = json!({ "id": "AKIDBENCH", "secret": "bench" });
                (json!({ "aws": aws }), account)
            }
        }
    }

    /// What the controller's environment has to say.
    pub(crate) fn variables(&self) -> BTreeMap<&'static str, String> {
        match self {
            Self::Vault { .. } => BTreeMap::new(),
            Self::Aws { way, .. } => BTreeMap::from([
                ("AWS_ENDPOINT_URL", way.url()),
                ("AWS_EC2_METADATA_DISABLED", "true".to_owned()),
            ]),
        }
    }

    /// What it was asked since the last time that this was asked.
    pub(crate) fn calls(&self) -> Counts {
        let mut counts = Counts::new();
        let mut count = |name: String| *counts.entry(name).or_default() += 1;
        match self {
            Self::Vault { audit, .. } => {
                for request in audit.take() {
                    let parts: Vec<_> = request.splitn(3, '/').take(2).collect();
                    count(parts.join("/"));
                }
            }
            Self::Aws { way, .. } => {
                for (request, _) in way.take() {
                    count(operation(&request));
                }
            }
        }
        counts
    }
}

fn value(key: usize) -> Value {
    json!({ "user": format!("user{key}"), "password": format!("pw-{key}-{}", "x".repeat(24)) })
}

/// The two halves of a role that may read everything.
fn app_role(vault: &Vault) -> (Value, Value) {
    vault.write("sys/auth/approle", &json!({ "type": "approle" }));
    let policy = json!({ "policy": "path \"secret/*\" { capabilities = [\"read\", \"list\"] }" });
    vault.write("sys/policies/acl/bench", &policy);
    let role = json!({ "token_policies": "bench", "token_ttl": "1h" });
    vault.write("auth/approle/role/bench", &role);
    let id = vault.read("auth/approle/role/bench/role-id")["role_id"].clone();
    let secret = vault.write("auth/approle/role/bench/secret-id", &json!({}));
    (id, secret["data"]["secret_id"].clone())
}

fn operation(request: &Request) -> String {
    let target = request.header("x-amz-target").unwrap_or("other");
    target.rsplit('.').next().unwrap_or(target).to_owned()
}
