//! JSON and YAML, as people write it and as they should not.

use super::literal::key;
use super::maker::Maker;

/// JSON, mostly.
pub(super) fn json(maker: &mut Maker<'_>) -> String {
    let mut text = value(maker, 3);
    if maker.one_in(12) {
        let cut = text.chars().count().saturating_sub(1 + maker.below(3));
        text = text.chars().take(cut).collect();
    } else if maker.one_in(20) {
        text += maker.pick(&[" ", "\n", " 1", ",", "}"]);
    }
    text
}

pub(super) fn json_list(maker: &mut Maker<'_>) -> String {
    let items: Vec<String> = (0..maker.below(4)).map(|_| value(maker, 2)).collect();
    format!("[{}]", items.join(","))
}

pub(super) fn json_object(maker: &mut Maker<'_>) -> String {
    let entry = |maker: &mut Maker<'_>| format!("{:?}: {}", key(maker), value(maker, 2));
    let entries: Vec<String> = (0..maker.below(4)).map(|_| entry(maker)).collect();
    format!("{{{}}}", entries.join(", "))
}

fn value(maker: &mut Maker<'_>, depth: usize) -> String {
    match maker.below(if depth > 0 { 10 } else { 7 }) {
        0..3 => maker
            .pick(&[
                "\"\"",
                "\"a\"",
                "\"é🙂\"",
                "\"<&>\"",
                "\"\\u003c\\n\\\"\"",
                "\"\\ud83d\\ude42\"",
                "\"\\ud800\"",
                "\"1\"",
                "\"\\/\"",
                "\"\u{2028}\"",
                "\"a\\u0000\"",
            ])
            .to_owned(),
        3..6 => maker
            .pick(&[
                "0",
                "1",
                "-1",
                "1.5",
                "1.0",
                "1e3",
                "1E+2",
                "-0",
                "0.1",
                "1e21",
                "1e20",
                "123456789",
                "12345678901234567890",
                "1e-7",
                "9007199254740993",
                "1e400",
                "01",
                "1000000",
                "1e-6",
                "100000000000000000000000",
            ])
            .to_owned(),
        6 => maker
            .pick(&["true", "false", "null", "null", "nul"])
            .to_owned(),
        7 => json_list(maker),
        _ => json_object(maker),
    }
}

/// YAML of the sort that people write, most of it valid.
pub(super) fn yaml(maker: &mut Maker<'_>) -> String {
    if maker.one_in(5) {
        return json_object(maker);
    }
    let mut text = String::new();
    for _ in 0..maker.below(4) {
        let key = maker.pick(&[
            "a", "b", "c", "k1", "yes", "1", "\"q\"", "~", "1.5", "a b", "é", "x",
        ]);
        let value = maker.pick(&[
            "",
            "1",
            "yes",
            "No",
            "on",
            "~",
            "null",
            "010",
            "0o10",
            "0x1F",
            "08",
            "1.50",
            "1e3",
            "1_000",
            ".5",
            ".inf",
            "1:30",
            "2024-01-01",
            "2024-01-01T10:00:00Z",
            "plain text",
            "'it''s'",
            "\"d\\n\\u00e9\"",
            "|\n  line\n  two\n",
            ">-\n  fold\n  ed",
            "[1, two, '3']",
            "{a: 1, b: [x]}",
            "\n  n: 1\n  m: q",
            "\n- 1\n- a: b",
            "!!str 1",
            "!!int \"3\"",
            "&x v",
            "# note",
            "a # note",
            "-",
            "\"\"",
            "y",
            "TRUE",
            "12345678901234567890",
            "0b11",
            "+1",
            "-0",
            "<<",
            "=",
            "🙂",
        ]);
        text.extend([key, ": ", value, "\n"]);
    }
    text
}
