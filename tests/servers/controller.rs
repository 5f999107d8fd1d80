//! An API server with our kinds, and the controller at it: under the account and with the rights that are shipped, nothing more.
#![expect(
    clippy::unwrap_used,
    reason = "a suite that cannot have its servers fails and says why"
)]

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitStatus};
use std::sync::OnceLock;
use std::thread;
use std::time::{Duration, Instant};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use selkie_xtask::program::{Profile, build};
use serde_json::{Value, json};

use super::http::Request;
use super::kube_apiserver::{KubeApiserver, counts};
use super::{Server, free_port};
use crate::repository::top;

/// For whatever is waited for. Generous, because the machine may have other work.
const PATIENCE: Duration = Duration::from_mins(2);

/// The account under which the controller runs.
const ACCOUNT: &str = "selkie-controller";
const HOME: &str = "selkie";

/// Gives the API server our kinds and the controller's rights.
pub fn prepare(cluster: &KubeApiserver) {
    prepare_with(cluster, "deploy/crds");
}

/// The same with the definitions of a folder, as a path from the top.
pub fn prepare_with(cluster: &KubeApiserver, definitions: &str) {
    for folder in [definitions, "deploy/rbac"] {
        let mut files: Vec<PathBuf> = fs::read_dir(top().join(folder))
            .unwrap()
            .map(|entry| entry.unwrap().path())
            .collect();
        files.sort();
        // The rights in some namespaces are a choice beside those in all.
        files.retain(|file| !file.ends_with("namespaced.yaml"));
        for file in files {
            cluster.apply(fs::read(file).unwrap());
        }
    }
    cluster.kinds_are_served();
}

/// The controller, ended with the value.
pub struct Controller {
    server: Server,
    health: u16,
    metrics: u16,
}

impl Controller {
    /// Starts it with these flags, and waits until it is ready.
    pub fn start(folder: &Path, cluster: &KubeApiserver, flags: &[&str]) -> Self {
        Self::start_in(folder, cluster, flags, &[])
    }

    /// The same, in an environment that has these variables.
    pub fn start_in(
        folder: &Path,
        cluster: &KubeApiserver,
        flags: &[&str],
        variables: &[(&str, &str)],
    ) -> Self {
        let (health, metrics) = (free_port(), free_port());
        let mut command = Command::new(program());
        command
            .env_clear()
            .env("HOME", folder)
            .env("KUBECONFIG", kubeconfig(folder, cluster))
            .env("POD_NAMESPACE", HOME)
            .current_dir(folder)
            .arg(format!("--live-addr=127.0.0.1:{health}"))
            .arg(format!("--metrics-addr=127.0.0.1:{metrics}"))
            .arg("--loglevel=debug")
            .args(flags)
            .envs(variables.iter().copied());
        let is_ready = || page(health, "/readyz").is_some();
        let server = Server::start("selkie-controller", folder, &mut command, is_ready);
        Self {
            server,
            health,
            metrics,
        }
    }

    /// What it has logged.
    pub fn log(&self) -> String {
        self.server.log()
    }

    /// Whether it says that all is well, at a path for probes.
    pub fn is_healthy(&self, path: &str) -> bool {
        page(self.health, path).is_some()
    }

    /// Its metrics.
    pub fn metrics(&self) -> String {
        page(self.metrics, "/metrics").unwrap()
    }

    /// The number of its process.
    pub fn id(&self) -> u32 {
        self.server.id()
    }

    /// Sends it a signal, by its name: `STOP` and `CONT` make it sleep and wake.
    pub fn signal(&self, name: &str) {
        signal(self.id(), name);
    }

    /// How it ended, when it does by itself.
    pub fn ended(&mut self) -> ExitStatus {
        self.server.ended()
    }

    /// Tells it to end, and demands that it does so in good order.
    pub fn end(mut self) -> String {
        self.signal("TERM");
        let ended = self.server.ended();
        assert!(ended.success(), "{ended}\n{}", self.log());
        self.log()
    }
}

fn signal(id: u32, name: &str) {
    let kill = Command::new("kill")
        .args(["-s", name, &id.to_string()])
        .status();
    assert!(kill.unwrap().success());
}

/// Our program, built once.
pub fn program() -> &'static Path {
    static BINARY: OnceLock<PathBuf> = OnceLock::new();
    BINARY.get_or_init(|| {
        let selection = ["--workspace", "--bin", "selkie-controller"];
        build(&top(), Profile::Dev, &selection).unwrap()
    })
}

/// A token of the controller's account.
pub fn token(cluster: &KubeApiserver) -> String {
    let token = [
        "create",
        "token",
        ACCOUNT,
        "--namespace",
        HOME,
        "--duration=2h",
    ];
    let token = cluster.client().args(token).succeed().text();
    token.trim().to_owned()
}

/// A configuration with such a token.
pub fn kubeconfig(folder: &Path, cluster: &KubeApiserver) -> PathBuf {
    let config = json!({
        "apiVersion": "v1",
        "kind": "Config",
        "clusters": [{
            "name": "test",
            "cluster": { "server": cluster.address, "certificate-authority": cluster.ca },
        }],
        "users": [{ "name": "controller", "user": { "token": token(cluster) } }],
        "contexts": [{ "name": "test", "context": { "cluster": "test", "user": "controller" } }],
        "current-context": "test",
    });
    let file = folder.join("controller.kubeconfig");
    fs::write(&file, config.to_string()).unwrap();
    file
}

/// A page of a server on loopback, if it is there.
fn page(port: u16, path: &str) -> Option<String> {
    let request = Request {
        method: "GET".to_owned(),
        target: path.to_owned(),
        ..Request::default()
    };
    let answer = request.send(&format!("127.0.0.1:{port}")).ok()?;
    (answer.status == 200).then(|| String::from_utf8_lossy(&answer.body).into_owned())
}

/// Waits until `ask` has an answer.
pub fn until<T>(what: &str, mut ask: impl FnMut() -> Option<T>) -> T {
    let start = Instant::now();
    loop {
        if let Some(answer) = ask() {
            return answer;
        }
        assert!(start.elapsed() < PATIENCE, "waited too long for {what}");
        thread::sleep(Duration::from_millis(100));
    }
}

/// What a Secret holds, decoded; none if there is no such Secret.
pub fn data(cluster: &KubeApiserver, namespace: &str, name: &str) -> Option<Value> {
    let secret = cluster.object(namespace, &format!("secret/{name}"))?;
    let data = secret["data"].as_object().cloned().unwrap_or_default();
    let decoded = data.into_iter().map(|(key, value)| {
        let bytes = STANDARD.decode(value.as_str().unwrap()).unwrap();
        (key, json!(String::from_utf8_lossy(&bytes)))
    });
    Some(Value::Object(decoded.collect()))
}

/// Status, reason and message of an object's condition Ready.
pub fn ready(cluster: &KubeApiserver, namespace: &str, what: &str) -> Option<[String; 3]> {
    let object = cluster.object(namespace, what)?;
    let conditions = object["status"]["conditions"].as_array()?;
    let ready = conditions.iter().find(|it| it["type"] == "Ready")?;
    Some(
        ["status", "reason", "message"]
            .map(|field| ready[field].as_str().unwrap_or_default().to_owned()),
    )
}

/// How many requests the API server has had for these resources, by verb.
pub fn requests(cluster: &KubeApiserver) -> BTreeMap<String, u64> {
    let metrics = cluster.client().args(["get", "--raw", "/metrics"]);
    let metrics = String::from_utf8(metrics.succeed().stdout).unwrap();
    counts(&metrics, &["secrets", "externalsecrets", "events"])
}
