//! Kubernetes' own controllers at an API server: those that delete what has lost its owner or its namespace, and where a test wants it those that make Pods of
//! Deployments. Without them nothing in a test's cluster is ever collected, and whoever says that nothing was lost has shown little.

use std::net::TcpStream;
use std::path::Path;

use selkie_xtask::peers;
use serde_json::{Value, json};

use super::controller::until;
use super::kube_apiserver::KubeApiserver;
use super::{Server, free_port, program};

/// What deletes.
const COLLECTORS: &str = "garbage-collector-controller,namespace-controller";
/// What makes Pods, and counts how many may go.
const WORKLOADS: &str = "deployment-controller,replicaset-controller,disruption-controller";
/// Where its pulse is taken.
const HOME: &str = "default";

/// The controllers, gone with the value.
#[derive(Debug)]
pub struct ControllerManager {
    _server: Server,
}

impl ControllerManager {
    /// Starts what deletes, as an administrator, and waits until it does.
    ///
    /// # Panics
    /// If it cannot be installed, does not start or does not collect.
    pub fn start(folder: &Path, cluster: &KubeApiserver) -> Self {
        Self::start_with(folder, cluster, COLLECTORS)
    }

    /// The same with what makes Pods.
    ///
    /// # Panics
    /// As [`Self::start`].
    pub fn with_workloads(folder: &Path, cluster: &KubeApiserver) -> Self {
        Self::start_with(folder, cluster, &format!("{COLLECTORS},{WORKLOADS}"))
    }

    #[expect(
        clippy::expect_used,
        reason = "a suite that cannot have its server fails and says why"
    )]
    fn start_with(folder: &Path, cluster: &KubeApiserver, controllers: &str) -> Self {
        let manager = peers::kube_controller_manager().expect("it can be installed");
        let port = free_port();
        let mut command = program(&manager, folder);
        command
            .arg("--kubeconfig")
            .arg(&cluster.kubeconfig)
            .args(["--controllers", controllers])
            .args(["--leader-elect=false", "--bind-address=127.0.0.1"])
            .args(["--cert-dir", "controller-manager"])
            .args(["--secure-port", &port.to_string()]);
        let is_ready = || TcpStream::connect(("127.0.0.1", port)).is_ok();
        let server = Server::start("kube-controller-manager", folder, &mut command, is_ready);
        collects(cluster, "first-pulse");
        Self { _server: server }
    }
}

/// Waits until an object that has lost its owner is gone. Whatever else had lost its owner by then has been seen as well.
///
/// # Panics
/// If it stays.
pub fn collects(cluster: &KubeApiserver, name: &str) {
    let owner = cluster.write(&config_map(name, &json!([])));
    let owned = format!("{name}-owned");
    let reference = json!([{
        "apiVersion": "v1", "kind": "ConfigMap", "name": name, "uid": owner["metadata"]["uid"],
    }]);
    cluster.write(&config_map(&owned, &reference));
    cluster.delete(HOME, &format!("configmap/{name}"));
    until("an object without an owner to be collected", || {
        let left = cluster.object(HOME, &format!("configmap/{owned}"));
        left.is_none().then_some(())
    });
}

fn config_map(name: &str, owners: &Value) -> Value {
    json!({
        "apiVersion": "v1", "kind": "ConfigMap",
        "metadata": { "namespace": HOME, "name": name, "ownerReferences": owners },
    })
}
