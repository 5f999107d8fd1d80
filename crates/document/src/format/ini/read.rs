//! Bytes in, tree out: sections are mappings of strings, `DEFAULT` is always the first of them.
//!
//! Of a key that stands twice in its section the last value and comment count, in the place of the first; sections of one
//! name stay apart. The comment of a key stands behind it in the tree, so it governs the next one; that of a section is
//! its first entry. Comments that belong to nothing are no data to SOPS; here they are comments of the root.

use std::borrow::Cow;
use std::collections::HashMap;

use selkie_crypto::{Kind, Secret};

use super::remark::Remark;
use super::scan::{Item, Scan};
use super::value::{Content, Value};
use super::{metadata, places};
use crate::error::Error;
use crate::format::ReadSealed;
use crate::metadata::flatten::unflatten;
use crate::tree::{
    Comment, Document, Insert, LARGEST, MetadataSlot, Node, RewrittenField, Shape, Style, Text,
    Tree,
};

/// The section of keys that stand before any section, and of a section that is written so.
const DEFAULT: &[u8] = b"DEFAULT";

/// Reads a file. `strict` refuses what must not be sealed.
pub(crate) fn read(source: Secret, strict: bool) -> Result<ReadSealed, Error> {
    let bytes = source.expose();
    if bytes.len() > LARGEST {
        return Err(Error::TooLarge);
    }
    let mut reader = Reader {
        bytes,
        strict,
        nodes: vec![container(0, Text::default(), 0, 0)],
        arena: Secret::new(),
        comments: Vec::new(),
        keys: HashMap::new(),
        section: 0,
        block: None,
        in_block: false,
    };
    reader.run()?;
    let Reader {
        nodes,
        arena,
        comments,
        block,
        ..
    } = reader;
    let (fields, range, metadata_slots) = match block {
        None => (None, None, Vec::new()),
        Some(block) => (
            Some(unflatten(&block.pairs)?),
            Some(metadata::range(bytes, block.start, block.stop)),
            block.slots,
        ),
    };
    let comments = settled(comments, nodes.len() as u32);
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
    Ok((tree, fields))
}

/// Comments in their final order; of those of one key, which stands several times, the last.
fn settled(mut comments: Vec<(Comment, bool)>, end: u32) -> Vec<Comment> {
    for (comment, _) in comments.iter_mut().filter(|it| it.0.container == 0) {
        comment.before = end;
    }
    comments.sort_by_key(|(it, _)| (it.container, it.before));
    let mut kept: Vec<(Comment, bool)> = Vec::with_capacity(comments.len());
    for next in comments {
        let place = |it: &Comment| (it.container, it.before);
        match kept.last_mut() {
            Some(last) if last.0.container != 0 && place(&last.0) == place(&next.0) => *last = next,
            _ => kept.push(next),
        }
    }
    let there = kept.into_iter().filter(|(_, there)| *there);
    there.map(|(comment, _)| comment).collect()
}

fn container(parent: u32, key: Text, entry: u32, stop: u32) -> Node {
    Node {
        shape: Shape::Mapping,
        style: Style::Block,
        flags: 0,
        indent: 0,
        key,
        text: Text::default(),
        entry,
        head: entry,
        start: entry,
        stop,
        end: 0,
        parent,
    }
}

/// The metadata section.
struct Block {
    start: usize,
    stop: usize,
    pairs: Vec<(String, String)>,
    slots: Vec<MetadataSlot>,
}

struct Reader<'a> {
    bytes: &'a [u8],
    strict: bool,
    nodes: Vec<Node>,
    arena: Secret,
    /// Whether a comment is there: a key that stands again without one has none.
    comments: Vec<(Comment, bool)>,
    /// The keys of the current section.
    keys: HashMap<Cow<'a, [u8]>, u32>,
    section: u32,
    block: Option<Block>,
    in_block: bool,
}

impl Reader<'_> {
    fn run(&mut self) -> Result<(), Error> {
        let mut scan = Scan::new(self.bytes);
        let mark = scan.at();
        let key = self.store(DEFAULT);
        self.section(key, mark, mark);
        while let Some(item) = scan.next()? {
            match item {
                Item::Section {
                    name,
                    header,
                    remark,
                    next,
                } => {
                    if &self.bytes[name.clone()] == metadata::SECTION {
                        self.metadata(header.start, next)?;
                        self.rest(remark);
                        continue;
                    }
                    self.in_block = false;
                    self.section(Text::in_source(name.start, name.end), header.start, next);
                    self.comment(self.section, self.section + 1, remark);
                }
                Item::Key {
                    name,
                    start,
                    value,
                    remark: _,
                    ..
                } if self.in_block => self.field(name, start, &value),
                Item::Key {
                    name,
                    number,
                    start,
                    head,
                    value,
                    remark,
                } => self.key(name, number, start, head, value, remark),
                Item::Rest(remark) => self.rest(Some(remark)),
            }
        }
        let end = self.nodes.len() as u32;
        self.nodes[self.section as usize].end = end;
        self.nodes[0].end = end;
        Ok(())
    }

    fn section(&mut self, key: Text, entry: usize, stop: usize) {
        let index = self.nodes.len() as u32;
        if self.section > 0 {
            self.nodes[self.section as usize].end = index;
        }
        self.nodes
            .push(container(0, key, entry as u32, stop as u32));
        self.section = index;
        self.keys.clear();
    }

    fn key(
        &mut self,
        name: std::ops::Range<usize>,
        number: Option<u32>,
        start: usize,
        head: usize,
        value: Value,
        remark: Option<Remark>,
    ) {
        let name_text = places::name(self.bytes, &name, number);
        let next = self.nodes.len() as u32;
        let index = *self.keys.entry(name_text.clone()).or_insert(next);
        let key = match &name_text {
            Cow::Borrowed(_) => Text::in_source(name.start, name.end),
            Cow::Owned(text) => self.store(text),
        };
        let text = match value.content {
            Content::Verbatim(range) => Text::in_source(range.start, range.end),
            Content::Joined(text) => self.store(text.expose()),
        };
        let node = Node {
            shape: Shape::Leaf(Kind::Str),
            style: value.style,
            flags: 0,
            indent: 0,
            key,
            text,
            entry: start as u32,
            head: head as u32,
            start: value.slot.start as u32,
            stop: value.slot.end as u32,
            end: index + 1,
            parent: self.section,
        };
        if index == next {
            self.nodes.push(node);
            self.comment(self.section, index + 1, remark);
        } else {
            self.nodes[index as usize] = node;
            if remark.is_none() {
                let absent = Comment {
                    container: self.section,
                    before: index + 1,
                    text: Text::default(),
                    start: 0,
                    stop: 0,
                    list_item: false,
                };
                self.comments.push((absent, false));
            }
            self.comment(self.section, index + 1, remark);
        }
        self.nodes[self.section as usize].stop = value.next as u32;
    }

    fn comment(&mut self, container: u32, before: u32, remark: Option<Remark>) {
        let Some(remark) = remark else { return };
        let text = match &remark.joined {
            None => Text::in_source(remark.text, remark.slot.end),
            Some(text) => self.store(text.expose()),
        };
        let comment = Comment {
            container,
            before,
            text,
            start: remark.slot.start as u32,
            stop: remark.slot.end as u32,
            list_item: false,
        };
        self.comments.push((comment, true));
    }

    /// Comment lines that belong to nothing.
    fn rest(&mut self, remark: Option<Remark>) {
        self.comment(0, 0, remark.filter(|it| !it.inline));
    }

    fn metadata(&mut self, start: usize, stop: usize) -> Result<(), Error> {
        let line = || crate::tree::line(self.bytes, start);
        if self.strict {
            return Err(Error::AlreadyEncrypted { line: line() });
        }
        if self.block.is_some() {
            return Err(Error::Syntax {
                line: line(),
                column: 1,
                reason: "the section `sops` stands twice".to_owned(),
            });
        }
        self.in_block = true;
        self.block = Some(Block {
            start,
            stop,
            pairs: Vec::new(),
            slots: Vec::new(),
        });
        Ok(())
    }

    fn field(&mut self, name: std::ops::Range<usize>, entry: usize, value: &Value) {
        let Some(block) = &mut self.block else { return };
        let text = |bytes| String::from_utf8_lossy(bytes).into_owned();
        let (content, simple) = match &value.content {
            Content::Verbatim(range) => (text(&self.bytes[range.clone()]), true),
            Content::Joined(joined) => (text(joined.expose()), false),
        };
        if let Some(field) = RewrittenField::from_name(&self.bytes[name.clone()]) {
            block.slots.push(MetadataSlot {
                document: 0,
                field,
                entry: entry as u32,
                start: value.slot.start as u32,
                stop: value.slot.end as u32,
                simple: simple && value.style == Style::Plain,
            });
        }
        block.pairs.push((text(&self.bytes[name]), content));
        block.stop = value.next;
    }

    fn store(&mut self, text: &[u8]) -> Text {
        let start = self.arena.len();
        self.arena.extend_from_slice(text);
        Text::in_arena(start, self.arena.len())
    }
}
