//! Entries: keys, items, and the nodes made for them.

use super::{Anchored, Found, Pending, Place, Reader};
use crate::error::{Error, Refusal};
use crate::format::yaml::events::{Event, Scalar, Tag, What};
use crate::format::yaml::resolve::{Value, resolve_as};
use crate::format::yaml::scan;
use crate::tree::{
    IN_FLOW, KEY_REFERENCE, KeyReference, Node, PROPERTIES, Properties, Shape, Style, Text,
};

impl<'a> Reader<'a> {
    pub(super) fn key(&mut self, event: Event<'a>) -> Result<(), Error> {
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
        if self.strict && flow && style == Scalar::Plain {
            self.check_flow_key(event.start, event.stop)?;
        }
        if self.strict && matches!(style, Scalar::Literal | Scalar::Folded) {
            self.check_block_key(event.start, event.stop)?;
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

    /// Refuses plain keys in brackets that go-yaml reads otherwise.
    ///
    /// A colon directly before a comma or a closing brace it takes for part of the key, too; but there the value is null
    /// and nothing depends on the key. In a list it makes a string of what is a pair here.
    fn check_flow_key(&self, start: u32, stop: u32) -> Result<(), Error> {
        if self.bytes[start as usize] == b'?' {
            return Err(self.refused(start, Refusal::QuestionKey));
        }
        let pair = self.stack.last().is_some_and(|frame| {
            self.bytes[self.nodes[frame.node as usize].start as usize] != b'{'
        });
        if pair && matches!(self.bytes[stop as usize..], [b':', b',' | b']' | b'}', ..]) {
            return Err(self.refused(start, Refusal::ColonKey));
        }
        Ok(())
    }

    /// Refuses a block scalar that would change by being followed by a line break.
    fn check_block_key(&self, start: u32, stop: u32) -> Result<(), Error> {
        let finished = matches!(self.bytes.last(), Some(b'\n' | b'\r'));
        if !finished && self.bytes[stop as usize..].trim_ascii().is_empty() {
            return Err(self.refused(start, Refusal::UnfinishedKey));
        }
        Ok(())
    }

    /// Where the entry of the next key begins.
    /// `first`: where its properties or its text begin; before them may stand an indicator.
    pub(super) fn key_entry(&mut self, first: u32) -> u32 {
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

    pub(super) fn take_key(&mut self, pending: Pending) -> Result<(), Error> {
        let depth = self.stack.len();
        let text = pending.key.of(self.bytes, self.arena.expose());
        if depth == 1 && text == b"sops" {
            return self.metadata(pending.entry);
        }
        let Some(frame) = self.stack.last_mut() else {
            return Ok(());
        };
        // A sealed file may repeat keys as far as some release of SOPS reads it; at the top of the first document none
        // does, and a null there could hide a value.
        let checked = self.strict || (depth == 1 && self.documents.is_empty());
        let twice = checked
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
    pub(super) fn place(&mut self, first: u32) -> Place {
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

    pub(super) fn push(
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

    pub(super) fn attach(&mut self, node: u32, found: &Found) -> Result<(), Error> {
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

    pub(super) fn check_anchor(&self, range: &std::ops::Range<u32>) -> Result<(), Error> {
        let name = &self.bytes[range.start as usize..range.end as usize];
        if self.strict && name.contains(&b':') {
            return Err(self.refused(range.start, Refusal::AnchorColon));
        }
        Ok(())
    }
}
