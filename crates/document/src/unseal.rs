//! Opening all values of a tree in place, and verifying the MAC over them.

mod comments;

use selkie_crypto::{Cipher, Kind, MacText, Nonce, Secret, Token, canonical};

use crate::error::Error;
use crate::metadata::Metadata;
use crate::seal::mac_text;
use crate::tree::{Shape, Text, Tree};
use crate::walk::{Visit, Walk};
use crate::warning::Warning;

/// A tree whose leaves were opened.
pub(crate) struct Unsealed {
    pub(crate) tree: Tree,
    pub(crate) walk: Walk,
    pub(crate) used: Used,
    pub(crate) warnings: Vec<Warning>,
}

/// Opens every value and comment in place. Whoever calls this verifies the MAC before anything leaves the crate.
pub(crate) fn unseal(
    mut tree: Tree,
    metadata: &Metadata,
    cipher: &Cipher,
) -> Result<Unsealed, Error> {
    let mut walk = Walk::new(&tree, &metadata.selection);
    let parts = open_leaves(&tree, &walk, cipher)?;
    comments::check_origin(&tree, metadata, &parts)?;
    let mut used = Used::default();
    let mut comment_items = false;
    let mut at = tree.arena.len();
    tree.arena
        .reserve(parts.iter().map(|part| part.arena.len()).sum());
    for part in parts {
        for leaf in &part.leaves {
            let node = &mut tree.nodes[leaf.node as usize];
            node.shape = Shape::Leaf(leaf.kind);
            node.text = Text::in_arena(at, at + leaf.len as usize);
            at += leaf.len as usize;
            comment_items |= leaf.kind == Kind::Comment;
            used.leaves.push(leaf.nonce);
        }
        tree.arena.extend_from_slice(part.arena.expose());
    }
    let warnings = comments::open(&mut tree, &mut walk, cipher, &mut used);
    if comment_items {
        crate::comment_items::lift(&mut tree, &mut used.leaves, &walk)?;
        walk = Walk::new(&tree, &metadata.selection);
    }
    Ok(Unsealed {
        tree,
        walk,
        used,
        warnings,
    })
}

/// The nonces of a file's tokens, as far as they can be used again.
#[derive(Debug, Default)]
pub(crate) struct Used {
    /// Of the encrypted leaves, in the order of the walk; none where one has not the format's length.
    pub(crate) leaves: Vec<Option<Nonce>>,
    /// Of the comments that were opened.
    pub(crate) comments: Vec<UsedComment>,
}

/// A comment that was opened.
#[derive(Debug)]
pub(crate) struct UsedComment {
    pub(crate) path: Vec<u8>,
    pub(crate) text: Secret,
    pub(crate) nonce: Nonce,
    /// Where the comment stands.
    pub(crate) start: u32,
}

/// Whether a leaf stands as a token in a sealed file.
pub(crate) fn is_sealed(tree: &Tree, visit: &Visit) -> bool {
    visit.encrypted && !tree.node(visit.node).text.is_empty()
}

struct Part {
    leaves: Vec<OpenedLeaf>,
    arena: Secret,
    /// Nonces of values that have not the format's length.
    odd: Vec<Vec<u8>>,
}

struct OpenedLeaf {
    node: u32,
    len: u32,
    kind: Kind,
    nonce: Option<Nonce>,
}

/// Leaves from which on a second thread pays.
const PARALLEL: usize = 2_000;

fn open_leaves(tree: &Tree, walk: &Walk, cipher: &Cipher) -> Result<Vec<Part>, Error> {
    let leaves = &walk.leaves;
    if leaves.len() < PARALLEL {
        return Ok(vec![open_part(tree, walk, cipher, leaves)?]);
    }
    let (first, second) = leaves.split_at(leaves.len() / 2);
    std::thread::scope(|scope| {
        let other = scope.spawn(|| open_part(tree, walk, cipher, second));
        let first = open_part(tree, walk, cipher, first)?;
        let second = other
            .join()
            .unwrap_or_else(|panic| std::panic::resume_unwind(panic))?;
        Ok(vec![first, second])
    })
}

fn open_part(tree: &Tree, walk: &Walk, cipher: &Cipher, leaves: &[Visit]) -> Result<Part, Error> {
    let sealed: usize = leaves
        .iter()
        .map(|visit| tree.node(visit.node).text.len())
        .sum();
    let mut part = Part {
        leaves: Vec::with_capacity(leaves.len()),
        arena: Secret::with_capacity(sealed / 4),
        odd: Vec::new(),
    };
    let mut path = Vec::new();
    let mut plaintext = Secret::new();
    for visit in leaves.iter().filter(|visit| is_sealed(tree, visit)) {
        walk.leaf_path(tree, visit, &mut path);
        let fail = |reason: String| Error::Value {
            line: tree.line(tree.node(visit.node).start),
            path: tree.path_text(visit.node),
            reason,
        };
        if !matches!(tree.node(visit.node).shape, Shape::Leaf(Kind::Str)) {
            return Err(fail("it must be encrypted, but is plain".to_owned()));
        }
        let token = Token::parse(tree.value(visit.node))
            .map_err(|error| fail(plain_or(tree, visit, &error)))?;
        plaintext.truncate(0);
        let nonce = cipher
            .open(&token, &path, &mut plaintext)
            .map_err(|error| fail(error.to_string()))?;
        let kind = token.kind();
        let text = canonical(kind, plaintext.expose()).map_err(|error| fail(error.to_string()))?;
        // What another writer spelled otherwise (`true`, `007`) would be sealed as another text, and bytes as a string:
        // the nonce has served one text and must not serve a second.
        let nonce = nonce.filter(|_| kind != Kind::Bytes && text.as_ref() == plaintext.expose());
        if nonce.is_none() && kind != Kind::Comment {
            part.odd.push(token.nonce().to_vec());
        }
        part.arena.extend_from_slice(&text);
        // SOPS cannot handle this type; as in SOPS's successors of it, it is a string.
        let kind = if kind == Kind::Bytes { Kind::Str } else { kind };
        part.leaves.push(OpenedLeaf {
            node: visit.node,
            len: text.len() as u32,
            kind,
            nonce,
        });
    }
    Ok(part)
}

fn plain_or(tree: &Tree, visit: &Visit, error: &selkie_crypto::Error) -> String {
    if selkie_crypto::looks_sealed(tree.value(visit.node)) {
        error.to_string()
    } else {
        "it must be encrypted, but is plain".to_owned()
    }
}

/// Whether the opened values are those that were sealed.
pub(crate) fn verify_mac(
    tree: &Tree,
    walk: &Walk,
    metadata: &Metadata,
    cipher: &Cipher,
) -> Result<(), Error> {
    verify_mac_text(metadata, cipher, || {
        mac_text(tree, walk, metadata.mac_only_encrypted)
    })
}

/// The same for a MAC that is computed by the caller, once the stored one was decrypted.
pub(crate) fn verify_mac_text(
    metadata: &Metadata,
    cipher: &Cipher,
    mac: impl FnOnce() -> MacText,
) -> Result<(), Error> {
    let stored = metadata
        .mac
        .as_deref()
        .filter(|text| !text.is_empty())
        .ok_or(Error::MacMissing)?;
    let token = Token::parse(stored.as_bytes()).map_err(|_| Error::MacUndecryptable)?;
    let mut digest = Secret::new();
    cipher
        .open(
            &token,
            metadata.last_modified.to_second().as_bytes(),
            &mut digest,
        )
        .map_err(|_| Error::MacUndecryptable)?;
    if mac().ct_eq(digest.expose()) {
        Ok(())
    } else {
        Err(Error::MacMismatch)
    }
}
