//! The first document of a YAML text as nodes that refer to each other by number, so that neither depth nor aliases matter when they are dropped.
//!
//! What is read here is of YAML 1.2; `check`, `mend`, `strict` and `words` make it what go-yaml reads, and says.

use std::borrow::Cow;
use std::collections::BTreeMap;

use granit_parser::{
    ErrorKind, Event, Parser, ScalarStyle, ScanError, Span, StrInput, StructureStyle,
    Tag as GranitTag,
};
use zeroize::Zeroizing;

use super::Broken;
use super::mend::mended;
use super::strict::{Places, is_anchor, wrong_epilogue, wrong_prologue};
use super::tag::Tag;
use super::words::{NO_NAME, NO_TOKEN, fault, parsed, scanned};
use crate::budget::{Budget, Limit};
use crate::error::Failure;
use crate::value::Text;

/// Deeper nesting than any budget allows.
const DEPTH: usize = 1000;
/// Reading YAML is slow: so many bytes cost as much as one item elsewhere.
const BYTES_PER_STEP: usize = 2;
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
    pub(super) nodes: Vec<Node>,
    root: Option<usize>,
}

impl Tree {
    /// The first document in `text`.
    pub(super) fn read(
        budget: &mut Budget,
        mut text: Zeroizing<String>,
    ) -> Result<Result<Self, Broken>, Failure> {
        loop {
            budget.steps(text.len() / BYTES_PER_STEP)?;
            match Self::read_as_it_is(budget, &text) {
                Ok(tree) => return Ok(Ok(tree)),
                Err(Stop::Broken(broken)) => return Ok(Err(broken)),
                Err(Stop::Failed(failure)) => return Err(failure),
                Err(Stop::Mended(mended)) => text = mended,
            }
        }
    }

    fn read_as_it_is(budget: &mut Budget, text: &str) -> Result<Self, Stop> {
        if let Some(broken) = wrong_prologue(text) {
            return Err(broken.into());
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
            seen: 0,
        };
        reader.document()?;
        Ok(reader.tree)
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

/// Why a text was not read to its end.
pub(super) enum Stop {
    Broken(Broken),
    Failed(Failure),
    /// This text is to be read instead.
    Mended(Zeroizing<String>),
}

impl From<Broken> for Stop {
    fn from(broken: Broken) -> Self {
        Self::Broken(broken)
    }
}

impl From<Failure> for Stop {
    fn from(failure: Failure) -> Self {
        Self::Failed(failure)
    }
}

/// The parser, and the nodes up to where it is.
pub(super) struct Reader<'a, 'b> {
    budget: &'b mut Budget,
    pub(super) text: &'a str,
    parser: Parser<'a, StrInput<'a>>,
    pub(super) tree: Tree,
    /// By the parser's number for them.
    anchors: BTreeMap<usize, usize>,
    /// Collections that are not at their end yet, and where flow collections began.
    pub(super) open: Vec<(usize, Option<usize>)>,
    places: Option<Places>,
    /// The line of the marker that the document begins with, if it does.
    marker: Option<usize>,
    /// Where the last scalar, alias or flow collection ended.
    pub(super) seen: usize,
}

impl<'a> Reader<'a, '_> {
    /// Reads up to the end of the first root: go-yaml does not look at what follows it.
    fn document(&mut self) -> Result<(), Stop> {
        loop {
            let (event, span) = match self.parser.next_event() {
                None => return Ok(()),
                Some(Ok(found)) => found,
                Some(Err(error)) => return Err(self.fault(&error)),
            };
            self.budget.steps(STEPS_PER_EVENT)?;
            let (start, end) = (range(span).start, range(span).end);
            let line = span.start.line();
            match event {
                Event::DocumentStart(_, Some(version))
                    if (version.major, version.minor) != (1, 1) =>
                {
                    return Err(parsed("found incompatible YAML document", line).into());
                }
                Event::DocumentStart(true, _) => self.marker = Some(line),
                // Nothing but a scalar or brackets can follow the marker on its line.
                Event::SequenceStart(StructureStyle::Block, ..) if self.marker == Some(line) => {
                    let words = "block sequence entries are not allowed in this context";
                    return Err(scanned(words, line).into());
                }
                Event::MappingStart(StructureStyle::Block, ..) if self.marker == Some(line) => {
                    let words = "mapping values are not allowed in this context";
                    return Err(scanned(words, line).into());
                }
                Event::DocumentEnd | Event::StreamEnd => return Ok(()),
                Event::Scalar(value, style, anchor, tag) => {
                    if let Some(places) = &mut self.places {
                        let quoted = style == ScalarStyle::SingleQuoted
                            || style == ScalarStyle::DoubleQuoted;
                        places.add_scalar(start..end, quoted);
                    }
                    if let Some(tag) = &tag {
                        self.check_tag(tag, start..end, line)?;
                    }
                    self.check_scalar(start..end, style, line)?;
                    if start == end && anchor == 0 && tag.is_none() {
                        self.check_empty(start, line)?;
                    }
                    self.scalar(value, style, anchor, tag.as_deref())?;
                    self.anchor(anchor)?;
                    if start < end {
                        self.seen = end;
                    }
                }
                Event::SequenceStart(style, anchor, _) => {
                    self.open(Node::List(Vec::new()), style, start, anchor)?;
                }
                Event::MappingStart(style, anchor, _) => {
                    self.open(Node::Map(Vec::new()), style, start, anchor)?;
                }
                Event::SequenceEnd | Event::MappingEnd => {
                    if let Some((_, Some(start))) = self.open.pop() {
                        self.seen = end;
                        if let Some(places) = &mut self.places
                            && self.open.iter().all(|(_, flow)| flow.is_none())
                        {
                            places.add_flow(start..end);
                        }
                    }
                }
                Event::Alias(id) => {
                    let name = self.text.get(start + 1..end).unwrap_or_default();
                    match self.anchors.get(&id) {
                        Some(&target) if is_anchor(name) => self.add(Node::Alias(target), 0)?,
                        _ => return Err(scanned(NO_NAME, line).into()),
                    };
                    self.seen = end;
                }
                _ => continue,
            }
            if self.open.is_empty() && self.tree.root.is_some() {
                return match self
                    .places
                    .as_ref()
                    .and_then(|places| places.wrong(self.text, end))
                {
                    Some(line) => Err(scanned(NO_TOKEN, line).into()),
                    None => match wrong_epilogue(self.text, self.seen) {
                        Some(broken) => Err(broken.into()),
                        None => Ok(()),
                    },
                };
            }
        }
    }

    fn fault(&self, error: &ScanError) -> Stop {
        if *error.kind() == ErrorKind::RecursionLimitExceeded {
            return Failure::Spent(Limit::Depth).into();
        }
        match mended(self.text, error) {
            Some(text) => Stop::Mended(text),
            None => fault(error, self.text).into(),
        }
    }

    /// Takes the event that tells the anchor's name.
    fn anchor(&mut self, anchor: usize) -> Result<(), Stop> {
        if anchor == 0 {
            return Ok(());
        }
        match self.parser.next_event() {
            Some(Ok((Event::Anchor(_, name), _))) if is_anchor(&name) => Ok(()),
            Some(Ok((_, span))) => Err(scanned(NO_NAME, span.start.line()).into()),
            Some(Err(error)) => Err(self.fault(&error)),
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
