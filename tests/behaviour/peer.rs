//! A cluster that has the peer's definitions and keeps them: only v1 is served, their defaults come into every object, and a status that they do not know is
//! refused or cut. Everything works there but the provider `sops`.
//!
//! They have no rules that look at several fields, so this is also where the controller itself has to refuse what contradicts itself.

use std::collections::BTreeSet;

use selkie_tests::scratch;
use selkie_tests::servers::controller::{self, Controller, ready, until};
use selkie_tests::servers::kube_apiserver::KubeApiserver;
use serde_json::{Value, json};

use crate::site::{Site, entry, fake};

const DEFINITIONS: &str = "tests/behaviour/peer";
const RESOURCES: [&str; 3] = ["externalsecrets", "secretstores", "clustersecretstores"];

#[test]
fn the_peers_definitions_will_do() {
    let folder = scratch();
    let cluster = KubeApiserver::audited(folder.path());
    controller::prepare_with(&cluster, DEFINITIONS);
    let controller = Controller::start(folder.path(), &cluster, &["--store-requeue-interval=2s"]);
    let site = Site::new(&cluster, &controller, "smoke");
    values_arrive_with_the_defaults(&site);
    templates_and_policies_arrive(&site);
    a_failure_is_said_and_over(&site);
    a_store_of_the_cluster_serves(&site);
    providers_that_are_not_served_are_said(&site);
    what_contradicts_itself_is_refused(&Site::new(&cluster, &controller, "refused"));
    what_cannot_be_read_stops_nothing_else(&Site::new(&cluster, &controller, "unreadable"));
    statuses_are_of_the_schema(&cluster);
    let log = controller.end();
    let said = log.matches("kinds that the cluster serves").count();
    assert_eq!(said, 1, "{log}");
}

fn values_arrive_with_the_defaults(site: &Site<'_>) {
    site.store(&json!({ "a": "1", "m": "{\"x\":\"2\"}" }));
    let object = site.ask(
        "es",
        &json!({ "data": [entry("k", "a")], "dataFrom": [{ "extract": { "key": "m" } }] }),
    );
    let target = json!({ "creationPolicy": "Owner", "deletionPolicy": "Retain" });
    assert_eq!(
        object["spec"]["target"], target,
        "the server has put it there"
    );
    site.holds("es", &json!({ "k": "1", "x": "2" }));
    site.synced("es");
    let status = site.status("es");
    assert_eq!(status["binding"]["name"], "es");
    assert!(status["refreshTime"].is_string(), "{status}");
    let store = ready(site.cluster, &site.name, "secretstore/store").unwrap();
    assert_eq!([&*store[0], &*store[1]], ["True", "Valid"]);
}

fn templates_and_policies_arrive(site: &Site<'_>) {
    let template = json!({ "templateFrom": [{ "literal": "{{ .k }}-key: value" }] });
    let target = json!({ "creationPolicy": "CreateOrMerge", "template": template });
    site.ask(
        "templated",
        &json!({ "target": target, "data": [entry("k", "a")] }),
    );
    site.holds("templated", &json!({ "1-key": "value" }));
    let target = json!({ "creationPolicy": "Merge" });
    site.ask(
        "nowhere",
        &json!({ "target": target, "data": [entry("k", "a")] }),
    );
    site.synced("nowhere");
    assert_eq!(site.ready("nowhere").unwrap()[1], "SecretMissing");
}

fn a_failure_is_said_and_over(site: &Site<'_>) {
    site.ask("failing", &json!({ "data": [entry("k", "none")] }));
    let message = site.failed("failing", "NotFound");
    assert!(
        message.starts_with("could not get secret data from provider: "),
        "{message}"
    );
    site.ask("failing", &json!({ "data": [entry("k", "a")] }));
    site.synced("failing");
}

fn a_store_of_the_cluster_serves(site: &Site<'_>) {
    let spec = json!({ "provider": fake(&json!({ "a": "3" })), "refreshInterval": "1h" });
    site.cluster_store("shared", &spec);
    let store = json!({ "kind": "ClusterSecretStore", "name": "shared" });
    site.ask(
        "of-cluster",
        &json!({ "secretStoreRef": store, "data": [entry("k", "a")] }),
    );
    site.holds("of-cluster", &json!({ "k": "3" }));
}

fn providers_that_are_not_served_are_said(site: &Site<'_>) {
    site.provider("google", &json!({ "gcpsm": { "projectID": "p" } }));
    let store = json!({ "name": "google" });
    site.ask(
        "google",
        &json!({ "secretStoreRef": store, "data": [entry("k", "a")] }),
    );
    site.failed("google", "Unsupported");
    until("the store to say so", || {
        let [status, reason, message] = ready(site.cluster, &site.name, "secretstore/google")?;
        let is_said = status == "False" && reason == "InvalidProviderConfig";
        (is_said && message.contains("Unsupported")).then_some(())
    });
    let sops = json!({
        "apiVersion": "external-secrets.io/v1", "kind": "SecretStore",
        "metadata": { "namespace": site.name, "name": "sops" },
        "spec": { "provider": { "sops": { "configMap": { "name": "x" } } } },
    });
    let (status, answer) = site.cluster.try_write(&sops);
    assert_eq!(
        status, 422,
        "the definitions know no such provider: {answer}"
    );
}

/// The rules of an object within itself, each broken. The target is there before, and stays as it is.
fn what_contradicts_itself_is_refused(site: &Site<'_>) {
    site.store(&json!({ "a": "1" }));
    let data = json!([entry("k", "a")]);
    let with_target = |target: Value| json!({ "data": data, "target": target });
    let with_template = |template: Value| with_target(json!({ "template": template }));
    let account = "kubernetes.io/service-account-token";
    let named = json!({ "annotations": { "kubernetes.io/service-account.name": "default" } });
    let find = json!({ "name": { "regexp": "a" } });
    let rows = [
        json!({}),
        json!({ "data": [entry("k", "a"), entry("k", "a")] }),
        json!({ "dataFrom": [{ "extract": { "key": "a" }, "find": find }] }),
        json!({ "dataFrom": [{ "rewrite": [] }] }),
        with_target(json!({ "creationPolicy": "Merge", "deletionPolicy": "Delete" })),
        with_target(json!({ "creationPolicy": "None", "deletionPolicy": "Delete" })),
        with_target(json!({ "creationPolicy": "CreateOrMerge", "deletionPolicy": "Delete" })),
        with_target(json!({ "creationPolicy": "None", "deletionPolicy": "Merge" })),
        with_template(json!({ "type": "bootstrap.kubernetes.io/token" })),
        with_template(json!({ "type": account, "metadata": named })),
        with_template(
            json!({ "type": account, "templateFrom": [{ "literal": "a: b", "target": "Annotations" }] }),
        ),
        with_template(
            json!({ "templateFrom": [{ "literal": "a: b", "target": "spec.rules[0]" }] }),
        ),
    ];
    for (at, spec) in rows.iter().enumerate() {
        site.with_secret(&format!("row-{at}"), &json!({ "theirs": "9" }));
        site.ask(&format!("row-{at}"), spec);
    }
    for (at, spec) in rows.iter().enumerate() {
        let name = format!("row-{at}");
        site.failed(&name, "InvalidSpec");
        assert_eq!(site.data(&name), Some(json!({ "theirs": "9" })), "{spec}");
    }
}

/// The schema lets intervals pass that are none, and a store without a spec. Each is said on the object itself, and all others go on.
fn what_cannot_be_read_stops_nothing_else(site: &Site<'_>) {
    site.store(&json!({ "a": "1" }));
    let spec = json!({ "refreshInterval": "1d", "data": [entry("k", "a")] });
    site.ask("broken", &spec);
    for (name, interval) in [
        ("days", json!("1d")),
        ("before", json!(-5)),
        ("text", json!("90")),
    ] {
        site.cluster.write(&json!({
            "apiVersion": "external-secrets.io/v1", "kind": "SecretStore",
            "metadata": { "namespace": site.name, "name": name },
            "spec": { "refreshInterval": interval, "provider": fake(&json!({ "a": "1" })) },
        }));
    }
    site.cluster.write(&json!({
        "apiVersion": "external-secrets.io/v1", "kind": "SecretStore",
        "metadata": { "namespace": site.name, "name": "empty" },
    }));
    site.ask("sound", &json!({ "data": [entry("k", "a")] }));
    site.synced("sound");
    site.failed("broken", "InvalidSpec");
    for name in ["days", "before", "text", "empty"] {
        until(&format!("store {name} to say what is wrong"), || {
            let [status, _, message] =
                ready(site.cluster, &site.name, &format!("secretstore/{name}"))?;
            (status == "False" && message.contains("InvalidSpec")).then_some(())
        });
    }
    let events = || {
        let events = site.cluster.object(&site.name, "event")?;
        let all = events["items"].as_array()?.clone();
        all.into_iter()
            .find(|it| it["regarding"]["name"] == "broken")
    };
    until("the event", events);
    // New ones and edited ones are still seen.
    site.patch("sound", &json!({ "spec": { "data": [entry("l", "a")] } }));
    site.holds("sound", &json!({ "l": "1" }));
}

/// All statuses that were written are taken as they are: the server cuts off what its schema does not know.
fn statuses_are_of_the_schema(cluster: &KubeApiserver) {
    for resource in RESOURCES {
        let what = format!("customresourcedefinition/{resource}.external-secrets.io");
        let crd = cluster.object("", &what).unwrap();
        let schema = &crd["spec"]["versions"][0]["schema"]["openAPIV3Schema"];
        let status = &schema["properties"]["status"]["properties"];
        let known = keys(status);
        let condition = &status["conditions"]["items"]["properties"];
        let of_conditions = keys(condition);
        let mut seen = 0;
        for write in cluster.writes() {
            if write.resource != format!("{resource}/status") {
                continue;
            }
            assert_eq!(write.status, 200, "{write:?}");
            let written = &write.body["status"];
            assert!(keys(written).is_subset(&known), "{written}");
            for it in written["conditions"].as_array().into_iter().flatten() {
                assert!(keys(it).is_subset(&of_conditions), "{it}");
                assert_eq!(it["type"], "Ready");
            }
            seen += 1;
        }
        assert!(seen > 0, "no status of {resource}");
    }
}

fn keys(object: &Value) -> BTreeSet<String> {
    object
        .as_object()
        .into_iter()
        .flatten()
        .map(|(key, _)| key.clone())
        .collect()
}
