//! What a provider answers, and what a template was given, is nowhere repeated: not in a status, not in an event, not in the log.

use selkie_tests::servers::controller::until;
use selkie_tests::servers::http::Response;
use selkie_tests::servers::stub::Stub;
use serde_json::json;

use super::gate::{property, vault_store};
use crate::site::{Site, entry};

/// Stands in every answer of the hostile servers, and nowhere else.
pub(super) const MARKER: &str = "marker-7c1e09d4";
/// A value that templates fail over.
pub(super) const VALUE: &str = "value-51fe88a0";

/// What they answer reads with: status, body, and the cause that comes of it. Their bodies are full of the marker.
const ANSWERS: &[(&str, u16, &str, &str)] = &[
    ("bad", 400, r#"{"errors":["MARKER"]}"#, "InvalidSpec"),
    (
        "unauthorized",
        401,
        r#"{"errors":["MARKER"]}"#,
        "Unauthorized",
    ),
    (
        "forbidden",
        403,
        r#"{"errors":["MARKER","1 error occurred: MARKER"]}"#,
        "Forbidden",
    ),
    (
        "engine",
        404,
        r#"{"errors":["no handler for route MARKER"]}"#,
        "NotFound",
    ),
    ("throttled", 429, r#"{"errors":["MARKER"]}"#, "Throttled"),
    ("fails", 500, "<html>MARKER</html>", "ProviderError"),
    ("sealed", 503, r#"{"errors":["MARKER"]}"#, "ProviderError"),
    ("no-json", 200, "MARKER", "ProviderError"),
    (
        "cut",
        200,
        r#"{"data":{"data":{"k":"MARKER"#,
        "ProviderError",
    ),
    ("shape", 200, r#"{"data":"MARKER"}"#, "ProviderError"),
    (
        "list",
        200,
        r#"{"data":{"data":["MARKER"],"metadata":{}}}"#,
        "ProviderError",
    ),
    (
        "property",
        200,
        r#"{"data":{"data":{"MARKER":"MARKER"},"metadata":{"version":1}}}"#,
        "PropertyMissing",
    ),
];

pub(super) fn nothing_of_an_answer_is_repeated(site: &Site<'_>) {
    for (name, status, body, _) in ANSWERS {
        let body = body.replace("MARKER", MARKER);
        let status = *status;
        let stub = Stub::plain(move |request| {
            if !request.target.contains("/data/") {
                return Response::json(200, json!({ "data": { "ttl": 3600 } }).to_string());
            }
            let mut answer = Response::json(status, body.clone());
            answer
                .headers
                .push(("x-request-id".to_owned(), MARKER.to_owned()));
            answer
        });
        vault_store(site, name, &format!("http://{}", stub.address()));
        let store = json!({ "name": name });
        let data = [property("k", "app", "k")];
        site.ask(name, &json!({ "secretStoreRef": store, "data": data }));
    }
    for (name, _, _, cause) in ANSWERS {
        site.failed(name, cause);
    }
    let errors = |name: &str| site.counted("externalsecret_sync_calls_error", name);
    let states: Vec<_> = ANSWERS
        .iter()
        .map(|it| (it.0, errors(it.0), site.object(it.0)))
        .collect();
    for (name, before, object) in states {
        until(&format!("{name} to fail again"), || {
            (errors(name) > before).then_some(())
        });
        assert_eq!(site.object(name), object, "the same failure writes nothing");
    }
    is_nowhere(site, MARKER);
}

/// Templates that fail over a value, each in its own way.
const TEMPLATES: &[(&str, &str)] = &[
    ("fail", "{{ fail .k }}"),
    ("range", "{{ range .k }}{{ end }}"),
    ("index", "{{ index .k \"x\" \"y\" }}"),
    (
        "decode",
        "{{ .k | fromJson | toYaml }}{{ .k | toDecimal | splitList }}",
    ),
    ("certificate", "{{ .k | filterCertChain \"leaf\" }}"),
    ("unknown", "value-51fe88a0 {{ nothing .k }}"),
    ("syntax", "value-51fe88a0 {{ if }}"),
];

pub(super) fn nothing_of_a_value_is_repeated(site: &Site<'_>) {
    let map = format!("{{\"x/y\":\"{VALUE}\",\"z\":\"{VALUE}\"}}");
    site.store(&json!({ "a": VALUE, "map": map }));
    for (name, text) in TEMPLATES {
        let template = json!({ "data": { "t": text } });
        let from = json!({ "templateFrom": [{ "literal": format!("[{VALUE}: {text}") }] });
        for (name, template) in [
            ((*name).to_owned(), template),
            (format!("{name}-from"), from),
        ] {
            let target = json!({ "template": template });
            site.ask(
                &name,
                &json!({ "target": target, "data": [entry("k", "a")] }),
            );
        }
    }
    // A value that is decoded into nothing, and values under keys that no Secret can have.
    let remote = json!({ "key": "a", "decodingStrategy": "Base64" });
    site.ask(
        "decoded",
        &json!({ "data": [{ "secretKey": "k", "remoteRef": remote }] }),
    );
    let rewrite = json!([{ "regexp": { "source": "^nothing$", "target": "" } }]);
    let from = json!([{ "extract": { "key": "map" }, "rewrite": rewrite }]);
    site.ask("keys", &json!({ "dataFrom": from }));
    for (name, _) in TEMPLATES {
        for name in [(*name).to_owned(), format!("{name}-from")] {
            until(&format!("{name} to fail"), || {
                (site.ready(&name)?[0] == "False").then_some(())
            });
        }
    }
    site.failed("decoded", "InvalidData");
    site.failed("keys", "InvalidData");
    is_nowhere(site, VALUE);
}

/// Statuses and events. The log is looked at when all is over.
fn is_nowhere(site: &Site<'_>, word: &str) {
    let objects = site.cluster.object(&site.name, "externalsecret").unwrap();
    for object in objects["items"].as_array().unwrap() {
        let status = object["status"].to_string();
        assert!(!status.contains(word), "{status}");
    }
    until("events", || {
        let events = site.cluster.object(&site.name, "event")?;
        let text = events["items"].to_string();
        assert!(!text.contains(word), "{text}");
        (events["items"].as_array()?.len() >= 3).then_some(())
    });
    assert!(
        !site.controller.metrics().contains(word),
        "it is in the metrics"
    );
}
