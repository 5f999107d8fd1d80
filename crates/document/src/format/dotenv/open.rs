//! Which ranges of a sealed text are replaced when it is opened, and by what.

use selkie_crypto::Kind;
use zeroize::Zeroizing;

use super::{escape, metadata};
use crate::format::text;
use crate::splice::Edit;
use crate::token::Plaintext;
use crate::tree::{Comment, Shape, Tree};
use crate::unseal::is_sealed;
use crate::walk::Walk;

/// The replacements, sorted and apart.
pub(crate) fn edits(tree: &Tree, walk: &Walk) -> Vec<Edit<Plaintext>> {
    let mut edits = Vec::with_capacity(walk.leaves.len() + walk.comments.len() + 8);
    for (start, stop) in metadata::ranges(tree.source()) {
        edits.push(Edit {
            start,
            stop,
            put: Plaintext::Bytes(Zeroizing::new(Vec::new())),
        });
    }
    for visit in walk.leaves.iter().filter(|visit| is_sealed(tree, visit)) {
        let node = tree.node(visit.node);
        let put = match node.shape {
            Shape::Leaf(kind) if kind != Kind::Str => {
                let text = text::of(kind, tree.text(node.text));
                Plaintext::Bytes(Zeroizing::new(
                    escape::text(&text).unwrap_or_else(|| text.to_vec()),
                ))
            }
            _ => match escape::text(tree.text(node.text)) {
                Some(text) => Plaintext::Bytes(Zeroizing::new(text)),
                None => Plaintext::Value(node.text),
            },
        };
        edits.push(Edit {
            start: node.start,
            stop: node.stop,
            put,
        });
    }
    edits.extend(
        tree.comments
            .iter()
            .filter_map(|comment| restored(tree, comment)),
    );
    edits.sort_by_key(|edit| edit.start);
    edits
}

/// An opened comment as comment lines, whatever stands in it.
fn restored(tree: &Tree, comment: &Comment) -> Option<Edit<Plaintext>> {
    let text = tree.text(comment.text);
    let (start, stop) = (comment.start + 1, comment.stop);
    if text == &tree.source()[start as usize..stop as usize] {
        return None;
    }
    let put = if text.contains(&b'\n') {
        let lines: Vec<&[u8]> = text.split(|byte| *byte == b'\n').collect();
        Plaintext::Bytes(Zeroizing::new(lines.join(b"\n#".as_slice())))
    } else {
        Plaintext::Value(comment.text)
    };
    Some(Edit { start, stop, put })
}
