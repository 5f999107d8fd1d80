//! Keys: conversion, and what passes the check.

use super::super::check_secret_key;
use super::*;

fn convert(strategy: ConversionStrategy, fetched: &[&str]) -> Result<Vec<String>, String> {
    let reference = RemoteRef {
        conversion_strategy: Some(strategy),
        ..RemoteRef::default()
    };
    told(extracted(pairs(fetched), &reference, &[], &RENDER))
}

#[test]
fn keys_are_converted() {
    use ConversionStrategy::{Default, Unicode};
    for (strategy, key, expected) in [
        (Default, "plain-key_1.txt", "plain-key_1.txt"),
        (Default, "app/db/password", "app_db_password"),
        (Default, "/leading", "_leading"),
        (Default, "a b\tc", "a_b_c"),
        (Default, "foo[0]@{x}", "foo_0___x_"),
        (Default, "100%", "100_"),
        // Letters and numbers of all scripts stay.
        (Default, "größe", "größe"),
        (Default, "鍵", "鍵"),
        (Default, "x²½Ⅷ", "x²½Ⅷ"),
        (Default, "e\u{301}", "e_"),
        (Default, "🔑", "_"),
        // Younger than Go's edition of Unicode, which is 15.0.
        (Default, "\u{105c0}", "_"),
        (Unicode, "app/db", "app_U002f_db"),
        (Unicode, " ", "_U0020_"),
        (Unicode, "a\0b", "a_U0000_b"),
        (Unicode, "€", "_U20ac_"),
        (Unicode, "🔑", "_U1f511_"),
        (Unicode, "größe_-.", "größe_-."),
        (Unicode, "_U002f_", "_U002f_"),
    ] {
        let fetched = format!("{key}=v");
        let expected = format!("{expected}=v");
        assert_eq!(convert(strategy, &[&fetched]), Ok(vec![expected]), "{key}");
    }
}

#[test]
fn keys_that_become_one_are_refused() {
    use ConversionStrategy::{Default, Unicode};
    let refused = |key: &str| {
        Err(format!(
            "InvalidData: several keys are converted to key {key:?}"
        ))
    };
    assert_eq!(convert(Default, &["a/b=1", "a_b=2"]), refused("a_b"));
    assert_eq!(convert(Default, &["a/b=1", "a b=1"]), refused("a_b"));
    assert_eq!(
        convert(Unicode, &["a/b=1", "a_U002f_b=2"]),
        refused("a_U002f_b")
    );
    let apart = Ok(vec!["a_U0020_b=2".to_owned(), "a_U002f_b=1".to_owned()]);
    assert_eq!(convert(Unicode, &["a/b=1", "a b=2"]), apart);
}

fn steps(json: &str) -> Vec<Rewrite> {
    serde_json::from_str(json).unwrap()
}

/// A search whose keys a provider gives this way, through the steps.
fn find(keys: Keys, json: &str, fetched: &[&str]) -> Result<Vec<String>, String> {
    let find = Find::default();
    told(found(pairs(fetched), keys, &find, &steps(json), &RENDER))
}

#[test]
fn some_providers_convert_what_they_found_before_it_is_rewritten() {
    let slashes = r#"[{"regexp":{"source":"/","target":"."}}]"#;
    let underscores = r#"[{"regexp":{"source":"_","target":"."}}]"#;
    let fetched = &["app/db=v"];
    let found = |key: &str| Ok(vec![format!("{key}=v")]);
    assert_eq!(find(Keys::Stored, slashes, fetched), found("app.db"));
    assert_eq!(find(Keys::Converted, slashes, fetched), found("app_db"));
    assert_eq!(find(Keys::Converted, underscores, fetched), found("app.db"));
    assert_eq!(find(Keys::Stored, "[]", fetched), found("app_db"));
    assert_eq!(find(Keys::Converted, "[]", fetched), found("app_db"));
    // A key that was rewritten is not converted any more.
    let refused = find(Keys::Stored, underscores, fetched);
    assert_eq!(
        refused,
        Err(
            "InvalidData: key \"app/db\" has a character other than letters, digits, `-`, `.` and `_`"
                .to_owned()
        )
    );
    // Both ways refuse two that become one.
    let twice = &["app/db=v", "app_db=w"];
    assert!(find(Keys::Converted, slashes, twice).is_err());
    let apart = Ok(vec!["app.db=v".to_owned(), "app_db=w".to_owned()]);
    assert_eq!(find(Keys::Stored, slashes, twice), apart);
}

#[test]
fn keys_are_checked() {
    let nothing = &steps(r#"[{"regexp":{"source":"^x$","target":"x"}}]"#);
    let longest = format!("{}=v", "k".repeat(253));
    check(nothing, &[&longest], &[&longest]);
    let long = format!("{}=v", "k".repeat(254));
    let told = format!(
        "InvalidData: key \"{}…\" is longer than 253 bytes",
        "k".repeat(80)
    );
    check_refused(nothing, &[&long], &told);
    // Bytes are counted.
    let wide = format!("{}=v", "ö".repeat(127));
    let told = format!(
        "InvalidData: key \"{}…\" is longer than 253 bytes",
        "ö".repeat(80)
    );
    check_refused(nothing, &[&wide], &told);
    check(nothing, &["größe=v", "鍵=v"], &["größe=v", "鍵=v"]);
    // An empty key is dropped, in either way.
    check(nothing, &["=v", "a=w"], &["a=w"]);
    check(&[], &["=v", "a=w"], &["a=w"]);
    check(nothing, &[], &[]);
    for key in ["a b", "a/b", "a\n", "🔑", "e\u{301}"] {
        let told = format!(
            "InvalidData: key {key:?} has a character other than letters, digits, `-`, `.` and `_`"
        );
        check_refused(nothing, &[&format!("{key}=v")], &told);
    }
}

#[test]
fn keys_of_a_secret_are_those_of_the_api_server() {
    for key in [
        "a",
        "A-1_b.c",
        "-",
        "_",
        ".a",
        "a..",
        "a..b",
        "...a".get(2..).unwrap(),
    ] {
        assert_eq!(check_secret_key(key), Ok(()), "{key}");
    }
    assert_eq!(check_secret_key(&"k".repeat(253)), Ok(()));
    for key in ["", "größe", "a/b", "a b", ".", "..", "..a", "..."] {
        assert!(check_secret_key(key).is_err(), "{key}");
    }
    assert!(check_secret_key(&"k".repeat(254)).is_err());
}
