//! Bytes in, tree out: one pass over the events, linear in the text.
//!
//! The same reader serves plain and sealed files. What only a plain file must not contain is refused in `strict` mode;
//! a sealed file is read as leniently as SOPS reads it, and its metadata block is taken out of the tree.

mod metadata;

use std::borrow::Cow;
use std::collections::HashMap;

use base64::Engine as _;
use selkie_crypto::{Kind, Secret};

use super::comments;
use super::events::{DEPTH, Event, Events, GranitEvents, Properties as Found, Scalar, Tag, What};
use super::keys::Keys;
use super::resolve::{Value, resolve_as};
use super::scan;
use crate::error::{Error, Refusal};
use crate::metadata::Field;
use crate::tree::{
    Document, IN_FLOW, KEY_REFERENCE, KeyReference, LARGEST, MetadataSlot, Node, PROPERTIES,
    Properties, Shape, Style, Target, Text, Tree,
};

/// Nodes that references may add to a file.
const ALIAS_BUDGET: usize = 1_000_000;

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
                What::MappingEnd | What::SequenceEnd => self.close(&event),
                What::Alias(id) => self.alias(id, event.start, event.stop)?,
                What::Scalar { .. } | What::Mapping { .. } | What::Sequence { .. } => {
                    self.node(event)?
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

    fn refused(&self, at: u32, reason: Refusal) -> Error {
        Error::Refused {
            line: crate::tree::line(self.bytes, at as usize),
            path: self.path(),
            reason,
        }
    }

    /// Path of what is being read, for errors.
    fn path(&self) -> String {
        let mut path = String::new();
        for (depth, frame) in self.stack.iter().enumerate() {
            let key = match self.stack.get(depth + 1) {
                Some(below) => Some(self.nodes[below.node as usize].key),
                None => frame.pending.as_ref().map(|pending| pending.key),
            };
            if !frame.mapping {
                path.push_str(&format!(
                    "[{}]",
                    self.position(frame.node, depth + 1 < self.stack.len())
                ));
            } else if let Some(key) = key {
                path.push_str(&format!("[{:?}]", String::from_utf8_lossy(self.text(key))));
            }
        }
        path
    }

    /// Position of the item that is read in an open sequence; `open` if the item is an open container itself.
    fn position(&self, sequence: u32, open: bool) -> usize {
        let items = self
            .nodes
            .iter()
            .skip(sequence as usize + 1)
            .filter(|node| node.parent == sequence)
            .count();
        items - usize::from(open)
    }

    fn text(&self, text: Text) -> &[u8] {
        text.of(self.bytes, self.arena.expose())
    }

    fn node(&mut self, event: Event<'a>) -> Result<(), Error> {
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

    fn key(&mut self, event: Event<'a>) -> Result<(), Error> {
        let What::Scalar {
            value,
            style,
            properties,
        } = event.what
        else {
            return Err(self.refused(event.start, Refusal::ComplexKey));
        };
        let entry = self.key_entry(properties.start().unwrap_or(event.start));
        if !matches!(
            resolve_as(properties.tag, &value, style == Scalar::Plain),
            Some(Value::Str)
        ) {
            return Err(self.refused(event.start, Refusal::KeyType));
        }
        let flow = self.stack.last().is_some_and(|frame| frame.flow);
        if self.strict && flow && style == Scalar::Plain && self.bytes[event.start as usize] == b'?'
        {
            return Err(self.refused(event.start, Refusal::QuestionKey));
        }
        let key = self.store(value);
        if let Some((id, range)) = &properties.anchor {
            self.check_anchor(range)?;
            self.anchors.insert(*id, Anchored::Key(key));
        }
        self.cursor = event.stop;
        self.take_key(Pending {
            key,
            entry,
            head: event.stop,
            reference: None,
        })
    }

    /// Where the entry of the next key begins.
    /// `first`: where its properties or its text begin; before them may stand an indicator.
    fn key_entry(&mut self, first: u32) -> u32 {
        let Some(frame) = self.stack.last_mut() else {
            return self.cursor;
        };
        let passed: &[u8] = if frame.flow { b":,{[?" } else { b":" };
        let entry = scan::skip(self.bytes, self.cursor, passed).min(first);
        if frame.column.is_none() {
            let column = if frame.flow {
                0
            } else {
                scan::column(self.bytes, entry)
            };
            frame.column = Some(column);
            self.nodes[frame.node as usize].indent = column;
        }
        entry
    }

    fn take_key(&mut self, pending: Pending) -> Result<(), Error> {
        let depth = self.stack.len();
        let text = pending.key.of(self.bytes, self.arena.expose());
        if depth == 1 && text == b"sops" {
            return self.metadata(pending.entry);
        }
        let Some(frame) = self.stack.last_mut() else {
            return Ok(());
        };
        let twice = self.strict
            && !frame
                .keys
                .insert(pending.key, self.bytes, self.arena.expose());
        let entry = pending.entry;
        frame.pending = Some(pending);
        if twice {
            Err(self.refused(entry, Refusal::DuplicateKey))
        } else {
            Ok(())
        }
    }

    /// Takes what waits for a node: the key, or the next item.
    /// `first`: where the node's properties or its text begin.
    fn place(&mut self, first: u32) -> Place {
        let parent = self.stack.last().map(|frame| frame.node);
        let Some(frame) = self.stack.last_mut() else {
            let entry = scan::skip(self.bytes, self.cursor, b"");
            return Place {
                key: Text::default(),
                entry,
                head: entry,
                flags: 0,
                indent: 0,
                parent,
                reference: None,
            };
        };
        let flags = if frame.flow { IN_FLOW } else { 0 };
        if frame.mapping {
            let indent = frame.column.unwrap_or(0);
            let pending = frame.pending.take();
            let (key, entry, head, reference) = pending
                .map_or((Text::default(), self.cursor, self.cursor, None), |it| {
                    (it.key, it.entry, it.head, it.reference)
                });
            return Place {
                key,
                entry,
                head,
                flags,
                indent,
                parent,
                reference,
            };
        }
        let passed: &[u8] = if frame.flow { b":,[{" } else { b":" };
        let entry = scan::skip(self.bytes, self.cursor, passed).min(first);
        if !frame.flow {
            self.cursor = entry + 1;
        }
        let column = *frame.column.get_or_insert_with(|| {
            if frame.flow {
                0
            } else {
                scan::column(self.bytes, entry)
            }
        });
        self.nodes[frame.node as usize].indent = column;
        Place {
            key: Text::default(),
            entry,
            head: if flags & IN_FLOW == 0 {
                entry + 1
            } else {
                entry
            },
            flags,
            indent: column,
            parent,
            reference: None,
        }
    }

    fn push(
        &mut self,
        place: Place,
        shape: Shape,
        style: Style,
        text: Text,
        slot: std::ops::Range<u32>,
    ) -> u32 {
        let index = self.nodes.len() as u32;
        let mut flags = place.flags;
        if let Some((slot, target)) = place.reference {
            flags |= KEY_REFERENCE;
            self.key_references.push(KeyReference {
                node: index,
                slot,
                target,
            });
        }
        self.nodes.push(Node {
            shape,
            style,
            flags,
            indent: place.indent,
            key: place.key,
            text,
            entry: place.entry,
            head: place.head,
            start: slot.start,
            stop: slot.end,
            end: index + 1,
            parent: place.parent.unwrap_or(index),
        });
        index
    }

    fn attach(&mut self, node: u32, found: &Found) -> Result<(), Error> {
        if found.is_none() {
            return Ok(());
        }
        if let Some((id, range)) = &found.anchor {
            self.check_anchor(range)?;
            self.anchors.insert(*id, Anchored::Node(node));
        }
        self.nodes[node as usize].flags |= PROPERTIES;
        self.properties.push(Properties {
            node,
            anchor: found.anchor.as_ref().map(|(_, range)| range.clone()),
            tag: found.tag_range.clone(),
            tag_converts: !matches!(found.tag, Tag::None | Tag::Str | Tag::Other),
        });
        Ok(())
    }

    fn check_anchor(&self, range: &std::ops::Range<u32>) -> Result<(), Error> {
        let name = &self.bytes[range.start as usize..range.end as usize];
        if self.strict && name.contains(&b':') {
            return Err(self.refused(range.start, Refusal::AnchorColon));
        }
        Ok(())
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

    fn close(&mut self, event: &Event<'a>) {
        let Some(frame) = self.stack.pop() else {
            return;
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
    }

    fn scalar(
        &mut self,
        value: Cow<'a, str>,
        style: Scalar,
        found: &Found,
        start: u32,
        stop: u32,
    ) -> Result<(), Error> {
        let resolved = resolve_as(found.tag, &value, style == Scalar::Plain);
        if self.stack.is_empty() && !(matches!(resolved, Some(Value::Null))) {
            return Err(self.refused(start, Refusal::Root));
        }
        let refusal = match resolved {
            None => Some(Refusal::Tag),
            Some(Value::LargeInt) if self.strict => Some(Refusal::LargeInteger),
            _ => None,
        };
        if let Some(refusal) = refusal {
            return Err(self.refused(start, refusal));
        }
        let mut place = self.place(found.start().unwrap_or(start));
        self.cursor = self.cursor.max(found.stop().unwrap_or(0));
        if place.parent.is_none() {
            place.entry = start;
        }
        let binary = found.tag == Tag::Binary;
        let (shape, text) = match resolved.as_ref().and_then(Value::canonical) {
            _ if start == stop
                && style == Scalar::Plain
                && matches!(resolved, Some(Value::Null | Value::Str)) =>
            {
                (
                    if found.tag == Tag::Str || found.tag == Tag::Other {
                        Shape::Leaf(Kind::Str)
                    } else {
                        Shape::Null
                    },
                    Text::default(),
                )
            }
            _ if binary => (Shape::Leaf(Kind::Str), self.binary(&value, start)?),
            None if resolved == Some(Value::Null) => (Shape::Null, Text::default()),
            None => (Shape::Leaf(Kind::Str), self.store(value)),
            Some((kind, text)) if text == *value => (Shape::Leaf(kind), self.store(value)),
            Some((kind, text)) => (Shape::Leaf(kind), self.store(Cow::Owned(text))),
        };
        let (style, slot, indent) = match style {
            Scalar::Plain => (Style::Plain, start..stop, place.indent),
            Scalar::Single => (Style::Single, start..stop, place.indent),
            Scalar::Double => (Style::Double, start..stop, place.indent),
            Scalar::Literal | Scalar::Folded => {
                let header = scan::skip(self.bytes, self.cursor, b":");
                let (end, indent) =
                    scan::block_scalar(self.bytes, header, stop as usize, place.indent);
                let written = if style == Scalar::Literal {
                    Style::Literal
                } else {
                    Style::Folded
                };
                (written, header..end, indent)
            }
        };
        place.indent = indent;
        let node = self.push(place, shape, style, text, slot);
        self.attach(node, found)?;
        self.cursor = self.cursor.max(stop);
        Ok(())
    }

    fn binary(&mut self, value: &str, at: u32) -> Result<Text, Error> {
        let digits: Vec<u8> = value
            .bytes()
            .filter(|byte| !byte.is_ascii_whitespace())
            .collect();
        let decoded = zeroize::Zeroizing::new(
            base64::engine::general_purpose::STANDARD
                .decode(&digits)
                .map_err(|_| self.refused(at, Refusal::Tag))?,
        );
        Ok(self.store_bytes(&decoded))
    }

    /// Keeps decoded text: by its place in the source if it stands there as it is, else in the arena.
    fn store(&mut self, value: Cow<'_, str>) -> Text {
        match value {
            Cow::Borrowed(text) => {
                let offset = (text.as_ptr() as usize).wrapping_sub(self.bytes.as_ptr() as usize);
                if self
                    .bytes
                    .get(offset..offset + text.len())
                    .is_some_and(|bytes| std::ptr::eq(bytes, text.as_bytes()))
                {
                    return Text::in_source(offset, offset + text.len());
                }
                self.store_bytes(text.as_bytes())
            }
            Cow::Owned(text) => {
                let text = zeroize::Zeroizing::new(text);
                self.store_bytes(text.as_bytes())
            }
        }
    }

    fn store_bytes(&mut self, bytes: &[u8]) -> Text {
        let start = self.arena.len();
        self.arena.extend_from_slice(bytes);
        Text::in_arena(start, self.arena.len())
    }

    fn alias(&mut self, id: usize, start: u32, stop: u32) -> Result<(), Error> {
        let awaits_key = self
            .stack
            .last()
            .is_some_and(|frame| frame.mapping && frame.pending.is_none());
        let (target, text) = match self.anchors.get(&id) {
            Some(Anchored::Key(text)) => (Target::Key, Some(*text)),
            Some(Anchored::Node(index)) => {
                let node = &self.nodes[*index as usize];
                (
                    Target::Node(*index),
                    (node.shape == Shape::Leaf(Kind::Str)).then_some(node.text),
                )
            }
            None => return Err(self.refused(start, Refusal::Recursion)),
        };
        if awaits_key {
            let entry = self.key_entry(start);
            let Some(key) = text else {
                return Err(self.refused(start, Refusal::ComplexKey));
            };
            self.cursor = stop;
            return self.take_key(Pending {
                key,
                entry,
                head: stop,
                reference: Some((start..stop, target)),
            });
        }
        if self.stack.is_empty() {
            return Err(self.refused(start, Refusal::Root));
        }
        let place = self.place(start);
        let node = match target {
            Target::Key => self.push(
                place,
                Shape::Leaf(Kind::Str),
                Style::Alias,
                text.unwrap_or_default(),
                start..stop,
            ),
            Target::Node(index) => self.copy(index, place, start, stop)?,
        };
        self.references.push((node, target));
        self.cursor = stop;
        Ok(())
    }

    /// Puts a copy of a node and all below it where a reference stands.
    fn copy(&mut self, from: u32, place: Place, start: u32, stop: u32) -> Result<u32, Error> {
        let end = self.nodes[from as usize].end;
        if end == 0 {
            return Err(self.refused(start, Refusal::Recursion));
        }
        self.copies += (end - from) as usize;
        if self.copies > ALIAS_BUDGET {
            return Err(self.refused(start, Refusal::Aliases(ALIAS_BUDGET)));
        }
        let source = self.nodes[from as usize];
        let node = self.push(place, source.shape, Style::Alias, source.text, start..stop);
        let shift = node.wrapping_sub(from);
        for index in from + 1..end {
            let mut copy = self.nodes[index as usize];
            copy.style = Style::Copy;
            copy.flags = 0;
            (copy.entry, copy.head, copy.start, copy.stop) = (start, start, start, stop);
            copy.end = copy.end.wrapping_add(shift);
            copy.parent = copy.parent.wrapping_add(shift);
            self.nodes.push(copy);
        }
        self.nodes[node as usize].end = end.wrapping_add(shift);
        if self.stack.len() + height(&self.nodes[node as usize..], node) > DEPTH {
            return Err(self.refused(start, Refusal::Depth(DEPTH)));
        }
        Ok(node)
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

/// Levels of containers below the first of `nodes`, whose index in the tree is `base`.
fn height(nodes: &[Node], base: u32) -> usize {
    let mut depth = 0;
    let mut deepest = 0;
    let mut open: Vec<u32> = Vec::new();
    for (offset, node) in nodes.iter().enumerate() {
        let index = base + offset as u32;
        while open.last().is_some_and(|end| *end <= index) {
            open.pop();
            depth -= 1;
        }
        if node.shape.is_container() && node.end > index + 1 {
            open.push(node.end);
            depth += 1;
            deepest = deepest.max(depth);
        }
    }
    deepest
}
