//! Several replicas, of which one works: the next takes over when it dies, is told to end, or sleeps, and no write of one that slept reaches the cluster. And a
//! restart, which asks no provider for what is not due.

use std::collections::BTreeMap;
use std::path::Path;

use selkie_tests::scratch;
use selkie_tests::servers::controller::{self, Controller, until};
use selkie_tests::servers::kube_apiserver::{KubeApiserver, Write};
use selkie_tests::servers::vault::Vault;
use serde_json::{Value, json};

use crate::objects::written;
use crate::rules::{Gated, property, vault};
use crate::site::{Site, entry};

const LEASE: &str = "external-secrets-controller";
const HOME: &str = "selkie";
/// In front of the names of the namespaces.
const SITES: &str = "replicas";

#[test]
fn one_of_several_replicas_works() {
    let folder = scratch();
    let cluster = KubeApiserver::audited(folder.path());
    let vault = Vault::start(folder.path());
    controller::prepare(&cluster);
    let replica = |name: &str, flags: &[&str]| {
        let own = folder.path().join(name);
        std::fs::create_dir(&own).unwrap();
        Controller::start(&own, &cluster, flags)
    };
    let elected = ["--enable-leader-election"];
    let first = replica("first", &elected);
    let holder = until("the first to lead", || holder(&cluster));
    let second = replica("second", &elected);
    let site = Site::new(&cluster, &first, SITES);
    site.store(&json!({ "a": "1" }));
    site.ask(
        "es",
        &json!({ "refreshInterval": "1s", "data": [entry("k", "a")] }),
    );
    site.synced("es");
    assert_eq!(tokens(&cluster).len(), 1, "one of them works");

    // Killed, as `kill -9` does it: nothing is given back.
    drop(first);
    let next = until("the second to lead", || {
        self::holder(&cluster).filter(|name| *name != holder)
    });
    let site = Site::new(&cluster, &second, SITES);
    site.refreshed("es");
    nothing_was_done_at_once(&cluster);

    let third = replica("third", &elected);
    a_replica_that_slept_writes_nothing(&cluster, second, &third, &next);
    an_end_in_good_order_gives_the_lease_back(&cluster, third);
    a_restart_asks_for_nothing_that_is_not_due(folder.path(), &cluster, &vault);
}

/// Who holds the Lease, if anybody does.
fn holder(cluster: &KubeApiserver) -> Option<String> {
    let lease = cluster.object(HOME, &format!("lease/{LEASE}"))?;
    let holder = lease["spec"]["holderIdentity"].as_str()?;
    (!holder.is_empty()).then(|| holder.to_owned())
}

/// Writes of objects by the token that was shown: each replica has its own.
fn tokens(cluster: &KubeApiserver) -> BTreeMap<String, Vec<Write>> {
    let mut found: BTreeMap<String, Vec<Write>> = BTreeMap::new();
    let writes = cluster.writes().into_iter();
    let ours = writes
        .filter(|it| it.namespace.starts_with(SITES) && it.user.ends_with(":selkie-controller"));
    for write in ours {
        assert!(!write.token.is_empty(), "{write:?}");
        found.entry(write.token.clone()).or_default().push(write);
    }
    found
}

/// In the order of time, the writes of one replica end where those of the next begin.
fn nothing_was_done_at_once(cluster: &KubeApiserver) {
    let writes = cluster.writes().into_iter();
    let ours = writes
        .filter(|it| it.namespace.starts_with(SITES) && it.user.ends_with(":selkie-controller"));
    let mut order: Vec<String> = ours.map(|it| it.token).collect();
    order.dedup();
    assert_eq!(order.len(), 2, "{order:?}");
}

/// It read the target, and slept before it wrote; another took over meanwhile. When it wakes up, it ends, and whatever it still sends is refused.
fn a_replica_that_slept_writes_nothing(
    cluster: &KubeApiserver,
    mut sleeper: Controller,
    next: &Controller,
    holder: &str,
) {
    let server = Gated::start("1");
    let site = Site::new(cluster, next, &format!("{SITES}-sleep"));
    server.serves(&site);
    let target = json!({ "creationPolicy": "CreateOrMerge" });
    site.ask(
        "es",
        &json!({ "target": target, "data": [property("k", "app", "k")] }),
    );
    site.holds("es", &json!({ "k": "1" }));
    site.synced("es");
    server.close();
    site.edit("es", &json!({ "theirs": "1" }));
    until("the leader to ask", || (server.waiting() > 0).then_some(()));
    sleeper.signal("STOP");
    server.let_others_in();
    server.set("2");
    until("the next to lead", || {
        self::holder(cluster).filter(|name| name != holder)
    });
    site.holds("es", &json!({ "k": "2", "theirs": "1" }));
    site.synced("es");
    let woken = cluster.writes().len();
    let before = site.secret("es").unwrap();
    server.set("old");
    server.open();
    sleeper.signal("CONT");
    let ended = sleeper.ended();
    assert!(!ended.success(), "a replica that lost its Lease says so");
    assert!(
        sleeper.log().contains("the lease is lost"),
        "{}",
        sleeper.log()
    );
    site.settle();
    assert_eq!(site.secret("es").unwrap()["data"], before["data"]);
    let late = cluster.writes().split_off(woken);
    let late: Vec<_> = late
        .iter()
        .filter(|it| it.resource == "secrets" && it.namespace == site.name && it.name == "es")
        .collect();
    // A conflict, or nothing at all where the replica ended in the midst of its request.
    assert!(late.iter().all(|it| it.status >= 400), "{late:#?}");
}

fn an_end_in_good_order_gives_the_lease_back(cluster: &KubeApiserver, last: Controller) {
    assert!(holder(cluster).is_some());
    last.end();
    let lease = cluster.object(HOME, &format!("lease/{LEASE}")).unwrap();
    let holder = &lease["spec"]["holderIdentity"];
    assert!(holder.is_null() || holder == "", "{lease}");
}

/// Nothing is read of a Vault at a restart but what a store's validation asks.
fn a_restart_asks_for_nothing_that_is_not_due(
    folder: &Path,
    cluster: &KubeApiserver,
    server: &Vault,
) {
    const OBJECTS: usize = 40;
    let start = |name: &str| {
        let own = folder.join(name);
        std::fs::create_dir(&own).unwrap();
        Controller::start(&own, cluster, &[])
    };
    for at in 0..OBJECTS {
        let body = json!({ "data": { "k": at.to_string() } });
        server.write(&format!("secret/data/restart/{at}"), &body);
    }
    let controller = start("before");
    let site = Site::new(cluster, &controller, &format!("{SITES}-restart"));
    let policy = "path \"secret/data/restart/*\" { capabilities = [\"read\"] }";
    site.with_secret(
        "token",
        &json!({ "token": server.token("restart", policy) }),
    );
    site.provider(
        "store",
        &vault(&server.url, &json!({ "name": "token", "key": "token" })),
    );
    let names: Vec<String> = (0..OBJECTS).map(|at| format!("es-{at}")).collect();
    for (at, name) in names.iter().enumerate() {
        site.ask(
            name,
            &json!({ "data": [property("k", &format!("restart/{at}"), "k")] }),
        );
    }
    for name in &names {
        site.synced(name);
    }
    let secrets = written(cluster, "secrets", &site.name).len();
    let statuses = written(cluster, "externalsecrets/status", &site.name).len();
    let times: Vec<Value> = names.iter().map(|name| site.status(name)).collect();

    let place = site.name.clone();
    controller.end();

    let audit = server.audit();
    let controller = start("after");
    let site = Site::new(cluster, &controller, &place);
    // Whatever comes next is served after what was listed at the start.
    site.settle();
    site.ask("new", &json!({ "data": [property("k", "restart/0", "k")] }));
    site.synced("new");
    let read: Vec<String> = audit
        .take()
        .into_iter()
        .filter(|it| it.contains("secret/data/"))
        .collect();
    assert_eq!(read, ["read secret/data/restart/0"], "only the new one's");
    let now: Vec<Value> = names.iter().map(|name| site.status(name)).collect();
    assert_eq!(now, times);
    let of_listed = |writes: Vec<Write>| {
        writes
            .into_iter()
            .filter(|it| names.contains(&it.name))
            .count()
    };
    assert_eq!(of_listed(written(cluster, "secrets", &site.name)), secrets);
    assert_eq!(
        of_listed(written(cluster, "externalsecrets/status", &site.name)),
        statuses
    );
    controller.end();
}
