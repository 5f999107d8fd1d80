//! Which ranges of a plain YAML text are replaced when it is sealed, and how each token is written there.

mod far_colon;
mod last_block;
mod references;

use zeroize::Zeroizing;

use super::render::{self, Rendered, Slot};
use super::scan;
use crate::layout::{Part, Spelling};
use crate::splice::Edit;
use crate::token::{Put, Sealing, TAG_GONE};
use crate::tree::{Comment, IN_FLOW, Node, Properties, Shape, Style, Tree};
use crate::unseal::is_sealed;
use crate::walk::{Visit, Walk};

/// The replacements of values, keys and comments, sorted, and the spellings that they lose.
pub(crate) fn edits(
    tree: &Tree,
    walk: &Walk,
    sealing: &mut Sealing<'_>,
) -> Result<Vec<Edit<Put>>, crate::Error> {
    let mut maker = Maker {
        tree,
        walk,
        sealing,
        edits: Vec::with_capacity(walk.leaves.len()),
        line_break: scan::break_of(tree.source()),
        uniform: scan::has_uniform_breaks(tree.source()),
    };
    maker.values()?;
    maker.keys();
    maker.comments()?;
    maker.last_block();
    let mut edits = maker.edits;
    if !edits.is_sorted_by_key(|edit| edit.start) {
        edits.sort_by_key(|edit| edit.start);
    }
    check_breaks(tree, &edits)?;
    far_colon::check(tree, &edits)?;
    Ok(edits)
}

/// Characters that end a line for go-yaml but not in YAML 1.2 would stand where both read.
fn check_breaks(tree: &Tree, edits: &[Edit<Put>]) -> Result<(), crate::Error> {
    let source = tree.source();
    if source.is_ascii() {
        return Ok(());
    }
    let ends = edits
        .iter()
        .map(|edit| edit.start)
        .chain([source.len() as u32]);
    let starts = [0].into_iter().chain(edits.iter().map(|edit| edit.stop));
    for (start, end) in starts.zip(ends) {
        let kept = &source[start as usize..end as usize];
        if let Some(at) = kept
            .windows(3)
            .position(|it| it.starts_with(&[0xC2, 0x85]) || matches!(it, [0xE2, 0x80, 0xA8 | 0xA9]))
        {
            return Err(crate::Error::Refused {
                line: tree.line(start + at as u32),
                path: String::new(),
                reason: crate::Refusal::LineBreak,
            });
        }
    }
    Ok(())
}

struct Maker<'t, 's, 'n> {
    tree: &'t Tree,
    walk: &'t Walk,
    sealing: &'s mut Sealing<'n>,
    edits: Vec<Edit<Put>>,
    line_break: &'static str,
    /// All line breaks of the text are of one kind.
    uniform: bool,
}

impl Maker<'_, '_, '_> {
    /// Values and references, in the order of the text: so are nonces remembered and handed out.
    fn values(&mut self) -> Result<(), crate::Error> {
        let mut references = self.tree.references.iter().peekable();
        let mut written = 0;
        for (index, visit) in self.walk.leaves.iter().enumerate() {
            let node = self.tree.node(visit.node);
            if matches!(node.style, Style::Alias | Style::Copy) {
                while let Some(&(reference, target)) = references.next_if(|it| it.0 <= visit.node) {
                    if visit.node < self.tree.node(reference).end && reference >= written {
                        written = self.tree.node(reference).end;
                        self.reference(reference, target)?;
                    }
                }
            } else if is_sealed(self.tree, visit) {
                self.value(index as u32, visit, node)?;
            }
        }
        Ok(())
    }

    fn value(&mut self, index: u32, visit: &Visit, node: &Node) -> Result<(), crate::Error> {
        let source = self.tree.source();
        let nonce = self.sealing.leaf_nonce(self.tree, self.walk, visit)?;
        let in_flow = node.has(IN_FLOW);
        let block = matches!(node.style, Style::Literal | Style::Folded)
            .then(|| scan::block_header(source, node.start));
        // A body without content leaves no line for a token: the header makes room for one.
        let body = block.map(|(_, body)| body).filter(|body| *body < node.stop);
        let style = match (node.style, body) {
            (Style::Literal | Style::Folded, None) => Style::Double,
            (Style::Plain, _) if in_flow => Style::Double,
            (style, _) => style,
        };
        let quote = match style {
            Style::Single => Some(b'\''),
            Style::Double => Some(b'"'),
            _ => None,
        };
        let (start, indent) = body.map_or((node.start, 0), |body| (body, node.indent));
        let put = Put::Token {
            leaf: index,
            nonce,
            quote,
            indent,
        };
        let Some(properties) = self
            .tree
            .properties_of(visit.node)
            .filter(|it| it.tag_converts)
        else {
            self.edits.push(Edit {
                start,
                stop: node.stop,
                put,
            });
            let slot = Slot {
                style,
                in_flow,
                indent: node.indent,
                step: render::STEP,
                header: block.map_or(b"", |(end, _)| &source[node.start as usize..end as usize]),
                line_break: self.line_break,
            };
            self.note(visit.node, node, slot, start);
            return Ok(());
        };
        self.tagged(visit.node, node, &properties.clone(), start, put);
        Ok(())
    }

    /// Notes how the value is spelled, if its text alone does not tell.
    fn note(&mut self, index: u32, node: &Node, slot: Slot<'_>, start: u32) {
        let written = &self.tree.source()[start as usize..node.stop as usize];
        let value = self.tree.text(node.text);
        let Shape::Leaf(kind) = node.shape else {
            return;
        };
        let same = match render::render(slot, kind, value) {
            Rendered::Same => written == value,
            Rendered::Whole(text) => written == text.as_bytes() && start == node.start,
            Rendered::Body(text) => written == text.as_bytes() && start != node.start,
        };
        // The sealed text may begin with another kind of break than the plain one.
        let mixed = !self.uniform && written.iter().any(|byte| matches!(byte, b'\n' | b'\r'));
        if !same || mixed {
            self.spell(index, Part::Value, start, node.stop);
        }
    }

    fn spell(&mut self, node: u32, part: Part, start: u32, stop: u32) {
        let text = String::from_utf8_lossy(&self.tree.source()[start as usize..stop as usize])
            .into_owned();
        self.sealing.spellings.push(Spelling {
            node,
            part,
            text: Zeroizing::new(text),
        });
    }

    /// A value whose tag asks for a type: the tag goes, since go-yaml would try to convert the token.
    fn tagged(&mut self, index: u32, node: &Node, properties: &Properties, start: u32, put: Put) {
        let Some(tag) = properties.tag.clone() else {
            return;
        };
        let behind = properties.anchor.as_ref().map(|anchor| anchor.start);
        let next = behind.filter(|it| *it > tag.start).unwrap_or(start);
        if self.tree.source()[tag.end as usize..next as usize].contains(&b'#') {
            // A comment that stays where it is.
            let first = behind.unwrap_or(tag.start).min(tag.start);
            self.edits.push(Edit {
                start: tag.start,
                stop: tag.end,
                put: Put::Text(TAG_GONE.to_vec()),
            });
            self.edits.push(Edit {
                start,
                stop: node.stop,
                put,
            });
            return self.spell(index, Part::Properties, first, node.stop);
        }
        match &properties.anchor {
            Some(anchor) if anchor.start > tag.start => {
                self.edits.push(Edit {
                    start: tag.start,
                    stop: anchor.start,
                    put: Put::text(""),
                });
                self.edits.push(Edit {
                    start,
                    stop: node.stop,
                    put,
                });
                self.spell(index, Part::Properties, tag.start, node.stop);
            }
            _ if start == node.start => {
                self.edits.push(Edit {
                    start: tag.start,
                    stop: node.start,
                    put: Put::text(""),
                });
                self.edits.push(Edit {
                    start,
                    stop: node.stop,
                    put,
                });
                self.spell(index, Part::Value, tag.start, node.stop);
            }
            // A block scalar keeps its header, and what follows the tag with it.
            _ => {
                self.edits.push(Edit {
                    start: tag.start,
                    stop: node.stop,
                    put: put.in_quotes(),
                });
                self.spell(index, Part::Value, tag.start, node.stop);
            }
        }
    }

    fn comments(&mut self) -> Result<(), crate::Error> {
        for visit in &self.walk.comments {
            let comment: &Comment = &self.tree.comments[visit.comment as usize];
            let text = self.tree.text(comment.text);
            if !visit.encrypted || text.is_empty() {
                continue;
            }
            let nonce = self.sealing.comment_nonce(self.tree, self.walk, visit)?;
            let put = Put::Comment {
                visit: *visit,
                nonce,
            };
            self.edits.push(Edit {
                start: comment.start + 1,
                stop: comment.stop,
                put,
            });
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use crate::testing::{opened, sealed};

    /// A tag is not next to its value where a comment stands between them.
    #[test]
    fn tagged_values_behind_comments_come_back() {
        let tags = ["!!int", "!!float", "!!str", "!!binary", "!local", "!"];
        let gaps = [
            "# c",
            "#",
            "&x # c",
            "# c\n  &x",
            "# c\n  &x # d",
            "&x",
            "&x#y",
        ];
        let values = [
            "\n  5555",
            " |- # e\n  5555",
            " >- #\n   5555",
            " |-\n  5555",
            " \n  '5555'",
            " \n\n  \"5555\"",
        ];
        for key in ["a:", "a_unencrypted:", "- &z", "? k\n:", "a: &x"] {
            for tag in tags {
                for gap in gaps.iter().chain(&[""]) {
                    for value in values {
                        let header = value.contains(['|', '>']);
                        let both = key.contains('&') && gap.contains('&');
                        let plain = header && gap.ends_with(['c', 'd', '#']);
                        if both || plain {
                            continue;
                        }
                        let start = if key.starts_with('-') { "l:\n " } else { "" };
                        let text = format!("{start}{key} {tag} {gap}{value}\nz: 1\n");
                        assert_eq!(opened(&sealed(&text)), text);
                    }
                }
            }
        }
        for text in [
            "{a: !!int # c\n  5, b: [&x !!int # d\n  5, !!int # e\n &y 5]}\n",
            "a: !!int # c\n  &x 5\nb: *x\n",
        ] {
            assert_eq!(opened(&sealed(text)), text);
        }
    }
}
