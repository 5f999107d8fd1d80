//! Whose a target is, what of it is ours, and what was a target once.

use k8s_openapi::apimachinery::pkg::apis::meta::v1::OwnerReference;
use serde_json::json;

use super::super::testing::{Row, row, secret};
use crate::status::Bad;
use selkie_api::Cause;

pub(super) fn rows() -> Vec<Row> {
    [conflicts(), references(), renamed(), stale()]
        .into_iter()
        .flatten()
        .collect()
}

fn conflicts() -> Vec<Row> {
    vec![
        row("a Secret of another ExternalSecret: nobody is asked, and nothing happens until it changes")
            .unasked()
            .target(secret("a=0").controlled_by("ExternalSecret", "other"))
            .expect("no write | Owned OwnedByOther | UpdateFailedOwnedByOther | on watch"),
        row("a Secret of another ExternalSecret, for Orphan")
            .policy("Orphan")
            .unasked()
            .target(secret("a=0").controlled_by("ExternalSecret", "other"))
            .expect("no write | Owned OwnedByOther | UpdateFailedOwnedByOther | on watch"),
        row("a Secret of another ExternalSecret, for Merge")
            .policy("Merge")
            .unasked()
            .target(secret("a=0").controlled_by("ExternalSecret", "other"))
            .expect("no write | Owned OwnedByOther | UpdateFailedOwnedByOther | on watch"),
        row("a Secret of another ExternalSecret, for CreateOrMerge")
            .policy("CreateOrMerge")
            .unasked()
            .target(secret("a=0").controlled_by("ExternalSecret", "other"))
            .expect("no write | Owned OwnedByOther | UpdateFailedOwnedByOther | on watch"),
        row("a Secret of another ExternalSecret, still: nothing more is said")
            .failing(Bad::Owned, Cause::OwnedByOther, "Secret \"app\" belongs to ExternalSecret \"other\"", "10:00")
            .unasked()
            .target(secret("a=0").controlled_by("ExternalSecret", "other"))
            .expect("no write | no status | no event | on watch"),
        row("the other ExternalSecret has let go: it is ours")
            .failing(Bad::Owned, Cause::OwnedByOther, "Secret \"app\" belongs to ExternalSecret \"other\"", "10:00")
            .target(secret("a=0"))
            .expect("update a=1 owned | SecretSynced | Updated | 1h"),
        row("a Secret that something else controls cannot be owned")
            .unasked()
            .target(secret("a=0").controlled_by("SealedSecret", "app"))
            .expect("no write | Ownership OwnedByOther | UpdateFailedOwnedByOther | 1h"),
        row("a Secret that something else controls, fetched but once: somebody has to act")
            .spec("refreshInterval", json!("0"))
            .unasked()
            .target(secret("a=0").controlled_by("SealedSecret", "app"))
            .expect("no write | Ownership OwnedByOther | UpdateFailedOwnedByOther | on watch"),
        row("another ExternalSecret's since the last refresh: it is said when it is due")
            .synced("11:50")
            .unasked()
            .target(secret("a=0").left().controlled_by("ExternalSecret", "other"))
            .expect("no write | no status | no event | 30m"),
        row("another ExternalSecret's, and no label: it is left alone")
            .synced("11:50")
            .unasked()
            .target(
                secret("a=0")
                    .left()
                    .label(crate::ownership::MANAGED, "no")
                    .controlled_by("ExternalSecret", "other"),
            )
            .expect("no write | no status | no event | 30m"),
    ]
}

fn references() -> Vec<Row> {
    let other = || OwnerReference {
        api_version: "apps/v1".to_owned(),
        kind: "Deployment".to_owned(),
        name: "web".to_owned(),
        uid: "u-5".to_owned(),
        ..OwnerReference::default()
    };
    let old_version = |version: &str| {
        let version = version.to_owned();
        secret("a=1")
            .left()
            .controlled_by("ExternalSecret", "app")
            .with(move |it| {
                it.owners[0].api_version = version;
                it.owners[0].uid = "u-1".to_owned();
            })
    };
    vec![
        row("an owner that does not control stays beside ours")
            .target(secret("a=0").with(|it| it.owners.push(other())))
            .expect("update a=1 owned | SecretSynced | Updated | 1h"),
        row("a reference to its predecessor of the same name gives way")
            .target(secret("a=1").left().controlled_by("ExternalSecret", "app"))
            .expect("update a=1 owned | SecretSynced | Updated | 1h"),
        row("a reference in an old version gives way")
            .target(old_version("external-secrets.io/v1beta1"))
            .expect("update a=1 owned | SecretSynced | Updated | 1h"),
        row("a reference in the version that the peer writes is ours as it is")
            .target(old_version("external-secrets.io/v1"))
            .expect("no write | SecretSynced | no event | 1h"),
    ]
}

fn renamed() -> Vec<Row> {
    vec![
        row("the target has a new name: the old one is deleted once the new one is there")
            .synced("11:50")
            .edited()
            .namesake("old", true)
            .expect("create a=1 owned, delete old | SecretSynced | Created, Deleted | 1h"),
        row("a former target that was left behind is deleted at the next refresh")
            .target(secret("a=1").left())
            .namesake("old", true)
            .expect("no write, delete old | SecretSynced | Deleted | 1h"),
        row("a copy by hand bears our label: it is not deleted")
            .namesake("copy", false)
            .expect("create a=1 owned | SecretSynced | Created | 1h"),
        row("the target itself bears our label: it is no former one")
            .target(secret("a=1").left())
            .namesake("app", true)
            .expect("no write | SecretSynced | no event | 1h"),
        row("who owns nothing has no former targets")
            .policy("Orphan")
            .namesake("old", true)
            .expect("create a=1 | SecretSynced | Created | 1h"),
        row("a failed refresh deletes nothing")
            .brings("a=!Timeout")
            .namesake("old", true)
            .expect("no write | Fetch Timeout | UpdateFailedTimeout | backoff"),
        row("nothing due deletes nothing")
            .synced("11:50")
            .unasked()
            .target(secret("a=1").left())
            .namesake("old", true)
            .expect("no write | no status | no event | 30m"),
    ]
}

fn stale() -> Vec<Row> {
    vec![
        row("a label of ours that is not wanted any more goes, others stay")
            .template(json!({ "metadata": { "labels": { "new": "1" } } }))
            .target(secret("a=1").left().label("old", "1").with(|it| {
                it.annotations.insert("gone".to_owned(), "1".to_owned());
            }))
            .expect("update a=1 owned label new=1 | SecretSynced | Updated | 1h"),
        row("labels of other managers stay")
            .target(secret("a=0").label("theirs", "1").annotation("theirs", "2"))
            .expect(
                "update a=1 owned label theirs=1 annotation theirs=2 | SecretSynced | Updated | 1h",
            ),
        row("a name of 27 characters: stale labels go")
            .object(|it| it.name = "n".repeat(27))
            .spec("target.name", json!("app"))
            .policy("Orphan")
            .target(secret("a=1").left().label("old", "1"))
            .expect("update a=1 | SecretSynced | Updated | 1h"),
        row("a name of 28 characters: stale labels go as well")
            .object(|it| it.name = "n".repeat(28))
            .spec("target.name", json!("app"))
            .policy("Orphan")
            .target(secret("a=1").left().label("old", "1"))
            .expect("update a=1 | SecretSynced | Updated | 1h"),
        row("a name of 63 characters: stale labels go as well")
            .object(|it| it.name = "n".repeat(63))
            .spec("target.name", json!("app"))
            .policy("Orphan")
            .target(secret("a=1").left().label("old", "1"))
            .expect("update a=1 | SecretSynced | Updated | 1h"),
        row("a name of 64 characters: stale labels go as well")
            .object(|it| it.name = "n".repeat(64))
            .spec("target.name", json!("app"))
            .policy("Orphan")
            .target(secret("a=1").left().label("old", "1"))
            .expect("update a=1 | SecretSynced | Updated | 1h"),
    ]
}
