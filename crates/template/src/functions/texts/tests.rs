//! Templates that would work on texts for minutes or fill the memory, and the limit that ends each.

use serde_json::json;

use crate::protocol::answer;

#[track_caller]
fn check(template: &str, limit: &str) {
    let answer = answer(&json!({"template": template, "values": {}}));
    let error = answer["error"].as_str().unwrap_or_default();
    assert!(
        error.ends_with(&format!("stopped by the limit on {limit}")),
        "{template}: {answer}"
    );
}

/// A loop over one call with a long text.
#[track_caller]
fn check_loop(text: &str, call: &str, limit: &str) {
    check(
        &format!(
            "{{{{ $a := {text} }}}}{{{{ range until 100000 }}}}{{{{ $x := {call} }}}}{{{{ end }}}}"
        ),
        limit,
    );
}

#[test]
fn long_texts_are_not_made() {
    check(r#"{{ repeat 9000000 "x" }}"#, "length");
    check(r#"{{ repeat 9223372036854775807 "xy" }}"#, "length");
    check(r#"{{ indent 1000000 (repeat 1000000 "\n") }}"#, "length");
    check(
        r#"{{ $a := repeat 10000 "a" }}{{ replace "a" $a $a }}"#,
        "length",
    );
    check(
        r#"{{ regexReplaceAll "" (repeat 10000 "a") (repeat 10000 "b") }}"#,
        "length",
    );
    check_loop(r#""x""#, "repeat 4000000 $a", "memory");
}

#[test]
fn long_texts_are_not_read_for_ever() {
    let text = r#"repeat 1000000 "aé""#;
    for call in [
        "upper $a",
        "trimAll $a $a",
        "contains (trunc 1000000 $a) $a",
        "snakecase $a",
        "quote $a",
        "sha512sum $a",
        "b32dec $a",
        "clean $a",
        r#"replace "" "" $a"#,
        r#"wrap 1 (trunc 1000000 $a | replace "é" " ")"#,
        r#"urlJoin (dict "userinfo" $a)"#,
    ] {
        check_loop(text, call, "steps");
    }
}

#[test]
fn expressions_are_bounded() {
    // Looks to the end of the text for each match.
    check(
        r#"{{ regexFindAll "[ab](?:[ab]*c)?" (repeat 1000000 "ab") -1 }}"#,
        "steps",
    );
    // Makes a state for each byte.
    check(
        r#"{{ regexMatch "[a-z]*a[A-Za-z]{900}!" (randAlpha 400000) }}"#,
        "steps",
    );
    // Copies many groups for each byte.
    check(
        r#"{{ regexReplaceAll (repeat 500 "(a?)(b?)") (repeat 20000 "ab") "$300" }}"#,
        "steps",
    );
    check(r#"{{ regexMatch (repeat 100000 "\\pL") "a" }}"#, "steps");
    check(r#"{{ regexMatch "\\pL{900}" "a" }}"#, "regex");
    check(
        r#"{{ regexMatch (printf "%sa%s" (repeat 1000 "(") (repeat 1000 ")")) "a" }}"#,
        "depth",
    );
    check_loop(
        r#""(?i)[\\x00-\\x{10FFFF}]""#,
        r#"regexMatch (printf "%s%d" $a .) "a""#,
        "steps",
    );
    check_loop(r#""(a""#, r#"regexMatch (repeat 1000 $a) "a""#, "steps");
}
