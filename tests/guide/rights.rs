//! The rights are least: the API server has seen a request for each, and has refused none.

use std::collections::BTreeSet;

use selkie_api::rights::{Reach, rights};
use selkie_tests::servers::controller::{data, until};
use serde_json::{Value, json};

use crate::scene::{CONTROLLER, Scene};
use crate::stores::NAMESPACE;

pub(crate) fn each_is_used(scene: &Scene) {
    do_what_no_page_does(scene);
    let seen = until("each right to be used", || {
        let asked = scene.cluster.asked(CONTROLLER);
        let seen: BTreeSet<_> = asked
            .iter()
            .map(|it| (it.group.clone(), it.resource.clone(), it.verb.clone()))
            .collect();
        let refused = asked.iter().find(|it| !it.is_allowed);
        assert_eq!(refused, None, "the controller asks for more than it may");
        let unused = unused(&seen);
        if !unused.is_empty() {
            println!("not used yet: {unused:?}");
        }
        unused.is_empty().then_some(seen)
    });
    assert!(seen.len() > 20, "{seen:?}");
}

/// Rights that no request was made for.
fn unused(seen: &BTreeSet<(String, String, String)>) -> Vec<String> {
    let mut unused = Vec::new();
    for right in [Reach::Cluster, Reach::Home].into_iter().flat_map(rights) {
        let (rare, _) = right.rare.unwrap_or_default();
        for resource in &right.resources {
            for verb in right.verbs.iter().filter(|verb| !rare.contains(verb)) {
                let one = (right.group.to_owned(), resource.clone(), (*verb).to_owned());
                if !seen.contains(&one) {
                    unused.push(format!("{verb} {resource}"));
                }
            }
        }
    }
    unused
}

/// A Secret that changes twice, so that an event repeats, and goes with its owner; a store of the cluster; sources of Flux, which is not there.
fn do_what_no_page_does(scene: &Scene) {
    let cluster = &scene.cluster;
    for kind in ["OCIRepository", "Bucket"] {
        cluster.write(&json!({
            "apiVersion": "external-secrets.io/v1",
            "kind": "SecretStore",
            "metadata": { "name": kind.to_lowercase(), "namespace": NAMESPACE },
            "spec": { "provider": { "sops": {
                "source": { "flux": { "kind": kind, "name": "none" } },
                "keys": { "age": [{ "name": "sops-age", "key": "age.agekey" }] },
            } } },
        }));
    }
    cluster.write(&store("first"));
    cluster.write(&json!({
        "apiVersion": "external-secrets.io/v1",
        "kind": "ExternalSecret",
        "metadata": { "name": "fleeting", "namespace": NAMESPACE },
        "spec": {
            "refreshInterval": "1s",
            "secretStoreRef": { "kind": "ClusterSecretStore", "name": "fleeting" },
            "target": { "deletionPolicy": "Delete" },
            "data": [{ "secretKey": "text", "remoteRef": { "key": "text" } }],
        },
    }));
    for value in ["first", "second", "third"] {
        cluster.write(&store(value));
        until("the value to arrive", || {
            (data(cluster, NAMESPACE, "fleeting")?["text"] == value).then_some(())
        });
    }
    cluster.delete(NAMESPACE, "externalsecret/fleeting");
    until("the Secret to go", || {
        cluster
            .object(NAMESPACE, "secret/fleeting")
            .is_none()
            .then_some(())
    });
}

fn store(value: &str) -> Value {
    json!({
        "apiVersion": "external-secrets.io/v1",
        "kind": "ClusterSecretStore",
        "metadata": { "name": "fleeting" },
        "spec": { "provider": { "fake": { "data": [{ "key": "text", "value": value }] } } },
    })
}
