//! Single values: versions, tags, bytes, properties, and what counts as not there.

use selkie_providers::property;
use selkie_providers::{Address, Provider as _, Validity};
use selkie_tests::scratch;
use selkie_tests::servers::moto::Moto;
use serde_json::{Value, json};

use super::{KEYS, REGION, connect, parameter, run, secret, spec, text};

#[test]
fn secrets_have_versions_tags_and_bytes() {
    let folder = scratch();
    let moto = Moto::start(folder.path());
    let tags =
        json!({"Tags": [{"Key": "team", "Value": "shop"}, {"Key": "env", "Value": "<dev>"}]});
    let first = secret(
        &moto,
        "app",
        r#"{"a.b": 1, "a": {"b": 2}, "n": 10000000000000000001}"#,
        &tags,
    );
    let second = json!({"SecretId": "app", "SecretString": "second"});
    moto.secrets(REGION, "PutSecretValue", &second);
    moto.secrets(
        REGION,
        "CreateSecret",
        &json!({"Name": "bytes", "SecretBinary": "AP+A"}),
    );
    secret(&moto, "team/only", "x", &json!({}));
    secret(&moto, "doomed", "x", &json!({}));
    moto.secrets(REGION, "DeleteSecret", &json!({"SecretId": "doomed"}));
    let id = format!("uuid/{}", first["VersionId"].as_str().unwrap());
    let arn = first["ARN"].as_str().unwrap();

    run(async {
        let store = connect(&spec("SecretsManager", &json!({})), KEYS, &moto.url()).unwrap();
        assert_eq!(store.validate().await, Ok(Validity::Valid));
        let read = async |at: Address| {
            let read = store.read(&at).await;
            read.unwrap_or_else(|failure| panic!("{at:?}: {failure}"))
        };
        let rows = [
            ("app", None, Some("second")),
            (arn, None, Some("second")),
            ("app", Some("AWSCURRENT"), Some("second")),
            (
                "app",
                Some("AWSPREVIOUS"),
                Some(r#"{"a.b": 1, "a": {"b": 2}, "n": 10000000000000000001}"#),
            ),
            (
                "app",
                Some(&*id),
                Some(r#"{"a.b": 1, "a": {"b": 2}, "n": 10000000000000000001}"#),
            ),
            ("app", Some("AWSPENDING"), None),
            ("none", None, None),
            ("doomed", None, None),
        ];
        for (key, version, expected) in rows {
            let remote = read(Address::value(key).version(version)).await;
            assert_eq!(remote.as_ref().map(text), expected, "{key} {version:?}");
        }
        let old = read(Address::value("app").version(Some(&id)))
            .await
            .unwrap();
        for (name, expected) in [
            ("a.b", "1"),
            ("a", r#"{"b": 2}"#),
            ("n", "10000000000000000001"),
        ] {
            let value = property::value(&old, Some(name)).unwrap().unwrap();
            assert_eq!(value.expose(), expected.as_bytes(), "{name}");
        }
        let pairs = property::pairs(&old, None).unwrap().unwrap();
        assert_eq!(pairs.len(), 3);
        let bytes = read(Address::value("bytes")).await.unwrap();
        let bytes = property::value(&bytes, None).unwrap().unwrap();
        assert_eq!(bytes.expose(), [0, 0xff, 0x80]);
        let tags = read(Address::metadata("app")).await.unwrap();
        let all: Value = serde_json::from_str(text(&tags)).unwrap();
        assert_eq!(all, json!({"team": "shop", "env": "<dev>"}));
        let team = property::value(&tags, Some("team")).unwrap().unwrap();
        assert_eq!(team.expose(), b"shop");
        assert!(store.read(&Address::metadata("none")).await.is_err());

        let prefixed = spec("SecretsManager", &json!({"prefix": "team/"}));
        let store = connect(&prefixed, KEYS, &moto.url()).unwrap();
        let remote = store.read(&Address::value("only")).await.unwrap().unwrap();
        assert_eq!((text(&remote), &*remote.key), ("x", "only"));
        assert!(store.read(&Address::value("app")).await.unwrap().is_none());
    });
}

#[test]
fn parameters_have_versions_labels_and_tags() {
    let folder = scratch();
    let moto = Moto::start(folder.path());
    let tags = json!({"Tags": [{"Key": "team", "Value": "shop"}]});
    parameter(&moto, "/team/db", "first", &tags);
    parameter(
        &moto,
        "/team/db",
        r#"{"user": {"name": "ada"}}"#,
        &json!({"Overwrite": true}),
    );
    let label = json!({"Name": "/team/db", "ParameterVersion": 1, "Labels": ["old"]});
    moto.parameters(REGION, "LabelParameterVersion", &label);
    parameter(&moto, "plain", "p", &json!({"Type": "String"}));

    run(async {
        let store = connect(&spec("ParameterStore", &json!({})), KEYS, &moto.url()).unwrap();
        assert_eq!(store.validate().await, Ok(Validity::Valid));
        let rows = [
            ("/team/db", None, Some(r#"{"user": {"name": "ada"}}"#)),
            ("/team/db", Some("1"), Some("first")),
            ("/team/db", Some("old"), Some("first")),
            ("plain", None, Some("p")),
            ("none", None, None),
        ];
        for (key, version, expected) in rows {
            let read = store.read(&Address::value(key).version(version)).await;
            let read = read.unwrap_or_else(|failure| panic!("{key} {version:?}: {failure}"));
            assert_eq!(read.as_ref().map(text), expected, "{key} {version:?}");
        }
        let remote = store.read(&Address::value("/team/db")).await.unwrap();
        let name = property::value(&remote.unwrap(), Some("user.name"));
        assert_eq!(name.unwrap().unwrap().expose(), b"ada");
        // A version that is not there is no missing parameter: nothing is deleted for it.
        let missing = Address::value("/team/db").version(Some("9"));
        assert!(store.read(&missing).await.is_err());
        let tags = store.read(&Address::metadata("/team/db")).await;
        assert_eq!(text(&tags.unwrap().unwrap()), r#"{"team":"shop"}"#);

        let prefixed = spec("ParameterStore", &json!({"prefix": "/team/"}));
        let store = connect(&prefixed, KEYS, &moto.url()).unwrap();
        let remote = store.read(&Address::value("db")).await.unwrap().unwrap();
        assert_eq!(&*remote.key, "db");
    });
}
