//! Searches by name, by tags and below a path.

use std::collections::BTreeMap;

use selkie_api::Cause;
use selkie_providers::{Find, Found, Provider as _};
use selkie_tests::scratch;
use selkie_tests::servers::vault::Vault;
use serde_json::json;

use super::{ROOT, as_root, connect, connect_bao, json_of, put, root_spec, run, with};

fn by_name(path: Option<&str>, name: &str) -> Find {
    Find {
        path: path.map(str::to_owned),
        name: Some(name.to_owned()),
        tags: BTreeMap::new(),
    }
}

fn by_tags(path: Option<&str>, tags: &[(&str, &str)]) -> Find {
    let owned = |(name, value): &(&str, &str)| ((*name).to_owned(), (*value).to_owned());
    Find {
        path: path.map(str::to_owned),
        name: None,
        tags: tags.iter().map(owned).collect(),
    }
}

/// Names, and what stands in `n` there.
fn shown(found: Option<Found>) -> Option<String> {
    let found = found?.into_iter();
    let shown = found.map(|(name, remote)| {
        let value = json_of(&remote)["n"].as_str().unwrap().to_owned();
        format!("{name}={value}")
    });
    Some(shown.collect::<Vec<_>>().join(" "))
}

/// Writes values whose `n` is their own path.
fn fill(vault: &Vault) {
    let paths = [
        "app",
        "app-2",
        "team/app",
        "team/one/app",
        "team/one/db",
        "data/app",
        "secret/app",
        "deleted",
    ];
    for path in paths {
        put(vault, &format!("secret/{path}"), &json!({"n": path}));
    }
    vault.write("secret/delete/deleted", &json!({"versions": [1]}));
    let tag = |path: &str, tags| {
        vault.write(
            &format!("secret/metadata/{path}"),
            &json!({"custom_metadata": tags}),
        );
    };
    tag("app", json!({"env": "prod", "team": "one"}));
    tag("team/app", json!({"env": "prod"}));
    tag("team/one/db", json!({"env": "test", "team": "one"}));
    tag("deleted", json!({"env": "prod"}));
}

#[test]
fn names_and_tags_and_paths_find_what_they_should() {
    let folder = scratch();
    let vault = Vault::start(folder.path());
    fill(&vault);
    let store = as_root(&vault);
    let all = "app=app app-2=app-2 data/app=data/app secret/app=secret/app team/app=team/app team/one/app=team/one/app team/one/db=team/one/db";
    let rows = [
        (by_name(None, "."), Some(all)),
        (by_name(None, "^app$"), Some("app=app")),
        (by_name(None, "^app"), Some("app=app app-2=app-2")),
        (
            by_name(None, "one/"),
            Some("team/one/app=team/one/app team/one/db=team/one/db"),
        ),
        (by_name(None, "nothing"), Some("")),
        (by_name(None, "deleted"), Some("")),
        // The path is a part of the name.
        (
            by_name(Some("team"), "^team/app$"),
            Some("team/app=team/app"),
        ),
        (by_name(Some("team"), "^app"), Some("")),
        (
            by_name(Some("team/one"), "db$"),
            Some("team/one/db=team/one/db"),
        ),
        (
            by_name(Some("team/"), "app$"),
            Some("team//app=team/app team//one/app=team/one/app"),
        ),
        // Folders with the names that keys begin with.
        (
            by_name(Some("secret"), "app"),
            Some("secret/app=secret/app"),
        ),
        (by_name(Some("data"), "app"), Some("data/app=data/app")),
        (by_name(Some("missing"), "."), None),
        (by_name(Some("app"), "."), None),
        (
            by_tags(None, &[("env", "prod")]),
            Some("app=app team/app=team/app"),
        ),
        (
            by_tags(None, &[("env", "prod"), ("team", "one")]),
            Some("app=app"),
        ),
        (by_tags(None, &[("env", "pro")]), Some("")),
        (
            by_tags(None, &[("current_version", "1"), ("team", "one")]),
            Some("app=app team/one/db=team/one/db"),
        ),
        (
            by_tags(Some("team"), &[("team", "one")]),
            Some("team/one/db=team/one/db"),
        ),
        (by_tags(Some("missing"), &[("a", "b")]), None),
        (
            Find {
                name: Some("^app$".to_owned()),
                ..by_tags(None, &[("env", "test")])
            },
            Some("app=app"),
        ),
        (Find::default(), Some(all)),
    ];
    run(async {
        for (find, expected) in rows {
            let found = shown(store.list(&find).await.unwrap());
            assert_eq!(found.as_deref(), expected, "{find:?}");
        }
        let failure = store.list(&by_name(None, "(")).await.unwrap_err();
        assert_eq!(failure.cause, Cause::InvalidSpec);
    });
}

#[test]
fn a_store_without_an_engine_takes_it_from_the_path() {
    let folder = scratch();
    let vault = Vault::start(folder.path());
    fill(&vault);
    let spec = with(root_spec(&vault.url), &json!({"path": null}));
    let store = connect(&spec, ROOT).unwrap();
    let rows = [
        ("secret", "team/app$", "secret/team/app=team/app"),
        ("secret/team", "one/db", "secret/team/one/db=team/one/db"),
        (
            "secret/data/team",
            "one/db",
            "secret/data/team/one/db=team/one/db",
        ),
    ];
    run(async {
        for (path, name, expected) in rows {
            let found = store.list(&by_name(Some(path), name)).await.unwrap();
            assert_eq!(shown(found).as_deref(), Some(expected), "{path}");
        }
        let failure = store.list(&by_name(None, ".")).await.unwrap_err();
        assert_eq!(failure.cause, Cause::InvalidSpec);
    });
}

#[test]
fn the_first_version_of_the_engine_has_names_and_no_tags() {
    let folder = scratch();
    let vault = Vault::start(folder.path());
    vault.write(
        "sys/mounts/old",
        &json!({"type": "kv", "options": {"version": "1"}}),
    );
    for path in ["app", "team/app"] {
        vault.write(&format!("old/{path}"), &json!({"n": path}));
    }
    let spec = with(
        root_spec(&vault.url),
        &json!({"path": "old", "version": "v1"}),
    );
    let store = connect(&spec, ROOT).unwrap();
    run(async {
        let found = store.list(&by_name(None, "app")).await.unwrap();
        assert_eq!(shown(found).as_deref(), Some("app=app team/app=team/app"));
        let found = store.list(&by_name(Some("none"), "app")).await.unwrap();
        assert!(found.is_none());
        let failure = store.list(&by_tags(None, &[("a", "b")])).await.unwrap_err();
        assert_eq!(failure.cause, Cause::InvalidSpec);
    });
}

/// The peer's provider fails on the first folder; an empty place is a success to it.
#[test]
fn open_bao_searches_in_folders_too() {
    let folder = scratch();
    let vault = Vault::start(folder.path());
    fill(&vault);
    let store = connect_bao(&root_spec(&vault.url), ROOT).unwrap();
    run(async {
        let found = store.list(&by_name(Some("team"), "app$")).await.unwrap();
        let expected = "team/app=team/app team/one/app=team/one/app";
        assert_eq!(shown(found).as_deref(), Some(expected));
        let found = store.list(&by_name(Some("missing"), ".")).await.unwrap();
        assert_eq!(shown(found).as_deref(), Some(""));
    });
}

/// One request for each folder and one for each match; tags cost one for each name.
#[test]
fn a_search_asks_no_more_than_it_must() {
    let folder = scratch();
    let vault = Vault::start(folder.path());
    fill(&vault);
    let audit = vault.audit();
    let store = as_root(&vault);
    run(async {
        let asked = async |find: &Find| {
            store.list(find).await.unwrap();
            let mut asked = audit.take();
            asked.sort();
            asked
        };
        let listed = [
            "list secret/metadata/",
            "list secret/metadata/data/",
            "list secret/metadata/secret/",
            "list secret/metadata/team/",
            "list secret/metadata/team/one/",
        ];
        let found = asked(&by_name(None, "^app$")).await;
        assert_eq!(found, [&listed[..], &["read secret/data/app"]].concat());
        let found = asked(&by_tags(Some("team/one"), &[("team", "one")])).await;
        let expected = [
            "list secret/metadata/team/one/",
            "read secret/data/team/one/db",
            "read secret/metadata/team/one/app",
            "read secret/metadata/team/one/db",
        ];
        assert_eq!(found, expected);
    });
}
