use super::*;
use crate::budget::{Limit, Limits};
use crate::json;
use crate::value::{List, Text};

fn read(text: &str) -> Option<String> {
    let mut budget = Budget::new(Limits::default());
    let map = map(&mut budget, text.as_bytes()).unwrap().ok()?;
    let json = json::write(&mut budget, &map.into(), json::Layout::Raw).unwrap()?;
    Some(String::from_utf8(json.bytes().to_vec()).unwrap())
}

fn written(value: impl Into<Value>) -> Option<String> {
    let mut budget = Budget::new(Limits::default());
    let text = write(&mut budget, &value.into()).unwrap()?;
    Some(String::from_utf8(text.expose().to_vec()).unwrap())
}

#[test]
fn scalars_are_those_of_yaml_1_1() {
    let rows = [
        (
            "a: 010\nb: 08\nc: 1_0\nd: yes",
            r#"{"a":8,"b":8,"c":10,"d":true}"#,
        ),
        (
            "y: ~\n1.50: x\n0x10: 2001-01-01",
            r#"{"1.5":"x","16":"2001-01-01","true":null}"#,
        ),
        ("a: 1\na: 2\n---\nb: [", r#"{"a":2}"#),
        (
            "a: &x {k: 1}\nb: {<<: *x, l: !!str 2}",
            r#"{"a":{"k":1},"b":{"k":1,"l":"2"}}"#,
        ),
        ("", "{}"),
    ];
    for (text, expected) in rows {
        assert_eq!(read(text).as_deref(), Some(expected), "{text}");
    }
}

#[test]
fn what_go_yaml_refuses_is_refused() {
    for text in [
        "\ta: 1",
        "a:\n\t- 1",
        "a: .nan",
        "~: 1",
        "[1]: 2",
        "a: *x",
        "- 1",
        "...",
        "%FOO\n---\na: 1",
        "%YAML 1.2\n---\na: 1",
        "{\"a\n b\": 1}",
        "--- a: 1",
        "a: \"\\ud83d\\ude42\"",
        "a: &x.y 1",
        "<<: 1",
        "a: \u{7}",
        "a: x\u{2028}y",
        "a: &a [*a]",
    ] {
        assert_eq!(read(text), None, "{text:?}");
    }
}

#[test]
fn keys_and_values_are_text() {
    let read = |text: &str| {
        let pairs = keys_and_values(text.as_bytes(), Limits::default());
        pairs.map(|pairs| {
            let shown = pairs
                .iter()
                .map(|(key, value)| format!("{key}={}", String::from_utf8_lossy(value.expose())));
            shown.collect::<Vec<_>>().join(",")
        })
    };
    let rows = [
        (
            "a: yes\nb: 010\nc: 1.50\nd: 1e3\ne: ~\nf: x",
            "a=true,b=8,c=1.5,d=1000,e=,f=x",
        ),
        (
            "18.250: 18446744073709551615\ny: .nan\n",
            "18.25=18446744073709551615,true=NaN",
        ),
        ("", ""),
        ("~", ""),
    ];
    for (text, expected) in rows {
        assert_eq!(read(text).as_deref(), Ok(expected), "{text}");
    }
    for text in [
        "a: [1]",
        "a: {}",
        "secret",
        "- secret",
        "a: \"secret",
        "secret: [x",
    ] {
        let error = read(text).unwrap_err().to_string();
        assert!(!error.contains("secret"), "{error}");
    }
}

#[test]
fn writes_in_block_style() {
    let list = |items: Vec<Value>| Value::from(List::any(items));
    let entries = [
        ("a10", Value::int(1)),
        ("a2", list(vec!["yes".into(), list(vec![1.5.into()])])),
        ("b", "x\ny".into()),
    ];
    let map = Map::any(entries.map(|(key, value)| (Text::from(key), value)).into());
    assert_eq!(
        written(map).unwrap(),
        "a2:\n- \"yes\"\n- - 1.5\na10: 1\nb: |-\n  x\n  y\n"
    );
    assert_eq!(written("\u{7f}"), None);
    assert_eq!(written("a\u{85}b").unwrap(), "a b\n");
}

#[test]
fn faults_are_told_without_the_text() {
    let mut budget = Budget::new(Limits::default());
    for text in [
        "a: *secret",
        "a: {secret",
        "? {secret: 1}\n: 2",
        "a: !!int secret",
        "a: \"secret",
        "secret",
    ] {
        let broken = map(&mut budget, text.as_bytes()).unwrap().err().unwrap();
        assert!(!broken.to_string().contains("secret"), "{broken}");
    }
}

#[test]
fn hostile_texts_end_by_a_limit() {
    let mut bomb = "a0: &a0 [x]\n".to_owned();
    for n in 1..40 {
        let line = format!("a{n}: &a{n} [*a{0}, *a{0}]\n", n - 1);
        bomb.push_str(&line);
    }
    assert_eq!(read(&bomb), None);
    // Each of these is mended by itself.
    let odd = format!("a: [{}]", "?b,".repeat(100_000));
    let end = map(&mut Budget::new(Limits::default()), odd.as_bytes());
    assert_eq!(end.err(), Some(Failure::Spent(Limit::Steps)));
    let mut budget = Budget::new(Limits::default());
    let deep = [
        "[".repeat(100_000),
        "- ".repeat(100_000),
        "{a: ".repeat(100_000),
        "? ".repeat(100_000),
    ];
    for text in deep {
        let end = map(&mut budget, text.as_bytes());
        assert_eq!(
            end.err(),
            Some(Failure::Spent(Limit::Depth)),
            "{}",
            &text[..4]
        );
    }
}
