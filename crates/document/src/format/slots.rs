//! Rewriting metadata fields where they stand, in formats that have a line for each. Never here: what a whole block looks like.

use crate::metadata::Metadata;
use crate::splice::Edit;
use crate::token::Put;
use crate::tree::{MetadataSlot, RewrittenField, Tree};

/// Replaces the fields that every rewriting changes; none if they do not stand there once each, on a line of their own, so that
/// the block must be printed anew.
pub(crate) fn rewrite(tree: &Tree, metadata: &Metadata) -> Option<Vec<Edit<Put>>> {
    let count = |field| {
        let slots = tree.metadata_slots.iter();
        slots.filter(|slot| slot.field == field).count()
    };
    let fits = count(RewrittenField::Mac) == 1
        && count(RewrittenField::LastModified) == 1
        && count(RewrittenField::Layout) == usize::from(metadata.layout.is_some())
        && tree.metadata_slots.iter().all(|slot| slot.simple);
    let edit = |slot: &MetadataSlot| Edit {
        start: slot.start,
        stop: slot.stop,
        put: Put::Text(metadata.rewritten(slot.field).into_bytes()),
    };
    fits.then(|| tree.metadata_slots.iter().map(edit).collect())
}
