//! What is counted, under the peer's names.

use selkie_tests::servers::controller::until;
use serde_json::json;

use super::{Case, case};
use crate::site::{Site, entry};

pub(super) const CASES: &[Case] = &[
    case("metrics/calls", calls),
    case("metrics/errors", errors),
    case("metrics/condition", condition),
];

fn calls(site: &Site<'_>) {
    site.store(&json!({ "a": "1" }));
    site.ask(
        "es",
        &json!({ "refreshInterval": "1s", "data": [entry("k", "a")] }),
    );
    let counted = || site.counted("externalsecret_sync_calls_total", "es");
    until("a call", || (counted() > 0).then_some(()));
    let first = counted();
    until("another call", || (counted() > first).then_some(()));
    assert_eq!(site.counted("externalsecret_sync_calls_error", "es"), 0);
}

fn errors(site: &Site<'_>) {
    site.store(&json!({ "a": "1" }));
    site.ask("es", &json!({ "data": [entry("k", "none")] }));
    until("an error", || {
        (site.counted("externalsecret_sync_calls_error", "es") > 0).then_some(())
    });
    assert!(site.counted("externalsecret_sync_calls_total", "es") > 0);
}

/// Exactly one of the two sides is 1, and they change places with the condition.
fn condition(site: &Site<'_>) {
    let side = |status: &str| {
        let labels = format!(
            "name=\"es\",namespace=\"{}\",condition=\"Ready\",status=\"{status}\"",
            site.name
        );
        site.measured("externalsecret_status_condition", &labels)
    };
    site.store(&json!({ "a": "1" }));
    for (remote, expected) in [("a", (1, 0)), ("none", (0, 1)), ("a", (1, 0))] {
        site.ask("es", &json!({ "data": [entry("k", remote)] }));
        until("the metric to turn", || {
            ((side("True"), side("False")) == expected).then_some(())
        });
    }
}
