//! What go-yaml refuses, or reads otherwise, where the parser is of YAML 1.2. Such texts are refused.

use std::ops::Range;

use super::Broken;
use super::words::{NO_CONTENT, NO_TOKEN, parsed, scanned};

/// What is not YAML 1.1 in front of the first node: an unknown directive, the end of a document that has not begun, a tab, a byte order mark that is
/// not the first character.
pub(super) fn wrong_prologue(text: &str) -> Option<Broken> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    for (index, line) in text.split(['\n', '\r']).enumerate() {
        let content = line.trim_start_matches(' ');
        if content.is_empty() || content.starts_with('#') {
            continue;
        }
        if line.starts_with('%') {
            match wrong_directive(line, index + 1) {
                Some(broken) => return Some(broken),
                None => continue,
            }
        }
        let rest = line.strip_prefix("...");
        let ends = rest.is_some_and(|rest| rest.is_empty() || rest.starts_with([' ', '\t']));
        if ends {
            return Some(parsed(NO_CONTENT, index + 1));
        }
        let is_token = !content.starts_with(['\u{feff}', '\t']);
        return (!is_token).then(|| scanned(NO_TOKEN, index + 1));
    }
    None
}

/// An unknown directive that follows the first root of `text`, of which the last part ends at `end`.
pub(super) fn wrong_epilogue(text: &str, end: usize) -> Option<Broken> {
    let (before, rest) = text.split_at_checked(end)?;
    let is_skipped = |line: &&str| {
        let content = line.trim_start_matches([' ', '\t', '\r']);
        content.is_empty() || content.starts_with('#')
    };
    let lines = rest.split('\n').zip(before.split('\n').count()..);
    let mut lines = lines.skip(usize::from(!before.ends_with('\n')));
    let (line, number) = lines.find(|(line, _)| !is_skipped(line))?;
    wrong_directive(line, number)
}

/// What is wrong with a line that is an unknown directive.
fn wrong_directive(line: &str, number: usize) -> Option<Broken> {
    let directive = line.strip_prefix('%')?;
    if directive.starts_with("YAML ") || directive.starts_with("TAG ") {
        return None;
    }
    let is_word = |character: char| character.is_ascii_alphanumeric() || "_-".contains(character);
    let behind = directive.trim_start_matches(is_word);
    let words = if behind.len() == directive.len() {
        "could not find expected directive name"
    } else if behind.is_empty() || behind.starts_with([' ', '\t', '\r']) {
        "found unknown directive name"
    } else {
        "found unexpected non-alphabetical character"
    };
    Some(scanned(words, number))
}

/// Whether `name` is one of an anchor.
pub(super) fn is_anchor(name: &str) -> bool {
    let allowed = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-');
    !name.is_empty() && name.bytes().all(allowed)
}

/// Whether the scalar at `range` would be a key, between brackets and without a question mark, that does not end with its colon on the line where it
/// begins.
pub(super) fn is_split_key(text: &str, range: &Range<usize>) -> bool {
    let part = |range| text.get(range).unwrap_or_default();
    let (before, scalar) = (part(0..range.start), part(range.clone()));
    let behind = part(range.end..text.len()).trim_start_matches([' ', '\t']);
    let split = scalar.contains(['\n', '\r'])
        || (behind.starts_with(['\n', '\r']) && behind.trim_ascii_start().starts_with(':'));
    split && !before.trim_ascii_end().ends_with('?')
}

/// Whether `quoted`, with its double quotes, has an escape of JSON that YAML 1.1 has not: half of a character, or a slash.
pub(super) fn has_json_escape(quoted: &str) -> bool {
    let mut rest = quoted;
    while let Some(at) = rest.find('\\') {
        let escape = &rest[at + 1..];
        let digits = escape
            .strip_prefix('u')
            .or(escape.strip_prefix("U0000"))
            .unwrap_or_default();
        let is_half = matches!(
            digits.as_bytes(),
            [b'd' | b'D', b'8'..=b'9' | b'a'..=b'f' | b'A'..=b'F', ..]
        );
        if is_half || escape.starts_with('/') {
            return true;
        }
        let mut characters = escape.chars();
        characters.next();
        rest = characters.as_str();
    }
    false
}

/// Whether the first line of a block scalar, from `start` on, has a tab behind its indentation while the header does not say how deep that is.
pub(super) fn starts_with_tab(text: &str, start: usize) -> bool {
    let (before, content) = text.split_at_checked(start).unwrap_or_default();
    let header = before.rsplit(['|', '>']).next().unwrap_or_default();
    let mut signs = header
        .bytes()
        .take_while(|byte| !byte.is_ascii_whitespace());
    content.starts_with('\t') && !signs.any(|byte| byte.is_ascii_digit())
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
        let mut start = 0;
        for (index, line) in text.split('\n').enumerate() {
            let mut separators = line.match_indices(['\u{2028}', '\u{2029}']);
            let stays = |(at, _): (usize, &str)| self.is_content(text, start + at);
            if self.is_indented_by_tab(line, start) || !separators.all(stays) {
                return Some(index + 1);
            }
            start += line.len() + 1;
        }
        None
    }

    /// Whether a tab stands before the first node of the line at `start`, where blanks alone may.
    fn is_indented_by_tab(&self, line: &str, start: usize) -> bool {
        let Some(tab) = line.find('\t') else {
            return false;
        };
        let mut before = line[..tab].split(' ');
        before.all(|word| matches!(word, "" | "-" | "?" | ":"))
            && !within(&self.scalars, start + tab)
            && !within(&self.flow, start + tab)
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

/// Whether one of `ranges`, which are in order and apart from each other, contains `at`.
fn within(ranges: &[Range<usize>], at: usize) -> bool {
    let before = ranges.partition_point(|range| range.start <= at);
    ranges[..before].last().is_some_and(|range| at < range.end)
}
