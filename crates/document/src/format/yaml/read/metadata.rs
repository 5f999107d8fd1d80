//! The metadata block of a file that is being read, and the place for one in a file that has none.

use super::{Reader, scan};
use crate::error::{Error, Refusal};
use crate::format::yaml::events::{Event, Scalar, What};
use crate::metadata::Field;
use crate::tree::{Document, FlowBefore, Insert, MetadataSlot, RewrittenField, Shape, Style};

impl<'a> Reader<'a> {
    /// Reads the value of a top-level `sops` key and takes its entry out of the tree.
    pub(super) fn metadata_block(&mut self, entry: u32) -> Result<(), Error> {
        let first =
            self.documents.len() + 1 == self.document_starts.len() && self.documents.is_empty();
        let line = crate::tree::line(self.bytes, entry as usize);
        let event = loop {
            match self.next()? {
                None => return Ok(()),
                Some(Event {
                    what: What::Comment,
                    ..
                }) => {}
                Some(event) => break event,
            }
        };
        let field = match event.what {
            What::Mapping { .. } => Field::Map(self.fields(event.stop)?),
            _ => self.field(event)?,
        };
        let Some(frame) = self.stack.first() else {
            return Ok(());
        };
        let range = if frame.flow {
            self.flow_range(entry)
        } else {
            self.block_range(entry)
        };
        if self.removed.is_some() {
            return Err(Error::Syntax {
                line,
                column: 1,
                reason: "the key `sops` stands twice".to_owned(),
            });
        }
        self.removed = Some(range);
        if first {
            match field {
                Field::Map(fields) => self.metadata = Some(fields),
                Field::Null => {}
                _ => {
                    return Err(Error::Syntax {
                        line,
                        column: 1,
                        reason: "`sops` is not a mapping".to_owned(),
                    });
                }
            }
        }
        Ok(())
    }

    /// The outermost mapping of the block; notes the slots of what every rewriting replaces.
    fn fields(&mut self, stop: u32) -> Result<Vec<(String, Field)>, Error> {
        self.cursor = self.cursor.max(stop);
        let document = self.documents.len() as u32;
        let mut fields = Vec::new();
        while let Some(event) = self.inside()? {
            let entry = event.start;
            let Field::Scalar(key) = self.field(event)? else {
                return Err(self.refused(entry, Refusal::ComplexKey));
            };
            let Some(event) = self.inside()? else { break };
            let rewritten = match key.as_str() {
                "lastmodified" => Some(RewrittenField::LastModified),
                "layout" => Some(RewrittenField::Layout),
                "mac" => Some(RewrittenField::Mac),
                "version" => Some(RewrittenField::Version),
                _ => None,
            };
            if let Some(field) = rewritten {
                let simple = matches!(
                    &event.what,
                    What::Scalar { style: Scalar::Plain | Scalar::Single | Scalar::Double, properties, .. }
                        if properties.is_none()
                );
                let (start, stop) = (event.start, event.stop);
                self.metadata_slots.push(MetadataSlot {
                    document,
                    field,
                    entry,
                    start,
                    stop,
                    simple,
                });
            }
            fields.push((key, self.field(event)?));
        }
        Ok(fields)
    }

    /// Turns one node of the metadata into plain data. References in it are not followed: no writer makes any.
    fn field(&mut self, event: Event<'a>) -> Result<Field, Error> {
        self.cursor = self.cursor.max(event.stop);
        match event.what {
            What::Scalar { value, style, .. } => {
                let null = style == Scalar::Plain
                    && matches!(
                        super::resolve_as(super::Tag::None, &value, true),
                        Some(super::Value::Null)
                    );
                Ok(if null {
                    Field::Null
                } else {
                    Field::Scalar(value.into_owned())
                })
            }
            What::Sequence { .. } => {
                let mut items = Vec::new();
                while let Some(event) = self.inside()? {
                    items.push(self.field(event)?);
                }
                Ok(Field::List(items))
            }
            What::Mapping { .. } => {
                let mut entries = Vec::new();
                while let Some(event) = self.inside()? {
                    let at = event.start;
                    let Field::Scalar(key) = self.field(event)? else {
                        return Err(self.refused(at, Refusal::ComplexKey));
                    };
                    let Some(event) = self.inside()? else { break };
                    entries.push((key, self.field(event)?));
                }
                Ok(Field::Map(entries))
            }
            _ => Ok(Field::Null),
        }
    }

    /// The next event of an open container, or none at its end.
    fn inside(&mut self) -> Result<Option<Event<'a>>, Error> {
        loop {
            let Some(event) = self.next()? else {
                return Ok(None);
            };
            match event.what {
                What::Comment => {}
                What::MappingEnd | What::SequenceEnd => {
                    // Ends of block containers are positions; brackets are tokens.
                    if event.stop > event.start {
                        self.cursor = self.cursor.max(event.stop);
                    }
                    return Ok(None);
                }
                _ => return Ok(Some(event)),
            }
        }
    }

    /// Whole lines; at the end of a text without a final line break, the break before the block goes too.
    fn block_range(&self, entry: u32) -> (u32, u32) {
        let mut start = scan::line_start(self.bytes, entry as usize);
        let mut stop = self.cursor as usize;
        if stop > 0 && !matches!(self.bytes[stop - 1], b'\n' | b'\r') {
            stop = scan::next_line(self.bytes, stop);
        }
        let unterminated =
            stop == self.bytes.len() && !matches!(self.bytes.last(), Some(b'\n' | b'\r'));
        if unterminated && start > 0 {
            let before = &self.bytes[..start];
            start -= if before.ends_with(b"\r\n") {
                2
            } else {
                usize::from(before.ends_with(b"\n") || before.ends_with(b"\r"))
            };
        }
        (start as u32, stop as u32)
    }

    /// The entry and the comma and blank that joined it to its neighbour.
    fn flow_range(&self, entry: u32) -> (u32, u32) {
        let before = self.bytes[..entry as usize].trim_ascii_end();
        let next = scan::skip(self.bytes, self.cursor, b"");
        if before.ends_with(b",") {
            // A comma right before the key stood there already; one with a blank came with the block.
            let joined = before.len() < entry as usize;
            return (
                if joined {
                    before.len() as u32 - 1
                } else {
                    entry
                },
                self.cursor,
            );
        }
        if self.bytes.get(next as usize) == Some(&b',') {
            return (entry, scan::skip(self.bytes, next + 1, b""));
        }
        (entry, self.cursor)
    }

    /// Ends a document: notes where a metadata block would go.
    pub(super) fn close_document(&mut self) {
        let from = self
            .documents
            .last()
            .map_or(0, |document| self.nodes[document.root as usize].end);
        let root = from;
        let node = &self.nodes[root as usize];
        let insert = match (node.shape, node.style) {
            (Shape::Mapping, Style::Flow) => self.flow_insert(root),
            (Shape::Mapping, _) => Insert::Block {
                at: scan::document_end(self.bytes, self.cursor),
                indent: node.indent,
            },
            _ if node.start == node.stop && !self.is_tagged(root) => Insert::Block {
                at: scan::document_end(self.bytes, self.cursor.max(node.stop)),
                indent: 0,
            },
            _ => Insert::None,
        };
        self.documents.push(Document {
            root,
            metadata: self.removed.take(),
            insert,
        });
    }

    /// Whether a node has a tag that could not stand before a mapping.
    fn is_tagged(&self, node: u32) -> bool {
        let properties = self.properties.iter().rev().find(|it| it.node == node);
        let tag = properties.and_then(|it| it.tag.clone());
        tag.is_some_and(|tag| &self.bytes[tag.start as usize..tag.end as usize] != b"!")
    }

    fn flow_insert(&self, root: u32) -> Insert {
        let node = &self.nodes[root as usize];
        if node.end == root + 1 {
            return Insert::Flow {
                at: node.start + 1,
                after: FlowBefore::Bracket,
            };
        }
        let (at, after) = scan::flow_end(self.bytes, self.last_entry);
        Insert::Flow { at, after }
    }
}
