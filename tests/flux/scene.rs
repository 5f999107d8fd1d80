//! The servers, and one Kustomization with the source that it follows.

use std::path::{Path, PathBuf};
use std::thread;
use std::time::{Duration, Instant};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use selkie_tests::servers::files::Files;
use selkie_tests::servers::flux::Flux;
use selkie_tests::servers::kube_apiserver::KubeApiserver;
use selkie_tests::{AgeKey, Run, scratch};
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};

use crate::Data;

/// An API server, Flux at it, and two keys.
pub(crate) struct Scene {
    /// Who may read the repositories.
    pub(crate) age: AgeKey,
    pub(crate) other: AgeKey,
    files: Files,
    // The order matters: values are dropped from the top down.
    flux: Flux,
    pub(crate) cluster: KubeApiserver,
    _folder: tempfile::TempDir,
}

impl Scene {
    pub(crate) fn start() -> Self {
        let folder = scratch();
        let cluster = KubeApiserver::start(folder.path());
        Self {
            age: AgeKey::make(folder.path(), "age.txt"),
            other: AgeKey::make(folder.path(), "other.txt"),
            files: Files::start(),
            flux: Flux::start(folder.path(), &cluster),
            cluster,
            _folder: folder,
        }
    }
}

/// How a revision ended.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum End {
    Applied,
    /// With what Flux says.
    Refused(String),
}

/// A Kustomization in a namespace of its own, and the folder that its source holds.
pub(crate) struct Delivery<'s> {
    scene: &'s Scene,
    namespace: &'static str,
    folder: PathBuf,
    revisions: u32,
}

impl<'s> Delivery<'s> {
    /// Makes a source of that name in a namespace that is there.
    pub(crate) fn follow(scene: &'s Scene, namespace: &'static str, folder: &Path) -> Self {
        let delivery = Self {
            scene,
            namespace,
            folder: folder.to_owned(),
            revisions: 0,
        };
        let mut source = delivery.named("source.toolkit.fluxcd.io/v1", "GitRepository");
        // Nobody fetches it: no source controller runs.
        source["spec"] = json!({ "interval": "1h", "url": "https://git.invalid/app.git" });
        scene.cluster.apply(source.to_string());
        delivery
    }

    /// Makes the namespace, the key, the source and the Kustomization; `decrypts` says whether that is told of the key.
    pub(crate) fn new(
        scene: &'s Scene,
        namespace: &'static str,
        folder: &Path,
        decrypts: bool,
    ) -> Self {
        let object = json!({
            "apiVersion": "v1", "kind": "Namespace", "metadata": { "name": namespace },
        });
        scene.cluster.apply(object.to_string());
        let delivery = Self::follow(scene, namespace, folder);
        delivery.put_key(&scene.age);
        let mut kustomization = delivery.named("kustomize.toolkit.fluxcd.io/v1", "Kustomization");
        kustomization["spec"] = json!({
            "interval": "1h",
            "path": "./",
            "prune": true,
            "targetNamespace": namespace,
            "sourceRef": { "kind": "GitRepository", "name": namespace },
        });
        if decrypts {
            let decryption = json!({ "provider": "sops", "secretRef": { "name": "sops-age" } });
            kustomization["spec"]["decryption"] = decryption;
        }
        scene.cluster.apply(kustomization.to_string());
        delivery
    }

    /// An object with the namespace's name.
    fn named(&self, version: &str, kind: &str) -> Value {
        json!({
            "apiVersion": version,
            "kind": kind,
            "metadata": { "name": self.namespace, "namespace": self.namespace },
        })
    }

    /// Puts the identity there that Flux decrypts with.
    pub(crate) fn put_key(&self, key: &AgeKey) {
        let identity = std::fs::read_to_string(&key.file).unwrap();
        let secret = json!({
            "apiVersion": "v1",
            "kind": "Secret",
            "metadata": { "name": "sops-age", "namespace": self.namespace },
            "stringData": { "team.agekey": identity },
        });
        self.scene.cluster.apply(secret.to_string());
    }

    /// Makes the folder as it is now the source's newest revision, and waits until Flux is done with it.
    pub(crate) fn publish(&mut self) -> End {
        self.revisions += 1;
        let revision = format!("main@sha1:{:040x}", self.revisions);
        let archive = Run::new("tar")
            .args(["-czf", "-", "-C"])
            .arg(&self.folder)
            .arg(".");
        let archive = archive.succeed().stdout;
        let digest = Sha256::digest(&archive);
        let digest = digest
            .iter()
            .fold(String::new(), |text, byte| format!("{text}{byte:02x}"));
        let name = format!("{}/{}.tar.gz", self.namespace, self.revisions);
        let size = archive.len();
        let url = self.scene.files.put(&name, archive);
        let now = "2026-01-02T03:04:05Z";
        let status = json!({ "status": {
            "observedGeneration": 1,
            "artifact": {
                "url": url,
                "path": name,
                "revision": revision,
                "digest": format!("sha256:{digest}"),
                "size": size,
                "lastUpdateTime": now,
            },
            "conditions": [{
                "type": "Ready",
                "status": "True",
                "reason": "Succeeded",
                "message": "stored artifact",
                "lastTransitionTime": now,
                "observedGeneration": 1,
            }],
        }});
        let patch = self
            .scene
            .cluster
            .client()
            .args(["patch", "gitrepository", self.namespace]);
        let patch = patch.args(["--namespace", self.namespace, "--subresource=status"]);
        patch
            .args(["--type=merge", "--patch", &status.to_string()])
            .succeed();
        self.wait_for(&revision)
    }

    /// Publishes what must be refused, and returns what Flux says.
    pub(crate) fn refused(&mut self) -> String {
        match self.publish() {
            End::Refused(said) => said,
            End::Applied => panic!("{} was applied", self.folder.display()),
        }
    }

    fn wait_for(&self, revision: &str) -> End {
        let start = Instant::now();
        loop {
            let kustomization = format!(
                "kustomizations.kustomize.toolkit.fluxcd.io/{}",
                self.namespace
            );
            let kustomization = self.object(&kustomization).unwrap();
            let status = &kustomization["status"];
            let conditions = status["conditions"].as_array().into_iter().flatten();
            let ready = conditions.into_iter().find(|it| it["type"] == "Ready");
            let attempted = status["lastAttemptedRevision"] == revision;
            match ready.and_then(|it| it["status"].as_str()) {
                Some("True") if attempted && status["lastAppliedRevision"] == revision => {
                    return End::Applied;
                }
                Some("False") if attempted => {
                    let said = ready.unwrap()["message"].as_str().unwrap();
                    return End::Refused(said.to_owned());
                }
                _ => {}
            }
            assert!(
                start.elapsed() < Duration::from_mins(2),
                "Flux is not done with {revision}: {status:#}\n{}",
                self.scene.flux.log()
            );
            thread::sleep(Duration::from_millis(200));
        }
    }

    /// An object of the namespace, if it is there.
    pub(crate) fn object(&self, what: &str) -> Option<Value> {
        self.scene.cluster.object(self.namespace, what)
    }

    /// What a Secret holds, decoded.
    pub(crate) fn secret(&self, name: &str) -> Data {
        let secret = self
            .object(&format!("secret/{name}"))
            .unwrap_or_else(|| panic!("no {name}"));
        let data = secret["data"].as_object().unwrap();
        let decoded = |value: &Value| STANDARD.decode(value.as_str().unwrap()).unwrap();
        data.iter()
            .map(|(key, value)| (key.clone(), decoded(value)))
            .collect()
    }

    /// The versions of Secrets, which change with every write.
    pub(crate) fn versions<'n>(&self, names: impl Iterator<Item = &'n String>) -> Vec<String> {
        let version = |name| {
            self.object(&format!("secret/{name}")).unwrap()["metadata"]["resourceVersion"]
                .to_string()
        };
        names.map(version).collect()
    }
}
