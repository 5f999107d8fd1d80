//! What the peer wrote, and what Go prints.

use super::*;

fn secret(pairs: &[(&str, &[u8])]) -> SecretData {
    let owned = pairs
        .iter()
        .map(|(key, value)| ((*key).to_owned(), value.to_vec().into()));
    owned.collect()
}

fn map(pairs: &[(&str, &str)]) -> BTreeMap<String, String> {
    let owned = pairs
        .iter()
        .map(|(key, value)| ((*key).to_owned(), (*value).to_owned()));
    owned.collect()
}

#[test]
fn hashes_are_the_peers() {
    let data = secret(&[("foo", b"value1"), ("bar", b"value2")]);
    assert_eq!(
        data_hash(&data),
        "1bed8bcbcb4547ffe19a19cd47d9078e84aa6598266d86b99f992d64"
    );
    assert_eq!(
        text_hash("hello there"),
        "f78681ec611ebaeea0689bff6c7812a83ff98a7faba986d9af76c999"
    );
    // What Go prints for nothing at all.
    assert_eq!(
        text_hash("<nil>"),
        "c461202a18e99215f121936fb2452e03843828e448a00a53f285a6fc"
    );
    assert_eq!(
        synced_resource_version(7, &map(&[]), &map(&[])),
        "7-f47fe3c0b255b6dd8047cdffa772587bb829efe7a1cb70febeda2eb2"
    );
}

#[test]
fn data_is_printed_as_go_prints_it() {
    #[track_caller]
    fn check(pairs: &[(&str, &[u8])], printed: &str) {
        assert_eq!(data_hash(&secret(pairs)), text_hash(printed));
    }
    check(&[], "map[]");
    check(&[("a", b"")], "map[a:[]]");
    check(&[("a", b"bar")], "map[a:[98 97 114]]");
    check(&[("b", b"\x00\xff"), ("a", b"\n")], "map[a:[10] b:[0 255]]");
    // By bytes: capitals first, `-` before `.` before digits.
    check(
        &[("b", b"1"), ("B", b"1"), ("b.", b"1"), ("b-", b"1")],
        "map[B:[49] b:[49] b-:[49] b.:[49]]",
    );
    // Longer than what is printed at once.
    let long = vec![7; 700];
    let printed = vec!["7"; 700].join(" ");
    check(&[("a", &long)], &format!("map[a:[{printed}]]"));
}

#[test]
fn the_state_of_an_object_is_printed_as_go_prints_it() {
    let version = synced_resource_version(
        12,
        &map(&[("team", "a"), ("app", "web")]),
        &map(&[("force-sync", "1")]),
    );
    let printed = "{annotations:map[force-sync:1] labels:map[app:web team:a]}";
    assert_eq!(version, format!("12-{}", text_hash(printed)));
}

#[test]
fn owners_are_named_with_their_namespace() {
    assert_eq!(owner_hash("shop", "database"), text_hash("shop/database"));
}

#[test]
fn long_names_of_managers_are_hashed() {
    #[track_caller]
    fn check(length: usize, hashed: bool) {
        let name = "n".repeat(length);
        let expected = if hashed {
            format!(
                "externalsecrets.external-secrets.io/sha3/{}",
                text_hash(&name)
            )
        } else {
            format!("externalsecrets.external-secrets.io/{name}")
        };
        assert_eq!(field_manager(&name), expected, "{length}");
        // What the API server allows.
        assert!(field_manager(&name).len() <= 128);
    }
    check(1, false);
    check(27, false);
    check(28, true);
    check(63, true);
    check(64, true);
    check(253, true);
}
