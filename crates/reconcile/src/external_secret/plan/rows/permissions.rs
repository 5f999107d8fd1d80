//! Stores: whose they are, who may use them, and whether they work.

use selkie_api::{Cause, StoreKind};
use serde_json::json;

use super::super::testing::{Row, row, secret};
use crate::Failure;
use crate::permission::{Standing, StoreKey};
use crate::status::Bad;

fn refused(cause: Cause) -> Standing {
    Standing::Refused(Failure::new(cause, "SecretStore \"main\" …"))
}

fn of_cluster(name: &str) -> StoreKey {
    StoreKey {
        kind: StoreKind::ClusterSecretStore,
        name: name.to_owned(),
    }
}

pub(super) fn rows() -> Vec<Row> {
    [classes(), standings(), several()]
        .into_iter()
        .flatten()
        .collect()
}

fn classes() -> Vec<Row> {
    vec![
        row("a store of another class: nothing, not even a status")
            .unasked()
            .store(Standing::Foreign)
            .expect("no write | no status | no event | on watch"),
        row("a store of another class, and a target that has drifted: nothing")
            .synced("11:50")
            .unasked()
            .store(Standing::Foreign)
            .expect("no write | no status | no event | on watch"),
        row("a store of another class, and a spec that is wrong: nothing")
            .spec("refreshInterval", json!("1d"))
            .unasked()
            .store(Standing::Foreign)
            .expect("no write | no status | no event | on watch"),
        row("a store of another class that became so: what is synced stays said")
            .synced("10:00")
            .unasked()
            .store(Standing::Foreign)
            .target(secret("a=1").left())
            .expect("no write | no status | no event | on watch"),
        row("one entry's store of another class, behind one of the cluster: nothing")
            .unasked()
            .spec(
                "dataFrom",
                json!([
                    { "extract": { "key": "a" }, "sourceRef": { "storeRef": { "name": "all", "kind": "ClusterSecretStore" } } },
                    { "extract": { "key": "a" }, "sourceRef": { "storeRef": { "name": "theirs" } } },
                ]),
            )
            .seen(|it| {
                it.stores.insert(of_cluster("all"), Standing::Usable);
                it.stores.insert(StoreKey { kind: StoreKind::SecretStore, name: "theirs".to_owned() }, Standing::Foreign);
            })
            .expect("no write | no status | no event | on watch"),
        row("the store of the spec is of another class, though no entry asks it: nothing")
            .unasked()
            .spec(
                "data",
                json!([{ "secretKey": "a", "remoteRef": { "key": "a" },
                         "sourceRef": { "storeRef": { "name": "all", "kind": "ClusterSecretStore" } } }]),
            )
            .seen(|it| {
                it.stores.insert(of_cluster("all"), Standing::Usable);
            })
            .store(Standing::Foreign)
            .expect("no write | no status | no event | on watch"),
    ]
}

fn standings() -> Vec<Row> {
    vec![
        row("a store that is not there")
            .unasked()
            .seen(|it| it.stores.clear())
            .expect("no write | Fetch StoreNotReady | UpdateFailedStoreNotReady | backoff"),
        row("a store that is not ready: nobody is asked")
            .unasked()
            .store(refused(Cause::StoreNotReady))
            .target(secret("a=0").left())
            .expect("no write | Fetch StoreNotReady | UpdateFailedStoreNotReady | backoff"),
        row("a store that is not ready, and nothing is due: no matter")
            .synced("11:50")
            .unasked()
            .store(refused(Cause::StoreNotReady))
            .target(secret("a=1").left())
            .expect("no write | no status | no event | 30m"),
        row("a store that is ready again")
            .failing(Bad::Fetch, Cause::StoreNotReady, "x", "10:00")
            .target(secret("a=1").left())
            .expect("no write | SecretSynced | no event | 1h"),
        row("a store that does not allow the namespace")
            .unasked()
            .store(refused(Cause::Forbidden))
            .target(secret("a=0").left())
            .expect("no write | Fetch Forbidden | UpdateFailedForbidden | backoff"),
        row("a store with a broken expression fails the one who asks")
            .unasked()
            .store(refused(Cause::InvalidSpec))
            .expect("no write | Fetch InvalidSpec | UpdateFailedInvalidSpec | backoff"),
        row("a provider that is not served: nobody is asked, the Secret stays")
            .unasked()
            .store(refused(Cause::Unsupported))
            .target(secret("a=0").left())
            .expect("no write | Fetch Unsupported | UpdateFailedUnsupported | on watch"),
        row("a provider that is not served is said at once, though nothing is due")
            .synced("11:50")
            .unasked()
            .store(refused(Cause::Unsupported))
            .target(secret("a=1").left())
            .expect("no write | Fetch Unsupported | UpdateFailedUnsupported | on watch"),
    ]
}

fn several() -> Vec<Row> {
    let both = |row: Row| {
        row.spec(
            "dataFrom",
            json!([{ "extract": { "key": "b" }, "sourceRef": { "storeRef": { "name": "all", "kind": "ClusterSecretStore" } } }]),
        )
    };
    vec![
        both(row("two stores"))
            .brings("a=1")
            .seen(|it| {
                it.stores.insert(of_cluster("all"), Standing::Usable);
            })
            .expect("create a=1 owned | SecretSynced | Created | 1h"),
        both(row(
            "two stores, of which one is not ready: nobody is asked",
        ))
        .unasked()
        .seen(|it| {
            it.stores
                .insert(of_cluster("all"), refused(Cause::StoreNotReady));
        })
        .expect("no write | Fetch StoreNotReady | UpdateFailedStoreNotReady | backoff"),
        row("a store of the same name in the cluster is another one")
            .unasked()
            .spec("secretStoreRef.kind", json!("ClusterSecretStore"))
            .expect("no write | Fetch StoreNotReady | UpdateFailedStoreNotReady | backoff"),
        row("a store that only an entry without a question names need not work")
            .spec(
                "dataFrom",
                json!([{ "sourceRef": { "storeRef": { "name": "idle" } } }]),
            )
            .expect("create a=1 owned | SecretSynced | Created | 1h"),
    ]
}
