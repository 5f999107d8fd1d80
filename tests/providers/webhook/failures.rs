//! The failure table, and what a key, a URL or an answer may not lead to.

use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use selkie_api::Cause;
use selkie_providers::{Network, Provider as _, Reach};
use selkie_tests::scratch;
use selkie_tests::servers::broken::{Broken, Manner};
use selkie_tests::servers::http::Response;
use selkie_tests::servers::recorder::Recorder;
use selkie_tests::servers::stub::Stub;
use selkie_tests::servers::tls::Authority;
use serde_json::{Value, json};

use super::{at, connect, connect_within, failure};
use crate::runtime::run;

fn spec(url: &str) -> Value {
    json!({"url": format!("{url}/{{{{ .remoteRef.key }}}}"), "result": {"jsonPath": "$.data"}})
}

const BODY: &str = r#"{"message":"s3cret","data":"s3cret"}"#;

#[test]
fn every_status_has_its_word() {
    let rows = [
        (304, Cause::ProviderError),
        (400, Cause::InvalidSpec),
        (401, Cause::Unauthorized),
        (403, Cause::Forbidden),
        (408, Cause::Timeout),
        (410, Cause::ProviderError),
        (429, Cause::Throttled),
        (500, Cause::ProviderError),
        (502, Cause::ProviderError),
        (503, Cause::ProviderError),
    ];
    for (status, cause) in rows {
        let server = Broken::start(Manner::Status(status, BODY));
        let told = failure(&spec(&format!("http://{}", server.address)), &[]);
        assert_eq!(told.cause, cause, "{status}: {told}");
        assert!(told.detail.starts_with("app: "), "{told}");
        assert!(told.detail.ends_with(&format!("(HTTP {status})")), "{told}");
        assert!(!told.detail.contains("s3cret"), "{told}");
        // Nothing is repeated here: that is the business of the layer above.
        assert_eq!(server.requests(), 1);
    }
    let busy = Recorder::answering(|_| {
        let mut busy = Response::json(429, "{}");
        busy.headers
            .push(("Retry-After".to_owned(), "7".to_owned()));
        Ok(busy)
    });
    let told = failure(&spec(&busy.url()), &[]);
    assert_eq!(told.after, Some(Duration::from_secs(7)));
}

#[test]
fn answers_without_sense_are_the_servers_fault() {
    let bodies = ["", "<html>s3cret</html>", r#"{"data":"s3cret"#];
    for body in bodies {
        let server = Broken::start(Manner::Status(200, body));
        let told = failure(&spec(&format!("http://{}", server.address)), &[]);
        assert_eq!(told.cause, Cause::ProviderError, "{body}: {told}");
        assert!(!told.detail.contains("s3cret"), "{told}");
    }
    let server = Broken::start(Manner::Truncated);
    let told = failure(&spec(&format!("http://{}", server.address)), &[]);
    assert_eq!(told.cause, Cause::ProviderError, "{told}");
    assert!(told.detail.contains("ends in the middle"), "{told}");
}

#[test]
fn who_says_nothing_is_left_after_the_time_that_the_store_gives() {
    for manner in [Manner::Silent, Manner::Drip] {
        let server = Broken::start(manner);
        let mut spec = spec(&format!("http://{}", server.address));
        spec["timeout"] = json!("300ms");
        let told = failure(&spec, &[]);
        assert_eq!(told.cause, Cause::Timeout, "{told}");
        let store = connect(&spec, &[]).unwrap();
        // An answer that has begun is answer enough for whoever only wants to know that somebody is there.
        let _ = run(store.validate());
    }
    for url in ["http://127.0.0.1:1", "https://webhook.invalid"] {
        let told = failure(&spec(url), &[]);
        assert_eq!(told.cause, Cause::Unreachable, "{told}");
    }
}

#[test]
fn trust_is_what_the_store_says() {
    let authority = Authority::new();
    let certificate = authority.server(&["127.0.0.1"]);
    let server = Stub::tls(certificate.config(), |_| {
        Response::json(200, r#"{"data":"x"}"#)
    });
    let url = format!("https://{}", server.address());
    let folder = scratch();
    let pem = std::fs::read_to_string(authority.file(folder.path())).unwrap();
    let other = scratch();
    let other = std::fs::read_to_string(Authority::new().file(other.path())).unwrap();
    let from = |key: &str| json!({"type": "Secret", "name": "ca", "key": key});
    let rows = [
        (json!({}), Some(Cause::Tls)),
        (json!({"caBundle": STANDARD.encode(&pem)}), None),
        (
            json!({"caBundle": STANDARD.encode(&other)}),
            Some(Cause::Tls),
        ),
        (json!({"caProvider": from("ca.crt")}), None),
        (json!({"caProvider": from("other.crt")}), Some(Cause::Tls)),
        (
            json!({"caProvider": from("none")}),
            Some(Cause::CredentialsMissing),
        ),
    ];
    let secrets = [("ca/ca.crt", &*pem), ("ca/other.crt", &*other)];
    for (more, expected) in rows {
        let mut spec = spec(&url);
        for (name, value) in more.as_object().unwrap() {
            spec[name] = value.clone();
        }
        let read = connect(&spec, &secrets)
            .and_then(|store| run(store.read(&at("app", None, None))).map(drop));
        assert_eq!(read.err().map(|failure| failure.cause), expected, "{more}");
    }
    // Also where a template decides about the host.
    let templated = json!({
        "url": "{{ .at.url }}/x", "result": {"jsonPath": "$.data"},
        "caBundle": STANDARD.encode(&pem),
        "secrets": [{"name": "at", "secretRef": {"name": "at"}}],
    });
    let store = connect(&templated, &[("at/url", &url)]).unwrap();
    assert!(run(store.read(&at("app", None, None))).unwrap().is_some());
}

#[test]
fn nobody_is_led_where_no_store_may_go() {
    let server = Recorder::answering(|_| Ok(Response::json(200, BODY)));
    let host = server.url().replace("http://", "");
    let url = |text: &str| json!({"url": text, "result": {}});
    let rows = [
        // A key that would climb out of the folder that the store has for it.
        (
            url(&format!(
                "http://{host}/team/{{{{ .remoteRef.key }}}}/value"
            )),
            "..",
            Cause::InvalidSpec,
        ),
        (
            url(&format!("http://{host}/team/{{{{ .remoteRef.key }}}}")),
            ".",
            Cause::InvalidSpec,
        ),
        // A key that would be a host's name.
        (
            url("http://{{ .remoteRef.key }}/x"),
            "169.254.169.254",
            Cause::Forbidden,
        ),
        (
            url("http://{{ .remoteRef.key }}/x"),
            "metadata.google.internal",
            Cause::Forbidden,
        ),
        (
            url("https://{{ .remoteRef.key }}.example.invalid/x"),
            "evil.example/?",
            Cause::InvalidSpec,
        ),
        (url("{{ .remoteRef.key }}"), "file", Cause::InvalidSpec),
    ];
    for (spec, key, cause) in rows {
        let store = connect(&spec, &[]).unwrap();
        let told = run(store.read(&at(key, None, None))).unwrap_err();
        assert_eq!(told.cause, cause, "{spec} {key}: {told}");
    }
    let reach = Reach::but(vec![Network::parse("127.0.0.0/8").unwrap()]);
    let told = connect_within(&spec(&server.url()), &[], reach).unwrap_err();
    assert_eq!(told.cause, Cause::Forbidden, "{told}");
    assert_eq!(server.take().len(), 0);
}

#[test]
fn a_secret_in_a_template_does_not_get_into_a_failure() {
    let secrets = [("s/token", "s3cret\nline")];
    let with = |name: &str, value: &str| {
        let mut spec = json!({
            "url": "http://127.0.0.1:1/x", "result": {},
            "secrets": [{"name": "s", "secretRef": {"name": "s"}}],
        });
        spec[name] = match name {
            "headers" => json!({"Authorization": value}),
            "result" => json!({"jsonPath": value}),
            _ => json!(value),
        };
        spec
    };
    let rows = [
        (with("headers", "Bearer {{ .s.token }}"), Cause::InvalidData),
        (with("url", "{{ .s.token }}"), Cause::InvalidSpec),
        (with("result", "{{ .s.token }}"), Cause::InvalidSpec),
        (with("body", "{{ fail .s.token }}"), Cause::InvalidTemplate),
        (with("body", "{{ .s.token }}"), Cause::Unreachable),
    ];
    for (spec, cause) in rows {
        let told = failure(&spec, &secrets);
        assert_eq!(told.cause, cause, "{spec}: {told}");
        assert!(!told.detail.contains("s3cret"), "{told}");
    }
}
