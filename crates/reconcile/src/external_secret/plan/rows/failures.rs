//! What could not be done: causes, when it is tried again, and that it is said but once.

use selkie_api::Cause;
use serde_json::json;

use super::super::testing::{Row, row, secret};
use crate::Failure;
use crate::status::Bad;

pub(super) fn rows() -> Vec<Row> {
    [providers(), specs(), recovery()]
        .into_iter()
        .flatten()
        .collect()
}

fn providers() -> Vec<Row> {
    vec![
        row("the provider refuses: the Secret is not touched")
            .brings("a=!Unauthorized")
            .target(secret("a=0").left())
            .expect("no write | Fetch Unauthorized | UpdateFailedUnauthorized | backoff"),
        row("one entry of several fails: all fail")
            .brings("a=1 b=!Timeout c=3")
            .target(secret("a=0").left())
            .expect("no write | Fetch Timeout | UpdateFailedTimeout | backoff"),
        row("a failure is not a missing secret: deletionPolicy Delete deletes nothing")
            .policy("Owner/Delete")
            .brings("a=!ProviderError")
            .target(secret("a=1").left())
            .expect("no write | Fetch ProviderError | UpdateFailedProviderError | backoff"),
        row("a missing property is not a missing secret")
            .policy("Owner/Delete")
            .brings("a=!PropertyMissing")
            .target(secret("a=1").left())
            .expect("no write | Fetch PropertyMissing | UpdateFailedPropertyMissing | backoff"),
        row("deletionPolicy Merge empties nothing for a failure")
            .policy("Owner/Merge")
            .brings("a=? b=!Throttled")
            .target(secret("a=1 b=2").left())
            .expect("no write | Fetch Throttled | UpdateFailedThrottled | backoff"),
        row("no target, and a failure: nothing is created")
            .brings("a=!DecryptFailed")
            .expect("no write | Fetch DecryptFailed | UpdateFailedDecryptFailed | backoff"),
        row("the same failure again: nothing is said")
            .failing(
                Bad::Fetch,
                Cause::Timeout,
                "spec.data[0]: of the test",
                "10:00",
            )
            .brings("a=!Timeout")
            .target(secret("a=1").left())
            .expect("no write | no status | no event | backoff"),
        row("another failure: it is said")
            .failing(
                Bad::Fetch,
                Cause::Timeout,
                "spec.data[0]: of the test",
                "10:00",
            )
            .brings("a=!Unreachable")
            .target(secret("a=1").left())
            .expect("no write | Fetch Unreachable | UpdateFailedUnreachable | backoff"),
        row("keys that no Secret can have, without a rewrite: they are converted")
            .extracts("a/b=1")
            .expect("create a_b=1 owned | SecretSynced | Created | 1h"),
    ]
}

fn specs() -> Vec<Row> {
    let refused = |bad: &'static str| match bad {
        "Fetch" => "no write | Fetch InvalidSpec | UpdateFailedInvalidSpec | on watch",
        "Update" => "no write | Update InvalidSpec | UpdateFailedInvalidSpec | on watch",
        _ => "no write | Delete InvalidSpec | UpdateFailedInvalidSpec | on watch",
    };
    vec![
        row("a spec that cannot be read: it is said of that object")
            .unasked()
            .object(|it| it.spec = Err(Failure::new(Cause::InvalidSpec, "spec.refreshInterval: of the test")))
            .expect(refused("Fetch")),
        row("an interval that is none")
            .unasked()
            .spec("refreshInterval", json!("1d"))
            .expect(refused("Fetch")),
        row("a spec that is wrong, although nothing is due")
            .spec("refreshInterval", json!("1d"))
            .synced("11:50")
            .unasked()
            .target(secret("a=1").left())
            .expect("no write | Fetch InvalidSpec | UpdateFailedInvalidSpec | on watch"),
        row("neither data nor dataFrom")
            .unasked()
            .spec("data", json!([]))
            .expect(refused("Fetch")),
        row("an entry with both extract and find")
            .unasked()
            .spec("dataFrom", json!([{ "extract": { "key": "a" }, "find": { "name": { "regexp": "a" } } }]))
            .expect(refused("Fetch")),
        row("an entry with neither")
            .unasked()
            .spec("dataFrom", json!([{}]))
            .expect(refused("Fetch")),
        row("no store")
            .unasked()
            .spec("secretStoreRef", json!(null))
            .expect(refused("Fetch")),
        row("two entries for one key, under Retain")
            .unasked()
            .spec("data", json!([{ "secretKey": "a", "remoteRef": { "key": "x" } }, { "secretKey": "a", "remoteRef": { "key": "y" } }]))
            .expect(refused("Fetch")),
        row("two entries for one key, under another policy: the later wins")
            .policy("Merge/Merge")
            .brings("x=1 y=2")
            .spec("data", json!([{ "secretKey": "a", "remoteRef": { "key": "x" } }, { "secretKey": "a", "remoteRef": { "key": "y" } }]))
            .target(secret("z=9"))
            .expect("update a=2 z=9 | SecretSynced | Updated | 1h"),
        row("Delete with Merge").unasked().policy("Merge/Delete").expect(refused("Delete")),
        row("Delete with None").unasked().policy("None/Delete").expect(refused("Delete")),
        row("Delete with CreateOrMerge").unasked().policy("CreateOrMerge/Delete").expect(refused("Delete")),
        row("deletionPolicy Merge with None").unasked().policy("None/Merge").expect(refused("Delete")),
        row("a generator: nobody is asked, the Secret stays")
            .unasked()
            .spec("dataFrom", json!([{ "sourceRef": { "generatorRef": { "kind": "Password", "name": "p" } } }]))
            .target(secret("a=1").left())
            .expect("no write | Fetch Unsupported | UpdateFailedUnsupported | on watch"),
        row("a generator for one key")
            .unasked()
            .spec(
                "data",
                json!([{ "secretKey": "a", "remoteRef": { "key": "a" }, "sourceRef": { "generatorRef": { "kind": "Password", "name": "p" } } }]),
            )
            .expect("no write | Fetch Unsupported | UpdateFailedUnsupported | on watch"),
        row("another kind of target: nobody is asked")
            .unasked()
            .spec("target.manifest", json!({ "apiVersion": "v1", "kind": "ConfigMap" }))
            .expect("no write | Update Unsupported | UpdateFailedUnsupported | on watch"),
    ]
}

fn recovery() -> Vec<Row> {
    vec![
        row("it works again")
            .failing(Bad::Fetch, Cause::Timeout, "x", "10:00")
            .target(secret("a=1").left())
            .expect("no write | SecretSynced | no event | 1h"),
        row(
            "the spec is right again, and nothing is due: the failure is over, and nobody is asked",
        )
        .spec("refreshPolicy", json!("CreatedOnce"))
        .failing(Bad::Fetch, Cause::InvalidSpec, "x", "10:00")
        .unasked()
        .target(secret("a=1").left())
        .expect("no write | SecretSynced | no event | on watch"),
        row("the target was put right by hand before the next try")
            .failing(Bad::Fetch, Cause::Timeout, "x", "11:50")
            .unasked()
            .target(secret("a=1").left())
            .expect("no write | SecretSynced | no event | 30m"),
        row("the target is still not right: it is tried again")
            .failing(Bad::Fetch, Cause::Timeout, "x", "11:50")
            .expect("create a=1 owned | SecretSynced | Created | 1h"),
    ]
}
