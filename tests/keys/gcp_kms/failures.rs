//! The failure table of Cloud KMS's keys.

use selkie_tests::servers::broken::{Broken, Manner};
use selkie_tests::servers::gcp_kms::Account;
use selkie_tests::servers::http::Response;
use selkie_tests::servers::stub::Stub;
use selkie_tests::servers::tls::Authority;
use serde_json::json;

use super::{Bench, Variables, key};
use crate::failure::{self, Row};

/// An endpoint in the place of the bench's own.
fn at(url: &str) -> (&'static str, &str) {
    ("SOPS_GCP_KMS_ENDPOINT", url)
}

#[test]
fn every_failure_names_key_and_cause() {
    let bench = Bench::new();
    let own = bench.json();
    let stranger = Account::new("stranger").json(&bench.token_uri);
    let ended = bench.service.accounts.give("user", 1);
    let (one, foreign) = (key("one"), key("foreign"));
    let (missing, disabled) = (key("missing"), key("disabled"));
    let elsewhere = "projects/shop/locations/mars/keyRings/test/cryptoKeys/one";
    let error = |status: u16, word: &str| {
        let body = json!({"error": {"code": status, "status": word, "message": "s3cret"}});
        Broken::start(Manner::Status(
            status,
            Box::leak(body.to_string().into_boxed_str()),
        ))
    };
    let busy = error(429, "RESOURCE_EXHAUSTED");
    let failing = error(500, "INTERNAL");
    let garbage = Broken::start(Manner::Status(200, r#"{"ciphertext":"eA=="}"#));
    let silent = Broken::start(Manner::Silent);
    let endless = Broken::start(Manner::Drip);
    let authority = Authority::new();
    let tls = Stub::tls(authority.server(&["127.0.0.1"]).config(), |_| {
        Response::json(200, "{}")
    });
    let tls = format!("https://{}", tls.address());
    let http = |server: &Broken| format!("http://{}", server.address);
    let (busy_url, failing_url) = (http(&busy), http(&failing));
    let (garbage_url, silent_url) = (http(&garbage), http(&silent));
    let endless_url = http(&endless);
    let revoked = json!({
        "type": "authorized_user", "client_id": "c", "client_secret": "the-secret",
        "refresh_token": "revoked", "token_uri": bench.token_uri,
    })
    .to_string();
    let login = |server: &Broken| {
        let token_uri = format!("{}/token", http(server));
        bench.service.accounts.user("user", &token_uri)
    };
    let (silent_login, endless_login) = (login(&silent), login(&endless));
    let other_cloud = own.replacen('{', r#"{"universe_domain":"cloud.example","#, 1);
    let broken_key = own.replace("BEGIN PRIVATE", "BEGIN ANY");
    let good = ("GOOGLE_CREDENTIALS", own.as_str());
    let rows: [(&str, &str, Variables<'_>, &str); 23] = [
        ("no credentials", &one, &[], "there are no credentials"),
        (
            "a token of nobody's",
            &one,
            &[("GOOGLE_OAUTH_ACCESS_TOKEN", "wrong")],
            "the credentials are refused (UNAUTHENTICATED)",
        ),
        (
            "a token that has ended",
            &one,
            &[("GOOGLE_OAUTH_ACCESS_TOKEN", &ended)],
            "the credentials are refused (UNAUTHENTICATED)",
        ),
        (
            "an account that nobody knows",
            &one,
            &[("GOOGLE_CREDENTIALS", &stranger)],
            "the credentials are refused (UNAUTHENTICATED)",
        ),
        (
            "an account that may not",
            &foreign,
            &[good],
            "cloudkms.cryptoKeyEncrypterDecrypter",
        ),
        (
            "a login that was revoked",
            &one,
            &[("GOOGLE_CREDENTIALS", &revoked)],
            "the credentials are refused (HTTP 400 for the token)",
        ),
        (
            "no such key",
            &missing,
            &[good],
            "there is no such key (NOT_FOUND)",
        ),
        (
            failure::ELSEWHERE,
            elsewhere,
            &[good],
            "its location above all",
        ),
        (
            "a disabled key",
            &disabled,
            &[good],
            "the key is disabled (FAILED_PRECONDITION)",
        ),
        (
            "too many requests",
            &one,
            &[good, at(&busy_url)],
            "the service is asked too often (RESOURCE_EXHAUSTED)",
        ),
        (
            "a failing service",
            &one,
            &[good, at(&failing_url)],
            "the service fails (INTERNAL)",
        ),
        (
            "a wrong checksum",
            &one,
            &[good, at(&garbage_url)],
            "its checksum is missing or wrong",
        ),
        (
            "no answer",
            &one,
            &[good, at(&silent_url)],
            "no answer within 3 s",
        ),
        (
            failure::ENDLESS,
            &one,
            &[good, at(&endless_url)],
            "no answer within 3 s",
        ),
        (
            "a hang during the login",
            &one,
            &[("GOOGLE_CREDENTIALS", &silent_login)],
            "no answer within 3 s",
        ),
        (
            "a login that never ends",
            &one,
            &[("GOOGLE_CREDENTIALS", &endless_login)],
            "no answer within 3 s",
        ),
        (
            "nobody there",
            &one,
            &[good, at("http://127.0.0.1:1")],
            "the service cannot be reached",
        ),
        (
            "an unknown authority",
            &one,
            &[good, at(&tls)],
            "signed by nobody known here",
        ),
        (
            "another cloud's account",
            &one,
            &[("GOOGLE_CREDENTIALS", &other_cloud), at("")],
            "another universe domain",
        ),
        (
            "no JSON",
            &one,
            &[("GOOGLE_CREDENTIALS", "nothing.json")],
            "GOOGLE_CREDENTIALS is neither a file nor the JSON text",
        ),
        (
            "a type that cannot be used",
            &one,
            &[("GOOGLE_CREDENTIALS", r#"{"type":"external_account"}"#)],
            "is of a type that cannot be used",
        ),
        (
            "a key that is none",
            &one,
            &[("GOOGLE_CREDENTIALS", &broken_key)],
            "holds no RSA key",
        ),
        (
            "no file",
            &one,
            &[("GOOGLE_APPLICATION_CREDENTIALS", "none.json")],
            "none.json cannot be read",
        ),
    ];
    let rows: Vec<Row<'_>> = rows
        .iter()
        .map(|(wrong, key, set, says)| Row {
            wrong,
            key: ["--gcp-kms", key],
            env: bench.env(set),
            says,
        })
        .collect();
    let private = own.split("PRIVATE KEY-----\\n").nth(1).unwrap();
    failure::complete(&rows, &[]);
    failure::check(
        &rows,
        &["s3cret", &private[..60], "the-secret", "revoked", &ended],
    );
    for (server, requests) in [(&busy, 3), (&failing, 3), (&garbage, 1)] {
        assert_eq!(server.requests(), requests, "attempts");
    }
}
