//! What the API server was asked, by its own count.

use std::collections::BTreeMap;

use kube::Client;
use selkie_tests::servers::kube_apiserver::counts;

/// Requests by verb and resource.
pub(crate) type Counts = BTreeMap<String, u64>;

/// What a controller asks for.
const RESOURCES: [&str; 7] = [
    "clustersecretstores",
    "configmaps",
    "events",
    "externalsecrets",
    "leases",
    "secrets",
    "secretstores",
];

/// What the API server has been asked since it started.
pub(crate) async fn api(client: &Client) -> Counts {
    let request = http::Request::get("/metrics").body(Vec::new()).unwrap();
    counts(&client.request_text(request).await.unwrap(), &RESOURCES)
}

/// What came on top.
pub(crate) fn since(before: &Counts, now: &Counts) -> Counts {
    let more = now.iter().map(|(name, count)| {
        let old = before.get(name).copied().unwrap_or_default();
        (name.clone(), count.saturating_sub(old))
    });
    more.filter(|(_, count)| *count > 0).collect()
}
