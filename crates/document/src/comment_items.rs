//! Comments of lists as SOPS writes them: an encrypted comment in a list stands there as an ordinary item, and only
//! decryption shows what it is. They are taken out of the list and put among the comments.

use selkie_crypto::{Kind, Nonce};

use crate::error::Error;
use crate::tree::{Comment, Shape, Style, Target, Tree};
use crate::walk::Walk;

/// Takes all items that turned out to be comments out of their lists. `nonces`: those of the sealed leaves, in order.
pub(crate) fn lift(
    tree: &mut Tree,
    nonces: &mut Vec<Option<Nonce>>,
    walk: &Walk,
) -> Result<(), Error> {
    let is_comment = |tree: &Tree, index: u32| tree.node(index).shape == Shape::Leaf(Kind::Comment);
    let mut sealed = walk
        .leaves
        .iter()
        .filter(|it| it.encrypted && !tree.node(it.node).text.is_empty());
    nonces.retain(|_| {
        sealed
            .next()
            .is_none_or(|visit| !is_comment(tree, visit.node))
    });

    // The new index of every node, and of the end.
    let mut index_of = Vec::with_capacity(tree.nodes.len() + 1);
    let mut removed = 0;
    for index in 0..tree.nodes.len() as u32 {
        index_of.push(index - removed);
        if is_comment(tree, index) {
            let node = tree.node(index);
            if tree.node(node.parent).shape != Shape::Sequence || node.style == Style::Copy {
                return Err(Error::Value {
                    line: tree.line(node.start),
                    path: tree.path_text(index),
                    reason: "a comment stands in the place of a value".to_owned(),
                });
            }
            removed += 1;
        }
    }
    index_of.push(tree.nodes.len() as u32 - removed);
    let new = |index: u32| index_of[index as usize];

    for comment in &mut tree.comments {
        comment.container = new(comment.container);
        comment.before = new(comment.before);
    }
    for node in &tree.nodes {
        if node.shape == Shape::Leaf(Kind::Comment) {
            let (start, stop) = (node.entry, node.stop);
            let (container, before) = (new(node.parent), new(node.end));
            tree.comments.push(Comment {
                container,
                before,
                text: node.text,
                start,
                stop,
                list_item: true,
            });
        }
    }
    tree.comments
        .sort_by_key(|it| (it.container, it.before, it.start));
    tree.nodes
        .retain(|node| node.shape != Shape::Leaf(Kind::Comment));
    for node in &mut tree.nodes {
        node.end = new(node.end);
        node.parent = new(node.parent);
    }
    for document in &mut tree.documents {
        document.root = new(document.root);
    }
    for properties in &mut tree.properties {
        properties.node = new(properties.node);
    }
    for reference in &mut tree.key_references {
        reference.node = new(reference.node);
        reference.target = moved(reference.target, &index_of);
    }
    for (node, target) in &mut tree.references {
        *node = new(*node);
        *target = moved(*target, &index_of);
    }
    Ok(())
}

fn moved(target: Target, index_of: &[u32]) -> Target {
    match target {
        Target::Node(index) => Target::Node(index_of[index as usize]),
        Target::Key => Target::Key,
    }
}
