//! Tables: a text, what is set or taken out, the text that the result opens to.

use selkie_crypto::{Secret, Timestamp};

use crate::format::json::tests::{opened, sealed};
use crate::path::Path;
use crate::testing::{key, rng};
use crate::{Error, Format, Sealed, Value, set, unset};

#[test]
fn a_value_is_set_where_it_belongs() {
    #[track_caller]
    fn check(text: &str, path: &str, value: Value, expected: &str) {
        let sealed = Sealed::read(Format::Json, sealed(text.as_bytes()).bytes).unwrap();
        let path = Path::parse(path).unwrap();
        let now = Timestamp::from_unix(1_700_000_100);
        let changed = set(sealed, &key(), &path, value, now, &mut rng(2)).unwrap();
        assert_eq!(opened(&changed.bytes), expected);
    }
    let text = |text: &str| Value::Str(Secret::from(text.as_bytes().to_vec()));
    check(
        r#"{"a":1,"b":"x"}"#,
        "['a']",
        Value::Int(2),
        r#"{"a":2,"b":"x"}"#,
    );
    check(
        r#"{"a":1,"b":"x"}"#,
        "['b']",
        text("<"),
        r#"{"a":1,"b":"\u003c"}"#,
    );
    check(
        r#"{"a":1}"#,
        "['b']",
        Value::Bool(true),
        r#"{"a":1,"b":true}"#,
    );
    check(
        r#"{"a": 1}"#,
        "['b']",
        Value::Null,
        r#"{"a": 1, "b": null}"#,
    );
    check("{}", "['b']", Value::Float(1.5), r#"{"b": 1.5}"#);
    check(
        "{ \"a\" : 0x }".replace("0x", "1.50").as_str(),
        "['b']['c'][0]",
        text("x"),
        r#"{ "a" : 1.50, "b" : {"c" : ["x"]} }"#,
    );
    check(
        "{\n  \"a\": 1e3\n}\n",
        "['b']['c']",
        Value::Int(1),
        "{\n  \"a\": 1e3,\n  \"b\": {\n    \"c\": 1\n  }\n}\n",
    );
    check(
        "{\n\t\"a\": {},\n\t\"b\": 1\n}\n",
        "['a']['c']",
        Value::Int(1),
        "{\n\t\"a\": {\n\t\t\"c\": 1\n\t},\n\t\"b\": 1\n}\n",
    );
    check(
        "{\n  \"a\": [\n    1\n  ]\n}",
        "['a'][7]",
        Value::List(vec![]),
        "{\n  \"a\": [\n    1,\n    []\n  ]\n}",
    );
    check(
        "{\n  \"a\": [1, 2]\n}",
        "['a'][7]",
        Value::List(vec![Value::Int(3), Value::Int(4)]),
        "{\n  \"a\": [1, 2, [3, 4]]\n}",
    );
    check(
        "{\n  \"a\": [1]\n}",
        "['a'][7]",
        Value::Int(3),
        "{\n  \"a\": [1, 3]\n}",
    );
    check("{\n}\n", "['a']", Value::Int(1), "{\n\t\"a\": 1\n}\n");
    check(
        "{\"a\":{\"b\":1}}",
        "['a']",
        Value::Map(vec![("c\"".into(), Value::Null)]),
        "{\"a\":{\"c\\\"\":null}}",
    );
    check(
        "{\"a_unencrypted\":1}",
        "['a_unencrypted']",
        text("é\n"),
        "{\"a_unencrypted\":\"é\\n\"}",
    );
}

#[test]
fn a_value_that_json_lacks_is_not_set() {
    for value in [
        Value::Float(f64::NAN),
        Value::List(vec![Value::Str(Secret::from(vec![0xFF]))]),
    ] {
        let sealed = Sealed::read(Format::Json, sealed(b"{}").bytes).unwrap();
        let path = Path::parse("['a']").unwrap();
        let now = Timestamp::from_unix(1_700_000_100);
        let ended = set(sealed, &key(), &path, value, now, &mut rng(2));
        assert!(matches!(ended, Err(Error::Conversion { .. })));
    }
}

#[test]
fn an_entry_is_taken_out_with_its_comma() {
    #[track_caller]
    fn check(text: &str, path: &str, expected: &str) {
        let sealed = Sealed::read(Format::Json, sealed(text.as_bytes()).bytes).unwrap();
        let path = Path::parse(path).unwrap();
        let now = Timestamp::from_unix(1_700_000_100);
        let changed = unset(sealed, &key(), &path, now, &mut rng(2)).unwrap();
        assert_eq!(opened(&changed.bytes), expected);
    }
    check(r#"{"a":1.50,"b":0.10}"#, "['a']", r#"{"b":0.10}"#);
    check(r#"{"a":1.50,"b":2}"#, "['b']", r#"{"a":1.50}"#);
    check(r#"{"a":1.50}"#, "['a']", "{}");
    check(r#"{"a":[ 1 ]}"#, "['a'][0]", r#"{"a":[]}"#);
    check(
        "{\n  \"a\": [\n    1,\n    2,\n    3\n  ]\n}\n",
        "['a'][1]",
        "{\n  \"a\": [\n    1,\n    3\n  ]\n}\n",
    );
    check(
        "{\n  \"a\": [\n    1,\n    2\n  ]\n}\n",
        "['a'][1]",
        "{\n  \"a\": [\n    1\n  ]\n}\n",
    );
    check(
        "{\n  \"a\": 1,\n  \"b\": 2\n}\n",
        "['b']",
        "{\n  \"a\": 1\n}\n",
    );
}
