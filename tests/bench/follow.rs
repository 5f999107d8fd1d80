//! A watch of all `ExternalSecret` objects: when each was first seen Ready.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Instant;

use futures::AsyncBufReadExt as _;
use http::Request;
use kube::Client;
use serde_json::Value;

/// What was seen.
#[derive(Debug, Default)]
pub(crate) struct Seen {
    /// By `NAMESPACE/NAME`.
    pub(crate) ready: HashMap<String, Instant>,
    /// Changes of any kind.
    pub(crate) changes: u64,
}

/// The watch, shared with whoever waits.
#[derive(Clone, Debug, Default)]
pub(crate) struct Follow(Arc<Mutex<Seen>>);

impl Follow {
    /// Looks at what was seen.
    pub(crate) fn look<T>(&self, at: impl FnOnce(&Seen) -> T) -> T {
        at(&self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// Follows until the task is aborted.
    pub(crate) async fn run(self, client: Client) {
        let path = "/apis/external-secrets.io/v1/externalsecrets?watch=1&resourceVersion=0";
        loop {
            let request = Request::get(path).body(Vec::new()).unwrap();
            let Ok(stream) = client.request_stream(request).await else {
                tokio::time::sleep(std::time::Duration::from_millis(500)).await;
                continue;
            };
            let mut stream = std::pin::pin!(stream);
            let mut line = String::new();
            while let Ok(count) = stream.read_line(&mut line).await {
                if count == 0 {
                    break;
                }
                self.take(&line);
                line.clear();
            }
        }
    }

    fn take(&self, line: &str) {
        let Ok(event) = serde_json::from_str::<Value>(line) else {
            return;
        };
        let object = &event["object"];
        let name = |field: &str| object["metadata"][field].as_str().unwrap_or_default();
        let conditions = object["status"]["conditions"].as_array();
        let is_ready = conditions.is_some_and(|all| {
            all.iter()
                .any(|it| it["type"] == "Ready" && it["status"] == "True")
        });
        let mut seen = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        seen.changes += 1;
        if is_ready {
            let key = format!("{}/{}", name("namespace"), name("name"));
            seen.ready.entry(key).or_insert_with(Instant::now);
        }
    }
}
