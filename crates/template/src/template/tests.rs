//! Errors with their places, and the limits. What templates render to is in the rows of `tests/vectors/template`.

use selkie_crypto::Secret;

use super::{Settings, Syntax, Template};
use crate::budget::{Limit, Limits};
use crate::error::{Error, Failure};
use crate::value::Value;

/// A value that no error may show.
const MARKER: &str = "xyzzy-4711";

fn render(text: &str, limits: Limits) -> Result<Secret, Error> {
    let root = Value::root([
        ("k".to_owned(), Secret::from(MARKER.to_owned())),
        ("empty".to_owned(), Secret::new()),
    ]);
    let settings = Settings {
        limits,
        ..Settings::default()
    };
    Template::parse("of-test", text, &Syntax::default())?.render(&root, &settings)
}

#[test]
fn errors_tell_the_place() {
    for (text, expected) in [
        ("{{ x }}", r#"line 1, column 4: function "x" not defined"#),
        (
            "a\nb {{ $x }}",
            r#"line 2, column 6: undefined variable "$x""#,
        ),
        ("é{{ end }}", "line 1, column 6: unexpected {{end}}"),
        (
            "{{ if .k }}\n",
            "line 2, column 1: unexpected end of the text",
        ),
        ("{{ .k", "line 1, column 6: unclosed action"),
        ("{{ (1 }}", "line 1, column 7: unclosed left parenthesis"),
        ("{{/* a", "line 1, column 1: unclosed comment"),
        (
            "{{ 1 | 2 }}",
            "line 1, column 8: non executable command in pipeline stage 2",
        ),
        (
            "{{ if }}{{ end }}",
            "line 1, column 7: missing value for if",
        ),
        (
            "{{ define \"a\" }}1{{ end }}{{ define \"a\" }}2{{ end }}",
            r#"line 1, column 37: multiple definition of template "a""#,
        ),
        (
            "\n{{ .nope }}",
            r#"line 2, column 4: map has no entry for key "nope""#,
        ),
        (
            "{{ .k.x }}",
            "line 1, column 6: can't evaluate field x in type string",
        ),
        (
            "{{ template \"a\" }}",
            r#"line 1, column 13: template "a" not defined"#,
        ),
        (
            "{{ \"a\" | len | upper }}",
            "line 1, column 16: wrong type for value; expected string; got int",
        ),
        (
            "{{ index .k 99 }}",
            "line 1, column 4: index: index out of range",
        ),
        (
            "{{ upper }}",
            "line 1, column 4: upper: wrong number of args: want 1 got 0",
        ),
        (
            "{{ eq .k 1 }}",
            "line 1, column 4: eq: incompatible types for comparison",
        ),
        (
            "{{ range .k }}{{ end }}",
            "line 1, column 10: range can't iterate over string",
        ),
        ("{{ nil }}", "line 1, column 4: nil is not a command"),
    ] {
        let error = render(text, Limits::default()).unwrap_err().to_string();
        assert_eq!(error, format!("template \"of-test\", {expected}"), "{text}");
    }
}

#[test]
fn errors_show_no_value() {
    for text in [
        "{{ .k.x }}",
        "{{ .k 1 }}",
        "{{ range .k }}{{ end }}",
        "{{ index .k .k }}",
        "{{ index (list) .k }}",
        "{{ index (dict) .k .k }}",
        "{{ eq .k (list .k) }}",
        "{{ lt .k 1 }}",
        "{{ call .k }}",
        "{{ slice .k .k }}",
        "{{ printf 1 .k }}",
        "{{ len 1 .k }}",
        "{{ template \"a\" .k }}",
        "{{ repeat .k .k }}",
        "{{ $x := dict .k nil }}{{ range $k, $v := $x }}{{ $v.x.y }}{{ end }}",
        "{{ $x := dict .k .k }}{{ $x.nope }}",
    ] {
        let error = render(text, Limits::default()).unwrap_err();
        assert!(!format!("{error} {error:?}").contains(MARKER), "{text}");
    }
}

#[test]
fn nothing_of_the_machine_is_read() {
    for function in ["env", "expandenv", "getHostByName", "readFile", "glob"] {
        let error = render(&format!("{{{{ {function} .k }}}}"), Limits::default()).unwrap_err();
        let expected = format!("function \"{function}\" not defined");
        assert!(error.to_string().contains(&expected), "{error}");
    }
}

#[test]
fn hostile_templates_end_by_a_limit() {
    let many = |text: &str, times: usize| text.repeat(times);
    for (text, limit) in [
        (
            "{{ define \"a\" }}{{ template \"a\" . }}{{ end }}{{ template \"a\" . }}".to_owned(),
            Limit::Depth,
        ),
        (format!("{{{{ {}1{} }}}}", many("(", 9999), many(")", 9999)), Limit::Depth),
        (many("{{ if true }}", 9999), Limit::Depth),
        (many("{{ block \"a\" . }}", 9999), Limit::Depth),
        ("{{ range 1000000000 }}{{ end }}".to_owned(), Limit::Steps),
        (
            "{{ range 1000000000 }}{{ range 1000000000 }}{{ end }}{{ end }}".to_owned(),
            Limit::Steps,
        ),
        (
            format!("{{{{ range 1000000 }}}}{{{{ $x := and {} }}}}{{{{ end }}}}", many("1 ", 9999)),
            Limit::Steps,
        ),
        (
            format!(
                "{{{{ $s := repeat 1000000 \"a\" }}}}{{{{ range 1000000 }}}}{{{{ if {} }}}}{{{{ end }}}}{{{{ end }}}}",
                "eq $s (print $s)"
            ),
            Limit::Memory,
        ),
        (
            "{{ $s := repeat 1000000 \"a\" }}{{ range 1000000 }}{{ if lt $s $s }}{{ end }}{{ end }}"
                .to_owned(),
            Limit::Steps,
        ),
        ("{{ range 1000000 }}0123456789{{ end }}".to_owned(), Limit::Output),
        (
            "{{ $x := \"a\" }}{{ range 1000000 }}{{ $x = print $x $x }}{{ end }}".to_owned(),
            Limit::Length,
        ),
        (
            format!("{{{{ range 1000000 }}}}{{{{ $x := html \"{}\" }}}}{{{{ end }}}}", many("<", 9999)),
            Limit::Memory,
        ),
    ] {
        let short: String = text.chars().take(60).collect();
        match render(&text, Limits::default()) {
            Err(error) => assert_eq!(error.failure, Failure::Spent(limit), "{short}"),
            Ok(_) => panic!("rendered: {short}"),
        }
    }
}

/// The stack of a test holds what stands as deep as the limit lets it, and a value as deep in there.
#[test]
fn the_deepest_that_is_allowed_fits_the_stack() {
    let nested = |open: &str, inner: &str, close: &str, times: usize| {
        format!("{}{inner}{}", open.repeat(times), close.repeat(times))
    };
    let deep = "{{ $x := list 1 }}{{ range 240 }}{{ $x = list $x }}{{ end }}";
    for text in [
        nested("{{ if true }}", "x", "{{ end }}", 245),
        nested("{{ range 1 }}", "x", "{{ end }}", 245),
        nested("{{ with 1 }}{{ with 1 }}", "x", "{{ end }}{{ end }}", 120),
        nested("{{ if false }}{{ else }}", "x", "{{ end }}", 245),
        format!("{{{{ {} }}}}", nested("(", "1", ")", 245)),
        format!(
            "{deep}{{{{ {} }}}}",
            nested("print (", "print $x", ")", 240)
        ),
        format!(
            "{deep}{{{{ {} }}}}",
            nested("print (", "toPrettyJson $x", ")", 240)
        ),
        format!(
            "{deep}{{{{ {} }}}}",
            nested("print (", "toYaml $x", ")", 240)
        ),
        format!(
            "{deep}{{{{ {} }}}}",
            nested("print (", "deepCopy $x", ")", 240)
        ),
    ] {
        let short: String = text.chars().take(80).collect();
        assert!(render(&text, Limits::default()).is_ok(), "{short}");
    }
}

#[test]
fn a_long_chain_of_else_if_is_not_deep() {
    let text = format!(
        "{{{{ if false }}}}{}{{{{ end }}}}",
        "{{ else if false }}".repeat(9999)
    );
    assert!(render(&text, Limits::default()).unwrap().is_empty());
}

/// Templates can be parsed once and shared.
#[test]
fn threads_can_share_a_template() {
    fn check(_: &(impl Send + Sync)) {}
    check(&Template::parse("t", "", &Syntax::default()).unwrap());
}
