//! The cleanup finalizer, and an ExternalSecret that goes.

use selkie_api::Cause;

use super::super::testing::{Row, row, secret};
use crate::Failure;
use crate::permission::Standing;

pub(super) fn rows() -> Vec<Row> {
    [needed(), going()].into_iter().flatten().collect()
}

fn needed() -> Vec<Row> {
    vec![
        row("Owner and Delete need it: it is added before the Secret is written")
            .policy("Owner/Delete")
            .expect("create a=1 owned +finalizer | SecretSynced | Created | 1h"),
        row("it is there already")
            .policy("Owner/Delete")
            .with_finalizer()
            .expect("create a=1 owned | SecretSynced | Created | 1h"),
        row("Owner and Retain do not need it")
            .expect("create a=1 owned | SecretSynced | Created | 1h"),
        row("Orphan and Delete do not need it")
            .policy("Orphan/Delete")
            .expect("create a=1 | SecretSynced | Created | 1h"),
        row("Owner and Merge do not need it")
            .policy("Owner/Merge")
            .expect("create a=1 owned | SecretSynced | Created | 1h"),
        row("the peer's stays where it is not needed: to remove it would be a write")
            .with_finalizer()
            .target(secret("a=1").left())
            .expect("no write | SecretSynced | no event | 1h"),
        row("a failed refresh adds none")
            .policy("Owner/Delete")
            .brings("a=!Timeout")
            .expect("no write | Fetch Timeout | UpdateFailedTimeout | backoff"),
    ]
}

fn going() -> Vec<Row> {
    vec![
        row("going, no finalizer: nothing to do")
            .unasked()
            .deleting()
            .target(secret("a=1").left())
            .expect("no write | no status | no event | on watch"),
        row("going, Retain: the finalizer that the peer left is removed, the cluster deletes the Secret")
            .unasked()
            .with_finalizer()
            .deleting()
            .target(secret("a=1").left())
            .expect("no write -finalizer | no status | no event | on watch"),
        row("going, Orphan: the Secret stays")
            .policy("Orphan")
            .unasked()
            .with_finalizer()
            .deleting()
            .target(secret("a=1").left())
            .expect("no write -finalizer | no status | no event | on watch"),
        row("going, Merge: the keys stay")
            .policy("Merge")
            .unasked()
            .with_finalizer()
            .deleting()
            .target(secret("a=1 x=9").left().ours("a"))
            .expect("no write -finalizer | no status | no event | on watch"),
        row("going, Delete: the Secret is deleted first")
            .policy("Owner/Delete")
            .unasked()
            .with_finalizer()
            .deleting()
            .target(secret("a=1").left())
            .expect("delete app -finalizer | no status | no event | on watch"),
        row("going, Delete, no Secret")
            .policy("Owner/Delete")
            .unasked()
            .with_finalizer()
            .deleting()
            .expect("no write -finalizer | no status | no event | on watch"),
        row("going, Delete, a Secret that nobody owns: it stays")
            .policy("Owner/Delete")
            .unasked()
            .with_finalizer()
            .deleting()
            .target(secret("a=1"))
            .expect("no write -finalizer | no status | no event | on watch"),
        row("going, Delete, a Secret of another ExternalSecret: it stays")
            .policy("Owner/Delete")
            .unasked()
            .with_finalizer()
            .deleting()
            .target(secret("a=1").controlled_by("ExternalSecret", "other"))
            .expect("no write -finalizer | no status | no event | on watch"),
        row("going, Delete, a Secret that was not read: it is read first")
            .policy("Owner/Delete")
            .unasked()
            .with_finalizer()
            .deleting()
            .seen(|it| it.target = crate::external_secret::Target::AsLeft(row("").plan().left.unwrap()))
            .expect("read | no status | no event | now"),
        row("going, and its spec cannot be read: it goes")
            .unasked()
            .with_finalizer()
            .deleting()
            .object(|it| it.spec = Err(Failure::new(Cause::InvalidSpec, "x")))
            .expect("no write -finalizer | no status | no event | on watch"),
        row("going, and its store is of another class: it goes")
            .unasked()
            .with_finalizer()
            .deleting()
            .store(Standing::Foreign)
            .expect("no write -finalizer | no status | no event | on watch"),
        row("going, and the store is gone: it goes, nobody is asked")
            .policy("Owner/Delete")
            .unasked()
            .with_finalizer()
            .deleting()
            .seen(|it| it.stores.clear())
            .target(secret("a=1").left())
            .expect("delete app -finalizer | no status | no event | on watch"),
    ]
}
