//! Where metadata blocks go, and how they are rewritten.

use super::scan;
use crate::error::{Error, Refusal};
use crate::metadata::{Field, Metadata};
use crate::splice::Edit;
use crate::token::Put;
use crate::tree::{FlowBefore, Insert, MetadataSlot, RewrittenField, Shape, Style, Tree};

/// Where metadata blocks go and what stands there, given the edits of the values.
pub(crate) fn edits(
    tree: &Tree,
    values: &[Edit<Put>],
    fields: &[(String, Field)],
) -> Result<Vec<Edit<Put>>, Error> {
    let source = match values.last() {
        // What goes at the end of the text does not stand before the block.
        Some(Edit {
            start,
            stop,
            put: Put::Text(text),
        }) if text.is_empty() && *stop as usize == tree.source().len() => {
            &tree.source()[..*start as usize]
        }
        _ => tree.source(),
    };
    let line_break = scan::break_of(source);
    let mut edits = Vec::with_capacity(tree.documents.len());
    for (number, document) in tree.documents.iter().enumerate() {
        let null = tree.node(document.root).shape == Shape::Null;
        let own = fields_for(tree, document.root, fields);
        let (at, text) = match document.insert {
            _ if null && number > 0 => continue,
            Insert::Block { at, indent } => (at, block(source, at, &own, indent, line_break)),
            Insert::Flow { at, after } => (at, super::block::flow(&own, after)),
            Insert::Entry { .. } | Insert::None => {
                return Err(Error::Refused {
                    line: tree.line(tree.node(document.root).start),
                    path: String::new(),
                    reason: Refusal::NullRoot,
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

/// The fields that this document's readers take.
fn fields_for(tree: &Tree, root: u32, fields: &[(String, Field)]) -> Vec<(String, Field)> {
    let strict = is_sops_secret(tree, root);
    fields
        .iter()
        .filter(|(name, _)| !(strict && name == "layout"))
        .cloned()
        .collect()
}

/// The block; behind a text without a final line break it brings one, and has none itself.
fn block(
    source: &[u8],
    at: u32,
    fields: &[(String, Field)],
    indent: u16,
    line_break: &str,
) -> String {
    let lines = super::block::lines(fields, indent, line_break);
    let before = &source[..source.len().min(at as usize)];
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

/// Replaces the metadata fields that every rewriting changes; the others keep their place and spelling. None if a block cannot be
/// changed field by field.
pub(crate) fn rewrite(tree: &Tree, metadata: &Metadata) -> Option<Vec<Edit<Put>>> {
    let blocks: Option<Vec<_>> = tree
        .documents
        .iter()
        .enumerate()
        .filter(|(_, document)| document.metadata.is_some())
        .map(|(number, _)| rewrite_block(tree, number as u32, metadata))
        .collect();
    Some(blocks?.into_iter().flatten().collect())
}

/// The replacements in one block; none if it cannot be changed field by field.
fn rewrite_block(tree: &Tree, document: u32, metadata: &Metadata) -> Option<Vec<Edit<Put>>> {
    let source = tree.source();
    let root = tree.documents[document as usize].root;
    let flow = tree.node(root).style == Style::Flow;
    let layout = metadata
        .layout
        .as_ref()
        .filter(|_| !is_sops_secret(tree, root));
    let slots = || {
        let mut slots = tree.metadata_slots.iter();
        std::iter::from_fn(move || slots.find(|slot| slot.document == document))
    };
    let mut edits = Vec::new();
    for slot in slots() {
        let text = match slot.field {
            RewrittenField::LastModified => metadata.last_modified.to_second(),
            RewrittenField::Mac => metadata.mac.clone().unwrap_or_default(),
            RewrittenField::Version if unquoted(source, slot) == metadata.version.as_bytes() => {
                continue;
            }
            RewrittenField::Version => metadata.version.clone(),
            RewrittenField::Layout => match layout {
                Some(layout) => layout.clone(),
                None if flow => return None,
                None => {
                    edits.push(Edit {
                        start: scan::line_start(source, slot.entry as usize) as u32,
                        stop: scan::next_line(source, slot.stop as usize) as u32,
                        put: Put::text(""),
                    });
                    continue;
                }
            },
        };
        if !slot.simple {
            return None;
        }
        let quote = match source[slot.start as usize] {
            quote @ (b'"' | b'\'') => (quote as char).to_string(),
            _ if slot.field == RewrittenField::LastModified => "\"".to_owned(),
            _ => String::new(),
        };
        edits.push(Edit {
            start: slot.start,
            stop: slot.stop,
            put: Put::text(&format!("{quote}{text}{quote}")),
        });
    }
    if let Some(layout) = layout
        && !slots().any(|slot| slot.field == RewrittenField::Layout)
    {
        // Its place is before the MAC in the order of every release.
        let mac = slots().find(|slot| slot.field == RewrittenField::Mac)?;
        if flow || !scan::begins_line(source, mac.entry) {
            return None;
        }
        let start = scan::line_start(source, mac.entry as usize);
        let margin = String::from_utf8_lossy(&source[start..mac.entry as usize]);
        let line = format!("{margin}layout: {layout}{}", scan::break_of(source));
        let at = start as u32;
        edits.push(Edit {
            start: at,
            stop: at,
            put: Put::text(&line),
        });
    }
    edits.sort_by_key(|edit| edit.start);
    (!edits.is_empty()).then_some(edits)
}

/// The text of a slot without the quotes around it.
fn unquoted<'t>(source: &'t [u8], slot: &MetadataSlot) -> &'t [u8] {
    let text = &source[slot.start as usize..slot.stop as usize];
    match text {
        [b'"', inner @ .., b'"'] | [b'\'', inner @ .., b'\''] => inner,
        text => text,
    }
}

/// Prints whole metadata blocks where blocks stood.
pub(crate) fn reprint(tree: &Tree, fields: &[(String, Field)]) -> Vec<Edit<Vec<u8>>> {
    let source = tree.source();
    let line_break = scan::break_of(source);
    let mut edits = Vec::new();
    for document in &tree.documents {
        let Some((start, stop)) = document.metadata else {
            continue;
        };
        let root = tree.node(document.root);
        let fields = &fields_for(tree, document.root, fields);
        let text = if root.style == Style::Flow {
            let before = source[start as usize];
            let after = if before == b',' {
                FlowBefore::Entry
            } else {
                FlowBefore::Comma
            };
            super::block::flow(fields, after)
        } else {
            block(source, start, fields, root.indent, line_break)
        };
        edits.push(Edit {
            start,
            stop,
            put: text.into_bytes(),
        });
    }
    edits
}
