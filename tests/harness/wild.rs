//! Random YAML as nobody should write it: every style of scalar and collection, properties in either order, references, merge keys,
//! comments in odd places, several documents, foreign line ends, no final newline.
//!
//! Most of it is valid; some of it is refused, by us or by sops, and a suite says how much it expects. Tame documents, which nobody
//! refuses, are made by [`crate::random`].

mod collections;
mod scalars;
mod shrink;
mod tagged;

use std::fmt::Write as _;

use rand::RngExt as _;
use rand::rngs::StdRng;

pub use shrink::shrink;

/// Depth of collections below the root.
const DEPTH: usize = 4;

/// Values of one document, beyond which it only closes what is open.
const VALUES: usize = 40;

/// Random YAML text of one or more documents.
pub fn text(rng: &mut StdRng) -> String {
    let mut writer = Writer {
        text: String::new(),
        rng,
        anchors: Vec::new(),
        values: 0,
        behind_block: false,
    };
    writer.stream();
    let mut text = writer.text;
    let rng = writer.rng;
    match rng.random_range(0..20) {
        0 => text = text.replace('\n', "\r\n"),
        // A line end of its own for each line.
        1 => {
            text = text
                .split_inclusive('\n')
                .fold(String::new(), |mut mixed, line| {
                    mixed.push_str(line.trim_end_matches('\n'));
                    mixed.push_str(if rng.random_range(0..3) == 0 {
                        "\r\n"
                    } else {
                        "\n"
                    });
                    mixed
                });
        }
        2..5 => text.truncate(text.trim_end_matches('\n').len()),
        5 => text.push_str("\n\n"),
        6 => text.push_str("   "),
        _ => {}
    }
    if rng.random_range(0..25) == 0 {
        text.insert(0, '\u{FEFF}');
    }
    text
}

/// A token or scalar of random characters out of those that numbers and times are made of.
pub fn number_like(rng: &mut StdRng) -> String {
    scalars::number_like(rng)
}

struct Writer<'a> {
    text: String,
    rng: &'a mut StdRng,
    /// Names that can be referred to, with what they stand for.
    anchors: Vec<(String, Anchored)>,
    values: usize,
    /// The last thing written was a block scalar, into which an indented line would fall.
    behind_block: bool,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Anchored {
    Text,
    Scalar,
    Mapping,
    Sequence,
}

impl Writer<'_> {
    fn one_in(&mut self, count: u32) -> bool {
        self.rng.random_range(0..count) == 0
    }

    fn below(&mut self, count: usize) -> usize {
        self.rng.random_range(0..count)
    }

    fn pick<'b>(&mut self, from: &[&'b str]) -> &'b str {
        from[self.rng.random_range(0..from.len())]
    }

    fn put(&mut self, text: &str) {
        self.text.push_str(text);
    }

    fn blanks(&mut self, count: usize) {
        self.text.extend(std::iter::repeat_n(' ', count));
    }

    fn stream(&mut self) {
        let documents = if self.one_in(4) { 1 + self.below(3) } else { 1 };
        for number in 0..documents {
            self.anchors.clear();
            self.values = 0;
            self.behind_block = false;
            let marked = number > 0 || self.one_in(4);
            if marked {
                self.before_marker(number);
            } else if self.one_in(8) {
                self.own_line_comment(0);
            }
            self.document(number);
            if self.one_in(10) {
                self.put("...");
                self.end_line();
            }
        }
    }

    fn before_marker(&mut self, number: usize) {
        if self.one_in(6) {
            if number > 0 && !self.text.ends_with("...\n") {
                self.put("...\n");
            }
            if self.one_in(2) {
                self.put("%YAML 1.1\n");
            }
            self.own_line_comment(0);
        }
        self.put("---");
        self.end_line();
    }

    fn document(&mut self, number: usize) {
        match self.below(24) {
            0 if number > 0 => {
                if self.one_in(2) {
                    self.own_line_comment(0);
                }
            }
            1 | 2 => {
                self.flow_mapping(0, DEPTH - 1);
                self.end_line();
            }
            3 => self.mapping(2, DEPTH, false),
            _ => self.mapping(0, DEPTH, false),
        }
        if self.one_in(8) {
            self.own_line_comment(0);
        }
    }

    /// A comment on a line of its own, at most `indent` columns from the left.
    fn own_line_comment(&mut self, indent: usize) {
        let column = match self.below(6) {
            0 => self.below(indent + 1),
            1 if !self.behind_block => indent + self.below(4),
            _ => indent,
        };
        let words = self.comment_words();
        self.blanks(column);
        let _ = writeln!(self.text, "#{words}");
    }

    fn comment_words(&mut self) -> String {
        match self.below(8) {
            0 => String::new(),
            1 => "#".to_owned(),
            2 => " ENC[AES256_GCM,data:YQ==,iv:YQ==,tag:YQ==,type:comment]".to_owned(),
            3 => format!("{} ", self.words()),
            4 => format!("\t{}", self.words()),
            _ => format!(" {}", self.words()),
        }
    }

    /// Ends a line, sometimes with a comment or blanks, sometimes with empty lines behind it.
    fn end_line(&mut self) {
        match self.below(16) {
            0 | 1 => {
                let words = self.comment_words();
                let gap = self.pick(&[" ", "  ", "     ", "\t"]);
                let _ = write!(self.text, "{gap}#{words}");
            }
            2 => self.put(" "),
            _ => {}
        }
        self.put("\n");
        while self.one_in(12) {
            let blank = self.pick(&["\n", "  \n", "\n\n"]);
            self.put(blank);
        }
    }

    /// An anchor, a tag, both or neither, each followed by a blank; the anchor's name if there is one.
    fn properties(&mut self, tags: &[&str]) -> Option<String> {
        let anchor = self.one_in(8).then(|| {
            let number = self.anchors.len();
            self.pick(&["a", "base-", "x_", "ä", "9"]).to_owned() + &number.to_string()
        });
        let tag = (!tags.is_empty() && self.one_in(10)).then(|| self.pick(tags).to_owned());
        let anchor_text = anchor.as_ref().map(|name| format!("&{name} "));
        let tag_text = tag.map(|tag| format!("{tag} "));
        let tag_first = self.one_in(2);
        let (first, second) = if tag_first {
            (tag_text, anchor_text)
        } else {
            (anchor_text, tag_text)
        };
        self.put(&(first.unwrap_or_default() + &second.unwrap_or_default()));
        anchor
    }

    fn remember(&mut self, anchor: Option<String>, what: Anchored) {
        if let Some(name) = anchor {
            self.anchors.push((name, what));
        }
    }

    /// A reference to something that `fits`, if there is any.
    fn reference(&mut self, fits: impl Fn(Anchored) -> bool) -> Option<String> {
        let names: Vec<&str> = self
            .anchors
            .iter()
            .filter(|(_, what)| fits(*what))
            .map(|(name, _)| name.as_str())
            .collect();
        if names.is_empty() {
            return None;
        }
        let at = self.rng.random_range(0..names.len());
        Some(format!("*{}", names[at]))
    }
}

#[cfg(test)]
mod tests {
    use super::text;
    use crate::seeded;

    #[test]
    fn a_seed_gives_the_same_text() {
        assert_eq!(text(&mut seeded(7)), text(&mut seeded(7)));
        assert_ne!(text(&mut seeded(7)), text(&mut seeded(8)));
    }
}
