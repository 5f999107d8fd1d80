//! The failure table: each way in which a server fails, the word for it, and that nothing of what the server wrote is repeated.

use std::fs;
use std::io;
use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use futures::future::join;
use selkie_api::Cause;
use selkie_api::store::vault::Vault as VaultSpec;
use selkie_providers::vault::{Spec, Vault as Store};
use selkie_providers::{Address, Failure, Find, Means, Network, Provider as _, Reach};
use selkie_tests::scratch;
use selkie_tests::servers::broken::{Broken, Manner};
use selkie_tests::servers::http::Response;
use selkie_tests::servers::recorder::Recorder;
use selkie_tests::servers::tls::Authority;
use selkie_tests::servers::vault::Vault;
use serde_json::{Value, json};

use super::{ROOT, Secrets, connect, put, resolved, root_spec, run, with};

/// The failure of a read, whether it comes from the spec or from the server.
async fn failure(spec: &Value, secrets: Secrets<'_>) -> Failure {
    match connect(spec, secrets) {
        Ok(store) => match store.read(&Address::value("app")).await {
            Ok(read) => panic!("{spec}: {read:?}"),
            Err(failure) => failure,
        },
        Err(failure) => failure,
    }
}

const BODY: &str = r#"{"errors": ["s3cret"], "data": null}"#;

#[test]
fn every_status_has_its_word() {
    let rows = [
        (301, Cause::InvalidSpec, "names another one"),
        (307, Cause::InvalidSpec, "names another one"),
        (400, Cause::InvalidSpec, "cannot make sense"),
        (401, Cause::Unauthorized, "the token is refused"),
        (403, Cause::Forbidden, "no policy"),
        (404, Cause::NotFound, "no key-value engine"),
        (405, Cause::NotFound, "no key-value engine"),
        (412, Cause::ProviderError, "behind"),
        (429, Cause::Throttled, "too often"),
        (473, Cause::ProviderError, "behind"),
        (500, Cause::ProviderError, "the server fails"),
        (502, Cause::ProviderError, "the server fails"),
        (503, Cause::ProviderError, "sealed"),
    ];
    run(async {
        for (status, cause, words) in rows {
            let server = Broken::start(Manner::Status(status, BODY));
            let spec = root_spec(&format!("http://{}", server.address));
            let told = failure(&spec, ROOT).await;
            assert_eq!(told.cause, cause, "{told}");
            assert!(told.detail.starts_with("secret/data/app: "), "{told}");
            assert!(told.detail.contains(words), "{told}");
            assert!(told.detail.ends_with(&format!("(HTTP {status})")), "{told}");
            assert!(!told.detail.contains("s3cret"), "{told}");
            // Nothing is repeated here: that is the business of the layer above.
            assert_eq!(server.requests(), 1);

            let store = connect(&spec, ROOT).unwrap();
            let told = store.list(&Find::default()).await.unwrap_err();
            assert_eq!(told.cause, cause, "{told}");
            assert!(!told.detail.contains("s3cret"), "{told}");
        }
    });
}

#[test]
fn answers_that_are_none_of_vaults_are_the_servers_fault() {
    let rows = [
        (200, ""),
        (200, "{}"),
        (200, "<html>s3cret</html>"),
        (200, "{\"data\": \"s3cret\"}"),
        (200, "{\"data\": {}}"),
        (200, "{\"data\": {\"data\": \"s3cret\"}}"),
        (200, "{\"data\": {\"data\": {\"n\": \"s3cret\"}"),
        (204, ""),
    ];
    run(async {
        for (status, body) in rows {
            let server = Broken::start(Manner::Status(status, body));
            let url = format!("http://{}", server.address);
            let told = failure(&root_spec(&url), ROOT).await;
            assert_eq!(told.cause, Cause::ProviderError, "{status} {body}: {told}");
            assert!(!told.detail.contains("s3cret"), "{told}");
            let key = json!({"name": "s", "key": "k"});
            let auth = json!({"auth": {"appRole": {"roleId": "id", "secretRef": key}}});
            let told = failure(&with(root_spec(&url), &auth), &[("s/k", "x")]).await;
            assert_eq!(told.cause, Cause::ProviderError, "{status} {body}: {told}");
        }
        // A page of a proxy is no word of Vault's that a value is gone.
        for body in ["", "<html>", "{}"] {
            let server = Broken::start(Manner::Status(404, body));
            let told = failure(&root_spec(&format!("http://{}", server.address)), ROOT).await;
            assert_eq!(told.cause, Cause::NotFound, "{told}");
        }
        let large = vec![b' '; 33 << 20];
        let server = Recorder::answering(move |_| Ok(Response::json(200, large.clone())));
        let told = failure(&root_spec(&server.url()), ROOT).await;
        assert_eq!(told.cause, Cause::ProviderError, "{told}");
        assert!(told.detail.contains("32 MiB"), "{told}");
    });
}

#[test]
fn a_server_that_says_nothing_is_left_after_a_while() {
    let silent = Broken::start(Manner::Silent);
    let endless = Broken::start(Manner::Drip);
    let specs = [&silent, &endless].map(|it| root_spec(&format!("http://{}", it.address)));
    let told = run(join(failure(&specs[0], ROOT), failure(&specs[1], ROOT)));
    assert_eq!(told.0.cause, Cause::Timeout, "{}", told.0);
    assert_eq!(told.1.cause, Cause::Timeout, "{}", told.1);
    let told = run(failure(&root_spec("http://127.0.0.1:1"), ROOT));
    assert_eq!(told.cause, Cause::Unreachable, "{told}");
    let told = run(failure(&root_spec("https://vault.invalid"), ROOT));
    assert_eq!(told.cause, Cause::Unreachable, "{told}");
}

#[test]
fn a_busy_server_says_for_how_long() {
    let server = Recorder::answering(|_| {
        let mut busy = Response::json(429, "{}");
        busy.headers
            .push(("Retry-After".to_owned(), "7".to_owned()));
        Ok(busy)
    });
    let told = run(failure(&root_spec(&server.url()), ROOT));
    assert_eq!(told.after, Some(Duration::from_secs(7)));
}

#[test]
fn credentials_that_are_missing_or_wrong_are_told_apart() {
    let folder = scratch();
    let vault = Vault::start(folder.path());
    put(&vault, "secret/app", &json!({"n": "x"}));
    let spec = root_spec(&vault.url);
    let rows: [(Value, Secrets<'_>, Cause); 7] = [
        (json!({}), &[], Cause::CredentialsMissing),
        (json!({"auth": null}), &[], Cause::CredentialsMissing),
        (json!({"auth": {}}), &[], Cause::CredentialsMissing),
        (json!({}), &[("vault/token", "hvs.wrong")], Cause::Forbidden),
        // The peer does not trim, either.
        (
            json!({}),
            &[("vault/token", "token\n")],
            Cause::Unauthorized,
        ),
        (
            json!({"auth": {"iam": {"vaultRole": "r"}}}),
            &[],
            Cause::Forbidden,
        ),
        (json!({"auth": {"gcp": {}}}), &[], Cause::Unsupported),
    ];
    run(async {
        for (more, secrets, cause) in rows {
            let told = failure(&with(spec.clone(), &more), secrets).await;
            assert_eq!(told.cause, cause, "{more}: {told}");
            assert!(!told.detail.contains("hvs."), "{told}");
        }
        for auth in [json!(null), json!({})] {
            let store = connect(&with(spec.clone(), &json!({"auth": auth})), &[]).unwrap();
            let told = store.validate().await.unwrap_err();
            assert_eq!(told.cause, Cause::CredentialsMissing, "{told}");
        }
    });
}

#[test]
fn trust_is_what_the_store_says() {
    let folder = scratch();
    let vault = Vault::start(folder.path());
    put(&vault, "secret/app", &json!({"n": "x"}));
    let authority = fs::read_to_string(&vault.authority).unwrap();
    let [certificate, key] = vault
        .client
        .each_ref()
        .map(|it| fs::read_to_string(it).unwrap());
    let other = scratch();
    let other = fs::read_to_string(Authority::new().file(other.path())).unwrap();
    let secrets: Secrets<'_> = &[
        ROOT[0],
        ("ca/ca.crt", &authority),
        ("ca/garbage", "garbage"),
        ("client/tls.crt", &certificate),
        ("client/tls.key", &key),
        ("client/other", &key),
    ];
    let ca = json!({"caBundle": STANDARD.encode(&authority)});
    let client = json!({"certSecretRef": {"name": "client"}, "keySecretRef": {"name": "client"}});
    let half = json!({"certSecretRef": {"name": "client"}});
    let swapped = json!({
        "certSecretRef": {"name": "client", "key": "tls.key"},
        "keySecretRef": {"name": "client", "key": "other"},
    });
    let from = |key: &str| json!({"caProvider": {"type": "Secret", "name": "ca", "key": key}});
    let (tls, mutual) = (&vault.tls_url, &vault.mutual_url);
    let named = tls.replace("127.0.0.1", "localhost");
    let rows = [
        (tls, json!({}), Some(Cause::Tls)),
        (tls, ca.clone(), None),
        (&named, ca.clone(), None),
        // Encoded once more than it should be.
        (
            tls,
            json!({"caBundle": STANDARD.encode(STANDARD.encode(&authority))}),
            None,
        ),
        (
            tls,
            json!({"caBundle": STANDARD.encode(&other)}),
            Some(Cause::Tls),
        ),
        (
            tls,
            json!({"caBundle": STANDARD.encode("garbage")}),
            Some(Cause::Tls),
        ),
        (tls, from("ca.crt"), None),
        (tls, from("garbage"), Some(Cause::Tls)),
        (tls, from("missing"), Some(Cause::CredentialsMissing)),
        (
            tls,
            json!({"caProvider": {"type": "Secret", "name": "ca"}}),
            Some(Cause::InvalidSpec),
        ),
        (mutual, ca.clone(), Some(Cause::Tls)),
        (mutual, with(ca.clone(), &json!({"tls": client})), None),
        (
            mutual,
            with(ca.clone(), &json!({"tls": half})),
            Some(Cause::InvalidSpec),
        ),
        (mutual, with(ca, &json!({"tls": swapped})), Some(Cause::Tls)),
    ];
    run(async {
        for (url, more, cause) in rows {
            let told = match connect(&with(root_spec(url), &more), secrets) {
                Ok(store) => store.read(&Address::value("app")).await.map(drop),
                Err(failure) => Err(failure),
            };
            let told = told.map_err(|failure| failure.cause);
            assert_eq!(told.err(), cause, "{url} {more}");
        }
    });
}

#[test]
fn no_store_leads_to_a_clouds_metadata() {
    let literal = [
        "http://169.254.169.254",
        "http://169.254.169.254:80/latest",
        "http://[fd00:ec2::254]",
        "http://[::ffff:169.254.169.254]",
        "http://2852039166",
        "http://metadata.google.internal",
        "https://Metadata.Google.Internal.",
    ];
    for server in literal {
        let told = connect(&root_spec(server), ROOT).unwrap_err();
        assert_eq!(told.cause, Cause::Forbidden, "{server}: {told}");
    }

    // A name that leads where nobody may go is found out when it is looked up.
    let server = Broken::start(Manner::Status(200, "{}"));
    let url = format!("http://{}", server.address).replace("127.0.0.1", "localhost");
    let spec: VaultSpec = serde_json::from_value(root_spec(&url)).unwrap();
    let spec = Spec::Vault(&spec);
    let denied = ["127.0.0.0/8", "::1"].map(|range| Network::parse(range).unwrap());
    let reach = Reach::but(denied.to_vec());
    let means = Means {
        reach,
        ..crate::means(resolved(spec, ROOT))
    };
    let store = Store::connect(spec, &means).unwrap();
    let told = run(store.read(&Address::value("app"))).unwrap_err();
    assert_eq!(told.cause, Cause::Forbidden, "{told}");
    assert_eq!(server.requests(), 0);
}

#[test]
fn nobody_is_followed_to_another_server() {
    let other = Recorder::answering(|_| Err(io::ErrorKind::Other.into()));
    for (status, path) in [
        (301, "/"),
        (302, "/"),
        (307, "/v1/secret/data/app"),
        (308, "/"),
    ] {
        let location = format!("{}{path}", other.url());
        let server = Recorder::answering(move |_| {
            let mut answer = Response::json(status, "{}");
            answer
                .headers
                .push(("Location".to_owned(), location.clone()));
            Ok(answer)
        });
        let told = run(failure(&root_spec(&server.url()), ROOT));
        assert_eq!(told.cause, Cause::InvalidSpec, "{told}");
        assert!(other.take().is_empty(), "{status}");
    }
}
