//! Targets that must not change, and targets that cannot.

use serde_json::json;

use super::super::testing::{Row, row, secret};
use crate::ownership::{DATA_HASH, MANAGED};

pub(super) fn rows() -> Vec<Row> {
    [asked(), not_asked(), types()]
        .into_iter()
        .flatten()
        .collect()
}

/// The ExternalSecret asks for it.
fn asked() -> Vec<Row> {
    vec![
        row("immutable, no target: it is created so")
            .immutable()
            .expect("create a=1 owned immutable | SecretSynced | Created | 1h"),
        row("immutable, a new value: nothing is written, and that is no failure")
            .immutable()
            .target(secret("a=0").left().immutable())
            .expect("no write | SecretSynced | no event | 1h"),
        row("immutable, an edited template: nothing is written")
            .immutable()
            .template(json!({ "data": { "b": "{{ .a }}" }, "type": "kubernetes.io/tls" }))
            .target(secret("a=1").left().immutable())
            .expect("no write | SecretSynced | no event | 1h"),
        row("immutable, changed labels: nothing is written")
            .immutable()
            .object(|it| {
                it.labels.insert("app".to_owned(), "x".to_owned());
            })
            .target(secret("a=1").left().immutable())
            .expect("no write | SecretSynced | no event | 1h"),
        row("immutable, deleted by hand: it is created again")
            .immutable()
            .synced("11:50")
            .brings("a=2")
            .expect("create a=2 owned immutable | SecretSynced | Created | 1h"),
        row("immutable since the last refresh: our Secret is written once more, and then never")
            .immutable()
            .target(secret("a=0").left())
            .expect("update a=1 owned immutable | SecretSynced | Updated | 1h"),
        row("immutable, a Secret of others that can change: theirs is not made unchangeable")
            .immutable()
            .unasked()
            .target(secret("a=0"))
            .expect("no write | Frozen Immutable | UpdateFailedImmutable | 1h"),
        row("immutable with Merge, a Secret of others that can change: theirs is not made unchangeable")
            .policy("Merge")
            .immutable()
            .unasked()
            .target(secret("x=9"))
            .expect("no write | Frozen Immutable | UpdateFailedImmutable | 1h"),
        row("immutable with CreateOrMerge, some keys of others: they are not made unchangeable")
            .policy("CreateOrMerge")
            .immutable()
            .unasked()
            .target(secret("a=1 x=9").left().ours("a"))
            .expect("no write | Frozen Immutable | UpdateFailedImmutable | 1h"),
        row("immutable with CreateOrMerge, all keys ours: it is made unchangeable")
            .policy("CreateOrMerge")
            .immutable()
            .target(secret("a=1").left())
            .expect("update a=1 immutable | SecretSynced | Updated | 1h"),
        row("immutable with CreateOrMerge, no target: it is created so")
            .policy("CreateOrMerge")
            .immutable()
            .expect("create a=1 immutable | SecretSynced | Created | 1h"),
        row("immutable with Orphan, made anew: the Secret of its predecessor stays as it is")
            .policy("Orphan")
            .immutable()
            .spec("refreshPolicy", json!("CreatedOnce"))
            .target(secret("a=0").left().immutable())
            .expect("no write | SecretSynced | no event | on watch"),
        row("immutable with Orphan, deleted by hand: it is created again when it is due")
            .policy("Orphan")
            .immutable()
            .synced("10:30")
            .expect("create a=1 immutable | SecretSynced | Created | 1h"),
        row("immutable, a Secret that cannot change and is of others: it is not said to be synced")
            .immutable()
            .target(secret("a=0").immutable())
            .expect("no write | Frozen Immutable | UpdateFailedImmutable | 1h"),
        row("immutable, a Secret of others that cannot change but has the same data: it is marked")
            .immutable()
            .target(secret("a=1").immutable())
            .expect("update a=1 immutable | SecretSynced | Updated | 1h"),
        row("immutable, the label was taken off: it is put back, and nobody is asked")
            .immutable()
            .synced("11:50")
            .unasked()
            .target(secret("a=1").left().immutable().label(MANAGED, "false"))
            .expect("update a=1 owned immutable | no status | Updated | 30m"),
        row("immutable, the hash was taken off: it is put back, and nobody is asked")
            .immutable()
            .synced("11:50")
            .unasked()
            .target(secret("a=1").left().immutable().annotation(DATA_HASH, "x"))
            .expect("update a=1 owned immutable | no status | Updated | 30m"),
    ]
}

/// The Secret cannot change, and the ExternalSecret does not ask for that.
fn not_asked() -> Vec<Row> {
    vec![
        row("a Secret that cannot change, the same data: nothing is written")
            .target(secret("a=1").left().immutable())
            .expect("no write | SecretSynced | no event | 1h"),
        row("a Secret that cannot change, a new value: a failure")
            .target(secret("a=0").left().immutable())
            .expect("no write | Frozen Immutable | UpdateFailedImmutable | 1h"),
        row("a Secret that cannot change, a new value and new labels: a failure, but the labels follow")
            .template(json!({ "metadata": { "labels": { "app": "x" } } }))
            .target(secret("a=0").left().immutable())
            .expect("update a=0 owned immutable label app=x | Frozen Immutable | UpdateFailedImmutable | 1h"),
        row("a Secret that cannot change, the same data and new labels: they follow")
            .template(json!({ "metadata": { "labels": { "app": "x" } } }))
            .target(secret("a=1").left().immutable())
            .expect("update a=1 owned immutable label app=x | SecretSynced | Updated | 1h"),
        row("a Secret of others that cannot change, other data: a failure, and it is owned")
            .target(secret("x=9").immutable())
            .expect("update x=9 owned immutable | Frozen Immutable | UpdateFailedImmutable | 1h"),
    ]
}

/// The type of a Secret never changes.
fn types() -> Vec<Row> {
    vec![
        row("another type than the target has: a failure before the API server says so")
            .template(json!({ "type": "kubernetes.io/tls" }))
            .target(secret("a=0").left())
            .expect("no write | Update Immutable | UpdateFailedImmutable | 1h"),
        row("another type than a target has that cannot change")
            .template(json!({ "type": "kubernetes.io/tls" }))
            .target(secret("a=1").left().immutable())
            .expect("no write | Frozen Immutable | UpdateFailedImmutable | 1h"),
        row("the type that the target has")
            .template(json!({ "type": "kubernetes.io/tls" }))
            .target(
                secret("a=0")
                    .left()
                    .with(|it| it.kind = "kubernetes.io/tls".to_owned()),
            )
            .expect("update a=1 owned type kubernetes.io/tls | SecretSynced | Updated | 1h"),
    ]
}
