//! What stands in a request besides its path, and what a replica is told.

use selkie_providers::{Address, Find, Provider as _};
use selkie_tests::servers::http::{Request, Response};
use selkie_tests::servers::recorder::Recorder;
use serde_json::json;

use super::{ROOT, connect, root_spec, run, with};

/// Answers as Vault does, and with a mark of what it has written.
fn vault() -> Recorder {
    Recorder::answering(|request| {
        let target = request.target.as_str();
        let body = if target.ends_with("/login") {
            r#"{"auth": {"client_token": "t0k", "lease_duration": 3600}}"#
        } else if target.ends_with("list=true") {
            r#"{"data": {"keys": ["app"]}}"#
        } else {
            r#"{"data": {"data": {"n": "x"}}}"#
        };
        let mut answer = Response::json(200, body);
        let mark = if target.ends_with("/login") {
            "first"
        } else {
            "later"
        };
        answer
            .headers
            .push(("X-Vault-Index".to_owned(), mark.to_owned()));
        Ok(answer)
    })
}

fn requests(recorder: &Recorder) -> Vec<Request> {
    let exchanges = recorder.take().into_iter();
    exchanges.map(|(request, _)| request).collect()
}

#[test]
fn every_request_says_who_asks_and_where() {
    let recorder = vault();
    let more = json!({
        "namespace": "apps/one",
        "headers": {"X-Team": "one", "x-vault-token": "another", "X-Vault-Namespace": "other"},
        "auth": {
            "namespace": "people",
            "appRole": {"roleId": "id", "secretRef": {"name": "s", "key": "k"}},
        },
    });
    let store = connect(&with(root_spec(&recorder.url()), &more), &[("s/k", "x")]).unwrap();
    run(async {
        store.read(&Address::value("app")).await.unwrap().unwrap();
        store.close().await;
    });
    let requests = requests(&recorder);
    let rows = [
        ("POST", "/v1/auth/approle/login", "another", "people"),
        ("GET", "/v1/secret/data/app", "t0k", "apps/one"),
        ("POST", "/v1/auth/token/revoke-self", "t0k", "people"),
    ];
    assert_eq!(requests.len(), rows.len());
    for (request, (method, target, token, namespace)) in requests.iter().zip(rows) {
        assert_eq!((&*request.method, &*request.target), (method, target));
        let headers = [
            ("x-vault-token", token),
            ("x-vault-namespace", namespace),
            ("x-vault-request", "true"),
            ("x-team", "one"),
        ];
        for (name, value) in headers {
            assert_eq!(request.header(name), Some(value), "{target} {name}");
            let all = request.headers.iter();
            let same = all.filter(|(known, _)| known.eq_ignore_ascii_case(name));
            assert_eq!(same.count(), 1, "{target} {name}");
        }
        assert_eq!(request.header("x-vault-index"), None);
    }
}

#[test]
fn one_namespace_is_for_login_and_values() {
    let recorder = vault();
    let rows = [
        (json!({"namespace": "apps"}), Some("apps"), Some("apps")),
        (json!({"namespace": ""}), None, None),
        (json!({}), None, None),
    ];
    for (more, login, read) in rows {
        let key = json!({"name": "s", "key": "k"});
        let auth = json!({"auth": {"appRole": {"roleId": "id", "secretRef": key}}});
        let spec = with(with(root_spec(&recorder.url()), &auth), &more);
        let store = connect(&spec, &[("s/k", "x")]).unwrap();
        run(async { store.read(&Address::value("app")).await.unwrap().unwrap() });
        let requests = requests(&recorder);
        let namespaces = requests.iter().map(|it| it.header("x-vault-namespace"));
        assert_eq!(namespaces.collect::<Vec<_>>(), [login, read], "{more}");
    }
}

#[test]
fn a_replica_is_told_what_it_has_to_have_seen() {
    let recorder = vault();
    let rows = [
        (json!({}), None, None),
        (json!({"forwardInconsistent": true}), None, None),
        (json!({"readYourWrites": true}), Some("first"), None),
        (
            json!({"readYourWrites": true, "forwardInconsistent": true}),
            Some("first"),
            Some("forward-active-node"),
        ),
    ];
    for (more, index, inconsistent) in rows {
        let key = json!({"name": "s", "key": "k"});
        let auth = json!({"auth": {"appRole": {"roleId": "id", "secretRef": key}}});
        let spec = with(with(root_spec(&recorder.url()), &auth), &more);
        let store = connect(&spec, &[("s/k", "x")]).unwrap();
        run(async {
            for _ in 0..2 {
                store.read(&Address::value("app")).await.unwrap().unwrap();
            }
        });
        let requests = requests(&recorder);
        assert_eq!(requests.len(), 3, "{more}");
        assert_eq!(requests[0].header("x-vault-index"), None);
        for read in &requests[1..] {
            assert_eq!(read.header("x-vault-index"), index, "{more}");
            assert_eq!(read.header("x-vault-inconsistent"), inconsistent, "{more}");
        }
    }
}

#[test]
fn paths_are_encoded_and_lie_below_the_servers_own() {
    let recorder = vault();
    let rows = [
        ("", "app", None, "/v1/secret/data/app"),
        ("/", "app", None, "/v1/secret/data/app"),
        ("/base/", "app", None, "/base/v1/secret/data/app"),
        (
            "/base",
            "app",
            Some("3"),
            "/base/v1/secret/data/app?version=3",
        ),
        (
            "",
            "a b/ü?c#d%e",
            None,
            "/v1/secret/data/a%20b/%C3%BC%3Fc%23d%25e",
        ),
        (
            "",
            "app",
            Some("1&list=true"),
            "/v1/secret/data/app?version=1%26list%3Dtrue",
        ),
    ];
    run(async {
        for (base, key, version, target) in rows {
            let spec = root_spec(&format!("{}{base}", recorder.url()));
            let store = connect(&spec, ROOT).unwrap();
            let at = Address::value(key).version(version);
            store.read(&at).await.unwrap().unwrap();
            assert_eq!(requests(&recorder)[0].target, target, "{base} {key}");
        }
        let store = connect(&root_spec(&recorder.url()), ROOT).unwrap();
        let find = Find {
            path: Some("a b".to_owned()),
            ..Find::default()
        };
        store.list(&find).await.unwrap().unwrap();
        let targets = requests(&recorder)
            .into_iter()
            .map(|request| request.target);
        let expected = [
            "/v1/secret/metadata/a%20b/?list=true",
            "/v1/secret/data/a%20b/app",
        ];
        assert_eq!(targets.collect::<Vec<_>>(), expected);
    });
}
