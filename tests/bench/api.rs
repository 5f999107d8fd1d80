//! Requests to the API server, many at a time.

use futures::stream::{self, StreamExt as _};
use http::Request;
use kube::Client;
use serde_json::Value;

/// A collection of our kinds in a namespace.
pub(crate) fn external_secrets(namespace: &str) -> String {
    format!("/apis/external-secrets.io/v1/namespaces/{namespace}/externalsecrets")
}

/// Sends a request, and demands that it is done. What is there already is as good.
pub(crate) async fn send(client: &Client, method: &str, path: &str, body: &Value) {
    let content = match method {
        "PATCH" => "application/merge-patch+json",
        _ => "application/json",
    };
    let mut tries = 0;
    loop {
        let request = Request::builder()
            .method(method)
            .uri(path)
            .header("content-type", content)
            .body(body.to_string().into_bytes())
            .unwrap();
        match client.request_text(request).await {
            Ok(_) => return,
            Err(kube::Error::Api(status)) if status.code == 409 => return,
            Err(error) => {
                tries += 1;
                assert!(tries < 6, "{method} {path}: {error}");
                tokio::time::sleep(std::time::Duration::from_secs(tries)).await;
            }
        }
    }
}

/// Does something for each number, so many at a time.
pub(crate) async fn many<F: Future<Output = ()>>(
    count: usize,
    at_once: usize,
    run: impl Fn(usize) -> F,
) {
    stream::iter(0..count)
        .map(run)
        .buffer_unordered(at_once)
        .collect::<Vec<()>>()
        .await;
}
