//! Values whose tags ask for a type, with comments where they are easily overlooked.

use std::fmt::Write as _;

use super::{Anchored, Writer};

impl Writer<'_> {
    /// A scalar whose tag asks for a type that the text has.
    pub(super) fn converted(&mut self, indent: usize, in_flow: bool) {
        let text = self.pick(&[
            "!!int \"12\"",
            "!!int 0x1F",
            "!!int '7'",
            "!!float 12",
            "!!float \"1.5\"",
            "!!bool \"true\"",
            "!!bool False",
            "!!binary aGVsbG8=",
            "!!binary \"aGVsbG8=\"",
            "!!binary /w==",
            "!!timestamp 2001-12-14",
            "!!timestamp \"2001-12-14T21:59:43Z\"",
            "!!null ''",
            "!!null ~",
            "! 12",
            "!!str 12",
            "!!str",
            "!custom 12",
            "!!float .inf",
            "!!str true",
        ]);
        let anchor = self.one_in(4);
        let before = anchor && self.one_in(2);
        let number = self.anchors.len();
        let (tag, rest) = text.split_once(' ').unwrap_or((text, ""));
        let gap = self.gap(indent);
        if anchor && before {
            let _ = write!(self.text, "&c{number} ");
        }
        self.put(tag);
        if anchor && !before {
            let behind = self.gap(indent);
            let _ = write!(self.text, "{behind}&c{number}");
        }
        if !rest.is_empty() {
            self.put(&gap);
            self.put(rest);
        }
        if anchor {
            self.anchors.push((format!("c{number}"), Anchored::Scalar));
        }
        if in_flow {
            self.put(" ");
        }
    }

    /// What stands between a tag and its value: a blank, seldom a comment and the next line's indentation.
    fn gap(&mut self, indent: usize) -> String {
        if !self.one_in(6) {
            return " ".to_owned();
        }
        let words = self.comment_words();
        let column = indent + 1 + self.below(3);
        format!(" #{words}\n{}", " ".repeat(column))
    }

    /// A block whose tag asks for a type that its one line has.
    pub(super) fn converted_block(&mut self, indent: usize) {
        let (tag, line) = [
            ("!!int", "12"),
            ("!!float", "1.5"),
            ("!!bool", "true"),
            ("!!binary", "aGVsbG8="),
        ][self.below(4)];
        let (gap, column) = (self.gap(indent), indent + 1 + self.below(4));
        let header = self.pick(&["|-", ">-", "|2-"]);
        let column = if header == "|2-" { indent + 2 } else { column };
        let _ = write!(self.text, "{tag}{gap}{header}");
        if self.one_in(2) {
            let words = self.comment_words();
            let _ = write!(self.text, " #{words}");
        }
        let _ = writeln!(self.text, "\n{}{line}", " ".repeat(column));
        self.behind_block = true;
    }
}
