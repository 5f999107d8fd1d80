//! Which ranges of a plain YAML text are replaced when it is sealed, and how each token is written there.

use selkie_crypto::{Kind, looks_sealed};
use zeroize::Zeroizing;

use super::render::{self, Rendered, Slot};
use super::scan;
use crate::layout::{Part, Spelling};
use crate::splice::Edit;
use crate::token::{Put, Sealing};
use crate::tree::{
    Comment, IN_FLOW, KEY_REFERENCE, Node, PROPERTIES, Properties, Shape, Style, Target, Tree,
};
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
    };
    maker.values()?;
    maker.references()?;
    maker.keys();
    maker.comments()?;
    maker.unfinished_block()?;
    let mut edits = maker.edits;
    if !edits.is_sorted_by_key(|edit| edit.start) {
        edits.sort_by_key(|edit| edit.start);
    }
    Ok(edits)
}

struct Maker<'t, 's, 'n> {
    tree: &'t Tree,
    walk: &'t Walk,
    sealing: &'s mut Sealing<'n>,
    edits: Vec<Edit<Put>>,
    line_break: &'static str,
}

impl Maker<'_, '_, '_> {
    fn values(&mut self) -> Result<(), crate::Error> {
        for (index, visit) in self.walk.leaves.iter().enumerate() {
            let node = self.tree.node(visit.node);
            if visit.encrypted
                && !node.text.is_empty()
                && !matches!(node.style, Style::Alias | Style::Copy)
            {
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
        if !same {
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

    /// References to, or in the place of, something encrypted: the token depends on the path, so each gets its own.
    fn references(&mut self) -> Result<(), crate::Error> {
        for index in 0..self.tree.references.len() {
            let (node, target) = self.tree.references[index];
            let range = node..self.tree.node(node).end;
            let target_range = match target {
                Target::Node(target) => target..self.tree.node(target).end,
                Target::Key => 0..0,
            };
            if self.any_encrypted(range) || self.any_encrypted(target_range) {
                let text = self.inline(node)?;
                let (start, stop) = (self.tree.node(node).start, self.tree.node(node).stop);
                self.edits.push(Edit {
                    start,
                    stop,
                    put: Put::Text(text.into_bytes()),
                });
                self.spell(node, Part::Value, start, stop);
            }
        }
        Ok(())
    }

    fn any_encrypted(&self, range: std::ops::Range<u32>) -> bool {
        self.walk
            .leaves_in(range)
            .iter()
            .any(|visit| visit.encrypted && !self.tree.node(visit.node).text.is_empty())
    }

    /// What a reference stands for, on one line.
    fn inline(&mut self, index: u32) -> Result<String, crate::Error> {
        let node = *self.tree.node(index);
        Ok(match node.shape {
            Shape::Null => "null".to_owned(),
            Shape::Leaf(kind) => self.inline_leaf(index, &node, kind)?,
            Shape::Sequence => {
                let mut items = Vec::new();
                for child in self.tree.children(index).collect::<Vec<_>>() {
                    items.push(self.inline(child)?);
                }
                format!("[{}]", items.join(", "))
            }
            Shape::Mapping => {
                let mut entries = Vec::new();
                for child in self.tree.children(index).collect::<Vec<_>>() {
                    let key = String::from_utf8_lossy(self.tree.text(self.tree.node(child).key))
                        .into_owned();
                    entries.push(format!(
                        "{}: {}",
                        render::double_quoted(&key),
                        self.inline(child)?
                    ));
                }
                format!("{{{}}}", entries.join(", "))
            }
        })
    }

    fn inline_leaf(&mut self, index: u32, node: &Node, kind: Kind) -> Result<String, crate::Error> {
        let visit = self.walk.leaf_at(index).copied();
        if let Some(visit) = visit.filter(|visit| visit.encrypted && !node.text.is_empty()) {
            let nonce = self.sealing.leaf_nonce(self.tree, self.walk, &visit)?;
            let token = self.sealing.token(self.tree, self.walk, &visit, nonce);
            let bare = node.style == Style::Alias && !node.has(IN_FLOW);
            return Ok(if bare { token } else { format!("\"{token}\"") });
        }
        let value = self.tree.text(node.text);
        let slot = Slot {
            style: Style::Double,
            in_flow: true,
            indent: 0,
            header: b"",
            line_break: self.line_break,
        };
        Ok(match render::render(slot, kind, value) {
            Rendered::Whole(text) | Rendered::Body(text) => text.as_str().to_owned(),
            Rendered::Same => String::from_utf8_lossy(value).into_owned(),
        })
    }

    /// Keys that refer to an encrypted value: the reference would give the token.
    fn keys(&mut self) {
        for reference in &self.tree.key_references {
            let Target::Node(target) = reference.target else {
                continue;
            };
            if self.any_encrypted(target..target + 1) {
                let key =
                    String::from_utf8_lossy(self.tree.text(self.tree.node(reference.node).key))
                        .into_owned();
                let (start, stop) = (reference.slot.start, reference.slot.end);
                self.edits.push(Edit {
                    start,
                    stop,
                    put: Put::text(&render::double_quoted(&key)),
                });
                self.spell(reference.node, Part::Key, start, stop);
            }
        }
    }

    fn comments(&mut self) -> Result<(), crate::Error> {
        for visit in &self.walk.comments {
            let comment: &Comment = &self.tree.comments[visit.comment as usize];
            let text = self.tree.text(comment.text);
            if !visit.encrypted
                || text.is_empty()
                || (self.sealing.keep_sealed_comments && looks_sealed(text))
            {
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

    /// A plain block scalar that ends the text without a line break would get one from the metadata block.
    fn unfinished_block(&mut self) -> Result<(), crate::Error> {
        let source = self.tree.source();
        let Some(last) = self.tree.nodes.len().checked_sub(1).map(|last| last as u32) else {
            return Ok(());
        };
        let node = *self.tree.node(last);
        let own = matches!(node.style, Style::Literal | Style::Folded)
            && !node.has(PROPERTIES | KEY_REFERENCE);
        let sealed =
            self.walk.leaf_at(last).is_some_and(|visit| visit.encrypted) && !node.text.is_empty();
        if !own || sealed || matches!(source.last(), Some(b'\n' | b'\r')) {
            return Ok(());
        }
        let tail = &source[node.stop as usize..];
        if !tail.iter().all(|byte| matches!(byte, b' ' | b'\n' | b'\r')) {
            return Ok(());
        }
        let header = render::header(source, node.start);
        let value = self.tree.text(node.text);
        if header.contains(&b'-') {
            return Ok(());
        }
        if value.ends_with(b"\n") {
            let Ok(text) = std::str::from_utf8(value) else {
                return Ok(());
            };
            let stop = source.len() as u32;
            self.edits.push(Edit {
                start: node.start,
                stop,
                put: Put::text(&render::double_quoted(text)),
            });
            self.spell(last, Part::Value, node.start, stop);
            return Ok(());
        }
        let stop = node.start + header.len() as u32;
        let stripped: Vec<u8> = header
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
        Ok(())
    }
}

/// Where metadata blocks go and what stands there.
pub(crate) fn metadata_edits(
    tree: &Tree,
    fields: &[(String, crate::metadata::Field)],
) -> Result<Vec<Edit<Put>>, crate::Error> {
    use crate::tree::Insert;
    let source = tree.source();
    let line_break = scan::break_of(source);
    let mut edits = Vec::with_capacity(tree.documents.len());
    for (number, document) in tree.documents.iter().enumerate() {
        let null = tree.node(document.root).shape == Shape::Null;
        let strict = is_sops_secret(tree, document.root);
        let own: Vec<_> = fields
            .iter()
            .filter(|(name, _)| !(strict && name == "layout"))
            .cloned()
            .collect();
        let (at, text) = match document.insert {
            _ if null && number > 0 => continue,
            Insert::Block { at, indent } => (at, block(source, at, &own, indent, line_break)),
            Insert::Flow { at, after } => (at, super::block::flow(&own, after)),
            Insert::None => {
                return Err(crate::Error::Refused {
                    line: tree.line(tree.node(document.root).start),
                    path: String::new(),
                    reason: crate::Refusal::NullRoot,
                });
            }
        };
        edits.push(Edit {
            start: at,
            stop: at,
            put: Put::Text(text.into_bytes()),
        });
    }
    Ok(edits)
}

/// The block; behind a text without a final line break it brings one, and has none itself.
fn block(
    source: &[u8],
    at: u32,
    fields: &[(String, crate::metadata::Field)],
    indent: u16,
    line_break: &str,
) -> String {
    let lines = super::block::lines(fields, indent, line_break);
    let before = &source[..at as usize];
    if matches!(before.last(), Some(b'\n' | b'\r') | None) {
        return lines;
    }
    format!(
        "{line_break}{}",
        lines.strip_suffix(line_break).unwrap_or(&lines)
    )
}

/// Objects of this kind have a schema that refuses unknown metadata fields.
pub(crate) fn is_sops_secret(tree: &Tree, root: u32) -> bool {
    tree.node(root).shape == Shape::Mapping
        && tree.children(root).any(|child| {
            tree.text(tree.node(child).key) == b"kind" && tree.value(child) == b"SopsSecret"
        })
}

/// Replaces the metadata fields that every rewriting changes; the others keep their place and spelling.
pub(crate) fn rewrite_metadata(
    tree: &Tree,
    metadata: &crate::metadata::Metadata,
) -> Vec<Edit<Put>> {
    use crate::tree::RewrittenField;
    let simple = tree.metadata_slots.iter().all(|slot| slot.simple);
    let flow =
        |document: u32| tree.node(tree.documents[document as usize].root).style == Style::Flow;
    let dropped = |slot: &crate::tree::MetadataSlot| {
        slot.field == RewrittenField::Layout && metadata.layout.is_none()
    };
    let replaceable = simple
        && !tree
            .metadata_slots
            .iter()
            .any(|slot| dropped(slot) && flow(slot.document));
    if !replaceable || tree.metadata_slots.is_empty() {
        return reprint_metadata(tree, &metadata.to_fields());
    }
    let source = tree.source();
    let mut edits = Vec::new();
    for slot in &tree.metadata_slots {
        let text = match slot.field {
            RewrittenField::LastModified => metadata.last_modified.to_second(),
            RewrittenField::Mac => metadata.mac.clone().unwrap_or_default(),
            RewrittenField::Layout => match &metadata.layout {
                Some(layout) => layout.clone(),
                None => {
                    let start = scan::line_start(source, slot.entry as usize) as u32;
                    let stop = scan::next_line(source, slot.stop as usize) as u32;
                    edits.push(Edit {
                        start,
                        stop,
                        put: Put::text(""),
                    });
                    continue;
                }
            },
        };
        let quote = match source[slot.start as usize] {
            quote @ (b'"' | b'\'') => (quote as char).to_string(),
            _ if slot.field == RewrittenField::LastModified => "\"".to_owned(),
            _ => String::new(),
        };
        let put = Put::text(&format!("{quote}{text}{quote}"));
        edits.push(Edit {
            start: slot.start,
            stop: slot.stop,
            put,
        });
    }
    edits
}

/// Prints whole metadata blocks where blocks stood.
fn reprint_metadata(tree: &Tree, fields: &[(String, crate::metadata::Field)]) -> Vec<Edit<Put>> {
    let source = tree.source();
    let line_break = scan::break_of(source);
    let mut edits = Vec::new();
    for document in &tree.documents {
        let Some((start, stop)) = document.metadata else {
            continue;
        };
        let root = tree.node(document.root);
        let text = if root.style == Style::Flow {
            let before = source[start as usize];
            let after = if before == b',' {
                crate::tree::FlowBefore::Entry
            } else {
                crate::tree::FlowBefore::Comma
            };
            super::block::flow(fields, after)
        } else {
            block(source, start, fields, root.indent, line_break)
        };
        edits.push(Edit {
            start,
            stop,
            put: Put::Text(text.into_bytes()),
        });
    }
    edits
}
