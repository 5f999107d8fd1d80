//! Against a server that answers what a real one answers; the real one is asked by the cluster suite.

use std::sync::{Arc, Mutex};

use selkie_api::store::kubernetes::Kubernetes as Spec;
use serde_json::json;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpListener;

use super::*;
use crate::property;

/// Answers by path; what was asked is kept.
async fn server(answers: &'static [(&str, u16, &str)]) -> (String, Arc<Mutex<Vec<String>>>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let asked = Arc::new(Mutex::new(Vec::new()));
    let list = Arc::clone(&asked);
    tokio::spawn(async move {
        loop {
            let (mut stream, _) = listener.accept().await.unwrap();
            let mut request = Vec::new();
            let mut piece = [0; 4096];
            let length = loop {
                let read = stream.read(&mut piece).await.unwrap();
                request.extend_from_slice(&piece[..read]);
                let text = String::from_utf8_lossy(&request).to_ascii_lowercase();
                if let Some((head, body)) = text.split_once("\r\n\r\n") {
                    let length = head
                        .lines()
                        .find_map(|line| line.strip_prefix("content-length: ")?.parse().ok())
                        .unwrap_or(0);
                    if body.len() >= length {
                        break length;
                    }
                }
                assert!(read > 0);
            };
            let text = String::from_utf8(request).unwrap();
            let first = text.lines().next().unwrap().to_owned();
            assert!(text.contains("authorization: Bearer t0ken"), "{text}");
            let path = first.split(' ').nth(1).unwrap();
            let (status, body) = answers
                .iter()
                .find(|(known, ..)| *known == path)
                .map_or((404, "{\"secret\":\"s3cret\"}"), |(_, status, body)| {
                    (*status, *body)
                });
            list.lock().unwrap().push(format!("{first} {length}"));
            let head = format!(
                "HTTP/1.1 {status} X\r\nretry-after: 3\r\ncontent-length: {}\r\nconnection: close\r\n\r\n",
                body.len()
            );
            stream.write_all(head.as_bytes()).await.unwrap();
            stream.write_all(body.as_bytes()).await.unwrap();
        }
    });
    (url, asked)
}

fn store(url: &str) -> Kubernetes {
    let spec: Spec = serde_json::from_value(json!({
        "server": { "url": url },
        "remoteNamespace": "ns",
        "auth": { "token": { "bearerToken": { "name": "t", "key": "token" } } },
    }))
    .unwrap();
    let mut credentials = Credentials::default();
    for reference in Kubernetes::references(&spec) {
        credentials.insert(reference, Secret::from("t0ken".to_owned()));
    }
    Kubernetes::connect(&spec, &credentials, &Reach::default()).unwrap()
}

const WEB: &str =
    r#"{"metadata":{"name":"web","labels":{"a":"b"}},"data":{"user":"YW5u","blob":"/wA="}}"#;

#[tokio::test]
async fn secrets_and_their_metadata_are_read() {
    let (url, asked) = server(&[
        ("/api/v1/namespaces/ns/secrets/web", 200, WEB),
        (
            "/api/v1/namespaces/ns/secrets/empty",
            200,
            r#"{"metadata":{"name":"empty"},"data":null}"#,
        ),
        (
            "/api/v1/namespaces/ns/secrets/odd",
            200,
            r#"{"metadata":{},"data":{"a":"***"}}"#,
        ),
        ("/api/v1/namespaces/ns/secrets/denied", 403, "s3cret"),
        ("/api/v1/namespaces/ns/secrets/busy", 429, ""),
        ("/api/v1/namespaces/ns/secrets/broken", 503, ""),
    ])
    .await;
    let store = store(&url);
    let read = async |key: &str| store.read(&Address::value(key)).await;
    let web = read("web").await.unwrap().unwrap();
    let user = property::value(&web, Some("user")).unwrap().unwrap();
    assert_eq!(user.expose(), b"ann");
    let blob = property::value(&web, Some("blob")).unwrap().unwrap();
    assert_eq!(blob.expose(), b"\xff\0");
    let metadata = store
        .read(&Address::metadata("web"))
        .await
        .unwrap()
        .unwrap();
    let all = property::value(&metadata, None).unwrap().unwrap();
    assert_eq!(all.expose(), br#"{"annotations":null,"labels":{"a":"b"}}"#);
    let empty = read("empty").await.unwrap().unwrap();
    assert_eq!(
        property::value(&empty, None).unwrap().unwrap().expose(),
        b"{}"
    );
    assert!(read("gone").await.unwrap().is_none());
    let rows = [
        ("odd", Cause::ProviderError),
        ("denied", Cause::Forbidden),
        ("busy", Cause::Throttled),
        ("broken", Cause::ProviderError),
        ("..", Cause::InvalidSpec),
        ("", Cause::InvalidSpec),
        ("a/b", Cause::InvalidSpec),
    ];
    for (key, cause) in rows {
        let failure = read(key).await.unwrap_err();
        assert_eq!(failure.cause, cause, "{key}");
        assert!(!failure.detail.contains("s3cret"));
        if cause == Cause::Throttled {
            assert_eq!(failure.after, Some(std::time::Duration::from_secs(3)));
        }
    }
    assert_eq!(
        asked.lock().unwrap().len(),
        8,
        "no request for an impossible name"
    );
}

#[tokio::test]
async fn lists_are_read_to_their_end() {
    let (url, asked) = server(&[
        (
            "/api/v1/namespaces/ns/secrets?limit=500",
            200,
            r#"{"metadata":{"continue":"n/2"},"items":[{"metadata":{"name":"a1"},"data":{"k":"MQ=="}},{"metadata":{"name":"b"}}]}"#,
        ),
        (
            "/api/v1/namespaces/ns/secrets?limit=500&continue=n%2F2",
            200,
            r#"{"metadata":{},"items":[{"metadata":{"name":"a2"},"data":{}}]}"#,
        ),
        (
            "/api/v1/namespaces/ns/secrets?limit=500&labelSelector=app.io%2Fx%3Dy%2Cz%3D",
            200,
            r#"{"items":null}"#,
        ),
    ])
    .await;
    let store = store(&url);
    let find = |name: Option<&str>, tags: &[(&str, &str)]| Find {
        name: name.map(str::to_owned),
        tags: tags
            .iter()
            .map(|(a, b)| ((*a).to_owned(), (*b).to_owned()))
            .collect(),
        path: None,
    };
    let found = store.list(&find(Some("^a"), &[])).await.unwrap().unwrap();
    let names: Vec<_> = found.iter().map(|(name, _)| name.as_str()).collect();
    assert_eq!(names, ["a1", "a2"]);
    let value = property::value(&found[0].1, None).unwrap().unwrap();
    assert_eq!(value.expose(), br#"{"k":"1"}"#);
    let found = store
        .list(&find(None, &[("app.io/x", "y"), ("z", "")]))
        .await;
    assert!(found.unwrap().unwrap().is_empty());
    for wrong in [
        find(None, &[]),
        find(None, &[("a", "b,c=d")]),
        find(Some("("), &[]),
    ] {
        let failure = store.list(&wrong).await.unwrap_err();
        assert_eq!(failure.cause, Cause::InvalidSpec);
    }
    assert_eq!(asked.lock().unwrap().len(), 3);
}

#[tokio::test]
async fn a_store_is_valid_if_secrets_may_be_read() {
    const RULES: &str = "/apis/authorization.k8s.io/v1/selfsubjectrulesreviews";
    const ACCESS: &str = "/apis/authorization.k8s.io/v1/selfsubjectaccessreviews";
    const NONE: &str = r#"{"status":{"resourceRules":[{"verbs":["list"],"apiGroups":[""],"resources":["secrets"]},{"verbs":["get"],"apiGroups":["apps"],"resources":["*"]}]}}"#;
    let (url, _) = server(&[(
        RULES,
        201,
        r#"{"status":{"resourceRules":[{"verbs":["*"],"apiGroups":[""],"resources":["secrets"]}]}}"#,
    )])
    .await;
    assert_eq!(store(&url).validate().await, Ok(Validity::Valid));
    let (url, _) = server(&[
        (RULES, 201, NONE),
        (ACCESS, 201, r#"{"status":{"allowed":true}}"#),
    ])
    .await;
    assert_eq!(store(&url).validate().await, Ok(Validity::Valid));
    let (url, _) = server(&[(RULES, 201, NONE), (ACCESS, 201, r#"{"status":{}}"#)]).await;
    let failure = store(&url).validate().await.unwrap_err();
    assert_eq!(failure.cause, Cause::Forbidden);
    let (url, _) = server(&[(RULES, 401, "")]).await;
    let failure = store(&url).validate().await.unwrap_err();
    assert_eq!(failure.cause, Cause::Unauthorized);
}

#[test]
fn specs_say_who_asks() {
    let rows = [
        (json!({}), 0, Some(Cause::InvalidSpec)),
        (
            json!({"server": {"url": "http://169.254.169.254"}, "auth": {"serviceAccount": {"name": "a"}}}),
            1,
            Some(Cause::Forbidden),
        ),
        (
            json!({"auth": {"serviceAccount": {"name": "a", "audiences": ["x"]}}}),
            1,
            None,
        ),
        (
            json!({"auth": {"token": {"bearerToken": {"name": "", "key": "k"}}}}),
            0,
            Some(Cause::InvalidSpec),
        ),
        (
            json!({"auth": {"cert": {"clientCert": {"name": "a"}}}}),
            0,
            Some(Cause::InvalidSpec),
        ),
        (
            json!({"authRef": {"name": "k"}, "auth": {"serviceAccount": {"name": "a"}}}),
            1,
            Some(Cause::InvalidSpec),
        ),
        (
            json!({"remoteNamespace": "../x", "auth": {"serviceAccount": {"name": "a"}}}),
            1,
            Some(Cause::InvalidSpec),
        ),
    ];
    for (spec, references, cause) in rows {
        let spec: Spec = serde_json::from_value(spec).unwrap();
        let found = Kubernetes::references(&spec);
        assert_eq!(found.len(), references);
        let mut credentials = Credentials::default();
        for reference in found {
            credentials.insert(reference, Secret::from("x".to_owned()));
        }
        let connected = Kubernetes::connect(&spec, &credentials, &Reach::default());
        assert_eq!(connected.err().map(|failure| failure.cause), cause);
    }
}
