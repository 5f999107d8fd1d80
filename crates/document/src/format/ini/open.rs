//! Which ranges of a sealed text are replaced when it is opened, and by what.

use std::collections::HashMap;
use std::ops::Range;

use selkie_crypto::{Kind, Secret};
use zeroize::Zeroizing;

use super::blank::{trim_end, trim_start};
use super::places::{Owner, Places};
use super::remark::{self, Remark};
use super::scan::Item;
use super::spelling;
use super::value::{Content, Value};
use crate::format::text;
use crate::layout::{Part, Spelling, from_text};
use crate::splice::{Edit, apart};
use crate::token::Plaintext;
use crate::tree::{Comment, Shape, Tree};
use crate::walk::Walk;

/// The replacements, sorted and apart. `spellings` are sorted by node.
pub(crate) fn edits(tree: &Tree, walk: &Walk, spellings: &[Spelling]) -> Vec<Edit<Plaintext>> {
    let mut maker = Maker {
        tree,
        walk,
        comments: tree.comments.iter().map(|it| (it.start, it)).collect(),
        spelled: spelled(spellings),
        edits: Vec::with_capacity(walk.leaves.len() + walk.comments.len()),
    };
    if let Some((start, stop)) = tree.documents.first().and_then(|it| it.metadata) {
        maker.write(start as usize..stop as usize, Vec::new());
    }
    let mut places = Places::new(tree);
    while let Some((item, owner)) = places.next() {
        maker.item(&item, owner);
    }
    apart(maker.edits)
}

/// Texts by node and part, in the order of the file.
type Spelled<'s> = HashMap<(u32, Part), std::vec::IntoIter<&'s str>>;

fn spelled(spellings: &[Spelling]) -> Spelled<'_> {
    let mut found: HashMap<(u32, Part), Vec<&str>> = HashMap::new();
    for it in spellings {
        found.entry((it.node, it.part)).or_default().push(&it.text);
    }
    let texts = found.into_iter();
    texts.map(|(place, it)| (place, it.into_iter())).collect()
}

struct Maker<'t> {
    tree: &'t Tree,
    walk: &'t Walk,
    comments: HashMap<u32, &'t Comment>,
    spelled: Spelled<'t>,
    edits: Vec<Edit<Plaintext>>,
}

impl Maker<'_> {
    fn item(&mut self, item: &Item, owner: Owner) {
        match (item, owner) {
            (Item::Section { remark, header, .. }, Owner::Node(node)) => {
                let range = region(header.clone(), remark.as_ref());
                if !self.spell(node, Part::Entry, range) {
                    self.remark(remark.as_ref(), header.start, header.end);
                }
            }
            (
                Item::Key {
                    value,
                    remark,
                    start,
                    ..
                },
                Owner::Node(node),
            ) => {
                let range = region(*start..value.slot.end, remark.as_ref());
                if !self.spell(node, Part::Entry, range) {
                    let hides = self.value(node, value);
                    let remark = remark.as_ref();
                    if hides && remark.is_some_and(|it| it.inline) {
                        self.above(remark, *start, value.slot.end);
                    } else {
                        self.remark(remark, *start, value.slot.end);
                    }
                }
            }
            (
                Item::Key {
                    value,
                    remark,
                    start,
                    ..
                },
                Owner::Outdone(node),
            ) => {
                let range = region(*start..value.slot.end, remark.as_ref());
                self.spell(node, Part::Outdone, range);
            }
            // Before the metadata stand the comments that belong to nothing.
            (Item::Section { remark, header, .. }, Owner::Metadata) => {
                if let Some(remark) = remark.as_ref().filter(|it| !it.inline) {
                    self.rest(remark, header.start);
                }
            }
            (Item::Rest(remark), _) => self.rest(remark, remark.slot.end),
            _ => {}
        }
    }

    fn rest(&mut self, remark: &Remark, entry: usize) {
        let last = self.tree.children(0).last().unwrap_or(1);
        if !self.spell(last, Part::Tail, remark.slot.clone()) {
            self.remark(Some(remark), entry, entry);
        }
    }

    /// Whether the record has the spelling of this range; if so, it is written.
    fn spell(&mut self, node: u32, part: Part, range: Range<usize>) -> bool {
        let found = self.spelled.get_mut(&(node, part)).and_then(Iterator::next);
        let Some(text) = found.map(from_text) else {
            return false;
        };
        self.write(range, text);
        true
    }

    /// Writes a value; whether a comment behind it would not be seen any more.
    fn value(&mut self, node: u32, found: &Value) -> bool {
        let it = self.tree.node(node);
        let sealed = self.walk.leaf_at(node).is_some_and(|it| it.encrypted) && !it.text.is_empty();
        let Shape::Leaf(kind) = it.shape else {
            return false;
        };
        if !sealed {
            return false;
        }
        let text = text::of(kind, self.tree.text(it.text));
        if let Content::Verbatim(inner) = &found.content
            && spelling::fits(&text, found.style)
        {
            let put = if kind == Kind::Str {
                Plaintext::Value(it.text)
            } else {
                Plaintext::Bytes(Zeroizing::new(text.to_vec()))
            };
            self.edits.push(Edit {
                start: inner.start as u32,
                stop: inner.end as u32,
                put,
            });
            return false;
        }
        let written = spelling::written(&text).unwrap_or_else(|| text.to_vec());
        let hides = spelling::hides(&written);
        self.write(found.slot.clone(), written);
        hides
    }

    fn remark(&mut self, remark: Option<&Remark>, start: usize, behind: usize) {
        let Some((remark, text)) = self.opened(remark) else {
            return;
        };
        let source = self.tree.source();
        // Behind a value, a line break would end the comment, and a backslash at its end would make it part of the value.
        let text = text.expose();
        if remark.inline && (text.contains(&b'\n') || trim_end(text).ends_with(b"\\")) {
            return self.above(Some(remark), start, behind);
        }
        let indent = indent(source, remark.slot.start);
        let written = remark::written(text, indent, source[remark.slot.start]);
        self.write(remark.text..remark.slot.end, written);
    }

    /// A comment from behind an entry, on lines of its own before it.
    fn above(&mut self, remark: Option<&Remark>, start: usize, behind: usize) {
        let Some(remark) = remark else { return };
        let source = self.tree.source();
        let opened = self.opened(Some(remark));
        let text = match &opened {
            Some((_, text)) => text.expose(),
            None => &source[remark.text..remark.slot.end],
        };
        let indent = indent(source, start);
        let kind = source[remark.slot.start];
        let mut lines = vec![kind, b' '];
        lines.extend_from_slice(&remark::written(text, indent, kind));
        lines.push(b'\n');
        lines.extend_from_slice(indent);
        self.write(start..start, lines);
        self.write(behind..remark.slot.end, Vec::new());
    }

    /// The text of a comment that was opened.
    fn opened<'r>(&self, remark: Option<&'r Remark>) -> Option<(&'r Remark, Secret)> {
        let remark = remark?;
        let comment = self.comments.get(&(remark.slot.start as u32))?;
        let text = self.tree.text(comment.text);
        let before = match &remark.joined {
            Some(joined) => joined.expose(),
            None => &self.tree.source()[remark.text..remark.slot.end],
        };
        (text != before).then(|| (remark, Secret::from(text.to_vec())))
    }

    fn write(&mut self, range: Range<usize>, text: Vec<u8>) {
        self.edits.push(Edit {
            start: range.start as u32,
            stop: range.end as u32,
            put: Plaintext::Bytes(Zeroizing::new(text)),
        });
    }
}

/// An entry with its comment.
fn region(entry: Range<usize>, remark: Option<&Remark>) -> Range<usize> {
    let Some(remark) = remark else { return entry };
    let last = remark.tail.as_ref().unwrap_or(&remark.slot);
    entry.start.min(remark.slot.start)..entry.end.max(last.end)
}

/// The blanks that a line begins with, before this place in it; none if something else stands before.
pub(super) fn indent(source: &[u8], at: usize) -> &[u8] {
    let line = source[..at]
        .iter()
        .rposition(|byte| *byte == b'\n')
        .map_or(0, |at| at + 1);
    let before = &source[line..at];
    if trim_start(before).is_empty() {
        before
    } else {
        b""
    }
}
