//! Metrics in the text form that Prometheus reads, under the peer's names and, where dashboards rely on them, those of its runtime.
//!
//! Nothing is kept for them per object but a few numbers that the reconciler has anyway: the labels, which would weigh ten times as much, are
//! written when somebody asks. By hand and not by a crate of metrics, which would add `_total` to the peer's counters.
//!
//! Never here: how often anything happened. It is counted where it happens.

mod text;

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use selkie_api::{Cause, Condition};

use crate::key::{Key, Kind, Place};
use crate::queue::Lane;
use text::Text;

/// Counters of the whole program.
#[derive(Debug, Default)]
pub(crate) struct Counters {
    calls: Mutex<BTreeMap<(&'static str, &'static str, bool), u64>>,
    failures: Mutex<BTreeMap<(Kind, Cause), u64>>,
    reconciles: [AtomicU64; 2],
    retries: AtomicU64,
}

impl Counters {
    /// One call of a provider has ended.
    pub(crate) fn call(&self, provider: &'static str, call: &'static str, is_good: bool) {
        let mut calls = self.calls.lock().unwrap_or_else(PoisonError::into_inner);
        *calls.entry((provider, call, is_good)).or_default() += 1;
    }

    /// An object ended in a failure of this cause.
    pub(crate) fn failure(&self, kind: Kind, cause: Cause) {
        let mut failures = self.failures.lock().unwrap_or_else(PoisonError::into_inner);
        *failures.entry((kind, cause)).or_default() += 1;
    }

    /// A reconcile has ended, well or not.
    pub(crate) fn reconcile(&self, is_good: bool) {
        self.reconciles[usize::from(is_good)].fetch_add(1, Ordering::Relaxed);
    }

    /// An object is tried again after a failure.
    pub(crate) fn retry(&self) {
        self.retries.fetch_add(1, Ordering::Relaxed);
    }
}

/// What one object shows.
pub(crate) struct Shown<'a> {
    /// Which object.
    pub(crate) key: &'a Key,
    /// Its labels; empty unless metrics are to have them.
    pub(crate) labels: BTreeMap<String, String>,
    /// Its conditions.
    pub(crate) conditions: Vec<Condition>,
    /// How often it was reconciled, and how often that failed.
    pub(crate) runs: (u32, u32),
    /// How long the last time took.
    pub(crate) took: Duration,
}

/// What the queue shows.
#[derive(Clone, Debug, Default)]
pub(crate) struct Waiting {
    /// How many wait in each lane, and for how long the first does.
    pub(crate) lanes: Vec<(Lane, usize, Duration)>,
    /// How many are in flight.
    pub(crate) running: usize,
    /// How many may be.
    pub(crate) concurrent: usize,
}

/// Numbers of the rest.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Rest {
    /// Requests to the API server.
    pub(crate) requests: u64,
    /// Events that were dropped.
    pub(crate) dropped: u64,
    /// Bytes of values in the shared cache.
    pub(crate) cached: usize,
    /// Objects of each kind.
    pub(crate) objects: [(Kind, usize); 3],
}

/// The recommended labels, which the peer adds on demand.
const RECOMMENDED: [&str; 6] = [
    "name",
    "instance",
    "version",
    "component",
    "part-of",
    "managed-by",
];

/// The page, in pieces.
pub(crate) fn page(
    counters: &Counters,
    waiting: &Waiting,
    rest: Rest,
    each: &mut dyn Iterator<Item = Shown<'_>>,
) -> Vec<String> {
    let mut text = Text::default();
    queue(&mut text, waiting);
    totals(&mut text, counters, rest);
    objects(&mut text, each);
    text.finish()
}

fn queue(text: &mut Text, waiting: &Waiting) {
    let name = [("name", "externalsecret"), ("controller", "externalsecret")];
    let depth: usize = waiting.lanes.iter().map(|(_, depth, _)| depth).sum();
    text.gauge(
        "workqueue_depth",
        "Objects that wait to be reconciled",
        &name,
        depth,
    );
    for (lane, depth, age) in &waiting.lanes {
        let lane = [("lane", lane.word())];
        text.gauge(
            "selkie_queue_depth",
            "Objects that wait in a lane",
            &lane,
            *depth,
        );
        text.gauge(
            "selkie_queue_age_seconds",
            "How long the first of a lane has waited",
            &lane,
            age.as_secs_f64(),
        );
    }
    let name = [("controller", "externalsecret")];
    text.gauge(
        "controller_runtime_active_workers",
        "Objects that are being reconciled",
        &name,
        waiting.running,
    );
    text.gauge(
        "controller_runtime_max_concurrent_reconciles",
        "Objects that may be reconciled at the same time",
        &name,
        waiting.concurrent,
    );
}

fn totals(text: &mut Text, counters: &Counters, rest: Rest) {
    for (is_good, result) in [(true, "success"), (false, "error")] {
        let count = counters.reconciles[usize::from(is_good)].load(Ordering::Relaxed);
        let labels = [("controller", "externalsecret"), ("result", result)];
        text.counter(
            "controller_runtime_reconcile_total",
            "Reconciles by their end",
            &labels,
            count,
        );
    }
    let name = [("name", "externalsecret"), ("controller", "externalsecret")];
    text.counter(
        "workqueue_retries_total",
        "Attempts after a failure",
        &name,
        counters.retries.load(Ordering::Relaxed),
    );
    let calls = counters
        .calls
        .lock()
        .unwrap_or_else(PoisonError::into_inner);
    for ((provider, call, is_good), count) in &*calls {
        let status = if *is_good { "success" } else { "error" };
        let labels = [("provider", *provider), ("call", *call), ("status", status)];
        text.counter(
            "externalsecret_provider_api_calls_count",
            "Calls of providers",
            &labels,
            *count,
        );
    }
    let failures = counters
        .failures
        .lock()
        .unwrap_or_else(PoisonError::into_inner);
    for ((kind, cause), count) in &*failures {
        let labels = [("kind", kind.as_str()), ("cause", cause.as_str())];
        text.counter(
            "selkie_failures_total",
            "Failures by their cause",
            &labels,
            *count,
        );
    }
    text.counter(
        "selkie_api_requests_total",
        "Requests to the API server",
        &[],
        rest.requests,
    );
    text.counter(
        "selkie_events_dropped_total",
        "Events that did not fit into their queue",
        &[],
        rest.dropped,
    );
    for (kind, count) in rest.objects {
        text.gauge(
            "selkie_objects",
            "Objects that are followed",
            &[("kind", kind.as_str())],
            count,
        );
    }
    text.gauge(
        "selkie_cache_bytes",
        "Values that refreshes which are due still share",
        &[],
        rest.cached,
    );
}

fn objects(text: &mut Text, each: &mut dyn Iterator<Item = Shown<'_>>) {
    for shown in each {
        let Key {
            kind,
            place: Place { namespace, name },
        } = shown.key;
        let recommended: Vec<(String, &str)> = RECOMMENDED
            .iter()
            .filter(|_| !shown.labels.is_empty())
            .map(|label| {
                let value = shown.labels.get(&format!("app.kubernetes.io/{label}"));
                (
                    format!("app_kubernetes_io_{}", label.replace('-', "_")),
                    value.map_or("", String::as_str),
                )
            })
            .collect();
        let mut labels = vec![("name", &**name), ("namespace", &**namespace)];
        labels.extend(
            recommended
                .iter()
                .map(|(label, value)| (label.as_str(), *value)),
        );
        let word = kind.word();
        if *kind == Kind::ExternalSecret {
            text.counter(
                "externalsecret_sync_calls_total",
                "Reconciles of an ExternalSecret",
                &labels,
                shown.runs.0,
            );
            text.counter(
                "externalsecret_sync_calls_error",
                "Reconciles of an ExternalSecret that failed",
                &labels,
                shown.runs.1,
            );
        }
        text.gauge(
            &format!("{word}_reconcile_duration"),
            "Nanoseconds that the last reconcile took",
            &labels,
            shown.took.as_nanos(),
        );
        for condition in &shown.conditions {
            // Both sides of a condition, as the peer has them: one is 1, the other 0.
            for side in ["True", "False"] {
                let mut labels = labels.clone();
                labels.extend([("condition", condition.r#type.as_str()), ("status", side)]);
                let holds = u8::from(condition.status.as_str() == side);
                text.gauge(
                    &format!("{word}_status_condition"),
                    "Conditions, 1 where one holds",
                    &labels,
                    holds,
                );
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use selkie_api::Truth;

    use super::*;

    #[test]
    fn the_page_has_the_peers_names() {
        let counters = Counters::default();
        counters.call("HashiCorp/Vault", "ReadSecretData", true);
        counters.call("HashiCorp/Vault", "ReadSecretData", true);
        counters.failure(Kind::ExternalSecret, Cause::NotFound);
        counters.reconcile(true);
        let waiting = Waiting {
            lanes: vec![
                (Lane::New, 2, Duration::from_millis(1500)),
                (Lane::Periodic, 3, Duration::ZERO),
            ],
            running: 1,
            concurrent: 24,
        };
        let key = Key::new(Kind::ExternalSecret, Place::new("team", "app"));
        let store = Key::new(Kind::ClusterSecretStore, Place::new("", "main"));
        let ready = |status| Condition {
            r#type: "Ready".to_owned(),
            status,
            ..Condition::default()
        };
        let shown = |key, status, labels| Shown {
            key,
            labels,
            conditions: vec![ready(status)],
            runs: (5, 1),
            took: Duration::from_micros(3),
        };
        let labels = BTreeMap::from([("app.kubernetes.io/part-of".to_owned(), "shop".to_owned())]);
        let each = [
            shown(&key, Truth::True, labels),
            shown(&store, Truth::False, BTreeMap::new()),
        ];
        let rest = Rest {
            requests: 9,
            dropped: 0,
            cached: 7,
            objects: [
                Kind::ExternalSecret,
                Kind::SecretStore,
                Kind::ClusterSecretStore,
            ]
            .map(|kind| (kind, 1)),
        };
        let page = page(&counters, &waiting, rest, &mut each.into_iter()).concat();
        let app = r#"app_kubernetes_io_name="",app_kubernetes_io_instance="",app_kubernetes_io_version="",app_kubernetes_io_component="",app_kubernetes_io_part_of="shop",app_kubernetes_io_managed_by="""#;
        for line in [
            r#"workqueue_depth{name="externalsecret",controller="externalsecret"} 5"#.to_owned(),
            r#"selkie_queue_depth{lane="new"} 2"#.to_owned(),
            r#"selkie_queue_age_seconds{lane="new"} 1.5"#.to_owned(),
            r#"externalsecret_provider_api_calls_count{provider="HashiCorp/Vault",call="ReadSecretData",status="success"} 2"#.to_owned(),
            r#"selkie_failures_total{kind="ExternalSecret",cause="NotFound"} 1"#.to_owned(),
            r"selkie_api_requests_total 9".to_owned(),
            format!(r#"externalsecret_sync_calls_total{{name="app",namespace="team",{app}}} 5"#),
            format!(r#"externalsecret_sync_calls_error{{name="app",namespace="team",{app}}} 1"#),
            format!(r#"externalsecret_reconcile_duration{{name="app",namespace="team",{app}}} 3000"#),
            format!(r#"externalsecret_status_condition{{name="app",namespace="team",{app},condition="Ready",status="True"}} 1"#),
            r#"clustersecretstore_status_condition{name="main",namespace="",condition="Ready",status="True"} 0"#.to_owned(),
            r#"clustersecretstore_status_condition{name="main",namespace="",condition="Ready",status="False"} 1"#.to_owned(),
        ] {
            assert!(page.lines().any(|it| it == line), "{line}\n{page}");
        }
        assert_eq!(
            page.matches("# TYPE externalsecret_status_condition gauge")
                .count(),
            1
        );
    }
}
