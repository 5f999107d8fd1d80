//! Which ranges of a plain text are replaced when it is sealed. No spelling is lost: a value has only one.

use crate::error::Error;
use crate::splice::Edit;
use crate::token::{Put, Sealing};
use crate::tree::Tree;
use crate::unseal::is_sealed;
use crate::walk::Walk;

/// The replacements of values and comments, sorted.
pub(crate) fn edits(
    tree: &Tree,
    walk: &Walk,
    sealing: &mut Sealing<'_>,
) -> Result<Vec<Edit<Put>>, Error> {
    let mut edits = Vec::with_capacity(walk.leaves.len() + walk.comments.len());
    for (leaf, visit) in walk.leaves.iter().enumerate() {
        if is_sealed(tree, visit) {
            let node = tree.node(visit.node);
            let nonce = sealing.leaf_nonce(tree, walk, visit)?;
            edits.push(Edit {
                start: node.start,
                stop: node.stop,
                put: Put::Token {
                    leaf: leaf as u32,
                    nonce,
                    quote: None,
                    indent: 0,
                },
            });
        }
    }
    for visit in walk.comments.iter().filter(|visit| visit.encrypted) {
        let comment = &tree.comments[visit.comment as usize];
        let text = tree.text(comment.text);
        if text.is_empty() {
            continue;
        }
        let nonce = sealing.comment_nonce(tree, walk, visit)?;
        edits.push(Edit {
            start: comment.start + 1,
            stop: comment.stop,
            put: Put::Comment {
                visit: *visit,
                nonce,
            },
        });
    }
    edits.sort_by_key(|edit| edit.start);
    Ok(edits)
}
