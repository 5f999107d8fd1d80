//! Each word that a condition or an event may say is explained in the guide.

use std::fs;

use selkie_api::Cause;
use selkie_reconcile::Failure;
use selkie_reconcile::status::{Bad, Good, StoreVerdict};
use selkie_tests::repository::top;

use crate::sources::none;

const PAGE: &str = "docs/guide/controller-conditions.md";
const EVENTS: &str = "crates/reconcile/src/event.rs";

#[test]
fn every_word_of_a_condition_is_explained() {
    let page = fs::read_to_string(top().join(PAGE)).unwrap();
    let failure = Failure::new(Cause::Timeout, "x");
    let verdicts = [
        StoreVerdict::Valid,
        StoreVerdict::Unknown,
        StoreVerdict::NoClient(&failure),
        StoreVerdict::Invalid(&failure),
    ];
    let mut wanted: Vec<String> = Vec::new();
    let heading = |word: &str| format!("\n### `{word}`\n");
    wanted.extend(Cause::ALL.map(|cause| heading(cause.as_str())));
    wanted.extend(Good::ALL.map(|good| heading(good.reason())));
    wanted.extend(verdicts.map(|verdict| heading(verdict.reason())));
    wanted.push(heading(Bad::REASON));
    let says = |text: &str| format!("`{text}`");
    wanted.extend(Good::ALL.map(|good| says(good.message())));
    wanted.extend(Bad::ALL.map(|bad| says(bad.message())));
    wanted.extend(verdicts.map(|verdict| {
        let message = verdict.message();
        says(message.split(": ").next().unwrap_or_default())
    }));
    wanted.extend(events().iter().map(|reason| says(reason)));
    let missing: Vec<String> = wanted
        .into_iter()
        .filter(|part| !page.contains(part))
        .collect();
    none(&format!("not in {PAGE}"), &missing);
}

/// The reasons of events that are no failures, as the source has them.
fn events() -> Vec<String> {
    let text = fs::read_to_string(top().join(EVENTS)).unwrap();
    let after = text.split("Self::normal(").skip(1);
    let reasons: Vec<String> = after
        .filter_map(|rest| rest.trim_start().strip_prefix('"')?.split('"').next())
        .map(str::to_owned)
        .collect();
    assert!(reasons.len() >= 5, "{reasons:?}");
    reasons
}
