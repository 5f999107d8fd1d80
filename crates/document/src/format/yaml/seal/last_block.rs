//! A block scalar that stays plain and ends the text without a line break: the metadata block behind it must not give
//! it one.

use super::Maker;
use crate::format::yaml::{render, scan};
use crate::layout::Part;
use crate::splice::Edit;
use crate::token::Put;
use crate::tree::Style;

impl Maker<'_, '_, '_> {
    /// Where the metadata block would change the value, either the header strips line breaks while the file is sealed,
    /// or, where the value keeps breaks of its own, the unfinished blank line behind it goes.
    pub(super) fn last_block(&mut self) {
        let source = self.tree.source();
        let Some(last) = self.tree.nodes.len().checked_sub(1).map(|last| last as u32) else {
            return;
        };
        let node = *self.tree.node(last);
        let sealed =
            self.walk.leaf_at(last).is_some_and(|it| it.encrypted) && !node.text.is_empty();
        let unfinished = !matches!(source.last(), Some(b'\n' | b'\r'));
        if !matches!(node.style, Style::Literal | Style::Folded) || sealed || !unfinished {
            return;
        }
        let header = render::header(source, node.start);
        let (header_end, body) = scan::block_header(source, node.start);
        let behind = body.max(node.stop) as usize;
        // On the header's own line no break is part of the value, and blanks are those of a comment.
        let in_header = scan::line_end(source, header_end as usize) == source.len();
        if in_header || header.contains(&b'-') || !source[behind..].trim_ascii().is_empty() {
            // There are no breaks to gain, or a comment ends the text.
            return;
        }
        let value = self.tree.text(node.text);
        let finished = value.is_empty() || value.ends_with(b"\n");
        if !finished {
            let stop = node.start + header.len() as u32;
            let stripped = header
                .iter()
                .copied()
                .filter(|byte| *byte != b'+')
                .chain([b'-'])
                .collect();
            self.edits.push(Edit {
                start: node.start,
                stop,
                put: Put::Text(stripped),
            });
            self.spell(last, Part::Header, node.start, stop);
        } else if header.contains(&b'+') {
            let blanks = source
                .iter()
                .rev()
                .take_while(|byte| matches!(byte, b' ' | b'\t'))
                .count();
            let (start, stop) = ((source.len() - blanks) as u32, source.len() as u32);
            self.edits.push(Edit {
                start,
                stop,
                put: Put::text(""),
            });
            self.spell(last, Part::Tail, start, stop);
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::testing::{opened, sealed};

    /// Whatever stands last comes back, and the metadata block is not part of it.
    #[test]
    fn a_last_block_comes_back() {
        let ends = [
            "", " ", "\t ", " #", " # ", " ##", " # \t", " #x \n", " # \n ", "\n", "\n  ", "\n\n ",
        ];
        let bodies = ["\n  x", "\n  x ", "\n  x\n ", "\n  x\n\n  ", "\n  x\n\n # "];
        for key in ["a", "a_unencrypted", "b: 1\n\"\""] {
            for header in ["|", "|-", "|+", ">", ">-", ">+", "|1+", "!!str |+", "&x >+"] {
                for end in ends.iter().chain(&bodies) {
                    let text = format!("{key}: {header}{end}");
                    assert_eq!(opened(&sealed(&text)), text, "{text:?}");
                }
            }
        }
    }
}
