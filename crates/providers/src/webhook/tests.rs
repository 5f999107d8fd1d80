//! Requests, paths and statuses: without a server.

use std::sync::Arc;

use selkie_api::Cause;
use selkie_api::store::webhook::Webhook as Spec;
use selkie_crypto::Secret;
use serde_json::{Value, json};

use super::path::JsonPath;
use super::request::{has_steps, meaning};
use super::templates::{Data, Secrets, Templates};
use super::{Webhook, select};
use crate::json::parse;
use crate::{Address, Asked, Credentials, Means};

fn means() -> Means {
    Means::new(Credentials::default(), Arc::new(|| 1_800_000_000))
}

fn spec(spec: &Value) -> Spec {
    serde_json::from_value(spec.clone()).unwrap()
}

/// What a path finds: JSON, nothing, or a word about the path.
fn find(path: &str, document: &str) -> String {
    let Ok(path) = JsonPath::parse(path) else {
        return "no path".to_owned();
    };
    let whole = parse(document.as_bytes()).unwrap();
    match select::find(&whole, &path) {
        Ok(Some(found)) => String::from_utf8(found.expose().to_vec()).unwrap(),
        Ok(None) => "nothing".to_owned(),
        Err(select::Stop) => "too much".to_owned(),
    }
}

#[test]
fn paths_lead_where_they_lead_in_the_peer() {
    let list = r#"[55,41,70,{"a":"bb"}]"#;
    let many = r#"[{"a":"xx"},41,{"a":"b1"},{"a":"b2"},55,{"a":"b3"},{"a":"x2"}]"#;
    let deep = r#"{"a":{"x":1},"b":[{"x":2},{"y":3}],"x":4}"#;
    let pairs = r#"{"s":[{"name":"one","value":"1","n":1},{"name":"two","value":"2","n":2.0,"on":true}],"want":"two"}"#;
    let rows = [
        ("$", r#""hey""#, r#""hey""#),
        ("$.a", r#"{"a":"aa"}"#, r#""aa""#),
        (" $ . a ", r#"{"a":"aa"}"#, r#""aa""#),
        ("$.data.value", r#"{"data":{"value":"v"}}"#, r#""v""#),
        ("$.data.value", r#"{"data":{}}"#, "nothing"),
        ("$.data.value", r#"{"data":"text"}"#, "nothing"),
        ("$.a", r#"{"a":1,"a":2}"#, "2"),
        (r#"$["my-key"]"#, r#"{"my-key":"v"}"#, r#""v""#),
        ("$['my-key']", r#"{"my-key":"v"}"#, r#""v""#),
        (r#"$["\u0061"]"#, r#"{"a":"v"}"#, r#""v""#),
        ("$.a-b", r#"{"a-b":"v"}"#, "no path"),
        ("$[1]", r#"[7,"hey"]"#, r#""hey""#),
        ("$[-1]", r#"[7,"hey"]"#, "nothing"),
        ("$[1]", r#"{"1":"aa"}"#, r#""aa""#),
        ("$[1]", r#"["hey"]"#, "nothing"),
        ("$[3].a", list, r#""bb""#),
        ("$[2:6].a", list, r#"["bb"]"#),
        ("$[2:6].a", r#"{"3":{"a":"aa"}}"#, "nothing"),
        ("$[2:6].a", many, r#"["b1","b2","b3"]"#),
        ("$[:]", list, r#"[55,41,70,{"a":"bb"}]"#),
        ("$[::2]", list, "[55,70]"),
        ("$[::-2]", list, r#"[{"a":"bb"},41]"#),
        ("$[2:6:-1].a", many, r#"["b3","b2","b1"]"#),
        ("$[-2:]", list, r#"[70,{"a":"bb"}]"#),
        ("$[6:2]", many, "nothing"),
        ("$.a[@.max]", r#"{"a":{"max":"3a","3a":"aa"}}"#, r#""aa""#),
        ("$.a[$.k]", r#"{"a":{"x":"aa"},"k":"x"}"#, r#""aa""#),
        (
            "$[1, -5, 3].a",
            r#"[55,{"a":"1a"},70,{"a":"bb"}]"#,
            r#"["1a","bb"]"#,
        ),
        (
            "$[1, 3].*",
            r#"[55,{"a":"1a"},70,{"b":"bb","c":"cc"}]"#,
            r#"["1a","bb","cc"]"#,
        ),
        ("$.*", r#"{"a":1,"b":2}"#, "[1,2]"),
        ("$[*].x", r#"[{"x":1},2,{"x":3}]"#, "[1,3]"),
        ("$..x", deep, "[4,1,2]"),
        (r#"$..["x"]"#, deep, "[4,1,2]"),
        ("$..[?true]", r#"{"a":[1]}"#, "[[1],1]"),
        (r#"$.s[?@.name=="two"].value"#, pairs, r#"["2"]"#),
        (r#"$.s[?(@.name == "two")].value"#, pairs, r#"["2"]"#),
        ("$.s[?@.name==$.want].value", pairs, r#"["2"]"#),
        ("$.s[?@.name=='two'].value", pairs, r#"["2"]"#),
        (r#"$.s[?@.name!="two"].value"#, pairs, r#"["1"]"#),
        ("$.s[?@.n==2].value", pairs, r#"["2"]"#),
        ("$.s[?@.n==-2].value", pairs, "nothing"),
        ("$.s[?@.on].value", pairs, r#"["2"]"#),
        ("$.s[?@.on==true].value", pairs, r#"["2"]"#),
        (r#"$.s[?@.name=="no"].value"#, pairs, "nothing"),
        ("$.s[?@.value==2].value", pairs, "nothing"),
        ("", "{}", "no path"),
        ("a", "{}", "no path"),
        ("$.", "{}", "no path"),
        ("$[", "{}", "no path"),
        ("$[3,5:1]", "[]", "no path"),
        ("$..[1:2]", "[]", "no path"),
        ("$.a b", "{}", "no path"),
        ("$.a == 1", "{}", "no path"),
        ("$.a(@==1)", "{}", "no path"),
        ("$[?@.a>1]", "[]", "no path"),
        ("$[?@.a=~\"x\"]", "[]", "no path"),
    ];
    for (path, document, expected) in rows {
        assert_eq!(find(path, document), expected, "{path} in {document}");
    }
    let wide = format!("[{}]", vec!["0"; 2000].join(","));
    assert_eq!(find("$[*][?$[*]==$[*]]", &wide), "nothing");
    assert_eq!(find("$[?$[*]==$[*]]", &wide), "too much");
    let brackets = format!("${}0{}", "[(".repeat(9), ")]".repeat(9));
    assert_eq!(find(&brackets, "[]"), "no path");
    assert_eq!(find(&"$.aaaa".repeat(1000), "{}"), "no path");
}

fn asked(key: &str, property: &str) -> Address {
    Address {
        asked: Some(Asked {
            property: Some(property.to_owned()),
            namespace: "team".to_owned(),
        }),
        ..Address::value(key).version(Some("3 4"))
    }
}

/// What of a store's templates comes out for a reference: URL, header and body.
fn rendered(url: &str, text: &str, at: &Address) -> Result<[String; 3], Cause> {
    let spec = spec(&json!({"url": url, "headers": {"x-a": text}, "body": text, "result": {}}));
    let mut secrets = Secrets::new();
    let token = Secret::from("s3cret&".to_owned());
    let entry = ("token".to_owned(), Arc::new(token));
    secrets.insert("auth".to_owned(), [entry].into());
    let made = Templates::parse(&spec).and_then(|it| it.render(&Data::of(at), &secrets, 0));
    let made = made.map_err(|failure| {
        assert!(!failure.detail.contains("s3cret"), "{failure}");
        failure.cause
    })?;
    let text = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).unwrap();
    Ok([
        text(made.url.expose()),
        text(made.headers[0].1.as_bytes()),
        text(made.body.unwrap().expose()),
    ])
}

#[test]
fn references_are_escaped_in_the_url_alone() {
    let at = asked("/my app/é?&", "a.b");
    let url = "https://h/{{ .remoteRef.key }}?v={{ .remoteRef.version }}&p={{ .remoteRef.property }}&n={{ .remoteRef.namespace }}&t={{ .auth.token }}";
    let text = "{{ .remoteRef.key }}|{{ .remoteRef.namespace }}|{{ .auth.token | upper }}";
    let [url, header, body] = rendered(url, text, &at).unwrap();
    assert_eq!(
        url,
        "https://h/%2Fmy+app%2F%C3%A9%3F%26?v=3+4&p=a.b&n=team&t=s3cret&"
    );
    assert_eq!(header, "/my app/é?&|team|S3CRET&");
    assert_eq!(body, header);
    // Who does not say more is not told more.
    let [_, header, _] = rendered(
        "https://h",
        "-{{ .remoteRef.property }}-",
        &Address::value("k"),
    )
    .unwrap();
    assert_eq!(header, "--");
    let rows = [
        ("{{ .unclosed", "x", Cause::InvalidTemplate),
        ("https://h", "{{ nofunction }}", Cause::InvalidTemplate),
        (
            "https://h",
            "{{ fail .auth.token }}",
            Cause::InvalidTemplate,
        ),
        ("https://h", "{{ .auth.token }}\n", Cause::InvalidData),
        (
            "https://h",
            "{{ range until 1000000 }}x{{ end }}",
            Cause::InvalidTemplate,
        ),
    ];
    for (url, text, expected) in rows {
        assert_eq!(rendered(url, text, &at), Err(expected), "{url} {text}");
    }
}

#[test]
fn what_cannot_work_is_refused_before_anything_is_sent() {
    let rows = [
        (json!({"url": "https://h.example/x", "result": {}}), None),
        (
            json!({"url": "https://{{ .remoteRef.key }}/x", "result": {}}),
            None,
        ),
        (json!({"url": "{{ .a.url }}", "result": {}}), None),
        (
            json!({"url": "ftp://h", "result": {}}),
            Some(Cause::InvalidSpec),
        ),
        (
            json!({"url": "http://169.254.169.254/{{ .remoteRef.key }}", "result": {}}),
            Some(Cause::Forbidden),
        ),
        (
            json!({"url": "https://h", "method": "NO METHOD", "result": {}}),
            Some(Cause::InvalidSpec),
        ),
        (
            json!({"url": "https://h", "timeout": "soon", "result": {}}),
            Some(Cause::InvalidSpec),
        ),
        (
            json!({"url": "https://h", "headers": {"a b": "x"}, "result": {}}),
            Some(Cause::InvalidSpec),
        ),
        (
            json!({"url": "https://h", "body": "{{ .a", "result": {}}),
            Some(Cause::InvalidTemplate),
        ),
        (
            json!({"url": "https://h", "caBundle": "Z2FyYmFnZQ==", "result": {}}),
            Some(Cause::Tls),
        ),
        (
            json!({"url": "https://h", "result": {}, "caProvider": {"type": "ConfigMap", "name": "ca", "key": "k"}}),
            Some(Cause::CredentialsMissing),
        ),
        (
            json!({"url": "https://h", "result": {}, "auth": {"ntlm": {"usernameSecret": {}, "passwordSecret": {}}}}),
            Some(Cause::Unsupported),
        ),
    ];
    for (text, expected) in rows {
        let connected = Webhook::connect(&spec(&text), &means());
        assert_eq!(
            connected.err().map(|failure| failure.cause),
            expected,
            "{text}"
        );
    }
}

#[test]
fn nobody_climbs_up_in_a_url() {
    let rows = [
        ("https://h/a/b", false),
        ("https://h/a/..b/c..", false),
        ("https://h/a?x=/../", false),
        ("https://h/a#/../", false),
        ("https://h", false),
        ("https://h/..", true),
        ("https://h/a/./b", true),
        ("https://h/a/%2e%2E/b", true),
        ("https://h/a/.%2e", true),
        ("https://h/a\\..\\b", true),
    ];
    for (url, expected) in rows {
        assert_eq!(has_steps(url), expected, "{url}");
    }
}

#[test]
fn every_status_has_its_word() {
    let rows = [
        (302, Cause::InvalidSpec),
        (304, Cause::ProviderError),
        (400, Cause::InvalidSpec),
        (401, Cause::Unauthorized),
        (403, Cause::Forbidden),
        (408, Cause::Timeout),
        (409, Cause::ProviderError),
        (422, Cause::InvalidSpec),
        (429, Cause::Throttled),
        (503, Cause::ProviderError),
    ];
    for (status, expected) in rows {
        assert_eq!(meaning(status).0, expected, "{status}");
    }
}
