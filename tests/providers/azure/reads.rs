//! Values, versions and tags.

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use selkie_api::Cause;
use selkie_providers::{Address, Provider as _, Remote, property};
use serde_json::{Value, json};

use super::Cloud;
use crate::runtime::run;

/// A property of what was read, as text.
fn take(remote: &Remote, name: &str) -> Result<String, Cause> {
    let taken = property::value(remote, Some(name)).map_err(|failure| failure.cause)?;
    Ok(String::from_utf8(taken.unwrap().expose().to_vec()).unwrap())
}

fn pairs(remote: &Remote) -> Result<Vec<(String, String)>, Cause> {
    let pairs = property::pairs(remote, None).map_err(|failure| failure.cause)?;
    let pairs = pairs.unwrap().into_iter();
    let text = |value: selkie_crypto::Secret| String::from_utf8(value.expose().to_vec()).unwrap();
    Ok(pairs.map(|(name, value)| (name, text(value))).collect())
}

#[test]
fn secrets_are_read_in_every_version() {
    let cloud = Cloud::start();
    let first = cloud.put("app", "first", &[]);
    let second = cloud.put("app", "second \u{e9}\n", &[]);
    let store = cloud.store();
    run(async {
        let rows = [
            ("app", None, Some("second \u{e9}\n")),
            ("secret/app", None, Some("second \u{e9}\n")),
            ("app", Some(&first), Some("first")),
            ("app", Some(&second), Some("second \u{e9}\n")),
            ("app", Some(&"0".repeat(32)), None),
            ("other", None, None),
            ("key/app", None, None),
            ("cert/app", None, None),
        ];
        for (key, version, expected) in rows {
            let at = Address::value(key).version(version.map(String::as_str));
            let read = store.read(&at).await.unwrap();
            let read = read.map(|it| take(&it, "").unwrap());
            assert_eq!(read.as_deref(), expected, "{key} {version:?}");
        }
    });
    // One login serves them all.
    assert_eq!(cloud.calls(&["token", "challenge"]), [1, 0]);
    assert_eq!(cloud.vault.complaints(), Vec::<String>::new());
}

#[test]
fn properties_are_looked_up_as_a_path_first() {
    let cloud = Cloud::start();
    cloud.put(
        "app",
        r#"{"a":{"b":"path"},"a.b":"name","c.d":"dotted","n":12345678901234567890}"#,
        &[],
    );
    let store = cloud.store();
    let read = run(store.read(&Address::value("app"))).unwrap().unwrap();
    let rows = [
        ("a.b", Ok("path")),
        ("c.d", Ok("dotted")),
        ("n", Ok("12345678901234567890")),
        ("x", Err(Cause::PropertyMissing)),
        ("x.y", Err(Cause::PropertyMissing)),
    ];
    for (name, expected) in rows {
        assert_eq!(
            take(&read, name).as_deref().map_err(|cause| *cause),
            expected,
            "{name}"
        );
    }
    let expected = [
        ("a", r#"{"b":"path"}"#),
        ("a.b", "name"),
        ("c.d", "dotted"),
        ("n", "12345678901234567890"),
    ];
    let expected = expected.map(|(name, value)| (name.to_owned(), value.to_owned()));
    assert_eq!(pairs(&read), Ok(expected.to_vec()));
}

#[test]
fn tags_are_metadata() {
    let cloud = Cloud::start();
    let old = cloud.put("app", "s3cret", &[("owner", "old")]);
    let tags = [
        ("owner", "shop"),
        ("config", r#"{"a":"1","b.c":"2"}"#),
        ("list", "[1]"),
    ];
    cloud.put("app", "s3cret", &tags);
    let store = cloud.store();
    let read = |at: Address| run(store.read(&at)).unwrap().unwrap();
    let all = read(Address::metadata("app"));
    let whole: Value = serde_json::from_str(&take(&all, "").unwrap()).unwrap();
    assert_eq!(
        whole,
        json!({"owner": "shop", "config": r#"{"a":"1","b.c":"2"}"#, "list": "[1]"})
    );
    let rows = [
        ("owner", Ok("shop")),
        ("config.a", Ok("1")),
        ("config.b.c", Ok("2")),
        ("config.x", Err(Cause::PropertyMissing)),
        ("owner.x", Err(Cause::PropertyMissing)),
        ("none", Err(Cause::PropertyMissing)),
    ];
    for (name, expected) in rows {
        assert_eq!(
            take(&all, name).as_deref().map_err(|cause| *cause),
            expected,
            "{name}"
        );
    }
    let expected = [
        ("app_config_a", "1"),
        ("app_config_b.c", "2"),
        ("app_list", "[1]"),
        ("app_owner", "shop"),
    ];
    let expected = expected.map(|(name, value)| (name.to_owned(), value.to_owned()));
    assert_eq!(pairs(&all), Ok(expected.to_vec()));
    let one = property::pairs(&all, Some("owner")).unwrap().unwrap();
    assert_eq!((one.len(), &*one[0].0), (1, "app_owner"));
    let old = read(Address::metadata("app").version(Some(&old)));
    assert_eq!(take(&old, "owner").as_deref(), Ok("old"));
    let missing = run(store.read(&Address::metadata("none"))).unwrap();
    assert!(missing.is_none());
}

#[test]
fn keys_and_certificates_are_read_in_their_own_form() {
    let cloud = Cloud::start();
    let id = cloud
        .vault
        .with_keys(cloud.url(), |keys| keys.make("signing"));
    let pem = cloud.vault.directory().certificate();
    cloud.vault.with_vault(cloud.url(), |vault| {
        vault.certificates.put(&mut vault.secrets, "web", &pem);
    });
    let store = cloud.store();
    let read = |key: &str| run(store.read(&Address::value(key))).unwrap().unwrap();

    let key = read("key/signing");
    let text = take(&key, "").unwrap();
    let jwk: Value = serde_json::from_str(&text).unwrap();
    assert_eq!(jwk["kty"], "RSA");
    assert_eq!(jwk["kid"], format!("{}/keys/signing/{id}", cloud.url()));
    assert!(text.starts_with(r#"{"e":"AQAB","key_ops":["#), "{text}");
    assert_eq!(take(&key, "key_ops.0").as_deref(), Ok("encrypt"));
    let modulus = take(&key, "n").unwrap();
    assert_eq!(URL_SAFE_NO_PAD.decode(modulus).unwrap().len(), 256);
    assert_eq!(pairs(&key), Err(Cause::InvalidSpec));

    let certificate = read("cert/web");
    let value = property::value(&certificate, Some("ignored")).unwrap();
    let body = pem.split("-----BEGIN CERTIFICATE-----").nth(1).unwrap();
    let body: String = body
        .split("-----")
        .next()
        .unwrap()
        .split_whitespace()
        .collect();
    assert_eq!(value.unwrap().expose(), STANDARD.decode(body).unwrap());
    assert_eq!(pairs(&certificate), Err(Cause::InvalidSpec));
    // Its private key is a secret of the same name.
    assert_eq!(take(&read("web"), "").as_deref(), Ok(&*pem));
    for key in ["key/signing", "cert/web"] {
        let tags = run(store.read(&Address::metadata(key))).unwrap().unwrap();
        assert_eq!(take(&tags, "").as_deref(), Ok("{}"));
        assert_eq!(pairs(&tags), Err(Cause::InvalidSpec));
    }
}

#[test]
fn what_is_deleted_is_gone_and_what_is_disabled_is_not() {
    let cloud = Cloud::start();
    for name in ["gone", "off", "old"] {
        cloud.put(name, "s3cret", &[]);
    }
    cloud.vault.with_secrets(cloud.url(), |secrets| {
        assert!(secrets.delete("gone"));
        secrets.find("off", "").unwrap().enabled = false;
        secrets.find("old", "").unwrap().expires = Some(1);
    });
    let store = cloud.store();
    run(async {
        assert!(store.read(&Address::value("gone")).await.unwrap().is_none());
        let told = store.read(&Address::value("off")).await.unwrap_err();
        assert_eq!(
            (told.cause, &*told.detail),
            (Cause::Forbidden, "off: it is disabled (HTTP 403)")
        );
        // The service lets it be read, and so does the peer.
        let old = store.read(&Address::value("old")).await.unwrap().unwrap();
        assert_eq!(take(&old, "").as_deref(), Ok("s3cret"));
        for key in ["pass_word", "other/app", "secret/..", "a/b"] {
            let told = store.read(&Address::value(key)).await.unwrap_err();
            assert_eq!(told.cause, Cause::InvalidSpec, "{key}: {told}");
        }
    });
    assert_eq!(cloud.vault.complaints(), Vec::<String>::new());
}
