//! The failure table: each way in which the services fail, the word for it, and that nothing of what they wrote is repeated.

use std::time::Duration;

use futures::future::join;
use selkie_api::Cause;
use selkie_providers::{Address, Failure, Find, Means, Network, Provider as _, Reach};
use selkie_tests::servers::broken::{Broken, Manner};
use selkie_tests::servers::http::Response;
use selkie_tests::servers::recorder::Recorder;
use selkie_tests::servers::stub::Stub;
use selkie_tests::servers::tls::Authority;
use serde_json::{Value, json};

use super::{Given, KEYS, connect, connect_as, error, run, spec};

/// The failure of a read, whether it comes from the spec or from the service.
async fn failure(spec: &Value, given: Given<'_>, url: &str) -> Failure {
    let failed = match connect(spec, given, url) {
        Ok(store) => match store.read(&Address::value("app")).await {
            Ok(read) => panic!("{spec}: {read:?}"),
            Err(failure) => failure,
        },
        Err(failure) => failure,
    };
    assert!(!failed.detail.contains("hunter"), "{failed}");
    failed
}

const SERVICES: [&str; 2] = ["SecretsManager", "ParameterStore"];

#[test]
fn every_answer_has_its_word() {
    let rows = [
        (400, "AccessDeniedException", Cause::Forbidden),
        (400, "DecryptionFailure", Cause::Forbidden),
        (400, "InvalidKeyId", Cause::Forbidden),
        (400, "UnrecognizedClientException", Cause::Unauthorized),
        (400, "InvalidSignatureException", Cause::Unauthorized),
        (400, "ExpiredTokenException", Cause::Unauthorized),
        (400, "ValidationException", Cause::InvalidSpec),
        (400, "InvalidParameterException", Cause::InvalidSpec),
        (400, "ParameterVersionNotFound", Cause::NotFound),
        (400, "ThrottlingException", Cause::Throttled),
        (400, "TooManyRequestsException", Cause::Throttled),
        (400, "hunter-code", Cause::InvalidSpec),
        (301, "", Cause::InvalidSpec),
        (401, "", Cause::Unauthorized),
        (403, "", Cause::Forbidden),
        (404, "", Cause::InvalidSpec),
        (429, "", Cause::Throttled),
        (500, "InternalServiceError", Cause::ProviderError),
        (500, "InternalServerError", Cause::ProviderError),
        (502, "", Cause::ProviderError),
        (503, "ServiceUnavailable", Cause::ProviderError),
    ];
    run(async {
        for (status, code, cause) in rows {
            let server = Recorder::answering(move |_| Ok(error(status, code)));
            for service in SERVICES {
                let spec = spec(service, &json!({}));
                let told = failure(&spec, KEYS, &server.url()).await;
                assert_eq!(told.cause, cause, "{status} {code}: {told}");
                assert!(told.detail.starts_with("app: "), "{told}");
                assert!(told.detail.contains(&format!("HTTP {status}")), "{told}");
                let store = connect(&spec, KEYS, &server.url()).unwrap();
                let find = Find {
                    name: Some(".".to_owned()),
                    ..Find::default()
                };
                let told = store.list(&find).await.unwrap_err();
                assert_eq!(told.cause, cause, "{status} {code}: {told}");
                assert!(!told.detail.contains("hunter"), "{told}");
            }
        }
    });
}

#[test]
fn answers_that_are_none_of_awss_are_the_services_fault() {
    let bodies = [
        "",
        "{}",
        "<html>hunter</html>",
        "{\"SecretString\": 1}",
        "{\"Parameter\": {\"Value\": null}}",
        "{\"SecretBinary\": \"hunter*\"}",
        "{\"SecretString\": \"hunter",
    ];
    run(async {
        for body in bodies {
            let server = Broken::start(Manner::Status(200, body));
            let url = format!("http://{}", server.address);
            for service in SERVICES {
                let told = failure(&spec(service, &json!({})), KEYS, &url).await;
                assert_eq!(told.cause, Cause::ProviderError, "{body}: {told}");
                let role = json!({"role": "arn:aws:iam::1:role/r"});
                let told = failure(&spec(service, &role), KEYS, &url).await;
                assert_eq!(told.cause, Cause::ProviderError, "{body}: {told}");
            }
        }
        let large = vec![b' '; 33 << 20];
        let server = Recorder::answering(move |_| Ok(Response::json(200, large.clone())));
        let told = failure(&spec("SecretsManager", &json!({})), KEYS, &server.url()).await;
        assert_eq!(told.cause, Cause::ProviderError, "{told}");
    });
}

#[test]
fn a_service_that_says_nothing_is_left_after_a_while() {
    let silent = Broken::start(Manner::Silent);
    let endless = Broken::start(Manner::Drip);
    let urls = [&silent, &endless].map(|it| format!("http://{}", it.address));
    let spec = spec("ParameterStore", &json!({}));
    let told = run(join(
        failure(&spec, KEYS, &urls[0]),
        failure(&spec, KEYS, &urls[1]),
    ));
    assert_eq!(told.0.cause, Cause::Timeout, "{}", told.0);
    assert_eq!(told.1.cause, Cause::Timeout, "{}", told.1);
    for url in ["http://127.0.0.1:1", "https://aws.invalid"] {
        let told = run(failure(&spec, KEYS, url));
        assert_eq!(told.cause, Cause::Unreachable, "{told}");
    }
}

#[test]
fn a_busy_service_says_for_how_long() {
    for (header, expected) in [(Some("7"), Some(Duration::from_secs(7))), (None, None)] {
        let server = Recorder::answering(move |_| {
            let mut busy = error(400, "ThrottlingException");
            let after = header.map(|text| ("Retry-After".to_owned(), text.to_owned()));
            busy.headers.extend(after);
            Ok(busy)
        });
        let told = run(failure(
            &spec("ParameterStore", &json!({})),
            KEYS,
            &server.url(),
        ));
        assert_eq!((told.cause, told.after), (Cause::Throttled, expected));
    }
}

#[test]
fn credentials_that_are_missing_or_wrong_are_told_apart() {
    let refusing = Recorder::answering(|request| {
        let body = "<ErrorResponse><Error><Code>AccessDenied</Code><Message>hunter</Message></Error></ErrorResponse>";
        Ok(match request.header("x-amz-target") {
            Some(_) => error(400, "UnrecognizedClientException"),
            None => Response::json(403, body),
        })
    });
    let role = json!({"role": "arn:aws:iam::1:role/r"});
    let account = json!({"auth": {"jwt": {"serviceAccountRef": {"name": "app"}}}});
    let token: Given<'_> = &[
        ("app@eks.amazonaws.com/role-arn", "arn:aws:iam::1:role/r"),
        ("app token", "hunter"),
    ];
    let rows: [(Value, Given<'_>, Cause); 9] = [
        (json!({}), &[], Cause::CredentialsMissing),
        (json!({}), &KEYS[..1], Cause::CredentialsMissing),
        (json!({"auth": null}), &[], Cause::Forbidden),
        (json!({"auth": {}}), &[], Cause::Forbidden),
        (json!({}), KEYS, Cause::Unauthorized),
        (role, KEYS, Cause::Unauthorized),
        (account, token, Cause::Unauthorized),
        (
            json!({}),
            &[("aws/id", "AKID\n"), ("aws/secret", "hunter")],
            Cause::Unauthorized,
        ),
        (json!({"region": "here"}), KEYS, Cause::InvalidSpec),
    ];
    run(async {
        for (more, given, cause) in rows {
            let told = failure(&spec("ParameterStore", &more), given, &refusing.url()).await;
            assert_eq!(told.cause, cause, "{more}: {told}");
        }
    });
    let certificates = spec("CertificateManager", &json!({}));
    let told = connect(&certificates, KEYS, &refusing.url()).unwrap_err();
    assert_eq!(told.cause, Cause::Unsupported);
}

#[test]
fn nobody_unknown_is_believed() {
    let certificate = Authority::new().server(&["127.0.0.1"]);
    let stub = Stub::tls(certificate.config(), |_| Response::json(200, "{}"));
    let url = format!("https://{}", stub.address());
    let told = run(failure(&spec("SecretsManager", &json!({})), KEYS, &url));
    assert_eq!(told.cause, Cause::Tls, "{told}");
}

#[test]
fn no_request_goes_where_none_may() {
    let spec = spec("ParameterStore", &json!({}));
    let told = connect(&spec, KEYS, "http://169.254.169.254").unwrap_err();
    assert_eq!(told.cause, Cause::Forbidden);
    let denied = |means: Means| Means {
        reach: Reach::but(vec![Network::parse("127.0.0.0/8").unwrap()]),
        ..means
    };
    let told = connect_as(&spec, KEYS, "http://127.0.0.1:1", denied).unwrap_err();
    assert_eq!(told.cause, Cause::Forbidden);
}
