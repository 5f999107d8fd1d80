//! What go-yaml refuses about a node, or reads otherwise, where the parser that gave it is of YAML 1.2.

use std::ops::Range;

use granit_parser::{ScalarStyle, Tag};

use super::mend::{blanked, spaced};
use super::strict::{has_json_escape, is_split_key, starts_with_tab};
use super::tree::{Node, Reader, Stop};
use super::words::{NO_CONTENT, Within, missing, parsed, scanned};

impl Reader<'_, '_> {
    /// The innermost collection.
    fn within(&self) -> Within {
        match self.open.last() {
            Some(&(parent, Some(_))) => match self.tree.nodes[parent] {
                Node::List(_) => Within::List,
                _ => Within::Map,
            },
            _ => Within::Block,
        }
    }

    /// Whether a key comes next.
    fn is_at_key(&self) -> bool {
        self.open.last().is_some_and(|&(parent, _)| {
            matches!(&self.tree.nodes[parent], Node::Map(children) if children.len() % 2 == 0)
        })
    }

    /// Looks at a scalar, which stands at `range`.
    pub(super) fn check_scalar(
        &self,
        range: Range<usize>,
        style: ScalarStyle,
        line: usize,
    ) -> Result<(), Stop> {
        let within = self.within();
        let raw = self.text.get(range.clone()).unwrap_or_default();
        let in_brackets = within != Within::Block;
        if in_brackets && self.is_at_key() && is_split_key(self.text, &range) {
            return Err(parsed(missing(within), line).into());
        }
        match style {
            ScalarStyle::DoubleQuoted if has_json_escape(raw) => {
                Err(scanned("found unknown escape character", line).into())
            }
            ScalarStyle::Literal | ScalarStyle::Folded
                if starts_with_tab(self.text, range.start) =>
            {
                let words = "found a tab character where an indentation space is expected";
                Err(scanned(words, line).into())
            }
            // Between brackets, a question mark is an indicator wherever it stands, and a colon at the start.
            ScalarStyle::Plain if in_brackets && raw.starts_with('?') && !raw.starts_with("? ") => {
                Err(Stop::Mended(spaced(self.text, range.start + 1)))
            }
            ScalarStyle::Plain if in_brackets && raw.contains('?') => {
                Err(parsed(missing(within), line).into())
            }
            ScalarStyle::Plain if in_brackets && raw.starts_with(':') => {
                Err(parsed(NO_CONTENT, line).into())
            }
            _ => Ok(()),
        }
    }

    /// Refuses a colon at `at` that has no key in front of it, unless a question mark stands there.
    pub(super) fn check_empty(&self, at: usize, line: usize) -> Result<(), Stop> {
        let rest = self.text.get(at..).unwrap_or_default();
        if !rest.starts_with(':') || !self.is_at_key() {
            return Ok(());
        }
        let gap = self.text.get(self.seen..at).unwrap_or_default();
        let mut lines = gap.lines().filter_map(|line| line.split('#').next());
        if lines.any(|line| line.contains('?')) {
            return Ok(());
        }
        let words = match self.within() {
            Within::Block => missing(Within::Block),
            Within::List | Within::Map => NO_CONTENT,
        };
        Err(parsed(words, line).into())
    }

    /// Looks at the tag of the scalar at `range`: one that brackets or a comma follow at once goes on with these.
    pub(super) fn check_tag(
        &self,
        tag: &Tag,
        range: Range<usize>,
        line: usize,
    ) -> Result<(), Stop> {
        let words = "did not find expected whitespace or line break";
        if tag.parts().1.contains('#') {
            return Err(scanned(words, line).into());
        }
        let both = self.text.split_at_checked(range.start);
        let Some((before, rest)) = both.filter(|_| range.is_empty()) else {
            return Ok(());
        };
        if before.ends_with([' ', '\t', '\n', '\r']) {
            return Ok(());
        }
        match rest.chars().next() {
            Some(',' | ']') => Err(Stop::Mended(blanked(self.text, range.start))),
            Some('}') => Err(scanned(words, line).into()),
            _ => Ok(()),
        }
    }
}
