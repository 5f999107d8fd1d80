//! When a status changes, and what it says then.

use selkie_api::Cause;
use serde_json::json;

use super::*;

fn at(text: &str) -> Timestamp {
    text.parse().unwrap()
}

fn status(status: serde_json::Value) -> ExternalSecretStatus {
    serde_json::from_value(status).unwrap()
}

const EARLY: &str = "2026-01-01T10:00:00Z";
const LATE: &str = "2026-01-01T11:00:00.7Z";

#[test]
fn a_first_refresh_writes_the_peers_words() {
    let done = done(
        &ExternalSecretStatus::default(),
        Good::Synced,
        at(LATE),
        "1-x",
        Some("app"),
    );
    let expected = json!({
        "refreshTime": "2026-01-01T11:00:00Z",
        "syncedResourceVersion": "1-x",
        "conditions": [{
            "type": "Ready", "status": "True", "reason": "SecretSynced", "message": "secret synced",
            "lastTransitionTime": "2026-01-01T11:00:00Z",
        }],
        "binding": { "name": "app" },
    });
    assert_eq!(serde_json::to_value(done).unwrap(), expected);
}

#[test]
fn a_failure_keeps_what_was_synced() {
    let before = done(
        &ExternalSecretStatus::default(),
        Good::Synced,
        at(EARLY),
        "1-x",
        Some("app"),
    );
    let failure = Failure::new(Cause::Unauthorized, "key \"a\": HTTP 403");
    let after = failed(&before, Bad::Fetch, &failure, at(LATE));
    let expected = json!({
        "refreshTime": EARLY,
        "syncedResourceVersion": "1-x",
        "conditions": [{
            "type": "Ready", "status": "False", "reason": "SecretSyncedError",
            "message": "could not get secret data from provider: Unauthorized: key \"a\": HTTP 403",
            "lastTransitionTime": "2026-01-01T11:00:00Z",
        }],
        "binding": { "name": "app" },
    });
    assert_eq!(serde_json::to_value(&after).unwrap(), expected);
    let again = failed(&after, Bad::Fetch, &failure, at("2026-01-01T12:00:00Z"));
    assert!(
        is_same(&after, &again),
        "an unchanged failure says nothing new"
    );
}

#[test]
fn the_time_of_a_turn_changes_only_with_a_turn() {
    let time = |status: &ExternalSecretStatus| {
        status.conditions[0].last_transition_time.clone().unwrap().0
    };
    let first = failed(
        &ExternalSecretStatus::default(),
        Bad::Fetch,
        &Failure::new(Cause::Timeout, "a"),
        at(EARLY),
    );
    let second = failed(
        &first,
        Bad::Update,
        &Failure::new(Cause::InvalidTemplate, "b"),
        at(LATE),
    );
    assert_eq!(time(&second), at(EARLY));
    assert!(!says_the_same(&first.conditions, &second.conditions));
    let third = done(&second, Good::Synced, at(LATE), "1-x", None);
    assert_eq!(time(&third), at("2026-01-01T11:00:00Z"));
    let fourth = done(
        &third,
        Good::Retained,
        at("2026-01-01T12:00:00Z"),
        "1-x",
        None,
    );
    assert_eq!(time(&fourth), at("2026-01-01T11:00:00Z"));
}

#[test]
fn other_conditions_stay() {
    let before = status(json!({ "conditions": [
        { "type": "Ready", "status": "False" },
        { "type": "Deleted", "status": "True", "reason": "x" },
    ] }));
    let after = done(&before, Good::Synced, at(LATE), "1-x", None);
    let types: Vec<&str> = after
        .conditions
        .iter()
        .map(|it| it.r#type.as_str())
        .collect();
    assert_eq!(types, ["Deleted", "Ready"]);
}

#[test]
fn no_binding_and_an_empty_one_are_the_same() {
    let with = |binding: serde_json::Value| status(json!({ "binding": binding }));
    assert!(is_same(&ExternalSecretStatus::default(), &with(json!({}))));
    assert!(is_same(
        &ExternalSecretStatus::default(),
        &with(json!({ "name": "" }))
    ));
    assert!(!is_same(
        &ExternalSecretStatus::default(),
        &with(json!({ "name": "x" }))
    ));
    assert!(!is_same(
        &with(json!({ "name": "y" })),
        &with(json!({ "name": "x" }))
    ));
}

#[test]
fn the_last_good_word_is_read_back() {
    for good in Good::ALL {
        let status = done(
            &ExternalSecretStatus::default(),
            good,
            at(EARLY),
            "1-x",
            None,
        );
        assert_eq!(Good::of(&status), Some(good));
        let failure = Failure::new(Cause::Timeout, "a");
        assert_eq!(
            Good::of(&failed(&status, Bad::Fetch, &failure, at(LATE))),
            None
        );
    }
    assert_eq!(Good::of(&ExternalSecretStatus::default()), None);
    let foreign = status(
        json!({ "conditions": [{ "type": "Ready", "status": "True", "reason": "SecretSynced", "message": "x" }] }),
    );
    assert_eq!(Good::of(&foreign), None);
}

#[test]
fn stores_say_what_the_peer_says() {
    let failure = Failure::new(Cause::CredentialsMissing, "there is no Secret \"token\"");
    for (verdict, truth, reason, message) in [
        (StoreVerdict::Valid, Truth::True, "Valid", "store validated"),
        (
            StoreVerdict::Unknown,
            Truth::True,
            "ValidationUnknown",
            "could not determine validation status",
        ),
        (
            StoreVerdict::NoClient(&failure),
            Truth::False,
            "InvalidProviderConfig",
            "unable to create client: CredentialsMissing: there is no Secret \"token\"",
        ),
        (
            StoreVerdict::Invalid(&failure),
            Truth::False,
            "InvalidProviderConfig",
            "unable to validate store: CredentialsMissing: there is no Secret \"token\"",
        ),
    ] {
        let status = store(&StoreStatus::default(), verdict, at(EARLY));
        let ready = find(&status.conditions, READY).unwrap();
        assert_eq!(ready.status, truth);
        assert_eq!(ready.reason.as_deref(), Some(reason));
        assert_eq!(ready.message.as_deref(), Some(message));
        assert_eq!(is_ready(&status.conditions), truth == Truth::True);
    }
}
