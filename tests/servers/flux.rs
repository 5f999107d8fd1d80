//! Flux's kustomize-controller at an API server, without the rest of Flux: its sources are objects whose status says where the
//! artifact is. Nothing here may know what is in one.

use std::path::Path;

use selkie_xtask::peers;

use super::kube_apiserver::KubeApiserver;
use super::{Server, answers, free_port, program};

/// The controller, gone with the value.
#[derive(Debug)]
pub struct Flux {
    server: Server,
}

impl Flux {
    /// Gives the API server Flux's kinds and starts the controller, which keeps its files in `folder`.
    ///
    /// # Panics
    /// If it cannot be installed or does not start.
    #[expect(
        clippy::expect_used,
        reason = "a suite that cannot have its server fails and says why"
    )]
    pub fn start(folder: &Path, cluster: &KubeApiserver) -> Self {
        let controller = peers::kustomize_controller().expect("Flux can be installed");
        let kinds = controller.with_file_name("crds");
        let client = || cluster.client();
        client().args(["create", "--filename"]).arg(kinds).succeed();
        cluster.kinds_are_served();
        let (health, metrics) = (free_port(), free_port());
        let mut command = program(&controller, folder);
        command
            .env("KUBECONFIG", &cluster.kubeconfig)
            .env("RUNTIME_NAMESPACE", "default")
            .args([
                "--watch-all-namespaces=true",
                "--enable-leader-election=false",
            ])
            .args(["--events-addr=", "--log-encoding=console"])
            .arg(format!("--health-addr=127.0.0.1:{health}"))
            .arg(format!("--metrics-addr=127.0.0.1:{metrics}"));
        let is_ready = || answers(health, "/readyz");
        let server = Server::start("kustomize-controller", folder, &mut command, is_ready);
        Self { server }
    }

    /// What it has logged.
    pub fn log(&self) -> String {
        self.server.log()
    }
}
