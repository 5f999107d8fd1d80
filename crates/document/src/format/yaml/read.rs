//! Bytes in, tree out: one pass over the events, linear in the text.
//!
//! The same reader serves plain and sealed files. What only a plain file must not contain is refused in `strict` mode;
//! a sealed file is read as leniently as SOPS reads it, and its metadata block is taken out of the tree.

mod alias;
mod entry;
mod metadata;
mod refuse;
mod scalar;

use std::collections::HashMap;

use selkie_crypto::Secret;

use super::comments;
use super::events::{DEPTH, Event, Events, GranitEvents, Properties as Found, Scalar, Tag, What};
use super::keys::Keys;
use super::resolve::{Value, resolve_as};
use super::scan;
use crate::error::{Error, Refusal};
use crate::metadata::Field;
use crate::tree::{
    Document, KeyReference, LARGEST, MetadataSlot, Node, Properties, Shape, Style, Target, Text,
    Tree,
};

/// A file that was read: the tree, and the metadata block of its first document if it has one.
pub(crate) struct Read {
    pub(crate) tree: Tree,
    pub(crate) metadata: Option<Vec<(String, Field)>>,
}

/// Reads a file. `strict` refuses what must not be sealed.
pub(crate) fn read(source: Secret, strict: bool) -> Result<Read, Error> {
    let bytes = source.expose();
    if bytes.len() > LARGEST {
        return Err(Error::TooLarge);
    }
    if bytes.is_empty() {
        return Err(Error::Empty);
    }
    let text = std::str::from_utf8(bytes).map_err(|error| Error::Encoding {
        line: crate::tree::line(bytes, error.valid_up_to()),
    })?;
    let mut reader = Reader {
        bytes,
        events: GranitEvents::new(text),
        strict,
        nodes: Vec::with_capacity(bytes.len() / 64),
        arena: Secret::new(),
        comments: Vec::new(),
        documents: Vec::new(),
        metadata_slots: Vec::new(),
        document_starts: Vec::new(),
        properties: Vec::new(),
        key_references: Vec::new(),
        references: Vec::new(),
        anchors: HashMap::new(),
        stack: Vec::new(),
        cursor: 0,
        copies: 0,
        metadata: None,
        removed: None,
        last_entry: 0,
    };
    if strict {
        check_marks(bytes)?;
    }
    reader.run()?;
    let Reader {
        nodes,
        arena,
        comments,
        documents,
        metadata_slots,
        document_starts,
        properties,
        key_references,
        references,
        metadata,
        ..
    } = reader;
    let mut tree = Tree {
        source,
        arena,
        nodes,
        comments: Vec::new(),
        documents,
        metadata_slots,
        properties,
        key_references,
        references,
    };
    comments::place(&mut tree, comments, &document_starts);
    Ok(Read { tree, metadata })
}

/// Refuses a byte order mark at the start of a line that is not the first.
fn check_marks(bytes: &[u8]) -> Result<(), Error> {
    let text_after_first = bytes.iter().skip(1);
    if bytes.is_ascii() || !text_after_first.clone().any(|byte| *byte == 0xEF) {
        return Ok(());
    }
    let mut at = scan::next_line(bytes, 0);
    while at < bytes.len() {
        if bytes[at..].starts_with("\u{FEFF}".as_bytes()) {
            let line = crate::tree::line(bytes, at);
            return Err(Error::Refused {
                line,
                path: String::new(),
                reason: Refusal::ByteOrderMark,
            });
        }
        at = scan::next_line(bytes, at);
    }
    Ok(())
}

struct Reader<'a> {
    bytes: &'a [u8],
    events: GranitEvents<'a>,
    strict: bool,
    nodes: Vec<Node>,
    arena: Secret,
    comments: Vec<(u32, u32)>,
    documents: Vec<Document>,
    metadata_slots: Vec<MetadataSlot>,
    document_starts: Vec<u32>,
    properties: Vec<Properties>,
    key_references: Vec<KeyReference>,
    references: Vec<(u32, Target)>,
    anchors: HashMap<usize, Anchored>,
    stack: Vec<Frame>,
    /// Behind the last token.
    cursor: u32,
    copies: usize,
    metadata: Option<Vec<(String, Field)>>,
    /// Range of the metadata block of the open document.
    removed: Option<(u32, u32)>,
    /// Behind the last entry of the root, where that is written in braces.
    last_entry: u32,
}

/// An open container.
struct Frame {
    node: u32,
    mapping: bool,
    flow: bool,
    column: Option<u16>,
    pending: Option<Pending>,
    keys: Keys,
}

/// A key that waits for its value.
#[derive(Clone)]
struct Pending {
    key: Text,
    entry: u32,
    head: u32,
    reference: Option<(std::ops::Range<u32>, Target)>,
}

enum Anchored {
    Node(u32),
    Key(Text),
}

/// Where a new node stands.
struct Place {
    key: Text,
    entry: u32,
    head: u32,
    flags: u8,
    indent: u16,
    parent: Option<u32>,
    reference: Option<(std::ops::Range<u32>, Target)>,
}

impl<'a> Reader<'a> {
    fn run(&mut self) -> Result<(), Error> {
        while let Some(event) = self.next()? {
            match event.what {
                What::DocumentStart => {
                    let start = if self.documents.is_empty() {
                        0
                    } else {
                        event.start
                    };
                    self.document_starts.push(start);
                    self.anchors.clear();
                    self.cursor = event.stop;
                }
                What::DocumentEnd => self.close_document(),
                What::Comment => self.comments.push((event.start, event.stop)),
                What::MappingEnd | What::SequenceEnd => self.close(&event)?,
                What::Alias(id) => self.alias(id, event.start, event.stop)?,
                What::Scalar { .. } | What::Mapping { .. } | What::Sequence { .. } => {
                    self.node(event)?;
                }
            }
        }
        if self.documents.is_empty() {
            return Err(self.refused(0, Refusal::NoDocument));
        }
        Ok(())
    }

    fn next(&mut self) -> Result<Option<Event<'a>>, Error> {
        self.events.next().map_err(|broken| {
            if broken.too_deep {
                Error::Refused {
                    line: broken.line,
                    path: String::new(),
                    reason: Refusal::Depth(DEPTH),
                }
            } else {
                Error::Syntax {
                    line: broken.line,
                    column: broken.column,
                    reason: broken.reason,
                }
            }
        })
    }

    fn text(&self, text: Text) -> &[u8] {
        text.of(self.bytes, self.arena.expose())
    }

    fn node(&mut self, event: Event<'a>) -> Result<(), Error> {
        if let What::Scalar { style, .. } = &event.what
            && *style == Scalar::Plain
        {
            self.check_plain(event.start, event.stop)?;
        }
        let awaits_key = self
            .stack
            .last()
            .is_some_and(|frame| frame.mapping && frame.pending.is_none());
        if awaits_key {
            return self.key(event);
        }
        match event.what {
            What::Scalar {
                value,
                style,
                properties,
            } => self.scalar(value, style, &properties, event.start, event.stop),
            What::Mapping { flow, properties } => self.open(true, flow, &properties, event.start),
            What::Sequence { flow, properties } => self.open(false, flow, &properties, event.start),
            _ => Ok(()),
        }
    }

    fn open(&mut self, mapping: bool, flow: bool, found: &Found, start: u32) -> Result<(), Error> {
        if self.stack.is_empty() && !mapping {
            return Err(self.refused(start, Refusal::Root));
        }
        if self.stack.len() >= DEPTH {
            return Err(self.refused(start, Refusal::Depth(DEPTH)));
        }
        let mut place = self.place(found.start().unwrap_or(start));
        self.cursor = self.cursor.max(found.stop().unwrap_or(0));
        if place.parent.is_none() {
            place.entry = start;
        }
        let shape = if mapping {
            Shape::Mapping
        } else {
            Shape::Sequence
        };
        let style = if flow { Style::Flow } else { Style::Block };
        let node = self.push(place, shape, style, Text::default(), start..start);
        self.nodes[node as usize].end = 0;
        self.attach(node, found)?;
        if flow {
            self.cursor = start + 1;
        }
        self.stack.push(Frame {
            node,
            mapping,
            flow,
            column: None,
            pending: None,
            keys: Keys::default(),
        });
        Ok(())
    }

    fn close(&mut self, event: &Event<'a>) -> Result<(), Error> {
        let Some(frame) = self.stack.pop() else {
            return Ok(());
        };
        let end = self.nodes.len() as u32;
        if frame.flow {
            self.last_entry = self.cursor;
            // The pair in `[a: b]` ends with its value: the bracket belongs to the sequence.
            self.cursor = self.cursor.max(event.stop);
        }
        let node = &mut self.nodes[frame.node as usize];
        node.end = end;
        node.stop = self.cursor;
        let outermost = self.stack.last().is_some_and(|above| !above.flow);
        if self.strict && frame.flow && outermost {
            self.check_tabs(frame.node)
        } else {
            Ok(())
        }
    }

    /// Refuses a line that begins with a tab inside brackets that stand in lines of a block: the parser takes it behind
    /// some tokens and not behind others, so that the sealed text might not be read.
    fn check_tabs(&self, container: u32) -> Result<(), Error> {
        let node = &self.nodes[container as usize];
        let text = &self.bytes[node.start as usize..node.stop as usize];
        let lines = text
            .windows(2)
            .enumerate()
            .filter(|(_, it)| matches!(it, [b'\n' | b'\r', b'\t']));
        let leaves = &self.nodes[container as usize + 1..node.end as usize];
        for (at, _) in lines {
            let at = node.start + at as u32 + 1;
            // Entries stand in the order of the text: only the last that begins before the line can reach into it.
            let before = leaves.partition_point(|leaf| leaf.entry < at);
            let in_leaf = leaves[..before].last().is_some_and(|leaf| {
                !leaf.shape.is_container() && leaf.start < at && at < leaf.stop
            });
            if !in_leaf {
                let line = crate::tree::line(self.bytes, at as usize);
                let reason = "a line inside brackets begins with a tab".to_owned();
                return Err(Error::Syntax {
                    line,
                    column: 1,
                    reason,
                });
            }
        }
        Ok(())
    }

    /// The value of a top-level `sops` key: metadata, not data.
    fn metadata(&mut self, entry: u32) -> Result<(), Error> {
        if self.strict {
            return Err(Error::AlreadyEncrypted {
                line: crate::tree::line(self.bytes, entry as usize),
            });
        }
        self.metadata_block(entry)
    }
}
