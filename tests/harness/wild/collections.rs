//! Mappings and lists, in block and in flow.

use std::fmt::Write as _;

use super::{Anchored, VALUES, Writer};

impl Writer<'_> {
    /// Entries of a block mapping at column `indent`; the first stands where the cursor is if `placed`.
    pub(super) fn mapping(&mut self, indent: usize, depth: usize, placed: bool) {
        let count = 1 + self.below(5);
        let mut merged = false;
        for index in 0..count {
            if index > 0 || !placed {
                while self.one_in(8) {
                    self.own_line_comment(indent);
                }
                self.blanks(indent);
            }
            self.behind_block = false;
            if !merged && self.one_in(10) && self.merge() {
                merged = true;
                continue;
            }
            if self.one_in(20) && (index > 0 || !placed) {
                self.explicit_entry(indent, depth, index);
                continue;
            }
            self.key(index);
            self.put(":");
            self.value(indent, depth);
            if self.values > VALUES {
                return;
            }
        }
    }

    fn merge(&mut self) -> bool {
        let Some(name) = self.reference(|what| what == Anchored::Mapping) else {
            return false;
        };
        let second = self
            .reference(|what| what == Anchored::Mapping)
            .unwrap_or_default();
        if self.one_in(3) {
            let _ = write!(self.text, "<<: [{name}, {second}]");
        } else {
            let _ = write!(self.text, "<<: {name}");
        }
        self.end_line();
        true
    }

    fn explicit_entry(&mut self, indent: usize, depth: usize, index: usize) {
        self.put("? ");
        self.key(index);
        self.end_line();
        if self.one_in(6) {
            return;
        }
        self.blanks(indent);
        self.put(":");
        self.value(indent, depth);
    }

    fn key(&mut self, index: usize) {
        let gap = if self.one_in(12) { " " } else { "" };
        match self.below(16) {
            0 => _ = write!(self.text, "\"quoted {index}\""),
            1 => _ = write!(self.text, "'it''s {index}'"),
            2 => _ = write!(self.text, "two words {index}"),
            3 => _ = write!(self.text, "schlüssel-{index}"),
            4 => _ = write!(self.text, "\"esc\\u00e9\\n{index}\""),
            5 => _ = write!(self.text, "a:b#c/{index}"),
            6 => _ = write!(self.text, "k{index}_unencrypted"),
            7 => _ = write!(self.text, "!!str {index}"),
            8 => _ = write!(self.text, "\"{index}\""),
            9 => {
                let number = self.anchors.len();
                let _ = write!(self.text, "&k{number} anchored{number}-{index}");
                self.anchors.push((format!("k{number}"), Anchored::Text));
            }
            _ => _ = write!(self.text, "key_{index}"),
        }
        self.put(gap);
    }

    /// What follows `key:`, through the end of its last line.
    pub(super) fn value(&mut self, indent: usize, depth: usize) {
        let deep = depth > 0 && self.values < VALUES;
        match self.below(16) {
            0..3 if deep => {
                let anchor = self.before_block(&["!!map", "!custom"]);
                let step = 1 + self.below(4);
                self.mapping(indent + step, depth - 1, false);
                self.remember(anchor, Anchored::Mapping);
            }
            3 | 4 if deep => {
                let anchor = self.before_block(&["!!seq", "!custom"]);
                let step = self.below(4);
                self.list(indent + step, depth - 1, false);
                self.remember(anchor, Anchored::Sequence);
            }
            5 | 6 => {
                self.put(" ");
                self.block(indent);
            }
            7 | 8 => {
                self.put(" ");
                self.flow(indent, depth);
                self.end_line();
            }
            9 => self.end_line(),
            10 if self.one_in(2) => {
                // The value begins on a line of its own.
                self.end_line();
                let step = 1 + self.below(3);
                self.blanks(indent + step);
                self.scalar(indent, false);
                self.end_line();
            }
            11 if self.one_in(2) => {
                let name = self.reference(|_| true);
                let _ = write!(self.text, " {}", name.as_deref().unwrap_or("none"));
                self.end_line();
            }
            _ => {
                let gap = self.pick(&[" ", " ", " ", "  ", "\t"]);
                self.put(gap);
                self.scalar(indent, false);
                self.end_line();
            }
        }
    }

    /// Ends the line before an indented collection, perhaps with properties.
    fn before_block(&mut self, tags: &[&str]) -> Option<String> {
        self.put(" ");
        let anchor = self.properties(tags);
        self.text.truncate(self.text.trim_end_matches(' ').len());
        self.end_line();
        anchor
    }

    /// Items of a block list at column `indent`.
    pub(super) fn list(&mut self, indent: usize, depth: usize, placed: bool) {
        for index in 0..=self.below(4) {
            if index > 0 || !placed {
                while self.one_in(8) {
                    self.own_line_comment(indent);
                }
                self.blanks(indent);
            }
            self.behind_block = false;
            let deep = depth > 0 && self.values < VALUES;
            let gap = if self.one_in(5) { 1 + self.below(3) } else { 1 };
            self.put("-");
            match self.below(12) {
                0..2 if deep => {
                    self.blanks(gap);
                    self.mapping(indent + 1 + gap, depth - 1, true);
                }
                2 if deep => {
                    self.blanks(gap);
                    self.list(indent + 1 + gap, depth - 1, true);
                }
                3 if deep => {
                    let anchor = self.before_block(&["!!map"]);
                    self.mapping(indent + 2, depth - 1, false);
                    self.remember(anchor, Anchored::Mapping);
                }
                4 => {
                    self.put(" ");
                    self.flow(indent, depth);
                    self.end_line();
                }
                5 => {
                    self.put(" ");
                    self.block(indent);
                }
                6 => self.end_line(),
                _ => {
                    self.blanks(gap);
                    self.scalar(indent, false);
                    self.end_line();
                }
            }
        }
    }

    /// A flow collection or a reference to one.
    pub(super) fn flow(&mut self, indent: usize, depth: usize) {
        if self.one_in(2) {
            self.flow_mapping(indent, depth);
        } else {
            self.flow_list(indent, depth);
        }
    }

    pub(super) fn flow_mapping(&mut self, indent: usize, depth: usize) {
        let anchor = self.properties(&["!!map", "!custom"]);
        self.put("{");
        let count = self.below(4);
        for index in 0..count {
            self.flow_gap(indent);
            let key = match self.below(6) {
                0 => format!("\"q{index}\""),
                1 => format!("'s{index}'"),
                2 => format!("? key{index}"),
                _ => format!("key{index}"),
            };
            self.put(&key);
            match self.below(10) {
                0 => {}
                1 => self.put(":"),
                _ => {
                    self.put(": ");
                    self.flow_value(indent, depth);
                }
            }
            self.flow_separator(indent, index + 1 == count);
        }
        self.put("}");
        self.remember(anchor, Anchored::Mapping);
    }

    fn flow_list(&mut self, indent: usize, depth: usize) {
        let anchor = self.properties(&["!!seq"]);
        self.put("[");
        let count = self.below(4);
        for index in 0..count {
            self.flow_gap(indent);
            if self.one_in(10) {
                let _ = write!(self.text, "single{index}: ");
            }
            self.flow_value(indent, depth);
            self.flow_separator(indent, index + 1 == count);
        }
        self.put("]");
        self.remember(anchor, Anchored::Sequence);
    }

    fn flow_value(&mut self, indent: usize, depth: usize) {
        if depth > 0 && self.values < VALUES && self.one_in(4) {
            self.flow(indent, depth - 1);
        } else {
            self.scalar(indent, true);
        }
    }

    fn flow_separator(&mut self, indent: usize, last: bool) {
        self.flow_gap(indent);
        if !last || self.one_in(6) {
            self.put(",");
            if !self.one_in(6) {
                self.put(" ");
            }
            self.flow_gap(indent);
        }
    }

    /// Sometimes a line break inside of brackets, with or without a comment before it.
    fn flow_gap(&mut self, indent: usize) {
        if self.one_in(10) {
            if self.one_in(4) {
                let words = self.comment_words();
                let _ = write!(self.text, " #{words}");
            }
            self.put("\n");
            let more = 1 + self.below(4);
            self.blanks(indent + more);
        }
    }
}
