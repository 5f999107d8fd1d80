//! The real Vault in development mode, which keeps everything in memory: one over plain HTTP for whoever sets it up, and two doors with
//! TLS to the same engines, one of which wants a client certificate. Nothing here may know what is kept in it.

mod audit;

use std::fs;
use std::net::TcpStream;
use std::path::{Path, PathBuf};
use std::process::Command;

use selkie_xtask::peers;
use serde_json::{Value, json};

use super::http::Request;
use super::tls::Authority;
use super::{Server, free_port};

pub use audit::Audit;

/// May do everything.
pub const ROOT: &str = "root-of-the-test";

/// A Vault with nothing in it, gone with the value.
#[derive(Debug)]
pub struct Vault {
    /// `http://127.0.0.1:PORT`
    pub url: String,
    /// `https://127.0.0.1:PORT`; its certificate is for `localhost` and `vault.test`, too.
    pub tls_url: String,
    /// The same for clients with a certificate only.
    pub mutual_url: String,
    /// The certificate of the authority that signed the server's, PEM.
    pub authority: PathBuf,
    /// A client's certificate and key, PEM.
    pub client: [PathBuf; 2],
    address: String,
    folder: PathBuf,
    _server: Server,
}

#[expect(
    clippy::expect_used,
    reason = "a suite that cannot have its server fails and says why"
)]
impl Vault {
    /// Starts one that keeps its files in `folder`.
    ///
    /// # Panics
    /// If it cannot be installed or does not start.
    pub fn start(folder: &Path) -> Self {
        Self::launch(folder, None)
    }

    /// Starts one that has the plugins in a folder as well, each by its file's name.
    ///
    /// # Panics
    /// If it cannot be installed or does not start.
    pub fn with_plugins(folder: &Path, plugins: &Path) -> Self {
        Self::launch(folder, Some(plugins))
    }

    fn launch(folder: &Path, plugins: Option<&Path>) -> Self {
        let program = peers::vault().expect("vault can be installed");
        let authority = Authority::new();
        let file = authority.file(folder);
        let certificate = authority.server(&["127.0.0.1", "localhost", "vault.test"]);
        let certificate = certificate.files(folder, "vault");
        let [plain, tls, mutual] = [(); 3].map(|()| free_port());
        let config = folder.join("vault.hcl");
        let doors = [
            door(tls, &certificate, None),
            door(mutual, &certificate, Some(&file)),
        ]
        .concat();
        fs::write(&config, doors).expect("a configuration can be written");
        let address = format!("127.0.0.1:{plain}");
        let mut command = Command::new(program);
        command
            .env_clear()
            .env("HOME", folder)
            .current_dir(folder)
            .args(["server", "-dev", "-dev-no-store-token"])
            .arg(format!("-dev-root-token-id={ROOT}"))
            .arg(format!("-dev-listen-address={address}"))
            .arg("-config")
            .arg(config);
        if let Some(plugins) = plugins {
            command.arg(format!("-dev-plugin-dir={}", plugins.display()));
        }
        let is_ready = || {
            let request = Request {
                method: "GET".to_owned(),
                target: "/v1/sys/health".to_owned(),
                ..Request::default()
            };
            let doors = [tls, mutual].map(|port| TcpStream::connect(("127.0.0.1", port)));
            doors.iter().all(Result::is_ok)
                && request
                    .send(&address)
                    .is_ok_and(|health| health.status == 200)
        };
        let server = Server::start("vault", folder, &mut command, is_ready);
        Self {
            url: format!("http://{address}"),
            tls_url: format!("https://127.0.0.1:{tls}"),
            mutual_url: format!("https://127.0.0.1:{mutual}"),
            authority: file,
            client: authority.client("client").files(folder, "client"),
            address,
            folder: folder.to_owned(),
            _server: server,
        }
    }

    /// Does something as root: `PATH` below `/v1/`.
    ///
    /// # Panics
    /// If Vault refuses.
    pub fn write(&self, path: &str, body: &Value) -> Value {
        self.change("POST", path, body)
    }

    /// Deletes what is at `PATH` below `/v1/`, as root.
    ///
    /// # Panics
    /// If Vault refuses.
    pub fn delete(&self, path: &str) {
        self.change("DELETE", path, &Value::Null);
    }

    fn change(&self, method: &str, path: &str, body: &Value) -> Value {
        let body = if body.is_null() {
            String::new()
        } else {
            body.to_string()
        };
        let request = Request {
            method: method.to_owned(),
            target: format!("/v1/{path}"),
            headers: vec![("X-Vault-Token".to_owned(), ROOT.to_owned())],
            body: body.into_bytes(),
        };
        let answer = request.send(&self.address).expect("vault answers");
        let text = String::from_utf8_lossy(&answer.body);
        assert!((200..300).contains(&answer.status), "{path}: {text}");
        serde_json::from_str(&text).unwrap_or(Value::Null)
    }

    /// What is at `PATH` below `/v1/`, as root; null if there is nothing.
    ///
    /// # Panics
    /// If Vault does not answer.
    pub fn read(&self, path: &str) -> Value {
        let request = Request {
            method: "GET".to_owned(),
            target: format!("/v1/{path}"),
            headers: vec![("X-Vault-Token".to_owned(), ROOT.to_owned())],
            body: Vec::new(),
        };
        let answer = request.send(&self.address).expect("vault answers");
        let body = serde_json::from_slice::<Value>(&answer.body);
        body.map_or(Value::Null, |mut body| body["data"].take())
    }

    /// A transit engine at `mount` with keys of these names.
    pub fn transit(&self, mount: &str, keys: &[&str]) {
        self.write(&format!("sys/mounts/{mount}"), &json!({"type": "transit"}));
        for key in keys {
            self.write(&format!("{mount}/keys/{key}"), &json!({}));
        }
    }

    /// A token that may do what a policy in Vault's language says.
    ///
    /// # Panics
    /// If Vault answers strangely.
    pub fn token(&self, name: &str, policy: &str) -> String {
        self.write(
            &format!("sys/policies/acl/{name}"),
            &json!({ "policy": policy }),
        );
        let made = self.write("auth/token/create", &json!({"policies": [name]}));
        let token = made["auth"]["client_token"].as_str();
        token.expect("a token was made").to_owned()
    }
}

fn door(port: u16, [certificate, key]: &[PathBuf; 2], clients: Option<&Path>) -> String {
    let clients = clients.map_or_else(String::new, |authority| {
        format!(
            "  tls_client_ca_file = \"{}\"\n  tls_require_and_verify_client_cert = true\n",
            authority.display()
        )
    });
    format!(
        "listener \"tcp\" {{\n  address = \"127.0.0.1:{port}\"\n  tls_cert_file = \"{}\"\n  tls_key_file = \"{}\"\n{clients}}}\n",
        certificate.display(),
        key.display()
    )
}
