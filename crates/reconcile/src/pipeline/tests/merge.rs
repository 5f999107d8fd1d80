//! Values that are folded into one.

use super::*;

fn merge(json: &str) -> Vec<Rewrite> {
    serde_json::from_str(&format!(r#"[{{"merge":{json}}}]"#)).unwrap()
}

#[test]
fn members_become_keys() {
    let plain = &merge("{}");
    check(
        plain,
        &[r#"a={"x":"1"}"#, r#"b={"y":"2"}"#],
        &["x=1", "y=2"],
    );
    check(plain, &[], &[]);
    check(plain, &["a={}"], &[]);
    check(plain, &["a=null"], &[]);
    check(plain, &[r#"a= {"x" : "1"} "#], &["x=1"]);
    check(plain, &[r#"a={"x":"1","x":"2"}"#], &["x=2"]);
    check(
        &merge(r#"{"strategy":"Extract","into":"all"}"#),
        &[r#"a={"x":"1"}"#],
        &["x=1"],
    );
}

#[test]
fn members_of_every_kind_become_text() {
    for (member, expected) in [
        (r#""text""#, "text"),
        (r#""""#, ""),
        (r#""a\"b\u00e9\n""#, "a\"bé\n"),
        (r#""<&>""#, "<&>"),
        ("true", "true"),
        ("false", "false"),
        ("null", ""),
        ("1", "1"),
        ("-0.50", "-0.5"),
        ("1.0", "1"),
        // Numbers go through floats, and are written out.
        ("9007199254740993", "9007199254740992"),
        ("1e21", "1000000000000000000000"),
        ("1e-7", "0.0000001"),
        ("12345678901234567890", "12345678901234567000"),
        // Within lists and maps as JSON writes them, escaped for HTML, members in order.
        ("[]", "[]"),
        ("{}", "{}"),
        (r#"[1, "b" ,null]"#, r#"[1,"b",null]"#),
        (
            r#"{"b":1,"a":{"d":[],"c":2}}"#,
            r#"{"a":{"c":2,"d":[]},"b":1}"#,
        ),
        (
            r#"{"h":"<a href='x'>&"}"#,
            r#"{"h":"\u003ca href='x'\u003e\u0026"}"#,
        ),
        ("[9007199254740993]", "[9007199254740992]"),
        ("[1e21]", "[1e+21]"),
        ("[1e20]", "[100000000000000000000]"),
        ("[1e-7]", "[1e-7]"),
        ("[1.50]", "[1.5]"),
        (r#"["é\u2028"]"#, "[\"é\\u2028\"]"),
    ] {
        let fetched = format!("a={{\"x\":{member}}}");
        check(&merge("{}"), &[&fetched], &[&format!("x={expected}")]);
    }
}

#[test]
fn all_becomes_one_value() {
    let json = &merge(r#"{"strategy":"JSON","into":"all"}"#);
    check(
        json,
        &[r#"a={"y":"2"}"#, r#"b={"x":[1,{"z":null}]}"#],
        &[
            r#"a={"y":"2"}"#,
            r#"all={"x":[1,{"z":null}],"y":"2"}"#,
            r#"b={"x":[1,{"z":null}]}"#,
        ],
    );
    // Nothing is escaped for HTML here.
    check(
        json,
        &[r#"a={"h":"<&>\u2028"}"#],
        &[r#"a={"h":"<&>\u2028"}"#, "all={\"h\":\"<&>\\u2028\"}"],
    );
    check(
        json,
        &[r#"a={"n":9007199254740993,"m":1e21}"#],
        &[
            r#"a={"n":9007199254740993,"m":1e21}"#,
            r#"all={"m":1e+21,"n":9007199254740992}"#,
        ],
    );
    check(json, &[], &["all={}"]);
    check(json, &["a=null"], &["a=null", "all={}"]);
    // It can take the place of one that it came from.
    check(
        &merge(r#"{"strategy":"JSON","into":"a"}"#),
        &[r#"a={"x":1}"#, r#"b={"y":2}"#],
        &[r#"a={"x":1,"y":2}"#, r#"b={"y":2}"#],
    );
    for json in [r#"{"strategy":"JSON"}"#, r#"{"strategy":"JSON","into":""}"#] {
        check_refused(
            &merge(json),
            &[],
            "InvalidSpec: rewrite[0]: strategy JSON needs `into`",
        );
    }
}

#[test]
fn later_ones_win_where_conflicts_are_ignored() {
    let fetched = &[r#"a={"x":"a"}"#, r#"b={"x":"b"}"#, r#"c={"x":"c"}"#];
    for (rule, winner) in [
        (r#"{"conflictPolicy":"Ignore"}"#, "c"),
        (r#"{"conflictPolicy":"Ignore","priority":["a"]}"#, "a"),
        (r#"{"conflictPolicy":"Ignore","priority":["a","b"]}"#, "b"),
        (r#"{"conflictPolicy":"Ignore","priority":["b","a"]}"#, "a"),
        (
            r#"{"conflictPolicy":"Ignore","priority":["a","b","a"]}"#,
            "a",
        ),
    ] {
        check(&merge(rule), fetched, &[&format!("x={winner}")]);
    }
    // By bytes: a capital comes first.
    check(
        &merge(r#"{"conflictPolicy":"Ignore"}"#),
        &[r#"a={"x":"small"}"#, r#"Z={"x":"large"}"#],
        &["x=small"],
    );
}

#[test]
fn conflicts_are_refused() {
    let fetched = &[r#"a={"x":1,"y":1}"#, r#"b={"y":2,"x":1}"#];
    let told = "InvalidData: rewrite[0]: several values have key \"x\", key \"y\"";
    check_refused(&merge("{}"), fetched, told);
    check_refused(&merge(r#"{"conflictPolicy":"Error"}"#), fetched, told);
    // Even with the same value, and whatever has priority.
    check_refused(&merge(r#"{"priority":["b"]}"#), fetched, told);
    check_refused(&merge(r#"{"strategy":"JSON","into":"all"}"#), fetched, told);
    let once = &[r#"a={"x":1}"#];
    let told = "InvalidData: rewrite[0]: several values have key \"x\"";
    check_refused(&merge(r#"{"priority":["a","a"]}"#), once, told);
    let many: Vec<String> = (0..9).map(|number| format!("\"m{number}\":1")).collect();
    let many = many.join(",");
    check_refused(
        &merge("{}"),
        &[&format!("a={{{many}}}"), &format!("b={{{many}}}")],
        "InvalidData: rewrite[0]: several values have key \"m0\", key \"m1\", key \"m2\", key \"m3\", key \"m4\" and 4 more",
    );
}

#[test]
fn priority_is_for_keys_that_are_there() {
    let fetched = &[r#"a={"x":1}"#];
    check_refused(
        &merge(r#"{"priority":["b"]}"#),
        fetched,
        "InvalidData: rewrite[0]: key \"b\" has priority, but is not there",
    );
    check_refused(
        &merge(r#"{"priority":["b"],"priorityPolicy":"Strict"}"#),
        &[],
        "InvalidData: rewrite[0]: key \"b\" has priority, but is not there",
    );
    let lenient = r#"{"priority":["b","a","c"],"priorityPolicy":"IgnoreNotFound"}"#;
    check(&merge(lenient), fetched, &["x=1"]);
}

#[test]
fn values_that_are_no_objects_are_refused() {
    for value in [
        "",
        "text",
        "\"text\"",
        "[]",
        "1",
        "true",
        "{",
        "{}x",
        "{'x':1}",
        r#"{"x":01}"#,
        r#"{"x":1e999}"#,
        "{\"x\":\"\n\"}",
        "\u{feff}{}",
    ] {
        check_refused(
            &merge("{}"),
            &[&format!("app/db={value}")],
            "InvalidData: rewrite[0]: the value of key \"app/db\" is no JSON object",
        );
    }
    let deep = format!("a={{\"x\":{}{}}}", "[".repeat(400), "]".repeat(400));
    check_refused(
        &merge("{}"),
        &[&deep],
        "InvalidSpec: rewrite[0]: stopped by a limit",
    );
}
