//! What is said of the state of a value's origin, and that nothing is written for its sake.

use selkie_api::CreationPolicy;
use serde_json::json;

use super::super::testing::{Row, row, secret};
use crate::external_secret::observed::Target;
use crate::ownership::SOURCE_REVISION;
use crate::target::contribution::Contribution;

fn of(row: Row, revisions: &[&str]) -> Row {
    row.seen(|seen| seen.revisions = revisions.iter().map(ToString::to_string).collect())
}

fn left(revision: &str) -> super::super::testing::SecretRow {
    secret("a=1").annotation(SOURCE_REVISION, revision).left()
}

fn as_left() -> Row {
    of(
        row("a new commit with the same values, the target is as it was left"),
        &["c2"],
    )
    .synced("11:00")
    .seen(|seen| {
        let brought = Contribution {
            data: [("a".to_owned(), b"1".to_vec().into())].into(),
            ..Contribution::default()
        };
        let brought = brought.of_revisions(&["c1".to_owned()].into());
        let digest = brought.digest(&seen.object.owner(), CreationPolicy::Owner);
        seen.target = Target::AsLeft(digest);
    })
    .expect("no write | SecretSynced | no event | 1h")
}

pub(super) fn rows() -> Vec<Row> {
    vec![
        of(row("a new Secret says of which commit it is"), &["c1"]).expect(
            "create a=1 owned annotation selkie.dev/source-revision=c1 | SecretSynced | Created | 1h",
        ),
        of(row("several commits are all said"), &["c2", "c1"]).expect(
            "create a=1 owned annotation selkie.dev/source-revision=c1,c2 | SecretSynced | Created | 1h",
        ),
        of(row("another value comes with another commit"), &["c2"])
            .synced("11:00")
            .brings("a=2")
            .target(left("c1"))
            .expect("update a=2 owned annotation selkie.dev/source-revision=c2 | SecretSynced | Updated | 1h"),
        of(row("a new commit with the same values writes nothing"), &["c2"])
            .synced("11:00")
            .target(left("c1"))
            .expect("no write | SecretSynced | no event | 1h"),
        as_left(),
        of(row("a Secret of before the annotation gets it"), &["c1"])
            .synced("11:00")
            .target(secret("a=1").left())
            .expect("update a=1 owned annotation selkie.dev/source-revision=c1 | SecretSynced | Updated | 1h"),
        row("an origin without a word for its state: what was said goes")
            .synced("11:00")
            .target(left("c1"))
            .expect("update a=1 owned | SecretSynced | Updated | 1h"),
        of(row("data that cannot change keeps the commit that it is of"), &["c2"])
            .synced("11:00")
            .brings("a=2")
            .target(left("c1").immutable().label("own", "lost"))
            .spec("target.template", json!({ "metadata": { "labels": { "own": "new" } } }))
            .expect("update a=1 owned immutable label own=new annotation selkie.dev/source-revision=c1 | Frozen Immutable | UpdateFailedImmutable | 1h"),
    ]
}
