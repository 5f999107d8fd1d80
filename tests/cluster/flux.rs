//! Encrypted files in what Flux has fetched: sources as source-controller leaves them, and a server that keeps their artifacts.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};

use selkie_tests::repository::selkie;
use selkie_tests::servers::controller::{Controller, data, until};
use selkie_tests::servers::http::Response;
use selkie_tests::servers::kube_apiserver::KubeApiserver;
use selkie_tests::servers::stub::Stub;
use selkie_tests::{AgeKey, Run};
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};

use crate::examples::{fails, valid};

const NAMESPACE: &str = "flux-shop";
const REVISION: &str = "selkie.dev/source-revision";
/// Values that occur nowhere by chance, so that a log can be searched for them.
const FIRST: &str = "hunter-f1c0a7";
const SECOND: &str = "hunter-5be2d9";

/// A folder that is packed, and what was packed of it.
struct Artifacts {
    server: Stub,
    packed: Arc<Mutex<BTreeMap<String, Vec<u8>>>>,
    folder: PathBuf,
    key: AgeKey,
}

impl Artifacts {
    fn start(folder: &Path) -> Self {
        let packed = Arc::<Mutex<BTreeMap<String, Vec<u8>>>>::default();
        let kept = Arc::clone(&packed);
        let server = Stub::plain(move |request| {
            let kept = kept.lock().unwrap();
            match kept.get(&request.target) {
                Some(archive) => Response {
                    status: 200,
                    headers: Vec::new(),
                    body: archive.clone(),
                },
                None => Response::json(404, "{}"),
            }
        });
        let tree = folder.join("flux-tree");
        fs::create_dir_all(tree.join("shop")).unwrap();
        Self {
            server,
            packed,
            folder: tree,
            key: AgeKey::make(folder, "flux.agekey"),
        }
    }

    /// Packs the folder with this password in it, and says what source-controller would.
    fn pack(&self, password: &str, revision: &str) -> Value {
        let file = self.folder.join("shop/app.yaml");
        fs::write(&file, format!("password: {password}\n")).unwrap();
        let encrypt = Run::new(selkie()).args(["encrypt", "-i", "--age", &self.key.recipient]);
        encrypt.folder(&self.folder).arg(&file).succeed();
        let link = self.folder.join("shop/link.yaml");
        if !link.is_symlink() {
            std::os::unix::fs::symlink("app.yaml", link).unwrap();
        }
        let run = Run::new("tar")
            .args(["-czf", "-", "."])
            .folder(&self.folder);
        let archive = run.output().stdout;
        let digest = Sha256::digest(&archive);
        let hex: Vec<String> = digest.iter().map(|byte| format!("{byte:02x}")).collect();
        let path = format!("/gitrepository/{revision}.tar.gz");
        self.packed.lock().unwrap().insert(path.clone(), archive);
        json!({
            "url": format!("http://{}{path}", self.server.address()),
            "digest": format!("sha256:{}", hex.concat()),
            "revision": format!("main@sha1:{revision}"),
        })
    }
}

pub(crate) fn secrets_follow_an_artifact(folder: &Path, cluster: &KubeApiserver) {
    cluster.apply(include_str!("flux-sources.yaml"));
    cluster.kinds_are_served();
    let artifacts = Artifacts::start(folder);
    cluster.write(&json!({
        "apiVersion": "v1", "kind": "Namespace", "metadata": { "name": NAMESPACE },
    }));
    let age = fs::read_to_string(&artifacts.key.file).unwrap();
    cluster.write(&json!({
        "apiVersion": "v1", "kind": "Secret",
        "metadata": { "name": "sops-age", "namespace": NAMESPACE },
        "stringData": { "age.agekey": age },
    }));
    let source = |status: Value| {
        cluster.write(&json!({
            "apiVersion": "source.toolkit.fluxcd.io/v1", "kind": "GitRepository",
            "metadata": { "name": "shop", "namespace": NAMESPACE },
            "status": status,
        }));
    };
    source(json!({}));
    cluster.write(&store("SecretStore", &json!({ "name": "shop" })));
    cluster.write(&external_secret("app.yaml"));
    let controller = Controller::start(folder, cluster, &["--store-requeue-interval=1s"]);
    let said = fails(cluster, NAMESPACE, "secretstore/flux", "NotFound");
    assert!(said.contains("has no artifact yet"), "{said}");

    let first = artifacts.pack(FIRST, "1111");
    source(json!({ "artifact": first }));
    valid(cluster, NAMESPACE, "secretstore/flux");
    holds(cluster, FIRST, "main@sha1:1111");
    source(json!({ "artifact": artifacts.pack(SECOND, "2222") }));
    holds(cluster, SECOND, "main@sha1:2222");

    // What is not what it should be is not used, and the Secret stays.
    let mut forged = artifacts.pack(FIRST, "3333");
    forged["digest"] = first["digest"].clone();
    let mut nowhere = artifacts.pack(FIRST, "4444");
    nowhere["url"] = json!(format!("http://{}/gone.tar.gz", artifacts.server.address()));
    let mut metadata = artifacts.pack(FIRST, "5555");
    metadata["url"] = json!("http://169.254.169.254/latest");
    for (artifact, cause) in [
        (forged, "InvalidData"),
        (nowhere, "NotFound"),
        (metadata, "Forbidden"),
    ] {
        source(json!({ "artifact": artifact }));
        fails(cluster, NAMESPACE, "secretstore/flux", cause);
        holds(cluster, SECOND, "main@sha1:2222");
    }
    source(json!({ "artifact": artifacts.pack(FIRST, "6666") }));
    holds(cluster, FIRST, "main@sha1:6666");

    cluster.write(&external_secret("link.yaml"));
    let said = fails(cluster, NAMESPACE, "externalsecret/app", "InvalidData");
    assert!(said.contains("links are not followed"), "{said}");
    // Nobody reads what Flux has fetched for others.
    let other = json!({ "name": "shop", "namespace": "default" });
    cluster.write(&store("SecretStore", &other));
    fails(cluster, NAMESPACE, "secretstore/flux", "Forbidden");
    cluster.write(&store("ClusterSecretStore", &json!({ "name": "shop" })));
    let said = fails(cluster, "", "clustersecretstore/flux", "InvalidSpec");
    assert!(said.contains("must name a namespace"), "{said}");

    let log = controller.end();
    for value in [FIRST, SECOND, "AGE-SECRET-KEY"] {
        assert!(!log.contains(value), "a value is in the log");
    }
}

fn holds(cluster: &KubeApiserver, value: &str, revision: &str) {
    until(&format!("the Secret of {revision}"), || {
        let is_there = data(cluster, NAMESPACE, "app")? == json!({ "password": value });
        let secret = cluster.object(NAMESPACE, "secret/app")?;
        (is_there && secret["metadata"]["annotations"][REVISION] == revision).then_some(())
    });
}

fn store(kind: &str, source: &Value) -> Value {
    let mut flux = json!({ "kind": "GitRepository", "path": "shop" });
    for (name, value) in source.as_object().unwrap() {
        flux[name] = value.clone();
    }
    let mut store = json!({
        "apiVersion": "external-secrets.io/v1", "kind": kind,
        "metadata": { "name": "flux" },
        "spec": { "provider": { "sops": {
            "source": { "flux": flux },
            "keys": { "age": [{ "name": "sops-age", "key": "age.agekey" }] },
        } } },
    });
    if kind == "SecretStore" {
        store["metadata"]["namespace"] = json!(NAMESPACE);
    }
    store
}

fn external_secret(file: &str) -> Value {
    json!({
        "apiVersion": "external-secrets.io/v1", "kind": "ExternalSecret",
        "metadata": { "name": "app", "namespace": NAMESPACE },
        "spec": {
            "refreshInterval": "1s",
            "secretStoreRef": { "name": "flux" },
            "data": [{
                "secretKey": "password",
                "remoteRef": { "key": file, "property": "password" },
            }],
        },
    })
}
