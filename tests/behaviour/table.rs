//! The acceptance list: what the peer's own tests demand of a controller, each demand a row with an id. `list.json` says what each shows and which are left
//! out; `tests/tidy/behaviour.rs` compares the two.

mod classes;
mod conditions;
mod creation;
mod deletion;
mod failures;
mod metadata;
mod metrics;
mod refresh;
mod sources;
mod stores;
mod target;
mod templates;

use std::fs;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::sync::Mutex;
use std::thread;

use selkie_tests::scratch;
use selkie_tests::servers::controller::{self, Controller};
use selkie_tests::servers::kube_apiserver::KubeApiserver;
use serde_json::json;

use crate::site::Site;

/// How many cases run side by side. They wait most of the time.
const WORKERS: usize = 8;

/// A demand, and what shows that it is met: it panics otherwise.
struct Case {
    id: &'static str,
    run: fn(&Site<'_>),
}

const fn case(id: &'static str, run: fn(&Site<'_>)) -> Case {
    Case { id, run }
}

const TOPICS: &[&[Case]] = &[
    target::CASES,
    metadata::CASES,
    creation::CASES,
    deletion::CASES,
    refresh::CASES,
    sources::CASES,
    templates::CASES,
    failures::CASES,
    conditions::CASES,
    metrics::CASES,
    stores::CASES,
];

#[test]
fn the_list_is_met() {
    let folder = scratch();
    let cluster = KubeApiserver::start(folder.path());
    controller::prepare(&cluster);
    let cases: Vec<&Case> = TOPICS.iter().flat_map(|topic| topic.iter()).collect();
    let flags = ["--store-requeue-interval=2s"];
    let mut failed = with_controller(folder.path(), &cluster, &flags, &cases);
    let without = ["--enable-cluster-store-reconciler=false"];
    let cases: Vec<&Case> = classes::CASES_WITHOUT_CLUSTER_STORES.iter().collect();
    failed.extend(with_controller(folder.path(), &cluster, &without, &cases));
    assert!(failed.is_empty(), "{failed:#?}");
}

/// Runs cases at a controller with these flags. The answer names those that failed.
fn with_controller(
    folder: &Path,
    cluster: &KubeApiserver,
    flags: &[&str],
    cases: &[&Case],
) -> Vec<&'static str> {
    let controller = Controller::start(folder, cluster, flags);
    let waiting = Mutex::new(cases.iter());
    let failed = Mutex::new(Vec::new());
    let work = || {
        loop {
            let next = waiting.lock().unwrap().next();
            let Some(case) = next else { break };
            let is_met = holds(cluster, &controller, case);
            record(case.id, is_met);
            if !is_met {
                failed.lock().unwrap().push(case.id);
            }
        }
    };
    thread::scope(|scope| {
        for _ in 0..WORKERS {
            scope.spawn(work);
        }
    });
    controller.end();
    failed.into_inner().unwrap()
}

/// Runs a case in a namespace of its own. A panic is its failure and not that of others.
fn holds(cluster: &KubeApiserver, controller: &Controller, case: &Case) -> bool {
    let ended = catch_unwind(AssertUnwindSafe(|| {
        let site = Site::new(cluster, controller, &case.id.replace('/', "-"));
        (case.run)(&site);
        site.clear();
    }));
    ended.is_ok()
}

/// Hands the result to whoever collects them.
fn record(id: &str, is_met: bool) {
    static FILE: Mutex<()> = Mutex::new(());
    let Some(folder) = std::env::var_os("SELKIE_ACCEPTANCE") else {
        return;
    };
    let result = if is_met { "passed" } else { "failed" };
    let line = json!({ "id": id, "provider": "fake", "result": result });
    let _alone = FILE.lock().unwrap();
    let file = PathBuf::from(folder).join("behaviour.jsonl");
    let mut text = fs::read_to_string(&file).unwrap_or_default();
    text.push_str(&line.to_string());
    text.push('\n');
    fs::write(file, text).unwrap();
}
