//! How a file is laid out, so that what is added to it looks like the rest.

use super::scan;
use crate::tree::Tree;

/// The layout of objects and lists.
#[derive(Clone, Debug)]
pub(super) struct Style {
    /// What ends a line; none where everything stands on one.
    pub(super) line_break: Option<&'static str>,
    /// One level of indentation.
    pub(super) unit: String,
    /// The indentation of the top level.
    pub(super) top: String,
    /// Blanks between two entries on one line.
    pub(super) gap: String,
    /// Between a key and its value.
    pub(super) colon: String,
}

impl Style {
    /// As SOPS prints.
    pub(super) fn sops() -> Self {
        Self {
            line_break: Some("\n"),
            unit: "\t".to_owned(),
            top: String::new(),
            gap: " ".to_owned(),
            colon: ": ".to_owned(),
        }
    }

    /// Everything on one line.
    pub(super) fn on_one_line(&self) -> Self {
        Self {
            line_break: None,
            ..self.clone()
        }
    }

    /// As the file's top level shows it.
    pub(super) fn of(tree: &Tree) -> Self {
        let bytes = tree.source();
        let root = tree.node(0);
        let (begin, end) = (root.start as usize + 1, root.stop as usize - 1);
        let mut children = tree.children(0).map(|child| tree.node(child));
        let (first, second) = (children.next(), children.next());
        let last = children.last().or(second).or(first);

        let opening = &bytes[begin..scan::blanks(bytes, begin)];
        let closing = &bytes[scan::blanks_before(bytes, end)..end];
        let before_last = last.map_or(opening, |it| blanks_before(bytes, it.entry));
        let shown = [opening, before_last]
            .into_iter()
            .find(|blanks| blanks.contains(&b'\n'));
        let colon = first.map_or(": ", |it| text(&bytes[it.head as usize..it.start as usize]));
        let gap = match (second, colon) {
            (Some(second), _) => text(blanks_before(bytes, second.entry)),
            (None, ":") => "",
            (None, _) => " ",
        };
        let top = text(behind_break(closing)).to_owned();
        let empty = opening.len() == end - begin;
        let unit = match shown.map(|blanks| text(behind_break(blanks))) {
            Some(_) if empty => "\t",
            Some(indent) => indent.strip_prefix(&top).unwrap_or(indent),
            None => "",
        };
        Self {
            line_break: shown.map(|blanks| {
                if blanks.contains(&b'\r') {
                    "\r\n"
                } else {
                    "\n"
                }
            }),
            unit: unit.to_owned(),
            gap: if gap.contains('\n') { " " } else { gap }.to_owned(),
            colon: if colon.contains('\n') { ": " } else { colon }.to_owned(),
            top,
        }
    }

    /// What stands before an entry that is `levels` below the top.
    pub(super) fn before_entry(&self, levels: usize) -> String {
        match self.line_break {
            Some(line_break) => format!("{line_break}{}{}", self.top, self.unit.repeat(levels)),
            None => self.gap.clone(),
        }
    }
}

fn blanks_before(bytes: &[u8], at: u32) -> &[u8] {
    &bytes[scan::blanks_before(bytes, at as usize)..at as usize]
}

fn behind_break(blanks: &[u8]) -> &[u8] {
    match blanks.iter().rposition(|byte| *byte == b'\n') {
        Some(at) => &blanks[at + 1..],
        None => &[],
    }
}

/// Blanks and colons are text.
fn text(bytes: &[u8]) -> &str {
    std::str::from_utf8(bytes).unwrap_or_default()
}
