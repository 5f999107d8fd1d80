//! The page for a new user, done as it says, from an empty cluster to the first Secret and back: each block of commands as it stands there, and what is shown
//! below one is what the commands print.

use std::ffi::OsString;
use std::fs;
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};

use selkie_tests::guide::Page;
use selkie_tests::process::search_path;
use selkie_tests::repository::{selkie, top};
use selkie_tests::{Run, scratch};

use crate::cluster::Cluster;
use crate::helm;

const PAGE: &str = "controller-first-secret.md";
/// As the page calls it.
const IMAGE: &str = "registry.example/selkie-controller";
/// What came with the page, and goes with it.
const THINGS: [&str; 4] = [
    "namespace/selkie",
    "namespace/shop",
    "clusterrole/selkie-controller",
    "customresourcedefinition/externalsecrets.external-secrets.io",
];

#[test]
fn the_first_secret_comes_as_the_page_says() {
    let folder = scratch();
    let cluster = Cluster::new(folder.path(), IMAGE);
    let user = User::new(folder.path(), &cluster);
    let is_there = |what: &str| cluster.apiserver.object("", what).is_some();
    let page = Page::read(PAGE);
    let (before, after) = page.text.split_once("\n## Take it away again\n").unwrap();
    let part = |text: &str| Page {
        text: text.to_owned(),
        ..page.clone()
    };
    assert_eq!(user.follows(&part(before)), 2);
    assert!(THINGS.into_iter().all(is_there));
    user.follows(&part(after));
    assert!(!THINGS.into_iter().any(is_there));
    let left = fs::read_dir(&user.clone).unwrap().count();
    assert_eq!(left, PARTS.len(), "nothing is left in the clone");
    cluster.each_process_ended_in_good_order(2);
}

/// What of the repository the page uses.
const PARTS: [&str; 2] = ["deploy", "examples"];

/// Somebody with a clone, the programs and the rights.
struct User<'a> {
    cluster: &'a Cluster,
    clone: PathBuf,
    home: PathBuf,
    path: OsString,
}

impl<'a> User<'a> {
    fn new(folder: &Path, cluster: &'a Cluster) -> Self {
        let [clone, home, programs] = ["clone", "home", "programs"].map(|it| folder.join(it));
        for folder in [&clone, &home] {
            fs::create_dir(folder).unwrap();
        }
        for part in PARTS {
            symlink(top().join(part), clone.join(part)).unwrap();
        }
        let helm = helm::program();
        let links = [
            ("helm", &*helm),
            ("kubectl", &*cluster.apiserver.kubectl),
            ("selkie", selkie()),
        ];
        Self {
            cluster,
            clone,
            home,
            path: search_path(&programs, &links),
        }
    }

    /// Runs the blocks of commands in their order. Returns how many outputs were compared with what is shown.
    fn follows(&self, page: &Page) -> usize {
        let mut printed = String::new();
        let mut compared = 0;
        for block in page.blocks() {
            match block.language {
                "console" => printed = self.run(block.text),
                "text" => {
                    assert_eq!(printed, block.text, "{PAGE}");
                    compared += 1;
                }
                other => panic!("{PAGE} has a block of {other:?}"),
            }
        }
        compared
    }

    fn run(&self, commands: &str) -> String {
        let run = Run::new("sh")
            .args(["-eu", "-c", commands])
            .folder(&self.clone)
            .env("HOME", &self.home)
            .env("XDG_CONFIG_HOME", self.home.join(".config"))
            .env("PATH", &self.path)
            .env("KUBECONFIG", &self.cluster.apiserver.kubeconfig);
        run.succeed().text()
    }
}
