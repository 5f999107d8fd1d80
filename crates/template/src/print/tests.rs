use super::*;
use crate::budget::Limits;
use crate::value::{List, Map};

fn check(format: &str, values: &[Value], expected: &str) {
    let mut budget = Budget::new(Limits::default());
    let text = sprintf(&mut budget, &Text::from(format), values).unwrap();
    assert_eq!(String::from_utf8_lossy(text.bytes()), expected, "{format}");
}

#[test]
fn prints_as_go_does() {
    let map = Map::any([("a".into(), Value::Nil), ("b".into(), Value::int(1))].into());
    let list = Value::from(List::any(vec![Value::Nil, Value::int(1), "x".into()]));
    check(
        "%v %#v",
        &[map.clone().into(), map.into()],
        "map[a:<nil> b:1] map[string]interface {}{\"a\":interface {}(nil), \"b\":1}",
    );
    check(
        "%s|%d",
        &[list.clone(), list],
        "[<nil> %!s(int=1) x]|[<nil> 1 %!d(string=x)]",
    );
    check(
        "%[2]d %[1]d %d|%[5]d|%[x]d",
        &[Value::int(1), Value::int(2)],
        "2 1 2|%!d(BADINDEX)|%!d(BADINDEX)",
    );
    check(
        "%v %v %v",
        &[1e6.into(), 123_456_789.0.into(), 1e-5.into()],
        "1e+06 1.23456789e+08 1e-05",
    );
    check(
        "%6.3v|%+08d|%x|%q",
        &[3.25159.into(), Value::int(5), "hi".into(), "é\n".into()],
        "  3.25|+0000005|6869|\"é\\n\"",
    );
    check("x", &[Value::Nil, Value::int(1)], "x%!(EXTRA <nil>, int=1)");
    check(
        "%1000000000d",
        &[Value::int(1)],
        "%!(NOVERB)%!(EXTRA int=1)",
    );
}

#[test]
fn ends_by_a_limit() {
    let mut value = Value::from("x");
    for _ in 0..60 {
        value = List::any(vec![value.clone(), value]).into();
    }
    let mut budget = Budget::new(Limits::default());
    assert!(sprint(&mut budget, &[value]).is_err());
}
