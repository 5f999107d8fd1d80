//! When values are asked for, and what becomes of a target in the meantime.

use serde_json::json;

use super::super::testing::{Row, row, secret};
use crate::ownership::{DATA_HASH, MANAGED};

pub(super) fn rows() -> Vec<Row> {
    [policies(), changes(), windows(), drift(), unread()]
        .into_iter()
        .flatten()
        .collect()
}

fn as_left() -> super::super::testing::SecretRow {
    secret("a=1").left()
}

fn policies() -> Vec<Row> {
    vec![
        row("Periodic, the interval is not over: nobody is asked")
            .synced("11:40")
            .unasked()
            .target(as_left())
            .expect("no write | no status | no event | 30m"),
        row("Periodic, the interval is over")
            .synced("11:00")
            .brings("a=2")
            .target(as_left())
            .expect("update a=2 owned | SecretSynced | Updated | 1h"),
        row("Periodic, another interval")
            .spec("refreshInterval", json!("90m"))
            .synced("11:30")
            .unasked()
            .target(as_left())
            .expect("no write | no status | no event | 45m"),
        row("Periodic, a last refresh in the future counts as none")
            .synced("13:00")
            .brings("a=2")
            .target(as_left())
            .expect("update a=2 owned | SecretSynced | Updated | 1h"),
        row("Periodic, interval 0, synced: never again")
            .spec("refreshInterval", json!("0"))
            .synced("01:00")
            .unasked()
            .target(as_left())
            .expect("no write | no status | no event | on watch"),
        row("Periodic, interval 0, never synced: once")
            .spec("refreshInterval", json!("0s"))
            .expect("create a=1 owned | SecretSynced | Created | on watch"),
        row("Periodic, a negative interval is 0")
            .spec("refreshInterval", json!("-1h"))
            .synced("01:00")
            .unasked()
            .target(as_left())
            .expect("no write | no status | no event | on watch"),
        row("CreatedOnce, never synced: once")
            .spec("refreshPolicy", json!("CreatedOnce"))
            .expect("create a=1 owned | SecretSynced | Created | on watch"),
        row("CreatedOnce, synced: never again")
            .spec("refreshPolicy", json!("CreatedOnce"))
            .synced("01:00")
            .unasked()
            .target(as_left())
            .expect("no write | no status | no event | on watch"),
        row("CreatedOnce, made anew: the Secret of its predecessor is overwritten")
            .policy("Orphan")
            .spec("refreshPolicy", json!("CreatedOnce"))
            .target(secret("a=0").left())
            .expect("update a=1 | SecretSynced | Updated | on watch"),
        row("OnChange, never synced")
            .spec("refreshPolicy", json!("OnChange"))
            .expect("create a=1 owned | SecretSynced | Created | on watch"),
        row("OnChange, nothing changed: nobody is asked")
            .spec("refreshPolicy", json!("OnChange"))
            .synced("01:00")
            .unasked()
            .target(as_left())
            .expect("no write | no status | no event | on watch"),
    ]
}

fn changes() -> Vec<Row> {
    let annotated = |row: Row| {
        row.object(|it| {
            it.annotations
                .insert("force-sync".to_owned(), "1".to_owned());
        })
    };
    let labelled = |row: Row| {
        row.object(|it| {
            it.labels.insert("app".to_owned(), "x".to_owned());
        })
    };
    vec![
        row("Periodic, an edited spec is due at once")
            .synced("11:50")
            .edited()
            .brings("a=2")
            .target(as_left())
            .expect("update a=2 owned | SecretSynced | Updated | 1h"),
        annotated(row("Periodic, an annotation is due at once, and is copied").synced("11:50"))
            .target(as_left())
            .expect("update a=1 owned annotation force-sync=1 | SecretSynced | Updated | 1h"),
        labelled(row("Periodic, a label is due at once, and is copied").synced("11:50"))
            .target(as_left())
            .expect("update a=1 owned label app=x | SecretSynced | Updated | 1h"),
        annotated(
            row("a forced refresh under a template copies nothing")
                .template(json!({}))
                .synced("11:50"),
        )
        .target(as_left())
        .expect("no write | SecretSynced | no event | 1h"),
        row("OnChange, an edited spec")
            .spec("refreshPolicy", json!("OnChange"))
            .synced("11:50")
            .edited()
            .brings("a=2")
            .target(as_left())
            .expect("update a=2 owned | SecretSynced | Updated | on watch"),
        labelled(
            row("OnChange, a label")
                .spec("refreshPolicy", json!("OnChange"))
                .synced("11:50"),
        )
        .target(as_left())
        .expect("update a=1 owned label app=x | SecretSynced | Updated | on watch"),
        row("CreatedOnce, an edited spec: nobody is asked")
            .spec("refreshPolicy", json!("CreatedOnce"))
            .synced("11:50")
            .edited()
            .unasked()
            .target(as_left())
            .expect("no write | no status | no event | on watch"),
        row("interval 0, an edited spec: nobody is asked")
            .spec("refreshInterval", json!("0"))
            .synced("11:50")
            .edited()
            .unasked()
            .target(as_left())
            .expect("no write | no status | no event | on watch"),
    ]
}

/// Windows hold up nothing but what is due for its interval alone.
fn windows() -> Vec<Row> {
    let windows = |kind: &str, schedule: &str| json!({ "kind": kind, "windows": [{ "schedule": schedule, "duration": "30m" }] });
    vec![
        row("inside of no window in which it may: it waits for the next")
            .spec("syncWindows", windows("allow", "0 14 * * *"))
            .synced("10:00")
            .unasked()
            .target(as_left())
            .expect("no write | no status | no event | 2h"),
        row("inside of a window in which it may")
            .spec("syncWindows", windows("allow", "0 12 * * *"))
            .synced("10:00")
            .brings("a=2")
            .target(as_left())
            .expect("update a=2 owned | SecretSynced | Updated | 24h"),
        row("inside of a window in which it may not: it waits for the end")
            .spec("syncWindows", windows("deny", "45 11 * * *"))
            .synced("10:00")
            .unasked()
            .target(as_left())
            .expect("no write | no status | no event | 15m1s"),
        row("an edited spec does not wait")
            .spec("syncWindows", windows("deny", "45 11 * * *"))
            .synced("11:50")
            .edited()
            .brings("a=2")
            .target(as_left())
            .expect("update a=2 owned | SecretSynced | Updated | 1h"),
        row("drift does not wait")
            .spec("syncWindows", windows("deny", "45 11 * * *"))
            .synced("11:50")
            .expect("create a=1 owned | SecretSynced | Created | 1h"),
    ]
}

fn drift() -> Vec<Row> {
    vec![
        row("Owner, deleted by hand: it is created again at once")
            .synced("11:50")
            .expect("create a=1 owned | SecretSynced | Created | 1h"),
        row("Owner, edited by hand: it is overwritten at once")
            .synced("11:50")
            .target(secret("a=9").left().annotation(DATA_HASH, "of a=1"))
            .expect("update a=1 owned | SecretSynced | Updated | 1h"),
        row("the hash was taken off: values are fetched again")
            .synced("11:50")
            .target(as_left().annotation(DATA_HASH, ""))
            .expect("update a=1 owned | SecretSynced | Updated | 1h"),
        row("the label was taken off: it is put back, and nobody is asked")
            .synced("11:50")
            .unasked()
            .target(as_left().label(MANAGED, ""))
            .expect("update a=1 owned | no status | Updated | 30m"),
        row("the label says false: it is put right, and nobody is asked")
            .synced("11:50")
            .unasked()
            .target(as_left().label(MANAGED, "false"))
            .expect("update a=1 owned | no status | Updated | 30m"),
        row("CreatedOnce, deleted by hand: it is created again, with new values")
            .spec("refreshPolicy", json!("CreatedOnce"))
            .synced("01:00")
            .brings("a=2")
            .expect("create a=2 owned | SecretSynced | Created | on watch"),
        row("CreatedOnce, edited by hand: the repair brings new values and the edited spec")
            .spec("refreshPolicy", json!("CreatedOnce"))
            .synced("01:00")
            .edited()
            .brings("a=2 b=3")
            .target(secret("a=9").left().annotation(DATA_HASH, "of a=1"))
            .expect("update a=2 b=3 owned | SecretSynced | Updated | on watch"),
        row("interval 0, deleted by hand: it is created again")
            .spec("refreshInterval", json!("0"))
            .synced("01:00")
            .expect("create a=1 owned | SecretSynced | Created | on watch"),
        row("Orphan, edited by hand: that waits until it is due")
            .policy("Orphan")
            .synced("11:50")
            .unasked()
            .target(secret("a=9").left().annotation(DATA_HASH, "of a=1"))
            .expect("no write | no status | no event | 30m"),
        row("Orphan, deleted by hand: that waits until it is due")
            .policy("Orphan")
            .synced("11:50")
            .unasked()
            .expect("no write | no status | no event | 30m"),
        row("Orphan and CreatedOnce, deleted by hand: it stays deleted")
            .policy("Orphan")
            .spec("refreshPolicy", json!("CreatedOnce"))
            .synced("01:00")
            .unasked()
            .expect("no write | no status | no event | on watch"),
        row("Orphan, the label was taken off: it is put back, the data waits")
            .policy("Orphan")
            .synced("11:50")
            .unasked()
            .target(
                secret("a=9")
                    .left()
                    .label(MANAGED, "x")
                    .annotation(DATA_HASH, "of a=1"),
            )
            .expect("update a=9 | no status | Updated | 30m"),
        row("Merge, a key of others was edited: values are fetched again")
            .policy("Merge")
            .synced("11:50")
            .target(
                secret("a=1 x=8")
                    .left()
                    .ours("a")
                    .annotation(DATA_HASH, "of x=9"),
            )
            .expect("update a=1 x=8 | SecretSynced | Updated | 1h"),
        row("Merge, deleted by hand: it is missed, and then waited for")
            .policy("Merge")
            .synced("11:50")
            .expect("no write | SecretMissing | no event | 1h"),
        row("a label of others was edited: that is not looked at")
            .synced("11:50")
            .unasked()
            .target(as_left().label("team", "x"))
            .expect("no write | no status | no event | 30m"),
    ]
}

/// The target need not be read as long as nobody else has written it.
fn unread() -> Vec<Row> {
    use crate::external_secret::{Fetched, Target};
    /// The digest that a refresh with this value leaves.
    fn left(brings: &'static str) -> Target {
        Target::AsLeft(row("").brings(brings).plan().left.unwrap())
    }
    vec![
        row("unread and not due")
            .synced("11:50")
            .unasked()
            .seen(|it| it.target = left("a=1"))
            .expect("no write | no status | no event | 30m"),
        row("unread, due, and the same as before: it need not be read")
            .synced("11:00")
            .seen(|it| it.target = left("a=1"))
            .expect("no write | SecretSynced | no event | 1h"),
        row("unread, due, and another value: it has to be read")
            .synced("11:00")
            .brings("a=2")
            .seen(|it| it.target = left("a=1"))
            .expect("read | no status | no event | now"),
        row("unread, due, and another policy: it has to be read")
            .synced("11:00")
            .policy("Orphan")
            .seen(|it| it.target = left("a=1"))
            .expect("read | no status | no event | now"),
        row("unread, and to be deleted: it has to be read")
            .policy("Owner/Delete")
            .synced("11:00")
            .brings("a=?")
            .seen(|it| it.target = left("a=1"))
            .expect("read | no status | no event | now"),
        row("nobody was asked although it is due: the next look begins anew")
            .synced("11:00")
            .seen(|it| it.fetched = Fetched::NotAsked)
            .unasked()
            .target(as_left())
            .expect("no write | no status | no event | now"),
    ]
}
