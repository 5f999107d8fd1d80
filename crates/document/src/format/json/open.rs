//! Which ranges of a sealed JSON text are replaced when it is opened, and by what.

use zeroize::Zeroizing;

use super::render::{self, Rendered};
use super::scan;
use crate::layout::{Part, Spelling};
use crate::splice::Edit;
use crate::token::Plaintext;
use crate::tree::{Comment, Node, Shape, Tree};
use crate::unseal::is_sealed;
use crate::walk::Walk;

/// The replacements, sorted and apart. `spellings` are sorted by node.
pub(crate) fn edits(tree: &Tree, walk: &Walk, spellings: &[Spelling]) -> Vec<Edit<Plaintext>> {
    let mut edits = Vec::with_capacity(walk.leaves.len() + 2);
    let mut spellings = spellings
        .iter()
        .filter(|it| it.part == Part::Value)
        .peekable();
    for visit in &walk.leaves {
        if !is_sealed(tree, visit) {
            continue;
        }
        let node = tree.node(visit.node);
        while spellings.next_if(|it| it.node < visit.node).is_some() {}
        edits.push(match spellings.next_if(|it| it.node == visit.node) {
            Some(spelling) => written(node.start, node.stop, spelling.text.clone()),
            None => value(tree, node),
        });
    }
    for document in &tree.documents {
        if let Some((start, stop)) = document.metadata {
            edits.push(gone(start, stop));
        }
    }
    comment_items(tree, &mut edits);
    // SOPS drops it, and nobody vouches for it.
    let (root, len) = (tree.node(0), tree.source().len());
    if scan::blanks(tree.source(), root.stop as usize) < len {
        edits.push(written(
            root.stop,
            len as u32,
            Zeroizing::new("\n".to_owned()),
        ));
    }
    edits.sort_by_key(|edit| edit.start);
    edits
}

fn written(start: u32, stop: u32, text: Zeroizing<String>) -> Edit<Plaintext> {
    Edit {
        start,
        stop,
        put: Plaintext::Written(text),
    }
}

fn gone(start: u32, stop: u32) -> Edit<Plaintext> {
    written(start, stop, Zeroizing::default())
}

fn value(tree: &Tree, node: &Node) -> Edit<Plaintext> {
    let Shape::Leaf(kind) = node.shape else {
        return gone(node.start, node.start);
    };
    let (start, stop) = (node.start, node.stop);
    match render::render(kind, tree.text(node.text)) {
        Rendered::Same => Edit {
            start,
            stop,
            put: Plaintext::Value(node.text),
        },
        // The token stood in quotes.
        Rendered::Quoted => Edit {
            start: start + 1,
            stop: stop - 1,
            put: Plaintext::Value(node.text),
        },
        Rendered::Written(text) => written(start, stop, text),
    }
}

/// JSON has no comments: those that SOPS wrote as items of a list, when it made the file of a YAML one, go.
fn comment_items(tree: &Tree, edits: &mut Vec<Edit<Plaintext>>) {
    let bytes = tree.source();
    for of_one in tree.comments.chunk_by(|a, b| a.container == b.container) {
        let container = of_one[0].container;
        let last = tree.children(container).last().map(|it| tree.node(it).stop);
        // Behind the last item that stays, a comment goes with the comma before it; elsewhere with the one behind it.
        let is_behind = |it: &&Comment| last.is_none_or(|last| it.start >= last);
        for comment in of_one.iter().filter(|it| !is_behind(it)) {
            let comma = scan::blanks(bytes, comment.stop as usize);
            edits.push(gone(comment.start, scan::blanks(bytes, comma + 1) as u32));
        }
        let mut behind = of_one.iter().filter(is_behind);
        if let Some(first) = behind.next() {
            let stop = behind.next_back().unwrap_or(first).stop;
            edits.push(gone(last.unwrap_or(first.start), stop));
        }
    }
}
