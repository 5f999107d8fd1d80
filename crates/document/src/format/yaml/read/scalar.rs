//! Single values: their type, their canonical bytes, their slot.

use std::borrow::Cow;

use base64::Engine as _;
use selkie_crypto::Kind;

use super::{Found, Reader};
use crate::error::{Error, Refusal};
use crate::format::yaml::events::{Scalar, Tag};
use crate::format::yaml::resolve::{Value, resolve_as};
use crate::format::yaml::scan;
use crate::tree::{Shape, Style, Text};

impl<'a> Reader<'a> {
    pub(super) fn scalar(
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

    pub(super) fn binary(&mut self, value: &str, at: u32) -> Result<Text, Error> {
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
    pub(super) fn store(&mut self, value: Cow<'_, str>) -> Text {
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

    pub(super) fn store_bytes(&mut self, bytes: &[u8]) -> Text {
        let start = self.arena.len();
        self.arena.extend_from_slice(bytes);
        Text::in_arena(start, self.arena.len())
    }
}
