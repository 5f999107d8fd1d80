//! Values set in a sealed text and taken out of it, where INI has a place for them.

use selkie_crypto::{Secret, Timestamp};

use super::{open_text, sealed, shown};
use crate::path::Path;
use crate::testing::{key, rng};
use crate::{Format, Sealed, Value, set, unset};

#[test]
fn values_are_set_and_taken_out() {
    #[track_caller]
    fn check(text: &str, path: &str, value: Option<Value>, after: &str) {
        let file = Sealed::read(Format::Ini, sealed(text.as_bytes())).unwrap();
        let (path, now) = (
            Path::parse(path).unwrap(),
            Timestamp::from_unix(1_800_000_000),
        );
        let changed = match value {
            Some(value) => set(file, &key(), &path, value, now, &mut rng(2)),
            None => unset(file, &key(), &path, now, &mut rng(2)),
        };
        let bytes = changed.unwrap().bytes;
        let opened = open_text(&bytes).unwrap();
        assert_eq!(shown(opened.plain.source()), after, "{}", shown(&bytes));
    }
    let text = |text: &str| Some(Value::Str(Secret::from(text.as_bytes().to_vec())));
    let a = r#"["DEFAULT"]["a"]"#;
    check("a = \n", a, text("2"), "a = 2\n");
    check("a=\n", a, text("2"), "a=2\n");
    check("a = ; c\n", a, text("2"), "a = 2; c\n");
    check("a = 1\n", r#"["DEFAULT"]["a"]"#, text("2"), "a = 2\n");
    check(
        "a = 1\n",
        r#"["DEFAULT"]["b"]"#,
        text("2"),
        "a = 1\nb = 2\n",
    );
    check(
        "[s]\n  a = 1\n\n[t]\n",
        r#"["s"]["b"]"#,
        text("x;y"),
        "[s]\n  a = 1\n  b = `x;y`\n\n[t]\n",
    );
    check(
        "[s]\na = \"1\" ; c\n",
        r#"["s"]["a"]"#,
        text("x y"),
        "[s]\na = \"x y\" ; c\n",
    );
    check(
        "[s]\na = 1 ; c\n",
        r#"["s"]["a"]"#,
        text("x;y"),
        "[s]\n; c\na = `x;y`\n",
    );
    check(
        "[s]\na = 1",
        r#"["n"]["k"]"#,
        text("v"),
        "[s]\na = 1\n\n[n]\nk = v",
    );
    check("", r#"["n"]["k"]"#, text("v"), "[n]\nk = v\n");
    check(
        "; c\n[s]\n",
        r#"["DEFAULT"]["k"]"#,
        text("v"),
        "k = v\n; c\n[s]\n",
    );
    check(
        "[s]\na=1\n; t\n",
        r#"["n"]["k"]"#,
        text("v"),
        "[s]\na=1\n\n[n]\nk = v\n; t\n",
    );
    check(
        "[s]\na=1\nb=2\n",
        r#"["s"]"#,
        Some(Value::Map(vec![("c".into(), Value::Int(3))])),
        "[s]\nc = 3\n",
    );
    check(
        "[s]\n; c\na=1 ; d\nb=2\n",
        r#"["s"]["a"]"#,
        None,
        "[s]\nb=2\n",
    );
    check("[s]\na=1\nb=2\na=3\n", r#"["s"]["a"]"#, None, "[s]\nb=2\n");
    check(
        "a=1\n[s]\nb=2\n[t]\nc=3\n",
        r#"["s"]"#,
        None,
        "a=1\n[t]\nc=3\n",
    );
    check(
        "k_unencrypted=1 ; c\n",
        r#"["DEFAULT"]["k_unencrypted"]"#,
        text("x;y"),
        "; c\nk_unencrypted=`x;y`\n",
    );
    // With the value goes the layout record, and the metadata are printed anew right behind what is taken out or put in.
    check("[s]\na = x\\\n  y", r#"["s"]["a"]"#, None, "[s]");
    check(
        "[s]\na = x\\\n  y",
        r#"["s"]["a"]"#,
        text("2"),
        "[s]\na = 2",
    );
    check(
        "[s] ; c\na = 1",
        r#"["s"]["b"]"#,
        text("2"),
        "; c\n[s]\na = 1\nb = 2",
    );
    check(
        "k_unencrypted=1\n",
        r#"["DEFAULT"]["k_unencrypted"]"#,
        Some(Value::Bool(true)),
        "k_unencrypted=true\n",
    );
}

#[test]
fn what_has_no_place_is_not_set() {
    #[track_caller]
    fn check(path: &str, value: Value, expected: &str) {
        let file = Sealed::read(Format::Ini, sealed(b"[s]\na=1\n")).unwrap();
        let (path, now) = (
            Path::parse(path).unwrap(),
            Timestamp::from_unix(1_800_000_000),
        );
        let error = set(file, &key(), &path, value, now, &mut rng(2)).unwrap_err();
        assert!(format!("{error:?}").starts_with(expected), "{error:?}");
    }
    check(r#"["sops"]["x"]"#, Value::Int(1), "AlreadyEncrypted");
    check(r#"["x"]"#, Value::Int(1), "Conversion");
    check(r#"["s"]["a"]"#, Value::Null, "Conversion");
    check(r#"["s"]["a"]["b"]"#, Value::Int(1), "Conversion");
    check(r#"["s"][""]"#, Value::Int(1), "Conversion");
    check(r#"["s"]["-"]"#, Value::Int(1), "Conversion");
}
