use std::time::Instant;

use serde_json::{Value, json};

use super::*;
use crate::cluster::Cluster;
use crate::events::Events;
use crate::settings::Settings;
use crate::watch::TABLE;

/// A context that asks nobody.
fn context() -> Context {
    let config = kube::Config::new("http://127.0.0.1:9".parse().unwrap());
    let client = kube::Client::try_from(config).unwrap();
    let settings = Settings {
        instance: "test".to_owned(),
        class: "default".to_owned(),
        namespaces: Vec::new(),
        concurrent: 4,
        secret_stores: true,
        cluster_stores: true,
        flood_gate: true,
        store_interval: std::time::Duration::from_mins(5),
        metrics: None,
        health: None,
        extended_labels: false,
        delimiters: (String::new(), String::new()),
        reach: selkie_providers::Reach::default(),
        aws: selkie_providers::aws::Endpoints::default(),
        lease: None,
        own: crate::settings::Own::new(),
    };
    Context::new(settings, Cluster::new(client), Events::new().0)
}

fn row(what: What) -> &'static Row {
    TABLE.iter().find(|row| row.what == what).unwrap()
}

fn see(context: &Context, what: What, object: &Value, is_listed: bool) {
    let text = object.to_string();
    context.seen(row(what), &Object::read(&text).unwrap(), is_listed);
}

fn go(context: &Context, what: What, object: &Value) {
    let text = object.to_string();
    context.gone(row(what), &Object::read(&text).unwrap());
}

/// Names and lanes of what the queue gives out, and it is done at once.
fn woken(context: &Context) -> Vec<(String, Lane)> {
    let (mut woken, now) = (Vec::new(), Instant::now());
    let mut queue = context.queue();
    while let Some(job) = queue.take(now) {
        woken.push((job.key.place.name.to_string(), job.lane));
        queue.done(&job.key, None, now);
    }
    woken.sort();
    woken
}

const ES: What = What::Object(Kind::ExternalSecret);

fn external_secret(name: &str, version: u32, generation: u32, status: &Value) -> Value {
    json!({
        "metadata": {
            "name": name, "namespace": "ns", "uid": name, "resourceVersion": version.to_string(),
            "generation": generation,
        },
        "spec": { "target": { "name": "kept" } },
        "status": status,
    })
}

fn secret(version: u32, managed: &str, hash: &str, data: &Value) -> Value {
    json!({
        "metadata": {
            "name": "kept", "namespace": "ns", "uid": "s", "resourceVersion": version.to_string(),
            "labels": { MANAGED: managed },
            "annotations": { DATA_HASH: hash },
        },
        "data": data,
    })
}

fn hash_of(value: &str) -> String {
    let data = SecretData::from([("key".to_owned(), Secret::from(value.to_owned()))]);
    hash::data_hash(&data)
}

#[tokio::test]
async fn an_object_enters_the_lane_that_it_deserves() {
    let context = context();
    let plain = hash::synced_resource_version(1, &BTreeMap::new(), &BTreeMap::new());
    let rows = [
        ("new", json!(null), Lane::New),
        (
            "served",
            json!({ "syncedResourceVersion": plain }),
            Lane::Periodic,
        ),
        (
            "changed",
            json!({ "syncedResourceVersion": "0-x" }),
            Lane::Changed,
        ),
    ];
    for (name, status, lane) in &rows {
        see(&context, ES, &external_secret(name, 5, 1, status), true);
        assert_eq!(woken(&context), [((*name).to_owned(), *lane)]);
    }
    // Its status alone is no reason, a new generation is.
    see(
        &context,
        ES,
        &external_secret("served", 6, 1, &json!({ "refreshTime": null })),
        false,
    );
    assert_eq!(woken(&context), []);
    see(
        &context,
        ES,
        &external_secret("served", 7, 2, &json!({ "syncedResourceVersion": plain })),
        false,
    );
    assert_eq!(woken(&context), [("served".to_owned(), Lane::Changed)]);
    see(
        &context,
        ES,
        &external_secret("served", 8, 3, &json!(null)),
        false,
    );
    go(&context, ES, &external_secret("served", 8, 3, &json!(null)));
    assert_eq!(woken(&context), []);
}

#[tokio::test]
async fn drift_wakes_whoever_writes_the_target() {
    let context = context();
    see(
        &context,
        ES,
        &external_secret("app", 5, 1, &json!(null)),
        true,
    );
    assert_eq!(woken(&context).len(), 1);
    let wakes = [("app".to_owned(), Lane::Changed)];
    let data = json!({ "key": "dmFsdWU=" });
    let good = hash_of("value");
    // Listed whole: what its data is can be told.
    see(
        &context,
        What::Target,
        &secret(10, "true", &good, &data),
        true,
    );
    assert_eq!(woken(&context), []);
    see(
        &context,
        What::Target,
        &secret(11, "true", &hash_of("other"), &data),
        true,
    );
    assert_eq!(woken(&context), wakes);
    see(
        &context,
        What::Target,
        &secret(12, "false", &good, &data),
        true,
    );
    assert_eq!(woken(&context), wakes);
    // Watched without data: any version that is not known is looked at.
    see(
        &context,
        What::Target,
        &secret(13, "true", &good, &json!(null)),
        false,
    );
    assert_eq!(woken(&context), wakes);
    for version in [12, 13] {
        see(
            &context,
            What::Target,
            &secret(version, "true", &good, &json!(null)),
            false,
        );
        assert_eq!(woken(&context), []);
    }
    go(
        &context,
        What::Target,
        &secret(14, "true", &good, &json!(null)),
    );
    assert_eq!(woken(&context), wakes);
}

#[tokio::test]
async fn a_list_tells_what_is_gone() {
    let context = context();
    see(
        &context,
        ES,
        &external_secret("app", 5, 1, &json!(null)),
        true,
    );
    see(
        &context,
        ES,
        &external_secret("gone", 5, 1, &json!(null)),
        true,
    );
    see(
        &context,
        What::Target,
        &secret(10, "true", &hash_of("x"), &json!(null)),
        false,
    );
    woken(&context);
    let places = HashSet::from([Place::new("ns", "app")]);
    context.listed(row(ES), "", Some(&places));
    assert_eq!(context.view().count(Kind::ExternalSecret), 1);
    context.listed(row(What::Target), "other", Some(&HashSet::new()));
    assert_eq!(woken(&context), []);
    context.listed(row(What::Target), "ns", Some(&HashSet::new()));
    assert_eq!(woken(&context), [("app".to_owned(), Lane::Changed)]);
}

#[tokio::test]
async fn stores_are_woken_first_of_all() {
    let context = context();
    let store = json!({ "metadata": { "name": "main", "namespace": "ns", "uid": "u", "resourceVersion": "1" }, "spec": {} });
    see(&context, What::Object(Kind::SecretStore), &store, true);
    assert_eq!(woken(&context), [("main".to_owned(), Lane::New)]);
}
