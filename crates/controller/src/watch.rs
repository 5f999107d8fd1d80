//! Follows what is in the cluster: a list, then a watch from where the list ended, again from the start when history is lost.
//!
//! One loop for each kind and each namespace that is followed, all of them this one; [`TABLE`] says what is followed and how. Lists come in
//! pages and every object is decoded by itself, so that neither ten thousand objects nor a damaged one matter.
//!
//! Never here: what a change leads to. That is for the [`Sink`].

mod page;
mod table;
#[cfg(test)]
mod tests;

use std::collections::HashSet;
use std::time::{Duration, Instant};

use futures::AsyncBufReadExt as _;
use kube::core::Status;
use rand::RngExt as _;
use serde::Deserialize;
use serde_json::value::RawValue;
use tokio::sync::oneshot;

use crate::cluster::{Cluster, Refusal, by_status, collection};
use crate::key::Place;
use crate::record::Object;
use page::Size;
pub(crate) use table::{GROUP, List, Row, Source, TABLE, What};

/// How long a watch is asked for, in seconds; at random, so that loops that started together do not come back together.
const LENGTH: std::ops::Range<u32> = 240..300;
/// A server that says nothing for this long, not even a bookmark, is asked anew.
const SILENCE: Duration = Duration::from_secs(150);
/// Between a watch that ended in good order and the next.
const SHORTEST_PAUSE: Duration = Duration::from_millis(200);
/// A watch that ends sooner did not end in good order.
const EARLY: Duration = Duration::from_secs(2);
/// Between two attempts at most.
const LONGEST_PAUSE: Duration = Duration::from_secs(30);

/// Whoever wants to know.
pub(crate) trait Sink: Sync {
    /// An object is there, or has changed. Listed, it is as the row's list brings it; else as its watch does.
    fn seen(&self, row: &Row, object: &Object<'_>, is_listed: bool);
    /// An object is gone, or no longer selected.
    fn gone(&self, row: &Row, object: &Object<'_>);
    /// A list ended. What was known of this row in this namespace (empty: in all) and is not among `places` is gone. `None` if nothing was
    /// listed: then anything may have changed.
    fn listed(&self, row: &Row, namespace: &str, places: Option<&HashSet<Place>>);
}

/// Follows one row in one namespace (empty: in all of them), for ever. `first` hears of the end of the first list.
pub(crate) async fn follow(
    cluster: &Cluster,
    row: &'static Row,
    namespace: &str,
    sink: &impl Sink,
    first: oneshot::Sender<()>,
) {
    let mut first = Some(first);
    let mut pause = Duration::ZERO;
    let mut version = None;
    loop {
        let from = match version.take() {
            Some(version) => Ok(version),
            None => list(cluster, row, namespace, sink).await,
        };
        let start = Instant::now();
        let end = match from {
            Ok(from) => {
                if let Some(first) = first.take() {
                    // Nobody waits any more when the program ends.
                    let _ = first.send(());
                }
                watch(cluster, row, namespace, sink, from).await
            }
            Err(refusal) => Err((None, refusal)),
        };
        match end {
            Ok(from) if start.elapsed() < EARLY => {
                version = Some(from);
                pause = next(pause);
                tracing::warn!(row = row.plural, namespace, "a watch ended as it began");
            }
            Ok(from) => {
                version = Some(from);
                pause = SHORTEST_PAUSE;
            }
            Err((_, Refusal::Gone)) => {
                tracing::info!(row = row.plural, namespace, "history is lost, listing anew");
                pause = next(pause);
            }
            Err((from, refusal)) => {
                pause = if from.is_some() {
                    next(Duration::ZERO)
                } else {
                    next(pause)
                };
                tracing::warn!(row = row.plural, namespace, %refusal, "cannot follow, trying again");
                version = from;
            }
        }
        let jitter = rand::rng().random_range(0.5..1.0);
        tokio::time::sleep(pause.mul_f64(jitter)).await;
    }
}

fn next(pause: Duration) -> Duration {
    (pause * 2).clamp(Duration::from_secs(1), LONGEST_PAUSE)
}

/// Lists page by page, and returns the version at which a watch goes on.
async fn list(
    cluster: &Cluster,
    row: &Row,
    namespace: &str,
    sink: &impl Sink,
) -> Result<String, Refusal> {
    let path = collection(row.group, namespace, row.plural)?;
    let mut places = HashSet::new();
    let mut size = Size::first(row.list);
    let mut token = String::new();
    loop {
        let query = format!(
            "{path}?limit={}&continue={token}{}",
            size.limit(),
            selector(row)
        );
        let _turn = cluster.turn().await;
        let text = match row.list {
            List::Full => cluster.get(&query).await?,
            List::Metadata | List::Nothing => cluster.metadata(&query).await?,
        };
        let text = std::str::from_utf8(text.expose()).map_err(|_| Refusal::Malformed)?;
        let page = page::read(text)?;
        if row.list == List::Nothing {
            sink.listed(row, namespace, None);
            return Ok(page.version);
        }
        size.learn(text.len(), page.items.len());
        for item in page.items {
            let Some(object) = readable(row, item) else {
                continue;
            };
            places.insert(Place::new(
                object.metadata.namespace.as_str(),
                object.metadata.name.as_str(),
            ));
            sink.seen(row, &object, true);
        }
        if page.next.is_empty() {
            sink.listed(row, namespace, Some(&places));
            return Ok(page.version);
        }
        token = page.next;
    }
}

/// Watches until the server ends it, and returns from where to go on, if that is known.
async fn watch(
    cluster: &Cluster,
    row: &Row,
    namespace: &str,
    sink: &impl Sink,
    mut version: String,
) -> Result<String, (Option<String>, Refusal)> {
    let path = collection(row.group, namespace, row.plural).map_err(|refusal| (None, refusal))?;
    let seconds = rand::rng().random_range(LENGTH);
    let query = format!(
        "{path}?watch=true&allowWatchBookmarks=true&timeoutSeconds={seconds}&resourceVersion={version}{}",
        selector(row)
    );
    let mut stream = match cluster.watch(&query, row.watch_metadata).await {
        Ok(stream) => Box::pin(stream),
        Err(Refusal::Gone) => return Err((None, Refusal::Gone)),
        Err(refusal) => return Err((Some(version), refusal)),
    };
    let mut line = Vec::new();
    loop {
        line.clear();
        match tokio::time::timeout(SILENCE, stream.read_until(b'\n', &mut line)).await {
            // The end, silence, or a connection that broke: the next watch goes on from here.
            Ok(Ok(0) | Err(_)) | Err(_) => return Ok(version),
            Ok(Ok(_)) if line.last() != Some(&b'\n') => return Ok(version),
            Ok(Ok(_)) => {}
        }
        match event(row, sink, &line) {
            Ok(Some(seen)) => version = seen,
            Ok(None) => {}
            Err(refusal) => return Err((None, refusal)),
        }
    }
}

#[derive(Deserialize)]
struct Event<'a> {
    #[serde(rename = "type")]
    what: &'a str,
    #[serde(borrow)]
    object: &'a RawValue,
}

/// Tells the sink of one event, and returns the version that it brought.
fn event(row: &Row, sink: &impl Sink, line: &[u8]) -> Result<Option<String>, Refusal> {
    let event: Event<'_> = serde_json::from_slice(line).map_err(|_| Refusal::Malformed)?;
    if event.what == "ERROR" {
        let status = serde_json::from_str::<Status>(event.object.get());
        return Err(status.map_or(Refusal::Malformed, |status| by_status(&status)));
    }
    let Some(object) = readable(row, event.object) else {
        return Ok(None);
    };
    match event.what {
        "ADDED" | "MODIFIED" => sink.seen(row, &object, false),
        "DELETED" => sink.gone(row, &object),
        _ => {}
    }
    Ok(Some(object.metadata.resource_version))
}

/// An object without readable metadata cannot even be named; it is passed over and the others go on.
fn readable<'a>(row: &Row, item: &'a RawValue) -> Option<Object<'a>> {
    let object = Object::read(item.get());
    if object.is_err() {
        tracing::warn!(row = row.plural, "an object has no readable metadata");
    }
    object.ok()
}

fn selector(row: &Row) -> String {
    row.labels
        .map_or_else(String::new, |labels| format!("&labelSelector={labels}"))
}
