//! What go-yaml refuses, or reads otherwise, where the parser is of YAML 1.2. Such texts are refused.

use std::ops::Range;

/// What is not YAML 1.1 in front of the first node, as a line from one: an unknown directive, the end of a document that has not begun, a byte order
/// mark that is not the first character.
pub(super) fn wrong_prologue(text: &str) -> Option<usize> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    for (index, line) in text.split(['\n', '\r']).enumerate() {
        let content = line.trim_start_matches(' ');
        if content.is_empty() || content.starts_with('#') {
            continue;
        }
        if line.starts_with('%') {
            if line.starts_with("%YAML ") || line.starts_with("%TAG ") {
                continue;
            }
            return Some(index + 1);
        }
        let rest = line.strip_prefix("...");
        let ends = rest.is_some_and(|rest| rest.is_empty() || rest.starts_with([' ', '\t']));
        return (ends || content.starts_with('\u{feff}')).then_some(index + 1);
    }
    None
}

/// Whether `name` is one of an anchor.
pub(super) fn is_anchor(name: &str) -> bool {
    let allowed = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-');
    !name.is_empty() && name.bytes().all(allowed)
}

/// Where scalars and flow collections stand in a text, for the characters that mean something else between them.
#[derive(Default)]
pub(super) struct Places {
    scalars: Vec<Range<usize>>,
    quoted: Vec<Range<usize>>,
    flow: Vec<Range<usize>>,
}

impl Places {
    /// Whether `text` has any character for which the places matter.
    pub(super) fn matter(text: &str) -> bool {
        text.contains(['\t', '\u{2028}', '\u{2029}'])
    }

    pub(super) fn add_scalar(&mut self, range: Range<usize>, quoted: bool) {
        if quoted {
            self.quoted.push(range.clone());
        }
        self.scalars.push(range);
    }

    pub(super) fn add_flow(&mut self, range: Range<usize>) {
        self.flow.push(range);
    }

    /// A character of `text`, up to `end`, that go-yaml does not take as the parser does; as a line from one.
    pub(super) fn wrong(&self, text: &str, end: usize) -> Option<usize> {
        let text = text.get(..end).unwrap_or(text);
        let wrong = text
            .char_indices()
            .find(|&(at, character)| match character {
                '\t' => self.is_indentation(text, at),
                '\u{2028}' | '\u{2029}' => !self.is_content(text, at),
                _ => false,
            });
        wrong.map(|(at, _)| 1 + text[..at].matches('\n').count())
    }

    /// Whether the tab there stands before the first node of its line, where blanks alone may.
    fn is_indentation(&self, text: &str, at: usize) -> bool {
        let line = text[..at].rfind(['\n', '\r']).map_or(0, |end| end + 1);
        let mut before = text[line..at].split(' ');
        before.all(|word| matches!(word, "" | "-" | "?" | ":"))
            && !within(&self.scalars, at)
            && !within(&self.flow, at)
    }

    /// Whether the line separator there stands within quotes, between characters that are no blanks: then it stays.
    fn is_content(&self, text: &str, at: usize) -> bool {
        let is_blank = |character: char| {
            character.is_ascii_whitespace() || matches!(character, '\u{2028}' | '\u{2029}')
        };
        let after = text[at..].chars().nth(1);
        within(&self.quoted, at)
            && !text[..at].ends_with(is_blank)
            && after.is_some_and(|after| !is_blank(after) && !matches!(after, '-' | '.'))
    }
}

/// Ranges are in the order of their starts, and are apart from each other or within each other.
fn within(ranges: &[Range<usize>], at: usize) -> bool {
    let before = ranges.partition_point(|range| range.start <= at);
    ranges[..before].iter().rev().any(|range| at < range.end)
}
