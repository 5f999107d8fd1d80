//! The servers, and what they hold before a controller starts.

use std::path::{Path, PathBuf};
use std::time::Instant;

use kube::config::{KubeConfigOptions, Kubeconfig};
use kube::{Client, Config};
use selkie_tests::servers::controller;
use selkie_tests::servers::kube_apiserver::KubeApiserver;
use serde_json::{Value, json};

use crate::api::{external_secrets, many, send};
use crate::flags::Flags;
use crate::store::Store;

/// All that a run needs, gone with the value.
pub(crate) struct Scene {
    pub(crate) flags: Flags,
    pub(crate) cluster: KubeApiserver,
    pub(crate) store: Store,
    /// With the rights of the controller and no more.
    pub(crate) kubeconfig: PathBuf,
    pub(crate) log: PathBuf,
}

impl Scene {
    /// Starts the servers.
    pub(crate) fn start(folder: &Path, flags: &Flags) -> Self {
        let cluster = KubeApiserver::start(folder);
        controller::prepare(&cluster);
        Self {
            flags: flags.clone(),
            kubeconfig: controller::kubeconfig(folder, &cluster),
            cluster,
            store: Store::start(folder, flags.store),
            log: folder.join("measured.log"),
        }
    }

    /// A client of an administrator.
    pub(crate) async fn client(&self) -> Client {
        let config = Kubeconfig::read_from(&self.cluster.kubeconfig).unwrap();
        let config = Config::from_custom_kubeconfig(config, &KubeConfigOptions::default()).await;
        Client::try_from(config.unwrap()).unwrap()
    }

    /// The namespace of an object.
    pub(crate) fn namespace(&self, number: usize) -> String {
        format!("bench-{}", number % self.flags.namespaces)
    }

    /// Fills the server, and makes the namespaces, the store and the objects.
    pub(crate) async fn prepare(&self) {
        self.store.fill(self.flags.keys);
        let (provider, account) = self.store.manifest();
        let client = self.client().await;
        let store = json!({
            "apiVersion": "external-secrets.io/v1", "kind": "ClusterSecretStore",
            "metadata": { "name": "bench" },
            "spec": { "provider": provider },
        });
        let account = json!({ "metadata": { "name": "bench" }, "stringData": account });
        send(
            &client,
            "POST",
            "/api/v1/namespaces/default/secrets",
            &account,
        )
        .await;
        send(
            &client,
            "POST",
            "/apis/external-secrets.io/v1/clustersecretstores",
            &store,
        )
        .await;
        let namespace = |number: usize| {
            let body = json!({ "metadata": { "name": format!("bench-{number}") } });
            let client = &client;
            async move { send(client, "POST", "/api/v1/namespaces", &body).await }
        };
        many(self.flags.namespaces, 16, namespace).await;
        let object = |number: usize| {
            let client = &client;
            let namespace = self.namespace(number);
            let body = self.external_secret(number, &format!("es-{number}"), "1h");
            async move { send(client, "POST", &external_secrets(&namespace), &body).await }
        };
        many(self.flags.objects, 24, object).await;
    }

    /// An object that reads two properties of one key.
    pub(crate) fn external_secret(&self, number: usize, name: &str, interval: &str) -> Value {
        let key = format!("app/{}", number % self.flags.keys);
        let entry = |property: &str| json!({ "secretKey": property, "remoteRef": { "key": key, "property": property } });
        json!({
            "apiVersion": "external-secrets.io/v1", "kind": "ExternalSecret",
            "metadata": { "name": name },
            "spec": {
                "refreshInterval": interval,
                "secretStoreRef": { "kind": "ClusterSecretStore", "name": "bench" },
                "target": { "name": name },
                "data": [entry("password"), entry("user")],
            },
        })
    }

    /// What one write costs this API server today, in milliseconds, 16 at once: what makes the seconds of two runs comparable.
    pub(crate) async fn calibrate(&self) -> Value {
        const COUNT: u32 = 500;
        let client = self.client().await;
        let path = "/api/v1/namespaces/default/configmaps";
        let start = Instant::now();
        many(COUNT as usize, 16, |number| {
            let body = json!({ "metadata": { "name": format!("calibration-{number}") }, "data": { "a": "b" } });
            let client = &client;
            async move { send(client, "POST", path, &body).await }
        })
        .await;
        let milliseconds = start.elapsed().as_secs_f64() * 1e3 / f64::from(COUNT);
        json!({ "create": (milliseconds * 100.0).round() / 100.0 })
    }
}
