//! What every reconcile shares: the API server, what the watches have told, the queue, the providers, and a few numbers for each object.
//!
//! Never here: what happens to one object.

use std::collections::{BTreeMap, HashMap};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use selkie_api::Condition;
use tokio::sync::Notify;

use crate::clock::Clock;
use crate::cluster::Cluster;
use crate::credentials::Providers;
use crate::events::Events;
use crate::key::{Key, Kind};
use crate::metrics::{self, Counters, Rest, Shown, Waiting};
use crate::queue::{Lane, Queue};
use crate::settings::Settings;
use crate::view::View;

/// With work waiting and nothing done for so long, the program does not work any more.
const STUCK: Duration = Duration::from_mins(5);

/// What is shared.
pub(crate) struct Context {
    /// What the program was told to be.
    pub(crate) settings: Settings,
    /// The API server.
    pub(crate) cluster: Arc<Cluster>,
    /// The clocks.
    pub(crate) clock: Clock,
    /// Events.
    pub(crate) events: Events,
    /// Stores as they are connected to.
    pub(crate) providers: Providers,
    /// Counters.
    pub(crate) counters: Arc<Counters>,
    /// Told when the queue has something new.
    pub(crate) news: Notify,
    view: Mutex<View>,
    queue: Mutex<Queue>,
    traces: Mutex<HashMap<Key, Trace>>,
    progress: Mutex<Progress>,
}

/// What is remembered of an object's runs.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Trace {
    /// How often it ran.
    pub(crate) runs: u32,
    /// How often that failed.
    pub(crate) errors: u32,
    /// How often it failed in a row.
    pub(crate) failures: u32,
    /// How long the last run took.
    pub(crate) took: Duration,
}

/// How far the program has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Stage {
    /// Not everything is listed yet.
    Starting,
    /// Another replica works.
    StandingBy,
    /// At work.
    Working,
}

#[derive(Debug)]
struct Progress {
    stage: Stage,
    /// When a run last ended.
    last: Instant,
}

impl Context {
    /// A context in which nothing is known yet.
    pub(crate) fn new(settings: Settings, cluster: Cluster, events: Events) -> Self {
        let counters = Arc::new(Counters::default());
        let providers = Providers::new(&settings, Arc::clone(&counters));
        Self {
            settings,
            cluster: Arc::new(cluster),
            clock: Clock::new(),
            events,
            providers,
            counters,
            news: Notify::new(),
            view: Mutex::default(),
            queue: Mutex::default(),
            traces: Mutex::default(),
            progress: Mutex::new(Progress {
                stage: Stage::Starting,
                last: Instant::now(),
            }),
        }
    }

    /// What the watches have told.
    pub(crate) fn view(&self) -> MutexGuard<'_, View> {
        lock(&self.view)
    }

    /// The queue.
    pub(crate) fn queue(&self) -> MutexGuard<'_, Queue> {
        lock(&self.queue)
    }

    /// Asks for objects now.
    pub(crate) fn push(&self, keys: impl IntoIterator<Item = Key>, lane: Lane) {
        let now = Instant::now();
        let mut queue = self.queue();
        for key in keys {
            queue.push(key, lane, now);
        }
        drop(queue);
        self.news.notify_one();
    }

    /// What is remembered of an object.
    pub(crate) fn trace(&self, key: &Key) -> Trace {
        lock(&self.traces).get(key).copied().unwrap_or_default()
    }

    /// Remembers a run, and returns how often it has failed in a row.
    pub(crate) fn ran(&self, key: &Key, is_good: bool, took: Duration) -> u32 {
        lock(&self.progress).last = Instant::now();
        self.counters.reconcile(is_good);
        let mut traces = lock(&self.traces);
        let trace = traces.entry(key.clone()).or_default();
        trace.runs = trace.runs.saturating_add(1);
        trace.took = took;
        if is_good {
            trace.failures = 0;
        } else {
            trace.errors = trace.errors.saturating_add(1);
            trace.failures = trace.failures.saturating_add(1);
        }
        trace.failures
    }

    /// Forgets an object that is gone.
    pub(crate) fn forget(&self, key: &Key) {
        lock(&self.traces).remove(key);
        self.queue().forget(key);
    }

    /// The program has come to another stage.
    pub(crate) fn enter(&self, stage: Stage) {
        *lock(&self.progress) = Progress {
            stage,
            last: Instant::now(),
        };
    }

    /// How far the program has come.
    pub(crate) fn stage(&self) -> Stage {
        lock(&self.progress).stage
    }

    /// Whether work waits and nothing is done any more.
    pub(crate) fn is_stuck(&self) -> bool {
        let waits = {
            let queue = self.queue();
            Lane::ALL.iter().any(|lane| queue.depth(*lane) > 0) || queue.running() > 0
        };
        let progress = lock(&self.progress);
        progress.stage == Stage::Working && waits && progress.last.elapsed() > STUCK
    }

    /// The page with the metrics, in pieces.
    pub(crate) fn metrics(&self) -> Vec<String> {
        let waiting = {
            let (queue, now) = (self.queue(), Instant::now());
            let lane = |lane| (lane, queue.depth(lane), queue.age(lane, now));
            Waiting {
                lanes: Lane::ALL.map(lane).to_vec(),
                running: queue.running(),
                concurrent: self.settings.concurrent,
            }
        };
        let kinds = [
            Kind::ExternalSecret,
            Kind::SecretStore,
            Kind::ClusterSecretStore,
        ];
        let rest = Rest {
            objects: {
                let view = self.view();
                kinds.map(|kind| (kind, view.count(kind)))
            },
            requests: self.cluster.requests(),
            dropped: self.events.dropped(),
            cached: self.providers.cached(),
        };
        let each: Vec<_> = {
            let view = self.view();
            let of = |kind| {
                let each = view.each(kind);
                each.map(move |(place, record)| (Key::new(kind, place.clone()), record.clone()))
            };
            kinds.into_iter().flat_map(of).collect()
        };
        let mut each = each.iter().map(|(key, record)| {
            let trace = self.trace(key);
            Shown {
                key,
                labels: if self.settings.extended_labels {
                    record.labels.read_or_default()
                } else {
                    BTreeMap::default()
                },
                conditions: record.status.read_or_default::<Conditions>().conditions,
                runs: (trace.runs, trace.errors),
                took: trace.took,
            }
        });
        metrics::page(&self.counters, &waiting, rest, &mut each)
    }
}

/// The conditions of any status.
#[derive(Default, serde::Deserialize)]
#[serde(default)]
struct Conditions {
    conditions: Vec<Condition>,
}

/// What a thread that panicked has left is whole: nothing here is changed in steps that a panic could part.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
