//! Sealing an edited text over the sealed file that it came from, so that a line nobody touched keeps its bytes.
//!
//! The edited text is sealed as any other, with the nonces of the old file. Then what opening had replaced is put back
//! wherever the lines around it are still there and the value is the same ([`kept`]): so tokens stay in the spelling of
//! whoever wrote them, and comments that stood plain stay plain. The metadata block keeps its place, order and spelling
//! ([`block`]). All of that is about spelling: the result is read and opened again, and made without it if it does not
//! say what was meant. Never here: another data key, or other recipients.

mod block;
mod kept;
mod shown;

use std::collections::HashSet;

use rand_core::CryptoRng;
use selkie_crypto::{DataKey, Nonce, Timestamp};

use self::kept::Kept;
use crate::alignment::Alignment;
use crate::compare::{lines, same, same_data};
use crate::error::Error;
use crate::metadata::Metadata;
use crate::nonces::Nonces;
use crate::open::{Opened, open};
use crate::plain::{Plain, Sealed};
use crate::seal::{Comments, SealedText, check_comments, fresh_nonces, mac_text, record, seal_mac};
use crate::selection::Selection;
use crate::splice::{are_apart, splice, spliced_len};
use crate::token::{Context, Sealing};
use crate::tree::Tree;
use crate::walk::Walk;

/// How an edited text is sealed. Everything else is the old file's.
#[derive(Clone, Copy, Debug)]
pub struct Reseal<'r> {
    /// The time of writing; seconds count.
    pub now: Timestamp,
    /// Whether a layout record is written where one is needed.
    pub layout: bool,
    /// What becomes of new comments. Old ones stay as they stand, sealed or plain.
    pub comments: Comments,
    /// Whether an older `version` becomes that of the format written, as `edit` of SOPS does.
    pub raise_version: bool,
    /// What the rule for the file would encrypt. A new value that it would, and the file's own selector would not, is
    /// refused: whoever changed that selector without a key would read the value.
    pub rule: Option<&'r Selection>,
}

/// Seals the text that `old` was edited to, under the same data key. Values that did not change keep their tokens, and
/// a text that did not change at all gives the old file, byte for byte.
///
/// # Errors
/// As [`crate::seal`]; [`Error::Exposed`] as [`Reseal::rule`] says; [`Error::Inconsistent`] if the result would not open
/// to what was to be sealed.
pub fn reseal(
    old: &Opened,
    edited: Plain,
    key: &DataKey,
    how: &Reseal<'_>,
    rng: &mut impl CryptoRng,
) -> Result<SealedText, Error> {
    if edited.format == old.plain.format && edited.source() == old.plain.source() {
        return Ok(SealedText {
            bytes: old.origin.tree.source().to_vec(),
            warnings: Vec::new(),
            changed: false,
        });
    }
    let mut resealing = Resealing::new(old, edited, key, how)?;
    let sealed = resealing.seal(true, rng)?;
    if resealing.opens_to(&sealed.bytes, how.layout) {
        return Ok(sealed);
    }
    let sealed = resealing.seal(false, rng)?;
    if resealing.opens_to(&sealed.bytes, false) {
        return Ok(sealed);
    }
    Err(Error::Inconsistent)
}

struct Resealing<'o> {
    old: &'o Opened,
    edited: Plain,
    walk: Walk,
    key: &'o DataKey,
    nonces: Nonces,
    alignment: Alignment,
    how: &'o Reseal<'o>,
}

impl<'o> Resealing<'o> {
    fn new(
        old: &'o Opened,
        edited: Plain,
        key: &'o DataKey,
        how: &'o Reseal<'o>,
    ) -> Result<Self, Error> {
        let selection = &old.origin.metadata.selection;
        let walk = Walk::new(&edited.tree, selection);
        if let Some(rule) = how.rule.filter(|rule| *rule != selection) {
            check_rule(old, &edited.tree, &walk, rule)?;
        }
        Ok(Self {
            alignment: Alignment::new(old.plain.source(), edited.source()),
            nonces: old.nonces(key),
            old,
            edited,
            walk,
            key,
            how,
        })
    }

    /// Seals the text; `keep` says whether tokens and metadata are taken over as they are spelled.
    fn seal(&mut self, keep: bool, rng: &mut impl CryptoRng) -> Result<SealedText, Error> {
        let origin = &self.old.origin;
        let (tree, format) = (&self.edited.tree, self.edited.format);
        let written = if keep && origin.restored && format == self.old.plain.format {
            kept::written(format, origin)
        } else {
            Vec::new()
        };
        let fresh = fresh_nonces(self.walk.leaves.len() + self.walk.comments.len(), rng);
        let mut sealing = Sealing::new(self.key, &self.nonces, fresh);
        let kept = Kept::find(self.old, &written, &self.alignment, tree, &self.walk);
        kept.tell(&mut sealing);
        let encrypted = self.walk.comments.clone();
        plain_comments(self.old, tree, &mut self.walk, self.how.comments);
        let walk = &self.walk;
        let edits = format.seal_edits(tree, walk, &mut sealing);
        let (mut edits, respelled) = kept.lay_over(edits?);
        check_comments(tree, walk, &sealing, &origin.metadata.selection, &edits)?;

        let spellings = kept::spellings(
            std::mem::take(&mut sealing.spellings),
            &respelled,
            &origin.spellings,
        );
        let now = self.how.now;
        let (layout, warnings) = record(
            tree,
            format,
            spellings,
            self.how.layout,
            &sealing.cipher,
            now,
            rng,
        );
        let mac = mac_text(tree, walk, origin.metadata.mac_only_encrypted);
        let mut metadata = Metadata {
            last_modified: now,
            mac: Some(seal_mac(&sealing.cipher, &mac, now, &Nonce::generate(rng))),
            layout,
            ..origin.metadata.clone()
        };
        if self.how.raise_version {
            metadata.raise_version();
        }
        let blocks = match block::edits(self.old, &written, &self.alignment, tree, &metadata) {
            Some(blocks) => blocks,
            None => format.metadata_edits(tree, &edits, &metadata.to_fields())?,
        };
        edits.extend(blocks);
        // Stable: a block goes behind what is put in at the same place.
        edits.sort_by_key(|edit| (edit.start, edit.stop));
        if !are_apart(&edits) {
            return Err(Error::Inconsistent);
        }
        let context = Context {
            tree,
            walk,
            sealing: &sealing,
        };
        let mut bytes = vec![0; spliced_len(tree.source(), &edits, &context)];
        splice(tree.source(), &edits, &context, &mut bytes);
        self.walk.comments = encrypted;
        Ok(SealedText {
            bytes,
            warnings,
            changed: true,
        })
    }

    /// Whether a result opens to the edited text; without its spelling, to the same data.
    fn opens_to(&self, bytes: &[u8], exact: bool) -> bool {
        let opened = Sealed::read(self.edited.format, bytes.to_vec())
            .and_then(|sealed| open(sealed, self.key));
        let format = self.edited.format;
        opened.is_ok_and(|opened| {
            let identical = opened.plain.source() == self.edited.source();
            let (one, other) = (&self.edited.tree, &opened.plain.tree);
            identical || (!exact && (same(format, one, other) || same_data(format, one, other)))
        })
    }
}

/// Refuses a value that the rule would encrypt and the file would not, unless it stood plain in the file before.
fn check_rule(old: &Opened, tree: &Tree, walk: &Walk, rule: &Selection) -> Result<(), Error> {
    let origin = &old.origin;
    let mut path = Vec::new();
    let mut known: HashSet<(Vec<u8>, &[u8])> = HashSet::new();
    for visit in origin.walk.leaves.iter().filter(|it| !it.encrypted) {
        origin.walk.leaf_path(&origin.tree, visit, &mut path);
        known.insert((path.clone(), origin.tree.value(visit.node)));
    }
    let ruled = Walk::new(tree, rule);
    for (wanted, found) in ruled.leaves.iter().zip(&walk.leaves) {
        let value = tree.value(found.node);
        if wanted.encrypted && !found.encrypted && !value.is_empty() {
            walk.leaf_path(tree, found, &mut path);
            if !known.contains(&(path.clone(), value)) {
                return Err(Error::Exposed {
                    path: tree.path_text(found.node),
                });
            }
        }
    }
    Ok(())
}

/// Decides which comments stay plain: those whose lines can be read in the sealed file, and new ones if that is asked for.
fn plain_comments(old: &Opened, tree: &Tree, walk: &mut Walk, new: Comments) {
    let before = &old.origin.tree;
    let lines_where = |sealed: bool| -> HashSet<&[u8]> {
        let comments = before.comments.iter();
        comments
            .filter(|it| it.text.is_in_arena() == sealed)
            .flat_map(|it| lines(before.text(it.text)))
            .collect()
    };
    let (readable, hidden) = (lines_where(false), lines_where(true));
    for visit in &mut walk.comments {
        let text = tree.text(tree.comments[visit.comment as usize].text);
        let all_in = |set: &HashSet<&[u8]>| lines(text).all(|line| set.contains(line));
        let stays_plain = all_in(&readable) || (new == Comments::Plain && !all_in(&hidden));
        visit.encrypted &= !stays_plain;
    }
}

#[cfg(test)]
mod tests;
