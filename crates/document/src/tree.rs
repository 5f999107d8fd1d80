//! The tree of a file: one flat, pre-order list of nodes over the file's own text.
//!
//! Values and keys are ranges into the source or into one arena, never strings of their own, so that a document with
//! a hundred thousand leaves costs a few megabytes and is wiped in two places. A node also knows where it stands in
//! the source and how it is written there: that is its slot, all that sealing and opening may replace.
//! Nothing in here knows a file format, a key or a cipher.

use selkie_crypto::{Kind, Secret};

/// Bytes in the source (or, with the highest bit of the offset set, in the arena).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Text {
    offset: u32,
    len: u32,
}

const IN_ARENA: u32 = 1 << 31;

/// The largest file that the 31-bit offsets of [`Text`] can address, in bytes.
pub(crate) const LARGEST: usize = (IN_ARENA - 1) as usize;

impl Text {
    pub(crate) fn in_source(start: usize, stop: usize) -> Self {
        Self {
            offset: start as u32,
            len: (stop - start) as u32,
        }
    }

    pub(crate) fn in_arena(start: usize, stop: usize) -> Self {
        Self {
            offset: start as u32 | IN_ARENA,
            len: (stop - start) as u32,
        }
    }

    pub(crate) fn is_empty(self) -> bool {
        self.len == 0
    }

    pub(crate) fn len(self) -> usize {
        self.len as usize
    }

    /// Whether the bytes are not as they stand in the source.
    pub(crate) fn is_in_arena(self) -> bool {
        self.offset & IN_ARENA != 0
    }

    /// The bytes themselves.
    pub(crate) fn of<'a>(self, source: &'a [u8], arena: &'a [u8]) -> &'a [u8] {
        let store = if self.offset & IN_ARENA == 0 {
            source
        } else {
            arena
        };
        let start = (self.offset & !IN_ARENA) as usize;
        &store[start..start + self.len as usize]
    }
}

/// What a node is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Shape {
    Mapping,
    Sequence,
    /// A value; its canonical bytes are the node's text. In a sealed tree the text is still the token.
    Leaf(Kind),
    Null,
}

impl Shape {
    pub(crate) fn is_container(self) -> bool {
        matches!(self, Self::Mapping | Self::Sequence)
    }
}

/// How a node is written in the source.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Style {
    Plain,
    Single,
    Double,
    Literal,
    Folded,
    /// Between backquotes, as INI has them.
    Backquote,
    /// Between three double quotes, as INI has them.
    Triple,
    /// A container of indented lines.
    Block,
    /// A container in brackets.
    Flow,
    /// Written as a reference to another node; its slot is the reference.
    Alias,
    /// Part of what a reference stands for: no slot of its own.
    Copy,
}

/// One node. Children follow their container directly; `end` is one past the last of them.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Node {
    pub(crate) shape: Shape,
    pub(crate) style: Style,
    pub(crate) flags: u8,
    /// Column of a block container's entries, in bytes; of a leaf, that of the container which holds it.
    pub(crate) indent: u16,
    /// The decoded key, where the container is a mapping.
    pub(crate) key: Text,
    /// The value of a leaf.
    pub(crate) text: Text,
    /// Where the entry begins: its key, dash or `?`, in a flow container whatever comes first.
    pub(crate) entry: u32,
    /// Behind the key or the dash.
    pub(crate) head: u32,
    /// The slot: the value as written, quotes and block header included, properties (anchor, tag) not.
    pub(crate) start: u32,
    pub(crate) stop: u32,
    pub(crate) end: u32,
    pub(crate) parent: u32,
}

/// The node stands in a flow container.
pub(crate) const IN_FLOW: u8 = 1;
/// The node has an anchor or a tag: see [`Tree::properties`].
pub(crate) const PROPERTIES: u8 = 2;
/// The key is written as a reference: see [`Tree::key_references`].
pub(crate) const KEY_REFERENCE: u8 = 4;

impl Node {
    pub(crate) fn has(&self, flag: u8) -> bool {
        self.flags & flag != 0
    }
}

/// A comment line or the comment behind a value.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Comment {
    /// The container that the comment belongs to; its path is the comment's associated data.
    pub(crate) container: u32,
    /// The entry that the comment stands before, or the container's `end`.
    pub(crate) before: u32,
    /// The text behind the marker.
    pub(crate) text: Text,
    /// The marker and the text behind it, in the source.
    pub(crate) start: u32,
    pub(crate) stop: u32,
    /// The line is a list item that holds a sealed comment, as SOPS writes comments of lists.
    pub(crate) list_item: bool,
}

/// Anchor and tag of a node, as ranges of the source.
#[derive(Clone, Debug, Default)]
pub(crate) struct Properties {
    pub(crate) node: u32,
    pub(crate) anchor: Option<std::ops::Range<u32>>,
    pub(crate) tag: Option<std::ops::Range<u32>>,
    /// The tag asks for a type that a token does not have, so it cannot stay before one.
    pub(crate) tag_converts: bool,
}

/// A key written as a reference.
#[derive(Clone, Debug)]
pub(crate) struct KeyReference {
    pub(crate) node: u32,
    pub(crate) slot: std::ops::Range<u32>,
    pub(crate) target: Target,
}

/// What a reference points at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Target {
    Node(u32),
    /// A key; keys are never encrypted.
    Key,
}

/// One document of the file.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Document {
    /// The root's index; its shape is a mapping or null.
    pub(crate) root: u32,
    /// The range of the source that only the metadata block accounts for.
    pub(crate) metadata: Option<(u32, u32)>,
    /// Where a metadata block goes when the document is sealed.
    pub(crate) insert: Insert,
}

/// A field of a metadata block that every rewriting replaces in place.
#[derive(Clone, Debug)]
pub(crate) struct MetadataSlot {
    pub(crate) document: u32,
    pub(crate) field: RewrittenField,
    /// Where the field's key begins.
    pub(crate) entry: u32,
    /// The value as written, quotes included.
    pub(crate) start: u32,
    pub(crate) stop: u32,
    /// The value stands on one line.
    pub(crate) simple: bool,
}

/// The fields that every rewriting replaces.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum RewrittenField {
    LastModified,
    Layout,
    Mac,
    /// Raised by `edit` alone; otherwise it stays.
    Version,
}

impl RewrittenField {
    pub(crate) fn from_name(name: &[u8]) -> Option<Self> {
        match name {
            b"lastmodified" => Some(Self::LastModified),
            b"layout" => Some(Self::Layout),
            b"mac" => Some(Self::Mac),
            b"version" => Some(Self::Version),
            _ => None,
        }
    }
}

/// Where and how a metadata block is put.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Insert {
    /// Whole lines at this offset, keys at this column.
    Block { at: u32, indent: u16 },
    /// Inside the brackets at this offset.
    Flow { at: u32, after: FlowBefore },
    /// Behind the last entry of an object, at this offset, or behind its brace if it is empty.
    Entry { at: u32, empty: bool },
    /// The root cannot hold one, and needs none as it is not the first document.
    None,
}

/// What stands before a metadata block in a flow mapping.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum FlowBefore {
    Entry,
    Comma,
    Bracket,
}

/// The tree together with the text that it lies over.
pub(crate) struct Tree {
    pub(crate) source: Secret,
    pub(crate) arena: Secret,
    pub(crate) nodes: Vec<Node>,
    /// Sorted by container, then by place.
    pub(crate) comments: Vec<Comment>,
    pub(crate) documents: Vec<Document>,
    pub(crate) metadata_slots: Vec<MetadataSlot>,
    pub(crate) properties: Vec<Properties>,
    pub(crate) key_references: Vec<KeyReference>,
    /// References in the place of a value, by node.
    pub(crate) references: Vec<(u32, Target)>,
}

impl Tree {
    pub(crate) fn text(&self, text: Text) -> &[u8] {
        text.of(self.source.expose(), self.arena.expose())
    }

    pub(crate) fn source(&self) -> &[u8] {
        self.source.expose()
    }

    pub(crate) fn node(&self, index: u32) -> &Node {
        &self.nodes[index as usize]
    }

    pub(crate) fn value(&self, index: u32) -> &[u8] {
        self.text(self.node(index).text)
    }

    /// The direct children of a container, in order.
    pub(crate) fn children(&self, container: u32) -> Children<'_> {
        Children {
            nodes: &self.nodes,
            next: container + 1,
            end: self.node(container).end,
        }
    }

    /// Anchor and tag of a node that has some.
    pub(crate) fn properties_of(&self, index: u32) -> Option<&Properties> {
        if !self.node(index).has(PROPERTIES) {
            return None;
        }
        let at = self
            .properties
            .binary_search_by_key(&index, |it| it.node)
            .ok()?;
        Some(&self.properties[at])
    }

    /// The comments of one container, in order.
    pub(crate) fn comments_of(&self, container: u32) -> &[Comment] {
        if self.comments.is_empty() {
            return &[];
        }
        let from = self.comments.partition_point(|it| it.container < container);
        let to = self
            .comments
            .partition_point(|it| it.container <= container);
        &self.comments[from..to]
    }

    /// Line of an offset, counted from 1. Linear: for errors only.
    pub(crate) fn line(&self, offset: u32) -> usize {
        line(self.source(), offset as usize)
    }

    /// The path of a node as the command line spells paths. For errors only.
    pub(crate) fn path_text(&self, index: u32) -> String {
        let mut steps = Vec::new();
        let mut at = index;
        while self.node(at).parent != at {
            let parent = self.node(at).parent;
            if self.node(parent).shape == Shape::Mapping {
                steps.push(format!(
                    "[{:?}]",
                    String::from_utf8_lossy(self.text(self.node(at).key))
                ));
            } else {
                let position = self
                    .children(parent)
                    .take_while(|&child| child != at)
                    .count();
                steps.push(format!("[{position}]"));
            }
            at = parent;
        }
        steps.reverse();
        steps.concat()
    }
}

/// Line of an offset, counted from 1.
pub(crate) fn line(source: &[u8], offset: usize) -> usize {
    source[..offset.min(source.len())]
        .split(|byte| *byte == b'\n')
        .count()
}

/// Iterator over the direct children of a container.
pub(crate) struct Children<'a> {
    nodes: &'a [Node],
    next: u32,
    end: u32,
}

impl Iterator for Children<'_> {
    type Item = u32;

    fn next(&mut self) -> Option<u32> {
        if self.next >= self.end {
            return None;
        }
        let index = self.next;
        self.next = self.nodes[index as usize].end;
        Some(index)
    }
}
