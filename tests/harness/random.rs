//! Random YAML documents, as people and programs write them: all styles of scalars, lists and mappings in block and flow, comments, blank
//! lines, anchors. Every document is one that SOPS accepts; what is refused is tested by tables, not here.

use std::fmt::Write as _;

use rand::RngExt as _;
use rand::rngs::StdRng;

/// Depth of collections below the root.
const DEPTH: usize = 4;

/// Plain scalars whose meaning is not obvious.
const PLAIN: [&str; 40] = [
    "text",
    "two words",
    "a-b_c.d/e",
    "x:y",
    "a#b",
    "1",
    "-17",
    "0",
    "0x1F",
    "0o17",
    "017",
    "0b101",
    "1_000",
    "1.5",
    "1.0",
    "-0.0",
    ".5",
    "1e3",
    "6.02e+23",
    ".inf",
    "-.inf",
    ".nan",
    "true",
    "False",
    "yes",
    "no",
    "on",
    "Off",
    "y",
    "n",
    "null",
    "~",
    "2024-01-15",
    "2001-12-14t21:59:43.10-05:00",
    "12:30:45",
    "1.2.3",
    "9223372036854775807",
    "-9223372036854775808",
    "ümläut",
    "日本語",
];

/// Words of quoted scalars and comments.
const WORDS: [&str; 14] = [
    "alpha",
    "beta",
    "#hash",
    "colon: value",
    "- dash",
    "100%",
    "{brace}",
    "[bracket]",
    "&and",
    "*star",
    "!bang",
    "ünï",
    "🔐",
    "ENC",
];

/// One document, a mapping at its root, ending in a newline.
pub fn document(rng: &mut StdRng) -> String {
    let mut writer = Writer {
        text: String::new(),
        anchors: 0,
        rng,
    };
    if writer.one_in(8) {
        writer.comment(0);
    }
    writer.mapping(0, DEPTH);
    writer.text
}

/// Several documents in one stream.
pub fn stream(rng: &mut StdRng, documents: usize) -> String {
    let mut text = String::new();
    for index in 0..documents {
        if index > 0 {
            text.push_str("---\n");
        }
        text.push_str(&document(rng));
    }
    text
}

struct Writer<'a> {
    text: String,
    anchors: usize,
    rng: &'a mut StdRng,
}

impl Writer<'_> {
    fn one_in(&mut self, count: u32) -> bool {
        self.rng.random_range(0..count) == 0
    }

    fn pick<'b>(&mut self, from: &[&'b str]) -> &'b str {
        from[self.rng.random_range(0..from.len())]
    }

    fn words(&mut self) -> String {
        let count = self.rng.random_range(1..4);
        let words: Vec<&str> = (0..count).map(|_| self.pick(&WORDS)).collect();
        words.join(" ")
    }

    fn blanks(&mut self, count: usize) {
        self.text.push_str(&" ".repeat(count));
    }

    fn comment(&mut self, indent: usize) {
        let words = self.words();
        self.blanks(indent);
        let _ = writeln!(self.text, "# {words}");
    }

    /// Ends a line, sometimes with a comment.
    fn end_line(&mut self) {
        if self.one_in(8) {
            let words = self.words();
            let _ = write!(self.text, "   # {words}");
        }
        self.text.push('\n');
        if self.one_in(12) {
            self.text.push('\n');
        }
    }

    /// Entries of a block mapping; the first stands where the cursor is if `indent` blanks were written already.
    fn mapping(&mut self, indent: usize, depth: usize) {
        self.entries(indent, depth, false);
    }

    fn entries(&mut self, indent: usize, depth: usize, first_is_placed: bool) {
        for index in 0..self.rng.random_range(1..6) {
            if index > 0 || !first_is_placed {
                if self.one_in(10) {
                    self.comment(indent);
                }
                self.blanks(indent);
            }
            let key = self.key(index);
            self.text.push_str(&key);
            self.text.push(':');
            self.value(indent, depth);
        }
    }

    fn key(&mut self, index: usize) -> String {
        match self.rng.random_range(0..8) {
            0 => format!("\"quoted {index}\""),
            1 => format!("'single {index}'"),
            2 => format!("two words {index}"),
            3 => format!("schlüssel-{index}"),
            _ => format!("key_{index}"),
        }
    }

    /// What follows `key:`, through the end of its last line.
    fn value(&mut self, indent: usize, depth: usize) {
        match self.rng.random_range(0..12) {
            0 | 1 if depth > 0 => {
                self.end_line();
                let step = self.rng.random_range(1..5);
                self.mapping(indent + step, depth - 1);
            }
            2 if depth > 0 => {
                self.end_line();
                let step = self.rng.random_range(0..3);
                self.list(indent + step, depth - 1);
            }
            3 => self.block(indent),
            4 => {
                self.text.push(' ');
                self.flow(2);
                // sops moves a comment from behind empty braces into them and puts the closing one at the start of a line, which the
                // YAML specification does not allow: such a file is a row of its own, not a random document.
                if self.text.ends_with("{}") {
                    self.text.push('\n');
                } else {
                    self.end_line();
                }
            }
            5 => self.end_line(),
            _ => {
                self.text.push(' ');
                self.scalar();
                self.end_line();
            }
        }
    }

    fn list(&mut self, indent: usize, depth: usize) {
        for _ in 0..self.rng.random_range(1..4) {
            if self.one_in(12) {
                self.comment(indent);
            }
            self.blanks(indent);
            self.text.push_str("- ");
            match self.rng.random_range(0..8) {
                0 | 1 if depth > 0 => self.entries(indent + 2, depth - 1, true),
                2 => {
                    self.flow(1);
                    self.end_line();
                }
                _ => {
                    self.scalar();
                    self.end_line();
                }
            }
        }
    }

    fn scalar(&mut self) {
        if self.one_in(10) {
            self.anchors += 1;
            let name = self.anchors;
            let _ = write!(self.text, "&a{name} ");
        } else if self.anchors > 0 && self.one_in(8) {
            let name = self.rng.random_range(1..=self.anchors);
            let _ = write!(self.text, "*a{name}");
            return;
        }
        let text = match self.rng.random_range(0..4) {
            0 => format!("'{}'", self.words().replace('\'', "''")),
            1 => format!("\"{}\\t\\u00e9\\\"\"", self.words()),
            _ => self.pick(&PLAIN).to_owned(),
        };
        self.text.push_str(&text);
    }

    /// A literal or folded block under a key at `indent`.
    fn block(&mut self, indent: usize) {
        let header = self.pick(&["|", "|-", "|+", ">", ">-", ">+"]);
        let _ = writeln!(self.text, " {header}");
        for _ in 0..self.rng.random_range(1..5) {
            let words = self.words();
            self.blanks(indent + 2);
            let _ = writeln!(self.text, "{words}");
            if self.one_in(4) {
                self.text.push('\n');
            }
        }
    }

    fn flow(&mut self, depth: usize) {
        let mapping = self.one_in(2);
        self.text.push(if mapping { '{' } else { '[' });
        for index in 0..self.rng.random_range(0..4) {
            if index > 0 {
                self.text.push_str(", ");
            }
            if mapping {
                let _ = write!(self.text, "key_{index}: ");
            }
            if depth > 0 && self.one_in(5) {
                self.flow(depth - 1);
            } else {
                let scalar = self.pick(&[
                    "1", "1.50", "text", "'it''s'", "\"a, b\"", "true", "null", "0x1F", "yes",
                ]);
                self.text.push_str(scalar);
            }
        }
        self.text.push(if mapping { '}' } else { ']' });
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::seeded;

    #[test]
    fn a_seed_gives_the_same_document() {
        assert_eq!(document(&mut seeded(7)), document(&mut seeded(7)));
        assert_ne!(document(&mut seeded(7)), document(&mut seeded(8)));
    }
}
