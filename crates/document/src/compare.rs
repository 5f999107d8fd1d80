//! Whether two trees hold the same data, node by node.
//!
//! The MAC cannot answer that: it has no separators and skips nulls, empty containers and comments.

use crate::format::Format;
use crate::tree::{Shape, Tree};

/// Compares documents, keys, list lengths, types, values, nulls, empty containers and comments.
/// A document that is an empty mapping and one that is null are the same, as they are to SOPS; so are values that the
/// format's text cannot tell apart, and comments where it has none.
pub(crate) fn same(format: Format, a: &Tree, b: &Tree) -> bool {
    same_data(format, a, b) && (!format.has_comments() || same_comments(format, a, b))
}

/// The same without the comments.
pub(crate) fn same_data(format: Format, a: &Tree, b: &Tree) -> bool {
    a.documents.len() == b.documents.len()
        && a.nodes.len() == b.nodes.len()
        && a.documents
            .iter()
            .zip(&b.documents)
            .all(|(a, b)| a.root == b.root)
        && (0..a.nodes.len() as u32).all(|index| same_node(format, a, b, index))
}

fn same_node(format: Format, a: &Tree, b: &Tree, index: u32) -> bool {
    let (left, right) = (a.node(index), b.node(index));
    let shape = |tree: &Tree| {
        let node = tree.node(index);
        let bare_root = node.parent == index && node.end == index + 1;
        if bare_root { Shape::Null } else { node.shape }
    };
    let (one, other) = (a.text(left.text), b.text(right.text));
    let same_value = (shape(a) == shape(b) && one == other)
        || match (left.shape, right.shape) {
            (Shape::Leaf(left), Shape::Leaf(right)) => {
                format.told(left, one) == format.told(right, other)
            }
            _ => false,
        };
    same_value
        && left.end == right.end
        && left.parent == right.parent
        && a.text(left.key) == b.text(right.key)
}

fn same_comments(format: Format, a: &Tree, b: &Tree) -> bool {
    if a.comments.is_empty() && b.comments.is_empty() {
        return true;
    }
    comment_lines(format, a) == comment_lines(format, b)
}

/// All comments in the order of the text, a line each: a sealed comment may hold several, which are written as such.
fn comment_lines(format: Format, tree: &Tree) -> Vec<&[u8]> {
    let mut order: Vec<usize> = (0..tree.comments.len()).collect();
    order.sort_by_key(|index| tree.comments[*index].start);
    order
        .into_iter()
        .flat_map(|index| format.comment_lines(tree.text(tree.comments[index].text)))
        .collect()
}

/// The lines of a text, whatever breaks them.
pub(crate) fn lines(text: &[u8]) -> impl Iterator<Item = &[u8]> {
    let mut rest = Some(text);
    std::iter::from_fn(move || {
        let text = rest?;
        let end = text.iter().position(|byte| matches!(byte, b'\n' | b'\r'));
        rest = end.map(|end| {
            if text[end..].starts_with(b"\r\n") {
                &text[end + 2..]
            } else {
                &text[end + 1..]
            }
        });
        Some(end.map_or(text, |end| &text[..end]))
    })
}
