//! Templates that would take time or memory without end by numbers, lists and maps: each ends by the limit that its row names.

use crate::{Failure, Limit, Settings, Syntax, Template, Value};

/// What `$x` and `$y` start as, an action that is repeated, how often, and the action that goes too far.
const ROWS: [(&str, &str, usize, &str, Limit); 23] = [
    (LIST, TWICE, 60, "deepCopy $x", Limit::Steps),
    (LIST, TWICE, 60, "deepEqual $x $y", Limit::Steps),
    (LIST, TWICE, 60, "uniq (list $x $y)", Limit::Steps),
    (LIST, TWICE, 60, "without (list $x) $y", Limit::Steps),
    (LIST, DOUBLE, 60, "len $x", Limit::Steps),
    (LIST, NEST, 300, "deepCopy $x", Limit::Depth),
    (LIST, NEST, 300, "has $x (list $y)", Limit::Depth),
    (DICT, BOTH, 60, "deepCopy $x", Limit::Steps),
    (DICT, BOTH, 60, "merge $x $y", Limit::Steps),
    (DICT, BOTH, 300, "merge $x $x", Limit::Depth),
    (TEXT, LONGER, 17, "splitList \"\" $x", Limit::Steps),
    (TEXT, LONGER, 17, "split \"a\" $x", Limit::Steps),
    (TEXT, LONGER, 17, "join $x (until 1000)", Limit::Length),
    (TEXT, LONGER, 25, "len $x", Limit::Length),
    (
        TEXT,
        LONGER,
        17,
        "range until 1000 }}{{ $_ := sortAlpha (list $x $x) }}{{ end",
        Limit::Steps,
    ),
    (
        TEXT,
        LONGER,
        17,
        "range until 1000 }}{{ $_ := has $x (list $y) }}{{ end",
        Limit::Steps,
    ),
    (TEXT, LONGER, 17, "semverCompare $x \"1\"", Limit::Steps),
    (TEXT, "", 0, "until 9223372036854775807", Limit::Length),
    (TEXT, "", 0, "until 2000000", Limit::Steps),
    (
        TEXT,
        "",
        0,
        "untilStep 0 9223372036854775807 4611686018427387904",
        Limit::Length,
    ),
    (
        TEXT,
        "",
        0,
        "seq -9223372036854775807 9223372036854775806",
        Limit::Length,
    ),
    (
        LIST,
        "",
        0,
        "range until 2000 }}{{ $x = append $x 1 }}{{ end",
        Limit::Steps,
    ),
    (
        LIST,
        "",
        0,
        "range until 9999 }}{{ $x = list $x }}{{ $_ := set (dict) \"a\" $x }}{{ end",
        Limit::Steps,
    ),
];

const LIST: &str = "list 1 2";
const DICT: &str = "dict \"a\" 1";
const TEXT: &str = "\"aaaaaaaaaaaaaaaa\"";
const TWICE: &str = "{{ $x = list $x $x }}{{ $y = list $y $y }}";
const DOUBLE: &str = "{{ $x = concat $x $x }}";
const NEST: &str = "{{ $x = list $x }}{{ $y = list $y }}";
const BOTH: &str = "{{ $x = dict \"a\" $x \"b\" $x }}{{ $y = dict \"a\" $y \"b\" $y }}";
const LONGER: &str = "{{ $x = join \"\" (list $x $x) }}{{ $y = join \"\" (list $y $y) }}";

#[test]
fn limits() {
    let ends = |(start, step, times, end, limit): (&str, &str, usize, &str, Limit)| {
        let source = format!(
            "{{{{ $x := {start} }}}}{{{{ $y := {start} }}}}{}{{{{ {end} }}}}",
            step.repeat(times)
        );
        let template = Template::parse("hostile", &source, &Syntax::default()).unwrap();
        let result = template.render(&Value::root([]), &Settings::default());
        result.is_err_and(|error| error.failure == Failure::Spent(limit))
    };
    let others: Vec<_> = ROWS.into_iter().filter(|row| !ends(*row)).collect();
    assert!(others.is_empty(), "{others:#?}");
}
