//! Values and metadata, in both versions of the engine.

use selkie_api::Cause;
use selkie_providers::{Address, Dialect, Provider as _, Validity};
use selkie_tests::scratch;
use selkie_tests::servers::vault::Vault;
use serde_json::json;

use super::{
    ROOT, as_root, connect, connect_bao, dialect, json_of, put, root_spec, run, text, with,
};

#[test]
fn a_value_is_read_as_it_was_written() {
    let folder = scratch();
    let vault = Vault::start(folder.path());
    let value = json!({
        "password": "s3cret",
        "html": "<a href=\"x\">&</a>",
        "number": 12_345_678,
        "nested": {"b": [1, 2.5, null, true], "a": "ü"},
    });
    put(&vault, "secret/app", &value);
    put(&vault, "secret/team/one/app", &json!({"deep": "1"}));
    put(&vault, "secret/a%20b/c%3Fd%23e%25f", &json!({"odd": "1"}));
    let store = as_root(&vault);
    run(async {
        let read = store.read(&Address::value("app")).await.unwrap().unwrap();
        assert_eq!(json_of(&read), value);
        assert_eq!((dialect(&read), &*read.key), (Dialect::Vault, "app"));
        let rows = [
            ("secret/app", "s3cret"),
            ("secret/data/app", "s3cret"),
            ("/app/", "s3cret"),
            ("team/one/app", "deep"),
            ("team//one/app", "deep"),
            ("a b/c?d#e%f", "odd"),
        ];
        for (key, expected) in rows {
            let read = store.read(&Address::value(key)).await.unwrap().unwrap();
            assert!(text(&read).contains(expected), "{key}");
        }
    });
}

#[test]
fn digits_stay_as_they_were_sent() {
    let folder = scratch();
    let vault = Vault::start(folder.path());
    vault.write(
        "sys/mounts/old",
        &json!({"type": "kv", "options": {"version": "1"}}),
    );
    let big: serde_json::Value = serde_json::from_str("{\"n\": 12345678901234567890}").unwrap();
    vault.write("old/app", &big);
    let spec = with(
        root_spec(&vault.url),
        &json!({"path": "old", "version": "v1"}),
    );
    let store = connect(&spec, ROOT).unwrap();
    run(async {
        let read = store.read(&Address::value("app")).await.unwrap().unwrap();
        assert_eq!(text(&read), "{\"n\":12345678901234567890}");
    });
}

#[test]
fn engines_are_where_the_store_or_the_key_says() {
    let folder = scratch();
    let vault = Vault::start(folder.path());
    let two = json!({"type": "kv", "options": {"version": "2"}});
    vault.write("sys/mounts/team/kv", &two);
    vault.write(
        "sys/mounts/old",
        &json!({"type": "kv", "options": {"version": "1"}}),
    );
    vault.write("team/kv/data/app", &json!({"data": {"in": "team"}}));
    vault.write("old/app", &json!({"in": "old"}));
    vault.write("old/data/app", &json!({"in": "data"}));
    put(&vault, "secret/app", &json!({"in": "secret"}));
    put(&vault, "secret/secret/app", &json!({"in": "inner"}));
    let rows = [
        (json!({"path": "team/kv"}), "app", "team"),
        (json!({"path": "team/kv"}), "team/kv/app", "team"),
        (json!({"path": null}), "team/kv/data/app", "team"),
        (json!({"path": null}), "secret/app", "secret"),
        (json!({"path": null}), "secret/data/app", "secret"),
        (json!({}), "secret/app", "secret"),
        (json!({}), "secret/secret/app", "inner"),
        (json!({"path": "old", "version": "v1"}), "app", "old"),
        (json!({"path": "old", "version": "v1"}), "old/app", "old"),
        (json!({"path": "old", "version": "v1"}), "data/app", "data"),
        (json!({"path": null, "version": "v1"}), "old/app", "old"),
    ];
    run(async {
        for (more, key, expected) in rows {
            let store = connect(&with(root_spec(&vault.url), &more), ROOT).unwrap();
            let read = store.read(&Address::value(key)).await.unwrap().unwrap();
            assert_eq!(json_of(&read)["in"], expected, "{more} {key}");
        }
    });
}

#[test]
fn versions_are_read_and_what_is_gone_is_not_there() {
    let folder = scratch();
    let vault = Vault::start(folder.path());
    for number in ["one", "two", "three"] {
        put(&vault, "secret/app", &json!({"n": number}));
    }
    put(&vault, "secret/deleted", &json!({"n": "x"}));
    vault.write("secret/delete/deleted", &json!({"versions": [1]}));
    put(&vault, "secret/destroyed", &json!({"n": "x"}));
    vault.write("secret/destroy/destroyed", &json!({"versions": [1]}));
    vault.write("secret/delete/app", &json!({"versions": [2]}));
    let store = as_root(&vault);
    let rows = [
        ("app", None, Some("three")),
        ("app", Some(""), Some("three")),
        ("app", Some("0"), Some("three")),
        ("app", Some("1"), Some("one")),
        ("app", Some("2"), None),
        ("app", Some("3"), Some("three")),
        ("app", Some("4"), None),
        ("deleted", None, None),
        ("destroyed", None, None),
        ("missing", None, None),
        ("app/below", None, None),
    ];
    run(async {
        for (key, version, expected) in rows {
            let at = Address::value(key).version(version);
            let read = store.read(&at).await.unwrap();
            let read = read.map(|remote| json_of(&remote)["n"].clone());
            let expected = expected.map(|text| json!(text));
            assert_eq!(read, expected, "{key} {version:?}");
        }
        let at = Address::value("app").version(Some("newest"));
        let failure = store.read(&at).await.unwrap_err();
        assert_eq!(failure.cause, Cause::InvalidSpec, "{failure}");
    });
}

/// A Secret may be deleted because its value is gone, and never because of a mistake in the store.
#[test]
fn an_engine_that_is_not_there_is_a_mistake() {
    let folder = scratch();
    let vault = Vault::start(folder.path());
    vault.write(
        "sys/mounts/old",
        &json!({"type": "kv", "options": {"version": "1"}}),
    );
    put(&vault, "secret/app", &json!({"n": "x"}));
    vault.write("old/app", &json!({"n": "x"}));
    let rows = [
        (json!({"path": "elsewhere"}), "app", "elsewhere/data/app"),
        (json!({"version": "v1"}), "app", "secret/app"),
    ];
    run(async {
        for (more, key, path) in rows {
            let store = connect(&with(root_spec(&vault.url), &more), ROOT).unwrap();
            let failure = store.read(&Address::value(key)).await.unwrap_err();
            assert_eq!(failure.cause, Cause::NotFound, "{more}: {failure}");
            assert_eq!(
                failure.detail,
                format!("{path}: no key-value engine of this version is there (HTTP 404)")
            );
        }
        // The first version of the engine takes any path for a key's.
        let spec = with(root_spec(&vault.url), &json!({"path": "old"}));
        let store = connect(&spec, ROOT).unwrap();
        assert!(store.read(&Address::value("app")).await.unwrap().is_none());
    });
}

#[test]
fn metadata_is_what_the_engine_says_and_what_its_owner_says() {
    let folder = scratch();
    let vault = Vault::start(folder.path());
    for path in ["secret/plain", "secret/own", "secret/own", "secret/over"] {
        put(&vault, path, &json!({"n": "x"}));
    }
    let own =
        json!({"custom_metadata": {"team": "one", "note": "<&>"}, "delete_version_after": "3h"});
    vault.write("secret/metadata/own", &own);
    let over = json!({"custom_metadata": {"current_version": "mine"}});
    vault.write("secret/metadata/over", &over);
    let store = as_root(&vault);
    run(async {
        let rows = [
            (
                "plain",
                json!({"current_version": "1", "delete_version_after": "0s"}),
            ),
            (
                "own",
                json!({"current_version": "2", "delete_version_after": "3h0m0s", "team": "one", "note": "<&>"}),
            ),
            (
                "over",
                json!({"current_version": "mine", "delete_version_after": "0s"}),
            ),
        ];
        for (key, expected) in rows {
            let read = store.read(&Address::metadata(key)).await.unwrap().unwrap();
            let mut read = json_of(&read);
            let created = read.as_object_mut().unwrap().remove("created_time");
            assert!(created.unwrap().as_str().unwrap().ends_with('Z'), "{key}");
            assert_eq!(read, expected, "{key}");
        }
        let failure = store.read(&Address::metadata("missing")).await.unwrap_err();
        assert_eq!(failure.cause, Cause::NotFound);
        let spec = with(root_spec(&vault.url), &json!({"version": "v1"}));
        let store = connect(&spec, ROOT).unwrap();
        let failure = store.read(&Address::metadata("plain")).await.unwrap_err();
        assert_eq!(failure.cause, Cause::InvalidSpec);
    });
}

/// The peer's provider `openBao` takes nothing for a value that is not there, so that it never deletes for one.
#[test]
fn open_bao_reads_the_same_and_never_says_not_there() {
    let folder = scratch();
    let vault = Vault::start(folder.path());
    let two = json!({"type": "kv", "options": {"version": "2"}});
    vault.write("sys/mounts/kv", &two);
    vault.write(
        "sys/mounts/old",
        &json!({"type": "kv", "options": {"version": "1"}}),
    );
    put(&vault, "kv/app", &json!({"n": "one"}));
    put(&vault, "kv/app", &json!({"n": "two"}));
    vault.write("old/app", &json!({"n": "old"}));
    let spec = |more| with(with(root_spec(&vault.url), &json!({"path": null})), &more);
    let two = connect_bao(&spec(json!({})), ROOT).unwrap();
    let old = connect_bao(&spec(json!({"path": "old", "version": "v1"})), ROOT).unwrap();
    run(async {
        let rows = [
            (&two, "app", None, Ok("two")),
            (&two, "app", Some("1"), Ok("one")),
            (&two, "app", Some("newest"), Err(Cause::InvalidSpec)),
            (&two, "missing", None, Err(Cause::NotFound)),
            (&two, "app", Some("9"), Err(Cause::NotFound)),
            (&old, "app", None, Ok("old")),
            (&old, "app", Some("1"), Err(Cause::InvalidSpec)),
            (&old, "missing", None, Err(Cause::NotFound)),
        ];
        for (store, key, version, expected) in rows {
            let read = store.read(&Address::value(key).version(version)).await;
            let read = read.map(|remote| {
                let remote = remote.unwrap();
                assert_eq!(dialect(&remote), Dialect::OpenBao);
                json_of(&remote)["n"].as_str().unwrap().to_owned()
            });
            let read = read.map_err(|failure| failure.cause);
            assert_eq!(read, expected.map(str::to_owned), "{key} {version:?}");
        }

        // It also looks at the engine when it is asked whether it works.
        assert_eq!(two.validate().await, Ok(Validity::Valid));
        assert_eq!(old.validate().await, Ok(Validity::Valid));
        let rows = [
            (json!({"path": "old"}), Cause::InvalidSpec),
            (json!({"version": "v1"}), Cause::InvalidSpec),
            (json!({"path": "cubbyhole"}), Cause::InvalidSpec),
        ];
        for (more, cause) in rows {
            let store = connect_bao(&spec(more.clone()), ROOT).unwrap();
            let failure = store.validate().await.unwrap_err();
            assert_eq!(failure.cause, cause, "{more}: {failure}");
        }
    });
}
