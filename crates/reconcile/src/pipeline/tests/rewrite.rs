//! Keys by regular expressions and by templates.

use selkie_api::{RegexpRewrite, TransformRewrite};

use super::super::rewrite::all;
use super::*;

fn regexp(source: &str, target: &str) -> Rewrite {
    Rewrite::Regexp(RegexpRewrite {
        source: source.to_owned(),
        target: target.to_owned(),
    })
}

fn transform(template: &str) -> Rewrite {
    let template = template.to_owned();
    Rewrite::Transform(TransformRewrite { template })
}

#[test]
fn expressions_replace_what_they_match() {
    for (source, target, key, expected) in [
        ("^app-", "", "app-user", "user"),
        ("^app-", "", "my-app-user", "my-app-user"),
        ("-", "_", "a-b-c", "a_b_c"),
        (".*", "x", "key", "x"),
        ("(.*)", "my_$1", "key", "my_key"),
        ("[a-z]*", "x", "ab1cd", "x1x"),
        ("^(.)(.*)$", "$2$1", "abc", "bca"),
        ("^(.)(.*)$", "${2}_$1", "abc", "bc_a"),
        // A name is as long as it can be.
        ("^(.*)$", "$1_x", "abc", ""),
        ("^(.*)$", "${1}_x", "abc", "abc_x"),
        ("(?P<first>a)(?P<rest>.*)", "${rest}-$first", "abc", "bc-a"),
        ("(?<first>a)", "<$first>", "a", "<a>"),
        ("(a)", "$9", "abc", "bc"),
        ("(a)", "$0$0", "abc", "aabc"),
        ("(a)|(b)", "[$1|$2]", "ab", "[a|][|b]"),
        ("a", "$$1", "abc", "$1bc"),
        ("a", "$", "abc", "$bc"),
        ("a", "${x", "abc", "${xbc"),
        ("", "-", "abc", "-a-b-c-"),
        ("x*", "-", "axc", "-a-c-"),
        ("", "-", "öä", "-ö-ä-"),
        (r"\d+", "N", "a1b22", "aNbN"),
        // Digits are ASCII for Go.
        (r"\d", "N", "a٣", "a٣"),
        ("(?i)APP", "x", "aPp", "x"),
        (r"[^\w]", "_", "a/b c", "a_b_c"),
        ("none", "x", "abc", "abc"),
    ] {
        let steps = [regexp(source, target)];
        let data = pairs(&[&format!("{key}=v")]).into_iter().collect();
        let (data, _) = all(&steps, data, &RENDER).unwrap();
        let keys: Vec<String> = data.into_keys().collect();
        assert_eq!(keys, [expected], "{source} {target} {key}");
    }
}

#[test]
fn of_keys_that_become_one_the_last_stays() {
    let strip = regexp("-.*", "");
    check(
        &[strip],
        &["a-1=one", "a-2=two", "b-1=b"],
        &["a=two", "b=b"],
    );
    // By bytes: a capital comes first.
    check(&[transform("x")], &["b=2", "B=1"], &["x=2"]);
    check(&[regexp(".+", "")], &["a=1", "b=2"], &[]);
}

#[test]
fn steps_follow_each_other() {
    let steps = [
        regexp("/", "_"),
        regexp("^app_", ""),
        transform("{{ .value | upper }}"),
        regexp("PASSWORD", "PASS"),
    ];
    let fetched = ["app/db/password=x", "app/db/user=y"];
    check(&steps, &fetched, &["DB_PASS=x", "DB_USER=y"]);
}

#[test]
fn templates_write_keys() {
    for (template, key, expected) in [
        ("{{ .value }}", "a", "a"),
        ("{{ .value | upper }}", "db-host", "DB-HOST"),
        (
            r#"{{ .value | upper | replace "-" "_" }}"#,
            "db-host",
            "DB_HOST",
        ),
        ("prefix.{{ .value }}", "a", "prefix.a"),
        (r#"{{ .value | trimPrefix "app-" }}"#, "app-a", "a"),
        ("constant", "a", "constant"),
        // What is wrong elsewhere is nothing here.
        (r#"{{ .other | default "x" }}"#, "a", "x"),
        (
            r#"{{ regexReplaceAll "[<> ]" (printf "%s%v" .value .other) "" }}"#,
            "a",
            "anil",
        ),
        ("{{ date `2006` 0 }}", "a", "1970"),
        ("{{ now | unixEpoch }}", "a", "0"),
        ("{{- .value -}}\n", "a", "a"),
    ] {
        let fetched = format!("{key}=v");
        check(
            &[transform(template)],
            &[&fetched],
            &[&format!("{expected}=v")],
        );
    }
    // An empty key is dropped.
    check(
        &[transform(r#"{{ trimPrefix "a" .value }}"#)],
        &["a=v", "ab=w"],
        &["b=w"],
    );
}

#[test]
fn templates_have_the_same_randomness_for_the_same_key() {
    let run = |fetched: &[&str]| {
        let steps = [transform("{{ .value }}-{{ randAlphaNum 8 }}")];
        told(extracted(
            pairs(fetched),
            &RemoteRef::default(),
            &steps,
            &RENDER,
        ))
        .unwrap()
    };
    let both = run(&["a=1", "b=2"]);
    assert_eq!(run(&["a=1"]), both[..1]);
    assert_ne!(both[0][2..10], both[1][2..10]);
}

#[test]
fn wrong_steps_are_refused() {
    check_refused(
        &[regexp("a", "b"), regexp("(", "x")],
        &["a=1"],
        "InvalidSpec: rewrite[1]: the regular expression is refused: unclosed group",
    );
    check_refused(
        &[regexp("(?=a)", "x")],
        &["a=1"],
        "InvalidSpec: rewrite[0]: the regular expression is refused: group has the unknown flag `=`",
    );
    // Nothing to do is no excuse.
    check_refused(
        &[regexp("a**", "x")],
        &[],
        "InvalidSpec: rewrite[0]: the regular expression is refused: repetition operator stands under another",
    );
    check_refused(
        &[transform("{{ nope }}")],
        &[],
        "InvalidTemplate: rewrite[0]: template \"transform\", line 1, column 4: function \"nope\" not defined",
    );
    check_refused(
        &[regexp("a", "b"), transform("{{ fail .value }}")],
        &["a=1"],
        "InvalidTemplate: rewrite[1]: template \"transform\", line 1, column 4: fail: the template gave up; its message is not shown, since it may hold a value",
    );
    // Go writes `<no value>`.
    check_refused(
        &[transform("{{ .other }}")],
        &["a=1"],
        "InvalidData: a key has a character other than letters, digits, `-`, `.` and `_`",
    );
    // What a template wrote is not repeated.
    check_refused(
        &[transform("{{ .value }}/x"), regexp("a", "b")],
        &["a=1"],
        "InvalidData: a key has a character other than letters, digits, `-`, `.` and `_`",
    );
}

#[test]
fn hostile_steps_come_to_an_end() {
    let spent = "InvalidSpec: rewrite[0]: stopped by a limit";
    let long = format!("{}=v", "ab".repeat(50_000));
    check_refused(&[regexp("[ab](?:[ab]*c)?", "x")], &[&long], spent);
    let doubling = "$0".repeat(1000);
    check_refused(
        &[regexp("a", &doubling), regexp("a", &doubling)],
        &["aaa=v"],
        "InvalidSpec: rewrite[1]: stopped by a limit",
    );
    check_refused(
        &[regexp(r"(?:\pL{50}){20}", "x")],
        &["a=v"],
        "InvalidSpec: rewrite[0]: the regular expression is refused: compiled, the expression is too large",
    );
    let many: Vec<String> = (0..400).map(|number| format!("k{number}=v")).collect();
    let many: Vec<&str> = many.iter().map(String::as_str).collect();
    let outcome = extracted(
        pairs(&many),
        &RemoteRef::default(),
        &[transform("{{ range untilStep 0 100000 1 }}{{ end }}")],
        &RENDER,
    );
    assert_eq!(outcome.unwrap_err().cause(), Cause::InvalidTemplate);
}
