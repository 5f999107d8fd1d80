//! Changing a tree's nodes: new ones in, old ones out, every index kept right.

use crate::tree::{Node, Target, Tree};

/// Replaces the nodes of `range`, which are entries of `parent`, by `new`. The indices inside `new` count from its own
/// start; its outermost nodes have `parent` filled in here.
pub(crate) fn replace(
    tree: &mut Tree,
    parent: u32,
    range: std::ops::Range<u32>,
    mut new: Vec<Node>,
) {
    let (start, stop) = (range.start, range.end);
    let added = new.len() as u32;
    let moved = |index: u32| {
        if index >= stop {
            index - (stop - start) + added
        } else {
            index
        }
    };
    let gone = |index: u32| (start..stop).contains(&index);

    let mut end = 0;
    for (offset, node) in new.iter_mut().enumerate() {
        let outermost = offset as u32 >= end;
        if outermost {
            end = node.end;
        }
        node.parent = if outermost {
            parent
        } else {
            node.parent + start
        };
        node.end += start;
    }
    // Of the nodes before the place, only those that it lies in end later.
    let mut ancestor = parent;
    loop {
        let node = &mut tree.nodes[ancestor as usize];
        let above = node.parent;
        node.end = node.end - (stop - start) + added;
        if above == ancestor {
            break;
        }
        ancestor = above;
    }
    for node in &mut tree.nodes[stop as usize..] {
        node.end = moved(node.end);
        node.parent = moved(node.parent);
    }
    tree.nodes.splice(start as usize..stop as usize, new);

    tree.comments.retain(|it| !gone(it.container));
    for comment in &mut tree.comments {
        comment.container = moved(comment.container);
        comment.before = if gone(comment.before) {
            start
        } else {
            moved(comment.before)
        };
    }
    tree.properties.retain(|it| !gone(it.node));
    tree.properties
        .iter_mut()
        .for_each(|it| it.node = moved(it.node));
    tree.key_references.retain(|it| !gone(it.node));
    for reference in &mut tree.key_references {
        reference.node = moved(reference.node);
        reference.target = moved_target(reference.target, &gone, &moved);
    }
    tree.references.retain(|(node, _)| !gone(*node));
    for (node, target) in &mut tree.references {
        *node = moved(*node);
        *target = moved_target(*target, &gone, &moved);
    }
    for document in &mut tree.documents {
        document.root = moved(document.root);
    }
}

/// A reference whose target is gone stands for its own copy.
fn moved_target(
    target: Target,
    gone: &impl Fn(u32) -> bool,
    moved: &impl Fn(u32) -> u32,
) -> Target {
    match target {
        Target::Node(index) if gone(index) => Target::Key,
        Target::Node(index) => Target::Node(moved(index)),
        Target::Key => Target::Key,
    }
}
