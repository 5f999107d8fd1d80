//! Examples of stores, as they are applied here and shown in the guide.

use std::fs;

use selkie_tests::repository::top;
use selkie_tests::servers::controller::{ready, until};
use selkie_tests::servers::kube_apiserver::KubeApiserver;

/// The manifests of an example, with what a test has in the place of what their reader has.
pub(crate) fn example(file: &str, replaced: &[(&str, &str)]) -> String {
    let text = fs::read_to_string(top().join("examples/stores").join(file)).unwrap();
    replaced.iter().fold(text, |text, (shown, meant)| {
        assert!(text.contains(shown), "{file} has no {shown}");
        text.replace(shown, meant)
    })
}

pub(crate) fn valid(cluster: &KubeApiserver, namespace: &str, store: &str) {
    until(&format!("{store} to be valid"), || {
        let [status, reason, _] = ready(cluster, namespace, store)?;
        (status == "True" && reason == "Valid").then_some(())
    });
}

/// Waits until an object is not ready, for this cause; says what it says.
pub(crate) fn fails(cluster: &KubeApiserver, namespace: &str, what: &str, cause: &str) -> String {
    until(&format!("{what} to say {cause}"), || {
        let [status, _, message] = ready(cluster, namespace, what)?;
        (status == "False" && message.contains(&format!(": {cause}: "))).then_some(message)
    })
}
