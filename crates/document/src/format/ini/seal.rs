//! Which ranges of a plain text are replaced when it is sealed, and which spellings are lost by it.
//!
//! A token stands where its value or comment stood, between the same quotes. Where SOPS would not see it there, or where
//! the opened text cannot tell how it was written, the whole entry goes into the layout record.

use std::collections::HashMap;

use zeroize::Zeroizing;

use super::places::{Owner, Places};
use super::remark::{self, Remark};
use super::scan::Item;
use super::spelling;
use super::value::{Content, Value};
use crate::error::Error;
use crate::layout::{Part, Spelling, as_text};
use crate::splice::Edit;
use crate::token::{Put, Sealing};
use crate::tree::{Style, Tree};
use crate::unseal::is_sealed;
use crate::walk::Walk;

/// The replacements of values and comments, sorted, and the spellings that they lose.
pub(crate) fn edits(
    tree: &Tree,
    walk: &Walk,
    sealing: &mut Sealing<'_>,
) -> Result<Vec<Edit<Put>>, Error> {
    let mut maker = Maker {
        tree,
        walk,
        tokens: tokens(tree, walk, sealing)?,
        edits: Vec::with_capacity(walk.leaves.len() + walk.comments.len()),
        spellings: Vec::new(),
    };
    let mut places = Places::new(tree);
    while let Some((item, owner)) = places.next() {
        maker.item(&item, owner);
    }
    let Maker {
        mut edits,
        mut spellings,
        ..
    } = maker;
    // Those of one node stay in the order of the text.
    spellings.sort_by_key(|it| it.node);
    sealing.spellings.append(&mut spellings);
    edits.sort_by_key(|edit| edit.start);
    Ok(edits)
}

/// The tokens of a text, each with the place where what it seals begins.
struct Sealed {
    /// By node.
    values: Vec<Option<Put>>,
    /// By the offset of the comment.
    comments: HashMap<u32, Put>,
}

/// Nonces are remembered and handed out in the order of the walk.
fn tokens(tree: &Tree, walk: &Walk, sealing: &mut Sealing<'_>) -> Result<Sealed, Error> {
    let mut sealed = Sealed {
        values: vec![None; tree.nodes.len()],
        comments: HashMap::with_capacity(walk.comments.len()),
    };
    for (leaf, visit) in walk.leaves.iter().enumerate() {
        if is_sealed(tree, visit) {
            let put = Put::Token {
                leaf: leaf as u32,
                nonce: sealing.leaf_nonce(tree, walk, visit)?,
                quote: None,
                indent: 0,
            };
            sealed.values[visit.node as usize] = Some(put);
        }
    }
    for visit in walk.comments.iter().filter(|visit| visit.encrypted) {
        let comment = &tree.comments[visit.comment as usize];
        let text = tree.text(comment.text);
        if text.is_empty() {
            continue;
        }
        let put = Put::Comment {
            visit: *visit,
            nonce: sealing.comment_nonce(tree, walk, visit)?,
        };
        sealed.comments.insert(comment.start, put);
    }
    Ok(sealed)
}

struct Maker<'t> {
    tree: &'t Tree,
    walk: &'t Walk,
    tokens: Sealed,
    edits: Vec<Edit<Put>>,
    spellings: Vec<Spelling>,
}

impl Maker<'_> {
    fn item(&mut self, item: &Item, owner: Owner) {
        match (item, owner) {
            (Item::Section { remark, header, .. }, Owner::Node(node)) => {
                let Some(remark) = remark else { return };
                let last = remark.tail.as_ref().unwrap_or(&remark.slot);
                let stop = last.end.max(header.end);
                let start = remark.slot.start.min(header.start);
                let put = self.tokens.comments.remove(&(remark.slot.start as u32));
                let odd = match put {
                    // The bracket that ends a token would end the section's name.
                    Some(put) if remark.inline => {
                        self.above(header.start, header.end, remark, Some(put));
                        true
                    }
                    put => self.remark(remark, put, header.end),
                };
                if odd {
                    self.spell(node, Part::Entry, start, stop);
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
                self.key(node, *start, value, remark.as_ref());
            }
            (
                Item::Key {
                    value,
                    remark,
                    start,
                    head,
                    ..
                },
                Owner::Outdone(node),
            ) => {
                self.outdone(node, *start, *head, value, remark.as_ref());
            }
            (Item::Rest(remark), _) => {
                let put = self.tokens.comments.remove(&(remark.slot.start as u32));
                if self.remark(remark, put, remark.slot.end) {
                    let last = self.tree.children(0).last().unwrap_or(1);
                    self.spell(last, Part::Tail, remark.slot.start, remark.slot.end);
                }
            }
            _ => {}
        }
    }

    fn key(&mut self, node: u32, start: usize, value: &Value, remark: Option<&Remark>) {
        let token = self.tokens.values[node as usize].take();
        let comment = remark.and_then(|it| self.tokens.comments.remove(&(it.slot.start as u32)));
        // On one line with its quotes, the value would be the last thing that SOPS sees.
        let hides = token.is_some()
            && matches!(value.style, Style::Backquote | Style::Triple)
            && remark.is_some_and(|it| it.inline || it.tail.is_some());
        let bared = comment.is_some() && remark.is_some_and(|it| it.tail.is_some());
        let mut odd = match token {
            Some(token) => self.value(value, token),
            None => self.stays(value, bared),
        };
        let mut region = start..value.slot.end;
        if let Some(remark) = remark {
            region.start = region.start.min(remark.slot.start);
            let last = remark.tail.as_ref().unwrap_or(&remark.slot);
            region.end = region.end.max(last.end);
            if hides {
                self.above(start, value.slot.end, remark, comment);
                odd = true;
            } else {
                odd |= self.remark(remark, comment, value.slot.end);
            }
        }
        if odd {
            self.spell(node, Part::Entry, region.start, region.end);
        }
    }

    /// Leaves a value that is not sealed, or writes it anew where it would be read otherwise; whether it did. `bared`: the
    /// comment behind it goes away.
    fn stays(&mut self, value: &Value, bared: bool) -> bool {
        let Content::Verbatim(inner) = &value.content else {
            return false;
        };
        let source = self.tree.source();
        let text = &source[inner.clone()];
        let stops = inner.end + spelling::quote(value.style).len() == value.slot.end;
        // Three quotes that end the text open nothing; with the metadata behind them they would.
        let last = value.slot.end == source.len() && value.style == Style::Plain;
        if !(bared || last) || (stops && spelling::fits(text, value.style)) {
            return false;
        }
        let Some(written) = spelling::written(text) else {
            return false;
        };
        self.replace(value.slot.start, value.slot.end, Put::Text(written));
        true
    }

    /// Puts a value's token; whether the spelling is lost by it.
    fn value(&mut self, value: &Value, token: Put) -> bool {
        let quote = spelling::quote(value.style).len();
        let inner = match &value.content {
            Content::Verbatim(range) => range.clone(),
            Content::Joined(_) => {
                self.replace(value.slot.start, value.slot.end, token);
                return true;
            }
        };
        let end = inner.end + quote;
        self.replace(inner.start, inner.end, token);
        let text = &self.tree.source()[inner];
        if end < value.slot.end {
            self.replace(end, value.slot.end, Put::Text(Vec::new()));
            return true;
        }
        !spelling::fits(text, value.style)
    }

    /// Puts a comment's token; whether the spelling is lost by it. `behind`: where the entry ends.
    fn remark(&mut self, remark: &Remark, token: Option<Put>, behind: usize) -> bool {
        let Some(token) = token else { return false };
        let (source, slot) = (self.tree.source(), &remark.slot);
        self.replace(remark.text, slot.end, token);
        if let Some(tail) = &remark.tail {
            self.replace(behind, tail.end, Put::Text(Vec::new()));
            return true;
        }
        if remark.inline {
            return false;
        }
        let text = match &remark.joined {
            Some(text) => text.expose(),
            None => &source[remark.text..slot.end],
        };
        let indent = super::open::indent(source, slot.start);
        let written = remark::written(text, indent, source[slot.start]);
        written != source[remark.text..slot.end]
    }

    /// Moves a comment from behind a value to a line of its own.
    fn above(&mut self, start: usize, behind: usize, remark: &Remark, token: Option<Put>) {
        let source = self.tree.source();
        let tail = remark.tail.as_ref().unwrap_or(&remark.slot);
        self.replace(behind, tail.end, Put::Text(Vec::new()));
        let indent = super::open::indent(source, start);
        match token {
            Some(token) if remark.inline => {
                self.replace(start, start, Put::text("; "));
                self.replace(start, start, token);
                self.replace(start, start, Put::Text([b"\n", indent].concat()));
            }
            Some(token) => self.replace(remark.text, remark.slot.end, token),
            None => {
                let line = [&source[tail.clone()], b"\n", indent].concat();
                self.replace(start, start, Put::Text(line));
            }
        }
    }

    /// Empties a value that does not count, and its comment: they are data of nobody, but may well be secret.
    fn outdone(
        &mut self,
        node: u32,
        start: usize,
        head: usize,
        value: &Value,
        remark: Option<&Remark>,
    ) {
        let plain = self.walk.leaf_at(node).is_some_and(|it| !it.encrypted);
        let last = remark.map(|it| it.tail.as_ref().unwrap_or(&it.slot));
        let from = remark.map_or(start, |it| it.slot.start.min(start));
        let end = last.map_or(value.slot.end, |it| it.end.max(value.slot.end));
        // All of a key are recorded, since they are told apart by their order.
        self.spell(node, Part::Outdone, from, end);
        if !plain || remark.is_some() {
            let key = self.tree.source()[start..head].to_vec();
            self.replace(from, end, Put::Text(key));
        }
    }

    fn replace(&mut self, start: usize, stop: usize, put: Put) {
        self.edits.push(Edit {
            start: start as u32,
            stop: stop as u32,
            put,
        });
    }

    fn spell(&mut self, node: u32, part: Part, start: usize, stop: usize) {
        self.spellings.push(Spelling {
            node,
            part,
            text: Zeroizing::new(as_text(&self.tree.source()[start..stop])),
        });
    }
}
