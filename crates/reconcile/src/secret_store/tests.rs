//! What is done for a store, as rows.

use jiff::SignedDuration;
use selkie_api::condition::{READY, find};
use selkie_api::{Cause, StoreStatus};
use serde_json::{Value, json};

use super::*;
use crate::external_secret::Requeue;
use crate::failure::Failure;

const NOON: &str = "2026-06-01T12:00:00Z";

fn observed(spec: &Value, tried: Tried) -> Observed {
    Observed {
        object: Object {
            deleting: false,
            spec: Ok(serde_json::from_value(spec.clone()).unwrap()),
            status: StoreStatus::default(),
        },
        tried,
        class: "default".to_owned(),
        interval: SignedDuration::from_mins(5),
        now: NOON.parse().unwrap(),
    }
}

fn fake() -> Value {
    json!({ "provider": { "fake": { "data": [] } } })
}

fn with(field: &str, value: Value) -> Value {
    let mut spec = fake();
    spec[field] = value;
    spec
}

fn timeout() -> Failure {
    Failure::new(Cause::Timeout, "no answer within 10 s")
}

/// The plan in one line: condition, event, next.
fn summary(plan: &Plan) -> String {
    let ready = plan
        .status
        .as_ref()
        .and_then(|status| find(&status.conditions, READY));
    let ready = ready.map_or_else(
        || "no status".to_owned(),
        |ready| {
            format!(
                "{} {} {}",
                ready.status.as_str(),
                ready.reason.as_deref().unwrap_or_default(),
                ready.message.as_deref().unwrap_or_default()
            )
        },
    );
    let event = plan
        .event
        .as_ref()
        .map_or("no event", |event| event.reason.as_str());
    let next = match plan.next {
        Requeue::Now => "now".to_owned(),
        Requeue::After(wait) => format!("{wait:#}"),
        Requeue::Backoff => "backoff".to_owned(),
        Requeue::OnWatch => "on watch".to_owned(),
    };
    format!("{ready} | {event} | {next}")
}

#[test]
fn every_plan_is_what_its_row_says() {
    for (name, spec, tried, expected) in [
        (
            "it works",
            fake(),
            Tried::Valid,
            "True Valid store validated | Valid | 5m",
        ),
        (
            "nobody can say: it can be used all the same",
            fake(),
            Tried::Unknown,
            "True ValidationUnknown could not determine validation status | ValidationUnknown | 5m",
        ),
        (
            "no credentials",
            fake(),
            Tried::NoClient(Failure::new(
                Cause::CredentialsMissing,
                "there is no Secret \"token\"",
            )),
            "False InvalidProviderConfig unable to create client: CredentialsMissing: there is no Secret \"token\" | InvalidProviderConfigCredentialsMissing | backoff",
        ),
        (
            "no answer",
            fake(),
            Tried::Invalid(timeout()),
            "False InvalidProviderConfig unable to validate store: Timeout: no answer within 10 s | InvalidProviderConfigTimeout | backoff",
        ),
        (
            "an interval in seconds",
            with("refreshInterval", json!(90)),
            Tried::Valid,
            "True Valid store validated | Valid | 1m 30s",
        ),
        (
            "an interval as text",
            with("refreshInterval", json!("2h")),
            Tried::Valid,
            "True Valid store validated | Valid | 2h",
        ),
        (
            "an interval of 0 is the controller's",
            with("refreshInterval", json!(0)),
            Tried::Valid,
            "True Valid store validated | Valid | 5m",
        ),
        (
            "an interval of days: it is said of the store, which is not tried",
            with("refreshInterval", json!("1d")),
            Tried::Not,
            "False InvalidProviderConfig unable to create client: InvalidSpec: spec.refreshInterval: it is no duration such as `1h30m` or `90s` | InvalidProviderConfigInvalidSpec | on watch",
        ),
        (
            "a negative interval",
            with("refreshInterval", json!(-5)),
            Tried::Not,
            "False InvalidProviderConfig unable to create client: InvalidSpec: spec.refreshInterval: it is negative | InvalidProviderConfigInvalidSpec | on watch",
        ),
        (
            "a number in quotes",
            with("refreshInterval", json!("90")),
            Tried::Not,
            "False InvalidProviderConfig unable to create client: InvalidSpec: spec.refreshInterval: it is no duration such as `1h30m` or `90s` | InvalidProviderConfigInvalidSpec | on watch",
        ),
        (
            "a broken expression is the business of whoever asks",
            with("conditions", json!([{ "namespaceRegexes": ["("] }])),
            Tried::Valid,
            "True Valid store validated | Valid | 5m",
        ),
        (
            "another class: nothing, not even a status",
            with("controller", json!("other")),
            Tried::Not,
            "no status | no event | on watch",
        ),
        (
            "our class by name",
            with("controller", json!("default")),
            Tried::Valid,
            "True Valid store validated | Valid | 5m",
        ),
        (
            "a provider that is not served",
            json!({ "provider": { "gcpsm": {} } }),
            Tried::Not,
            "False InvalidProviderConfig unable to create client: Unsupported: provider \"gcpsm\" is not served by this controller | InvalidProviderConfigUnsupported | on watch",
        ),
        (
            "no provider",
            json!({ "provider": {} }),
            Tried::Not,
            "False InvalidProviderConfig unable to create client: InvalidSpec: spec.provider names none | InvalidProviderConfigInvalidSpec | on watch",
        ),
        (
            "two providers",
            json!({ "provider": { "fake": { "data": [] }, "gcpsm": {} } }),
            Tried::Not,
            "False InvalidProviderConfig unable to create client: InvalidSpec: spec.provider names fake and gcpsm, where one can be | InvalidProviderConfigInvalidSpec | on watch",
        ),
        (
            "to be tried, and not tried",
            fake(),
            Tried::Not,
            "no status | no event | now",
        ),
    ] {
        assert_eq!(summary(&plan(&observed(&spec, tried))), expected, "{name}");
    }
}

#[test]
fn what_was_said_is_not_said_again() {
    for (tried, next) in [
        (Tried::Valid, "5m"),
        (Tried::Unknown, "5m"),
        (Tried::Invalid(timeout()), "backoff"),
        (Tried::NoClient(timeout()), "backoff"),
    ] {
        let mut seen = observed(&fake(), tried);
        seen.object.status = plan(&seen).status.unwrap();
        seen.now = "2026-06-01T13:00:00Z".parse().unwrap();
        let expected = format!("no status | no event | {next}");
        assert_eq!(summary(&plan(&seen)), expected);
    }
}

#[test]
fn a_store_that_heals_wakes_who_waits() {
    let mut seen = observed(&fake(), Tried::Invalid(timeout()));
    let failing = plan(&seen);
    assert!(!failing.heals);
    assert_eq!(failing.outcome, Outcome::Failed(timeout()));
    seen.object.status = failing.status.unwrap();
    seen.tried = Tried::Valid;
    let healed = plan(&seen);
    assert!(healed.heals);
    seen.object.status = healed.status.unwrap();
    assert!(!plan(&seen).heals, "it worked before");
}

#[test]
fn a_new_store_wakes_who_waits() {
    assert!(plan(&observed(&fake(), Tried::Valid)).heals);
    assert!(plan(&observed(&fake(), Tried::Unknown)).heals);
}

#[test]
fn what_a_store_can_do_is_said_once_it_works() {
    let seen = observed(&fake(), Tried::Invalid(timeout()));
    assert_eq!(plan(&seen).status.unwrap().capabilities, None);
    let seen = observed(&fake(), Tried::Valid);
    let status = serde_json::to_value(plan(&seen).status.unwrap()).unwrap();
    assert_eq!(status["capabilities"], "ReadWrite");
}

/// The status that the peer wrote stays as it is.
#[test]
fn a_store_is_taken_over_without_a_write() {
    let mut seen = observed(&fake(), Tried::Valid);
    seen.object.status = serde_json::from_value(json!({
        "capabilities": "ReadWrite",
        "conditions": [{
            "type": "Ready", "status": "True", "reason": "Valid", "message": "store validated",
            "lastTransitionTime": "2026-05-01T08:00:00Z",
        }],
    }))
    .unwrap();
    assert_eq!(summary(&plan(&seen)), "no status | no event | 5m");
}

#[test]
fn a_store_that_goes_or_cannot_be_read() {
    let mut seen = observed(&fake(), Tried::Not);
    seen.object.spec = Err(Failure::new(Cause::InvalidSpec, "spec is missing"));
    assert_eq!(
        summary(&plan(&seen)),
        "False InvalidProviderConfig unable to create client: InvalidSpec: spec is missing | InvalidProviderConfigInvalidSpec | on watch"
    );
    seen.object.deleting = true;
    assert_eq!(summary(&plan(&seen)), "no status | no event | on watch");
}
