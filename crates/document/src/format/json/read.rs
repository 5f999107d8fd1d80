//! Bytes in, tree out: one pass over the text, linear, without recursion.
//!
//! The same reader serves plain and sealed files. A plain file must be JSON to the letter, where SOPS silently loses data
//! (a file cut off inside a list, text behind the object) or bytes (what is no UTF-8). A sealed file is read as leniently
//! as SOPS reads it, and its metadata block is taken out of the tree.

mod metadata;

use std::borrow::Cow;

use selkie_crypto::{Kind, Secret, bool_text, canonical};

use super::scan::{self, Broken};
use super::string;
use crate::error::{Error, Refusal};
use crate::metadata::Field;
use crate::tree::{
    Document, IN_FLOW, Insert, LARGEST, MetadataSlot, Node, Shape, Style, Text, Tree,
};

/// The deepest nesting of objects and lists, the root included.
pub(crate) const DEPTH: usize = 512;

/// A file that was read: the tree, and the metadata block if it has one.
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
    if strict && let Err(error) = std::str::from_utf8(bytes) {
        return Err(Error::Encoding {
            line: crate::tree::line(bytes, error.valid_up_to()),
        });
    }
    let mut reader = Reader {
        bytes,
        strict,
        nodes: Vec::with_capacity(bytes.len() / 64),
        arena: Secret::new(),
        words: [None; 2],
        open: Vec::new(),
        metadata: None,
        removed: None,
        metadata_slots: Vec::new(),
    };
    reader.run()?;
    let Reader {
        nodes,
        arena,
        metadata,
        removed,
        metadata_slots,
        ..
    } = reader;
    let document = Document {
        root: 0,
        metadata: removed,
        insert: Insert::None,
    };
    let mut tree = Tree {
        source,
        arena,
        nodes,
        comments: Vec::new(),
        documents: vec![document],
        metadata_slots,
        properties: Vec::new(),
        key_references: Vec::new(),
        references: Vec::new(),
    };
    let last = tree.children(0).last();
    tree.documents[0].insert = Insert::Entry {
        at: last.map_or(tree.node(0).start + 1, |last| tree.node(last).stop),
        empty: last.is_none(),
    };
    Ok(Read { tree, metadata })
}

struct Reader<'a> {
    bytes: &'a [u8],
    strict: bool,
    nodes: Vec<Node>,
    arena: Secret,
    /// The canonical texts of false and true, once they were needed.
    words: [Option<Text>; 2],
    /// The containers that are open, outermost first.
    open: Vec<u32>,
    metadata: Option<Vec<(String, Field)>>,
    removed: Option<(u32, u32)>,
    metadata_slots: Vec<MetadataSlot>,
}

/// An entry before its value: its key, where it begins, and behind the key.
#[derive(Clone, Copy)]
struct Entry {
    key: Text,
    start: usize,
    head: usize,
}

impl Reader<'_> {
    fn run(&mut self) -> Result<(), Error> {
        let start = scan::blanks(self.bytes, 0);
        match self.bytes.get(start) {
            Some(b'{') => {}
            None => return Err(self.syntax(start, "there is no JSON in the file")),
            Some(0xEF) if self.bytes.starts_with("\u{FEFF}".as_bytes()) => {
                return Err(self.syntax(0, "the file begins with a byte order mark; remove it"));
            }
            Some(_) if self.strict => return Err(self.refused(start, Refusal::Root)),
            Some(_) => return Err(self.syntax(start, "only an object can stand at the top level")),
        }
        let root = Entry {
            key: Text::default(),
            start,
            head: start,
        };
        self.begin(root, start, Shape::Mapping)?;
        let end = self.entries(start + 1)?;
        let behind = scan::blanks(self.bytes, end);
        if self.strict && behind < self.bytes.len() {
            return Err(self.syntax(behind, "there is text behind the object"));
        }
        Ok(())
    }

    /// Reads to the end of the outermost container and gives the place behind it.
    fn entries(&mut self, mut at: usize) -> Result<usize, Error> {
        let mut first = true;
        while let Some(&container) = self.open.last() {
            let mapping = self.nodes[container as usize].shape == Shape::Mapping;
            at = scan::blanks(self.bytes, at);
            match (self.bytes.get(at), mapping) {
                (None, true) => return Err(self.syntax(at, "the text ends inside an object")),
                (None, false) => return Err(self.syntax(at, "the text ends inside a list")),
                (Some(b'}'), true) | (Some(b']'), false) => {
                    at += 1;
                    self.end(container, at);
                    first = false;
                    continue;
                }
                (Some(b','), _) if !first => at = scan::blanks(self.bytes, at + 1),
                (_, true) if !first => return Err(self.syntax(at, "expected a comma or `}`")),
                (_, false) if !first => return Err(self.syntax(at, "expected a comma or `]`")),
                _ => {}
            }
            first = false;
            let mut entry = Entry {
                key: Text::default(),
                start: at,
                head: at,
            };
            if mapping {
                (entry, at) = self.key(at)?;
                let key = entry.key.of(self.bytes, self.arena.expose());
                if self.open.len() == 1 && key == b"sops" {
                    at = self.metadata(entry.start, at)?;
                    continue;
                }
            }
            match self.bytes.get(at) {
                Some(b'{') => {
                    self.begin(entry, at, Shape::Mapping)?;
                    (at, first) = (at + 1, true);
                }
                Some(b'[') => {
                    self.begin(entry, at, Shape::Sequence)?;
                    (at, first) = (at + 1, true);
                }
                _ => at = self.scalar(entry, at)?,
            }
        }
        Ok(at)
    }

    /// The key at `at`, and where its value begins.
    fn key(&mut self, at: usize) -> Result<(Entry, usize), Error> {
        if self.bytes.get(at) != Some(&b'"') {
            return Err(self.syntax(at, "expected a key in double quotes"));
        }
        let (key, head) = self.string(at)?;
        let colon = scan::blanks(self.bytes, head);
        if self.bytes.get(colon) != Some(&b':') {
            return Err(self.syntax(colon, "expected a colon behind the key"));
        }
        let entry = Entry {
            key,
            start: at,
            head,
        };
        Ok((entry, scan::blanks(self.bytes, colon + 1)))
    }

    /// The text of the string at `at`, and the place behind it.
    fn string(&mut self, at: usize) -> Result<(Text, usize), Error> {
        let quoted = scan::string(self.bytes, at).map_err(|it| self.broken(it))?;
        let (start, stop) = (at + 1, quoted.stop - 1);
        let text = if quoted.bare {
            Text::in_source(start, stop)
        } else {
            let from = self.arena.len();
            string::decode(&self.bytes[start..stop], &mut self.arena);
            Text::in_arena(from, self.arena.len())
        };
        Ok((text, quoted.stop))
    }

    fn scalar(&mut self, entry: Entry, at: usize) -> Result<usize, Error> {
        let (shape, style, text, stop) = match self.bytes.get(at) {
            Some(b'"') => {
                let (text, stop) = self.string(at)?;
                (Shape::Leaf(Kind::Str), Style::Double, text, stop)
            }
            Some(b'-' | b'0'..=b'9') => {
                let (kind, text, stop) = self.number(at)?;
                (Shape::Leaf(kind), Style::Plain, text, stop)
            }
            Some(_) => match scan::word(self.bytes, at) {
                Some("null") => (Shape::Null, Style::Plain, Text::default(), at + 4),
                Some(word) => {
                    let text = self.word(word == "true");
                    (Shape::Leaf(Kind::Bool), Style::Plain, text, at + word.len())
                }
                None => return Err(self.syntax(at, "expected a value")),
            },
            None => return Err(self.syntax(at, "the text ends before a value")),
        };
        let index = self.push(entry, shape, style, at);
        let node = &mut self.nodes[index as usize];
        node.text = text;
        node.stop = stop as u32;
        Ok(stop)
    }

    fn number(&mut self, at: usize) -> Result<(Kind, Text, usize), Error> {
        let (stop, integer) = scan::number(self.bytes, at).map_err(|it| self.broken(it))?;
        let written = &self.bytes[at..stop];
        let here = Text::in_source(at, stop);
        if integer {
            // More digits than these may not fit.
            const SAFE: usize = 18;
            let fits = written.len() <= SAFE
                || std::str::from_utf8(written).is_ok_and(|text| text.parse::<i64>().is_ok());
            if fits && written == b"-0" {
                return Ok((Kind::Int, self.store(b"0"), stop));
            }
            if fits {
                return Ok((Kind::Int, here, stop));
            }
        }
        let text = match canonical(Kind::Float, written) {
            Ok(Cow::Borrowed(_)) => here,
            Ok(Cow::Owned(text)) => self.store(Secret::from(text).expose()),
            Err(_) => return Err(self.syntax(at, "the number is out of range")),
        };
        Ok((Kind::Float, text, stop))
    }

    fn word(&mut self, value: bool) -> Text {
        let text = match self.words[usize::from(value)] {
            Some(text) => text,
            None => self.store(bool_text(value).as_bytes()),
        };
        self.words[usize::from(value)] = Some(text);
        text
    }

    fn store(&mut self, bytes: &[u8]) -> Text {
        let start = self.arena.len();
        self.arena.extend_from_slice(bytes);
        Text::in_arena(start, self.arena.len())
    }

    fn begin(&mut self, entry: Entry, at: usize, shape: Shape) -> Result<(), Error> {
        if self.open.len() >= DEPTH {
            return Err(self.refused(at, Refusal::Depth(DEPTH)));
        }
        let index = self.push(entry, shape, Style::Flow, at);
        self.open.push(index);
        Ok(())
    }

    fn end(&mut self, container: u32, stop: usize) {
        self.open.pop();
        let end = self.nodes.len() as u32;
        let node = &mut self.nodes[container as usize];
        node.end = end;
        node.stop = stop as u32;
    }

    fn push(&mut self, entry: Entry, shape: Shape, style: Style, at: usize) -> u32 {
        let index = self.nodes.len() as u32;
        self.nodes.push(Node {
            shape,
            style,
            flags: IN_FLOW,
            indent: 0,
            key: entry.key,
            text: Text::default(),
            entry: entry.start as u32,
            head: entry.head as u32,
            start: at as u32,
            stop: at as u32,
            end: index + 1,
            parent: self.open.last().copied().unwrap_or(index),
        });
        index
    }

    fn broken(&self, broken: Broken) -> Error {
        self.syntax(broken.at, broken.reason)
    }

    fn syntax(&self, at: usize, reason: &str) -> Error {
        let at = at.min(self.bytes.len());
        let start = self.bytes[..at]
            .iter()
            .rposition(|byte| *byte == b'\n')
            .map_or(0, |end| end + 1);
        Error::Syntax {
            line: crate::tree::line(self.bytes, at),
            column: String::from_utf8_lossy(&self.bytes[start..at])
                .chars()
                .count()
                + 1,
            reason: reason.to_owned(),
        }
    }

    fn refused(&self, at: usize, reason: Refusal) -> Error {
        Error::Refused {
            line: crate::tree::line(self.bytes, at),
            path: String::new(),
            reason,
        }
    }
}
