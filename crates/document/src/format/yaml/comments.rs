//! Which container a comment belongs to.
//!
//! The container's path is the comment's associated data, so the answer must be the same for the plain and the sealed
//! text, and should be the one that go-yaml gives, or SOPS cannot decrypt the comment (it then keeps it as it is, with a
//! warning). It rests on columns and neighbours, both of which sealing leaves alone.

use super::scan;
use crate::tree::{Comment, Node, Style, Text, Tree};

/// Gives every comment its container. `starts`: where each document begins.
pub(super) fn place(tree: &mut Tree, mut ranges: Vec<(u32, u32)>, starts: &[u32]) {
    if ranges.is_empty() || tree.documents.is_empty() {
        return;
    }
    ranges.sort_unstable();
    let mut comments: Vec<Comment> = ranges
        .into_iter()
        .map(|(start, stop)| {
            let document = starts
                .partition_point(|it| *it <= start)
                .saturating_sub(1)
                .min(tree.documents.len() - 1);
            let root = tree.documents[document].root;
            let (container, before) = home(tree.source(), &tree.nodes, root, start);
            let text = Text::in_source(start as usize + 1, stop as usize);
            Comment {
                container,
                before,
                text,
                start,
                stop,
                list_item: false,
            }
        })
        .collect();
    comments.sort_by_key(|it| (it.container, it.before, it.start));
    tree.comments = comments;
}

/// Container and following entry of the comment at `at` in the document with this root.
fn home(source: &[u8], nodes: &[Node], root: u32, at: u32) -> (u32, u32) {
    let end = nodes[root as usize].end;
    let inside = &nodes[root as usize..end as usize];
    let known = inside.partition_point(|node| node.entry < at) as u32;
    if known == 0 || !nodes[root as usize].shape.is_container() {
        return (root, root + 1);
    }
    let mut last = root + known - 1;
    while nodes[last as usize].style == Style::Copy {
        last = nodes[last as usize].parent;
    }
    // Out of every bracket that is closed before the comment; an open one holds it.
    let mut at_node = last;
    while at_node != root {
        let parent = nodes[at_node as usize].parent;
        let open = &nodes[parent as usize];
        if open.style == Style::Flow && open.start < at && at < open.stop {
            return (parent, nodes[at_node as usize].end);
        }
        at_node = parent;
    }
    let node = &nodes[last as usize];
    if node.style == Style::Flow && node.start < at && at < node.stop {
        return (last, last + 1);
    }
    while last != root && nodes[nodes[last as usize].parent as usize].style == Style::Flow {
        last = nodes[last as usize].parent;
    }
    if last == root {
        return (root, root + 1);
    }
    let parent = nodes[last as usize].parent;
    if !scan::begins_line(source, at) {
        return (parent, last);
    }
    let column = scan::column(source, at);
    let next = root + known;
    if next < end && nodes[next as usize].style != Style::Copy {
        let holder = nodes[next as usize].parent;
        if nodes[holder as usize].style == Style::Block && nodes[holder as usize].indent == column {
            return (holder, next);
        }
    }
    let node = &nodes[last as usize];
    if node.style == Style::Block && node.end > last + 1 && next == last + 1 {
        return (last, last + 1);
    }
    let mut container = parent;
    let mut child = last;
    while container != root && nodes[container as usize].indent > column {
        child = container;
        container = nodes[container as usize].parent;
    }
    (container, nodes[child as usize].end)
}
