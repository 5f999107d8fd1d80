//! Files that do not open although Vault is asked: what is said, and with which status.

use std::fs;

use selkie_tests::repository::selkie;
use selkie_tests::scratch;
use selkie_tests::servers::broken::{Broken, Manner};
use selkie_tests::servers::vault::{ROOT, Vault};
use serde_json::json;

use super::{TEXT, Variables, env, run};
use crate::failure::{self, Unopened};

#[test]
fn what_does_not_open_says_so_with_the_status_of_sops() {
    let folder = scratch();
    let vault = Vault::start(folder.path());
    vault.transit("transit", &["key", "other"]);
    let encrypts = "path \"transit/encrypt/*\" { capabilities = [\"update\"] }";
    let encrypts = vault.token("encrypts", encrypts);
    let root = ("VAULT_TOKEN", ROOT);
    let key = format!("{}/v1/transit/keys/key", vault.url);
    fs::write(folder.path().join("a.yaml"), TEXT).unwrap();
    let words = ["encrypt", "-i", "--hc-vault-transit", &key, "a.yaml"];
    let done = run(selkie(), folder.path(), &env(&[root]), &words);
    assert_eq!(done.status, Some(0), "{}", done.stderr);
    let sealed = fs::read_to_string(folder.path().join("a.yaml")).unwrap();
    let at = |url: &str| sealed.replace(&vault.url, url);
    let broken = |server: &Broken| at(&format!("http://{}", server.address));

    let silent = Broken::start(Manner::Silent);
    let endless = Broken::start(Manner::Drip);
    let busy = Broken::start(Manner::Status(429, r#"{"errors":["slow down"]}"#));
    let failing = Broken::start(Manner::Status(500, r#"{"errors":["s3cret"]}"#));
    let short = Broken::start(Manner::Status(200, r#"{"data":{"plaintext":"%"}}"#));
    let row = |wrong, text: &str, set: Variables<'_>, says, beside_sops| Unopened {
        wrong,
        text: text.to_owned(),
        env: env(set),
        says,
        beside_sops,
    };
    let renamed = |name: &str| sealed.replace("key_name: key", &format!("key_name: {name}"));
    let unmounted = sealed.replace("engine_path: transit", "engine_path: elsewhere");
    let damaged = sealed.replace("enc: vault:v1:", "enc: vault:v1:AAAA");
    let nowhere = at("http://127.0.0.1:1");
    let tls = at(&vault.tls_url);
    let no_credentials = "there are no credentials (HTTP 403)";
    let denied = "the credentials are refused (HTTP 403)";
    let rows = [
        row("no credentials", &sealed, &[], no_credentials, true),
        row(
            "a wrong token",
            &sealed,
            &[("VAULT_TOKEN", "wrong")],
            denied,
            true,
        ),
        row(
            "a token that may only encrypt",
            &sealed,
            &[("VAULT_TOKEN", &encrypts)],
            denied,
            true,
        ),
        row(
            "no such key",
            &renamed("missing"),
            &[root],
            "there is no such key (HTTP 400)",
            true,
        ),
        row(
            "another key",
            &renamed("other"),
            &[root],
            "it was not wrapped with this key",
            true,
        ),
        row(
            "damaged",
            &damaged,
            &[root],
            "it was not wrapped with this key",
            true,
        ),
        row(
            "no engine",
            &unmounted,
            &[root],
            "no transit engine is mounted at this path",
            true,
        ),
        row(
            "too many requests",
            &broken(&busy),
            &[root],
            "the service is asked too often",
            false,
        ),
        row(
            "a failing server",
            &broken(&failing),
            &[root],
            "the service fails (HTTP 500)",
            false,
        ),
        row(
            "a strange answer",
            &broken(&short),
            &[root],
            "the answer cannot be understood",
            true,
        ),
        row(
            "no answer",
            &broken(&silent),
            &[root],
            "no answer within 3 s",
            false,
        ),
        row(
            failure::ENDLESS,
            &broken(&endless),
            &[root],
            "no answer within 3 s",
            false,
        ),
        row(
            "nobody there",
            &nowhere,
            &[root],
            "the service cannot be reached",
            false,
        ),
        row(
            "an unknown authority",
            &tls,
            &[root],
            "signed by nobody known here",
            true,
        ),
    ];
    failure::unopened("/keys/", &rows, &[ROOT, &encrypts, "s3cret", "slow down"]);

    vault.write("transit/keys/key/rotate", &json!({}));
    let config = json!({"min_decryption_version": 2});
    vault.write("transit/keys/key/config", &config);
    let rows = [row(
        "an old version",
        &sealed,
        &[root],
        "the key is disabled (HTTP 400)",
        true,
    )];
    failure::unopened(&key, &rows, &[ROOT]);
}
