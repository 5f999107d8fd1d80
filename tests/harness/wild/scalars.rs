//! Scalars of every style and spelling.

use std::fmt::Write as _;

use rand::RngExt as _;
use rand::rngs::StdRng;

use super::{Anchored, Writer};

/// Plain scalars that may stand anywhere.
const PLAIN: [&str; 52] = [
    "text",
    "two words",
    "a-b_c.d/e",
    "it's",
    "say\"so\"",
    "a#b",
    "a&b",
    "a*b",
    "a!b",
    "a|b",
    "a>b",
    "a%b",
    "a@b",
    "a`b",
    "-x",
    "--",
    "=",
    "<<",
    "1",
    "-17",
    "+12",
    "0",
    "00",
    "007",
    "08",
    "0x1F",
    "-0x_1f",
    "0o17",
    "0b101",
    "1_000",
    "1__0",
    "_1",
    "1.5",
    "1.10",
    "-0.0",
    ".5",
    "5.",
    "1e3",
    "1e400",
    "6.02e+23",
    ".inf",
    "-.INF",
    ".nan",
    "true",
    "False",
    "tRue",
    "yes",
    "off",
    "n",
    "2024-01-15",
    "2001-1-2",
    "ümläut",
];

/// Plain scalars that flow collections read otherwise.
const BLOCK_ONLY: [&str; 14] = [
    "x:y",
    "a,b",
    "[not a list",
    "{{ .Values.x }}",
    "?x",
    ":x",
    "http://host/path?q=1,2",
    "a: b",
    "12:30:45",
    "2001-12-14t21:59:43.10-05:00",
    "2001-12-14 21:59:43",
    "a]b",
    "日本語, ok",
    "ENC[AES256_GCM,data:YQ==,iv:YQ==,tag:YQ==,type:str]",
];

const WORDS: [&str; 22] = [
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
    "ENC[",
    "---",
    "...",
    "key:",
    "tab\there",
    "'",
    "a  b",
    "\u{a0}nb",
    "\u{200b}zw",
];

const ESCAPES: [&str; 18] = [
    "\\n",
    "\\t",
    "\\\"",
    "\\\\",
    "\\x41",
    "\\u00e9",
    "\\U0001F510",
    "\\0",
    "\\e",
    "\\N",
    "\\L",
    "\\P",
    "\\_",
    "\\a",
    "\\r",
    "\\ ",
    "\\x7f",
    "\\uFEFF",
];

/// Tags that a scalar may carry; some do not fit the text and are refused then.
const TAGS: [&str; 12] = [
    "!!str",
    "!!str",
    "!custom",
    "!",
    "!<tag:yaml.org,2002:str>",
    "!!null",
    "!local/thing",
    "!!int",
    "!!float",
    "!!bool",
    "!!timestamp",
    "!!binary",
];

/// Random characters out of those that numbers and times are made of.
pub(super) fn number_like(rng: &mut StdRng) -> String {
    const START: &[u8] = b"0123456789+-.0123456789";
    const MORE: &[u8] = b"01234567890123456789_xXoObBeE.+-:TtZ afAF";
    let mut text = String::from(char::from(START[rng.random_range(0..START.len())]));
    for _ in 0..rng.random_range(0..10) {
        text.push(char::from(MORE[rng.random_range(0..MORE.len())]));
    }
    let text = text.trim_end_matches([' ', ':']);
    // A dash and a blank begin a list.
    if text == "-"
        || text.starts_with("- ")
        || text.contains(": ")
        || text.starts_with("---")
        || text.starts_with("...")
    {
        "0".to_owned()
    } else {
        text.to_owned()
    }
}

impl Writer<'_> {
    pub(super) fn words(&mut self) -> String {
        let count = self.rng.random_range(1..4);
        let words: Vec<&str> = (0..count).map(|_| self.pick(&WORDS)).collect();
        words.join(" ")
    }

    /// A scalar or reference, with properties; it may take several lines, the later ones right of `indent`.
    pub(super) fn scalar(&mut self, indent: usize, in_flow: bool) {
        self.values += 1;
        if self.one_in(8)
            && let Some(name) =
                self.reference(|what| matches!(what, Anchored::Text | Anchored::Scalar))
        {
            self.put(&name);
            if in_flow {
                self.put(" ");
            }
            return;
        }
        if self.one_in(20) {
            self.converted(indent, in_flow);
            return;
        }
        let anchor = self.properties(&TAGS[..7]);
        let is_text = self.untagged(indent, in_flow);
        self.remember(
            anchor,
            if is_text {
                Anchored::Text
            } else {
                Anchored::Scalar
            },
        );
    }

    /// Says whether it is surely a string.
    fn untagged(&mut self, indent: usize, in_flow: bool) -> bool {
        match self.below(10) {
            0 | 1 => self.single(indent),
            2 | 3 => self.double(indent),
            4 => {
                let text = number_like(self.rng);
                let text = if in_flow {
                    text.replace([':', ' '], "")
                } else {
                    text
                };
                self.put(if text == "-" || text.is_empty() {
                    "0"
                } else {
                    &text
                });
                return false;
            }
            5 if !in_flow => {
                let text = self.pick(&BLOCK_ONLY);
                self.put(if text == "a: b" || text.starts_with(['[', '{']) {
                    "x:y"
                } else {
                    text
                });
                return false;
            }
            6 => self.plain_lines(indent),
            7 => {
                let text = self.pick(&["null", "~", "''", "\"\"", "Null"]);
                self.put(text);
                return false;
            }
            _ => {
                let text = self.pick(&PLAIN);
                self.put(text);
                return false;
            }
        }
        true
    }

    fn fold(&mut self, indent: usize) {
        while self.one_in(3) {
            let blank = self.pick(&["\n", "\n  "]);
            self.put(blank);
        }
        self.put("\n");
        let more = 1 + self.below(4);
        self.blanks(indent + more);
    }

    fn plain_lines(&mut self, indent: usize) {
        self.put("plain");
        for _ in 0..self.below(4) {
            if self.one_in(2) {
                self.fold(indent);
            } else {
                self.put(" ");
            }
            let word = self.pick(&["more", "lines", "a#b", "12", "it's", "x-y", "ü"]);
            self.put(word);
        }
    }

    fn single(&mut self, indent: usize) {
        let words = self.words().replace('\'', "''");
        let _ = write!(self.text, "'{words}");
        if self.one_in(5) {
            self.fold(indent);
            let words = self.words().replace('\'', "''").replace(['-', '.'], "");
            let _ = write!(self.text, "x{words}");
        }
        self.put("'");
    }

    fn double(&mut self, indent: usize) {
        self.put("\"");
        for _ in 0..self.below(5) {
            match self.below(6) {
                0 | 1 => {
                    let escape = self.pick(&ESCAPES);
                    self.put(escape);
                }
                2 if self.one_in(2) => {
                    let before = self.pick(&["", " ", "\\", " \\"]);
                    self.put(before);
                    if before.ends_with('\\') {
                        self.put("\n");
                        self.blanks(indent + 1);
                    } else {
                        self.fold(indent);
                    }
                    self.put("w");
                }
                _ => {
                    let words = self.words();
                    self.put(&words);
                }
            }
        }
        self.put("\"");
    }

    /// A literal or folded block in a container at column `indent`, through the end of its last line.
    pub(super) fn block(&mut self, indent: usize) {
        self.values += 1;
        if self.one_in(25) {
            return self.converted_block(indent);
        }
        let anchor = self.properties(&TAGS[..5]);
        let style = self.pick(&["|", "|", ">"]);
        let chomp = self.pick(&["", "", "-", "+"]);
        let explicit = self.one_in(5);
        let step = 1 + self.below(4);
        let digit = if explicit {
            step.to_string()
        } else {
            String::new()
        };
        let header = if self.one_in(2) {
            format!("{style}{digit}{chomp}")
        } else {
            format!("{style}{chomp}{digit}")
        };
        self.put(&header);
        if self.one_in(8) {
            let words = self.comment_words();
            let _ = write!(self.text, " #{words}");
        }
        self.put("\n");
        let column = indent + step;
        while self.one_in(8) {
            self.put("\n");
        }
        for line in 0..self.below(5) {
            if line > 0 && self.one_in(5) {
                let blank = self.pick(&["\n", "\n", "\n\n"]);
                self.put(blank);
            }
            self.blanks(column);
            if (line > 0 || explicit) && self.one_in(5) {
                let lead = self.pick(&[" ", "  ", "\t"]);
                self.put(lead);
            }
            let words = self.words();
            self.put(&words);
            if self.one_in(12) {
                self.put("  ");
            }
            self.put("\n");
        }
        while self.one_in(5) {
            if self.one_in(3) {
                let count = self.below(column + 1);
                self.blanks(count);
            }
            self.put("\n");
        }
        self.behind_block = true;
        self.remember(anchor, Anchored::Text);
    }
}
