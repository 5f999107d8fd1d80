//! The failure table of Vault's keys.

use selkie_tests::scratch;
use selkie_tests::servers::broken::{Broken, Manner};
use selkie_tests::servers::vault::{ROOT, Vault};
use serde_json::json;

use super::{Variables, env};
use crate::failure::{self, Row};

#[test]
fn every_failure_names_key_and_cause() {
    let folder = scratch();
    let vault = Vault::start(folder.path());
    vault.transit("transit", &["key"]);
    vault.write("transit/keys/derived", &json!({"derived": true}));
    vault.write("transit/keys/signing", &json!({"type": "ed25519"}));
    vault.write("transit/config/keys", &json!({"disable_upsert": true}));
    let update = "path \"transit/encrypt/*\" { capabilities = [\"update\"] }";
    let update = vault.token("update", update);
    let nothing = vault.token(
        "nothing",
        "path \"transit/encrypt/other\" { capabilities = [\"update\"] }",
    );
    let busy = Broken::start(Manner::Status(429, r#"{"errors":["slow down"]}"#));
    let failing = Broken::start(Manner::Status(500, r#"{"errors":["s3cret"]}"#));
    let sealed = Broken::start(Manner::Status(503, r#"{"errors":["Vault is sealed"]}"#));
    let standby = Broken::start(Manner::Status(307, ""));
    let garbage = Broken::start(Manner::Status(200, "{}"));
    let silent = Broken::start(Manner::Silent);
    let endless = Broken::start(Manner::Drip);
    let at = |url: &str, name: &str| format!("{url}/v1/transit/keys/{name}");
    let broken = |server: &Broken| at(&format!("http://{}", server.address), "key");
    let [key, missing, derived, signing] =
        ["key", "missing", "derived", "signing"].map(|name| at(&vault.url, name));
    let wrong_mount = format!("{}/v1/elsewhere/keys/key", vault.url);
    let (tls, mutual) = (at(&vault.tls_url, "key"), at(&vault.mutual_url, "key"));
    let authority = vault.authority.to_str().unwrap();
    let root = ("VAULT_TOKEN", ROOT);
    let rows: [(&str, String, Variables<'_>, &str); 25] = [
        (
            "no credentials",
            key.clone(),
            &[],
            "there are no credentials (HTTP 403)",
        ),
        (
            "a wrong token",
            key.clone(),
            &[("VAULT_TOKEN", "wrong")],
            "the credentials are refused (HTTP 403)",
        ),
        (
            "a token that may not",
            key.clone(),
            &[("VAULT_TOKEN", &nothing)],
            "the credentials are refused (HTTP 403)",
        ),
        (
            "no such key",
            missing.clone(),
            &[root],
            "there is no such key (HTTP 400)",
        ),
        (
            "no such key, and no right to make it",
            missing,
            &[("VAULT_TOKEN", &update)],
            "what does not exist is refused alike",
        ),
        (
            failure::ELSEWHERE,
            wrong_mount,
            &[root],
            "no transit engine is mounted at this path",
        ),
        ("a derived key", derived, &[root], "it is a derived key"),
        (
            "a key that signs",
            signing,
            &[root],
            "the service refuses the request (HTTP 400)",
        ),
        (
            "too many requests",
            broken(&busy),
            &[root],
            "the service is asked too often (HTTP 429)",
        ),
        (
            "a failing server",
            broken(&failing),
            &[root],
            "the service fails (HTTP 500)",
        ),
        (
            "a sealed server",
            broken(&sealed),
            &[root],
            "Vault is sealed or in maintenance",
        ),
        (
            "a standby",
            broken(&standby),
            &[root],
            "the key is not there, but elsewhere (HTTP 307)",
        ),
        (
            "a strange answer",
            broken(&garbage),
            &[root],
            "the answer cannot be understood",
        ),
        (
            "no answer",
            broken(&silent),
            &[root],
            "no answer within 3 s",
        ),
        (
            failure::ENDLESS,
            broken(&endless),
            &[root],
            "no answer within 3 s",
        ),
        (
            "no answer in Vault's own time",
            broken(&silent),
            &[root, ("VAULT_CLIENT_TIMEOUT", "500ms")],
            "no answer within 0.5 s",
        ),
        (
            "nobody there",
            at("http://127.0.0.1:1", "key"),
            &[root],
            "the service cannot be reached",
        ),
        (
            "an unknown authority",
            tls.clone(),
            &[root],
            "signed by nobody known here",
        ),
        (
            "a certificate for another name",
            tls.clone(),
            &[
                root,
                ("VAULT_CACERT", authority),
                ("VAULT_TLS_SERVER_NAME", "other.test"),
            ],
            "for another name or time",
        ),
        (
            "no client certificate",
            mutual,
            &[root, ("VAULT_CACERT", authority)],
            "asks for a client certificate",
        ),
        (
            "no file of authorities",
            tls.clone(),
            &[root, ("VAULT_CACERT", "none.pem")],
            "none.pem cannot be read",
        ),
        (
            "no certificate in it",
            tls,
            &[root, ("VAULT_CACERT_BYTES", "none")],
            "VAULT_CACERT_BYTES",
        ),
        (
            "half a client certificate",
            key.clone(),
            &[root, ("VAULT_CLIENT_CERT", authority)],
            "need each other",
        ),
        (
            "a token no header can have",
            key.clone(),
            &[("VAULT_TOKEN", "a\nb")],
            "the token holds characters",
        ),
        (
            "a list with a hole",
            key,
            &[root, ("SOPS_HC_VAULT_ALLOWLIST", "https://a,")],
            "entry 2 of SOPS_HC_VAULT_ALLOWLIST is empty",
        ),
    ];
    let rows: Vec<Row<'_>> = rows
        .iter()
        .map(|(wrong, key, set, says)| Row {
            wrong,
            key: ["--hc-vault-transit", key],
            env: env(set),
            says,
        })
        .collect();
    let disabled: &[&str] = &["the key is disabled"];
    let reason = "keys of the transit engine cannot be disabled";
    failure::complete(&rows, &[(disabled, reason)]);
    failure::check(&rows, &[ROOT, &update, &nothing, "s3cret", "slow down"]);
    for (server, requests) in [(&busy, 3), (&failing, 3), (&sealed, 3), (&standby, 1)] {
        assert_eq!(server.requests(), requests, "attempts");
    }
}
