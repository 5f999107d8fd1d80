//! Key-value engines of the real Vault.

mod failures;
mod find;
mod headers;
mod iam;
mod logins;
mod reads;
mod tokens;

use std::future::Future;

use selkie_api::store::open_bao::OpenBao;
use selkie_api::store::vault::Vault as VaultSpec;
use selkie_crypto::Secret;
use selkie_providers::vault::{Spec, Vault};
use selkie_providers::{Body, Credentials, Dialect, Failure, Reference, Remote};
use selkie_tests::servers::vault as server;
use serde_json::{Value, json};
use tokio::runtime::Builder;

/// What stands in Secrets: `NAME/KEY` and the value.
type Secrets<'s> = &'s [(&'s str, &'s str)];

/// Runs what waits.
fn run<T>(work: impl Future<Output = T>) -> T {
    let runtime = Builder::new_current_thread().enable_all().build();
    runtime.unwrap().block_on(work)
}

/// A store with the block `vault`.
fn connect(spec: &Value, secrets: Secrets<'_>) -> Result<Vault, Failure> {
    let spec: VaultSpec = serde_json::from_value(spec.clone()).unwrap();
    let spec = Spec::Vault(&spec);
    Vault::connect(spec, &crate::means(resolved(spec, secrets)))
}

/// A store with the block `openBao`.
fn connect_bao(spec: &Value, secrets: Secrets<'_>) -> Result<Vault, Failure> {
    let spec: OpenBao = serde_json::from_value(spec.clone()).unwrap();
    let spec = Spec::OpenBao(&spec);
    Vault::connect(spec, &crate::means(resolved(spec, secrets)))
}

/// What the controller would have looked up.
fn resolved(spec: Spec<'_>, secrets: Secrets<'_>) -> Credentials {
    let mut credentials = Credentials::default();
    for reference in Vault::references(spec) {
        let Reference::Secret { name, key, .. } = &reference else {
            panic!("not in a Secret: {reference:?}");
        };
        let wanted = format!("{name}/{key}");
        if let Some((_, value)) = secrets.iter().find(|(known, _)| *known == wanted) {
            credentials.insert(reference, Secret::from((*value).to_owned()));
        }
    }
    credentials
}

/// A store of whoever may do everything, in the engine that every Vault has in development mode.
fn as_root(vault: &server::Vault) -> Vault {
    connect(&root_spec(&vault.url), ROOT).unwrap()
}

const ROOT: Secrets<'static> = &[("vault/token", server::ROOT)];

fn root_spec(url: &str) -> Value {
    json!({
        "server": url,
        "path": "secret",
        "auth": {"tokenSecretRef": {"name": "vault", "key": "token"}},
    })
}

/// The same with other fields.
fn with(mut spec: Value, more: &Value) -> Value {
    for (name, value) in more.as_object().unwrap() {
        spec[name] = value.clone();
    }
    spec
}

/// By whose rules a value is looked into.
fn dialect(remote: &Remote) -> Dialect {
    let Body::Whole(dialect, _) = &remote.body else {
        panic!("not one text: {remote:?}");
    };
    *dialect
}

/// A value's text.
fn text(remote: &Remote) -> &str {
    let Body::Whole(_, value) = &remote.body else {
        panic!("not one text: {remote:?}");
    };
    str::from_utf8(value.expose()).unwrap()
}

fn json_of(remote: &Remote) -> Value {
    serde_json::from_str(text(remote)).unwrap()
}

/// Writes a value in version 2 of the engine.
fn put(vault: &server::Vault, path: &str, value: &Value) {
    let (mount, rest) = path.split_once('/').unwrap();
    vault.write(&format!("{mount}/data/{rest}"), &json!({"data": value}));
}

/// A login by `AppRole` with a policy, and what its store refers to.
fn app_role(vault: &server::Vault, policy: &str, role: &Value) -> (Value, String) {
    vault.write("sys/auth/approle", &json!({"type": "approle"}));
    vault.write("sys/policies/acl/reader", &json!({"policy": policy}));
    let role = with(json!({"token_policies": ["reader"]}), role);
    vault.write("auth/approle/role/reader", &role);
    let id = vault.read("auth/approle/role/reader/role-id")["role_id"].clone();
    let made = vault.write("auth/approle/role/reader/secret-id", &json!({}));
    let secret = made["data"]["secret_id"].as_str().unwrap().to_owned();
    let spec = json!({
        "server": vault.url,
        "path": "secret",
        "auth": {"appRole": {"roleId": id, "secretRef": {"name": "role", "key": "secret"}}},
    });
    (spec, secret)
}

/// May read what the tests write.
const READER: &str = "path \"secret/data/*\" { capabilities = [\"read\"] }";
