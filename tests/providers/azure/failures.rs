//! The failure table: each way in which vault and directory fail, the word for it, and that nothing of what they wrote is repeated.

use std::time::Duration;

use futures::future::join;
use selkie_api::Cause;
use selkie_providers::{Address, Failure, Find, Provider as _};
use selkie_tests::servers::broken::{Broken, Manner};
use selkie_tests::servers::http::Response;
use selkie_tests::servers::stub::Stub;
use selkie_tests::servers::tls::Authority;
use serde_json::{Value, json};

use super::{Cloud, connect, with};
use crate::runtime::run;

/// The failure of a read by whoever may do everything.
async fn told(cloud: &Cloud, more: &Value) -> Failure {
    let application = &cloud.vault.directory().application;
    let values = [
        ("app/id", &*application.client),
        ("app/secret", &*application.secret),
    ];
    let store = connect(&with(cloud.spec(), more), &values, false).unwrap();
    let read = store.read(&Address::value("app")).await;
    let failure = read.unwrap_err();
    assert!(!failure.detail.contains("s3cret"), "{failure}");
    failure
}

/// A vault elsewhere, at the good directory.
fn vault(url: &str) -> Value {
    json!({"vaultUrl": url})
}

/// A directory elsewhere, for the good vault.
fn directory(cloud: &Cloud, url: &str) -> Value {
    json!({"customCloudConfig": {
        "activeDirectoryEndpoint": url, "keyVaultEndpoint": cloud.url(),
    }})
}

const BODY: &str = r#"{"error":{"code":"s3cret","message":"s3cret"},"error_description":"s3cret"}"#;

#[test]
fn every_status_has_its_word() {
    let rows = [
        (301, Cause::InvalidSpec, Cause::InvalidSpec),
        (400, Cause::InvalidSpec, Cause::Unauthorized),
        (401, Cause::Unauthorized, Cause::Unauthorized),
        (403, Cause::Forbidden, Cause::Unauthorized),
        (408, Cause::Timeout, Cause::Timeout),
        (409, Cause::ProviderError, Cause::ProviderError),
        (429, Cause::Throttled, Cause::Throttled),
        (500, Cause::ProviderError, Cause::ProviderError),
        (503, Cause::ProviderError, Cause::ProviderError),
    ];
    let cloud = Cloud::start();
    run(async {
        for (status, of_vault, of_directory) in rows {
            let server = Broken::start(Manner::Status(status, BODY));
            let url = format!("http://{}", server.address);
            let failure = told(&cloud, &vault(&url)).await;
            assert_eq!(failure.cause, of_vault, "{status}: {failure}");
            assert!(
                failure.detail.contains(&format!("(HTTP {status})")),
                "{failure}"
            );
            let failure = told(&cloud, &directory(&cloud, &url)).await;
            assert_eq!(failure.cause, of_directory, "{status}: {failure}");
            // Nothing is repeated here: that is the business of the layer above.
            assert_eq!(server.requests(), 2);
        }
    });
}

#[test]
fn answers_that_are_none_of_the_services_are_its_fault() {
    let cloud = Cloud::start();
    let bodies = [
        "",
        "{}",
        "<html>s3cret</html>",
        r#"{"value":{"s3cret":1}}"#,
        r#"{"value":"s3cret"#,
    ];
    run(async {
        for body in bodies {
            let server = Broken::start(Manner::Status(200, body));
            let url = format!("http://{}", server.address);
            for more in [vault(&url), directory(&cloud, &url)] {
                let failure = told(&cloud, &more).await;
                assert_eq!(failure.cause, Cause::ProviderError, "{body}: {failure}");
            }
        }
        let server = Broken::start(Manner::Truncated);
        let url = format!("http://{}", server.address);
        for more in [vault(&url), directory(&cloud, &url)] {
            let failure = told(&cloud, &more).await;
            assert_eq!(failure.cause, Cause::ProviderError, "{failure}");
            assert!(failure.detail.contains("ends in the middle"), "{failure}");
        }
    });
}

#[test]
fn who_says_nothing_is_left_after_a_while() {
    let cloud = Cloud::start();
    let silent = Broken::start(Manner::Silent);
    let endless = Broken::start(Manner::Drip);
    let urls = [&silent, &endless].map(|it| format!("http://{}", it.address));
    let specs = [
        vault(&urls[0]),
        vault(&urls[1]),
        directory(&cloud, &urls[0]),
        directory(&cloud, &urls[1]),
    ];
    let [a, b, c, d] = specs.each_ref().map(|more| told(&cloud, more));
    let ((a, b), (c, d)) = run(join(join(a, b), join(c, d)));
    for failure in [a, b, c, d] {
        assert_eq!(failure.cause, Cause::Timeout, "{failure}");
    }
    for more in [
        vault("http://127.0.0.1:1"),
        vault("https://vault.invalid"),
        directory(&cloud, "http://127.0.0.1:1"),
    ] {
        let failure = run(told(&cloud, &more));
        assert_eq!(failure.cause, Cause::Unreachable, "{more}: {failure}");
    }
}

#[test]
fn a_busy_vault_says_for_how_long_and_comes_back() {
    let cloud = Cloud::start();
    cloud.put("app", "s3cret", &[]);
    let busy = |times, seconds| {
        cloud
            .vault
            .with_vault(cloud.url(), |vault| vault.busy = Some((times, seconds)));
    };
    let store = cloud.store();
    run(async {
        let at = Address::value("app");
        for (seconds, after) in [(Some(7), Some(Duration::from_secs(7))), (None, None)] {
            busy(2, seconds);
            let failure = store.read(&at).await.unwrap_err();
            assert_eq!((failure.cause, failure.after), (Cause::Throttled, after));
            let failure = store.list(&Find::default()).await.unwrap_err();
            assert_eq!((failure.cause, failure.after), (Cause::Throttled, after));
            assert!(store.read(&at).await.unwrap().is_some());
        }
    });
    assert_eq!(cloud.calls(&["token"]), [1]);
}

#[test]
fn an_authority_that_nobody_knows_is_not_believed() {
    let cloud = Cloud::start();
    let certificate = Authority::new().server(&["127.0.0.1"]);
    let server = Stub::tls(certificate.config(), |_| Response::json(200, "{}"));
    let url = format!("https://{}", server.address());
    for more in [vault(&url), directory(&cloud, &url)] {
        let failure = run(told(&cloud, &more));
        assert_eq!(failure.cause, Cause::Tls, "{failure}");
    }
}
