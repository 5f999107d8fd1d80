//! Rows per set of rules: a remote value, a property, and what a Secret gets.

use std::sync::Arc;

use super::*;
use crate::{Dialect, File, What};

/// What a lookup gives, in short.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Gives<'a> {
    /// This value.
    Is(&'a str),
    /// Nothing, as if there were no secret.
    NotThere,
    /// A failure with this cause.
    Fails(Cause),
}

use Gives::{Fails, Is, NotThere};

const MISSING: Gives<'_> = Fails(Cause::PropertyMissing);
const INVALID: Gives<'_> = Fails(Cause::InvalidData);

fn check_value(remote: &Remote, property: &str, expected: Gives<'_>) {
    let given = value(remote, Some(property));
    let text = |secret: &Secret| String::from_utf8_lossy(secret.expose()).into_owned();
    let shown = match &given {
        Ok(Some(secret)) => text(secret),
        _ => String::new(),
    };
    let got = match &given {
        Ok(Some(_)) => Is(&shown),
        Ok(None) => NotThere,
        Err(failure) => {
            assert!(failure.detail.contains("path/to"), "{failure}");
            Fails(failure.cause)
        }
    };
    assert_eq!(got, expected, "{remote:?} {property:?}");
}

/// Pairs are written `name=value`, one a line.
fn check_pairs(remote: &Remote, property: &str, expected: Gives<'_>) {
    let given = pairs(remote, Some(property));
    let shown = match &given {
        Ok(Some(pairs)) => pairs
            .iter()
            .map(|(name, value)| format!("{name}={}", String::from_utf8_lossy(value.expose())))
            .collect::<Vec<_>>()
            .join("\n"),
        _ => String::new(),
    };
    let got = match &given {
        Ok(Some(_)) => Is(&shown),
        Ok(None) => NotThere,
        Err(failure) => Fails(failure.cause),
    };
    assert_eq!(got, expected, "{remote:?} {property:?}");
}

fn whole(dialect: Dialect, text: &str) -> Remote {
    Remote::whole(dialect, "path/to", text.to_owned())
}

const VAULT: &str = r#"{ "user": "ann", "a.b": "dotted", "a": {"b": "nested", "z": [1, {"k": "<&>"}], "c": 1.50},
 "n": 12345678901234567890, "f": 1e21, "t": true, "nil": null, "list": ["x", "y"], "html": "<b>&", "star*": "s", "": "empty" }"#;

#[test]
fn vault_values() {
    let rows = [
        (
            "",
            Is(concat!(
                r#"{"":"empty","a":{"b":"nested","c":1.50,"z":[1,{"k":"\u003c\u0026\u003e"}]},"a.b":"dotted","f":1e21,"#,
                r#""html":"\u003cb\u003e\u0026","list":["x","y"],"n":12345678901234567890,"nil":null,"star*":"s","t":true,"user":"ann"}"#
            )),
        ),
        ("user", Is("ann")),
        ("a.b", Is("dotted")),
        (
            "a",
            Is(r#"{"b":"nested","c":1.50,"z":[1,{"k":"\u003c\u0026\u003e"}]}"#),
        ),
        ("a.c", Is("1.5")),
        ("a.z.0", Is("1")),
        ("a.z.1", Is(r#"{"k":"\u003c\u0026\u003e"}"#)),
        ("a.z.1.k", Is("<&>")),
        ("a.z.#", Is("2")),
        ("n", Is("12345678901234567890")),
        ("f", Is("1e21")),
        ("t", Is("true")),
        ("nil", Is("")),
        ("list", Is(r#"["x","y"]"#)),
        ("list.1", Is("y")),
        ("html", Is("<b>&")),
        ("star*", Is("s")),
        ("us*", Is("ann")),
        ("missing", MISSING),
        ("user.x", MISSING),
        ("list.2", MISSING),
        ("@keys.0", Is("")),
    ];
    let remote = whole(Dialect::Vault, VAULT);
    for (property, expected) in rows {
        check_value(&remote, property, expected);
    }
    let metadata = whole(Dialect::Vault, r#"{"owner":"me","current_version":"3"}"#).as_metadata();
    check_value(&metadata, "", Is(r#"{"current_version":"3","owner":"me"}"#));
    check_value(&metadata, "owner", Is("me"));
    check_value(&metadata, "other", MISSING);
}

#[test]
fn vault_pairs() {
    let rows = [
        (
            VAULT,
            "",
            Is(concat!(
                "=empty\n",
                r#"a={"b":"nested","c":1.5,"z":[1,{"k":"\u003c\u0026\u003e"}]}"#,
                "\na.b=dotted\nf=1000000000000000000000\nhtml=<b>&\nlist=[\"x\",\"y\"]\nn=12345678901234567000\nnil=\nstar*=s\nt=true\nuser=ann"
            )),
        ),
        (
            VAULT,
            "a",
            Is("b=nested\nc=1.5\nz=[1,{\"k\":\"\\u003c\\u0026\\u003e\"}]"),
        ),
        (VAULT, "a.z.1", Is("k=<&>")),
        (VAULT, "user", INVALID),
        (VAULT, "nil", INVALID),
        (VAULT, "list", INVALID),
        (VAULT, "missing", MISSING),
        (
            r#"{"json":"{\"b\":1e21,\"a\":9007199254740993}"}"#,
            "json",
            Is("a=9007199254740992\nb=1000000000000000000000"),
        ),
        (
            r#"{"deep":{"n":1e21,"m":{"z":1,"a":1e-7}}}"#,
            "deep",
            Is("m={\"a\":1e-7,\"z\":1}\nn=1000000000000000000000"),
        ),
        (
            r#"{"text":"a\nb","uni":"\u00e9\ud83d\ude00","slash":"\/"}"#,
            "",
            Is("slash=/\ntext=a\nb\nuni=é😀"),
        ),
        ("{}", "", Is("")),
        (r#"{"a":1,"a":2}"#, "", Is("a=2")),
        (r#"{"huge":1e999}"#, "", INVALID),
    ];
    for (text, property, expected) in rows {
        check_pairs(&whole(Dialect::Vault, text), property, expected);
    }
}

#[test]
fn open_bao_values_and_pairs() {
    let remote = whole(Dialect::OpenBao, VAULT);
    let rows = [
        ("user", Is("ann")),
        ("a.b", Is("dotted")),
        ("list.1", MISSING),
        ("us*", MISSING),
        ("a.c", MISSING),
        ("n", Is("12345678901234567890")),
    ];
    for (property, expected) in rows {
        check_value(&remote, property, expected);
    }
    check_pairs(
        &whole(Dialect::OpenBao, r#"{"n":9007199254740993,"s":"x"}"#),
        "",
        Is("n=9007199254740992\ns=x"),
    );
}

const AWS: &str = r#"{ "user" : "ann", "a.b" : "dotted", "a" : {"b": "nested",  "c": 1.50}, "n": 12345678901234567890,
 "f": 1E+21, "nil": null, "s.*": "odd", "html": "<b>", "json": "{\"x\": 1}" }"#;

#[test]
fn aws_values_and_pairs() {
    let rows = [
        ("", Is(AWS)),
        ("user", Is("ann")),
        ("a.b", Is("dotted")),
        ("a.c", Is("1.5")),
        ("a", Is(r#"{"b": "nested",  "c": 1.50}"#)),
        ("n", Is("12345678901234567890")),
        ("f", Is("1000000000000000000000")),
        ("nil", Is("")),
        ("s.*", Is("odd")),
        ("html", Is("<b>")),
        ("missing", MISSING),
        ("user.x", MISSING),
    ];
    let remote = whole(Dialect::Aws, AWS);
    for (property, expected) in rows {
        check_value(&remote, property, expected);
    }
    let rows = [
        (AWS, "a", Is("b=nested\nc=1.50")),
        (AWS, "json", Is("x=1")),
        (AWS, "user", INVALID),
        (AWS, "missing", MISSING),
        ("plain text", "", INVALID),
        ("null", "", Is("")),
        ("[1]", "", INVALID),
        (
            "{\"z\":1E+21,\"a\": [ 1, 2 ] ,\"nil\":null,\"s\":\"<\"}",
            "",
            Is("a=[ 1, 2 ]\nnil=\ns=<\nz=1E+21"),
        ),
    ];
    for (text, property, expected) in rows {
        check_pairs(&whole(Dialect::Aws, text), property, expected);
    }
    let text = whole(Dialect::Aws, "plain text");
    check_value(&text, "", Is("plain text"));
    check_value(&text, "x", MISSING);
}

#[test]
fn fake_values_and_pairs() {
    let json = r#"{"a.b":"dotted","a":{"b":"nested"},"n":1.50}"#;
    let rows = [
        (json, "", Is(json)),
        (json, "a.b", Is("nested")),
        (json, "a\\.b", Is("dotted")),
        (json, "n", Is("1.5")),
        (json, "missing", NotThere),
        ("plain", "x", NotThere),
        ("plain", "", Is("plain")),
    ];
    for (text, property, expected) in rows {
        check_value(&whole(Dialect::Fake, text), property, expected);
    }
    let rows = [
        (json, "", Is("a={\"b\":\"nested\"}\na.b=dotted\nn=1.50")),
        (json, "a", Is("b=nested")),
        (json, "missing", NotThere),
        ("plain", "", INVALID),
    ];
    for (text, property, expected) in rows {
        check_pairs(&whole(Dialect::Fake, text), property, expected);
    }
}

fn secret(entries: &[(&str, &[u8])]) -> Remote {
    let entries = entries
        .iter()
        .map(|(name, value)| ((*name).to_owned(), Secret::from(value.to_vec())));
    Remote::entries("path/to", entries.collect())
}

#[test]
fn kubernetes_values_and_pairs() {
    let remote = secret(&[
        ("user", b"ann"),
        (
            "config.json",
            br#"{"a":{"b":"<x>"},"n":1.50,"s":"q\"","l":[1e21,null]}"#,
        ),
        ("config", br#"{"a":{"b":"inner"},"json":"other"}"#),
        ("blob", b"\xff\x00"),
        (".hidden", b"h"),
    ]);
    let rows = [
        (
            "",
            Is(concat!(
                r#"{".hidden":"h","blob":"\ufffd\u0000","config":"{\"a\":{\"b\":\"inner\"},\"json\":\"other\"}","#,
                r#""config.json":"{\"a\":{\"b\":\"<x>\"},\"n\":1.50,\"s\":\"q\\\"\",\"l\":[1e21,null]}","user":"ann"}"#
            )),
        ),
        ("user", Is("ann")),
        (
            "config.json",
            Is(r#"{"a":{"b":"<x>"},"n":1.50,"s":"q\"","l":[1e21,null]}"#),
        ),
        ("config.a.b", Is("inner")),
        ("config.a", Is(r#"{"b":"inner"}"#)),
        ("config.missing", MISSING),
        ("config.", MISSING),
        (".hidden", Is("h")),
        ("user.x", MISSING),
        ("us*", MISSING),
        ("missing", MISSING),
    ];
    for (property, expected) in rows {
        check_value(&remote, property, expected);
    }
    assert_eq!(
        value(&remote, Some("blob")).unwrap().unwrap().expose(),
        b"\xff\x00"
    );
    let rows = [
        ("config", Is("a={\"b\":\"inner\"}\njson=\"other\"")),
        (
            "config.json",
            Is("a={\"b\":\"<x>\"}\nl=[1e+21,null]\nn=1.5\ns=\"q\\\"\""),
        ),
        ("user", INVALID),
        ("blob", INVALID),
        ("missing", MISSING),
        ("conf*g", Is("a={\"b\":\"inner\"}\njson=\"other\"")),
    ];
    for (property, expected) in rows {
        check_pairs(&remote, property, expected);
    }
    check_pairs(&secret(&[("b", b"2"), ("a", b"1")]), "", Is("a=1\nb=2"));
    check_pairs(&secret(&[("a", b"null")]), "a", Is(""));
}

#[test]
fn kubernetes_metadata() {
    let remote = secret(&[
        ("labels", br#"{"app":"web","app.kubernetes.io/name":"x"}"#),
        (
            "annotations",
            br#"{"cfg":"{\"ab\":\"joined\",\"a\":{\"b\":1}}","note":"<hi>"}"#,
        ),
    ])
    .as_metadata();
    assert_eq!(remote.what, What::Metadata);
    let rows = [
        (
            "",
            Is(concat!(
                r#"{"annotations":{"cfg":"{\"ab\":\"joined\",\"a\":{\"b\":1}}","note":"<hi>"},"#,
                r#""labels":{"app":"web","app.kubernetes.io/name":"x"}}"#
            )),
        ),
        (
            "labels",
            Is(r#"{"app":"web","app.kubernetes.io/name":"x"}"#),
        ),
        ("labels.app", Is("web")),
        ("annotations.note", Is("<hi>")),
        ("annotations.cfg.a", Is(r#"{"b":1}"#)),
        ("annotations.cfg.a.b", Is("joined")),
        ("labels.app.kubernetes.io/name", MISSING),
        ("labels.other", MISSING),
        ("finalizers", MISSING),
    ];
    for (property, expected) in rows {
        check_value(&remote, property, expected);
    }
    check_pairs(
        &remote,
        "labels",
        Is("app=\"web\"\napp.kubernetes.io/name=\"x\""),
    );
    let bare = secret(&[("labels", b"null"), ("annotations", b"null")]).as_metadata();
    check_value(&bare, "", Is(r#"{"annotations":null,"labels":null}"#));
    check_value(&bare, "labels", Is("null"));
    check_value(&bare, "labels.app", MISSING);
    check_pairs(&bare, "", Is("annotations=null\nlabels=null"));
    check_pairs(&bare, "labels", Is(""));
}

#[test]
fn files() {
    let text = "# the file\ndb:\n  pass: x\n";
    let tree = r#"{"db":{"pass":"x","port":5432,"ratio":1.50,"tags":["a",{"k":"v"}],"on":true,"none":null},"db.pass":"literal","odd\"name":{"a b":"c"}}"#;
    let file = |text: &str, tree: Option<&str>| {
        Arc::new(File {
            text: Secret::from(text.to_owned()),
            tree: tree.map(|tree| Secret::from(tree.to_owned())),
        })
    };
    let remote = Remote::file("path/to", file(text, Some(tree)), Vec::new());
    let rows = [
        ("", Is(text)),
        ("db.pass", Is("literal")),
        ("db.port", Is("5432")),
        ("db.ratio", Is("1.5")),
        ("db.tags.0", Is("a")),
        ("db.tags", Is(r#"["a",{"k":"v"}]"#)),
        ("db.none", Is("")),
        ("db.on", Is("true")),
        (r#"["db"]["pass"]"#, Is("x")),
        (r#"["db"]["ratio"]"#, Is("1.50")),
        (r#"["db"]["tags"][1]["k"]"#, Is("v")),
        ("['db']['tags'][0]", Is("a")),
        (r#"["db"]["tags"][2]"#, MISSING),
        (r#"["db.pass"]"#, Is("literal")),
        (r#"["db"]["x"]"#, MISSING),
        ("[db.port,db.on]", Is("[5432,true]")),
        ("missing", MISSING),
    ];
    for (property, expected) in rows {
        check_value(&remote, property, expected);
    }
    check_pairs(
        &remote,
        "db",
        Is("none=\non=true\npass=x\nport=5432\nratio=1.50\ntags=[\"a\",{\"k\":\"v\"}]"),
    );
    check_pairs(&remote, "db.port", INVALID);
    let within = |place: &[&str]| {
        let place = place.iter().map(|&step| step.to_owned()).collect();
        Remote::file("path/to", file(text, Some(tree)), place)
    };
    check_value(&within(&["db"]), "port", Is("5432"));
    check_value(&within(&["db", "tags"]), "1.k", Is("v"));
    check_value(&within(&["db", "pass"]), "", Is("x"));
    check_value(&within(&["db.pass"]), "", Is("literal"));
    check_value(&within(&["db", "pass"]), "x", MISSING);
    check_pairs(&within(&["odd\"name"]), "", Is("a b=c"));
    let plain = |text: &str| Remote::file("path/to", file(text, None), Vec::new());
    check_value(&plain("\u{1}bytes"), "", Is("\u{1}bytes"));
    check_value(&plain("\u{1}bytes"), "x", MISSING);
    check_value(&plain(r#"{"auths":{}}"#), "auths", Is("{}"));
    check_pairs(&plain(r#"{"auths":{}}"#), "", Is("auths={}"));
    check_pairs(&plain("bytes"), "", INVALID);
}

#[test]
fn properties_that_cost_too_much_are_refused_and_named() {
    let remote = whole(Dialect::Vault, VAULT);
    let failure = value(&remote, Some(&"[@this,@this]|".repeat(60))).unwrap_err();
    assert_eq!(failure.cause, Cause::InvalidSpec);
    let failure = value(&remote, Some("no.such")).unwrap_err();
    assert_eq!(failure.detail, "path/to: there is no property \"no.such\"");
}
