//! The YAML event source behind our own small trait.
//!
//! The parser is young: everything that depends on it stands in this file, so that another one, or one of our own, can
//! take its place. What the rest of the reader relies on: byte ranges that cover exactly the scalar as written (for a
//! block scalar, the body from behind the first line's indentation), anchors and tags with ranges of their own, every
//! comment with its range.

use std::borrow::Cow;

use granit_parser::{
    ErrorKind, Event as Granit, Parser, ScalarStyle, Span, StrInput, StructureStyle,
};

/// How a scalar is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Scalar {
    Plain,
    Single,
    Double,
    Literal,
    Folded,
}

/// What a tag asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Tag {
    /// No tag, or the non-specific `!`, which go-yaml ignores.
    None,
    Str,
    Int,
    Float,
    Bool,
    Null,
    Binary,
    Timestamp,
    /// Any other: kept in the text, and what it stands before is a string.
    Other,
}

/// Anchor and tag of a node.
#[derive(Clone, Debug)]
pub(super) struct Properties {
    /// The number that references use, and the range of `&name`.
    pub(super) anchor: Option<(usize, std::ops::Range<u32>)>,
    pub(super) tag: Tag,
    pub(super) tag_range: Option<std::ops::Range<u32>>,
}

impl Properties {
    pub(super) fn is_none(&self) -> bool {
        self.anchor.is_none() && self.tag_range.is_none()
    }

    /// Where the first of the two begins.
    pub(super) fn start(&self) -> Option<u32> {
        let anchor = self.anchor.as_ref().map(|(_, range)| range.start);
        let tag = self.tag_range.as_ref().map(|range| range.start);
        anchor.into_iter().chain(tag).min()
    }

    /// Where the last of the two ends.
    pub(super) fn stop(&self) -> Option<u32> {
        let anchor = self.anchor.as_ref().map(|(_, range)| range.end);
        let tag = self.tag_range.as_ref().map(|range| range.end);
        anchor.into_iter().chain(tag).max()
    }
}

/// What happens in the text.
#[derive(Debug)]
pub(super) enum What<'a> {
    DocumentStart,
    DocumentEnd,
    Mapping {
        flow: bool,
        properties: Properties,
    },
    MappingEnd,
    Sequence {
        flow: bool,
        properties: Properties,
    },
    SequenceEnd,
    Scalar {
        value: Cow<'a, str>,
        style: Scalar,
        properties: Properties,
    },
    /// A reference to the node or key whose anchor has this number.
    Alias(usize),
    Comment,
}

/// An event and the bytes that it covers.
#[derive(Debug)]
pub(super) struct Event<'a> {
    pub(super) what: What<'a>,
    pub(super) start: u32,
    pub(super) stop: u32,
}

/// Why the text is no YAML.
#[derive(Debug)]
pub(super) struct Broken {
    pub(super) line: usize,
    pub(super) column: usize,
    pub(super) reason: String,
    /// The nesting limit ended the reading.
    pub(super) too_deep: bool,
}

/// A stream of events, in the order of the text but for comments in block headers, which follow their scalar.
pub(super) trait Events<'a> {
    /// The next event; none at the end of the stream.
    fn next(&mut self) -> Result<Option<Event<'a>>, Broken>;
}

/// The chosen parser.
pub(super) struct GranitEvents<'a> {
    parser: Parser<'a, StrInput<'a>>,
}

/// Levels of nesting that are read.
pub(super) const DEPTH: usize = 255;

impl<'a> GranitEvents<'a> {
    pub(super) fn new(text: &'a str) -> Self {
        // Not strict about the indentation of closing brackets: SOPS itself writes `{# comment`, line break, `}`.
        let options = granit_parser::options! {
            emit_anchor_events: true,
            block_scalar_eof_without_line_feed: true,
            max_buffered_comment_events: usize::MAX,
            flow_nesting_limit: DEPTH,
            block_nesting_limit: DEPTH,
        };
        Self {
            parser: Parser::new_from_str_with_options(text, options),
        }
    }

    fn properties(
        &mut self,
        anchor: usize,
        tag: Option<&granit_parser::Tag>,
        span: Span,
    ) -> Result<Properties, Broken> {
        let anchor = match anchor {
            0 => None,
            id => match self.parser.next_event() {
                Some(Ok((Granit::Anchor(..), span))) => Some((id, range(span))),
                Some(Err(error)) => return Err(broken(&error)),
                _ => None,
            },
        };
        Ok(Properties {
            anchor,
            tag: tag.map_or(Tag::None, kind_of_tag),
            tag_range: tag.and(span.tag_span()).map(range),
        })
    }
}

impl<'a> Events<'a> for GranitEvents<'a> {
    fn next(&mut self) -> Result<Option<Event<'a>>, Broken> {
        loop {
            let (event, span) = match self.parser.next_event() {
                None => return Ok(None),
                Some(Err(error)) => return Err(broken(&error)),
                Some(Ok(found)) => found,
            };
            let what = match event {
                Granit::StreamEnd => return Ok(None),
                Granit::DocumentStart(..) => What::DocumentStart,
                Granit::DocumentEnd => What::DocumentEnd,
                Granit::Alias(id) => What::Alias(id),
                Granit::Comment(..) => What::Comment,
                Granit::Scalar(value, style, anchor, tag) => What::Scalar {
                    value,
                    style: match style {
                        ScalarStyle::Plain => Scalar::Plain,
                        ScalarStyle::SingleQuoted => Scalar::Single,
                        ScalarStyle::DoubleQuoted => Scalar::Double,
                        ScalarStyle::Literal => Scalar::Literal,
                        ScalarStyle::Folded => Scalar::Folded,
                    },
                    properties: self.properties(anchor, tag.as_deref(), span)?,
                },
                Granit::MappingStart(style, anchor, tag) => What::Mapping {
                    flow: style == StructureStyle::Flow,
                    properties: self.properties(anchor, tag.as_deref(), span)?,
                },
                Granit::SequenceStart(style, anchor, tag) => What::Sequence {
                    flow: style == StructureStyle::Flow,
                    properties: self.properties(anchor, tag.as_deref(), span)?,
                },
                Granit::MappingEnd => What::MappingEnd,
                Granit::SequenceEnd => What::SequenceEnd,
                _ => continue,
            };
            let range = range(span);
            return Ok(Some(Event {
                what,
                start: range.start,
                stop: range.end,
            }));
        }
    }
}

/// Spans of a parser that reads a string always have byte offsets.
fn range(span: Span) -> std::ops::Range<u32> {
    let range = span.byte_range().unwrap_or_default();
    range.start as u32..range.end as u32
}

fn broken(error: &granit_parser::ScanError) -> Broken {
    let too_deep = matches!(error.kind(), ErrorKind::RecursionLimitExceeded);
    Broken {
        line: error.marker().line(),
        column: error.marker().col() + 1,
        reason: error.info().clone(),
        too_deep,
    }
}

fn kind_of_tag(tag: &granit_parser::Tag) -> Tag {
    let (handle, suffix) = tag.parts();
    let core = match suffix.strip_prefix("tag:yaml.org,2002:") {
        Some(core) if handle.is_empty() => core,
        _ if handle == "tag:yaml.org,2002:" => suffix,
        _ if handle == "!" && suffix.is_empty() => return Tag::None,
        _ if handle.is_empty() && suffix == "!" => return Tag::None,
        _ => return Tag::Other,
    };
    match core {
        "str" => Tag::Str,
        "int" => Tag::Int,
        "float" => Tag::Float,
        "bool" => Tag::Bool,
        "null" => Tag::Null,
        "binary" => Tag::Binary,
        "timestamp" => Tag::Timestamp,
        _ => Tag::Other,
    }
}
