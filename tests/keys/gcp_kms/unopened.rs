//! Files that do not open although Cloud KMS is asked: what is said, and with which status.

use std::fs;

use selkie_tests::repository::selkie;
use selkie_tests::scratch;
use selkie_tests::servers::broken::{Broken, Manner};
use selkie_tests::servers::gcp_kms::{Account, State};

use super::{Bench, TEXT, Variables, key, run};
use crate::failure::{self, Unopened};

#[test]
fn what_does_not_open_says_so_with_the_status_of_sops() {
    let bench = Bench::new();
    let own = bench.json();
    let stranger = Account::new("stranger").json(&bench.token_uri);
    let ended = bench.service.accounts.give("user", 1);
    let one = key("one");
    let good = ("GOOGLE_CREDENTIALS", own.as_str());
    // Whoever has no credentials may ask the machine that the tests run on for some.
    let nobody = ("GCE_METADATA_HOST", "127.0.0.1:1");
    let folder = scratch();
    fs::write(folder.path().join("a.yaml"), TEXT).unwrap();
    let words = ["encrypt", "-i", "--gcp-kms", &one, "a.yaml"];
    let done = run(selkie(), folder.path(), &bench.env(&[good]), &words);
    assert_eq!(done.status, Some(0), "{}", done.stderr);
    let sealed = fs::read_to_string(folder.path().join("a.yaml")).unwrap();
    let of = |name: &str| sealed.replace(&one, &key(name));
    let damaged = sealed.replace("enc: ", "enc: AAAA");

    let servers = [
        Manner::Silent,
        Manner::Drip,
        Manner::Status(
            429,
            r#"{"error":{"code":429,"status":"RESOURCE_EXHAUSTED"}}"#,
        ),
        Manner::Status(
            500,
            r#"{"error":{"code":500,"status":"INTERNAL","message":"t0ld"}}"#,
        ),
        Manner::Status(200, r#"{"plaintext":"eA=="}"#),
    ]
    .map(Broken::start);
    let urls = servers
        .each_ref()
        .map(|server| format!("http://{}", server.address));
    let [silent, endless, busy, failing, unsummed] = urls
        .each_ref()
        .map(|url| ("SOPS_GCP_KMS_ENDPOINT", url.as_str()));
    let nowhere = ("SOPS_GCP_KMS_ENDPOINT", "http://127.0.0.1:1");
    let row = |wrong, text: &str, set: Variables<'_>, says, beside_sops| Unopened {
        wrong,
        text: text.to_owned(),
        env: bench.env(&[&[nobody], set].concat()),
        says,
        beside_sops,
    };
    let unknown = "the credentials are refused (UNAUTHENTICATED)";
    let foreign = "it was not wrapped with this key";
    let no_key = "there is no such key (NOT_FOUND)";
    let disabled = "the key is disabled (FAILED_PRECONDITION)";
    let no_sum = "its checksum is missing or wrong";
    let ended = [("GOOGLE_OAUTH_ACCESS_TOKEN", ended.as_str())];
    let stranger = [("GOOGLE_CREDENTIALS", stranger.as_str())];
    let rows = [
        row(
            "no credentials",
            &sealed,
            &[],
            "the service cannot be reached",
            false,
        ),
        row("a token that has ended", &sealed, &ended, unknown, true),
        row("a stranger", &sealed, &stranger, unknown, true),
        row("no such key", &of("missing"), &[good], no_key, true),
        row("another key", &of("two"), &[good], foreign, true),
        row("a disabled key", &of("disabled"), &[good], disabled, true),
        row(
            "not allowed",
            &of("foreign"),
            &[good],
            "(PERMISSION_DENIED)",
            true,
        ),
        row("damaged", &damaged, &[good], foreign, true),
        row(
            "too many requests",
            &sealed,
            &[good, busy],
            "the service is asked too often",
            false,
        ),
        row(
            "a failing service",
            &sealed,
            &[good, failing],
            "the service fails (INTERNAL)",
            false,
        ),
        row("no checksum", &sealed, &[good, unsummed], no_sum, false),
        row(
            "no answer",
            &sealed,
            &[good, silent],
            "no answer within 3 s",
            false,
        ),
        row(
            failure::ENDLESS,
            &sealed,
            &[good, endless],
            "no answer within 3 s",
            false,
        ),
        row(
            "nobody there",
            &sealed,
            &[good, nowhere],
            "the service cannot be reached",
            false,
        ),
    ];
    let private = own.split("PRIVATE KEY-----\\n").nth(1).unwrap();
    let secrets = [&private[..60], ended[0].1, "t0ld"];
    failure::unopened("gcp_kms projects/shop/", &rows, &secrets);

    // The version that the file has is no longer there to be used.
    bench.service.set(&one, State::Disabled);
    let rows = [row("disabled since", &sealed, &[good], disabled, true)];
    failure::unopened(&one, &rows, &secrets);
}
