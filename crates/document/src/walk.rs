//! The one depth-first walk over a tree. Sealing, opening and the MAC all follow it, so they cannot disagree about the
//! order of values, about which of them are encrypted, or about the paths that bind them to their places.

use crate::selection::Selection;
use crate::tree::{Shape, Tree};

/// One leaf on the way.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Visit {
    pub(crate) node: u32,
    pub(crate) encrypted: bool,
    /// Path of the container, as a range of [`Walk::paths`].
    path: (u32, u32),
}

/// One comment on the way.
#[derive(Clone, Copy, Debug)]
pub(crate) struct CommentVisit {
    /// Index in [`Tree::comments`].
    pub(crate) comment: u32,
    pub(crate) encrypted: bool,
    path: (u32, u32),
}

/// Every leaf and comment of a tree, in order.
pub(crate) struct Walk {
    pub(crate) leaves: Vec<Visit>,
    pub(crate) comments: Vec<CommentVisit>,
    /// Paths of containers: every key followed by a colon. List positions add nothing.
    pub(crate) paths: Vec<u8>,
}

impl CommentVisit {
    /// The associated data, out of [`Walk::paths`]: the path of the container, which for the root is a lone colon.
    pub(crate) fn associated<'a>(&self, paths: &'a [u8]) -> &'a [u8] {
        match &paths[self.path.0 as usize..self.path.1 as usize] {
            [] => b":",
            path => path,
        }
    }
}

#[expect(
    clippy::struct_excessive_bools,
    reason = "each is one independent fact about a container that the walk is in"
)]
struct Level {
    node: u32,
    end: u32,
    path: (u32, u32),
    mapping: bool,
    /// A key on the way down matched the selector.
    matched: bool,
    /// A comment of a level above governs this one.
    outer: bool,
    /// A comment of this level governs the next entry.
    active: bool,
    /// Comments of this container that were not visited yet, as indices into the tree's.
    comments: std::ops::Range<u32>,
}

impl Walk {
    pub(crate) fn new(tree: &Tree, selection: &Selection) -> Self {
        let mut walk = Self {
            leaves: Vec::with_capacity(tree.nodes.len()),
            comments: Vec::new(),
            paths: Vec::new(),
        };
        for document in &tree.documents {
            walk.document(tree, selection, document.root);
        }
        walk
    }

    fn document(&mut self, tree: &Tree, selection: &Selection, root: u32) {
        let by_comment = selection.is_by_comment();
        let mut levels = vec![level(tree, root, (0, 0), false, false)];
        let end = tree.node(root).end;
        let mut next = root + 1;
        loop {
            while let Some(open) = levels.last_mut().filter(|open| open.end <= next) {
                visit_comments(tree, selection, open, u32::MAX, &mut self.comments);
                levels.pop();
                if let Some(above) = levels.last_mut() {
                    above.active = false;
                }
            }
            if next >= end {
                return;
            }
            let Some(open) = levels.last_mut() else {
                return;
            };
            visit_comments(tree, selection, open, next, &mut self.comments);
            let node = tree.node(next);
            let (mapping, path, outer, active) = (open.mapping, open.path, open.outer, open.active);
            let matched = open.matched
                || (mapping && !by_comment && selection.matches_key(tree.text(node.key)));
            match node.shape {
                Shape::Mapping | Shape::Sequence => {
                    let below = if mapping {
                        self.descend(path, tree.text(node.key))
                    } else {
                        path
                    };
                    levels.push(level(tree, next, below, matched, outer || active));
                }
                Shape::Leaf(_) => {
                    let encrypted =
                        selection.encrypts(if by_comment { outer || active } else { matched });
                    self.leaves.push(Visit {
                        node: next,
                        encrypted,
                        path,
                    });
                    open.active = false;
                }
                Shape::Null => open.active = false,
            }
            next += 1;
        }
    }

    fn descend(&mut self, path: (u32, u32), key: &[u8]) -> (u32, u32) {
        let start = self.paths.len();
        self.paths
            .extend_from_within(path.0 as usize..path.1 as usize);
        self.paths.extend_from_slice(key);
        self.paths.push(b':');
        (start as u32, self.paths.len() as u32)
    }

    fn path(&self, path: (u32, u32)) -> &[u8] {
        &self.paths[path.0 as usize..path.1 as usize]
    }

    /// The associated data of a leaf, written over `into`.
    pub(crate) fn leaf_path(&self, tree: &Tree, visit: &Visit, into: &mut Vec<u8>) {
        into.clear();
        into.extend_from_slice(self.path(visit.path));
        let node = tree.node(visit.node);
        if tree.node(node.parent).shape == Shape::Mapping {
            into.extend_from_slice(tree.text(node.key));
            into.push(b':');
        }
    }

    /// The associated data of a comment.
    pub(crate) fn comment_path(&self, visit: &CommentVisit) -> &[u8] {
        visit.associated(&self.paths)
    }

    /// The visit of a leaf, if the node is one.
    pub(crate) fn leaf_at(&self, node: u32) -> Option<&Visit> {
        let at = self
            .leaves
            .binary_search_by_key(&node, |visit| visit.node)
            .ok()?;
        Some(&self.leaves[at])
    }

    /// The leaves among a node and all below it.
    pub(crate) fn leaves_in(&self, range: std::ops::Range<u32>) -> &[Visit] {
        let from = self
            .leaves
            .partition_point(|visit| visit.node < range.start);
        let to = self.leaves.partition_point(|visit| visit.node < range.end);
        &self.leaves[from..to]
    }
}

fn level(tree: &Tree, node: u32, path: (u32, u32), matched: bool, outer: bool) -> Level {
    let container = tree.node(node);
    let comments = if tree.comments.is_empty() {
        0..0
    } else {
        let from = tree.comments.partition_point(|it| it.container < node) as u32;
        from..from + tree.comments_of(node).len() as u32
    };
    Level {
        node,
        end: container.end,
        path,
        mapping: container.shape == Shape::Mapping,
        matched,
        outer,
        active: false,
        comments,
    }
}

/// Visits the comments of a container that stand before the entry `before`.
fn visit_comments(
    tree: &Tree,
    selection: &Selection,
    level: &mut Level,
    before: u32,
    into: &mut Vec<CommentVisit>,
) {
    while let Some(index) = level.comments.clone().next() {
        let comment = &tree.comments[index as usize];
        if comment.before > before {
            return;
        }
        level.comments.start += 1;
        debug_assert_eq!(comment.container, level.node);
        let encrypted = if selection.is_by_comment() {
            // A line that matches must stay readable, or nobody could tell later what it governed.
            let matches = selection.matches_comment(tree.text(comment.text));
            let governed = level.outer || level.active;
            level.active |= matches;
            !matches && selection.encrypts(governed)
        } else {
            selection.encrypts(level.matched)
        };
        into.push(CommentVisit {
            comment: index,
            encrypted,
            path: level.path,
        });
    }
}
