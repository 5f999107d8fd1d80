//! What makes an `ExternalSecret` be refreshed, and what does not.

use selkie_tests::servers::controller::until;
use serde_json::{Value, json};

use super::{Case, case};
use crate::site::{Site, entry};

pub(super) const CASES: &[Case] = &[
    case("refresh/follows-value", follows_value),
    case("refresh/follows-map", follows_map),
    case("refresh/follows-map-template", follows_map_template),
    case("refresh/interval-zero", interval_zero),
    case("refresh/version", version),
    case("refresh/label", label),
    case("refresh/annotation", annotation),
    case("refresh/generation", generation),
    case("refresh/no-time", no_time),
    case("refresh/wakes-not-by-status", wakes_not_by_status),
    case("refresh/wakes-by-generation", wakes_by_generation),
    case("refresh/wakes-by-label", wakes_by_label),
    case("refresh/wakes-by-annotation", wakes_by_annotation),
    case("refresh/wakes-by-finalizer", wakes_by_finalizer),
    case("refresh/wakes-by-deletion", wakes_by_deletion),
    case("refresh/created-once", created_once),
    case("refresh/on-change", on_change),
    case("refresh/periodic", periodic),
];

const CLEANUP: &str = "externalsecrets.external-secrets.io/externalsecret-cleanup";

fn one(site: &Site<'_>, spec: &Value) {
    site.store(&json!({ "a": "1", "b": "2" }));
    let mut whole = json!({ "data": [entry("k", "a")] });
    crate::site::merge(&mut whole, spec);
    site.ask("es", &whole);
    site.synced("es");
}

fn follows(site: &Site<'_>, spec: &Value, before: &Value, after: &Value) {
    site.store(&json!({ "m": "{\"x\":\"1\"}" }));
    site.ask("es", spec);
    site.holds("es", before);
    site.store(&json!({ "m": "{\"x\":\"2\"}" }));
    site.holds("es", after);
}

fn follows_value(site: &Site<'_>) {
    let data = json!([{ "secretKey": "k", "remoteRef": { "key": "m", "property": "x" } }]);
    let spec = json!({ "refreshInterval": "1s", "data": data });
    follows(site, &spec, &json!({ "k": "1" }), &json!({ "k": "2" }));
}

fn follows_map(site: &Site<'_>) {
    let spec = json!({ "refreshInterval": "1s", "dataFrom": [{ "extract": { "key": "m" } }] });
    follows(site, &spec, &json!({ "x": "1" }), &json!({ "x": "2" }));
}

fn follows_map_template(site: &Site<'_>) {
    let spec = json!({
        "refreshInterval": "1s",
        "dataFrom": [{ "extract": { "key": "m" } }],
        "target": { "template": { "data": { "t": "<{{ .x }}>" } } },
    });
    follows(site, &spec, &json!({ "t": "<1>" }), &json!({ "t": "<2>" }));
}

/// Another one has the new value, so the store has been asked since.
fn stays_while_another_follows(site: &Site<'_>) {
    site.store(&json!({ "a": "new", "b": "2" }));
    let spec = json!({ "refreshInterval": "1s", "data": [entry("k", "a")] });
    site.ask("another", &spec);
    site.holds("another", &json!({ "k": "new" }));
    site.settle();
    assert_eq!(site.data("es").unwrap()["k"], "1");
}

fn interval_zero(site: &Site<'_>) {
    one(site, &json!({ "refreshInterval": "0" }));
    stays_while_another_follows(site);
}

/// Wakes an `ExternalSecret` without a change that is a reason to refresh.
fn wake(site: &Site<'_>) {
    site.patch(
        "es",
        &json!({ "metadata": { "finalizers": ["example.com/awake"] } }),
    );
}

fn sleep(site: &Site<'_>) {
    site.patch("es", &json!({ "metadata": { "finalizers": null } }));
}

fn version(site: &Site<'_>) {
    one(site, &json!({}));
    let before = site.status("es")["syncedResourceVersion"].clone();
    site.patch_status(
        "es",
        &json!({ "syncedResourceVersion": "1-of-another-time" }),
    );
    wake(site);
    until("the version to be served", || {
        (site.status("es")["syncedResourceVersion"] == before).then_some(())
    });
    sleep(site);
}

fn no_time(site: &Site<'_>) {
    one(site, &json!({}));
    site.patch_status("es", &json!({ "refreshTime": null }));
    wake(site);
    until("the refresh", || {
        site.status("es")["refreshTime"].as_str().map(drop)
    });
    sleep(site);
}

/// A change is served at once: the status says so under another version.
fn served(site: &Site<'_>, patch: &Value) {
    one(site, &json!({}));
    let before = site.status("es")["syncedResourceVersion"].clone();
    assert!(before.is_string());
    site.patch("es", patch);
    until("the change to be served", || {
        let now = site.status("es")["syncedResourceVersion"].clone();
        (now.is_string() && now != before).then_some(())
    });
}

fn label(site: &Site<'_>) {
    served(site, &json!({ "metadata": { "labels": { "l": "1" } } }));
}

fn annotation(site: &Site<'_>) {
    served(
        site,
        &json!({ "metadata": { "annotations": { "force-sync": "1" } } }),
    );
}

fn generation(site: &Site<'_>) {
    served(site, &json!({ "spec": { "data": [entry("l", "b")] } }));
    site.holds("es", &json!({ "l": "2" }));
}

fn runs(site: &Site<'_>) -> u64 {
    site.counted("externalsecret_sync_calls_total", "es")
}

fn wakes_not_by_status(site: &Site<'_>) {
    one(site, &json!({}));
    site.settle();
    let before = runs(site);
    site.patch_status("es", &json!({ "binding": { "name": "elsewhere" } }));
    site.settle();
    assert_eq!(runs(site), before);
}

fn wakes(site: &Site<'_>, patch: &Value) {
    one(site, &json!({}));
    site.settle();
    let before = runs(site);
    site.patch("es", patch);
    until("a run", || (runs(site) > before).then_some(()));
}

fn wakes_by_generation(site: &Site<'_>) {
    wakes(site, &json!({ "spec": { "refreshInterval": "2h" } }));
}

fn wakes_by_label(site: &Site<'_>) {
    wakes(site, &json!({ "metadata": { "labels": { "l": "1" } } }));
}

fn wakes_by_annotation(site: &Site<'_>) {
    wakes(
        site,
        &json!({ "metadata": { "annotations": { "a": "1" } } }),
    );
}

fn wakes_by_finalizer(site: &Site<'_>) {
    wakes(
        site,
        &json!({ "metadata": { "finalizers": ["example.com/awake"] } }),
    );
    sleep(site);
}

/// The finalizer is the peer's, which nobody else would take away.
fn wakes_by_deletion(site: &Site<'_>) {
    one(site, &json!({}));
    site.patch("es", &json!({ "metadata": { "finalizers": [CLEANUP] } }));
    site.remove("es");
}

fn created_once(site: &Site<'_>) {
    one(
        site,
        &json!({ "refreshPolicy": "CreatedOnce", "refreshInterval": "1s" }),
    );
    site.patch("es", &json!({ "spec": { "data": [entry("l", "b")] } }));
    site.patch(
        "es",
        &json!({ "metadata": { "annotations": { "force-sync": "1" } } }),
    );
    stays_while_another_follows(site);
    site.delete("es");
    // What was edited meanwhile is served with the repair.
    site.holds("es", &json!({ "l": "2" }));
}

fn on_change(site: &Site<'_>) {
    one(
        site,
        &json!({ "refreshPolicy": "OnChange", "refreshInterval": "1s" }),
    );
    stays_while_another_follows(site);
    site.patch(
        "es",
        &json!({ "metadata": { "annotations": { "force-sync": "1" } } }),
    );
    site.holds("es", &json!({ "k": "new" }));
    site.patch("es", &json!({ "spec": { "data": [entry("l", "b")] } }));
    site.holds("es", &json!({ "l": "2" }));
}

fn periodic(site: &Site<'_>) {
    one(
        site,
        &json!({ "refreshPolicy": "Periodic", "refreshInterval": "1s" }),
    );
    site.refreshed("es");
    site.patch("es", &json!({ "spec": { "refreshInterval": "1h" } }));
    site.synced("es");
    stays_while_another_follows(site);
    site.patch("es", &json!({ "spec": { "data": [entry("l", "b")] } }));
    site.holds("es", &json!({ "l": "2" }));
}
