//! What a case works with: a namespace of its own, the objects in it, and waiting for what becomes of them. Nothing here knows what a case expects.

use std::sync::atomic::{AtomicU32, Ordering};
use std::thread;
use std::time::Duration;

use selkie_tests::servers::controller::{self, Controller, until};
use selkie_tests::servers::kube_apiserver::KubeApiserver;
use serde_json::{Value, json};

use crate::objects::{encoded, secret};

const GROUP: &str = "external-secrets.io/v1";
/// The store that an `ExternalSecret` asks if it names none.
const STORE: &str = "store";

/// A namespace in a cluster with a controller at it.
pub(crate) struct Site<'a> {
    pub(crate) cluster: &'a KubeApiserver,
    pub(crate) controller: &'a Controller,
    /// The name of the namespace.
    pub(crate) name: String,
    settled: AtomicU32,
}

impl<'a> Site<'a> {
    /// A new namespace of this name.
    pub(crate) fn new(cluster: &'a KubeApiserver, controller: &'a Controller, name: &str) -> Self {
        crate::objects::namespace(cluster, name, &json!({}));
        Self {
            cluster,
            controller,
            name: name.to_owned(),
            settled: AtomicU32::new(0),
        }
    }

    /// Gives the usual store these values, and no other.
    pub(crate) fn store(&self, values: &Value) {
        self.provider(STORE, &fake(values));
    }

    /// Makes a store of the namespace with this block of a provider.
    pub(crate) fn provider(&self, name: &str, provider: &Value) {
        self.cluster.write(&json!({
            "apiVersion": GROUP, "kind": "SecretStore",
            "metadata": { "namespace": self.name, "name": name },
            "spec": { "provider": provider },
        }));
    }

    /// Makes a store of the cluster.
    pub(crate) fn cluster_store(&self, name: &str, spec: &Value) {
        self.cluster.write(&json!({
            "apiVersion": GROUP, "kind": "ClusterSecretStore",
            "metadata": { "name": name }, "spec": spec,
        }));
    }

    /// Makes an `ExternalSecret`, or replaces its spec. It asks the usual store and is not due again for an hour, unless the spec says otherwise.
    pub(crate) fn ask(&self, name: &str, spec: &Value) -> Value {
        self.ask_with(name, &json!({}), spec)
    }

    /// The same with metadata.
    pub(crate) fn ask_with(&self, name: &str, metadata: &Value, spec: &Value) -> Value {
        let mut whole = json!({ "refreshInterval": "1h", "secretStoreRef": { "name": STORE } });
        merge(&mut whole, spec);
        let mut metadata = metadata.clone();
        metadata["namespace"] = json!(self.name);
        metadata["name"] = json!(name);
        self.cluster.write(&json!({
            "apiVersion": GROUP, "kind": "ExternalSecret", "metadata": metadata, "spec": whole,
        }))
    }

    /// Changes an `ExternalSecret` by a merge patch.
    pub(crate) fn patch(&self, name: &str, patch: &Value) -> Value {
        self.cluster.patch(&self.name, &external(name), patch)
    }

    /// Changes the status of an `ExternalSecret` by a merge patch, as nobody but a controller does.
    pub(crate) fn patch_status(&self, name: &str, patch: &Value) {
        let path = format!(
            "/apis/{GROUP}/namespaces/{}/externalsecrets/{name}/status",
            self.name
        );
        let body = json!({ "status": patch });
        let (status, answer) = self.cluster.call("PATCH", &path, Some(&body));
        assert_eq!(status, 200, "{answer}");
    }

    /// Deletes an `ExternalSecret`, and waits until it is gone.
    pub(crate) fn remove(&self, name: &str) {
        self.cluster.delete(&self.name, &external(name));
        until(&format!("{name} of {} to go", self.name), || {
            self.object(name).is_none().then_some(())
        });
    }

    /// Deletes all `ExternalSecret`s.
    pub(crate) fn clear(&self) {
        let path = format!("/apis/{GROUP}/namespaces/{}/externalsecrets", self.name);
        self.cluster.call("DELETE", &path, None);
    }

    /// An `ExternalSecret`.
    pub(crate) fn object(&self, name: &str) -> Option<Value> {
        self.cluster.object(&self.name, &external(name))
    }

    /// Its status; null if it has none.
    pub(crate) fn status(&self, name: &str) -> Value {
        let object = self.object(name);
        object.map_or(Value::Null, |it| it["status"].clone())
    }

    /// Status, reason and message of its condition.
    pub(crate) fn ready(&self, name: &str) -> Option<[String; 3]> {
        controller::ready(self.cluster, &self.name, &external(name))
    }

    /// Waits until what it says now is served.
    pub(crate) fn synced(&self, name: &str) {
        until(&format!("{name} of {} to be synced", self.name), || {
            let object = self.object(name)?;
            let generation = object["metadata"]["generation"].as_u64()?;
            let synced = object["status"]["syncedResourceVersion"].as_str()?;
            let [status, ..] = self.ready(name)?;
            let is_current = synced.starts_with(&format!("{generation}-"));
            (is_current && status == "True").then_some(())
        });
    }

    /// Waits until it fails for the reason that every failure has, and with this cause.
    pub(crate) fn failed(&self, name: &str, cause: &str) -> String {
        until(
            &format!("{name} of {} to fail by {cause}", self.name),
            || {
                let [status, reason, message] = self.ready(name)?;
                let is_failure = status == "False" && reason == "SecretSyncedError";
                (is_failure && message.contains(&format!(": {cause}: "))).then_some(message)
            },
        )
    }

    /// Waits until it is refreshed once more.
    pub(crate) fn refreshed(&self, name: &str) {
        let before = self.status(name)["refreshTime"].clone();
        until(&format!("{name} of {} to be refreshed", self.name), || {
            let now = self.status(name)["refreshTime"].clone();
            (now != before && !now.is_null()).then_some(())
        });
    }

    /// Makes a Secret with these values.
    pub(crate) fn with_secret(&self, name: &str, values: &Value) -> Value {
        self.cluster.write(&secret(&self.name, name, values))
    }

    /// A Secret.
    pub(crate) fn secret(&self, name: &str) -> Option<Value> {
        self.cluster.object(&self.name, &format!("secret/{name}"))
    }

    /// Changes a Secret by a merge patch.
    pub(crate) fn patch_secret(&self, name: &str, patch: &Value) -> Value {
        let what = format!("secret/{name}");
        self.cluster.patch(&self.name, &what, patch)
    }

    /// Changes values of a Secret.
    pub(crate) fn edit(&self, name: &str, values: &Value) -> Value {
        self.patch_secret(name, &json!({ "data": encoded(values) }))
    }

    /// Deletes a Secret.
    pub(crate) fn delete(&self, name: &str) {
        self.cluster.delete(&self.name, &format!("secret/{name}"));
    }

    /// The values of a Secret, if it is there.
    pub(crate) fn data(&self, name: &str) -> Option<Value> {
        controller::data(self.cluster, &self.name, name)
    }

    /// Waits until a Secret has these values and no others.
    pub(crate) fn holds(&self, name: &str, values: &Value) {
        let mut last = None;
        let what = format!("{name} of {} to hold {values}", self.name);
        until(&what, || {
            last = self.data(name);
            (last.as_ref() == Some(values)).then_some(())
        });
    }

    /// Waits until a Secret fits.
    pub(crate) fn secret_is(&self, name: &str, fits: impl Fn(&Value) -> bool) -> Value {
        until(&format!("{name} of {} to fit", self.name), || {
            self.secret(name).filter(|secret| fits(secret))
        })
    }

    /// Waits until whatever happened before has had its chance: others that came after it were served, twice.
    pub(crate) fn settle(&self) {
        self.provider("settle", &fake(&json!({ "x": "1" })));
        for _ in 0..2 {
            thread::sleep(Duration::from_millis(200));
            let at = self.settled.fetch_add(1, Ordering::Relaxed);
            let name = format!("settle-{at}");
            let spec = json!({
                "secretStoreRef": { "name": "settle" },
                "data": [entry("x", "x")],
            });
            self.ask(&name, &spec);
            self.synced(&name);
        }
    }

    /// How often something is said to have happened to an `ExternalSecret`, by the controller's metrics.
    pub(crate) fn counted(&self, metric: &str, name: &str) -> u64 {
        let labels = format!("name=\"{name}\",namespace=\"{}\"", self.name);
        self.measured(metric, &labels)
    }

    /// The value of a metric with these labels in this order; 0 if there is none.
    pub(crate) fn measured(&self, metric: &str, labels: &str) -> u64 {
        let start = format!("{metric}{{{labels}}} ");
        let page = self.controller.metrics();
        let line = page.lines().find_map(|line| line.strip_prefix(&start));
        line.map_or(0, |value| value.parse().unwrap())
    }
}

/// `externalsecret/NAME`
fn external(name: &str) -> String {
    format!("externalsecret/{name}")
}

/// The block of a provider that holds these values itself.
pub(crate) fn fake(values: &Value) -> Value {
    let values = values.as_object().cloned().unwrap_or_default();
    let entry = |(key, value): (String, Value)| json!({ "key": key, "value": value });
    json!({ "fake": { "data": values.into_iter().map(entry).collect::<Vec<_>>() } })
}

/// An entry of `data`: this key of the target is that key of the store.
pub(crate) fn entry(key: &str, remote: &str) -> Value {
    json!({ "secretKey": key, "remoteRef": { "key": remote } })
}

/// Lays one object over another, as a merge patch does.
pub(crate) fn merge(into: &mut Value, patch: &Value) {
    match (into.as_object_mut(), patch.as_object()) {
        (Some(into), Some(patch)) => {
            for (key, value) in patch {
                merge(into.entry(key.as_str()).or_insert(Value::Null), value);
            }
        }
        _ => *into = patch.clone(),
    }
}
