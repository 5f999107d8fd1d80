//! Huawei Cloud's signature of a request: HMAC-SHA256 over its method, path, query, some headers and the digest of its body.
//!
//! Pure: the time is an argument, nothing is sent here.

use std::fmt::Write as _;

use aws_lc_rs::digest::{SHA256, digest};
use aws_lc_rs::hmac::{HMAC_SHA256, Key, sign};
use selkie_crypto::Timestamp;

use super::access::KeyPair;

const ALGORITHM: &str = "SDK-HMAC-SHA256";

/// What is signed of a request.
pub(super) struct Request<'r> {
    pub(super) method: &'static str,
    /// Host and port, as the header says them.
    pub(super) host: &'r str,
    pub(super) path: &'r str,
    pub(super) query: &'r [(&'static str, &'r str)],
    /// The project that it is about, where it is about one.
    pub(super) project: Option<&'r str>,
    pub(super) body: &'r [u8],
}

/// The headers that make a request valid, the signature among them. All but that are covered by it.
pub(super) fn headers(
    request: &Request<'_>,
    pair: &KeyPair,
    now: Timestamp,
) -> Vec<(&'static str, String)> {
    let date: String = now
        .to_string()
        .chars()
        .filter(|it| !"-:".contains(*it))
        .collect();
    // By their names, in that order.
    let mut signed = vec![("host", request.host.to_owned())];
    signed.extend(
        request
            .project
            .map(|project| ("x-project-id", project.to_owned())),
    );
    signed.push(("x-sdk-date", date.clone()));
    let token = pair.security_token.as_ref().map(|token| {
        let text = String::from_utf8_lossy(token.expose()).into_owned();
        ("x-security-token", text)
    });
    signed.extend(token);

    let names: Vec<&str> = signed.iter().map(|(name, _)| *name).collect();
    let names = names.join(";");
    let mut canonical = format!("{}\n{}\n", request.method, path(request.path));
    let pairs: Vec<String> = request
        .query
        .iter()
        .map(|(key, value)| format!("{}={}", escaped(key), escaped(value)))
        .collect();
    canonical.push_str(&pairs.join("&"));
    canonical.push('\n');
    for (name, value) in &signed {
        // Writing to text does not fail.
        let _ = writeln!(canonical, "{name}:{}", value.trim());
    }
    let _ = write!(
        canonical,
        "\n{names}\n{}",
        hex(digest(&SHA256, request.body).as_ref())
    );

    let text = format!(
        "{ALGORITHM}\n{date}\n{}",
        hex(digest(&SHA256, canonical.as_bytes()).as_ref())
    );
    let key = Key::new(HMAC_SHA256, pair.secret_key.expose());
    let signature = hex(sign(&key, text.as_bytes()).as_ref());
    let access = &pair.access_key;
    let value =
        format!("{ALGORITHM} Access={access}, SignedHeaders={names}, Signature={signature}");
    signed.push(("authorization", value));
    signed
}

/// The path as it is signed, which is with a slash at its end.
fn path(path: &str) -> String {
    let parts: Vec<String> = path.split('/').map(escaped).collect();
    let mut path = parts.join("/");
    if !path.ends_with('/') {
        path.push('/');
    }
    path
}

fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-_.~".contains(&byte) {
            out.push(char::from(byte));
        } else {
            // Writing to text does not fail.
            let _ = write!(out, "%{byte:02X}");
        }
    }
    out
}

fn hex(bytes: &[u8]) -> String {
    let mut out = String::with_capacity(2 * bytes.len());
    for byte in bytes {
        // Writing to text does not fail.
        let _ = write!(out, "{byte:02x}");
    }
    out
}

#[cfg(test)]
mod tests {
    use selkie_crypto::Secret;

    use super::*;

    fn pair(security_token: Option<&str>) -> KeyPair {
        KeyPair {
            access_key: "AccessKey".to_owned(),
            secret_key: Secret::from("SecretKey".to_owned()),
            security_token: security_token.map(|it| Secret::from(it.to_owned())),
        }
    }

    #[test]
    fn what_is_signed_is_named_in_order_and_its_change_changes_the_signature() {
        let now = Timestamp::from_unix(1_767_323_045);
        let request = Request {
            method: "POST",
            host: "kms.example:8443",
            path: "/v1.0/p/kms/encrypt-data",
            query: &[],
            project: Some("p"),
            body: b"{}",
        };
        let signature = |request: &Request<'_>, pair: &KeyPair, now| {
            headers(request, pair, now).pop().unwrap().1
        };
        let plain = signature(&request, &pair(None), now);
        let start = "SDK-HMAC-SHA256 Access=AccessKey, SignedHeaders=host;x-project-id;x-sdk-date, Signature=";
        assert!(plain.starts_with(start), "{plain}");
        assert!(!plain.contains("SecretKey"));
        let with_token = headers(&request, &pair(Some("token")), now);
        let names: Vec<&str> = with_token.iter().map(|it| it.0).collect();
        let expected = [
            "host",
            "x-project-id",
            "x-sdk-date",
            "x-security-token",
            "authorization",
        ];
        assert_eq!(names, expected);
        assert_eq!(with_token[2].1, "20260102T030405Z");
        let others = [
            Request {
                method: "GET",
                ..request
            },
            Request {
                host: "kms.example",
                ..request
            },
            Request {
                path: "/v1.0/p/kms/decrypt-data",
                ..request
            },
            Request {
                query: &[("a", "b")],
                ..request
            },
            Request {
                project: Some("q"),
                ..request
            },
            Request {
                body: b"{ }",
                ..request
            },
        ];
        for other in others {
            assert_ne!(signature(&other, &pair(None), now), plain);
        }
        assert_ne!(
            signature(&request, &pair(None), Timestamp::from_unix(0)),
            plain
        );
        assert_ne!(signature(&request, &pair(Some("token")), now), plain);
    }

    #[test]
    fn paths_and_queries_are_escaped() {
        assert_eq!(path("/a b/ü"), "/a%20b/%C3%BC/");
        assert_eq!(path("/a/"), "/a/");
        assert_eq!(escaped("eu-west_1.~"), "eu-west_1.~");
    }
}
