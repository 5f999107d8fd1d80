//! A cluster moves over from the peer and back, with the commands of the guide's page and the garbage collector running. The peer's objects are data, as it
//! and Helm leave them; its Secrets are those of `tests/vectors/takeover`. Nobody may write or delete one of them on the way, whoever it is.

mod peer;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use jiff::{SignedDuration, Timestamp};
use selkie_api::rights::{Reach, rights};
use selkie_tests::guide::Page;
use selkie_tests::servers::controller::{self, Controller, program, until};
use selkie_tests::servers::controller_manager::{ControllerManager, collects};
use selkie_tests::servers::kube_apiserver::KubeApiserver;
use selkie_tests::{Output, Run, scratch};
use serde_json::{Value, json};

use crate::objects::namespace;
use crate::takeover::vector::{Vector, seconds, vectors, with_reader};

const PAGE: &str = "moving-from-external-secrets.md";
/// The definitions that the peer's chart brings.
const DEFINITIONS: &str = "tests/behaviour/peer";
/// Where the objects are that the peer has served: some of them just now, some so long ago that they are due.
const HELD: &str = "move-held-";
const DUE: &str = "move-due-";
const REFUSED: i32 = 1;
/// Who looks.
const LOOKER: &str = "system:serviceaccount:selkie:selkie-controller-preflight";

/// Where the move happens.
struct Move {
    cluster: KubeApiserver,
    page: Page,
    folder: PathBuf,
    vectors: Vec<Vector>,
}

#[test]
fn a_cluster_moves_over_and_back() {
    let folder = scratch();
    let cluster = KubeApiserver::audited(folder.path());
    controller::prepare_with(&cluster, DEFINITIONS);
    peer::install(&cluster);
    let _collector = ControllerManager::start(folder.path(), &cluster);
    with_reader(&cluster);
    let site = Move {
        cluster,
        page: Page::read(PAGE),
        folder: folder.path().to_owned(),
        vectors: vectors("untouched.json"),
    };
    let long_ago = Timestamp::now() - SignedDuration::from_hours(2);
    site.lay_out(long_ago);
    let before = site.secrets();
    let start = site.cluster.writes().len();
    assert!(before.len() > 20, "{}", before.len());

    the_look_refuses(&site);
    the_look_accepts(&site);
    site.run("Start");
    let controller = Controller::start(folder.path(), &site.cluster, &[]);
    what_is_due_is_refreshed(&site, &seconds(long_ago));
    the_peer_is_removed(&site);
    our_definitions_come_and_go(&site, &long_ago);
    controller.end();
    the_peer_comes_back(&site);

    collects(&site.cluster, "last-pulse");
    assert_eq!(site.secrets(), before, "every Secret is as it was");
    let writes = site.cluster.writes().split_off(start);
    let of_secrets: Vec<_> = writes
        .iter()
        .filter(|it| it.resource == "secrets" && is_of_the_move(&it.namespace))
        .collect();
    assert!(of_secrets.is_empty(), "{of_secrets:#?}");
    the_collector_would_have_seen(&site);
    its_rights_are_least(&site);
}

/// The API server has refused nothing, and has seen a request for each right but those on kinds that are not there.
fn its_rights_are_least(site: &Move) {
    let asked = site.cluster.asked(LOOKER);
    let refused: Vec<_> = asked.iter().filter(|it| !it.is_allowed).collect();
    assert!(refused.is_empty(), "{refused:#?}");
    let there = [
        "externalsecrets",
        "secretstores",
        "pushsecrets",
        "passwords",
    ];
    for right in rights(Reach::Preflight) {
        let (rare, _) = right.rare.unwrap_or_default();
        let is_theirs = right.group.ends_with("external-secrets.io");
        for resource in &right.resources {
            if is_theirs && !there.contains(&&**resource) {
                continue;
            }
            for verb in right.verbs.iter().filter(|it| !rare.contains(it)) {
                let is_used = asked.iter().any(|it| {
                    it.group == right.group && it.resource == *resource && it.verb == **verb
                });
                assert!(is_used, "{verb} {resource}");
            }
        }
    }
}

fn is_of_the_move(namespace: &str) -> bool {
    namespace.starts_with(HELD) || namespace.starts_with(DUE)
}

/// The peer runs, owns the definitions, and serves what we do not.
fn the_look_refuses(site: &Move) {
    let look = site.preflight(&[]);
    assert_eq!(look.status, Some(REFUSED), "{look:?}");
    let section = site.page.section("Look");
    let shown = section.blocks();
    let shown = shown.iter().find(|block| block.text.contains("refused"));
    assert_eq!(String::from_utf8(look.stdout).unwrap(), shown.unwrap().text);

    let said = site.json(&[]);
    let checks: Vec<&str> = said["findings"]
        .as_array()
        .unwrap()
        .iter()
        .map(|it| it["check"].as_str().unwrap())
        .collect();
    assert_eq!(checks, ["definitions", "running", "unserved"]);
    // Each command that it says is one of the page's.
    let make_ready = site.page.section("Make it ready");
    for finding in said["findings"].as_array().unwrap() {
        for command in finding["commands"].as_array().unwrap() {
            let command = command.as_str().unwrap();
            let is_there = make_ready.text.lines().any(|line| line.trim() == command);
            assert!(is_there, "{PAGE} does not say: {command}");
        }
    }
    assert_eq!(site.json(&[])["ready"], false);
    peer::uses_more(&site.cluster);
    let said = site.json(&["--accept-unserved=PushSecret"]);
    let refusing = said["findings"].as_array().unwrap().iter();
    let refusing = refusing.filter(|it| it["refuses"] == true && it["check"] == "unserved");
    let objects: Vec<_> = refusing.map(|it| it["objects"].clone()).collect();
    let expected = [
        json!(["ExternalSecret shop/generated", "Password shop/random"]),
        json!(["SecretStore shop/elsewhere (gitlab)"]),
    ];
    assert_eq!(objects, expected);
}

/// The commands of the page are run; what Helm would write is written.
fn the_look_accepts(site: &Move) {
    peer::keep(&site.cluster);
    let said = site.json(&["--accept-unserved=PushSecret,Generator,Provider"]);
    assert_eq!(said["findings"][0]["check"], "running", "{said}");
    site.run("Make it ready");
    let look = site.preflight(&["--accept-unserved=PushSecret,Generator,Provider"]);
    assert_eq!(look.status, Some(0), "{look:?}");
    let look = site.preflight(&["--accept-unserved=PushSecret,Generator"]);
    assert_eq!(look.status, Some(REFUSED), "{look:?}");
}

fn what_is_due_is_refreshed(site: &Move, before: &str) {
    let periodic = site.vectors.iter().enumerate();
    for (at, vector) in periodic.filter(|(_, it)| it.is_periodic()) {
        until(&format!("{} to be refreshed", vector.title), || {
            let status = vector.status(&site.cluster, &format!("{DUE}{at}"))?;
            let refreshed = status["refreshTime"].as_str()?;
            (refreshed > before).then_some(())
        });
    }
}

/// Helm deletes what its manifest does not keep. A namespace that was torn down by hand leaves the webhooks behind, which block every write.
fn the_peer_is_removed(site: &Move) {
    peer::uninstall(&site.cluster);
    peer::leave_webhooks(&site.cluster);
    let patch = json!({ "metadata": { "annotations": { "example.com/try": "1" } } });
    let store = "/apis/external-secrets.io/v1/namespaces/shop/secretstores/elsewhere";
    let is_answered = |expected: u16| {
        let (status, _) = site.cluster.call("PATCH", store, Some(&patch));
        (status == expected).then_some(())
    };
    until("the webhooks to block", || is_answered(500));
    let accepted = "--accept-unserved=PushSecret,Generator,Provider";
    let look = site.preflight(&[accepted]);
    assert_eq!(look.status, Some(REFUSED), "{look:?}");
    let said = site.json(&[accepted]);
    let webhooks: Vec<&Value> = said["findings"]
        .as_array()
        .unwrap()
        .iter()
        .filter(|it| it["check"] == "webhooks")
        .collect();
    assert_eq!(webhooks.len(), 2, "{said}");
    let section = site.page.section("Remove External Secrets");
    for webhook in webhooks {
        let command = webhook["commands"][0].as_str().unwrap();
        assert!(section.text.contains(command), "{command}");
    }
    site.run("Remove External Secrets");
    let look = site.preflight(&[accepted]);
    assert_eq!(look.status, Some(0), "{look:?}");
    until("writes to be taken again", || is_answered(200));
}

/// Ours take the place of the peer's, and the other way round; objects and Secrets stay.
fn our_definitions_come_and_go(site: &Move, long_ago: &Timestamp) {
    site.run("Our definitions");
    site.vectors[0].source(&site.cluster, "source-late");
    let late = "late";
    site.vectors[0].lay_out(&site.cluster, late, "source-late", None);
    until("what is new to be served", || {
        let status = site.vectors[0].status(&site.cluster, late)?;
        (status["refreshTime"].as_str()? > &*seconds(*long_ago)).then_some(())
    });
    site.cluster.delete("", &format!("namespace/{late}"));
    until("a namespace to be emptied", || {
        let gone = site.cluster.object("", &format!("namespace/{late}"));
        gone.is_none().then_some(())
    });
}

/// What stands there is what the peer leaves: it would find nothing to do.
fn the_peer_comes_back(site: &Move) {
    site.run("And back");
    peer::come_back(&site.cluster);
    for (at, vector) in site.vectors.iter().enumerate() {
        for kind in [HELD, DUE] {
            let place = format!("{kind}{at}");
            let title = &vector.title;
            let mut status = vector.status(&site.cluster, &place).unwrap();
            let left = &vector.object["status"];
            status["refreshTime"] = left["refreshTime"].clone();
            assert_eq!(&status, left, "{title}");
            let object = site.cluster.object(&place, &vector.what()).unwrap();
            assert_eq!(
                object["metadata"]["finalizers"], vector.object["metadata"]["finalizers"],
                "{title}"
            );
        }
    }
}

/// All of this says nothing if owned Secrets are never collected here.
fn the_collector_would_have_seen(site: &Move) {
    let (place, vector) = site
        .vectors
        .iter()
        .enumerate()
        .find(|(_, it)| it.secret["metadata"]["ownerReferences"][0]["uid"].is_string())
        .map(|(at, vector)| (format!("{HELD}{at}"), vector))
        .unwrap();
    let without = json!({ "metadata": { "finalizers": null } });
    site.cluster.patch(&place, &vector.what(), &without);
    site.cluster.delete(&place, &vector.what());
    until("a Secret to go with its owner", || {
        vector.target(&site.cluster, &place).is_none().then_some(())
    });
}

impl Move {
    fn lay_out(&self, long_ago: Timestamp) {
        let lately = Timestamp::now() - SignedDuration::from_mins(10);
        for (at, vector) in self.vectors.iter().enumerate() {
            let source = format!("source-{at}");
            vector.source(&self.cluster, &source);
            for (kind, refreshed) in [(HELD, lately), (DUE, long_ago)] {
                let place = format!("{kind}{at}");
                vector.lay_out(&self.cluster, &place, &source, Some(refreshed));
            }
        }
        namespace(&self.cluster, "shop", &json!({}));
        peer::pushes(&self.cluster);
    }

    /// Every Secret of the move: its uid, and the version that any write would change.
    fn secrets(&self) -> BTreeMap<String, [String; 2]> {
        let (status, list) = self.cluster.call("GET", "/api/v1/secrets", None);
        assert_eq!(status, 200, "{list}");
        let text = |it: &Value| it.as_str().unwrap().to_owned();
        let items = list["items"].as_array().unwrap().iter();
        items
            .map(|it| &it["metadata"])
            .filter(|it| is_of_the_move(it["namespace"].as_str().unwrap()))
            .map(|it| {
                let place = format!("{}/{}", text(&it["namespace"]), text(&it["name"]));
                (place, [text(&it["uid"]), text(&it["resourceVersion"])])
            })
            .collect()
    }

    /// `selkie-controller preflight` under its own account.
    fn preflight(&self, flags: &[&str]) -> Output {
        let kubeconfig = peer::kubeconfig(&self.folder, &self.cluster);
        let run = Run::new(program()).folder(&self.folder).arg("preflight");
        run.args(flags).env("KUBECONFIG", kubeconfig).output()
    }

    fn json(&self, flags: &[&str]) -> Value {
        let look = self.preflight(&[flags, &["--json"]].concat());
        serde_json::from_slice(&look.stdout).unwrap_or_else(|_| panic!("{look:?}"))
    }

    /// Runs the commands of a part of the page, at the top of the repository.
    fn run(&self, heading: &str) {
        let commands = self.page.section(heading).commands();
        assert!(!commands.is_empty(), "{heading} has commands");
        let kubectl = self.cluster.kubectl.parent().unwrap();
        let inherited = std::env::var_os("PATH").unwrap();
        let path = std::iter::once(kubectl.to_owned()).chain(std::env::split_paths(&inherited));
        Run::new("sh")
            .args(["-eu", "-c", &commands])
            .folder(selkie_tests::repository::top())
            .env("HOME", &self.folder)
            .env("PATH", std::env::join_paths(path).unwrap())
            .env("KUBECONFIG", Path::new(&self.cluster.kubeconfig))
            .succeed();
    }
}
