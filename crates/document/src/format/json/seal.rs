//! Which ranges of a plain JSON text are replaced when it is sealed: each value by its token in quotes.

use zeroize::Zeroizing;

use super::render;
use crate::error::Error;
use crate::layout::{Part, Spelling};
use crate::splice::Edit;
use crate::token::{Put, Sealing};
use crate::tree::{Shape, Tree};
use crate::unseal::is_sealed;
use crate::walk::Walk;

/// The replacements, sorted, and the spellings that they lose.
pub(crate) fn edits(
    tree: &Tree,
    walk: &Walk,
    sealing: &mut Sealing<'_>,
) -> Result<Vec<Edit<Put>>, Error> {
    let mut edits = Vec::with_capacity(walk.leaves.len());
    for (index, visit) in walk.leaves.iter().enumerate() {
        let node = tree.node(visit.node);
        let Shape::Leaf(kind) = node.shape else {
            continue;
        };
        if !is_sealed(tree, visit) {
            continue;
        }
        let nonce = sealing.leaf_nonce(tree, walk, visit)?;
        let put = Put::Token {
            leaf: index as u32,
            nonce,
            quote: Some(b'"'),
            indent: 0,
        };
        edits.push(Edit {
            start: node.start,
            stop: node.stop,
            put,
        });
        let written = &tree.source()[node.start as usize..node.stop as usize];
        if !render::is_canonical(kind, tree.text(node.text), written) {
            let text = String::from_utf8_lossy(written).into_owned();
            sealing.spellings.push(Spelling {
                node: visit.node,
                part: Part::Value,
                text: Zeroizing::new(text),
            });
        }
    }
    Ok(edits)
}
