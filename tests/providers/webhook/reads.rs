//! What a server is asked, and what is made of its answers.

use selkie_api::Cause;
use selkie_providers::{Provider as _, Validity, property};
use selkie_tests::servers::http::{Request, Response};
use selkie_tests::servers::recorder::Recorder;
use serde_json::{Value, json};

use super::{Secrets, at, connect};
use crate::runtime::run;

/// A small service: it wants a token, knows one application, and tells what it was asked.
fn service() -> Recorder {
    Recorder::answering(|request| Ok(answer(request)))
}

fn answer(request: &Request) -> Response {
    if request.method == "HEAD" {
        return Response::json(405, "");
    }
    if request.header("authorization") != Some("Bearer s3cret-token") {
        return Response::json(401, r#"{"message":"s3cret-token"}"#);
    }
    let value = json!({"user": "ann", "port": 5432, "share": 1.5, "on": true, "none": null});
    let body = match request.target.as_str() {
        "/v1/app?version=3&namespace=team" => json!({"data": {"value": "hunter"}}),
        "/v1/app?version=&namespace=team" => json!({"data": value}),
        "/v1/%2Fa+b?version=&namespace=team" => json!({"data": "escaped"}),
        "/v1/list?version=&namespace=team" => json!({"data": [{"a": "<1>"}, 2]}),
        "/v1/text?version=&namespace=team" => json!({"data": r#"{"in":"text","n":12345678901}"#}),
        "/v1/empty?version=&namespace=team" => json!({"data": []}),
        "/v1/post" => json!({"data": String::from_utf8_lossy(&request.body)}),
        _ => return Response::json(404, r#"{"message":"none"}"#),
    };
    Response::json(200, body.to_string())
}

fn spec(url: &str, path: Option<&str>) -> Value {
    json!({
        "url": format!("{url}/v1/{{{{ .remoteRef.key }}}}?version={{{{ .remoteRef.version }}}}&namespace={{{{ .remoteRef.namespace }}}}"),
        "headers": {"Authorization": "Bearer {{ .auth.token }}", "Accept": "application/json"},
        "result": {"jsonPath": path},
        "secrets": [{"name": "auth", "secretRef": {"name": "service"}}],
    })
}

const TOKEN: Secrets<'static> = &[("service/token", "s3cret-token")];

#[test]
fn answers_are_taken_as_their_path_says() {
    let server = service();
    let user = r#"{"user":"ann","port":5432,"share":1.5,"on":true,"none":null}"#;
    let rows = [
        (Some("$.data.value"), "app", Some("3"), Ok("hunter")),
        (Some("$.data.user"), "app", None, Ok("ann")),
        (Some("$.data.port"), "app", None, Ok("5432")),
        (Some("$.data.share"), "app", None, Ok("1.5")),
        (Some("$.data.on"), "app", None, Ok("true")),
        (Some("$.data.none"), "app", None, Ok("")),
        (
            Some("$.data.{{ .remoteRef.property }}"),
            "app",
            None,
            Ok("ann"),
        ),
        (
            Some("$.data"),
            "app",
            None,
            Ok(r#"{"none":null,"on":true,"port":5432,"share":1.5,"user":"ann"}"#),
        ),
        (Some("$.data"), "/a b", None, Ok("escaped")),
        (
            Some("$.data"),
            "list",
            None,
            Ok("{\"a\":\"\\u003c1\\u003e\"}"),
        ),
        (Some("$.data[*].a"), "list", None, Ok("<1>")),
        (Some("$..a"), "list", None, Ok("<1>")),
        (Some("$.data[1]"), "list", None, Ok("2")),
        (None, "/a b", None, Ok(r#"{"data":"escaped"}"#)),
        (
            Some("$.data.missing"),
            "app",
            None,
            Err(Cause::PropertyMissing),
        ),
        (
            Some("$.data[0]"),
            "empty",
            None,
            Err(Cause::PropertyMissing),
        ),
        (
            Some("$.data[*]"),
            "empty",
            None,
            Err(Cause::PropertyMissing),
        ),
        (Some("data"), "app", None, Err(Cause::InvalidSpec)),
        (Some("$.{{ .x"), "app", None, Err(Cause::InvalidTemplate)),
    ];
    for (path, key, version, expected) in rows {
        let read = || {
            let store = connect(&spec(&server.url(), path), TOKEN)?;
            let remote = run(store.read(&at(key, Some("user"), version)))?;
            property::value(&remote.unwrap(), Some("user"))
        };
        let taken =
            read().map(|value| String::from_utf8(value.unwrap().expose().to_vec()).unwrap());
        let taken = taken.as_deref().map_err(|failure| failure.cause);
        assert_eq!(taken, expected, "{path:?} {key}");
    }
    assert!(user.contains("ann"));
    let store = connect(&spec(&server.url(), Some("$.data")), TOKEN).unwrap();
    assert!(run(store.read(&at("none", None, None))).unwrap().is_none());
    let found = run(store.list(&selkie_providers::Find::default())).unwrap_err();
    assert_eq!(found.cause, Cause::Unsupported);
}

#[test]
fn objects_are_taken_apart() {
    let server = service();
    let rows = [
        (
            Some("$.data"),
            "app",
            Ok("none= on=true port=5432 share=1.5 user=ann"),
        ),
        (Some("$.data"), "text", Ok("in=text n=12345678901")),
        (None, "/a b", Ok("data=escaped")),
        (Some("$.data"), "/a b", Err(Cause::InvalidData)),
        (Some("$.data"), "list", Err(Cause::InvalidData)),
        (Some("$.data.port"), "app", Err(Cause::InvalidData)),
    ];
    for (path, key, expected) in rows {
        let store = connect(&spec(&server.url(), path), TOKEN).unwrap();
        let remote = run(store.read(&at(key, None, None))).unwrap().unwrap();
        let pairs = property::pairs(&remote, None).map(|pairs| {
            let pairs = pairs.unwrap().into_iter();
            let text =
                |value: selkie_crypto::Secret| String::from_utf8(value.expose().to_vec()).unwrap();
            let pairs = pairs.map(|(name, value)| format!("{name}={}", text(value)));
            pairs.collect::<Vec<_>>().join(" ")
        });
        let pairs = pairs.as_deref().map_err(|failure| failure.cause);
        assert_eq!(pairs, expected, "{path:?} {key}");
    }
}

#[test]
fn a_request_is_as_its_templates_say() {
    let server = service();
    let spec = json!({
        "url": format!("{}/v1/post", server.url()),
        "method": "POST",
        "headers": {
            "Authorization": "Bearer {{ .auth.token }}", "Content-Type": "application/json",
            "X-Time": "{{ now | unixEpoch }}",
        },
        "body": r#"{"key": {{ .remoteRef.key | toJson }}, "namespace": "{{ .remoteRef.namespace }}"}"#,
        "timeout": "20s",
        "result": {"jsonPath": "$.data"},
        "secrets": [{"name": "auth", "secretRef": {"name": "service", "key": "ignored"}}],
    });
    let store = connect(&spec, TOKEN).unwrap();
    let remote = run(store.read(&at("/a \"b\"", None, None)))
        .unwrap()
        .unwrap();
    let value = property::value(&remote, None).unwrap().unwrap();
    assert_eq!(
        value.expose(),
        br#"{"key": "/a \"b\"", "namespace": "team"}"#
    );
    let asked = server.take();
    let [(request, _)] = asked.as_slice() else {
        panic!("{} requests", asked.len());
    };
    assert_eq!(&*request.method, "POST");
    assert_eq!(request.header("content-type"), Some("application/json"));
    assert_eq!(request.header("x-time"), Some("1800000000"));
}

#[test]
fn a_store_is_valid_if_somebody_is_there() {
    let server = service();
    let store = connect(&spec(&server.url(), None), TOKEN).unwrap();
    assert_eq!(run(store.validate()), Ok(Validity::Valid));
    let asked = server.take();
    // No secret goes along, and nothing is read.
    assert_eq!((&*asked[0].0.method, &*asked[0].0.target), ("HEAD", "/"));
    assert_eq!(asked[0].0.header("authorization"), None);
    let store = connect(&json!({"url": "{{ .auth.url }}", "result": {}}), &[]).unwrap();
    assert_eq!(run(store.validate()), Ok(Validity::Unknown));
    let store = connect(&json!({"url": "http://127.0.0.1:1/x", "result": {}}), &[]).unwrap();
    let told = run(store.validate()).unwrap_err();
    assert_eq!(told.cause, Cause::Unreachable);
}

#[test]
fn redirects_are_followed_within_the_server_alone() {
    let other = Recorder::answering(|_| Ok(Response::json(200, r#""stolen""#)));
    let elsewhere = other.url();
    let server = Recorder::answering(move |request| {
        let to = |status, place: &str| {
            let mut answer = Response::json(status, "");
            answer
                .headers
                .push(("Location".to_owned(), place.to_owned()));
            answer
        };
        Ok(match request.target.as_str() {
            "/moved" => to(301, "/new?x=1"),
            "/kept" => to(307, "new?x=1"),
            "/away" => to(302, &format!("{elsewhere}/new")),
            "/round" => to(302, "/round"),
            "/nowhere" => Response::json(302, ""),
            _ => {
                let body = String::from_utf8_lossy(&request.body);
                let token = request.header("x-token").unwrap_or_default();
                Response::json(200, format!("{} {body} {token}", request.method))
            }
        })
    });
    let rows = [
        ("moved", Ok("GET  s3cret")),
        ("kept", Ok("POST body s3cret")),
        ("away", Err(Cause::InvalidSpec)),
        ("nowhere", Err(Cause::InvalidSpec)),
        ("round", Err(Cause::ProviderError)),
    ];
    for (key, expected) in rows {
        let spec = json!({
            "url": format!("{}/{{{{ .remoteRef.key }}}}", server.url()), "method": "POST",
            "headers": {"X-Token": "s3cret"}, "body": "body", "result": {},
        });
        let store = connect(&spec, &[]).unwrap();
        let read = run(store.read(&at(key, None, None))).map(|remote| {
            let value = property::value(&remote.unwrap(), None).unwrap().unwrap();
            String::from_utf8(value.expose().to_vec()).unwrap()
        });
        let read = read.as_deref().map_err(|failure| failure.cause);
        assert_eq!(read, expected, "{key}");
    }
    assert_eq!(other.take().len(), 0);
}
