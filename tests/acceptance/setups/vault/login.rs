//! The logins of Vault: each set up once at the server, and then what a namespace needs for it.

use std::fs;

use selkie_tests::servers::controller::until;
use selkie_tests::servers::kube_apiserver::KubeApiserver;
use selkie_tests::servers::vault::Vault;
use serde_json::{Value, json};

use super::{ENGINES, engines};
use crate::place::Place;
use crate::setups::kubernetes::ACCOUNT;

/// The Secret with the client's certificate.
pub(super) const CERTIFICATE: &str = "certificate";
/// The policy, and the role of every login that has roles.
const READER: &str = "reader";
/// Who asks the API server in Vault's name whose token it was shown.
const REVIEWER: &str = "vault-reviewer";

/// What it takes to log in.
pub(crate) struct Logins {
    token: String,
    role_id: String,
    secret_id: String,
}

/// Mounts all engines and logins.
pub(crate) fn logins(vault: &Vault, cluster: &KubeApiserver) -> Logins {
    for (engine, version) in engines() {
        let mount = json!({ "type": "kv", "options": { "version": version.to_string() } });
        vault.write(&format!("sys/mounts/{engine}"), &mount);
        if version == 2 {
            // It is converted to its second version after it was mounted.
            let config = format!("{engine}/config");
            until(&engine, || (!vault.read(&config).is_null()).then_some(()));
        }
    }
    let policy = format!("path \"{ENGINES}*\" {{ capabilities = [\"read\", \"list\"] }}");
    let token = vault.token(READER, &policy);
    let methods = ["approle", "cert", "jwt"].map(|method| (method, method));
    for (path, plugin) in methods
        .into_iter()
        .chain([("kubernetes", "vault-plugin-auth-kubernetes")])
    {
        vault.write(&format!("sys/auth/{path}"), &json!({ "type": plugin }));
    }
    certificates(vault);
    signed_tokens(vault, cluster);
    accounts(vault, cluster);
    let (role_id, secret_id) = roles(vault);
    Logins {
        token,
        role_id,
        secret_id,
    }
}

fn roles(vault: &Vault) -> (String, String) {
    let role = format!("auth/approle/role/{READER}");
    vault.write(&role, &json!({ "token_policies": READER }));
    let id = vault.read(&format!("{role}/role-id"));
    let secret = vault.write(&format!("{role}/secret-id"), &json!({}));
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    (text(&id["role_id"]), text(&secret["data"]["secret_id"]))
}

fn certificates(vault: &Vault) {
    let authority = fs::read_to_string(&vault.authority).unwrap();
    let role = json!({ "certificate": authority, "token_policies": READER });
    vault.write(&format!("auth/cert/certs/{READER}"), &role);
}

/// Tokens of accounts, by the keys that the API server shows to everybody who asks.
fn signed_tokens(vault: &Vault, cluster: &KubeApiserver) {
    let everybody = json!({
        "apiGroup": "rbac.authorization.k8s.io", "kind": "Group", "name": "system:unauthenticated",
    });
    bind(
        cluster,
        "system:service-account-issuer-discovery",
        &everybody,
    );
    let config = json!({
        "jwks_url": format!("{}/openid/v1/jwks", cluster.address),
        "jwks_ca_pem": fs::read_to_string(&cluster.ca).unwrap(),
    });
    vault.write("auth/jwt/config", &config);
    let role = json!({
        "role_type": "jwt",
        "bound_audiences": ["vault"],
        "user_claim": "sub",
        "token_policies": READER,
    });
    vault.write(&format!("auth/jwt/role/{READER}"), &role);
}

/// Tokens of accounts, by asking the API server each time.
fn accounts(vault: &Vault, cluster: &KubeApiserver) {
    let account = json!({
        "apiVersion": "v1", "kind": "ServiceAccount",
        "metadata": { "name": REVIEWER, "namespace": "default" },
    });
    cluster.write(&account);
    let subject = json!({ "kind": "ServiceAccount", "name": REVIEWER, "namespace": "default" });
    bind(cluster, "system:auth-delegator", &subject);
    let config = json!({
        "kubernetes_host": cluster.address,
        "kubernetes_ca_cert": fs::read_to_string(&cluster.ca).unwrap(),
        "token_reviewer_jwt": account_token(cluster, "default", REVIEWER, &[]),
        "disable_local_ca_jwt": true,
    });
    vault.write("auth/kubernetes/config", &config);
    let role = json!({
        "bound_service_account_names": [ACCOUNT],
        "bound_service_account_namespaces": ["*"],
        "token_policies": READER,
    });
    vault.write(&format!("auth/kubernetes/role/{READER}"), &role);
}

fn bind(cluster: &KubeApiserver, role: &str, subject: &Value) {
    let group = "rbac.authorization.k8s.io";
    cluster.write(&json!({
        "apiVersion": format!("{group}/v1"), "kind": "ClusterRoleBinding",
        "metadata": { "name": format!("acceptance:{role}") },
        "roleRef": { "apiGroup": group, "kind": "ClusterRole", "name": role },
        "subjects": [subject],
    }));
}

fn account_token(
    cluster: &KubeApiserver,
    namespace: &str,
    name: &str,
    for_whom: &[&str],
) -> String {
    let path = format!("/api/v1/namespaces/{namespace}/serviceaccounts/{name}/token");
    let mut request = json!({
        "apiVersion": "authentication.k8s.io/v1", "kind": "TokenRequest",
        "spec": { "expirationSeconds": 3600 },
    });
    if !for_whom.is_empty() {
        request["spec"]["audiences"] = json!(for_whom);
    }
    let (status, answer) = cluster.call("POST", &path, Some(&request));
    assert_eq!(status, 201, "{answer}");
    answer["status"]["token"].as_str().unwrap().to_owned()
}

/// With a token.
pub(super) fn token(place: &Place<'_>) -> Value {
    let token = &place.servers.logins.token;
    place.write(
        "Secret",
        "token",
        json!({ "stringData": { "token": token } }),
    );
    by_token()
}

/// With a token that is in the namespace already.
pub(super) fn by_token() -> Value {
    json!({ "tokenSecretRef": { "name": "token", "key": "token" } })
}

/// As an application.
pub(super) fn app_role(place: &Place<'_>) -> Value {
    let logins = &place.servers.logins;
    let body = json!({ "stringData": { "id": logins.secret_id } });
    place.write("Secret", "role", body);
    json!({ "appRole": {
        "path": "approle", "roleId": logins.role_id, "secretRef": { "name": "role", "key": "id" },
    }})
}

/// With a certificate.
pub(super) fn cert(place: &Place<'_>) -> Value {
    certificate(place);
    json!({ "cert": {
        "clientCert": { "name": CERTIFICATE, "key": "tls.crt" },
        "secretRef": { "name": CERTIFICATE, "key": "tls.key" },
    }})
}

/// With a signed token in a Secret.
pub(super) fn jwt(place: &Place<'_>) -> Value {
    place.write("ServiceAccount", ACCOUNT, json!({}));
    let token = account_token(
        &place.servers.cluster,
        &place.namespace,
        ACCOUNT,
        &["vault"],
    );
    place.write("Secret", "jwt", json!({ "stringData": { "token": token } }));
    json!({ "jwt": { "path": "jwt", "role": READER, "secretRef": { "name": "jwt", "key": "token" } } })
}

/// With a token that the controller has signed for an account.
pub(super) fn account_jwt(place: &Place<'_>) -> Value {
    place.write("ServiceAccount", ACCOUNT, json!({}));
    json!({ "jwt": {
        "path": "jwt", "role": READER,
        "kubernetesServiceAccountToken": { "serviceAccountRef": { "name": ACCOUNT } },
    }})
}

/// As an account.
pub(super) fn kubernetes(place: &Place<'_>) -> Value {
    place.write("ServiceAccount", ACCOUNT, json!({}));
    json!({ "kubernetes": {
        "mountPath": "kubernetes", "role": READER, "serviceAccountRef": { "name": ACCOUNT },
    }})
}

/// Puts the client's certificate into the namespace.
pub(super) fn certificate(place: &Place<'_>) {
    let [certificate, key] = place
        .servers
        .vault
        .client
        .each_ref()
        .map(|file| fs::read_to_string(file).unwrap());
    let body = json!({ "type": "kubernetes.io/tls", "stringData": { "tls.crt": certificate, "tls.key": key } });
    place.write("Secret", CERTIFICATE, body);
}
