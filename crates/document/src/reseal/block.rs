//! The metadata blocks of a file that is sealed again: the old ones with the fields replaced that every rewriting replaces.

use super::kept::Written;
use crate::alignment::Alignment;
use crate::metadata::Metadata;
use crate::open::Opened;
use crate::splice::{Edit, splice, spliced_len};
use crate::token::Put;
use crate::tree::{Document, Insert, Tree};

/// The old blocks in the edited text; none if one has no place there as it is written.
pub(super) fn edits(
    old: &Opened,
    written: &[Written],
    alignment: &Alignment,
    tree: &Tree,
    metadata: &Metadata,
) -> Option<Vec<Edit<Put>>> {
    let (sealed, plain) = (&old.origin.tree, &old.plain.tree);
    if written.is_empty() || sealed.documents.len() != tree.documents.len() {
        return None;
    }
    let fields = texts(old.plain.format.rewrite_metadata(sealed, metadata))?;
    let mut blocks = Vec::new();
    for (number, document) in sealed.documents.iter().enumerate() {
        let Some((start, stop)) = document.metadata else {
            // A later document that is null has none.
            let is_null =
                |tree: &Tree| !tree.node(tree.documents[number].root).shape.is_container();
            if is_null(tree) {
                continue;
            }
            return None;
        };
        let it = written
            .iter()
            .find(|it| it.sealed == (start..stop))
            .map(|it| &it.plain)?;
        let (before, after) = (&plain.documents[number], &tree.documents[number]);
        let at = if at_the_usual_place(plain, before, it.end) {
            same_place(plain, before, tree, after)?
        } else {
            alignment.find(&(it.start..it.start))?.start
        };
        let own: Vec<_> = fields
            .iter()
            .filter(|edit| edit.start >= start && edit.stop <= stop)
            .map(|edit| Edit {
                start: edit.start - start,
                stop: edit.stop - start,
                put: edit.put.clone(),
            })
            .collect();
        let block = &sealed.source()[start as usize..stop as usize];
        let mut text = vec![0; spliced_len(block, &own, sealed)];
        splice(block, &own, sealed, &mut text);
        blocks.push(Edit {
            start: at,
            stop: at,
            put: Put::Text(text),
        });
    }
    Some(blocks)
}

fn texts(edits: Vec<Edit<Put>>) -> Option<Vec<Edit<Vec<u8>>>> {
    edits
        .into_iter()
        .map(|edit| match edit.put {
            Put::Text(put) => Some(Edit {
                start: edit.start,
                stop: edit.stop,
                put,
            }),
            _ => None,
        })
        .collect()
}

/// Whether a new file's block would stand where this one stood.
fn at_the_usual_place(plain: &Tree, document: &Document, at: u32) -> bool {
    match document.insert {
        Insert::Block { at: usual, .. } => {
            usual == at || (at as usize == plain.source().len() && usual > at)
        }
        Insert::Flow { at: usual, .. } | Insert::Entry { at: usual, .. } => usual == at,
        Insert::None => false,
    }
}

/// Where it goes in the edited text, if it can stand there as it stood.
fn same_place(plain: &Tree, before: &Document, tree: &Tree, after: &Document) -> Option<u32> {
    let finished = |tree: &Tree, at: u32| {
        let before = &tree.source()[..at as usize];
        matches!(before.last(), Some(b'\n' | b'\r') | None)
    };
    match (before.insert, after.insert) {
        (Insert::Block { at: old, indent }, Insert::Block { at, indent: now })
            if indent == now && finished(plain, old) == finished(tree, at) =>
        {
            Some(at)
        }
        (Insert::Flow { after: old, .. }, Insert::Flow { at, after: now }) if old == now => {
            Some(at)
        }
        (Insert::Entry { empty: old, .. }, Insert::Entry { at, empty }) if old == empty => Some(at),
        _ => None,
    }
}
