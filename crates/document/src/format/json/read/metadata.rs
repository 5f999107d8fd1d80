//! The value of a top-level `sops` key: not data, but the metadata block, which is taken out of the tree.

use super::Reader;
use crate::error::{Error, Refusal};
use crate::format::json::scan;
use crate::metadata::Field;
use crate::tree::{MetadataSlot, RewrittenField};

/// The deepest nesting inside a block; no writer makes more than six levels.
const DEPTH: usize = 64;

impl Reader<'_> {
    /// Reads the block whose key stands at `entry` and whose value stands at `at`; gives the place behind it.
    pub(super) fn metadata(&mut self, entry: usize, at: usize) -> Result<usize, Error> {
        if self.strict {
            return Err(Error::AlreadyEncrypted {
                line: crate::tree::line(self.bytes, entry),
            });
        }
        if self.removed.is_some() {
            return Err(self.syntax(entry, "the key `sops` stands twice"));
        }
        let (field, stop) = self.field(at, 1, true)?;
        match field {
            Field::Map(fields) => self.metadata = Some(fields),
            Field::Null => {}
            _ => return Err(self.syntax(at, "`sops` is not an object")),
        }
        self.removed = Some(self.range(entry, stop));
        Ok(stop)
    }

    /// What the block alone accounts for: the entry, and what joins it to its neighbour.
    fn range(&self, entry: usize, stop: usize) -> (u32, u32) {
        let before = scan::blanks_before(self.bytes, entry);
        let next = scan::blanks(self.bytes, stop);
        let (start, stop) = if self.bytes[before - 1] == b',' {
            (scan::blanks_before(self.bytes, before - 1), stop)
        } else if self.bytes.get(next) == Some(&b',') {
            (entry, scan::blanks(self.bytes, next + 1))
        } else {
            (before, stop)
        };
        (start as u32, stop as u32)
    }

    /// One value of the block, and the place behind it. Of the outermost object, notes the slots of what every rewriting
    /// replaces.
    fn field(&mut self, at: usize, depth: usize, outermost: bool) -> Result<(Field, usize), Error> {
        match self.bytes.get(at) {
            Some(b'{') => {
                let mut entries = Vec::new();
                let stop = self.inside(at, depth, b'}', |it, at| {
                    let (entry, value) = it.key(at)?;
                    let key = lossy(entry.key.of(it.bytes, it.arena.expose()));
                    let (field, stop) = it.field(value, depth + 1, false)?;
                    if outermost && let Some(rewritten) = rewritten(&key) {
                        it.metadata_slots.push(MetadataSlot {
                            document: 0,
                            field: rewritten,
                            entry: entry.start as u32,
                            start: value as u32,
                            stop: stop as u32,
                            simple: it.bytes[value] == b'"',
                        });
                    }
                    entries.push((key, field));
                    Ok(stop)
                })?;
                Ok((Field::Map(entries), stop))
            }
            Some(b'[') => {
                let mut items = Vec::new();
                let stop = self.inside(at, depth, b']', |it, at| {
                    let (field, stop) = it.field(at, depth + 1, false)?;
                    items.push(field);
                    Ok(stop)
                })?;
                Ok((Field::List(items), stop))
            }
            Some(b'"') => {
                let (text, stop) = self.string(at)?;
                let text = lossy(text.of(self.bytes, self.arena.expose()));
                Ok((Field::Scalar(text), stop))
            }
            Some(b'-' | b'0'..=b'9') => {
                let (stop, _) = scan::number(self.bytes, at).map_err(|it| self.broken(it))?;
                Ok((Field::Scalar(lossy(&self.bytes[at..stop])), stop))
            }
            Some(_) => match scan::word(self.bytes, at) {
                Some("null") => Ok((Field::Null, at + 4)),
                Some(word) => Ok((Field::from(word), at + word.len())),
                None => Err(self.syntax(at, "expected a value")),
            },
            None => Err(self.syntax(at, "the text ends inside the metadata")),
        }
    }

    /// Reads the entries of the container that opens at `at`, each by `entry`; gives the place behind it.
    fn inside(
        &mut self,
        at: usize,
        depth: usize,
        close: u8,
        mut entry: impl FnMut(&mut Self, usize) -> Result<usize, Error>,
    ) -> Result<usize, Error> {
        if depth >= DEPTH {
            return Err(self.refused(at, Refusal::Depth(DEPTH)));
        }
        let mut at = scan::blanks(self.bytes, at + 1);
        if self.bytes.get(at) == Some(&close) {
            return Ok(at + 1);
        }
        loop {
            at = entry(self, at)?;
            at = scan::blanks(self.bytes, at);
            match self.bytes.get(at) {
                Some(b',') => at = scan::blanks(self.bytes, at + 1),
                Some(byte) if *byte == close => return Ok(at + 1),
                Some(_) => return Err(self.syntax(at, "expected a comma or a closing bracket")),
                None => return Err(self.syntax(at, "the text ends inside the metadata")),
            }
        }
    }
}

fn lossy(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

fn rewritten(key: &str) -> Option<RewrittenField> {
    match key {
        "lastmodified" => Some(RewrittenField::LastModified),
        "layout" => Some(RewrittenField::Layout),
        "mac" => Some(RewrittenField::Mac),
        "version" => Some(RewrittenField::Version),
        _ => None,
    }
}
