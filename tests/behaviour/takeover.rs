//! A cluster that changes its controller. Objects as the peer leaves them are taken over without one write to a Secret; a changed value is one write
//! under the name that is there already; and what is made anew, the peer would take for its own.
//!
//! The objects are those of `tests/vectors/takeover`; here an API server has made them, with their uids, and says itself who wrote which field.

pub(crate) mod vector;

use jiff::{SignedDuration, Timestamp};
use selkie_tests::scratch;
use selkie_tests::servers::controller::{self, Controller, until};
use selkie_tests::servers::kube_apiserver::KubeApiserver;
use serde_json::{Value, json};

use crate::objects::{DATA_HASH, data_hash, managers, written};
use vector::{Vector, seconds, vectors, with_all_pairs, with_reader};

/// In what state a vector is found, and the namespaces in which it stands in that state.
const HELD: &str = "held-";
const DUE: &str = "due-";
const FRESH: &str = "fresh-";
const WRONG: &str = "wrong-";

#[test]
fn a_cluster_is_taken_over() {
    let folder = scratch();
    let cluster = KubeApiserver::audited(folder.path());
    controller::prepare(&cluster);
    with_reader(&cluster);
    let mut untouched = vectors("untouched.json");
    untouched.push(with_all_pairs(&untouched));
    let wrong = vectors("written_once.json");
    let now = Timestamp::now();
    let lately = now - SignedDuration::from_mins(10);
    let long_ago = now - SignedDuration::from_hours(2);
    for (at, vector) in untouched.iter().enumerate() {
        vector.source(&cluster, &format!("source-{at}"));
        for (kind, refreshed) in [(HELD, Some(lately)), (DUE, Some(long_ago)), (FRESH, None)] {
            vector.lay_out(
                &cluster,
                &format!("{kind}{at}"),
                &format!("source-{at}"),
                refreshed,
            );
        }
    }
    for (at, vector) in wrong.iter().enumerate() {
        vector.source(&cluster, &format!("wrong-source-{at}"));
        let (namespace, source) = (format!("{WRONG}{at}"), format!("wrong-source-{at}"));
        vector.lay_out(&cluster, &namespace, &source, Some(long_ago));
    }

    let controller = Controller::start(folder.path(), &cluster, &[]);
    what_is_due_is_refreshed(&cluster, &untouched, &seconds(long_ago));
    the_way_back_is_open(&cluster, &untouched);
    what_the_peer_left_wrong_is_written_once(&cluster, &wrong);
    no_secret_was_written(&cluster);

    let asked = changed(&cluster, &untouched, HELD, "1h1m0s");
    for it in &asked {
        it.wait(&cluster);
    }
    no_secret_was_written(&cluster);

    for (at, vector) in untouched.iter().enumerate() {
        vector.change_source(&cluster, &format!("source-{at}"));
    }
    let mut asked = changed(&cluster, &untouched, HELD, "1h2m0s");
    asked.extend(changed(&cluster, &untouched, DUE, "1h2m0s"));
    for it in &asked {
        it.wait(&cluster);
    }
    for it in &asked {
        a_changed_value_is_one_write(&cluster, it);
    }
    assert!(asked.len() > 30, "{}", asked.len());
    controller.end();
}

fn no_secret_was_written(cluster: &KubeApiserver) {
    for namespaces in [HELD, DUE] {
        let writes = written(cluster, "secrets", namespaces);
        assert!(writes.is_empty(), "{writes:#?}");
    }
}

/// The end of an interval is a read of the store and a new time in the status.
fn what_is_due_is_refreshed(cluster: &KubeApiserver, vectors: &[Vector], before: &str) {
    for (at, vector) in vectors
        .iter()
        .enumerate()
        .filter(|(_, it)| it.is_periodic())
    {
        until(&format!("{} to be refreshed", vector.title), || {
            let status = vector.status(cluster, &format!("{DUE}{at}"))?;
            let refreshed = status["refreshTime"].as_str()?;
            (refreshed > before).then_some(())
        });
        let status = vector.status(cluster, &format!("{DUE}{at}")).unwrap();
        let mut left = vector.object["status"].clone();
        left["refreshTime"] = status["refreshTime"].clone();
        assert_eq!(status, left, "{}", vector.title);
    }
}

/// What is made where nothing was is what the peer would have made.
fn the_way_back_is_open(cluster: &KubeApiserver, vectors: &[Vector]) {
    for (at, vector) in vectors.iter().enumerate() {
        let namespace = format!("{FRESH}{at}");
        until(&format!("{} to be made", vector.title), || {
            vector.status(cluster, &namespace)?["refreshTime"]
                .as_str()
                .map(drop)
        });
        let title = &vector.title;
        let mut status = vector.status(cluster, &namespace).unwrap();
        let left = &vector.object["status"];
        for field in ["binding", "syncedResourceVersion"] {
            assert_eq!(status[field], left[field], "{title}: {field}");
        }
        let mut condition = status["conditions"][0].take();
        condition["lastTransitionTime"] = left["conditions"][0]["lastTransitionTime"].clone();
        assert_eq!(condition, left["conditions"][0], "{title}");

        let made = vector.target(cluster, &namespace).unwrap();
        let left = vector.placed(cluster, &namespace);
        for field in ["type", "immutable", "data"] {
            assert_eq!(made[field], left[field], "{title}: {field}");
        }
        for field in ["labels", "annotations", "ownerReferences"] {
            assert_eq!(
                made["metadata"][field], left["metadata"][field],
                "{title}: {field}"
            );
        }
        assert_eq!(managers(&made), managers(&left), "{title}");
    }
}

fn what_the_peer_left_wrong_is_written_once(cluster: &KubeApiserver, vectors: &[Vector]) {
    for (at, vector) in vectors.iter().enumerate() {
        let namespace = format!("{WRONG}{at}");
        let secret = until(&format!("{} to be put right", vector.title), || {
            let secret = vector.target(cluster, &namespace)?;
            let is_right =
                secret["metadata"]["annotations"][DATA_HASH] == data_hash(&secret["data"]);
            let labels = &secret["metadata"]["labels"];
            (is_right && labels.get("forgotten").is_none()).then_some(secret)
        });
        assert_eq!(secret["data"], vector.secret["data"], "{}", vector.title);
        let writes = written(cluster, "secrets", &namespace);
        assert_eq!(writes.len(), 1, "{}: {writes:#?}", vector.title);
        assert_eq!(managers(&secret).len(), 1, "{}", vector.title);
    }
}

/// An `ExternalSecret` whose spec was touched so that it is refreshed.
struct Asked<'a> {
    vector: &'a Vector,
    namespace: String,
    generation: i64,
}

/// Asks for a refresh of all that follow their spec.
fn changed<'a>(
    cluster: &KubeApiserver,
    vectors: &'a [Vector],
    kind: &str,
    interval: &str,
) -> Vec<Asked<'a>> {
    let follows = vectors
        .iter()
        .enumerate()
        .filter(|(_, it)| it.follows_its_spec());
    let change = |(at, vector): (usize, &'a Vector)| {
        let namespace = format!("{kind}{at}");
        let patch = json!({ "spec": { "refreshInterval": interval } });
        let object = cluster.patch(&namespace, &vector.what(), &patch);
        let generation = object["metadata"]["generation"].as_i64().unwrap();
        Asked {
            vector,
            namespace,
            generation,
        }
    };
    follows.map(change).collect()
}

impl Asked<'_> {
    fn wait(&self, cluster: &KubeApiserver) {
        let start = format!("{}-", self.generation);
        until(&format!("{} to be refreshed", self.vector.title), || {
            let status = self.vector.status(cluster, &self.namespace)?;
            let synced = status["syncedResourceVersion"].as_str()?;
            synced.starts_with(&start).then_some(())
        });
    }
}

fn a_changed_value_is_one_write(cluster: &KubeApiserver, asked: &Asked<'_>) {
    let Asked {
        vector, namespace, ..
    } = asked;
    let title = &vector.title;
    let made = vector.target(cluster, namespace).unwrap();
    let left = vector.placed(cluster, namespace);
    let writes = written(cluster, "secrets", namespace);
    let writes: Vec<_> = writes
        .iter()
        .filter(|it| it.namespace == **namespace)
        .collect();
    if vector.secret["immutable"] == true {
        assert!(writes.is_empty(), "{title}: {writes:#?}");
        assert_eq!(made["data"], left["data"], "{title}");
        return;
    }
    let [write] = &writes[..] else {
        panic!("{title}: {writes:#?}")
    };
    assert_eq!((&*write.verb, write.status), ("update", 200), "{title}");
    assert_ne!(made["data"], left["data"], "{title}");
    let keys = |secret: &Value| -> Vec<String> {
        secret["data"]
            .as_object()
            .unwrap()
            .keys()
            .cloned()
            .collect()
    };
    assert_eq!(keys(&made), keys(&left), "{title}");
    let annotations = &made["metadata"]["annotations"];
    assert_eq!(annotations[DATA_HASH], data_hash(&made["data"]), "{title}");
    let ours = vector.manager();
    let entries: Vec<_> = managers(&made);
    let entries: Vec<_> = entries.iter().filter(|(name, ..)| name == ours).collect();
    assert_eq!(entries.len(), 1, "{title}: {entries:#?}");
    assert_eq!(entries[0].1, "Update", "{title}");
    assert_eq!(
        managers(&made),
        managers(&left),
        "{title}: nothing changes hands"
    );
}
