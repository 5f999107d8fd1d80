//! An administrator's requests without a program in between: suites ask an API server thousands of times, and each `kubectl` takes as long as
//! fifty of these.

use std::net::TcpStream;
use std::path::Path;
use std::sync::Arc;

use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, ServerName};
use rustls::{ClientConfig, ClientConnection, RootCertStore, StreamOwned};
use serde_json::Value;

use super::TOKEN;
use crate::servers::http::Request;

/// An administrator of one server.
#[derive(Clone, Debug)]
pub struct Client {
    /// `HOST:PORT`
    address: String,
    tls: Arc<ClientConfig>,
}

/// The kinds that tests ask for by a short name, and the paths of their collections.
const KINDS: &[(&str, &str, &str)] = &[
    (
        "clusterrole",
        "/apis/rbac.authorization.k8s.io/v1",
        "clusterroles",
    ),
    (
        "clusterrolebinding",
        "/apis/rbac.authorization.k8s.io/v1",
        "clusterrolebindings",
    ),
    (
        "clustersecretstore",
        "/apis/external-secrets.io/v1",
        "clustersecretstores",
    ),
    ("configmap", "/api/v1", "configmaps"),
    (
        "customresourcedefinition",
        "/apis/apiextensions.k8s.io/v1",
        "customresourcedefinitions",
    ),
    ("deployment", "/apis/apps/v1", "deployments"),
    ("event", "/apis/events.k8s.io/v1", "events"),
    (
        "externalsecret",
        "/apis/external-secrets.io/v1",
        "externalsecrets",
    ),
    (
        "gitrepository",
        "/apis/source.toolkit.fluxcd.io/v1",
        "gitrepositories",
    ),
    (
        "kustomization",
        "/apis/kustomize.toolkit.fluxcd.io/v1",
        "kustomizations",
    ),
    ("lease", "/apis/coordination.k8s.io/v1", "leases"),
    ("namespace", "/api/v1", "namespaces"),
    ("pod", "/api/v1", "pods"),
    (
        "poddisruptionbudget",
        "/apis/policy/v1",
        "poddisruptionbudgets",
    ),
    ("role", "/apis/rbac.authorization.k8s.io/v1", "roles"),
    (
        "rolebinding",
        "/apis/rbac.authorization.k8s.io/v1",
        "rolebindings",
    ),
    ("secret", "/api/v1", "secrets"),
    (
        "secretstore",
        "/apis/external-secrets.io/v1",
        "secretstores",
    ),
    ("serviceaccount", "/api/v1", "serviceaccounts"),
];

#[expect(
    clippy::expect_used,
    clippy::panic,
    reason = "a suite that cannot ask its server fails and says why"
)]
impl Client {
    pub(super) fn new(address: &str, ca: &Path) -> Self {
        let mut roots = RootCertStore::empty();
        let certificates = CertificateDer::pem_file_iter(ca).expect("the server wrote it");
        for certificate in certificates {
            let certificate = certificate.expect("the server wrote a certificate");
            // The leaf stands in the file as well, and may be no authority.
            let _ = roots.add(certificate);
        }
        let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
        let tls = ClientConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .expect("the provider has them")
            .with_root_certificates(roots)
            .with_no_client_auth();
        Self {
            address: address.trim_start_matches("https://").to_owned(),
            tls: Arc::new(tls),
        }
    }

    /// The status and the body of an answer; null where that is no JSON.
    ///
    /// # Panics
    /// If the server does not answer.
    pub fn call(&self, method: &str, path: &str, body: Option<&Value>) -> (u16, Value) {
        let kind = match method {
            "PATCH" => "application/merge-patch+json",
            _ => "application/json",
        };
        let request = Request {
            method: method.to_owned(),
            target: path.to_owned(),
            headers: vec![
                ("authorization".to_owned(), format!("Bearer {TOKEN}")),
                ("content-type".to_owned(), kind.to_owned()),
            ],
            body: body.map(Value::to_string).unwrap_or_default().into_bytes(),
        };
        let stream = TcpStream::connect(&self.address).expect("the server listens");
        // A request is several small writes, which would wait for each other's receipt.
        stream.set_nodelay(true).expect("a stream has the option");
        let name = ServerName::try_from("127.0.0.1").expect("an address is a name");
        let tls = ClientConnection::new(Arc::clone(&self.tls), name).expect("TLS can begin");
        let mut stream = StreamOwned::new(tls, stream);
        let answer = request
            .send_over(&mut stream, &self.address)
            .unwrap_or_else(|error| panic!("{method} {path}: {error}"));
        let body = serde_json::from_slice(&answer.body).unwrap_or_default();
        (answer.status, body)
    }
}

/// The path of one object; `what` is `secret/name`, or a kind alone for all of its objects.
#[expect(clippy::panic, reason = "a suite asks for a kind that is in the table")]
pub(super) fn path(namespace: &str, what: &str) -> String {
    let (kind, name) = what.split_once('/').unwrap_or((what, ""));
    let found = KINDS.iter().find(|(short, ..)| *short == kind);
    let Some((_, group, plural)) = found else {
        panic!("{kind} is no kind of the table")
    };
    let scope = if namespace.is_empty() {
        String::new()
    } else {
        format!("/namespaces/{namespace}")
    };
    format!("{group}{scope}/{plural}/{name}")
        .trim_end_matches('/')
        .to_owned()
}

/// The path of the object that a manifest describes, in the version that it names.
pub(super) fn path_of(manifest: &Value) -> String {
    let text = |field: &Value| field.as_str().unwrap_or_default().to_owned();
    let kind = text(&manifest["kind"]).to_lowercase();
    let metadata = &manifest["metadata"];
    let found = path(
        &text(&metadata["namespace"]),
        &format!("{kind}/{}", text(&metadata["name"])),
    );
    let version = text(&manifest["apiVersion"]);
    match found.strip_prefix("/apis/external-secrets.io/v1/") {
        Some(rest) => format!("/apis/{version}/{rest}"),
        None => found,
    }
}
