//! Texts that nobody expects anything of, with all that is odd about texts.

use super::maker::Maker;

const WORDS: [&str; 44] = [
    "a",
    "abc",
    "Hello World",
    "foo bar baz",
    "snake_case_word",
    "camelCaseWord",
    "kebab-case-word",
    "HTTPServer2Go",
    "  padded  ",
    "",
    "x",
    "é",
    "ß",
    "ÀÉ ñandú",
    "日本語",
    "🙂 ok",
    "e\u{301}a",
    "tab\there",
    "line\nbreak\n",
    "\r\n",
    "<b>&'\"</b>",
    "a,b,,c",
    "1",
    "42",
    "-7",
    "0x1F",
    "010",
    "1.5",
    "1e3",
    "true",
    "false",
    "nil",
    "$1 %d %s",
    "{{ }}",
    "aaaa",
    "The quick brown fox jumps over the lazy dog",
    "ǆ ﬁ İ ı",
    "a-b_c.d",
    "\u{2028}\u{FEFF}",
    "~null",
    "\\ \" `",
    "a\0b",
    "yes",
    "2024-02-03",
];

/// Any text.
pub(super) fn plain(maker: &mut Maker<'_>) -> Vec<u8> {
    match maker.below(12) {
        0 => random(maker),
        1 => {
            let mut bytes = maker.pick(&WORDS).as_bytes().to_vec();
            let at = maker.below(bytes.len() + 1);
            bytes.insert(at, maker.pick(&[0xFF, 0xC3, 0x80, 0xED]));
            bytes
        }
        2 => [maker.pick(&WORDS), maker.pick(&WORDS)]
            .concat()
            .into_bytes(),
        _ => maker.pick(&WORDS).into(),
    }
}

fn random(maker: &mut Maker<'_>) -> Vec<u8> {
    let mut text = String::new();
    for _ in 0..maker.below(20) {
        let code = match maker.below(6) {
            0 => maker.below(0x250),
            1 => 0x300 + maker.below(0x3000),
            2 => maker.below(0x11_0000),
            _ => 0x20 + maker.below(0x5F),
        };
        text.extend(char::from_u32(code as u32));
    }
    text.into_bytes()
}

/// What numbers are made of.
pub(super) fn number(maker: &mut Maker<'_>) -> Vec<u8> {
    maker
        .pick(&[
            "0",
            "1",
            "42",
            "-7",
            "010",
            "0x1F",
            "0o17",
            "0b1",
            "08",
            "1_000",
            "1.5",
            "1.0",
            "42.5",
            "1e3",
            "-0",
            "+3",
            " 3 ",
            "",
            "abc",
            "true",
            "9223372036854775807",
            "9223372036854775808",
            "1e400",
            "NaN",
            "Inf",
            ".5",
            "5.",
            "777",
            "0888",
        ])
        .into()
}

pub(super) fn separated(maker: &mut Maker<'_>) -> Vec<u8> {
    let words: Vec<&str> = (0..maker.below(5))
        .map(|_| maker.pick(&["b", "a", "", "c", "é", "10", "9"]))
        .collect();
    words.join(",").into_bytes()
}
