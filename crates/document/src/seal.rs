//! Sealing: plain text in, sealed text out; the only network step, wrapping the data key, was done before.

use rand_core::CryptoRng;
use selkie_crypto::{Cipher, DataKey, Keyring, Kind, Mac, MacText, Nonce, Timestamp};

use crate::error::Error;
use crate::format::Format;
use crate::layout::{self, Spelling};
use crate::metadata::{FORMAT_VERSION, Metadata};
use crate::nonces::Nonces;
use crate::plain::Plain;
use crate::proof;
use crate::selection::Selection;
use crate::splice::{Edit, are_apart, splice, spliced_len};
use crate::token::{Context, Put, Sealing};
use crate::tree::{Insert, Shape, Tree};
use crate::walk::Walk;
use crate::warning::Warning;

/// What the new metadata says.
#[derive(Clone, Debug)]
pub struct Header {
    /// The data key, wrapped for everybody who may read.
    pub keyring: Keyring,
    /// Which values are encrypted.
    pub selection: Selection,
    /// Whether the MAC covers encrypted values only.
    pub mac_only_encrypted: bool,
    /// The time of writing; seconds count.
    pub now: Timestamp,
    /// Whether a layout record is written where one is needed.
    pub layout: bool,
    /// What becomes of comments that the selector would encrypt.
    pub comments: Comments,
}

/// What becomes of comments that the selector would encrypt.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Comments {
    /// They are encrypted, as SOPS does: a secret in a comment is a secret.
    #[default]
    Encrypted,
    /// They stay as they are.
    Plain,
}

/// A sealed file.
#[derive(Debug)]
pub struct SealedText {
    /// The file's bytes.
    pub bytes: Vec<u8>,
    /// What the user should know.
    pub warnings: Vec<Warning>,
    /// Whether it says anything that the file before it did not; the time of writing does not count.
    pub changed: bool,
}

/// Seals a file: replaces the values that the selector names by tokens and adds the metadata; all other bytes stay.
///
/// Values that `nonces` knows under the same data key keep their tokens.
///
/// # Errors
/// [`Error::Refused`] if the metadata has no place, [`Error::CommentSelector`] and [`Error::Nonce`] as they say;
/// [`Error::Inconsistent`] if replacements claim the same place, or if the sealed text of a format that is proven would not
/// open to this one.
pub fn seal(
    plain: Plain,
    key: &DataKey,
    mut header: Header,
    nonces: &Nonces,
    rng: &mut impl CryptoRng,
) -> Result<SealedText, Error> {
    let Plain { format, tree } = plain;
    let mut warnings = format.settle(&mut header);
    let mut walk = Walk::new(&tree, &header.selection);
    if header.comments == Comments::Plain {
        walk.comments
            .iter_mut()
            .for_each(|visit| visit.encrypted = false);
    }
    let mut sealing = Sealing::new(
        key,
        nonces,
        fresh_nonces(walk.leaves.len() + walk.comments.len(), rng),
    );
    let (edits, mac) = std::thread::scope(|scope| {
        let hash = || mac_text(&tree, &walk, header.mac_only_encrypted);
        let hashing = (tree.source().len() > LARGE).then(|| scope.spawn(hash));
        let edits = format.seal_edits(&tree, &walk, &mut sealing);
        (
            edits,
            hashing
                .and_then(|thread| thread.join().ok())
                .unwrap_or_else(hash),
        )
    });
    let mut edits = edits?;
    check_comments(&tree, &walk, &sealing, &header.selection, &edits)?;

    let spellings = std::mem::take(&mut sealing.spellings);
    let (layout, unrecorded) = record(
        &tree,
        format,
        spellings,
        header.layout,
        &sealing.cipher,
        header.now,
        rng,
    );
    warnings.extend(unrecorded);
    for document in &tree.documents {
        if let Insert::Flow { at, .. } = document.insert {
            warnings.push(Warning::Braces {
                line: tree.line(at),
            });
        }
    }
    let metadata = Metadata {
        keyring: header.keyring,
        selection: header.selection,
        mac_only_encrypted: header.mac_only_encrypted,
        last_modified: header.now,
        mac: Some(seal_mac(
            &sealing.cipher,
            &mac,
            header.now,
            &Nonce::generate(rng),
        )),
        layout,
        version: FORMAT_VERSION.to_owned(),
    };
    let blocks = format.metadata_edits(&tree, &edits, &metadata.to_fields())?;
    edits.extend(blocks);
    // Stable: a block goes behind what is replaced at the same place.
    edits.sort_by_key(|edit| edit.start);
    if !are_apart(&edits) {
        return Err(Error::Inconsistent);
    }

    let context = Context {
        tree: &tree,
        walk: &walk,
        sealing: &sealing,
    };
    let mut bytes = vec![0; spliced_len(tree.source(), &edits, &context)];
    splice(tree.source(), &edits, &context, &mut bytes);
    if format.is_proven() {
        proof::opens(format, &metadata, key, &tree, &bytes, header.layout)?;
    }
    Ok(SealedText {
        bytes,
        warnings,
        changed: true,
    })
}

/// The layout record, if it is wanted and the file's readers take one; otherwise what is lost without.
pub(crate) fn record(
    tree: &Tree,
    format: Format,
    spellings: Vec<Spelling>,
    wanted: bool,
    cipher: &Cipher,
    now: Timestamp,
    rng: &mut impl CryptoRng,
) -> (Option<String>, Vec<Warning>) {
    let first = tree.documents.first();
    if wanted && first.is_some_and(|it| format.takes_layout(tree, it.root)) {
        let nonce = Nonce::generate(rng);
        return (
            layout::seal(tree, spellings, cipher, now, &nonce),
            Vec::new(),
        );
    }
    let lost = |it: &Spelling| Warning::Spelling {
        line: tree.line(tree.node(it.node).start),
        path: tree.path_text(it.node),
    };
    (None, spellings.iter().map(lost).collect())
}

/// Bytes from which on the hash gets a thread of its own.
pub(crate) const LARGE: usize = 256 * 1024;

pub(crate) fn fresh_nonces(count: usize, rng: &mut impl CryptoRng) -> Vec<Nonce> {
    (0..count).map(|_| Nonce::generate(rng)).collect()
}

/// Hashes the leaves of a tree in order.
pub(crate) fn mac_text(tree: &Tree, walk: &Walk, only_encrypted: bool) -> MacText {
    let mut mac = Mac::new(only_encrypted);
    for visit in &walk.leaves {
        let node = tree.node(visit.node);
        if (visit.encrypted || !only_encrypted) && node.shape != Shape::Leaf(Kind::Comment) {
            mac.update(tree.text(node.text));
        }
    }
    mac.finish()
}

/// Seals a MAC, bound to the time of writing.
pub(crate) fn seal_mac(cipher: &Cipher, mac: &MacText, now: Timestamp, nonce: &Nonce) -> String {
    cipher.seal(Kind::Str, mac.expose(), now.to_second().as_bytes(), nonce)
}

/// A sealed comment that matches the comment selector would govern what follows it.
pub(crate) fn check_comments(
    tree: &Tree,
    walk: &Walk,
    sealing: &Sealing<'_>,
    selection: &Selection,
    edits: &[Edit<Put>],
) -> Result<(), Error> {
    if !selection.is_by_comment() {
        return Ok(());
    }
    for edit in edits {
        if let Put::Comment { visit, nonce } = &edit.put {
            let text = tree.text(tree.comments[visit.comment as usize].text);
            let path = walk.comment_path(visit);
            let token = sealing
                .cipher
                .seal(Kind::Comment, text, path, sealing.nonce(*nonce));
            if selection.matches_comment(token.as_bytes()) {
                return Err(Error::CommentSelector {
                    line: tree.line(edit.start),
                });
            }
        }
    }
    Ok(())
}
