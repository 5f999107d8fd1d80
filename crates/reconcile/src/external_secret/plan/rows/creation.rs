//! What the creation policies write.

use serde_json::json;

use super::super::testing::{Row, row, secret};
use crate::ownership::CREATED_BY;
use crate::status::Good;

pub(super) fn rows() -> Vec<Row> {
    [owner(), orphan(), merge(), create_or_merge(), none()]
        .into_iter()
        .flatten()
        .collect()
}

fn owner() -> Vec<Row> {
    vec![
        row("Owner, no target: it is created and owned")
            .brings("a=1 b=2")
            .expect("create a=1 b=2 owned | SecretSynced | Created | 1h"),
        row("Owner is the default, and so is Retain")
            .spec("target", json!(null))
            .expect("create a=1 owned | SecretSynced | Created | 1h"),
        row("Owner, a Secret that nobody owns: it is adopted, and all its data overwritten")
            .target(secret("a=0 x=9"))
            .expect("update a=1 owned | SecretSynced | Updated | 1h"),
        row("Owner, as it was left: nothing is written but the status")
            .target(secret("a=1").left())
            .expect("no write | SecretSynced | no event | 1h"),
        row("Owner, a new value: it is written")
            .target(secret("a=0").left())
            .expect("update a=1 owned | SecretSynced | Updated | 1h"),
        row("Owner, a key that is not fetched any more: it goes")
            .target(secret("a=1 b=2").left())
            .expect("update a=1 owned | SecretSynced | Updated | 1h"),
        row("Owner, a key of somebody else: it goes as well")
            .target(secret("a=1 x=9").left().ours("a"))
            .expect("update a=1 owned | SecretSynced | Updated | 1h"),
        row("Owner, labels and annotations of others: they stay")
            .target(secret("a=0").label("team", "x").annotation("note", "y"))
            .expect(
                "update a=1 owned label team=x annotation note=y | SecretSynced | Updated | 1h",
            ),
        row("Owner, a stale label: it is set right")
            .target(secret("a=1").left().with(|it| {
                it.labels.insert(CREATED_BY.to_owned(), "stale".to_owned());
            }))
            .expect("update a=1 owned | SecretSynced | Updated | 1h"),
        row("Owner, the target has another type: it stays")
            .target(secret("a=0").with(|it| it.kind = "kubernetes.io/tls".to_owned()))
            .expect("update a=1 owned type kubernetes.io/tls | SecretSynced | Updated | 1h"),
        row("Owner, a target with finalizers: they stay")
            .target(secret("a=0").with(|it| it.finalizers.push("x.io/y".to_owned())))
            .expect("update a=1 owned finalizer x.io/y | SecretSynced | Updated | 1h"),
        row("Owner, a target of another name")
            .spec("target.name", json!("other"))
            .expect("create a=1 owned | SecretSynced | Created | 1h"),
    ]
}

fn orphan() -> Vec<Row> {
    vec![
        row("Orphan, no target: it is created, and nobody owns it")
            .policy("Orphan")
            .expect("create a=1 | SecretSynced | Created | 1h"),
        row("Orphan, a Secret that nobody owns: all its data is overwritten")
            .policy("Orphan")
            .target(secret("a=0 x=9"))
            .expect("update a=1 | SecretSynced | Updated | 1h"),
        row("Orphan, a Secret that something else controls: it is overwritten, and stays that one's")
            .policy("Orphan")
            .target(secret("a=0").controlled_by("Deployment", "web"))
            .expect("update a=1 | SecretSynced | Updated | 1h"),
        row("Orphan after Owner: reference and label go")
            .policy("Orphan")
            .target(secret("a=1").left().controlled_by("ExternalSecret", "app").label(CREATED_BY, "x"))
            .expect("update a=1 | SecretSynced | Updated | 1h"),
        row("Orphan, as it was left: nothing is written")
            .policy("Orphan")
            .target(secret("a=1").left())
            .expect("no write | SecretSynced | no event | 1h"),
    ]
}

fn merge() -> Vec<Row> {
    vec![
        row("Merge, no target: nothing is created, and that is no failure")
            .policy("Merge")
            .expect("no write | SecretMissing unbound | no event | 1h"),
        row("Merge, a Secret with other keys: ours are added")
            .policy("Merge")
            .target(secret("x=9"))
            .expect("update a=1 x=9 | SecretSynced | Updated | 1h"),
        row("Merge, the same key: it is overwritten")
            .policy("Merge")
            .target(secret("a=0 x=9"))
            .expect("update a=1 x=9 | SecretSynced | Updated | 1h"),
        row("Merge, as it was left: nothing is written")
            .policy("Merge")
            .target(secret("a=1 x=9").left().ours("a"))
            .expect("no write | SecretSynced | no event | 1h"),
        row("Merge, a key of ours that is not fetched any more: it goes, others stay")
            .policy("Merge")
            .target(secret("a=1 b=2 x=9").left().ours("a b"))
            .expect("update a=1 x=9 | SecretSynced | Updated | 1h"),
        row("Merge after Owner: reference and label go, and a key that is not fetched any more")
            .policy("Merge")
            .target(
                secret("a=1 b=2")
                    .left()
                    .controlled_by("ExternalSecret", "app")
                    .label(CREATED_BY, "x"),
            )
            .expect("update a=1 | SecretSynced | Updated | 1h"),
        row("Merge, a Secret that something else controls: ours are added")
            .policy("Merge")
            .target(secret("x=9").controlled_by("Deployment", "web"))
            .expect("update a=1 x=9 | SecretSynced | Updated | 1h"),
        row("Merge, the target has come: it is written at once")
            .policy("Merge")
            .was(Good::Missing, "11:50")
            .target(secret("x=9"))
            .expect("update a=1 x=9 | SecretSynced | Updated | 1h"),
        row("Merge, the hash covers keys of others too")
            .policy("Merge")
            .synced("11:50")
            .target(
                secret("a=1 x=9")
                    .left()
                    .ours("a")
                    .annotation(crate::ownership::DATA_HASH, "of x=8"),
            )
            .expect("update a=1 x=9 | SecretSynced | Updated | 1h"),
    ]
}

fn create_or_merge() -> Vec<Row> {
    vec![
        row("CreateOrMerge, no target: it is created, and nobody owns it")
            .policy("CreateOrMerge")
            .expect("create a=1 | SecretSynced | Created | 1h"),
        row("CreateOrMerge, a Secret with other keys: ours are added")
            .policy("CreateOrMerge")
            .target(secret("a=0 x=9"))
            .expect("update a=1 x=9 | SecretSynced | Updated | 1h"),
        row("CreateOrMerge, a key of ours that is not fetched any more: it goes")
            .policy("CreateOrMerge")
            .target(secret("a=1 b=2 x=9").left().ours("a b"))
            .expect("update a=1 x=9 | SecretSynced | Updated | 1h"),
        row("CreateOrMerge, deleted by hand: it is created again, even if it is fetched but once")
            .policy("CreateOrMerge")
            .spec("refreshPolicy", json!("CreatedOnce"))
            .synced("09:00")
            .expect("create a=1 | SecretSynced | Created | on watch"),
    ]
}

fn none() -> Vec<Row> {
    vec![
        row("None, no target: values are fetched, and nothing is written")
            .policy("None")
            .expect("no write | SecretSynced unbound | no event | 1h"),
        row("None, a Secret of that name: it is left alone")
            .policy("None")
            .target(secret("a=0"))
            .expect("no write | SecretSynced unbound | no event | 1h"),
        row("None, a Secret of another ExternalSecret: it is no concern")
            .policy("None")
            .target(secret("a=0").controlled_by("ExternalSecret", "other"))
            .expect("no write | SecretSynced unbound | no event | 1h"),
        row("None after Owner: the target stays as it is, with its owner")
            .policy("None")
            .target(secret("a=0").left().controlled_by("ExternalSecret", "app"))
            .expect("no write | SecretSynced unbound | no event | 1h"),
        row("None, no target: it is not missed")
            .policy("None")
            .synced("11:40")
            .unasked()
            .expect("no write | no status | no event | 30m"),
        row("None, what cannot be fetched is said")
            .policy("None")
            .brings("a=!Forbidden")
            .expect("no write | Fetch Forbidden | UpdateFailedForbidden | backoff"),
    ]
}
