//! Random JSON: [`text`] as nobody should write it, [`real`] as tools write the files that people keep.
//!
//! All of it is JSON to the letter, with an object at the top; what is refused is tested by tables, not here.

mod real;

use rand::RngExt as _;
use rand::rngs::StdRng;

pub use real::real;

/// Depth of objects and lists below the root.
const DEPTH: usize = 5;

/// Numbers in every spelling, in and beyond the ranges of integers and doubles.
const NUMBERS: [&str; 30] = [
    "0",
    "-0",
    "-0.0",
    "0.0",
    "1",
    "-17",
    "1.0",
    "1.50",
    "1e0",
    "1E3",
    "1e+3",
    "1e-3",
    "2.5e-7",
    "0.000001",
    "1e-7",
    "1e20",
    "1e21",
    "123456789012345678901",
    "1234567890123456789012",
    "9007199254740993",
    "9223372036854775807",
    "-9223372036854775808",
    "9223372036854775808",
    "18446744073709551616",
    "4.9e-324",
    "1e-400",
    "-1e-400",
    "1.7976931348623157e308",
    "0.1e1",
    "1181967377498077.25",
];

/// Parts of strings, as they are written between quotes.
const PARTS: [&str; 34] = [
    "a",
    "two words",
    "ümläut",
    "日本",
    "🔐",
    "<b>&amp;</b>",
    "\\u003c",
    "\\u003C",
    "\\\"",
    "\\\\",
    "\\/",
    "/",
    "\\b\\f\\n\\r\\t",
    "\\u0000",
    "\\u001f",
    "\\u001F",
    "\u{7f}",
    "\\u007f",
    "\\u00e9",
    "\\u2028",
    "\u{2028}",
    "\u{2029}",
    "\u{feff}",
    "\\ud83d\\ude00",
    "\\ud800",
    "\\udc00",
    "\\ud800\\ud800",
    "\\ud83d\\u0041",
    "ENC[",
    "ENC[AES256_GCM,data:YQ==,iv:YQ==,tag:YQ==,type:str]",
    "sops",
    ":",
    "#",
    "'",
];

const BLANKS: [&str; 8] = ["", "", "", " ", "  ", "\n", "\r\n\t", "\t "];

/// Random JSON text.
pub fn text(rng: &mut StdRng) -> String {
    let mut writer = Writer {
        text: String::new(),
        rng,
    };
    let style = writer.rng.random_range(0..4);
    writer.blank();
    writer.object(DEPTH, if style == 0 { None } else { Some(style) }, 0);
    if writer.rng.random_range(0..2) == 0 {
        writer.blank();
    }
    writer.text
}

struct Writer<'r> {
    text: String,
    rng: &'r mut StdRng,
}

impl Writer<'_> {
    fn pick<'p>(&mut self, from: &[&'p str]) -> &'p str {
        from[self.rng.random_range(0..from.len())]
    }

    fn blank(&mut self) {
        let blank = self.pick(&BLANKS);
        self.text.push_str(blank);
    }

    /// A line break and indentation, or any blanks where there is no style.
    fn gap(&mut self, style: Option<usize>, level: usize) {
        match style {
            Some(step) => {
                self.text.push('\n');
                self.text.push_str(&" ".repeat(step * level));
            }
            None => self.blank(),
        }
    }

    fn object(&mut self, depth: usize, style: Option<usize>, level: usize) {
        self.text.push('{');
        let count = self.rng.random_range(0..6);
        for index in 0..count {
            if index > 0 {
                self.text.push(',');
            }
            self.gap(style, level + 1);
            self.key(level);
            if style.is_none() {
                self.blank();
            }
            self.text.push(':');
            if style.is_some() {
                self.text.push(' ');
            } else {
                self.blank();
            }
            self.value(depth, style, level + 1);
            if style.is_none() {
                self.blank();
            }
        }
        if count > 0 || style.is_none() {
            self.gap(style, level);
        }
        self.text.push('}');
    }

    fn list(&mut self, depth: usize, style: Option<usize>, level: usize) {
        self.text.push('[');
        let count = self.rng.random_range(0..5);
        for index in 0..count {
            if index > 0 {
                self.text.push(',');
            }
            self.gap(style, level + 1);
            self.value(depth, style, level + 1);
            if style.is_none() {
                self.blank();
            }
        }
        if count > 0 || style.is_none() {
            self.gap(style, level);
        }
        self.text.push(']');
    }

    /// A key; the root has none that reads `sops`.
    fn key(&mut self, level: usize) {
        match self.rng.random_range(0..8) {
            0 => {
                let key = self.string();
                let key = if level == 0 {
                    key.replacen('"', "\"_", 1)
                } else {
                    key
                };
                self.text.push_str(&key);
            }
            1 => self.text.push_str("\"twice\""),
            2 => self.text.push_str("\"open_unencrypted\""),
            3 if level > 0 => self.text.push_str("\"sops\""),
            4 => self.text.push_str("\"\""),
            _ => {
                let key = format!("\"key_{}\"", self.rng.random_range(0..20));
                self.text.push_str(&key);
            }
        }
    }

    fn string(&mut self) -> String {
        let count = self.rng.random_range(0..4);
        let parts: Vec<&str> = (0..count).map(|_| self.pick(&PARTS)).collect();
        format!("\"{}\"", parts.concat())
    }

    fn value(&mut self, depth: usize, style: Option<usize>, level: usize) {
        match self.rng.random_range(0..12) {
            0 | 1 if depth > 0 => self.object(depth - 1, style, level),
            2 if depth > 0 => self.list(depth - 1, style, level),
            // A list on one line in a text of many.
            3 if depth > 0 => self.list(0, None, 0),
            4 => {
                let word = self.pick(&["true", "false", "null"]);
                self.text.push_str(word);
            }
            5..8 => {
                let number = self.pick(&NUMBERS);
                self.text.push_str(number);
            }
            _ => {
                let string = self.string();
                self.text.push_str(&string);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::seeded;

    #[test]
    fn a_seed_gives_the_same_text() {
        assert_eq!(text(&mut seeded(7)), text(&mut seeded(7)));
        assert_ne!(text(&mut seeded(7)), text(&mut seeded(8)));
    }
}
