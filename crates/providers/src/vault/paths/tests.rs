use super::*;

fn layout(mount: Option<&str>, version: KvVersion) -> Layout {
    Layout {
        mount: mount.map(str::to_owned),
        version,
    }
}

fn show(path: Result<Path, Failure>) -> String {
    path.map_or_else(|_| "refused".to_owned(), |path| path.to_string())
}

use KvVersion::{V1 as One, V2 as Two};

/// Mount, version and key; where value and metadata are.
#[rustfmt::skip]
const KEYS: [(Option<&str>, KvVersion, &str, &str, &str); 49] = [
    // The store names the engine.
    (Some("secret"), Two, "app", "secret/data/app", "secret/metadata/app"),
    (Some("secret"), Two, "team/app", "secret/data/team/app", "secret/metadata/team/app"),
    (Some("secret"), Two, "a/b/c/d", "secret/data/a/b/c/d", "secret/metadata/a/b/c/d"),
    // The key does, too.
    (Some("secret"), Two, "secret/app", "secret/data/app", "secret/metadata/secret/app"),
    (Some("secret"), Two, "secret/data/app", "secret/data/app", "secret/metadata/secret/data/app"),
    (Some("secret"), Two, "secret/data/data/app", "secret/data/data/app", "secret/metadata/secret/data/data/app"),
    (Some("secret"), Two, "secret/secret/app", "secret/data/secret/app", "secret/metadata/secret/secret/app"),
    (Some("secret"), Two, "secret/team/data/app", "secret/data/team/data/app", "secret/metadata/secret/team/data/app"),
    // What only looks so.
    (Some("secret"), Two, "data/app", "secret/data/data/app", "secret/metadata/data/app"),
    (Some("secret"), Two, "secrets/app", "secret/data/secrets/app", "secret/metadata/secrets/app"),
    (Some("secret"), Two, "secret", "secret/data/secret", "secret/metadata/secret"),
    (Some("secret"), Two, "secret/data", "secret/data/data", "secret/metadata/secret/data"),
    (Some("secret"), Two, "team/secret/app", "secret/data/team/secret/app", "secret/metadata/team/secret/app"),
    (Some("data"), Two, "data/app", "data/data/app", "data/metadata/data/app"),
    (Some("data"), Two, "data/data/app", "data/data/app", "data/metadata/data/data/app"),
    // An engine whose path has slashes.
    (Some("team/kv"), Two, "app", "team/kv/data/app", "team/kv/metadata/app"),
    (Some("team/kv"), Two, "team/kv/app", "team/kv/data/app", "team/kv/metadata/team/kv/app"),
    (Some("team/kv"), Two, "team/kv/data/app", "team/kv/data/app", "team/kv/metadata/team/kv/data/app"),
    (Some("team/kv"), Two, "kv/app", "team/kv/data/kv/app", "team/kv/metadata/kv/app"),
    (Some("a/b/c"), Two, "x", "a/b/c/data/x", "a/b/c/metadata/x"),
    // Slashes that mean nothing.
    (Some("secret"), Two, "/app", "secret/data/app", "secret/metadata/app"),
    (Some("secret"), Two, "app/", "secret/data/app", "secret/metadata/app"),
    (Some("secret"), Two, "team//app", "secret/data/team/app", "secret/metadata/team/app"),
    (Some("/secret/"), Two, "app", "secret/data/app", "secret/metadata/app"),
    // Names that a URL has to encode are names here.
    (Some("secret"), Two, "a b/c?d#e", "secret/data/a b/c?d#e", "secret/metadata/a b/c?d#e"),
    (Some("secret"), Two, "%2e%2e/app", "secret/data/%2e%2e/app", "secret/metadata/%2e%2e/app"),
    (Some("secret"), Two, "ключ", "secret/data/ключ", "secret/metadata/ключ"),
    (Some("secret"), Two, "a.b/..c", "secret/data/a.b/..c", "secret/metadata/a.b/..c"),
    // The key alone names the engine.
    (None, Two, "secret/app", "secret/data/app", "secret/metadata/app"),
    (None, Two, "secret/data/app", "secret/data/app", "secret/metadata/app"),
    (None, Two, "secret/team/app", "secret/data/team/app", "secret/metadata/team/app"),
    (None, Two, "secret/data/data/app", "secret/data/data/app", "secret/metadata/data/app"),
    (None, Two, "secret/team/data/app", "secret/team/data/app", "secret/team/metadata/app"),
    (None, Two, "team/kv/data/app", "team/kv/data/app", "team/kv/metadata/app"),
    (None, Two, "secret/data", "secret/data/data", "secret/metadata/data"),
    (None, Two, "data/app", "data/data/app", "data/metadata/app"),
    (None, Two, "secret", "secret/data", "secret/metadata"),
    // Version 1 has no word in between.
    (Some("secret"), One, "app", "secret/app", "secret/app"),
    (Some("secret"), One, "secret/app", "secret/app", "secret/secret/app"),
    (Some("secret"), One, "secret/data/app", "secret/data/app", "secret/secret/data/app"),
    (Some("secret"), One, "data/app", "secret/data/app", "secret/data/app"),
    (Some("team/kv"), One, "team/kv/app", "team/kv/app", "team/kv/team/kv/app"),
    (None, One, "secret/app", "secret/app", "secret/app"),
    (None, One, "secret/data/app", "secret/data/app", "secret/data/app"),
    // Nothing leads out of the engine.
    (Some("secret"), Two, "../sys/policy", "refused", "refused"),
    (Some("secret"), One, "a/../../auth/token/lookup-self", "refused", "refused"),
    (None, Two, "secret/data/../../sys/mounts", "refused", "refused"),
    (None, Two, "", "refused", "refused"),
    (Some("secret"), Two, "/", "refused", "refused"),
];

#[test]
fn keys_are_put_together_with_the_engine() {
    for (mount, version, key, data, metadata) in KEYS {
        let layout = layout(mount, version);
        assert_eq!(show(layout.data(key)), data, "{mount:?} {version:?} {key}");
        assert_eq!(
            show(layout.metadata(key)),
            metadata,
            "metadata, {mount:?} {version:?} {key}"
        );
    }
}

/// A row of [`FOLDERS`].
type Folder = (
    Option<&'static str>,
    KvVersion,
    Option<&'static str>,
    &'static str,
    [&'static str; 3],
);

/// Mount, version, the path of a search, and a name found there: where names are listed, the name in the results, and where it is read.
#[rustfmt::skip]
const FOLDERS: [Folder; 21] = [
    (Some("secret"), Two, None, "app", ["secret/metadata", "app", "secret/data/app"]),
    (Some("secret"), Two, Some("team"), "app", ["secret/metadata/team", "team/app", "secret/data/team/app"]),
    (Some("secret"), Two, Some("team/one"), "app", ["secret/metadata/team/one", "team/one/app", "secret/data/team/one/app"]),
    (Some("team/kv"), Two, Some("one"), "app", ["team/kv/metadata/one", "one/app", "team/kv/data/one/app"]),
    // Slashes stay in the name, from which the target's key is made.
    (Some("secret"), Two, Some("team/"), "app", ["secret/metadata/team", "team//app", "secret/data/team/app"]),
    (Some("secret"), Two, Some(""), "app", ["secret/metadata", "/app", "secret/data/app"]),
    // By the rules for keys these would lead to other values.
    (Some("secret"), Two, Some("secret"), "app", ["secret/metadata/secret", "secret/app", "secret/data/secret/app"]),
    (Some("secret"), Two, Some("secret/data"), "app", ["secret/metadata/secret/data", "secret/data/app", "secret/data/secret/data/app"]),
    (Some("secret"), One, Some("secret"), "app", ["secret/secret", "secret/app", "secret/secret/app"]),
    (None, Two, Some("secret/data/team"), "app", ["secret/metadata/team", "secret/data/team/app", "secret/data/team/app"]),
    (None, Two, Some("secret/data"), "app", ["secret/metadata", "secret/data/app", "secret/data/app"]),
    (None, Two, Some("secret/team"), "app", ["secret/metadata/team", "secret/team/app", "secret/data/team/app"]),
    (None, Two, Some("secret"), "app", ["secret/metadata", "secret/app", "secret/data/app"]),
    (None, Two, Some("team/kv/data/one"), "app", ["team/kv/metadata/one", "team/kv/data/one/app", "team/kv/data/one/app"]),
    (None, Two, Some("secret"), "data", ["secret/metadata", "secret/data", "secret/data/data"]),
    (Some("secret"), One, None, "app", ["secret", "app", "secret/app"]),
    (Some("secret"), One, Some("team"), "app", ["secret/team", "team/app", "secret/team/app"]),
    (None, One, Some("secret"), "app", ["secret", "secret/app", "secret/app"]),
    (None, One, Some("secret/data/x"), "app", ["secret/data/x", "secret/data/x/app", "secret/data/x/app"]),
    // The server's names may not lead elsewhere, either.
    (Some("secret"), Two, None, "..", ["secret/metadata", "..", "refused"]),
    (Some("secret"), Two, Some("a"), "../../sys", ["secret/metadata/a", "a/../../sys", "refused"]),
];

#[test]
fn names_are_listed_and_read_in_one_folder() {
    for (mount, version, path, name, expected) in FOLDERS {
        let folder = layout(mount, version).folder(path).unwrap();
        let found = [
            folder.listing().to_string(),
            folder.name(name),
            show(folder.data(name)),
        ];
        assert_eq!(found, expected, "{mount:?} {version:?} {path:?}");
    }
}

#[test]
fn folders_lie_in_folders() {
    let folder = layout(Some("secret"), Two).folder(Some("team")).unwrap();
    let inner = folder.inner("one").unwrap().inner("data").unwrap();
    assert_eq!(inner.listing().to_string(), "secret/metadata/team/one/data");
    assert_eq!(inner.name("app"), "team/one/data/app");
    assert_eq!(show(inner.data("app")), "secret/data/team/one/data/app");
    assert_eq!(
        show(inner.metadata("app")),
        "secret/metadata/team/one/data/app"
    );
    assert_eq!(inner.depth(), 3);
    assert!(folder.inner("..").is_err());
}

#[test]
fn a_search_needs_an_engine() {
    for version in [One, Two] {
        for path in [None, Some(""), Some("/")] {
            assert!(layout(None, version).folder(path).is_err(), "{path:?}");
        }
        assert!(layout(None, version).folder(Some("../x")).is_err());
    }
}
