//! Rewriting a sealed file without touching what its values say: another keyring, or another data key.
//!
//! Every token stays in its place and spelling; nothing is opened into a text. What changes values is `edit`.

use rand_core::CryptoRng;
use selkie_crypto::{Cipher, DataKey, Keyring, Kind, Nonce, Secret, Timestamp, Token};

use crate::error::Error;
use crate::layout::Layout;
use crate::metadata::Metadata;
use crate::plain::Sealed;
use crate::seal::{SealedText, mac_text, seal_mac};
use crate::splice::{Edit, splice, spliced_len};
use crate::tree::{Style, Tree};
use crate::unseal::{Unsealed, is_sealed, unseal, verify_mac};
use crate::walk::Walk;

/// Puts another keyring for the same data key into a file. Values, MAC and time of writing stay, and no key is needed.
pub fn rekey(sealed: Sealed, keyring: Keyring) -> SealedText {
    let Sealed {
        format,
        tree,
        mut metadata,
    } = sealed;
    metadata.keyring = keyring;
    let edits = format.reprint_metadata(&tree, &metadata.to_fields());
    SealedText {
        bytes: apply(&tree, &edits),
        warnings: Vec::new(),
        changed: true,
    }
}

/// Seals every value anew under another data key, each where it stands. The MAC is verified before and made anew; the
/// selector and everything plain stay.
///
/// # Errors
/// As [`crate::open`].
pub fn rotate(
    sealed: Sealed,
    old: &DataKey,
    new: &DataKey,
    keyring: Keyring,
    now: Timestamp,
    rng: &mut impl CryptoRng,
) -> Result<SealedText, Error> {
    let Sealed {
        format,
        tree,
        mut metadata,
    } = sealed;
    let (old, new) = (Cipher::new(old), Cipher::new(new));
    let tokens = tokens(&tree, &metadata)?;
    let Unsealed {
        tree,
        walk,
        warnings,
        ..
    } = unseal(tree, &metadata, &old)?;
    verify_mac(&tree, &walk, &metadata, &old)?;

    let mut edits = Vec::with_capacity(tokens.places.len() + 1);
    let mut plaintext = Secret::new();
    for place in &tokens.places {
        let path = &tokens.paths[place.path.clone()];
        let text = &tree.source()[place.start as usize..place.stop as usize];
        plaintext.truncate(0);
        let Some(kind) = open_token(text, path, &old, &mut plaintext) else {
            continue;
        };
        let token = new.seal(kind, plaintext.expose(), path, &Nonce::generate(rng));
        edits.push(Edit {
            start: place.start,
            stop: place.stop,
            put: token.into_bytes(),
        });
    }
    let mac = mac_text(&tree, &walk, metadata.mac_only_encrypted);
    metadata.mac = Some(seal_mac(&new, &mac, now, &Nonce::generate(rng)));
    metadata.layout = renewed_layout(&metadata, &old, &new, now, &Nonce::generate(rng));
    metadata.last_modified = now;
    metadata.keyring = keyring;
    edits.extend(format.reprint_metadata(&tree, &metadata.to_fields()));
    edits.sort_by_key(|edit| edit.start);
    Ok(SealedText {
        bytes: apply(&tree, &edits),
        warnings,
        changed: true,
    })
}

/// Where tokens stand in the text, with the paths that they are bound to.
struct Tokens {
    places: Vec<Place>,
    paths: Vec<u8>,
}

struct Place {
    start: u32,
    stop: u32,
    path: std::ops::Range<usize>,
}

/// The tokens of values and comments in a sealed tree, each once, in the order of the text.
fn tokens(tree: &Tree, metadata: &Metadata) -> Result<Tokens, Error> {
    let walk = Walk::new(tree, &metadata.selection);
    let mut tokens = Tokens {
        places: Vec::with_capacity(walk.leaves.len()),
        paths: Vec::new(),
    };
    let mut path = Vec::new();
    for visit in walk.leaves.iter().filter(|it| is_sealed(tree, it)) {
        let node = tree.node(visit.node);
        if matches!(node.style, Style::Alias | Style::Copy) {
            // It stands for a token that is renewed in its own place.
            continue;
        }
        let token = without_tail(tree.value(visit.node));
        let at = find(tree, node.start, node.stop, token).ok_or_else(|| Error::Value {
            line: tree.line(node.start),
            path: tree.path_text(visit.node),
            reason: "its token is written across several lines or with escapes".to_owned(),
        })?;
        walk.leaf_path(tree, visit, &mut path);
        tokens.push(at, token.len(), &path);
    }
    for visit in walk.comments.iter().filter(|it| it.encrypted) {
        let comment = &tree.comments[visit.comment as usize];
        let token = without_tail(tree.text(comment.text));
        if let Some(at) = find(tree, comment.start, comment.stop, token) {
            tokens.push(at, token.len(), walk.comment_path(visit));
        }
    }
    tokens.places.sort_by_key(|it| it.start);
    Ok(tokens)
}

impl Tokens {
    fn push(&mut self, start: u32, len: usize, path: &[u8]) {
        let from = self.paths.len();
        self.paths.extend_from_slice(path);
        self.places.push(Place {
            start,
            stop: start + len as u32,
            path: from..self.paths.len(),
        });
    }
}

/// What follows the last bracket does not count; in a block scalar it is a line break.
fn without_tail(token: &[u8]) -> &[u8] {
    let end = token.iter().rposition(|byte| *byte == b']');
    end.map_or(token, |end| &token[..=end])
}

/// Where in a slot the token stands as it is.
fn find(tree: &Tree, start: u32, stop: u32, token: &[u8]) -> Option<u32> {
    let slot = &tree.source()[start as usize..stop as usize];
    let at = slot
        .windows(token.len().max(1))
        .position(|window| window == token)?;
    Some(start + at as u32)
}

/// Opens a token; a comment that is none, or was sealed under another key, gives nothing and stays.
fn open_token(text: &[u8], path: &[u8], cipher: &Cipher, into: &mut Secret) -> Option<Kind> {
    let token = Token::parse(text).ok()?;
    cipher.open(&token, path, into).ok()?;
    // SOPS cannot handle values of this type; they are strings.
    Some(match token.kind() {
        Kind::Bytes => Kind::Str,
        kind => kind,
    })
}

/// The record under the new key and time. One that cannot be opened is left out: it restores nothing.
fn renewed_layout(
    metadata: &Metadata,
    old: &Cipher,
    new: &Cipher,
    now: Timestamp,
    nonce: &Nonce,
) -> Option<String> {
    let record = Layout::open(metadata.layout.as_deref()?, old, metadata.last_modified)?;
    record.seal(new, now, nonce)
}

fn apply(tree: &Tree, edits: &[Edit<Vec<u8>>]) -> Vec<u8> {
    let mut bytes = vec![0; spliced_len(tree.source(), edits, tree)];
    splice(tree.source(), edits, tree, &mut bytes);
    bytes
}

#[cfg(test)]
mod tests;
