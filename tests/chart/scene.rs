//! A cluster in which the charts are installed, with an ExternalSecret in each of two namespaces.

use std::path::{Path, PathBuf};

use selkie_tests::Run;
use selkie_tests::servers::controller::{data, until};
use selkie_tests::servers::kube_apiserver::KubeApiserver;
use serde_json::{Value, json};

use crate::cluster::Cluster;
use crate::helm::{ACCOUNT, HOME, RELEASE, chart, helm};

/// The release of the definitions.
pub(crate) const DEFINITIONS: &str = "selkie-crds";
/// Where ExternalSecrets are.
pub(crate) const NAMESPACES: [&str; 2] = ["bank", "shop"];
const USER: &str = "system:serviceaccount:selkie:selkie-controller";

pub(crate) struct Scene {
    pub(crate) cluster: Cluster,
    folder: PathBuf,
}

impl Scene {
    pub(crate) fn new(folder: &Path) -> Self {
        let scene = Self {
            cluster: Cluster::new(folder, ACCOUNT),
            folder: folder.to_owned(),
        };
        scene.prepare();
        scene
    }

    pub(crate) const fn server(&self) -> &KubeApiserver {
        &self.cluster.apiserver
    }

    /// `helm`, as a person would call it for the namespace of the release.
    pub(crate) fn helm(&self, words: &[&str]) -> Run {
        let run = helm(&self.folder).env("KUBECONFIG", &self.server().kubeconfig);
        run.args(["--namespace", HOME]).args(words)
    }

    /// The command that brings the release to these values.
    pub(crate) fn upgrade(&self, values: &[&str]) -> Run {
        let chart = chart("selkie");
        // What an earlier form has said is forgotten.
        let words = ["upgrade", "--install", "--reset-values", "--wait", RELEASE];
        let run = self.helm(&words).arg(chart);
        let add = |run: Run, value: &&str| run.args(["--set", value]);
        values.iter().fold(run, add)
    }

    /// The namespaces, the definitions, and an ExternalSecret in each namespace.
    fn prepare(&self) {
        let restricted = json!({ "pod-security.kubernetes.io/enforce": "restricted" });
        for namespace in [HOME].into_iter().chain(NAMESPACES) {
            self.server().write(&json!({
                "apiVersion": "v1",
                "kind": "Namespace",
                "metadata": { "name": namespace, "labels": restricted },
            }));
        }
        self.definitions();
        self.server().kinds_are_served();
        for namespace in NAMESPACES {
            self.set(namespace, "nothing yet");
            self.server().write(&json!({
                "apiVersion": "external-secrets.io/v1",
                "kind": "ExternalSecret",
                "metadata": { "name": "here", "namespace": namespace },
                "spec": {
                    "refreshInterval": "1s",
                    "secretStoreRef": { "name": "here" },
                    "data": [{ "secretKey": "text", "remoteRef": { "key": "text" } }],
                },
            }));
        }
    }

    pub(crate) fn definitions(&self) {
        let chart = chart(DEFINITIONS);
        self.helm(&["install", DEFINITIONS]).arg(chart).succeed();
    }

    /// What the store of a namespace has.
    fn set(&self, namespace: &str, value: &str) {
        self.server().write(&json!({
            "apiVersion": "external-secrets.io/v1",
            "kind": "SecretStore",
            "metadata": { "name": "here", "namespace": namespace },
            "spec": { "provider": { "fake": { "data": [{ "key": "text", "value": value }] } } },
        }));
    }

    /// The Pods bring a new value to where they serve, and have asked for nothing that they may not, nor anything elsewhere.
    pub(crate) fn works(&self, value: &str, served: &[&str]) {
        self.settles();
        for namespace in NAMESPACES {
            self.set(namespace, value);
        }
        for namespace in served {
            until(&format!("{value} in {namespace}"), || {
                (data(self.server(), namespace, "here")?["text"] == value).then_some(())
            });
        }
        let pods = self.pods();
        let asked = self.server().asked(USER).into_iter();
        let asked: Vec<_> = asked.filter(|one| pods.contains(&one.pod)).collect();
        assert!(asked.len() > 5, "{pods:?} are in the record");
        let deployment = self.deployment();
        let flags = deployment["spec"]["template"]["spec"]["containers"][0]["args"].to_string();
        let is_narrow = flags.contains("--namespace=");
        for one in asked {
            let is_here = served.contains(&&*one.namespace) || one.namespace == HOME;
            assert!(one.is_allowed && (is_here || !is_narrow), "{one:?}");
        }
    }

    fn deployment(&self) -> Value {
        let what = format!("deployment/{ACCOUNT}");
        self.server().object(HOME, &what).unwrap()
    }

    /// Waits until there are as many Pods as there should be, and none on its way out.
    pub(crate) fn settles(&self) {
        let wanted = self.deployment()["spec"]["replicas"].clone();
        until("the Pods to settle", || {
            let is_there = self.pods().len() as u64 == wanted.as_u64()?;
            (is_there && wanted == self.ready()).then_some(())
        });
    }

    /// How many Pods are ready, as the Deployment says.
    pub(crate) fn ready(&self) -> u64 {
        let ready = &self.deployment()["status"]["readyReplicas"];
        ready.as_u64().unwrap_or_default()
    }

    /// The names of the Pods.
    pub(crate) fn pods(&self) -> Vec<String> {
        let list = self.server().object(HOME, "pod").unwrap();
        let items = list["items"].as_array().unwrap().iter();
        let names = items.map(|pod| pod["metadata"]["name"].as_str().unwrap().to_owned());
        names.collect()
    }

    /// Asks that a Pod goes, as whoever drains a node does; the API server counts what the budget allows.
    pub(crate) fn evict(&self, pod: &str) -> u16 {
        let eviction = json!({
            "apiVersion": "policy/v1", "kind": "Eviction",
            "metadata": { "name": pod, "namespace": HOME },
        });
        let path = format!("/api/v1/namespaces/{HOME}/pods/{pod}/eviction");
        self.server().call("POST", &path, Some(&eviction)).0
    }

    /// The Pod that works; empty if none does.
    pub(crate) fn holder(&self) -> String {
        let lease = self
            .server()
            .object(HOME, "lease/external-secrets-controller");
        let lease = lease.unwrap_or_default();
        let holder = lease["spec"]["holderIdentity"].as_str().unwrap_or_default();
        holder.split('_').next().unwrap_or_default().to_owned()
    }

    /// Whether there is an object of the release's name.
    pub(crate) fn has(&self, namespace: &str, kind: &str) -> bool {
        let what = format!("{kind}/{ACCOUNT}");
        self.server().object(namespace, &what).is_some()
    }

    /// One field of the metadata of everything that a user has.
    pub(crate) fn kept(&self, field: &str) -> Vec<Value> {
        let objects = NAMESPACES.iter().flat_map(|namespace| {
            ["externalsecret/here", "secretstore/here", "secret/here"]
                .map(|what| self.server().object(namespace, what).unwrap())
        });
        let definitions =
            ["externalsecrets", "secretstores", "clustersecretstores"].map(|plural| {
                let what = format!("customresourcedefinition/{plural}.external-secrets.io");
                self.server().object("", &what).unwrap()
            });
        let objects = objects.chain(definitions);
        objects.map(|it| it["metadata"][field].clone()).collect()
    }
}
