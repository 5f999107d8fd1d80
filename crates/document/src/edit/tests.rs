use selkie_crypto::{Secret, Timestamp};

use super::{Value, set, unset};
use crate::path::Path;
use crate::testing::{key, opened, rng, sealed};
use crate::{Error, Format, Sealed};

fn str(text: &str) -> Value {
    Value::Str(Secret::from(text.as_bytes().to_vec()))
}

fn map(entries: Vec<(&str, Value)>) -> Value {
    Value::Map(
        entries
            .into_iter()
            .map(|(key, value)| (key.to_owned(), value))
            .collect(),
    )
}

fn later() -> Timestamp {
    Timestamp::from_unix(1_800_000_000)
}

fn apply(text: &str, path: &str, value: Option<Value>) -> Result<(Vec<u8>, Vec<u8>), Error> {
    let before = sealed(text);
    let file = Sealed::read(Format::Yaml, before.clone()).unwrap();
    let path = Path::parse(path).unwrap();
    let after = match value {
        Some(value) => set(file, &key(), &path, value, later(), &mut rng(2)),
        None => unset(file, &key(), &path, later(), &mut rng(2)),
    };
    Ok((before, after?.bytes))
}

fn check(text: &str, path: &str, value: Option<Value>, expected: &str) {
    let (_, after) =
        apply(text, path, value).unwrap_or_else(|error| panic!("{text:?} {path}: {error}"));
    assert_eq!(
        opened(&after),
        expected,
        "{text:?} {path}\n{}",
        String::from_utf8_lossy(&after)
    );
}

#[test]
fn sets_values_in_their_slots() {
    let rows: Vec<(&str, &str, Value, &str)> = vec![
        ("a: 1\nb: x\n", r#"["b"]"#, str("w"), "a: 1\nb: w\n"),
        ("a: 1\nb: x\n", r#"["a"]"#, Value::Int(5), "a: 5\nb: x\n"),
        ("a: 'x' # c\n", r#"["a"]"#, str("it's"), "a: 'it''s' # c\n"),
        ("a: \"x\"\n", r#"["a"]"#, Value::Int(2), "a: 2\n"),
        ("a: x\n", r#"["a"]"#, str("5"), "a: \"5\"\n"),
        ("a: x\n", r#"["a"]"#, str("p: q"), "a: 'p: q'\n"),
        ("a: x\n", r#"["a"]"#, str("l1\nl2\n"), "a: |\n  l1\n  l2\n"),
        ("a: x\n", r#"["a"]"#, str(""), "a: \"\"\n"),
        ("a: x\n", r#"["a"]"#, Value::Null, "a: null\n"),
        ("a: x\n", r#"["a"]"#, Value::Bool(true), "a: true\n"),
        ("a: x\n", r#"["a"]"#, Value::Float(1.0), "a: 1.0\n"),
        (
            "a: |\n  one\n  two\nb: 1\n",
            r#"["a"]"#,
            str("x"),
            "a: x\nb: 1\n",
        ),
        (
            "a: 0x1F\nb: 0x1F\n",
            r#"["a"]"#,
            Value::Int(7),
            "a: 7\nb: 0x1F\n",
        ),
        ("a: !!int '7'\n", r#"["a"]"#, str("x"), "a: 'x'\n"),
        ("a:\nb: 1\n", r#"["a"]"#, str("x"), "a: x\nb: 1\n"),
        ("a: ~\nb: 1\n", r#"["a"]"#, str("x"), "a: x\nb: 1\n"),
        (
            "l:\n- 1\n- 2\n",
            r#"["l"][1]"#,
            Value::Int(9),
            "l:\n- 1\n- 9\n",
        ),
        (
            "l:\n-\n- 2\n",
            r#"["l"][0]"#,
            Value::Int(9),
            "l:\n- 9\n- 2\n",
        ),
        (
            "f: {a: 1, b: x}\n",
            r#"["f"]["b"]"#,
            str("w"),
            "f: {a: 1, b: \"w\"}\n",
        ),
        (
            "f: {a: , b: x}\n",
            r#"["f"]["a"]"#,
            str("w"),
            "f: {a: \"w\" , b: x}\n",
        ),
        (
            "f: {a, b: x}\n",
            r#"["f"]["a"]"#,
            str("w"),
            "f: {a: \"w\", b: x}\n",
        ),
        (
            "p_unencrypted: x\n",
            r#"["p_unencrypted"]"#,
            str("w"),
            "p_unencrypted: w\n",
        ),
        (
            "a: &x 1\nb: *x\n",
            r#"["b"]"#,
            Value::Int(2),
            "a: &x 1\nb: 2\n",
        ),
        (
            "a: &x 1\nb: *x\n",
            r#"["a"]"#,
            Value::Int(2),
            "a: &x 2\nb: 1\n",
        ),
    ];
    for (text, path, value, expected) in rows {
        check(text, path, Some(value), expected);
    }
}

#[test]
fn creates_what_is_missing() {
    let rows: Vec<(&str, &str, Value, &str)> = vec![
        ("a: 1\n", r#"["b"]"#, str("x"), "a: 1\nb: x\n"),
        ("a: 1", r#"["b"]"#, str("x"), "a: 1\nb: x"),
        ("a: 1\n# end\n", r#"["b"]"#, str("x"), "a: 1\n# end\nb: x\n"),
        (
            "m:\n  a: 1\nz: 2\n",
            r#"["m"]["b"]"#,
            str("x"),
            "m:\n  a: 1\n  b: x\nz: 2\n",
        ),
        (
            "m:\n  a: 1 # c\nz: 2\n",
            r#"["m"]["b"]["c"]"#,
            str("x"),
            "m:\n  a: 1 # c\n  b:\n    c: x\nz: 2\n",
        ),
        ("m: {}\n", r#"["m"]["b"]"#, str("x"), "m: {\"b\": \"x\"}\n"),
        (
            "m: {a: 1}\n",
            r#"["m"]["b"]"#,
            Value::Int(2),
            "m: {a: 1, \"b\": 2}\n",
        ),
        (
            "m: {a: 1,}\n",
            r#"["m"]["b"]"#,
            Value::Int(2),
            "m: {a: 1, \"b\": 2,}\n",
        ),
        ("{a: 1}\n", r#"["b"]"#, Value::Int(2), "{a: 1, \"b\": 2}\n"),
        ("{}\n", r#"["b"]"#, Value::Int(2), "{\"b\": 2}\n"),
        (
            "l:\n  - 1\n",
            r#"["l"][7]"#,
            Value::Int(2),
            "l:\n  - 1\n  - 2\n",
        ),
        (
            "l:\n- 1\nz: 1\n",
            r#"["l"][1]"#,
            map(vec![("a", Value::Int(1)), ("b", str("x"))]),
            "l:\n- 1\n- a: 1\n  b: x\nz: 1\n",
        ),
        (
            "l: [1]\n",
            r#"["l"][1]"#,
            Value::List(vec![Value::Int(2)]),
            "l: [1, [2]]\n",
        ),
        ("a: x\n", r#"["a"]["b"]"#, str("w"), "a:\n    b: w\n"),
        (
            "a: 1\nb: x\n",
            r#"["a"]"#,
            Value::List(vec![str("p"), str("q")]),
            "a:\n    - p\n    - q\nb: x\n",
        ),
        (
            "a:\n  b: 1\nc: 2\n",
            r#"["a"]"#,
            Value::Int(3),
            "a: 3\nc: 2\n",
        ),
        (
            "a: 1\n---\nb: 2\n",
            r#"["c"]"#,
            Value::Int(3),
            "a: 1\nc: 3\n---\nb: 2\n",
        ),
        (
            "a: &x {p: 1}\nb: *x\n",
            r#"["b"]["q"]"#,
            Value::Int(2),
            "a: &x {p: 1}\nb: {\"p\": 1, \"q\": 2}\n",
        ),
    ];
    for (text, path, value, expected) in rows {
        check(text, path, Some(value), expected);
    }
}

#[test]
fn takes_entries_out() {
    let rows = [
        ("a: 1\nb: 2\n", r#"["a"]"#, "b: 2\n"),
        ("a: 1\n# of b\nb: 2\n", r#"["a"]"#, "# of b\nb: 2\n"),
        (
            "a: 1\nb:\n  c: 1\n  d: 2\ne: 3\n",
            r#"["b"]"#,
            "a: 1\ne: 3\n",
        ),
        ("b:\n  c: 1\n", r#"["b"]["c"]"#, "b: {}\n"),
        ("l:\n- 1\n- 2\n", r#"["l"][0]"#, "l:\n- 2\n"),
        ("l:\n- a: 1\n  b: 2\n", r#"["l"][0]["a"]"#, "l:\n- b: 2\n"),
        ("l:\n- a: 1\n", r#"["l"][0]["a"]"#, "l:\n- {}\n"),
        ("l:\n- 1\n", r#"["l"][0]"#, "l: []\n"),
        ("f: {a: 1, b: 2}\n", r#"["f"]["a"]"#, "f: {b: 2}\n"),
        ("f: {a: 1, b: 2}\n", r#"["f"]["b"]"#, "f: {a: 1}\n"),
        ("f: {a: 1}\n", r#"["f"]["a"]"#, "f: {}\n"),
        ("{a: 1, b: 2}\n", r#"["b"]"#, "{a: 1}\n"),
        ("a: |\n  x\n\n\nb: 1\n", r#"["a"]"#, "\n\nb: 1\n"),
        ("a: 0x1F\nb: 0x1F\nc: 1\n", r#"["c"]"#, "a: 0x1F\nb: 0x1F\n"),
        ("a: 1\n", r#"["a"]"#, "{}\n"),
        // Printed anew, each comment with the container that it belongs to.
        (
            "a: 1\n---\nl:\n -\n#1\n #2\n",
            r#"["a"]"#,
            "{}\n---\nl:\n    - null\n    #2\n#1\n",
        ),
    ];
    for (text, path, expected) in rows {
        check(text, path, None, expected);
    }
}

#[test]
fn leaves_every_other_token_alone() {
    let text = "a: 1\nb: x\nl:\n- same\n- same\n# c\nz: 0x10\n";
    let (before, after) = apply(text, r#"["b"]"#, Some(str("w"))).unwrap();
    let (before, after) = (
        String::from_utf8(before).unwrap(),
        String::from_utf8(after).unwrap(),
    );
    let changed: Vec<(&str, &str)> = before
        .lines()
        .zip(after.lines())
        .filter(|(a, b)| a != b)
        .collect();
    let names: Vec<&str> = changed
        .iter()
        .filter_map(|(line, _)| line.trim().split(':').next())
        .collect();
    assert_eq!(before.lines().count(), after.lines().count());
    assert_eq!(names, ["b", "lastmodified", "layout", "mac"]);
}

#[test]
fn the_same_value_keeps_its_token() {
    let (before, after) = apply("b: x\n", r#"["b"]"#, Some(str("x"))).unwrap();
    let line = |bytes: &[u8]| {
        String::from_utf8(bytes.to_vec())
            .unwrap()
            .lines()
            .next()
            .unwrap()
            .to_owned()
    };
    assert_eq!(line(&before), line(&after));
}

#[test]
fn refuses_paths_that_do_not_fit() {
    let rows = [
        ("a: 1\n", r#"["sops"]"#, true),
        ("l: [1]\n", r#"["l"]["x"]"#, true),
        ("a: {b: 1}\n", r#"["a"][0]"#, true),
        ("a: 1\n", r#"["b"]"#, false),
        ("a: 1\n", r#"["a"]["b"]"#, false),
    ];
    for (text, path, setting) in rows {
        let result = apply(text, path, setting.then_some(Value::Int(1)));
        let fits = matches!(
            result,
            Err(Error::AlreadyEncrypted { .. } | Error::Path { .. } | Error::NotFound { .. })
        );
        assert!(fits, "{text:?} {path}: {:?}", result.err());
    }
}
