//! What the deletion policies do when the store has nothing any more. A Secret is deleted or emptied only if it is this ExternalSecret's.

use serde_json::json;

use super::super::testing::{Row, row, secret};
use crate::ownership::{CREATED_BY, Owner};
use crate::status::Good;

pub(super) fn rows() -> Vec<Row> {
    [retain(), delete(), merge()]
        .into_iter()
        .flatten()
        .collect()
}

fn label() -> String {
    Owner {
        namespace: "team",
        name: "app",
        uid: "u-1",
    }
    .label()
}

fn retain() -> Vec<Row> {
    vec![
        row("Retain, an entry is not there: an error, and the Secret is not touched")
            .brings("a=1 b=?")
            .target(secret("a=0 b=2").left())
            .expect("no write | Fetch NotFound | UpdateFailedNotFound | backoff"),
        row("Retain, nothing is there: an error as well")
            .brings("a=?")
            .target(secret("a=0").left())
            .expect("no write | Fetch NotFound | UpdateFailedNotFound | backoff"),
        row("Retain, a search finds nothing: the Secret stays")
            .extracts("")
            .target(secret("a=0").left())
            .expect("no write | SecretSynced unbound | no event | 1h"),
        row("Retain, an entry that names a store and no more: the Secret stays")
            .extracts("")
            .spec(
                "dataFrom",
                json!([{ "sourceRef": { "storeRef": { "name": "main" } } }]),
            )
            .expect("no write | SecretSynced unbound | no event | 1h"),
        row("Retain, no target and nothing to write: it is not missed")
            .was(Good::Retained, "11:40")
            .unasked()
            .expect("no write | no status | no event | 30m"),
        row("Retain, nothing to write: data by hand is no drift")
            .was(Good::Retained, "11:40")
            .target(secret("a=0"))
            .unasked()
            .expect("no write | no status | no event | 30m"),
    ]
}

fn delete() -> Vec<Row> {
    vec![
        row("Delete, an entry is not there: its key goes, and it is said")
            .policy("Owner/Delete")
            .with_finalizer()
            .brings("a=1 b=?")
            .target(secret("a=1 b=2").left())
            .expect("update a=1 owned | SecretSynced | MissingProviderSecret, Updated | 1h"),
        row("Delete, an entry is still not there: nothing more is said")
            .policy("Owner/Delete")
            .with_finalizer()
            .synced("10:00")
            .brings("a=1 b=?")
            .target(secret("a=1").left())
            .expect("no write | SecretSynced | no event | 1h"),
        row("Delete, nothing is there: the Secret is deleted")
            .policy("Owner/Delete")
            .with_finalizer()
            .synced("10:00")
            .brings("a=?")
            .target(secret("a=1").left())
            .expect("delete app | SecretDeleted | MissingProviderSecret, Deleted | 1h"),
        row("Delete, a search finds nothing: the Secret is deleted")
            .policy("Owner/Delete")
            .with_finalizer()
            .extracts("")
            .target(secret("a=1").left())
            .expect("delete app | SecretDeleted unbound | Deleted | 1h"),
        row("Delete, nothing is there and no Secret either")
            .policy("Owner/Delete")
            .with_finalizer()
            .brings("a=?")
            .expect("no write | SecretDeleted unbound | MissingProviderSecret | 1h"),
        row("Delete, it is gone: nothing more is said, and it is not missed")
            .policy("Owner/Delete")
            .with_finalizer()
            .was(Good::Deleted, "11:40")
            .unasked()
            .expect("no write | no status | no event | 30m"),
        row("Delete, still nothing there: the refresh says so")
            .policy("Owner/Delete")
            .with_finalizer()
            .was(Good::Deleted, "10:40")
            .brings("a=?")
            .expect("no write | SecretDeleted unbound | no event | 1h"),
        row("Delete, it is there again: the Secret is created")
            .policy("Owner/Delete")
            .with_finalizer()
            .was(Good::Deleted, "10:40")
            .expect("create a=1 owned | SecretSynced | Created | 1h"),
        row("Delete, a Secret that nobody owns: it is not deleted")
            .policy("Owner/Delete")
            .brings("a=?")
            .target(secret("a=1"))
            .expect("no write | Delete OwnedByOther | MissingProviderSecret, UpdateFailedOwnedByOther | 1h"),
        row("Delete, a Secret into which we only merged: it is not deleted")
            .policy("Owner/Delete")
            .brings("a=?")
            .target(secret("a=1 x=9").ours("a"))
            .expect("no write | Delete OwnedByOther | MissingProviderSecret, UpdateFailedOwnedByOther | 1h"),
        row("Delete, a Secret with our label that nothing controls, as a backup brings it back: it is deleted")
            .policy("Owner/Delete")
            .with_finalizer()
            .brings("a=?")
            .target(secret("a=1").label(CREATED_BY, &label()))
            .expect("delete app | SecretDeleted unbound | MissingProviderSecret, Deleted | 1h"),
        row("Delete, a Secret with our label that something else controls: it is not deleted")
            .policy("Owner/Delete")
            .brings("a=?")
            .target(secret("a=1").label(CREATED_BY, &label()).controlled_by("Deployment", "web"))
            .expect("no write | Ownership OwnedByOther | UpdateFailedOwnedByOther | 1h"),
        row("Delete, a Secret of another ExternalSecret: it is not deleted")
            .policy("Owner/Delete")
            .brings("a=?")
            .target(secret("a=1").controlled_by("ExternalSecret", "other"))
            .expect("no write | Owned OwnedByOther | UpdateFailedOwnedByOther | on watch"),
        row("Delete, a Secret that cannot change: it can be deleted")
            .policy("Owner/Delete")
            .with_finalizer()
            .immutable()
            .brings("a=?")
            .target(secret("a=1").left().immutable())
            .expect("delete app | SecretDeleted unbound | MissingProviderSecret, Deleted | 1h"),
        row("Delete needs Owner when it comes to it")
            .policy("Orphan/Delete")
            .brings("a=?")
            .target(secret("a=1").left())
            .expect("no write | Delete InvalidSpec | MissingProviderSecret, UpdateFailedInvalidSpec | 1h"),
        row("Delete with Orphan goes well as long as something is there")
            .policy("Orphan/Delete")
            .expect("create a=1 | SecretSynced | Created | 1h"),
    ]
}

fn merge() -> Vec<Row> {
    vec![
        row("Merge, an entry is not there: its key goes, and it is said")
            .policy("Merge/Merge")
            .brings("a=1 b=?")
            .target(secret("a=1 b=2 x=9").left().ours("a b"))
            .expect("update a=1 x=9 | SecretSynced | MissingProviderSecret, Updated | 1h"),
        row("Merge, nothing is there: our keys go, the Secret stays")
            .policy("Merge/Merge")
            .brings("a=?")
            .target(secret("a=1 x=9").left().ours("a"))
            .expect("update x=9 | SecretSynced | MissingProviderSecret, Updated | 1h"),
        row("Merge with Owner and nothing there: an empty Secret")
            .policy("Owner/Merge")
            .brings("a=?")
            .expect("create nothing owned | SecretSynced | MissingProviderSecret, Created | 1h"),
        row("Merge with Owner and nothing there: our Secret is emptied")
            .policy("Owner/Merge")
            .brings("a=?")
            .target(secret("a=1").left())
            .expect("update nothing owned | SecretSynced | MissingProviderSecret, Updated | 1h"),
        row("Merge with Owner and nothing there: a Secret of others is not emptied")
            .policy("Owner/Merge")
            .brings("a=?")
            .target(secret("x=9"))
            .expect("no write | Update OwnedByOther | MissingProviderSecret, UpdateFailedOwnedByOther | 1h"),
        row("Merge with Orphan and nothing there: what we wrote goes")
            .policy("Orphan/Merge")
            .brings("a=?")
            .target(secret("a=1").left())
            .expect("update nothing | SecretSynced | MissingProviderSecret, Updated | 1h"),
        row("Merge with Orphan and nothing there: a Secret of others is not emptied")
            .policy("Orphan/Merge")
            .brings("a=?")
            .target(secret("a=1 x=9").ours("a"))
            .expect("no write | Update OwnedByOther | MissingProviderSecret, UpdateFailedOwnedByOther | 1h"),
        row("Merge with Owner and a template of fixed texts: they stay")
            .policy("Owner/Merge")
            .brings("a=?")
            .template(json!({ "data": { "fixed": "text" } }))
            .target(secret("a=1").left())
            .expect("update fixed=text owned | SecretSynced | MissingProviderSecret, Updated | 1h"),
    ]
}
