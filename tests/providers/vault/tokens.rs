//! How often a store logs in, and what becomes of its tokens: counted at Vault's own record.

use std::collections::BTreeMap;
use std::time::Duration;

use futures::future::join_all;
use selkie_api::Cause;
use selkie_providers::vault::Vault as Store;
use selkie_providers::{Address, Failure, Provider as _, Validity};
use selkie_tests::scratch;
use selkie_tests::servers::vault::{Audit, Vault};
use serde_json::json;
use tokio::time::sleep;

use super::{READER, Secrets, app_role, connect, put, root_spec, run};

const LOGIN: &str = "update auth/approle/login";
const LOOK_UP: &str = "read auth/token/lookup-self";
const RENEW: &str = "update auth/token/renew-self";
const REVOKE: &str = "update auth/token/revoke-self";
const READ: &str = "read secret/data/app";

/// So long after a login, a refusal is taken for what it says.
const PROVED: Duration = Duration::from_millis(5200);

/// Demands that so much was asked since the last time, and nothing else.
fn asked(audit: &Audit, expected: &[(&str, usize)], when: &str) {
    let mut counted = BTreeMap::<String, usize>::new();
    for request in audit.take() {
        *counted.entry(request).or_default() += 1;
    }
    let expected = expected.iter();
    let expected = expected.map(|(request, count)| ((*request).to_owned(), *count));
    assert_eq!(counted, expected.collect(), "{when}");
}

/// All at once.
async fn read(store: &Store, key: &str, times: usize) -> Vec<Result<(), Failure>> {
    let at = Address::value(key);
    let reads = (0..times).map(|_| async { store.read(&at).await.map(drop) });
    join_all(reads).await
}

async fn all_read(store: &Store, times: usize) {
    for done in read(store, "app", times).await {
        done.unwrap();
    }
}

#[test]
fn many_readers_share_one_login_and_it_is_given_back() {
    let folder = scratch();
    let vault = Vault::start(folder.path());
    put(&vault, "secret/app", &json!({"n": "x"}));
    let (spec, secret) = app_role(&vault, READER, &json!({}));
    let secrets: Secrets<'_> = &[("role/secret", &secret)];
    let audit = vault.audit();
    let store = connect(&spec, secrets).unwrap();
    run(async {
        asked(&audit, &[], "nothing is asked before it must be");
        all_read(&store, 50).await;
        asked(&audit, &[(LOGIN, 1), (READ, 50)], "fifty at once");
        assert_eq!(store.validate().await, Ok(Validity::Valid));
        all_read(&store, 50).await;
        asked(&audit, &[(READ, 50)], "fifty more");
        store.close().await;
        asked(&audit, &[(REVOKE, 1)], "the end");
        store.close().await;
        asked(&audit, &[], "once is enough");

        // A store that is only asked whether it works.
        let store = connect(&spec, secrets).unwrap();
        assert_eq!(store.validate().await, Ok(Validity::Valid));
        asked(&audit, &[(LOGIN, 1)], "a login is proof enough");
        sleep(PROVED).await;
        assert_eq!(store.validate().await, Ok(Validity::Valid));
        asked(&audit, &[(LOOK_UP, 1)], "later the token is looked up");

        let store = connect(&spec, &[("role/secret", "wrong")]).unwrap();
        for done in read(&store, "app", 20).await {
            assert_eq!(done.unwrap_err().cause, Cause::Unauthorized);
        }
        asked(&audit, &[(LOGIN, 1)], "all who wait fail with the first");
        assert!(store.validate().await.is_err());
        asked(&audit, &[(LOGIN, 1)], "who comes later tries");
    });
}

#[test]
fn given_tokens_and_batch_tokens_are_left_alone() {
    let folder = scratch();
    let vault = Vault::start(folder.path());
    put(&vault, "secret/app", &json!({"n": "x"}));
    let token = vault.token("given", READER);
    let (batch, secret) = app_role(&vault, READER, &json!({"token_type": "batch"}));
    let audit = vault.audit();
    run(async {
        let store = connect(&root_spec(&vault.url), &[("vault/token", &token)]).unwrap();
        all_read(&store, 3).await;
        assert_eq!(store.validate().await, Ok(Validity::Valid));
        store.close().await;
        asked(&audit, &[(READ, 3), (LOOK_UP, 1)], "a given token");
        all_read(&store, 1).await;
        asked(&audit, &[(READ, 1)], "it is still there");

        let store = connect(&batch, &[("role/secret", &secret)]).unwrap();
        all_read(&store, 3).await;
        sleep(PROVED).await;
        assert_eq!(store.validate().await, Ok(Validity::Valid));
        store.close().await;
        asked(&audit, &[(LOGIN, 1), (READ, 3)], "a batch token");
    });
}

#[test]
fn a_token_that_ends_is_renewed_and_in_the_end_replaced() {
    let folder = scratch();
    let vault = Vault::start(folder.path());
    put(&vault, "secret/app", &json!({"n": "x"}));
    // Ten seconds of the twenty are usable, and the last third of these is for the renewal.
    let role = json!({"token_ttl": "20s", "token_max_ttl": "30s"});
    let (spec, secret) = app_role(&vault, READER, &role);
    let audit = vault.audit();
    let store = connect(&spec, &[("role/secret", &secret)]).unwrap();
    run(async {
        all_read(&store, 5).await;
        asked(&audit, &[(LOGIN, 1), (READ, 5)], "new");
        sleep(Duration::from_secs(3)).await;
        all_read(&store, 5).await;
        asked(&audit, &[(READ, 5)], "young");
        sleep(Duration::from_millis(4500)).await;
        all_read(&store, 5).await;
        asked(&audit, &[(RENEW, 1), (READ, 5)], "late");
        sleep(Duration::from_secs(11)).await;
        all_read(&store, 5).await;
        asked(&audit, &[(LOGIN, 1), (READ, 5)], "over");
    });
}

#[test]
fn a_token_that_the_server_has_forgotten_is_replaced_once() {
    let folder = scratch();
    let vault = Vault::start(folder.path());
    put(&vault, "secret/app", &json!({"n": "x"}));
    let (spec, secret) = app_role(&vault, READER, &json!({}));
    let audit = vault.audit();
    let store = connect(&spec, &[("role/secret", &secret)]).unwrap();
    let forget = || {
        vault.write("sys/leases/revoke-prefix/auth/approle", &json!({}));
        audit.take();
    };
    run(async {
        all_read(&store, 1).await;
        forget();
        // Whoever has just logged in believes the refusal: else each one would cost a login.
        let refused = read(&store, "app", 1).await;
        assert_eq!(refused[0].as_ref().unwrap_err().cause, Cause::Forbidden);
        asked(&audit, &[(READ, 1)], "a moment after the login");

        sleep(PROVED).await;
        all_read(&store, 20).await;
        asked(&audit, &[(READ, 40), (LOOK_UP, 1), (LOGIN, 1)], "later");
        forget();
        sleep(PROVED).await;
        assert_eq!(store.validate().await, Ok(Validity::Valid));
        asked(&audit, &[(LOOK_UP, 1), (LOGIN, 1)], "a check heals it");
    });
}

#[test]
fn a_refusal_that_is_about_the_path_costs_no_login() {
    let folder = scratch();
    let vault = Vault::start(folder.path());
    let policy = "path \"secret/data/app\" { capabilities = [\"read\"] }";
    let (spec, secret) = app_role(&vault, policy, &json!({}));
    let audit = vault.audit();
    let store = connect(&spec, &[("role/secret", &secret)]).unwrap();
    let other = "read secret/data/other";
    run(async {
        all_read(&store, 1).await;
        asked(&audit, &[(LOGIN, 1), (READ, 1)], "what it may");
        sleep(PROVED).await;
        for done in read(&store, "other", 20).await {
            let failure = done.unwrap_err();
            assert_eq!(failure.cause, Cause::Forbidden);
            assert_eq!(
                failure.detail,
                "secret/data/other: no policy of the token allows it (HTTP 403)"
            );
        }
        asked(&audit, &[(other, 20), (LOOK_UP, 1)], "what it may not");
    });
}
