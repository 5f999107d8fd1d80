//! Opening: sealed text in, plain text out, and nothing before the MAC was verified.

use std::collections::HashSet;

use selkie_crypto::{Cipher, DataKey, Kind, Nonce, Secret, Token, canonical};

use crate::compare;
use crate::error::Error;
use crate::format::Format;
use crate::layout::{Layout, Spelling};
use crate::metadata::Metadata;
use crate::nonces::{Collect, Nonces};
use crate::plain::{Plain, Sealed};
use crate::seal::mac_text;
use crate::selection::Selection;
use crate::splice::{splice, spliced_len};
use crate::tree::{Shape, Text, Tree};
use crate::walk::{Visit, Walk};
use crate::warning::Warning;

/// A file that was opened.
#[derive(Debug)]
pub struct Opened {
    /// The plain file.
    pub plain: Plain,
    /// What the user should know.
    pub warnings: Vec<Warning>,
    /// Whether nothing stood in the way of the original spelling.
    pub exact: bool,
    selection: Selection,
    /// Nonces of encrypted leaves and comments, in the order of the walk.
    used: Used,
}

/// Opens a file whose MAC must be right.
///
/// # Errors
/// [`Error::Value`] for a value that is no token of its place, [`Error::MacMissing`], [`Error::MacUndecryptable`],
/// [`Error::MacMismatch`], [`Error::Forgery`].
pub fn open(sealed: Sealed, key: &DataKey) -> Result<Opened, Error> {
    open_with(sealed, key, true)
}

/// Opens a file without asking for its MAC. Values are still authenticated one by one, each for its place.
pub fn open_unverified(sealed: Sealed, key: &DataKey) -> Result<Opened, Error> {
    open_with(sealed, key, false)
}

impl Opened {
    /// The nonces of the values, for sealing the file again under the same data key.
    pub fn nonces(&self, key: &DataKey) -> Nonces {
        let tree = &self.plain.tree;
        let walk = Walk::new(tree, &self.selection);
        let leaves: Vec<&Visit> = walk
            .leaves
            .iter()
            .filter(|it| is_sealed(tree, it))
            .collect();
        if leaves.len() != self.used.leaves.len() {
            return Nonces::none();
        }
        let mut collect = Collect::new(key);
        let mut path = Vec::new();
        for (visit, nonce) in leaves.into_iter().zip(&self.used.leaves) {
            if let (Some(nonce), Shape::Leaf(kind)) = (nonce, tree.node(visit.node).shape) {
                walk.leaf_path(tree, visit, &mut path);
                collect.add(&path, kind, tree.value(visit.node), *nonce);
            }
        }
        collect.finish()
    }
}

#[derive(Debug, Default)]
struct Used {
    leaves: Vec<Option<Nonce>>,
}

fn is_sealed(tree: &Tree, visit: &Visit) -> bool {
    visit.encrypted && !tree.node(visit.node).text.is_empty()
}

fn open_with(sealed: Sealed, key: &DataKey, verify: bool) -> Result<Opened, Error> {
    let Sealed {
        format,
        tree,
        metadata,
    } = sealed;
    let cipher = Cipher::new(key);
    let Unsealed {
        mut tree,
        walk,
        used,
        mut warnings,
    } = unseal(tree, &metadata, &cipher, verify)?;
    let record = metadata
        .layout
        .as_deref()
        .map(|token| Layout::open(token, &cipher, metadata.last_modified));
    let mut exact = true;
    if matches!(record, Some(None)) {
        warnings.push(Warning::Layout);
        exact = false;
    }
    let spellings = record
        .flatten()
        .map(|record| record.fit(&tree))
        .unwrap_or_default();
    let restored = restore(format, &tree, &walk, &spellings).or_else(|| {
        exact = false;
        if !spellings.is_empty() {
            warnings.push(Warning::Layout);
        }
        (!spellings.is_empty())
            .then(|| restore(format, &tree, &walk, &[]))
            .flatten()
    });
    let plain = match restored {
        Some(plain) => plain,
        None => {
            warnings.push(Warning::Emitted);
            emit(format, &mut tree)?
        }
    };
    Ok(Opened {
        plain: Plain {
            format,
            tree: plain,
        },
        warnings,
        exact,
        selection: metadata.selection,
        used,
    })
}

/// A tree whose leaves were opened and whose MAC was verified.
pub(crate) struct Unsealed {
    pub(crate) tree: Tree,
    pub(crate) walk: Walk,
    used: Used,
    pub(crate) warnings: Vec<Warning>,
}

/// Opens every value and comment in place and verifies the MAC.
pub(crate) fn unseal(
    mut tree: Tree,
    metadata: &Metadata,
    cipher: &Cipher,
    verify: bool,
) -> Result<Unsealed, Error> {
    let mut walk = Walk::new(&tree, &metadata.selection);
    let opened = open_leaves(&tree, &walk, cipher)?;
    let mut used = Used::default();
    let base = tree.arena.len();
    tree.arena
        .reserve(opened.iter().map(|part| part.arena.len()).sum());
    let mut at = base;
    let mut comment_items = false;
    for part in opened {
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
    let warnings = open_comments(&mut tree, &mut walk, metadata, cipher, &used)?;
    if verify {
        verify_mac(&tree, &walk, metadata, cipher)?;
    }
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

struct Part {
    leaves: Vec<OpenedLeaf>,
    arena: Secret,
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

/// Opens comments. One that does not open stays as it is; one that holds a value's token is a forgery.
fn open_comments(
    tree: &mut Tree,
    walk: &mut Walk,
    metadata: &Metadata,
    cipher: &Cipher,
    used: &Used,
) -> Result<Vec<Warning>, Error> {
    let mut warnings = Vec::new();
    let mut values: Option<HashSet<Vec<u8>>> = None;
    let mut opened = Vec::new();
    for visit in &mut walk.comments {
        let comment = tree.comments[visit.comment as usize];
        let Ok(token) = Token::parse(tree.text(comment.text)) else {
            visit.encrypted = false;
            continue;
        };
        let values = values.get_or_insert_with(|| value_nonces(metadata, used));
        if values.contains(token.nonce()) {
            return Err(Error::Forgery {
                line: tree.line(comment.start),
            });
        }
        if !visit.encrypted {
            continue;
        }
        let mut plaintext = Secret::new();
        let path = match visit.path_of(&walk.paths) {
            [] => b":",
            path => path,
        };
        if cipher.open(&token, path, &mut plaintext).is_ok() {
            opened.push((visit.comment, plaintext));
        } else {
            visit.encrypted = false;
            warnings.push(Warning::Comment {
                line: tree.line(comment.start),
            });
        }
    }
    for (comment, plaintext) in opened {
        let start = tree.arena.len();
        tree.arena.extend_from_slice(plaintext.expose());
        tree.comments[comment as usize].text = Text::in_arena(start, tree.arena.len());
    }
    Ok(warnings)
}

/// The nonces of every token that is not a comment's.
fn value_nonces(metadata: &Metadata, used: &Used) -> HashSet<Vec<u8>> {
    let own = [metadata.mac.as_deref(), metadata.layout.as_deref()];
    let own = own
        .into_iter()
        .flatten()
        .filter_map(|text| Token::parse(text.as_bytes()).ok());
    own.map(|token| token.nonce().to_vec())
        .chain(
            used.leaves
                .iter()
                .flatten()
                .map(|nonce| nonce.as_bytes().to_vec()),
        )
        .collect()
}

fn verify_mac(tree: &Tree, walk: &Walk, metadata: &Metadata, cipher: &Cipher) -> Result<(), Error> {
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
    if mac_text(tree, walk, metadata.mac_only_encrypted).ct_eq(digest.expose()) {
        Ok(())
    } else {
        Err(Error::MacMismatch)
    }
}

/// Writes the values into the text and reads it again; none if that is not the opened tree.
fn restore(format: Format, tree: &Tree, walk: &Walk, spellings: &[Spelling]) -> Option<Tree> {
    let edits = format.open_edits(tree, walk, spellings);
    let mut text = Secret::from(vec![0; spliced_len(tree.source(), &edits, tree)]);
    splice(tree.source(), &edits, tree, text.expose_mut());
    read_again(format, tree, text)
}

fn emit(format: Format, tree: &mut Tree) -> Result<Tree, Error> {
    let text = format.emit(tree);
    read_again(format, tree, text).ok_or(Error::Unrestorable { line: 1 })
}

fn read_again(format: Format, tree: &Tree, text: Secret) -> Option<Tree> {
    let (again, metadata) = format.read_sealed(text).ok()?;
    (metadata.is_none() && compare::same(tree, &again)).then_some(again)
}
