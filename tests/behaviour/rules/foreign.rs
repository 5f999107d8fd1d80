//! What is not the `ExternalSecret`'s own is not deleted, not emptied and not made unchangeable, and what is its own is not deleted because a provider fails.

use std::sync::{Arc, Mutex};

use selkie_tests::servers::controller::until;
use selkie_tests::servers::http::Response;
use selkie_tests::servers::stub::Stub;
use serde_json::{Value, json};

use super::gate::{property, vault_store};
use crate::objects::{secret, written};
use crate::site::{Site, entry};

const VALUE: &str = r#"{"data":{"data":{"k":"1"},"metadata":{"version":1}}}"#;

/// Answers that say nothing about whether there is a secret, with `deletionPolicy: Delete` waiting for one that does.
const FAILURES: &[(u16, &str)] = &[
    (400, "{}"),
    (403, r#"{"errors":["permission denied"]}"#),
    (404, r#"{"errors":["no handler for route"]}"#),
    (405, "{}"),
    (412, "{}"),
    (500, r#"{"errors":["1 error occurred"]}"#),
    (502, "<html></html>"),
    (503, r#"{"errors":["Vault is sealed"]}"#),
    (200, ""),
    (200, "{}"),
    (200, "null"),
    (200, r#"{"data":[]}"#),
];

pub(super) fn no_failure_of_a_provider_deletes(site: &Site<'_>) {
    let answer = Arc::new(Mutex::new((200, VALUE)));
    let said = Arc::clone(&answer);
    let stub = Stub::plain(move |request| {
        let (status, body) = *said.lock().unwrap();
        if request.target.contains("/data/") {
            Response::json(status, body)
        } else {
            Response::json(200, r#"{"data":{"ttl":3600}}"#)
        }
    });
    vault_store(site, "store", &format!("http://{}", stub.address()));
    let spec = |policy: &str| {
        let target = json!({ "deletionPolicy": policy });
        json!({ "target": target, "data": [property("k", "app", "k")] })
    };
    let policies = [("delete", "Delete"), ("merge", "Merge")];
    for (name, policy) in policies {
        site.ask(name, &spec(policy));
        site.holds(name, &json!({ "k": "1" }));
    }
    for (at, failure) in FAILURES.iter().enumerate() {
        *answer.lock().unwrap() = *failure;
        let touch = json!({ "metadata": { "annotations": { "force-sync": at.to_string() } } });
        for (name, _) in policies {
            let errors = || site.counted("externalsecret_sync_calls_error", name);
            let before = errors();
            site.patch(name, &touch);
            until(&format!("{failure:?} to be met"), || {
                (errors() > before).then_some(())
            });
            assert_eq!(site.ready(name).unwrap()[0], "False", "{failure:?}");
            assert_eq!(site.data(name), Some(json!({ "k": "1" })), "{failure:?}");
        }
    }
    let writes = written(site.cluster, "secrets", &site.name);
    assert!(writes.iter().all(|it| it.verb == "create"), "{writes:#?}");
    // It is there again.
    *answer.lock().unwrap() = (200, VALUE);
    for (name, _) in policies {
        site.patch(
            name,
            &json!({ "metadata": { "annotations": { "force-sync": "last" } } }),
        );
        site.synced(name);
    }
}

fn stays(site: &Site<'_>, name: &str, before: &Value) {
    let now = site.secret(name).unwrap();
    assert_eq!(now["data"], before["data"], "{name}");
    assert_eq!(now["metadata"]["uid"], before["metadata"]["uid"], "{name}");
    assert_ne!(now["immutable"], true, "{name}");
}

/// A store that has nothing, and Secrets of nobody, of another `ExternalSecret` and of another controller.
pub(super) fn what_is_of_others_is_never_deleted(site: &Site<'_>) {
    site.store(&json!({ "a": "1" }));
    site.ask(
        "first",
        &json!({ "target": { "name": "another-es" }, "data": [entry("k", "a")] }),
    );
    site.holds("another-es", &json!({ "k": "1" }));
    let mut owned = secret(&site.name, "controlled", &json!({ "theirs": "9" }));
    owned["metadata"]["ownerReferences"] = json!([{
        "apiVersion": "apps/v1", "kind": "Deployment", "name": "d", "uid": "d-1",
        "controller": true,
    }]);
    site.cluster.write(&owned);
    site.with_secret("nobodys", &json!({ "theirs": "9" }));
    // A copy by hand has the label of the one that it was copied from.
    let names = ["nobodys", "controlled", "another-es"];
    let before = names.map(|name| site.secret(name).unwrap());
    for name in names {
        let target = json!({ "name": name, "deletionPolicy": "Delete" });
        site.ask(
            &format!("of-{name}"),
            &json!({ "target": target, "data": [entry("k", "none")] }),
        );
    }
    for (name, before) in names.iter().zip(&before) {
        site.failed(&format!("of-{name}"), "OwnedByOther");
        stays(site, name, before);
        // Nor when the ExternalSecret goes.
        site.remove(&format!("of-{name}"));
    }
    site.settle();
    for (name, before) in names.iter().zip(&before) {
        stays(site, name, before);
    }
}

pub(super) fn what_is_of_others_is_never_emptied(site: &Site<'_>) {
    site.store(&json!({ "a": "1" }));
    for policy in ["Owner", "Orphan"] {
        let name = policy.to_lowercase();
        let before = site.with_secret(&name, &json!({ "theirs": "9" }));
        let target = json!({ "creationPolicy": policy, "deletionPolicy": "Merge" });
        site.ask(
            &name,
            &json!({ "target": target, "data": [entry("k", "none")] }),
        );
        site.failed(&name, "OwnedByOther");
        stays(site, &name, &before);
    }
    for policy in ["Merge", "CreateOrMerge"] {
        let name = policy.to_lowercase();
        let before = site.with_secret(&name, &json!({ "theirs": "9" }));
        let target = json!({ "creationPolicy": policy, "deletionPolicy": "Merge" });
        site.ask(
            &name,
            &json!({ "target": target, "data": [entry("k", "none")] }),
        );
        site.synced(&name);
        stays(site, &name, &before);
    }
}

pub(super) fn what_is_of_others_is_never_frozen(site: &Site<'_>) {
    site.store(&json!({ "a": "1" }));
    let policies = ["Owner", "Orphan", "Merge", "CreateOrMerge"];
    for policy in policies {
        let name = policy.to_lowercase();
        let before = site.with_secret(&name, &json!({ "theirs": "9" }));
        let target = json!({ "creationPolicy": policy, "immutable": true });
        site.ask(
            &name,
            &json!({ "target": target, "data": [entry("k", "a")] }),
        );
        site.failed(&name, "Immutable");
        stays(site, &name, &before);
    }
}
