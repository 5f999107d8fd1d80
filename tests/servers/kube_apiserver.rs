//! A Kubernetes API server over an etcd of its own, and the `kubectl` that talks to it as an administrator. No controllers run: objects
//! stay as they were written, and nothing here may know which.

mod audit;
mod client;
mod counts;
mod record;

use std::fs;
use std::path::{Path, PathBuf};

use aws_lc_rs::encoding::{AsDer, Pkcs8V1Der};
use aws_lc_rs::rsa::{KeyPair, KeySize};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use selkie_xtask::peers;
use serde_json::Value;

use super::etcd::Etcd;
use super::{Server, free_port, program};
use crate::Run;

pub use audit::Write;
pub use client::Client;
pub use counts::counts;
pub use record::Asked;

/// The token of an administrator. The server listens on loopback, lives as long as one test and holds what that test put there.
const TOKEN: &str = "administrator-of-a-test";

/// An API server, gone with the value.
#[derive(Debug)]
pub struct KubeApiserver {
    /// `https://127.0.0.1:PORT`
    pub address: String,
    /// The certificate that it made for itself, with the one that signed it.
    pub ca: PathBuf,
    /// For clients that are administrators.
    pub kubeconfig: PathBuf,
    /// The program.
    pub kubectl: PathBuf,
    folder: PathBuf,
    client: Client,
    // The order matters: values are dropped from the top down.
    _server: Server,
    _etcd: Etcd,
}

impl KubeApiserver {
    /// Starts one that keeps its files in `folder`.
    ///
    /// # Panics
    /// If it cannot be installed or does not start.
    pub fn start(folder: &Path) -> Self {
        Self::start_with(folder, &[])
    }

    #[expect(
        clippy::expect_used,
        reason = "a suite that cannot have its server fails and says why"
    )]
    fn start_with(folder: &Path, more: &[&str]) -> Self {
        let apiserver = peers::kube_apiserver().expect("kube-apiserver can be installed");
        let kubectl = peers::kubectl().expect("kubectl can be installed");
        let etcd = Etcd::start(folder);
        let port = free_port();
        let address = format!("https://127.0.0.1:{port}");
        let ca = folder.join("apiserver/apiserver.crt");
        let kubeconfig = folder.join("kubeconfig.json");
        fs::write(folder.join("accounts.pem"), account_key()).expect("a key can be written");
        let administrator = format!("{TOKEN},administrator,administrator,system:masters\n");
        fs::write(folder.join("tokens.csv"), administrator).expect("a token can be written");
        let config = kubeconfig_text(&address, &ca);
        fs::write(&kubeconfig, config).expect("a kubeconfig can be written");

        let mut command = program(&apiserver, folder);
        command
            .args(["--etcd-servers", &etcd.address])
            .args(["--bind-address", "127.0.0.1", "--cert-dir", "apiserver"])
            .args(["--secure-port", &port.to_string()])
            .args(["--service-account-key-file", "accounts.pem"])
            .args(["--service-account-signing-key-file", "accounts.pem"])
            .arg("--service-account-issuer=https://kubernetes.default.svc")
            .args(["--authorization-mode", "RBAC"])
            .args(["--token-auth-file", "tokens.csv"])
            .args(["--service-cluster-ip-range", "10.0.0.0/24"])
            .args(more);
        let is_ready = || {
            let ready =
                kubectl_run(&kubectl, &kubeconfig, folder).args(["get", "--raw", "/readyz"]);
            ca.is_file() && ready.output().status == Some(0)
        };
        let server = Server::start("kube-apiserver", folder, &mut command, is_ready);
        let client = Client::new(&address, &ca);
        Self {
            address,
            ca,
            kubeconfig: kubeconfig.clone(),
            kubectl,
            folder: folder.to_owned(),
            client,
            _server: server,
            _etcd: etcd,
        }
    }

    /// `kubectl` as an administrator, to which the caller adds arguments.
    pub fn client(&self) -> Run {
        kubectl_run(&self.kubectl, &self.kubeconfig, &self.folder)
    }

    /// Applies manifests, in YAML or JSON.
    ///
    /// # Panics
    /// If the server refuses one.
    pub fn apply(&self, manifests: impl Into<Vec<u8>>) {
        let run = self.client().args(["apply", "--filename", "-"]);
        run.input(manifests).succeed();
    }

    /// Waits until every kind that was defined is served.
    ///
    /// # Panics
    /// If one is not within a minute.
    pub fn kinds_are_served(&self) {
        let wait = ["wait", "--for=condition=established", "--timeout=60s"];
        self.client().args(wait).args(["crd", "--all"]).succeed();
    }

    /// An object as JSON, if it is there. `what` is `secret/name`, for instance; without a name, the list of all in the namespace.
    ///
    /// # Panics
    /// If the server does not answer, or with anything else.
    pub fn object(&self, namespace: &str, what: &str) -> Option<Value> {
        let path = client::path(namespace, what);
        match self.client.call("GET", &path, None) {
            (404, _) => None,
            (status, object) => {
                assert_eq!(status, 200, "{path}: {object}");
                Some(object)
            }
        }
    }

    /// Makes an object, or replaces the one that is there.
    ///
    /// # Panics
    /// If the server refuses it.
    pub fn write(&self, manifest: &Value) -> Value {
        let (status, answer) = self.try_write(manifest);
        assert!(matches!(status, 200 | 201), "{status}: {answer}");
        answer
    }

    /// The same with the server's answer, whatever it is.
    ///
    /// # Panics
    /// If the server does not answer.
    pub fn try_write(&self, manifest: &Value) -> (u16, Value) {
        let path = client::path_of(manifest);
        let (there, mut old) = self.client.call("GET", &path, None);
        if there == 404 {
            let collection = path
                .rsplit_once('/')
                .map_or("", |(collection, _)| collection);
            return self.client.call("POST", collection, Some(manifest));
        }
        let mut new = manifest.clone();
        new["metadata"]["resourceVersion"] = old["metadata"]["resourceVersion"].take();
        self.client.call("PUT", &path, Some(&new))
    }

    /// Changes an object by a merge patch; `what` as for [`Self::object`].
    ///
    /// # Panics
    /// If the server refuses it.
    pub fn patch(&self, namespace: &str, what: &str, patch: &Value) -> Value {
        let path = client::path(namespace, what);
        let (status, answer) = self.client.call("PATCH", &path, Some(patch));
        assert_eq!(status, 200, "{path}: {answer}");
        answer
    }

    /// Deletes an object, which need not be there; it may stay for a while if it has finalizers.
    ///
    /// # Panics
    /// If the server refuses it.
    pub fn delete(&self, namespace: &str, what: &str) {
        let path = client::path(namespace, what);
        let (status, answer) = self.client.call("DELETE", &path, None);
        assert!(matches!(status, 200 | 202 | 404), "{path}: {answer}");
    }

    /// An administrator, for what goes on beside the test.
    #[must_use]
    pub fn administrator(&self) -> Client {
        self.client.clone()
    }

    /// Any request of an administrator: status, and the body where it is JSON.
    ///
    /// # Panics
    /// If the server does not answer.
    pub fn call(&self, method: &str, path: &str, body: Option<&Value>) -> (u16, Value) {
        self.client.call(method, path, body)
    }
}

fn kubectl_run(kubectl: &Path, kubeconfig: &Path, folder: &Path) -> Run {
    let run = Run::new(kubectl).folder(folder);
    run.arg("--kubeconfig").arg(kubeconfig)
}

fn kubeconfig_text(address: &str, ca: &Path) -> String {
    let config = serde_json::json!({
        "apiVersion": "v1",
        "kind": "Config",
        "clusters": [{
            "name": "test",
            "cluster": { "server": address, "certificate-authority": ca },
        }],
        "users": [{ "name": "administrator", "user": { "token": TOKEN } }],
        "contexts": [{
            "name": "test",
            "context": { "cluster": "test", "user": "administrator" },
        }],
        "current-context": "test",
    });
    config.to_string()
}

/// A new key that signs the tokens of service accounts, as PEM.
#[expect(
    clippy::expect_used,
    reason = "a suite that cannot have its server fails and says why"
)]
fn account_key() -> String {
    let pair = KeyPair::generate(KeySize::Rsa2048).expect("an RSA key can be made");
    let der = AsDer::<Pkcs8V1Der<'_>>::as_der(&pair).expect("an RSA key can be written");
    let text = STANDARD.encode(der.as_ref());
    let mut pem = String::from("-----BEGIN PRIVATE KEY-----\n");
    for line in text.as_bytes().chunks(64) {
        pem.push_str(&String::from_utf8_lossy(line));
        pem.push('\n');
    }
    pem + "-----END PRIVATE KEY-----\n"
}
