use super::*;
use crate::budget::{Budget, Limits};
use crate::value::{Text, Value};

fn round(text: &str, layout: Layout) -> Option<String> {
    let mut budget = Budget::new(Limits::default());
    let document = read(&mut budget, text.as_bytes()).unwrap()?;
    let text = write(&mut budget, &document.value, layout).unwrap()?;
    Some(String::from_utf8(text.bytes().to_vec()).unwrap())
}

#[test]
fn reads_and_writes() {
    let rows = [
        (
            r#" { "b" : [ 1 , 2.50 , -0, 1e21, 1e-7 ] , "a": {}, "b": [] } "#,
            Some(r#"{"a":{},"b":[]}"#),
        ),
        ("[1, 2.50, -0, 1e21, 1e-7]", Some("[1,2.5,-0,1e+21,1e-7]")),
        (
            r#""\ud83d\ude42\ud800x\u00e9\/<""#,
            Some("\"🙂\u{fffd}xé/\\u003c\""),
        ),
        ("01", None),
        ("[1,]", None),
        ("\"\t\"", None),
        ("nul", None),
        ("1 2", None),
        ("", None),
    ];
    for (text, expected) in rows {
        assert_eq!(round(text, Layout::Compact).as_deref(), expected, "{text}");
    }
    assert_eq!(
        round(r#"{"a":[1,{}],"b":[]}"#, Layout::Indented).unwrap(),
        "{\n  \"a\": [\n    1,\n    {}\n  ],\n  \"b\": []\n}"
    );
    assert_eq!(round("\"<\u{2028}\"", Layout::Raw).unwrap(), "\"<\\u2028\"");
}

#[test]
fn ends_by_the_limit_on_depth() {
    let mut budget = Budget::new(Limits::default());
    assert!(read(&mut budget, "[".repeat(100_000).as_bytes()).is_err());
    let document = read(&mut budget, b"[1e999]").unwrap().unwrap();
    assert!(document.overflow);
    assert!(
        write(&mut budget, &Value::Float(f64::NAN), Layout::Raw)
            .unwrap()
            .is_none()
    );
    let broken = Value::Text(Text::from(&b"\xff"[..]));
    assert_eq!(
        write(&mut budget, &broken, Layout::Raw)
            .unwrap()
            .unwrap()
            .bytes(),
        b"\"\\ufffd\""
    );
}
