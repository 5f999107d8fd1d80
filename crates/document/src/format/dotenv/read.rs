//! Bytes in, tree out: one pass over the lines, as lenient and as strict as SOPS.
//!
//! The bytes need not be UTF-8. Nothing is trimmed, a carriage return is part of its line's value, and a key that stands
//! twice is two entries.

use selkie_crypto::{Kind, Secret};

use super::{escape, metadata};
use crate::error::Error;
use crate::format::ReadSealed;
use crate::metadata::flatten::unflatten;
use crate::tree::{
    Comment, Document, Insert, LARGEST, MetadataSlot, Node, RewrittenField, Shape, Style, Text,
    Tree,
};

/// Reads a file. `strict` refuses what must not be sealed.
pub(crate) fn read(source: Secret, strict: bool) -> Result<ReadSealed, Error> {
    let bytes = source.expose();
    if bytes.len() > LARGEST {
        return Err(Error::TooLarge);
    }
    let mut reader = Reader {
        bytes,
        nodes: vec![root()],
        arena: Secret::new(),
        comments: Vec::new(),
        pairs: Vec::new(),
        slots: Vec::new(),
    };
    let mut start = 0;
    for line in bytes.split(|byte| *byte == b'\n') {
        reader.line(start, line, strict)?;
        start += line.len() + 1;
    }
    let Reader {
        mut nodes,
        arena,
        comments,
        pairs,
        slots: metadata_slots,
        ..
    } = reader;
    let end = nodes.len() as u32;
    nodes[0].end = end;
    nodes[0].stop = bytes.len() as u32;
    let metadata = match pairs.as_slice() {
        [] => None,
        pairs => Some(unflatten(pairs)?),
    };
    // Lines in several places are no block; who writes them again goes through the text.
    let range = match metadata::ranges(bytes).as_slice() {
        [range] if !strict => Some(*range),
        _ => None,
    };
    let insert = Insert::Block {
        at: bytes.len() as u32,
        indent: 0,
    };
    let tree = Tree {
        source,
        arena,
        nodes,
        comments,
        documents: vec![Document {
            root: 0,
            metadata: range,
            insert,
        }],
        metadata_slots,
        properties: Vec::new(),
        key_references: Vec::new(),
        references: Vec::new(),
    };
    Ok((tree, metadata))
}

fn root() -> Node {
    Node {
        shape: Shape::Mapping,
        style: Style::Block,
        flags: 0,
        indent: 0,
        key: Text::default(),
        text: Text::default(),
        entry: 0,
        head: 0,
        start: 0,
        stop: 0,
        end: 1,
        parent: 0,
    }
}

struct Reader<'a> {
    bytes: &'a [u8],
    nodes: Vec<Node>,
    arena: Secret,
    comments: Vec<Comment>,
    /// The metadata, name by name.
    pairs: Vec<(String, String)>,
    slots: Vec<MetadataSlot>,
}

impl Reader<'_> {
    fn line(&mut self, start: usize, line: &[u8], strict: bool) -> Result<(), Error> {
        let stop = start + line.len();
        let next = self.nodes.len() as u32;
        if line.is_empty() {
            return Ok(());
        }
        if line.starts_with(b"#") {
            self.comments.push(Comment {
                container: 0,
                before: next,
                text: Text::in_source(start + 1, stop),
                start: start as u32,
                stop: stop as u32,
                list_item: false,
            });
            return Ok(());
        }
        let line_number = || crate::tree::line(self.bytes, start);
        let Some(equals) = line.iter().position(|byte| *byte == b'=') else {
            return Err(Error::Syntax {
                line: line_number(),
                column: 1,
                reason: "a line that is neither empty nor a comment must have an equals sign"
                    .to_owned(),
            });
        };
        let head = start + equals + 1;
        if let Some(name) = metadata::name(&line[..equals]) {
            if strict {
                return Err(Error::AlreadyEncrypted {
                    line: line_number(),
                });
            }
            self.metadata(name, start, head, stop);
            return Ok(());
        }
        let text = match escape::value(&line[equals + 1..]) {
            None => Text::in_source(head, stop),
            Some(value) => {
                let from = self.arena.len();
                self.arena.extend_from_slice(value.expose());
                Text::in_arena(from, self.arena.len())
            }
        };
        self.nodes.push(Node {
            shape: Shape::Leaf(Kind::Str),
            style: Style::Plain,
            flags: 0,
            indent: 0,
            key: Text::in_source(start, head - 1),
            text,
            entry: start as u32,
            head: head as u32,
            start: head as u32,
            stop: stop as u32,
            end: next + 1,
            parent: 0,
        });
        Ok(())
    }

    fn metadata(&mut self, name: &[u8], entry: usize, start: usize, stop: usize) {
        if let Some(field) = RewrittenField::from_name(name) {
            self.slots.push(MetadataSlot {
                document: 0,
                field,
                entry: entry as u32,
                start: start as u32,
                stop: stop as u32,
                simple: true,
            });
        }
        let text = |bytes| String::from_utf8_lossy(bytes).into_owned();
        self.pairs
            .push((text(name), text(&self.bytes[start..stop])));
    }
}
