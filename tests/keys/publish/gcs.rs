//! Google Cloud Storage, against a service of ours. The real sops reaches it as an emulator, which Google's library sends no token.

use selkie_tests::repository::selkie;
use selkie_tests::servers::broken::{Broken, Manner};
use selkie_tests::servers::free_port;
use selkie_tests::servers::gcp_kms::Account;
use selkie_tests::servers::gcs::Gcs;
use selkie_tests::servers::http::Response;
use selkie_tests::servers::stub::Stub;
use selkie_tests::servers::tls::Authority;

use super::{Bench, Env, Row, TEXT, env};

/// A service with a bucket, and what leads our program to it.
fn store() -> (Gcs, Account, Env) {
    let gcs = Gcs::start();
    let account = Account::new("deploy");
    gcs.accounts.add(&account);
    gcs.bucket("shop", &account.email);
    gcs.bucket("foreign", "somebody else");
    let env = env(&[
        ("SELKIE_GCS_ENDPOINT", &gcs.url()),
        (
            "GOOGLE_CREDENTIALS",
            &account.json(&format!("{}/token", gcs.url())),
        ),
    ]);
    (gcs, account, env)
}

#[test]
fn both_programs_store_the_same_objects() {
    let bench = Bench::new();
    let gcs = Gcs::emulator();
    let env = env(&[("STORAGE_EMULATOR_HOST", &gcs.url())]);
    bench.rules("  - {gcs_bucket: shop, gcs_prefix: 'pre/'}\n");
    let names = ["a.yaml", "b/c.yaml", "with a space+ü(1).yaml"];
    let sealed = names.map(|name| bench.seal(&format!("all/{name}"), TEXT));
    let [ours, theirs] = bench.programs().map(|program| {
        gcs.bucket("shop", "");
        bench.done(program, &env, &["-y", "--recursive", "all"]);
        let tokens = gcs.requests();
        assert!(
            tokens
                .iter()
                .all(|request| request.header("authorization").is_none())
        );
        gcs.objects("shop")
    });
    assert_eq!(ours, theirs);
    let stored: Vec<_> = ours.into_iter().collect();
    let expected = names.iter().zip(sealed);
    let expected = expected.map(|(name, content)| (format!("pre/{name}"), content));
    assert_eq!(stored, expected.collect::<Vec<_>>());
}

#[test]
fn one_token_serves_a_whole_folder() {
    let bench = Bench::new();
    let (gcs, _, env) = store();
    for name in ["a.yaml", "b.yaml"] {
        bench.seal(&format!("all/{name}"), TEXT);
    }
    let other = &bench.other.recipient;
    bench.rules(&format!(
        "  - {{gcs_bucket: shop, omit_extensions: true, recreation_rule: {{age: {other}}}}}\n"
    ));
    bench.done(selkie(), &env, &["-y", "--recursive", "all"]);
    let requests = gcs.requests();
    let tokens = requests
        .iter()
        .map(|request| request.header("authorization"));
    let tokens: Vec<_> = tokens.map(Option::unwrap).collect();
    assert_eq!(tokens.len(), 2);
    assert_eq!(tokens[0], tokens[1]);
    let objects = gcs.objects("shop");
    assert_eq!(objects.keys().collect::<Vec<_>>(), ["a", "b"]);
    let values = bench.opened(&bench.other, "x.yaml", &objects["a"]).unwrap();
    assert_eq!(values["password"], "s3cret");
}

#[test]
fn each_way_to_fail_names_the_place_and_the_cause_and_ends_in_time() {
    let bench = Bench::new();
    let (gcs, account, good) = store();
    let expired = gcs.accounts.give(&account.email, 1);
    let with = |name: &str, value: &str| {
        let mut changed = good.clone();
        changed.retain(|(known, _)| known != name);
        changed.push((name.to_owned(), value.to_owned()));
        changed
    };
    let at = |address: &str| with("SELKIE_GCS_ENDPOINT", &format!("http://{address}"));
    let told = r#"{"error": {"message": "told by the server"}}"#;
    let busy = Broken::start(Manner::Status(429, told));
    let failing = Broken::start(Manner::Status(503, told));
    let changed = Broken::start(Manner::Status(200, r#"{"crc32c": "AAAAAA=="}"#));
    let garbage = Broken::start(Manner::Status(200, "told by the server"));
    let silent = Broken::start(Manner::Silent);
    let authority = Authority::new();
    let config = authority.server(&["127.0.0.1"]).config();
    let unknown = Stub::tls(config, |_| Response::json(200, "{}"));
    let unknown = format!("https://127.0.0.1:{}", unknown.port);
    let nobody = env(&[("SELKIE_GCS_ENDPOINT", &gcs.url())]);
    let mut wrong_token = nobody.clone();
    wrong_token.push(("GOOGLE_OAUTH_ACCESS_TOKEN".to_owned(), expired.clone()));
    let rows = [
        ("no credentials", "shop", nobody, "there are no credentials"),
        (
            "a token that has ended",
            "shop",
            wrong_token,
            "the credentials are refused (HTTP 401)",
        ),
        (
            "no right to write",
            "foreign",
            good.clone(),
            "(HTTP 403): check that the account has",
        ),
        (
            "no bucket",
            "nothing",
            good.clone(),
            "there is no such place (HTTP 404)",
        ),
        (
            "a bucket that is a path",
            "a/../b",
            good.clone(),
            "a name that no bucket can have",
        ),
        (
            "too many requests",
            "shop",
            at(&busy.address),
            "asked too often (HTTP 429)",
        ),
        (
            "a service that fails",
            "shop",
            at(&failing.address),
            "the service fails (HTTP 503)",
        ),
        (
            "another content",
            "shop",
            at(&changed.address),
            "what arrived has another checksum",
        ),
        (
            "an answer of somebody else",
            "shop",
            at(&garbage.address),
            "cannot be understood",
        ),
        (
            "silence",
            "shop",
            at(&silent.address),
            "no answer within 3 s",
        ),
        (
            "no server",
            "shop",
            at(&format!("127.0.0.1:{}", free_port())),
            "cannot be reached",
        ),
        (
            "an unknown authority",
            "shop",
            with("SELKIE_GCS_ENDPOINT", &unknown),
            "signed by nobody known here",
        ),
        (
            "an address that is none",
            "shop",
            with("SELKIE_GCS_ENDPOINT", "file:///etc"),
            "SELKIE_GCS_ENDPOINT is no address",
        ),
    ];
    let rows = rows.map(|(wrong, bucket, env, says)| Row {
        wrong,
        rule: format!("gcs_bucket: {bucket}"),
        env,
        place: "gcs://",
        says,
    });
    bench.fails(&rows, &["told by", "PRIVATE KEY", &expired, "s3cret"]);
}
