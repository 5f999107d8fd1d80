//! Events, sent in the background: whoever has something to tell never waits for it.
//!
//! The queue is bounded; what does not fit is counted and dropped, because the condition says the same. What repeats within some minutes becomes a
//! series of the first event instead of another one.
//!
//! Never here: what is worth telling, and secret text: reasons and notes come from plans.

mod series;

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use futures::StreamExt as _;
use futures::stream::unfold;
use jiff::Timestamp;
use serde_json::json;
use tokio::sync::mpsc::{self, Receiver, Sender};

use crate::cluster::{Cluster, Refusal, collection, object};
use crate::key::Key;
use crate::watch::GROUP as OURS;
use series::{Repeats, Told};

/// How many wait at most.
const ROOM: usize = 2048;
/// How many are sent at the same time.
const AT_ONCE: usize = 4;
/// The longest note that the API server takes is 1,024 bytes.
const NOTE: usize = 1000;

const GROUP: &str = "apis/events.k8s.io/v1";
/// Under the peer's name, by which people select events.
const REPORTER: &str = "external-secrets";

/// Something to tell about an object.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Event {
    /// About which object.
    pub(crate) key: Key,
    /// Which of those that ever had its name.
    pub(crate) uid: Box<str>,
    /// At which version.
    pub(crate) version: Box<str>,
    /// Whether it is a warning.
    pub(crate) is_warning: bool,
    /// In one word.
    pub(crate) reason: String,
    /// In a sentence.
    pub(crate) note: String,
}

/// Where events are handed in.
pub(crate) struct Events {
    sender: Sender<Event>,
    dropped: AtomicU64,
}

impl Events {
    /// The place to hand events in, and the other end of the queue.
    pub(crate) fn new() -> (Self, Receiver<Event>) {
        let (sender, receiver) = mpsc::channel(ROOM);
        let events = Self {
            sender,
            dropped: AtomicU64::new(0),
        };
        (events, receiver)
    }

    /// Hands one in, or drops it if too many wait.
    pub(crate) fn tell(&self, event: Event) {
        if self.sender.try_send(event).is_err() {
            self.dropped.fetch_add(1, Ordering::Relaxed);
        }
    }

    /// Waits until all are on their way, but not for long.
    pub(crate) async fn drained(&self) {
        for _ in 0..20 {
            if self.sender.capacity() == ROOM {
                return;
            }
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
    }

    /// How many were dropped.
    pub(crate) fn dropped(&self) -> u64 {
        self.dropped.load(Ordering::Relaxed)
    }
}

/// Sends what is handed in, until nobody can hand in any more.
pub(crate) async fn send(cluster: &Cluster, instance: &str, receiver: Receiver<Event>) {
    let repeats = Repeats::default();
    let events = unfold(receiver, async |mut receiver| {
        let event = receiver.recv().await?;
        Some((event, receiver))
    });
    events
        .for_each_concurrent(AT_ONCE, |event| {
            let repeats = &repeats;
            async move {
                if let Err(refusal) = one(cluster, instance, repeats, &event).await {
                    tracing::debug!(object = %event.key, reason = event.reason, %refusal, "an event is lost");
                }
            }
        })
        .await;
}

async fn one(
    cluster: &Cluster,
    instance: &str,
    repeats: &Repeats,
    event: &Event,
) -> Result<(), Refusal> {
    let place = &event.key.place;
    // Events about objects of the cluster are kept in this namespace by everybody.
    let namespace = if place.namespace.is_empty() {
        "default"
    } else {
        &place.namespace
    };
    let now = Timestamp::now();
    let time = format!("{now:.6}");
    let name: Arc<str> = match repeats.tell(event, Instant::now()) {
        Told::Again { name, count } => {
            let series = json!({ "series": { "count": count, "lastObservedTime": time } });
            let path = object(GROUP, namespace, "events", &name)?;
            match cluster.merge(&path, bytes(&series)?).await {
                Err(Refusal::NotFound) => name,
                other => return other.map(drop),
            }
        }
        Told::First { name } => name,
    };
    let (group, version) = OURS
        .strip_prefix("apis/")
        .and_then(|it| it.split_once('/'))
        .unwrap_or_default();
    let body = json!({
        "apiVersion": "events.k8s.io/v1",
        "kind": "Event",
        "metadata": { "name": &*name, "namespace": namespace },
        "eventTime": time,
        "reportingController": REPORTER,
        "reportingInstance": shortened(instance, 128),
        "action": "Reconcile",
        "reason": shortened(&event.reason, 128),
        "note": shortened(&event.note, NOTE),
        "type": if event.is_warning { "Warning" } else { "Normal" },
        "regarding": {
            "apiVersion": format!("{group}/{version}"),
            "kind": event.key.kind.as_str(),
            "name": &*place.name,
            "namespace": &*place.namespace,
            "uid": &*event.uid,
            "resourceVersion": &*event.version,
        },
    });
    let path = collection(GROUP, namespace, "events")?;
    cluster.create(&path, bytes(&body)?).await.map(drop)
}

fn bytes(value: &serde_json::Value) -> Result<Vec<u8>, Refusal> {
    serde_json::to_vec(value).map_err(|_| Refusal::Malformed)
}

fn shortened(text: &str, length: usize) -> &str {
    &text[..text.floor_char_boundary(length)]
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::key::{Kind, Place};

    #[test]
    fn who_tells_never_waits() {
        let (events, _receiver) = Events::new();
        let event = Event {
            key: Key::new(Kind::ExternalSecret, Place::new("ns", "x")),
            uid: "u".into(),
            version: "1".into(),
            is_warning: false,
            reason: "Created".to_owned(),
            note: String::new(),
        };
        for _ in 0..ROOM + 5 {
            events.tell(event.clone());
        }
        assert_eq!(events.dropped(), 5);
    }

    #[test]
    fn notes_are_cut_between_characters() {
        assert_eq!(shortened("abc", 5), "abc");
        assert_eq!(shortened("aßc", 2), "a");
    }
}
