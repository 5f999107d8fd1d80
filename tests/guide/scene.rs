//! Where the pages are followed: a copy of what they name, the programs that they call, and an API server that they know as theirs.

use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};

use selkie_tests::process::search_path;
use selkie_tests::repository::{selkie, top};
use selkie_tests::servers::kube_apiserver::KubeApiserver;
use selkie_tests::servers::moto::Moto;
use selkie_tests::{Run, scratch};
use selkie_xtask::peers;

/// The user that the controller's account is.
pub(crate) const CONTROLLER: &str = "system:serviceaccount:selkie:selkie-controller";

pub(crate) struct Scene {
    pub(crate) cluster: KubeApiserver,
    /// What the controller takes for AWS.
    pub(crate) moto: Moto,
    path: OsString,
    folder: tempfile::TempDir,
}

impl Scene {
    pub(crate) fn new() -> Self {
        let folder = scratch();
        let cluster = KubeApiserver::audited(folder.path());
        let vault = peers::vault().unwrap();
        let helm = peers::helm().unwrap();
        // No peer of ours is an OpenBao; for what the pages do, its client and Vault's are the same.
        let links = [
            ("kubectl", cluster.kubectl.as_path()),
            ("helm", helm.as_path()),
            ("selkie", selkie()),
            ("vault", vault.as_path()),
            ("bao", vault.as_path()),
        ];
        let path = search_path(&folder.path().join("programs"), &links);
        let scene = Self {
            cluster,
            moto: Moto::start(folder.path()),
            path,
            folder,
        };
        scene.copy("deploy", &[]);
        scene
    }

    /// For whatever a test keeps.
    pub(crate) fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// Where the pages think that the repository is.
    pub(crate) fn top(&self) -> PathBuf {
        self.folder.path().join("clone")
    }

    /// Copies a folder of the repository, with names of servers replaced by addresses, and returns where it is.
    pub(crate) fn copy(&self, folder: &str, replaced: &[(String, String)]) -> PathBuf {
        let (from, to) = (top().join(folder), self.top().join(folder));
        copy(&from, &to, replaced);
        to
    }

    /// Runs commands of a page in a folder.
    pub(crate) fn run(&self, commands: &str, folder: &Path, variables: &[(String, String)]) {
        assert!(!commands.is_empty(), "the page has commands");
        let run = Run::new("sh")
            .args(["-eu", "-c", commands])
            .folder(folder)
            .env("HOME", self.folder())
            .env("PATH", &self.path)
            .env("KUBECONFIG", &self.cluster.kubeconfig);
        let run = variables
            .iter()
            .fold(run, |run, (name, value)| run.env(name, value));
        run.succeed();
    }
}

fn copy(from: &Path, to: &Path, replaced: &[(String, String)]) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap() {
        let (entry, to) = (entry.unwrap(), to.to_owned());
        let to = to.join(entry.file_name());
        if entry.file_type().unwrap().is_dir() {
            copy(&entry.path(), &to, replaced);
            continue;
        }
        let text = fs::read_to_string(entry.path()).unwrap();
        let text = replaced
            .iter()
            .fold(text, |text, (name, address)| text.replace(name, address));
        fs::write(to, text).unwrap();
    }
}
