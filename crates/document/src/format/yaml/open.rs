//! Which ranges of a sealed YAML text are replaced when it is opened, and by what.

use zeroize::Zeroizing;

use super::render::{self, Rendered, Slot};
use super::scan;
use crate::compare::lines;
use crate::layout::{Part, Spelling};
use crate::splice::{Edit, apart};
use crate::token::Plaintext;
use crate::tree::{Comment, IN_FLOW, Node, Shape, Style, Tree};
use crate::walk::Walk;

/// The replacements, sorted and apart. `spellings` are sorted by node.
pub(crate) fn edits(tree: &Tree, walk: &Walk, spellings: &[Spelling]) -> Vec<Edit<Plaintext>> {
    let mut maker = Maker {
        tree,
        edits: Vec::with_capacity(walk.leaves.len()),
        line_break: scan::break_of(tree.source()),
    };
    for document in &tree.documents {
        if let Some((start, stop)) = document.metadata {
            let tail = spellings
                .iter()
                .find(|it| it.part == Part::Tail && stop as usize == tree.source().len());
            maker.write(
                start,
                stop,
                tail.map(|it| it.text.as_str().to_owned())
                    .unwrap_or_default(),
            );
        }
    }
    let spelled = |node: u32| {
        let from = spellings.partition_point(|it| it.node < node);
        spellings[from..]
            .iter()
            .take_while(move |it| it.node == node)
    };
    let replaces = |it: &Spelling| matches!(it.part, Part::Value | Part::Properties);
    // Nodes inside a reference that comes back are written with it.
    let mut containers = spellings
        .iter()
        .filter(|it| replaces(it) && tree.node(it.node).shape.is_container())
        .map(|it| it.node..tree.node(it.node).end)
        .peekable();
    let mut covered = 0;
    for visit in &walk.leaves {
        while let Some(range) = containers.next_if(|range| range.start < visit.node) {
            covered = covered.max(range.end);
        }
        let node = tree.node(visit.node);
        let written = visit.node >= covered && !matches!(node.style, Style::Alias | Style::Copy);
        let sealed = visit.encrypted && !node.text.is_empty();
        if written && sealed && !spelled(visit.node).any(replaces) {
            maker.value(node);
        }
    }
    for spelling in spellings {
        maker.spell(spelling);
    }
    for comment in &tree.comments {
        maker.comment(comment);
    }
    apart(maker.edits)
}

struct Maker<'t> {
    tree: &'t Tree,
    edits: Vec<Edit<Plaintext>>,
    line_break: &'static str,
}

impl Maker<'_> {
    fn write(&mut self, start: u32, stop: u32, text: String) {
        self.edits.push(Edit {
            start,
            stop,
            put: Plaintext::Written(Zeroizing::new(text)),
        });
    }

    fn value(&mut self, node: &Node) {
        let source = self.tree.source();
        let Shape::Leaf(kind) = node.shape else {
            return;
        };
        let block = matches!(node.style, Style::Literal | Style::Folded);
        let header = if block {
            render::header(source, node.start)
        } else {
            b""
        };
        let slot = Slot {
            style: node.style,
            in_flow: node.has(IN_FLOW),
            indent: node.indent,
            step: render::STEP,
            header,
            line_break: self.line_break,
        };
        let (start, put) = match render::render(slot, kind, self.tree.text(node.text)) {
            Rendered::Same => (node.start, Plaintext::Value(node.text)),
            Rendered::Whole(text) => (node.start, Plaintext::Written(text)),
            Rendered::Body(text) => (
                scan::block_header(source, node.start).1,
                Plaintext::Written(text),
            ),
        };
        self.edits.push(Edit {
            start,
            stop: node.stop,
            put,
        });
    }

    fn spell(&mut self, spelling: &Spelling) {
        let node = self.tree.node(spelling.node);
        let source = self.tree.source();
        let block = matches!(node.style, Style::Literal | Style::Folded);
        let (start, stop) = match spelling.part {
            Part::Value if block => (scan::block_header(source, node.start).1, node.stop),
            Part::Value => (node.start, node.stop),
            Part::Properties => (properties_start(self.tree, spelling.node), node.stop),
            Part::Header if block => (
                node.start,
                node.start + render::header(source, node.start).len() as u32,
            ),
            Part::Header | Part::Tail | Part::Entry | Part::Outdone => return,
            Part::Key => match key_range(source, node.entry) {
                Some(range) => range,
                None => return,
            },
        };
        self.edits.push(Edit {
            start,
            stop,
            put: Plaintext::Written(spelling.text.clone()),
        });
    }

    fn comment(&mut self, comment: &Comment) {
        let text = self.tree.text(comment.text);
        let source = self.tree.source();
        if !comment.list_item && text == &source[comment.start as usize + 1..comment.stop as usize]
        {
            return;
        }
        let text = Zeroizing::new(String::from_utf8_lossy(text).into_owned());
        let start = comment.start as usize;
        let indent = if comment.list_item || !scan::begins_line(source, comment.start) {
            self.tree.node(comment.container).indent
        } else {
            scan::column(source, start as u32)
        };
        let mut written = Zeroizing::new(String::with_capacity(text.len() + 1));
        for (index, line) in lines(text.as_bytes()).enumerate() {
            if index > 0 {
                written.push_str(self.line_break);
                written.extend(std::iter::repeat_n(' ', usize::from(indent)));
            }
            written.push('#');
            written.push_str(&String::from_utf8_lossy(line));
        }
        self.edits.push(Edit {
            start: comment.start,
            stop: comment.stop,
            put: Plaintext::Written(written),
        });
    }
}

/// Where a node begins with its anchor and tag.
fn properties_start(tree: &Tree, index: u32) -> u32 {
    let start = tree.node(index).start;
    let Some(properties) = tree.properties_of(index) else {
        return start;
    };
    let ranges = properties.anchor.iter().chain(&properties.tag);
    ranges.map(|range| range.start).min().unwrap_or(start)
}

/// The double-quoted key that an entry begins with.
fn key_range(source: &[u8], entry: u32) -> Option<(u32, u32)> {
    let start = scan::skip(source, entry, b"?") as usize;
    if source.get(start) != Some(&b'"') {
        return None;
    }
    let mut at = start + 1;
    while let Some(&byte) = source.get(at) {
        match byte {
            b'\\' => at += 2,
            b'"' => return Some((start as u32, at as u32 + 1)),
            _ => at += 1,
        }
    }
    None
}
