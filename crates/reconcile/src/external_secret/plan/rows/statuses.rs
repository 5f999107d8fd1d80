//! What a status and an event say, in full, and when neither is written.

use selkie_api::Cause;
use serde_json::json;

use super::super::testing::{Row, row, secret, words};
use crate::external_secret::{Outcome, Write, refused};
use crate::permission::Standing;
use crate::status::{Bad, Good};
use crate::target::SourceKey;
use crate::{EventKind, Failure};

pub(super) fn rows() -> Vec<Row> {
    vec![
        row("the binding is the target, once it is there")
            .was(Good::Missing, "10:00")
            .policy("Merge")
            .target(secret("x=9"))
            .expect("update a=1 x=9 | SecretSynced | Updated | 1h"),
        row("the binding stays when the target is deleted")
            .policy("Owner/Delete")
            .with_finalizer()
            .synced("10:00")
            .brings("a=?")
            .target(secret("a=1").left())
            .expect("delete app | SecretDeleted | MissingProviderSecret, Deleted | 1h"),
        row("the binding stays through a failure")
            .synced("10:00")
            .brings("a=!Timeout")
            .target(secret("a=1").left())
            .expect("no write | Fetch Timeout | UpdateFailedTimeout | backoff"),
        row("a failure, and then no matter what else fails the same way")
            .failing(
                Bad::Fetch,
                Cause::Timeout,
                "spec.data[0]: of the test",
                "10:00",
            )
            .edited()
            .brings("a=!Timeout")
            .expect("no write | no status | no event | backoff"),
        row("an entry that is missing is said when something comes of it")
            .policy("Owner/Merge")
            .synced("10:00")
            .brings("a=1 b=?")
            .target(secret("a=1 b=2").left())
            .expect("update a=1 owned | SecretSynced | MissingProviderSecret, Updated | 1h"),
        row("an entry that is missing is not said again")
            .policy("Owner/Merge")
            .synced("10:00")
            .brings("a=1 b=?")
            .target(secret("a=1").left())
            .expect("no write | SecretSynced | no event | 1h"),
    ]
}

/// The conditions in full.
#[test]
fn conditions_are_the_peers_texts_and_a_cause() {
    let not_ready = Failure::new(Cause::StoreNotReady, "SecretStore \"main\" is not ready");
    for (row, expected) in vec![
        (row(""), "True SecretSynced secret synced"),
        (
            row("").extracts(""),
            "True SecretSynced secret retained due to DeletionPolicy=Retain",
        ),
        (
            row("").policy("Owner/Delete").brings("a=?"),
            "True SecretDeleted secret deleted due to DeletionPolicy=Delete",
        ),
        (
            row("").policy("Merge"),
            "True SecretMissing secret will not be created due to CreationPolicy=Merge",
        ),
        (
            row("").brings("a=!Unauthorized"),
            "False SecretSyncedError could not get secret data from provider: Unauthorized: spec.data[0]: of the test",
        ),
        (
            row("").store(Standing::Refused(not_ready)),
            "False SecretSyncedError could not get secret data from provider: StoreNotReady: SecretStore \"main\" is not ready",
        ),
        (
            row("").seen(|it| it.stores.clear()),
            "False SecretSyncedError could not get secret data from provider: StoreNotReady: SecretStore \"main\" does not exist",
        ),
        (
            row("").target(secret("a=0").controlled_by("ExternalSecret", "other")),
            "False SecretSyncedError target is owned by another ExternalSecret: OwnedByOther: Secret \"app\" belongs to ExternalSecret \"other\"",
        ),
        (
            row("").target(secret("a=0").controlled_by("SealedSecret", "app")),
            "False SecretSyncedError failed to take ownership of target secret: OwnedByOther: Secret \"app\" belongs to SealedSecret \"app\"",
        ),
        (
            row("").target(secret("a=0").left().immutable()),
            "False SecretSyncedError could not update secret, target is immutable: Immutable: Secret \"app\" can never change and has other data",
        ),
        (
            row("")
                .policy("Owner/Delete")
                .brings("a=?")
                .target(secret("a=1")),
            "False SecretSyncedError could not delete secret: OwnedByOther: Secret \"app\" was not made by this ExternalSecret",
        ),
        (
            row("").policy("Merge/Delete"),
            "False SecretSyncedError could not delete secret: InvalidSpec: deletionPolicy Delete does not go with creationPolicy Merge",
        ),
        (
            row("").template(json!({ "data": { "t": "{{ .nope }}" } })),
            "False SecretSyncedError could not update secret: InvalidTemplate: spec.target.template.data: template \"t\", line 1, column 4: map has no entry for key \"nope\"",
        ),
        (
            row("").spec("refreshInterval", json!("1d")),
            "False SecretSyncedError could not get secret data from provider: InvalidSpec: spec.refreshInterval: it is no duration such as `1h30m` or `90s`",
        ),
    ] {
        assert_eq!(words(&row.plan()), expected);
    }
}

/// A value in an error would be in the status of an object that more people read than the Secret.
#[test]
fn no_failure_carries_a_value() {
    let rendered = |literal: &str| json!({ "templateFrom": [{ "literal": literal }] });
    for template in [
        json!({ "data": { "t": "{{ .a.b }}" } }),
        json!({ "data": { "t": "{{ fail .a }}" } }),
        json!({ "data": { "t": "{{ index (list) .a }}" } }),
        json!({ "metadata": { "labels": { "l": "{{ .a | b64dec | toJson | fromJson | fail }}" } } }),
        rendered("{{ .a }}"),
        rendered("{{ .a }}/x: y"),
        rendered("k: [{{ .a }}]"),
        rendered("k: {{ .a }}: {{ .a }}"),
        json!({ "templateFrom": [{ "literal": "k: {{ .a }}!", "valuesDecodingStrategy": "Base64" }] }),
    ] {
        let plan = row("")
            .brings("a=xyzzy-4711")
            .template(template.clone())
            .plan();
        let Outcome::Failed(..) = plan.outcome else {
            panic!("{template} was rendered")
        };
        let said = format!("{plan:?}");
        assert!(!said.contains("xyzzy"), "{template}: {said}");
    }
}

/// A plan shows no value to whoever prints it.
#[test]
fn plans_can_be_printed() {
    let seen = row("")
        .brings("a=xyzzy-4711")
        .target(secret("a=xyzzy-4712"))
        .observed();
    let plan = super::super::plan(&seen);
    assert!(!format!("{plan:?} {seen:?}").contains("xyzzy"));
}

/// Two templates that make a password make two.
#[test]
fn each_template_has_its_own_randomness() {
    let seen = || {
        row("")
            .template(json!({
                "data": { "p": "{{ randAlphaNum 20 }}", "q": "{{ randAlphaNum 20 }}" },
                "templateFrom": [{ "configMap": { "name": "tpl", "items": [{ "key": "r" }] } }],
            }))
            .source(
                SourceKey::ConfigMap("tpl".to_owned()),
                &[("r", "{{ randAlphaNum 20 }}")],
            )
    };
    let made = |row: Row| match row.plan().target {
        super::super::Action::Create(desired) => desired.data,
        other => panic!("{other:?}"),
    };
    let first = made(seen());
    let values: std::collections::BTreeSet<_> =
        first.values().map(|it| it.expose().to_vec()).collect();
    assert_eq!(values.len(), 3, "no two are the same");
    assert_eq!(first, made(seen()), "the same seed makes the same");
    assert_ne!(first, made(seen().seen(|it| it.seed = [8; 32])));
}

#[test]
fn what_the_api_server_refuses_is_a_failure() {
    let failure = || {
        Failure::new(
            Cause::Forbidden,
            "the API server does not take the Secret: HTTP 403",
        )
    };
    for (write, bad) in [
        (Write::Target, "could not update secret"),
        (Write::Deletion, "could not delete secret"),
        (Write::Orphan, "could not delete orphaned secrets"),
    ] {
        let seen = row("").observed();
        let plan = refused(&seen, write, failure());
        let expected = format!("False SecretSyncedError {bad}: {}", failure());
        assert_eq!(words(&plan), expected);
        assert_eq!(plan.events.len(), 1);
        assert_eq!(plan.events[0].kind, EventKind::Warning);
        let mut seen = seen;
        seen.object.status = plan.status.unwrap();
        let again = refused(&seen, write, failure());
        assert!(
            again.status.is_none() && again.events.is_empty(),
            "it is said but once"
        );
    }
}
