//! The first document of a YAML text as nodes that refer to each other by number, so that neither depth nor aliases matter when they are dropped.
//!
//! Everything that depends on the parser stands in this file and in `tag`.

use std::borrow::Cow;
use std::collections::BTreeMap;

use granit_parser::{
    ErrorKind, Event, Parser, ScalarStyle, Span, StrInput, StructureStyle, Tag as GranitTag,
};

use super::Broken;
use super::strict::{Places, has_json_escape, is_anchor, is_split_key, wrong_prologue};
use super::tag::Tag;
use crate::budget::{Budget, Limit};
use crate::error::Failure;
use crate::value::Text;

/// Deeper nesting than any budget allows.
const DEPTH: usize = 1000;
/// What one node costs to read.
const STEPS_PER_EVENT: usize = 8;

/// A node, with its children as numbers in the [`Tree`].
pub(super) enum Node {
    Scalar {
        text: Text,
        tag: Tag,
        plain: bool,
    },
    List(Vec<usize>),
    /// Keys and values in turn.
    Map(Vec<usize>),
    Alias(usize),
}

/// All nodes of a document.
pub(super) struct Tree {
    nodes: Vec<Node>,
    root: Option<usize>,
}

impl Tree {
    /// The first document in `text`.
    pub(super) fn read(budget: &mut Budget, text: &str) -> Result<Result<Self, Broken>, Failure> {
        if let Some(line) = wrong_prologue(text) {
            return Ok(Err(Broken::Line(line)));
        }
        let options = granit_parser::options! {
            emit_comments: false,
            emit_anchor_events: true,
            block_scalar_eof_without_line_feed: true,
            bom_inside_document_as_content: true,
            flow_nesting_limit: DEPTH,
            block_nesting_limit: DEPTH,
        };
        let mut reader = Reader {
            budget,
            text,
            parser: Parser::new_from_str_with_options(text, options),
            tree: Self {
                nodes: Vec::new(),
                root: None,
            },
            anchors: BTreeMap::new(),
            open: Vec::new(),
            places: Places::matter(text).then(Places::default),
            marker: None,
        };
        match reader.document() {
            Ok(()) => Ok(Ok(reader.tree)),
            Err(Stop::Broken(broken)) => Ok(Err(broken)),
            Err(Stop::Failed(failure)) => Err(failure),
        }
    }

    /// The root; `None` of an empty text.
    pub(super) fn root(&self) -> Option<usize> {
        self.root
    }

    /// The node of that number.
    pub(super) fn at(&self, number: usize) -> &Node {
        &self.nodes[number]
    }
}

enum Stop {
    Broken(Broken),
    Failed(Failure),
}

impl From<Failure> for Stop {
    fn from(failure: Failure) -> Self {
        Self::Failed(failure)
    }
}

struct Reader<'a, 'b> {
    budget: &'b mut Budget,
    text: &'a str,
    parser: Parser<'a, StrInput<'a>>,
    tree: Tree,
    /// By the parser's number for them.
    anchors: BTreeMap<usize, usize>,
    /// Collections that are not at their end yet, and where flow collections began.
    open: Vec<(usize, Option<usize>)>,
    places: Option<Places>,
    /// The line of the marker that the document begins with, if it does.
    marker: Option<usize>,
}

impl<'a> Reader<'a, '_> {
    /// Reads up to the end of the first root: go-yaml does not look at what follows it.
    fn document(&mut self) -> Result<(), Stop> {
        loop {
            let (event, span) = match self.parser.next_event() {
                None => return Ok(()),
                Some(Ok(found)) => found,
                Some(Err(error)) if *error.kind() == ErrorKind::RecursionLimitExceeded => {
                    return Err(Failure::Spent(Limit::Depth).into());
                }
                Some(Err(error)) => return Err(broken_at(error.marker().line())),
            };
            self.budget.steps(STEPS_PER_EVENT)?;
            let (start, end) = (range(span).start, range(span).end);
            match event {
                Event::DocumentStart(_, Some(version))
                    if (version.major, version.minor) != (1, 1) =>
                {
                    return Err(broken_at(span.start.line()));
                }
                Event::DocumentStart(true, _) => self.marker = Some(span.start.line()),
                // Nothing but a scalar or brackets can follow the marker on its line.
                Event::SequenceStart(StructureStyle::Block, ..)
                | Event::MappingStart(StructureStyle::Block, ..)
                    if self.marker == Some(span.start.line()) =>
                {
                    return Err(broken_at(span.start.line()));
                }
                Event::DocumentEnd | Event::StreamEnd => return Ok(()),
                Event::Scalar(value, style, anchor, tag) => {
                    if let Some(places) = &mut self.places {
                        let quoted = style == ScalarStyle::SingleQuoted
                            || style == ScalarStyle::DoubleQuoted;
                        places.add_scalar(start..end, quoted);
                    }
                    self.check_scalar(start..end, style, span.start.line())?;
                    self.scalar(value, style, anchor, tag.as_deref())?;
                    self.anchor(anchor)?;
                }
                Event::SequenceStart(style, anchor, _) => {
                    self.open(Node::List(Vec::new()), style, start, anchor)?;
                }
                Event::MappingStart(style, anchor, _) => {
                    self.open(Node::Map(Vec::new()), style, start, anchor)?;
                }
                Event::SequenceEnd | Event::MappingEnd => {
                    if let Some((_, Some(start))) = self.open.pop()
                        && let Some(places) = &mut self.places
                        && self.open.iter().all(|(_, flow)| flow.is_none())
                    {
                        places.add_flow(start..end);
                    }
                }
                Event::Alias(id) => {
                    let name = self.text.get(start + 1..end).unwrap_or_default();
                    match self.anchors.get(&id) {
                        Some(&target) if is_anchor(name) => self.add(Node::Alias(target), 0)?,
                        _ => return Err(broken_at(span.start.line())),
                    };
                }
                _ => continue,
            }
            if self.open.is_empty() && self.tree.root.is_some() {
                return match self
                    .places
                    .as_ref()
                    .and_then(|places| places.wrong(self.text, end))
                {
                    Some(line) => Err(broken_at(line)),
                    None => Ok(()),
                };
            }
        }
    }

    fn check_scalar(
        &self,
        range: std::ops::Range<usize>,
        style: ScalarStyle,
        line: usize,
    ) -> Result<(), Stop> {
        let is_flow_key = self.open.last().is_some_and(|&(parent, flow)| {
            let is_key =
                matches!(&self.tree.nodes[parent], Node::Map(children) if children.len() % 2 == 0);
            flow.is_some() && is_key
        });
        let raw = self.text.get(range.clone()).unwrap_or_default();
        let wrong = (is_flow_key && is_split_key(self.text, &range))
            || (style == ScalarStyle::DoubleQuoted && has_json_escape(raw));
        if wrong { Err(broken_at(line)) } else { Ok(()) }
    }

    /// Takes the event that tells the anchor's name.
    fn anchor(&mut self, anchor: usize) -> Result<(), Stop> {
        if anchor == 0 {
            return Ok(());
        }
        match self.parser.next_event() {
            Some(Ok((Event::Anchor(_, name), _))) if is_anchor(&name) => Ok(()),
            Some(Ok((_, span))) => Err(broken_at(span.start.line())),
            Some(Err(error)) => Err(broken_at(error.marker().line())),
            None => Ok(()),
        }
    }

    fn scalar(
        &mut self,
        value: Cow<'a, str>,
        style: ScalarStyle,
        anchor: usize,
        tag: Option<&GranitTag>,
    ) -> Result<(), Stop> {
        self.budget.text(value.len())?;
        let text = match value {
            Cow::Borrowed(text) => Text::from(text),
            Cow::Owned(text) => Text::from(text),
        };
        let node = Node::Scalar {
            text,
            tag: tag.map_or(Tag::None, Tag::from),
            plain: style == ScalarStyle::Plain,
        };
        self.add(node, anchor)?;
        Ok(())
    }

    fn open(
        &mut self,
        node: Node,
        style: StructureStyle,
        start: usize,
        anchor: usize,
    ) -> Result<(), Stop> {
        self.budget.depth(self.open.len())?;
        let number = self.add(node, anchor)?;
        let flow = (style == StructureStyle::Flow).then_some(start);
        self.open.push((number, flow));
        self.anchor(anchor)
    }

    fn add(&mut self, node: Node, anchor: usize) -> Result<usize, Stop> {
        let number = self.tree.nodes.len();
        self.budget.length(number)?;
        self.tree.nodes.push(node);
        if anchor != 0 {
            self.anchors.insert(anchor, number);
        }
        match self
            .open
            .last()
            .map(|&(parent, _)| &mut self.tree.nodes[parent])
        {
            Some(Node::List(children) | Node::Map(children)) => children.push(number),
            _ => self.tree.root = Some(number),
        }
        Ok(number)
    }
}

/// Spans of a parser that reads a string always have byte offsets.
fn range(span: Span) -> std::ops::Range<usize> {
    span.byte_range().unwrap_or_default()
}

fn broken_at(line: usize) -> Stop {
    Stop::Broken(Broken::Line(line))
}
