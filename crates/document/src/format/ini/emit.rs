//! A tree printed anew, in SOPS's spelling: for conversions, extracts and new entries, and as the last resort.
//!
//! Where SOPS prints what it cannot read itself, other quotes are taken; where there are none, it is an error.

use selkie_crypto::Secret;

use super::blank::trim;
use super::{key, spelling};
use crate::error::Error;
use crate::format::text;
use crate::token::Tokens;
use crate::tree::{Comment, Shape, Tree};

/// The first document as an INI file.
///
/// # Errors
/// [`Error::Conversion`] for what INI cannot hold.
pub(crate) fn document(tree: &Tree) -> Result<Secret, Error> {
    let root = tree.documents.first().map_or(0, |document| document.root);
    let mut out = Secret::new();
    for section in tree.children(root) {
        let name = tree.text(tree.node(section).key);
        let refused = |reason| conversion(tree, section, reason);
        if tree.node(section).shape != Shape::Mapping {
            return Err(refused("only sections can stand at the top of an INI file"));
        }
        check_section(name).map_err(refused)?;
        let bare = section == root + 1 && name == b"DEFAULT";
        if bare && tree.node(section).end == section + 1 && tree.comments_of(section).is_empty() {
            continue;
        }
        if !out.is_empty() {
            out.extend_from_slice(b"\n");
        }
        let (first, others) = comments(tree, section);
        if let Some(comment) = first {
            print_comment(tree.text(comment.text), &mut out);
        }
        if !bare {
            out.extend_from_slice(&[b"[", name, b"]\n"].concat());
        }
        entries(tree, section, &others, None, &mut out)?;
    }
    for comment in tree.comments_of(root) {
        print_comment(tree.text(comment.text), &mut out);
    }
    Ok(out)
}

/// One value as it is, or one section without its header.
///
/// # Errors
/// [`Error::Conversion`] for anything else.
pub(crate) fn subtree(tree: &Tree, node: u32) -> Result<Secret, Error> {
    let it = tree.node(node);
    match it.shape {
        Shape::Leaf(kind) => Ok(Secret::from(
            text::of(kind, tree.text(it.text)).into_owned(),
        )),
        Shape::Null => Err(conversion(tree, node, text::NULL)),
        Shape::Sequence => Err(conversion(tree, node, text::NESTED)),
        Shape::Mapping => {
            let mut out = Secret::new();
            entries(tree, node, &comments(tree, node).1, None, &mut out)?;
            Ok(out)
        }
    }
}

/// The entries of a section, aligned. Leaves that have a token are printed as that.
///
/// # Errors
/// [`Error::Conversion`] for what INI cannot hold.
pub(super) fn entries(
    tree: &Tree,
    section: u32,
    comments: &[&Comment],
    tokens: Option<Tokens<'_>>,
    out: &mut Secret,
) -> Result<(), Error> {
    let mut keys = Vec::new();
    for index in tree.children(section) {
        let name = tree.text(tree.node(index).key);
        let written = key::written(name).ok_or_else(|| conversion(tree, index, KEY))?;
        keys.push((index, written));
    }
    let width = keys.iter().map(|(_, key)| key.len()).max().unwrap_or(0);
    for (index, key) in keys {
        // To SOPS the comment of a key stands behind it.
        for comment in comments.iter().filter(|it| it.before == index + 1) {
            print_comment(tree.text(comment.text), out);
        }
        out.extend_from_slice(&key);
        out.extend_from_slice(&vec![b' '; width - key.len()]);
        out.extend_from_slice(b" = ");
        match tokens.and_then(|tokens| tokens(index)) {
            Some(token) => out.extend_from_slice(token.as_bytes()),
            None => out.extend_from_slice(&leaf(tree, index)?),
        }
        out.extend_from_slice(b"\n");
    }
    Ok(())
}

/// One value as it is written.
///
/// # Errors
/// [`Error::Conversion`] for what INI cannot hold.
pub(super) fn leaf(tree: &Tree, index: u32) -> Result<Vec<u8>, Error> {
    let node = tree.node(index);
    let refused = |reason| conversion(tree, index, reason);
    match node.shape {
        Shape::Leaf(kind) => {
            let text = text::of(kind, tree.text(node.text));
            spelling::written(&text).ok_or_else(|| refused(VALUE))
        }
        Shape::Null => Err(refused(text::NULL)),
        Shape::Mapping | Shape::Sequence => Err(refused(text::NESTED)),
    }
}

/// Why a section cannot have this name, if so.
pub(super) fn check_section(name: &[u8]) -> Result<(), &'static str> {
    if name.is_empty() {
        Err("the name of an INI section cannot be empty")
    } else if name.contains(&b'\n') {
        Err("the name of an INI section cannot have a line break")
    } else {
        Ok(())
    }
}

pub(super) const KEY: &str = "there is no way to write this key in INI";
pub(super) const VALUE: &str =
    "line breaks, backquotes and three quotes cannot be in one INI value";

/// The comment of the section, which stands before its first entry, and those of its keys: of several behind one key SOPS
/// prints the last.
fn comments(tree: &Tree, section: u32) -> (Option<&Comment>, Vec<&Comment>) {
    let mut all: Vec<&Comment> = tree.comments_of(section).iter().collect();
    let first = (all.first().is_some_and(|it| it.before == section + 1)).then(|| all.remove(0));
    all.dedup_by(|later, earlier| {
        let same = later.before == earlier.before;
        if same {
            *earlier = later;
        }
        same
    });
    (first, all)
}

fn print_comment(text: &[u8], out: &mut Secret) {
    for line in text.split(|byte| *byte == b'\n') {
        let (marker, text) = match line {
            [marker @ (b';' | b'#'), rest @ ..] => (*marker, rest),
            _ => (b';', line),
        };
        out.extend_from_slice(&[marker, b' ']);
        out.extend_from_slice(trim(text));
        out.extend_from_slice(b"\n");
    }
}

fn conversion(tree: &Tree, node: u32, reason: &'static str) -> Error {
    Error::Conversion {
        path: tree.path_text(node),
        reason,
    }
}
