//! Opening: sealed text in, plain text out, and nothing before the MAC was verified.

use selkie_crypto::{Cipher, DataKey, Kind, Nonce, Secret};

use crate::compare;
use crate::error::Error;
use crate::format::Format;
use crate::layout::{Layout, Spelling};
use crate::metadata::Metadata;
use crate::nonces::{Collect, Nonces};
use crate::plain::{Plain, Sealed};
use crate::seal::LARGE;
use crate::splice::{splice, spliced_len};
use crate::tree::{Shape, Tree};
use crate::unseal::{Unsealed, Used, UsedComment, is_sealed, unseal, verify_mac};
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
    pub(crate) origin: Origin,
    used: Used,
}

/// The sealed file that was opened: what sealing it again takes over.
pub(crate) struct Origin {
    /// Over the sealed text, the values opened.
    pub(crate) tree: Tree,
    pub(crate) walk: Walk,
    pub(crate) metadata: Metadata,
    /// Those of the layout record that were used.
    pub(crate) spellings: Vec<Spelling>,
    /// Whether the plain text was made from the sealed one, range by range; otherwise it was printed anew.
    pub(crate) restored: bool,
}

impl std::fmt::Debug for Origin {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Origin(…)")
    }
}

/// Opens a file whose MAC must be right.
///
/// # Errors
/// [`Error::Value`] for a value that is no token of its place, [`Error::MacMissing`], [`Error::MacUndecryptable`],
/// [`Error::MacMismatch`], [`Error::Forgery`].
pub fn open(sealed: Sealed, key: &DataKey) -> Result<Opened, Error> {
    open_with(sealed, key, true, None)
}

/// Opens a file without asking for its MAC. Values are still authenticated one by one, each for its place.
pub fn open_unverified(sealed: Sealed, key: &DataKey) -> Result<Opened, Error> {
    open_with(sealed, key, false, None)
}

/// The same as [`open`] for whoever wants the data in another format: if nothing can be written in the file's own that reads back
/// the same, the plain file is one of that format.
///
/// # Errors
/// As [`open`], and [`Error::Conversion`] for what neither format can hold.
pub fn open_as(sealed: Sealed, key: &DataKey, output: Format) -> Result<Opened, Error> {
    open_with(sealed, key, true, Some(output))
}

/// The same without asking for the MAC.
pub fn open_unverified_as(sealed: Sealed, key: &DataKey, output: Format) -> Result<Opened, Error> {
    open_with(sealed, key, false, Some(output))
}

impl Opened {
    /// What the sealed file says about its keys, its selector and its MAC.
    pub fn metadata(&self) -> &Metadata {
        &self.origin.metadata
    }

    /// The nonces of values and comments, for sealing the file again under the same data key.
    pub fn nonces(&self, key: &DataKey) -> Nonces {
        let Origin { tree, walk, .. } = &self.origin;
        if self.sealed_leaves().count() != self.used.leaves.len() {
            return Nonces::none();
        }
        let mut collect = Collect::new(key);
        let mut path = Vec::new();
        for (visit, nonce) in self.sealed_leaves() {
            if let (Some(nonce), Shape::Leaf(kind)) = (nonce, tree.node(visit.node).shape) {
                walk.leaf_path(tree, visit, &mut path);
                collect.add(&path, kind, tree.value(visit.node), nonce);
            }
        }
        for comment in &self.used.comments {
            collect.add(
                &comment.path,
                Kind::Comment,
                comment.text.expose(),
                comment.nonce,
            );
        }
        collect.finish()
    }

    /// The values that stand as tokens in the sealed file, with their nonces where those can be used again.
    pub(crate) fn sealed_leaves(&self) -> impl Iterator<Item = (&Visit, Option<Nonce>)> {
        let Origin { tree, walk, .. } = &self.origin;
        let leaves = walk.leaves.iter().filter(|it| is_sealed(tree, it));
        let nonces = self.used.leaves.iter().copied();
        leaves.zip(nonces.chain(std::iter::repeat(None)))
    }

    /// The comments that stand as tokens in the sealed file.
    pub(crate) fn sealed_comments(&self) -> &[UsedComment] {
        &self.used.comments
    }
}

pub(crate) fn open_with(
    sealed: Sealed,
    key: &DataKey,
    verify: bool,
    output: Option<Format>,
) -> Result<Opened, Error> {
    let Sealed {
        format,
        tree,
        metadata,
    } = sealed;
    let cipher = Cipher::new(key);
    let Unsealed {
        tree,
        walk,
        used,
        mut warnings,
    } = unseal(tree, &metadata, &cipher)?;
    let record = metadata
        .layout
        .as_deref()
        .map(|token| Layout::open(token, &cipher, metadata.last_modified));
    let damaged = matches!(record, Some(None));
    let spellings = record
        .flatten()
        .map(|record| record.fit(&tree))
        .unwrap_or_default();

    let check = || {
        if verify {
            verify_mac(&tree, &walk, &metadata, &cipher)
        } else {
            Ok(())
        }
    };
    if let Some(opened) = format.opened(&tree) {
        check()?;
        let opened = opened?;
        return Ok(Opened {
            plain: Plain {
                format,
                tree: opened,
            },
            warnings,
            exact: !damaged,
            origin: Origin {
                tree,
                walk,
                metadata,
                spellings: Vec::new(),
                restored: false,
            },
            used,
        });
    }
    let (restored, verified) = if tree.source().len() > LARGE {
        // The hash of a large file has a thread of its own; what the other one writes waits for it.
        std::thread::scope(|scope| {
            let checking = scope.spawn(check);
            let restored = restore(format, &tree, &walk, &spellings);
            (
                restored,
                checking
                    .join()
                    .unwrap_or_else(|panic| std::panic::resume_unwind(panic)),
            )
        })
    } else {
        let verified = check();
        let restored = verified
            .is_ok()
            .then(|| restore(format, &tree, &walk, &spellings));
        (restored.flatten(), verified)
    };
    verified?;

    let exact = restored.is_some() && !damaged;
    if damaged || (restored.is_none() && !spellings.is_empty()) {
        warnings.push(Warning::Layout);
    }
    let (plain, spellings) = match restored {
        Some(plain) => (Some(plain), spellings),
        None if spellings.is_empty() => (None, spellings),
        None => (restore(format, &tree, &walk, &[]), Vec::new()),
    };
    let restored = plain.is_some();
    let plain = if let Some(tree) = plain {
        Plain { format, tree }
    } else {
        warnings.push(Warning::Emitted);
        emit(format, &tree).or_else(|error| elsewhere(format, &tree, output.ok_or(error)?))?
    };
    Ok(Opened {
        plain,
        warnings,
        exact,
        origin: Origin {
            tree,
            walk,
            metadata,
            spellings,
            restored,
        },
        used,
    })
}

/// Writes the values into the text and reads it again; none if that is not the opened tree.
fn restore(format: Format, tree: &Tree, walk: &Walk, spellings: &[Spelling]) -> Option<Tree> {
    let edits = format.open_edits(tree, walk, spellings);
    let mut text = Secret::from(vec![0; spliced_len(tree.source(), &edits, tree)]);
    splice(tree.source(), &edits, tree, text.expose_mut());
    read_again(format, text).filter(|again| compare::same(format, tree, again))
}

fn emit(format: Format, tree: &Tree) -> Result<Plain, Error> {
    let text = format.emit(tree);
    // Comments are printed with what they belong to, which need not be the order in which they stood.
    read_again(format, text)
        .filter(|again| compare::same_data(format, tree, again))
        .map(|tree| Plain { format, tree })
        .ok_or(Error::Unrestorable { line: 1 })
}

/// The data as a file of the format that they are wanted in, since their own cannot hold them.
fn elsewhere(own: Format, tree: &Tree, wanted: Format) -> Result<Plain, Error> {
    let text = wanted.emit_converted(tree)?;
    if wanted == own {
        return Err(Error::Unrestorable { line: 1 });
    }
    let (tree, _) = wanted.read_sealed(text)?;
    Ok(Plain {
        format: wanted,
        tree,
    })
}

fn read_again(format: Format, text: Secret) -> Option<Tree> {
    let (again, metadata) = format.read_sealed(text).ok()?;
    metadata.is_none().then_some(again)
}
