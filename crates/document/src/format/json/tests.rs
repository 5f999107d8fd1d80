//! Tables: what is read, how it is typed and sealed, what comes back, what is refused.

use selkie_crypto::{Kind, Secret};

use super::{read, render};
use crate::selection::SelectorFields;
use crate::testing::{header, key, rng};
use crate::tree::Shape;
use crate::{Error, Format, Nonces, Plain, Sealed, SealedText, open, seal};

fn plain(text: &[u8]) -> Result<Plain, Error> {
    Plain::read(Format::Json, Secret::from(text.to_vec()))
}

pub(super) fn sealed(text: &[u8]) -> SealedText {
    let header = header(&SelectorFields::default());
    let plain = plain(text).unwrap();
    seal(plain, &key(), header, &Nonces::none(), &mut rng(1)).unwrap()
}

pub(super) fn opened(bytes: &[u8]) -> String {
    let opened = open(Sealed::read(Format::Json, bytes.to_vec()).unwrap(), &key()).unwrap();
    String::from_utf8(opened.plain.source().to_vec()).unwrap()
}

#[test]
fn texts_come_back_byte_for_byte() {
    #[track_caller]
    fn check(text: &str) {
        let sealed = sealed(text.as_bytes());
        let read = Sealed::read(Format::Json, sealed.bytes.clone()).unwrap();
        let opened = open(read, &key()).unwrap();
        let shown = String::from_utf8_lossy(opened.plain.source());
        assert_eq!(shown, text, "{}", String::from_utf8_lossy(&sealed.bytes));
        assert!(
            opened.exact && opened.warnings.is_empty(),
            "{:?}",
            opened.warnings
        );
        assert!(sealed.warnings.is_empty(), "{:?}", sealed.warnings);
    }
    check("{}");
    check(" {\n} \n");
    check("{\r\n\t}");
    check(r#"{"a":1}"#);
    check(r#"{"a": 1, "b": [1, 2.50, -0, -0.0, 1e3, 1E+3, 0.1e-7], "c": null}"#);
    check("{\n  \"a\": \"x\",\n  \"b\": {\n    \"c\": [ ]\n  }\n}\n");
    check("{\r\n\t\"a\" : \"x\" ,\r\n\t\"b\" : true\r\n}\r\n");
    check("\n\n{ \"a\" : false\n,\"b\" : \"\"}");
    check("{\"a\":1,\"a\":2,\"a\":1,\"b\":{\"sops\":1,\"sops\":1}}");
    check(r#"{"\u0061":"\u0061","<&>":"<&>","u":"\u003C\u003c","s":"\/\b\f\n\r\t\"\\"}"#);
    check(
        "{\"\u{7f}\":\"\u{7f}\u{2028}é\u{1f600}\",\"p\":\"\\ud83d\\ude00\\ud800\\udc00x\\udc00\\ud800\\ud800\"}",
    );
    check(
        r#"{"n":9223372036854775807,"m":-9223372036854775808,"x":9223372036854775808,"y":1234567890123456789012345678901234567890}"#,
    );
    check(
        r#"{"a":100000000000000000000,"b":1e21,"c":1e+21,"d":0.000001,"e":1e-7,"f":1.5e-300,"g":1e-400,"h":123456.789}"#,
    );
    check(r#"{"a_unencrypted":"\u0041 <","b_unencrypted":-0,"c":"","d":[[],{},[{}]],"":{"":"x"}}"#);
    check(&format!(
        "{{\"a\":{}1{}}}",
        "[".repeat(511),
        "]".repeat(511)
    ));
}

#[test]
fn the_block_looks_like_the_file() {
    #[track_caller]
    fn check(text: &str, expected: &[&str]) {
        let sealed = String::from_utf8(sealed(text.as_bytes()).bytes).unwrap();
        for part in expected {
            assert!(sealed.contains(part), "{part:?} is not in {sealed}");
        }
        assert!(sealed.contains("\"mac\": \"ENC["), "{sealed}");
    }
    check(
        "{\"a\":1}",
        &["type:int]\",\"sops\": {\"age\": [{\"enc\": \"-----BEGIN"],
    );
    check("{\"a\": 1}", &["type:int]\", \"sops\": {\"age\": ["]);
    check("{\"a\":1, \"b\":2}", &[", \"sops\": {\"age\""]);
    check("{}", &["{\"sops\": {\"age\""]);
    check("{\n}\n", &["{\n\t\"sops\": {\n\t\t\"age\"", "\n\t}\n}\n"]);
    check(
        "{\n  \"a\": 1\n}\n",
        &[
            ",\n  \"sops\": {\n    \"age\": [\n      {\n        \"enc\"",
            "\n  }\n}\n",
        ],
    );
    check(
        "{\r\n\t\"a\": 1\r\n}",
        &[",\r\n\t\"sops\": {\r\n\t\t\"age\"", "\r\n\t}\r\n}"],
    );
    check("{\n\"a\": 1\n}", &[",\n\"sops\": {\n\"age\""]);
    check(
        "{ \"a\": 1,\n  \"b\": 2 }",
        &[",\n  \"sops\": {\n    \"age\""],
    );
}

#[test]
fn values_are_typed_as_sops_types_them() {
    #[track_caller]
    fn check(text: &str, kind: Kind, value: &str) {
        let read = read::read(Secret::from(format!("{{\"a\":{text}}}")), true).unwrap();
        assert_eq!(read.tree.node(1).shape, Shape::Leaf(kind), "{text}");
        assert_eq!(read.tree.value(1), value.as_bytes(), "{text}");
    }
    check("1", Kind::Int, "1");
    check("-0", Kind::Int, "0");
    check("9223372036854775807", Kind::Int, "9223372036854775807");
    check("9223372036854775808", Kind::Float, "9223372036854776000");
    check("1.0", Kind::Float, "1");
    check("-0.0", Kind::Float, "-0");
    check("1e2", Kind::Float, "100");
    check("1e-400", Kind::Float, "0");
    check("true", Kind::Bool, "True");
    check("false", Kind::Bool, "False");
    check("\"\"", Kind::Str, "");
    check(
        r#""\ud800\ud801 \udc00""#,
        Kind::Str,
        "\u{fffd}\u{fffd} \u{fffd}",
    );
    check(r#""\ud83d\ude00\u00e9\/""#, Kind::Str, "😀é/");
}

#[test]
fn values_are_spelled_as_sops_spells_them() {
    #[track_caller]
    fn check(kind: Kind, value: &str, written: &str) {
        assert!(
            render::is_canonical(kind, value.as_bytes(), written.as_bytes()),
            "{value}"
        );
    }
    check(Kind::Float, "1", "1");
    check(Kind::Float, "-0", "-0.0");
    check(Kind::Float, "0.000001", "0.000001");
    check(Kind::Float, "0.0000001", "1e-7");
    check(Kind::Float, "-0.00000012345", "-1.2345e-7");
    check(
        Kind::Float,
        "100000000000000000000",
        "100000000000000000000",
    );
    check(Kind::Float, "1000000000000000000000", "1e+21");
    check(Kind::Float, "-123450000000000000000000", "-1.2345e+23");
    check(Kind::Bool, "True", "true");
    check(
        Kind::Time,
        "2024-01-02T00:00:00Z",
        "\"2024-01-02T00:00:00Z\"",
    );
    check(
        Kind::Str,
        "<&>\u{2028}\u{1}\u{8}\"é\u{7f}",
        "\"\\u003c\\u0026\\u003e\\u2028\\u0001\\b\\\"é\u{7f}\"",
    );
}

#[test]
fn what_is_not_json_is_refused() {
    #[track_caller]
    fn check(text: &[u8], expected: &str) {
        let error = plain(text).unwrap_err();
        assert_eq!(
            error.to_string(),
            expected,
            "{}",
            String::from_utf8_lossy(text)
        );
    }
    check(b"", "line 1, column 1: there is no JSON in the file");
    check(b" \n", "line 2, column 1: there is no JSON in the file");
    check(
        "\u{feff}{}".as_bytes(),
        "line 1, column 1: the file begins with a byte order mark; remove it",
    );
    check(b"[1]", "line 1: only a mapping can stand at the top level");
    check(
        b"\"a\"",
        "line 1: only a mapping can stand at the top level",
    );
    check(
        b"{\"a\":[1",
        "line 1, column 8: the text ends inside a list",
    );
    check(
        b"{\"a\":[1,\n",
        "line 2, column 1: the text ends before a value",
    );
    check(
        b"{\"a\":1",
        "line 1, column 7: the text ends inside an object",
    );
    check(
        b"{\"a\"",
        "line 1, column 5: expected a colon behind the key",
    );
    check(b"{\"a", "line 1, column 4: the text ends inside a string");
    check(
        b"{\"a\":1,}",
        "line 1, column 8: expected a key in double quotes",
    );
    check(b"{\"a\":[1,]}", "line 1, column 9: expected a value");
    check(b"{\"a\":[,1]}", "line 1, column 7: expected a value");
    check(
        b"{\"a\":1 \"b\":2}",
        "line 1, column 8: expected a comma or `}`",
    );
    check(
        b"{\"a\":[1 2]}",
        "line 1, column 9: expected a comma or `]`",
    );
    check(b"{\"a\":[1}", "line 1, column 8: expected a comma or `]`");
    check(b"{\"a\":01}", "line 1, column 7: expected a comma or `}`");
    check(b"{\"a\":-}", "line 1, column 7: a digit is missing");
    check(b"{\"a\":5.}", "line 1, column 8: a digit is missing");
    check(b"{\"a\":1e}", "line 1, column 8: a digit is missing");
    check(b"{\"a\":.5}", "line 1, column 6: expected a value");
    check(b"{\"a\":NaN}", "line 1, column 6: expected a value");
    check(
        b"{\"a\":1E400}",
        "line 1, column 6: the number is out of range",
    );
    check(
        b"{\"a\":nullx}",
        "line 1, column 10: expected a comma or `}`",
    );
    check(
        b"{\"a\":\"\t\"}",
        "line 1, column 7: a control character inside a string must be written as an escape",
    );
    check(
        br#"{"a":"\x"}"#,
        "line 1, column 7: there is no such escape",
    );
    check(
        br#"{"a":"\u12g4"}"#,
        "line 1, column 7: \\u must be followed by four hexadecimal digits",
    );
    check(b"{\"a\":'b'}", "line 1, column 6: expected a value");
    check(
        b"{1:2}",
        "line 1, column 2: expected a key in double quotes",
    );
    check(
        b"{\"a\":1} x",
        "line 1, column 9: there is text behind the object",
    );
    check(
        b"{\"a\":1}{}",
        "line 1, column 8: there is text behind the object",
    );
    check(
        b"{\"a\":1}\0",
        "line 1, column 8: there is text behind the object",
    );
    check(
        b"{} // c",
        "line 1, column 4: there is text behind the object",
    );
    check(b"{\n\"a\":\"\xFF\"}", "line 2: the text is not UTF-8");
    check(
        b"{\n\"sops\":null}",
        "line 2: the file has a top-level `sops` key: it is already encrypted, or would look so",
    );
    check(
        br#"{"s\u006fps":1}"#,
        "line 1: the file has a top-level `sops` key: it is already encrypted, or would look so",
    );
    let deep = format!("{{\"a\":{}", "[".repeat(512));
    check(deep.as_bytes(), "line 1: nested deeper than 512 levels");
}

/// The sealed text `{"a":1,"b":[true]}` with something else in the place of its parts.
fn changed(change: impl Fn(&str) -> String) -> Vec<u8> {
    let sealed = String::from_utf8(sealed(br#"{"a":1,"b":[true]}"#).bytes).unwrap();
    let changed = change(&sealed);
    assert_ne!(changed, sealed);
    changed.into_bytes()
}

#[test]
fn sealed_texts_are_read_as_sops_reads_them() {
    #[track_caller]
    fn check(expected: &str, change: impl Fn(&str) -> String) {
        assert_eq!(opened(&changed(change)), expected);
    }
    let block = |text: &str| {
        text.split_once(",\"sops\": ")
            .unwrap()
            .1
            .strip_suffix('}')
            .unwrap()
            .to_owned()
    };
    let rest = |text: &str| text.split_once(",\"sops\": ").unwrap().0[1..].to_owned();
    check("{\"a\":1,\"b\":[true]}\n", |it| format!("{it} trailing"));
    check("{\"a\":1,\"b\":[true]}", |it| {
        format!("{{\"sops\":{},{}}}", block(it), rest(it))
    });
    check("{\"a\":1,\"b\":[true]}", |it| {
        format!("{{\"sops\":{} , {}}}", block(it), rest(it))
    });
    check("{\"a\":1,\"b\":[true]}", |it| {
        let (a, b) = rest(it)
            .split_once(",\"b\"")
            .map(|(a, b)| (a.to_owned(), b.to_owned()))
            .unwrap();
        format!("{{{a} , \"sops\":{},\"b\"{b}}}", block(it))
    });
    check("{\"a\":1,\"b\":[true]}", |it| {
        it.replace("\"sops\"", "\"s\\u006fps\"")
    });
    check("{\"a\":1,\"b\":[true]}", |it| {
        it.replace(
            "\"lastmodified\"",
            "\"x\": [null, {}, -1.5e3, false], \"lastmodified\"",
        )
    });
    check("{\"a\":1,\"b\":[true],\"c\":null,\"d\":{}}", |it| {
        it.replace(",\"sops\"", ",\"c\":null,\"d\":{},\"sops\"")
    });
}

#[test]
fn damaged_texts_are_refused() {
    #[track_caller]
    fn check(expected: &str, change: impl Fn(&str) -> String) {
        let read = Sealed::read(Format::Json, changed(change));
        let error = read.and_then(|it| open(it, &key())).unwrap_err();
        assert!(error.to_string().contains(expected), "{error}");
    }
    check("stands twice", |it| {
        it.replace("{\"a\"", "{\"sops\":{},\"a\"")
    });
    check("is not an object", |it| {
        format!("{}[]}}", it.split_once("{\"age\"").unwrap().0)
    });
    check("sops metadata not found", |it| {
        format!("{}null}}", it.split_once("{\"age\"").unwrap().0)
    });
    check("top level", |it| format!("[{it}]"));
    check("the text ends", |it| it[..it.len() - 2].to_owned());
    check("plain", |it| {
        format!("{{\"a\":1{}", &it[it.find(",\"b\"").unwrap()..])
    });
    check("MAC", |it| {
        it.replace(",\"sops\"", ",\"c_unencrypted\":0,\"sops\"")
    });
}

#[test]
fn bytes_that_are_no_utf8_are_read_in_a_sealed_text_alone() {
    let text = changed(|it| {
        it.replace(
            ",\"sops\"",
            ",\"c_unencrypted\":\"\u{fffd}\u{fffd}\",\"sops\"",
        )
    });
    let Err(Error::MacMismatch) = open(Sealed::read(Format::Json, text).unwrap(), &key()) else {
        panic!("the value is in the MAC");
    };
    let mut text = changed(|it| it.replace(",\"sops\"", ",\"c_unencrypted\":\"@\",\"sops\""));
    let at = text.iter().position(|byte| *byte == b'@').unwrap();
    text[at] = 0xFF;
    let read = read::read(Secret::from(text), false).unwrap();
    assert_eq!(read.tree.value(4), "\u{fffd}".as_bytes());
}

#[test]
fn conversions_are_spelled_as_sops_spells_them() {
    #[track_caller]
    fn check(yaml: &str, json: &str) {
        let plain = Plain::read(Format::Yaml, Secret::from(yaml.as_bytes().to_vec())).unwrap();
        let text = plain.text_as(Format::Json).unwrap();
        assert_eq!(String::from_utf8_lossy(text.expose()), json);
        let converted = plain.convert(Format::Json).unwrap();
        assert_eq!(converted.source(), json.as_bytes());
    }
    check("{}\n", "{}\n");
    check(
        "a: 1.0\nb: [1, {c: <x>}]\n",
        "{\n\t\"a\": 1,\n\t\"b\": [\n\t\t1,\n\t\t{\n\t\t\t\"c\": \"\\u003cx\\u003e\"\n\t\t}\n\t]\n}\n",
    );
    check(
        "# c\na: 2024-01-02\nb: {}\nc: []\nd:\n",
        "{\n\t\"a\": \"2024-01-02T00:00:00Z\",\n\t\"b\": {},\n\t\"c\": [],\n\t\"d\": null\n}\n",
    );
    check("a: 1\n---\nb: 2\n", "{\n\t\"a\": 1\n}\n");
    for yaml in ["a: [.inf]\n", "a: !!binary /w==\n"] {
        let plain = Plain::read(Format::Yaml, Secret::from(yaml.as_bytes().to_vec())).unwrap();
        assert!(
            matches!(plain.convert(Format::Json), Err(Error::Conversion { .. })),
            "{yaml}"
        );
    }
}
