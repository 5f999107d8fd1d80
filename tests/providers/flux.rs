//! Encrypted files in an artifact of Flux's: what a server of artifacts can do wrong, and what its source says of it.

use std::fs;
use std::path::Path;
use std::sync::{Arc, Mutex};

use futures::future::{BoxFuture, join, ready};
use selkie_api::Cause;
use selkie_api::store::sops::Sops as Spec;
use selkie_crypto::Secret;
use selkie_providers::sops::{Artifact, Artifacts, Sops};
use selkie_providers::{Address, Credentials, Failure, Provider as _, property};
use selkie_tests::repository::selkie;
use selkie_tests::servers::broken::{Broken, Manner};
use selkie_tests::servers::http::Response;
use selkie_tests::servers::stub::Stub;
use selkie_tests::servers::tls::Authority;
use selkie_tests::{AgeKey, Run, scratch};
use serde_json::json;
use sha2::{Digest as _, Sha256};
use tempfile::TempDir;

use crate::runtime::run;

const FILE: &str = "app.yaml";

/// What the status of a source says.
struct Told(Mutex<Artifact>);

impl Artifacts for Told {
    fn artifact(&self) -> BoxFuture<'_, Result<Artifact, Failure>> {
        Box::pin(ready(Ok(self.0.lock().unwrap().clone())))
    }
}

/// A server with one answer, whatever it is asked for, and a store that reads it.
struct Scene {
    server: Stub,
    answer: Arc<Mutex<Response>>,
    asked: Arc<Mutex<usize>>,
    told: Arc<Told>,
    key: AgeKey,
    folder: TempDir,
}

impl Scene {
    fn new() -> Self {
        let folder = scratch();
        let answer = Arc::new(Mutex::new(Response::json(404, "{}")));
        let asked = Arc::new(Mutex::new(0));
        let (given, count) = (Arc::clone(&answer), Arc::clone(&asked));
        let server = Stub::plain(move |_| {
            *count.lock().unwrap() += 1;
            given.lock().unwrap().clone()
        });
        let told = Arc::new(Told(Mutex::new(Artifact {
            url: format!("http://{}/app.tar.gz", server.address()),
            digest: String::new(),
            revision: "main@sha1:1111".to_owned(),
        })));
        fs::create_dir(folder.path().join("tree")).unwrap();
        Self {
            server,
            answer,
            asked,
            told,
            key: AgeKey::make(folder.path(), "age.agekey"),
            folder,
        }
    }

    /// Has the server keep an artifact with this password in it, and the source say so.
    fn pack(&self, password: &str) {
        let tree = self.folder.path().join("tree");
        fs::write(tree.join(FILE), format!("password: {password}\n")).unwrap();
        let encrypt = Run::new(selkie()).args(["encrypt", "-i", "--age", &self.key.recipient]);
        encrypt.folder(&tree).arg(FILE).succeed();
        let archive = archive(&tree);
        self.told.0.lock().unwrap().digest = digest(&archive);
        self.says(bytes(archive));
    }

    fn says(&self, answer: Response) {
        *self.answer.lock().unwrap() = answer;
    }

    /// A store that has read nothing yet.
    fn store(&self) -> Sops {
        self.store_of(Arc::clone(&self.told))
    }

    fn store_at(&self, url: String) -> Sops {
        let told = self.told.0.lock().unwrap().clone();
        self.store_of(Arc::new(Told(Mutex::new(Artifact { url, ..told }))))
    }

    fn store_of(&self, told: Arc<Told>) -> Sops {
        let spec = json!({
            "source": { "flux": { "kind": "GitRepository", "name": "app" } },
            "keys": { "age": [{ "name": "age" }] },
        });
        let spec: Spec = serde_json::from_value(spec).unwrap();
        let mut credentials = Credentials::default();
        for reference in Sops::references(&spec) {
            credentials.insert(reference, Secret::from(fs::read(&self.key.file).unwrap()));
        }
        let mut means = crate::means(credentials);
        means.artifacts = Some(told);
        Sops::connect(&spec, &means).unwrap()
    }

    fn asked(&self) -> usize {
        *self.asked.lock().unwrap()
    }
}

fn archive(tree: &Path) -> Vec<u8> {
    let pack = Run::new("tar").args(["-czf", "-", "."]).folder(tree);
    pack.output().stdout
}

fn digest(bytes: &[u8]) -> String {
    let hash = Sha256::digest(bytes);
    let hex: Vec<String> = hash.iter().map(|byte| format!("{byte:02x}")).collect();
    format!("sha256:{}", hex.concat())
}

fn bytes(body: Vec<u8>) -> Response {
    Response {
        status: 200,
        headers: Vec::new(),
        body,
    }
}

/// What `password` is, and the revision that says so.
async fn password(store: &Sops) -> Result<(String, String), Failure> {
    let read = store.read(&Address::value(FILE)).await?;
    let remote = read.ok_or_else(|| Failure::new(Cause::NotFound, "no such file"))?;
    let value = property::value(&remote, Some("password"))?.unwrap();
    let value = String::from_utf8(value.expose().to_vec()).unwrap();
    Ok((value, remote.revision.as_deref().unwrap().to_owned()))
}

/// What a source includes, ignores or checks out can change, and then its artifact does, but not its revision.
#[test]
fn another_artifact_of_the_same_revision_is_followed() {
    let scene = Scene::new();
    scene.pack("one");
    let store = scene.store();
    let read = |password: &str| Ok((password.to_owned(), "main@sha1:1111".to_owned()));
    assert_eq!(run(password(&store)), read("one"));
    assert_eq!(run(password(&store)), read("one"));
    assert_eq!(scene.asked(), 1, "one artifact, one fetch");
    scene.pack("two");
    assert_eq!(run(password(&store)), read("two"));
    assert_eq!(scene.asked(), 2);
}

#[test]
fn a_server_that_fails_is_told_and_found_well_again() {
    let scene = Scene::new();
    let says = |status, header: Option<(&str, &str)>| {
        let mut answer = Response::json(status, "s3cret");
        let header = header.map(|(name, value)| (name.to_owned(), value.to_owned()));
        answer.headers.extend(header);
        answer
    };
    let elsewhere = format!("http://localhost:{}/app.tar.gz", scene.server.port);
    let rows = [
        (
            says(302, Some(("Location", &elsewhere))),
            Cause::Forbidden,
            None,
        ),
        (says(401, None), Cause::Forbidden, None),
        (says(403, None), Cause::Forbidden, None),
        (says(404, None), Cause::NotFound, None),
        (
            says(429, Some(("Retry-After", "7"))),
            Cause::Throttled,
            Some(7),
        ),
        (says(429, None), Cause::Throttled, None),
        (says(500, None), Cause::ProviderError, None),
        // What it sends is another's.
        (says(200, None), Cause::InvalidData, None),
        (bytes(vec![0; (32 << 20) + 1]), Cause::InvalidData, None),
    ];
    for (at, (answer, cause, wait)) in rows.into_iter().enumerate() {
        scene.pack("one");
        let store = scene.store();
        let well = scene.answer.lock().unwrap().clone();
        scene.says(answer);
        let asked = scene.asked();
        let failure = run(password(&store)).unwrap_err();
        assert_eq!(failure.cause, cause, "row {at}: {failure}");
        assert_eq!(failure.after.map(|it| it.as_secs()), wait, "row {at}");
        assert!(!failure.to_string().contains("s3cret"), "{failure}");
        assert_eq!(scene.asked(), asked + 1, "row {at}: asked once");
        scene.says(well);
        assert_eq!(run(password(&store)).unwrap().0, "one", "row {at}");
    }
}

#[test]
fn a_server_that_is_none_is_told() {
    let scene = Scene::new();
    scene.pack("one");
    let truncated = Broken::start(Manner::Truncated);
    let stranger = Authority::new().server(&["127.0.0.1"]);
    let stranger = Stub::tls(stranger.config(), |_| Response::json(200, "{}"));
    let rows = [
        (
            format!("http://{}/a", truncated.address),
            Cause::ProviderError,
        ),
        (format!("https://{}/a", stranger.address()), Cause::Tls),
        ("http://127.0.0.1:1/a".to_owned(), Cause::Unreachable),
        ("http://169.254.169.254/a".to_owned(), Cause::Forbidden),
    ];
    for (url, cause) in rows {
        let failure = run(password(&scene.store_at(url.clone()))).unwrap_err();
        assert_eq!(failure.cause, cause, "{url}: {failure}");
    }
    let silent = Broken::start(Manner::Silent);
    let endless = Broken::start(Manner::Drip);
    let stores = [silent, endless].map(|it| scene.store_at(format!("http://{}/a", it.address)));
    let told = run(join(password(&stores[0]), password(&stores[1])));
    for failure in [told.0.unwrap_err(), told.1.unwrap_err()] {
        assert_eq!(failure.cause, Cause::Timeout, "{failure}");
    }
}
