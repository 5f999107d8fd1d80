//! Where the metadata block goes, what it looks like, and how it is rewritten.

use super::scan;
use super::string::quoted;
use super::style::Style;
use crate::metadata::{Field, Metadata};
use crate::splice::Edit;
use crate::token::Put;
use crate::tree::{Document, Insert, MetadataSlot, RewrittenField, Tree};

/// Puts the block behind the last entry, in the file's own indentation.
pub(crate) fn edits(tree: &Tree, fields: &[(String, Field)]) -> Vec<Edit<Put>> {
    let style = Style::of(tree);
    let block = block(fields, &style);
    let put = |document: &Document| {
        let Insert::Entry { at, empty } = document.insert else {
            return None;
        };
        let comma = if empty { "" } else { "," };
        let gap = if empty && style.line_break.is_none() {
            String::new()
        } else {
            style.before_entry(1)
        };
        let text = format!("{comma}{gap}\"sops\": {block}");
        Some(replaced(at, at, text))
    };
    tree.documents.iter().filter_map(put).collect()
}

fn replaced(start: u32, stop: u32, text: String) -> Edit<Put> {
    let put = Put::Text(text.into_bytes());
    Edit { start, stop, put }
}

/// Replaces the fields that every rewriting changes; none if the block cannot be changed field by field.
pub(crate) fn rewrite(tree: &Tree, metadata: &Metadata) -> Option<Vec<Edit<Put>>> {
    let slots = &tree.metadata_slots;
    let first = |field: RewrittenField| slots.iter().find(|slot| slot.field == field);
    let mac = first(RewrittenField::Mac)?;
    first(RewrittenField::LastModified)?;
    let mut edits = Vec::new();
    for slot in slots {
        let text = match slot.field {
            RewrittenField::LastModified => metadata.last_modified.to_second(),
            RewrittenField::Mac => metadata.mac.clone()?,
            RewrittenField::Version => metadata.version.clone(),
            RewrittenField::Layout => {
                if let Some(layout) = &metadata.layout {
                    layout.clone()
                } else {
                    let (start, stop) = entry_range(tree.source(), slot);
                    edits.push(replaced(start, stop, String::new()));
                    continue;
                }
            }
        };
        if !slot.simple {
            return None;
        }
        let text = quoted(&text).to_string();
        let written = &tree.source()[slot.start as usize..slot.stop as usize];
        if written != text.as_bytes() {
            edits.push(replaced(slot.start, slot.stop, text));
        }
    }
    if let Some(layout) = &metadata.layout
        && first(RewrittenField::Layout).is_none()
    {
        // Its place is before the MAC in the order of every release.
        let from = scan::blanks_before(tree.source(), mac.entry as usize);
        let gap = String::from_utf8_lossy(&tree.source()[from..mac.entry as usize]);
        let text = format!("\"layout\": {},{gap}", &*quoted(layout));
        edits.push(replaced(mac.entry, mac.entry, text));
    }
    edits.sort_by_key(|edit| edit.start);
    Some(edits)
}

/// A field of the block with the comma that joins it to its neighbour; others always stand beside it.
fn entry_range(bytes: &[u8], slot: &MetadataSlot) -> (u32, u32) {
    let next = scan::blanks(bytes, slot.stop as usize);
    if bytes.get(next) == Some(&b',') {
        return (slot.entry, scan::blanks(bytes, next + 1) as u32);
    }
    let before = scan::blanks_before(bytes, slot.entry as usize);
    (before as u32 - 1, slot.stop)
}

/// Prints the whole block where it stood.
pub(crate) fn reprint(tree: &Tree, fields: &[(String, Field)]) -> Vec<Edit<Vec<u8>>> {
    let style = Style::of(tree);
    let bytes = tree.source();
    let blocks = tree.documents.iter().filter_map(|it| it.metadata);
    blocks
        .map(|(start, stop)| {
            // Of the range, which holds the comma and the blanks around the entry, the value alone.
            let range = &bytes[..stop as usize];
            let range = range.trim_ascii_end();
            let range = range.strip_suffix(b",").unwrap_or(range).trim_ascii_end();
            let open = range[start as usize..]
                .iter()
                .position(|byte| *byte == b'{');
            Edit {
                start: start + open.unwrap_or_default() as u32,
                stop: range.len() as u32,
                put: block(fields, &style).into_bytes(),
            }
        })
        .collect()
}

/// The block's value. One blank stands behind each colon, however the file is written: readers look for these bytes.
fn block(fields: &[(String, Field)], style: &Style) -> String {
    let mut block = Block {
        out: String::new(),
        style,
        level: 1,
    };
    block.map(fields);
    block.out
}

struct Block<'s> {
    out: String,
    style: &'s Style,
    level: usize,
}

impl Block<'_> {
    fn map(&mut self, fields: &[(String, Field)]) {
        self.each('{', fields, '}', |it, (name, field)| {
            it.out.push_str(&quoted(name));
            it.out.push_str(": ");
            it.value(name, field);
        });
    }

    fn value(&mut self, name: &str, field: &Field) {
        match field {
            Field::Null => self.out.push_str("null"),
            // Older releases refuse these in quotes.
            Field::Scalar(text) if matches!(name, "mac_only_encrypted" | "shamir_threshold") => {
                self.out.push_str(text);
            }
            Field::Scalar(text) => self.out.push_str(&quoted(text)),
            Field::List(items) => self.each('[', items, ']', |it, item| it.value("", item)),
            Field::Map(fields) => self.map(fields),
        }
    }

    fn each<T>(&mut self, open: char, all: &[T], close: char, put: impl Fn(&mut Self, &T)) {
        self.out.push(open);
        self.level += 1;
        for (position, one) in all.iter().enumerate() {
            if position > 0 {
                self.out.push(',');
            }
            self.gap(position > 0);
            put(self, one);
        }
        self.level -= 1;
        if !all.is_empty() {
            self.gap(false);
        }
        self.out.push(close);
    }

    fn gap(&mut self, between: bool) {
        match self.style.line_break {
            Some(_) => self.out.push_str(&self.style.before_entry(self.level)),
            None if between => self.out.push(' '),
            None => {}
        }
    }
}
