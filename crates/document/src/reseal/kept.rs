//! Which tokens of the old file stay in the text as they are spelled.
//!
//! Opening replaced ranges of the sealed text. Where the lines around such a range are in the edited text too, and it
//! holds the same value at the same path, the range goes back, byte for byte: nothing is sealed for it.

use std::collections::HashMap;
use std::ops::Range;

use selkie_crypto::Nonce;

use crate::alignment::Alignment;
use crate::format::Format;
use crate::layout::{Part, Spelling};
use crate::open::{Opened, Origin};
use crate::splice::{Edit, Put as _};
use crate::token::{Put, Sealing, TAG_GONE};
use crate::tree::{Style, Tree};
use crate::unseal::is_sealed;
use crate::walk::{CommentVisit, Visit, Walk};

/// A range of the sealed text, and the range of the plain text that opening wrote for it.
pub(super) struct Written {
    pub(super) sealed: Range<u32>,
    pub(super) plain: Range<u32>,
}

/// What opening wrote, in order.
pub(super) fn written(format: Format, origin: &Origin) -> Vec<Written> {
    let edits = format.open_edits(&origin.tree, &origin.walk, &origin.spellings);
    let mut copied = 0;
    let mut out = 0;
    edits
        .iter()
        .map(|edit| {
            out += edit.start - copied;
            copied = edit.stop;
            let start = out;
            out += edit.put.len(&origin.tree) as u32;
            Written {
                sealed: edit.start..edit.stop,
                plain: start..out,
            }
        })
        .collect()
}

/// Ranges of the edited text that get their old sealed spelling back.
pub(super) struct Kept<'o> {
    places: Vec<Place<'o>>,
}

struct Place<'o> {
    range: Range<u32>,
    sealed: &'o [u8],
    nonces: Vec<Nonce>,
    what: What,
}

enum What {
    /// The leaf's place in the walk, its nodes before and after, and the comments between it and its tag.
    Leaf {
        visit: u32,
        nodes: Respelled,
        comments: Vec<u32>,
    },
    /// One sealed comment, which may be several lines of the plain text, each a comment of the edited tree.
    Comment(Vec<u32>),
}

/// A value that keeps its sealed spelling: its node in the old tree and in the new one.
#[derive(Clone, Copy)]
pub(super) struct Respelled {
    old: u32,
    new: u32,
}

impl<'o> Kept<'o> {
    /// Finds them. The walk is that of the edited tree, before any comment was made to stay plain.
    pub(super) fn find(
        old: &'o Opened,
        written: &[Written],
        alignment: &Alignment,
        tree: &Tree,
        walk: &Walk,
    ) -> Self {
        if written.is_empty() {
            return Self { places: Vec::new() };
        }
        let (before, after) = (Slots::of_old(old), Slots::of_new(tree, walk));
        let source = old.origin.tree.source();
        let mut places = Vec::new();
        for it in written {
            let Some(range) = alignment.find(&it.plain) else {
                continue;
            };
            // Comments first: the header line of a block scalar holds them inside of the leaf.
            let found = before
                .comment(old, &it.sealed, &after, &range, walk)
                .or_else(|| before.leaf(old, &it.sealed, &after, &range, tree, walk));
            if let Some((what, nonces)) = found {
                places.push(Place {
                    range,
                    sealed: &source[it.sealed.start as usize..it.sealed.end as usize],
                    nonces,
                    what,
                });
            }
        }
        Self { places }
    }

    /// Tells which tokens stay, so that no other value gets their nonces, nor they those of another.
    pub(super) fn tell(&self, sealing: &mut Sealing<'_>) {
        for place in &self.places {
            for nonce in &place.nonces {
                sealing.keep_nonce(*nonce);
            }
            let comments = match &place.what {
                What::Leaf {
                    nodes, comments, ..
                } => {
                    sealing.keep_node(nodes.new);
                    comments
                }
                What::Comment(comments) => comments,
            };
            for comment in comments {
                sealing.keep_comment(*comment);
            }
        }
    }

    /// Puts the old spellings in the place of new ones; tells which values have theirs.
    pub(super) fn lay_over(self, edits: Vec<Edit<Put>>) -> (Vec<Edit<Put>>, Vec<Respelled>) {
        let mut out = Vec::with_capacity(edits.len());
        let mut respelled = Vec::new();
        let mut edits = edits.into_iter().peekable();
        for place in self.places {
            while let Some(edit) = edits.next_if(|it| it.stop <= place.range.start) {
                out.push(edit);
            }
            let mut inside = Vec::new();
            while let Some(edit) = edits.next_if(|it| it.start < place.range.end) {
                inside.push(edit);
            }
            if !place.what.accounts_for(&inside) {
                out.extend(inside);
                continue;
            }
            if let What::Leaf { nodes, .. } = place.what {
                respelled.push(nodes);
            }
            out.push(Edit {
                start: place.range.start,
                stop: place.range.end,
                put: Put::Text(place.sealed.to_vec()),
            });
        }
        out.extend(edits);
        (out, respelled)
    }
}

impl What {
    /// Whether the edits are those of this value or comment alone.
    fn accounts_for(&self, edits: &[Edit<Put>]) -> bool {
        match self {
            Self::Leaf {
                visit, comments, ..
            } => {
                let own = |edit: &Edit<Put>| matches!(&edit.put, Put::Token { leaf, .. } if leaf == visit);
                let beside = |edit: &Edit<Put>| match &edit.put {
                    Put::Text(text) => text.is_empty() || text == TAG_GONE,
                    Put::Comment { visit, .. } => comments.contains(&visit.comment),
                    Put::Token { .. } => false,
                };
                edits.iter().filter(|edit| own(edit)).count() == 1
                    && edits.iter().all(|edit| own(edit) || beside(edit))
            }
            Self::Comment(_) => edits
                .iter()
                .all(|edit| matches!(edit.put, Put::Comment { .. })),
        }
    }
}

/// The spellings to record: of what keeps its sealed spelling those of the old record, of the rest the new ones.
pub(super) fn spellings(
    mut new: Vec<Spelling>,
    respelled: &[Respelled],
    old: &[Spelling],
) -> Vec<Spelling> {
    let of_slot = |part| matches!(part, Part::Value | Part::Properties);
    // Both sides rise: the old values stand in the order of the new ones.
    new.retain(|it| {
        !of_slot(it.part)
            || respelled
                .binary_search_by_key(&it.node, |nodes| nodes.new)
                .is_err()
    });
    for it in old.iter().filter(|it| of_slot(it.part)) {
        if let Ok(at) = respelled.binary_search_by_key(&it.node, |nodes| nodes.old) {
            new.push(Spelling {
                node: respelled[at].new,
                part: it.part,
                text: it.text.clone(),
            });
        }
    }
    new.sort_by_key(|it| it.node);
    new
}

/// Where values and comments stand in a text, in order.
struct Slots<L, C> {
    leaves: Vec<(Range<u32>, L)>,
    comments: Vec<(Range<u32>, C)>,
}

struct OldLeaf<'o> {
    visit: &'o Visit,
    nonce: Option<Nonce>,
}

struct OldComment<'o> {
    visit: &'o CommentVisit,
    nonce: Option<Nonce>,
}

type Old<'o> = Slots<OldLeaf<'o>, OldComment<'o>>;
/// Leaves by their place in the walk, comments by theirs.
type New = Slots<u32, u32>;

impl<'o> Old<'o> {
    fn of_old(old: &'o Opened) -> Self {
        let (tree, walk) = (&old.origin.tree, &old.origin.walk);
        let mut leaves: Vec<_> = old
            .sealed_leaves()
            .filter(|(visit, _)| has_slot(tree, visit))
            .map(|(visit, nonce)| (slot(tree, visit), OldLeaf { visit, nonce }))
            .collect();
        let nonces: HashMap<u32, Nonce> = old
            .sealed_comments()
            .iter()
            .map(|it| (it.start, it.nonce))
            .collect();
        let mut comments: Vec<_> = walk
            .comments
            .iter()
            .filter_map(|visit| {
                let comment = &tree.comments[visit.comment as usize];
                let nonce = nonces.get(&comment.start).copied();
                let range = comment.start..comment.stop;
                comment
                    .text
                    .is_in_arena()
                    .then_some((range, OldComment { visit, nonce }))
            })
            .collect();
        leaves.sort_by_key(|it| it.0.start);
        comments.sort_by_key(|it| it.0.start);
        Self { leaves, comments }
    }

    /// The value that a range of the sealed text stands for, if the same one stands in the range of the edited text.
    fn leaf(
        &self,
        old: &Opened,
        sealed: &Range<u32>,
        new: &New,
        range: &Range<u32>,
        tree: &Tree,
        walk: &Walk,
    ) -> Option<(What, Vec<Nonce>)> {
        let ([(_, before)], [(_, after)]) =
            (within(&self.leaves, sealed), within(&new.leaves, range))
        else {
            return None;
        };
        let origin = &old.origin;
        let visit = &walk.leaves[*after as usize];
        let (mut old_path, mut new_path) = (Vec::new(), Vec::new());
        origin
            .walk
            .leaf_path(&origin.tree, before.visit, &mut old_path);
        walk.leaf_path(tree, visit, &mut new_path);
        let same = old_path == new_path
            && origin.tree.node(before.visit.node).shape == tree.node(visit.node).shape
            && origin.tree.value(before.visit.node) == tree.value(visit.node);
        let nodes = Respelled {
            old: before.visit.node,
            new: visit.node,
        };
        let what = What::Leaf {
            visit: *after,
            nodes,
            comments: numbers(within(&new.comments, range), walk),
        };
        let comments = within(&self.comments, sealed);
        let beside = comments.iter().filter_map(|(_, it)| it.nonce);
        let nonces = before.nonce.into_iter().chain(beside).collect();
        same.then_some((what, nonces))
    }

    /// The same for a comment. Its text is the same, since the lines are.
    fn comment(
        &self,
        old: &Opened,
        sealed: &Range<u32>,
        new: &New,
        range: &Range<u32>,
        walk: &Walk,
    ) -> Option<(What, Vec<Nonce>)> {
        let [(whole, before)] = within(&self.comments, sealed) else {
            return None;
        };
        if sealed.start < whole.start || whole.end < sealed.end {
            return None;
        }
        let after = within(&new.comments, range);
        let path = old.origin.walk.comment_path(before.visit);
        let same = |visit: &CommentVisit| visit.encrypted && walk.comment_path(visit) == path;
        let all = after
            .iter()
            .all(|(_, index)| same(&walk.comments[*index as usize]));
        let nonces = before.nonce.into_iter().collect();
        (all && !after.is_empty()).then(|| (What::Comment(numbers(after, walk)), nonces))
    }
}

impl New {
    fn of_new(tree: &Tree, walk: &Walk) -> Self {
        let mut leaves: Vec<_> = walk
            .leaves
            .iter()
            .enumerate()
            .filter(|(_, visit)| is_sealed(tree, visit) && has_slot(tree, visit))
            .map(|(index, visit)| (slot(tree, visit), index as u32))
            .collect();
        let mut comments: Vec<_> = walk
            .comments
            .iter()
            .enumerate()
            .map(|(index, visit)| {
                let comment = &tree.comments[visit.comment as usize];
                (comment.start..comment.stop, index as u32)
            })
            .collect();
        leaves.sort_by_key(|it| it.0.start);
        comments.sort_by_key(|it| it.0.start);
        Self { leaves, comments }
    }
}

/// The comments that places in the walk stand for.
fn numbers(comments: &[(Range<u32>, u32)], walk: &Walk) -> Vec<u32> {
    let number = |it: &(Range<u32>, u32)| walk.comments[it.1 as usize].comment;
    comments.iter().map(number).collect()
}

fn slot(tree: &Tree, visit: &Visit) -> Range<u32> {
    let node = tree.node(visit.node);
    node.start..node.stop
}

/// Whether a leaf is written in its own place, not by a reference.
fn has_slot(tree: &Tree, visit: &Visit) -> bool {
    !matches!(tree.node(visit.node).style, Style::Alias | Style::Copy)
}

/// Those that a range touches.
fn within<'s, T>(slots: &'s [(Range<u32>, T)], range: &Range<u32>) -> &'s [(Range<u32>, T)] {
    let from = slots.partition_point(|it| it.0.end <= range.start);
    let to = slots.partition_point(|it| it.0.start < range.end);
    slots.get(from..to).unwrap_or_default()
}
