//! A tree printed anew, in SOPS's spelling: for conversions, and as the last resort.

use selkie_crypto::Secret;

use super::escape;
use crate::error::Error;
use crate::format::text;
use crate::tree::{Shape, Tree};

/// The first document as a dotenv file.
///
/// # Errors
/// [`Error::Conversion`] for what dotenv cannot hold.
pub(crate) fn document(tree: &Tree) -> Result<Secret, Error> {
    let root = tree.documents.first().map_or(0, |document| document.root);
    let mut out = Secret::new();
    let mut comments = tree.comments_of(root).iter().peekable();
    let mut print_comments = |out: &mut Secret, before: u32| {
        while let Some(comment) = comments.next_if(|it| it.before <= before) {
            for line in tree.text(comment.text).split(|byte| *byte == b'\n') {
                out.extend_from_slice(b"#");
                out.extend_from_slice(line);
                out.extend_from_slice(b"\n");
            }
        }
    };
    for index in tree.children(root) {
        print_comments(&mut out, index);
        let key = tree.text(tree.node(index).key);
        let refused = |reason| Error::Conversion {
            path: tree.path_text(index),
            reason,
        };
        check_key(key).map_err(refused)?;
        out.extend_from_slice(key);
        out.extend_from_slice(b"=");
        value(tree, index, &mut out).map_err(refused)?;
        out.extend_from_slice(b"\n");
    }
    print_comments(&mut out, u32::MAX);
    Ok(out)
}

/// One value, as it is.
///
/// # Errors
/// [`Error::Conversion`] for anything else.
pub(crate) fn subtree(tree: &Tree, node: u32) -> Result<Secret, Error> {
    let it = tree.node(node);
    let reason = match it.shape {
        Shape::Leaf(kind) => {
            return Ok(Secret::from(
                text::of(kind, tree.text(it.text)).into_owned(),
            ));
        }
        Shape::Null => text::NULL,
        Shape::Mapping | Shape::Sequence => text::NESTED,
    };
    Err(Error::Conversion {
        path: tree.path_text(node),
        reason,
    })
}

fn value(tree: &Tree, node: u32, out: &mut Secret) -> Result<(), &'static str> {
    let it = tree.node(node);
    match it.shape {
        Shape::Leaf(kind) => {
            let text = text::of(kind, tree.text(it.text));
            out.extend_from_slice(escape::text(&text).as_deref().unwrap_or(&text));
            Ok(())
        }
        Shape::Null => Err(text::NULL),
        Shape::Mapping | Shape::Sequence => Err(text::NESTED),
    }
}

/// Why a key cannot be written, if so. SOPS writes it and reads something else.
pub(super) fn check_key(key: &[u8]) -> Result<(), &'static str> {
    if key.starts_with(b"#") {
        Err("a dotenv key cannot start with `#`")
    } else if key.contains(&b'=') {
        Err("a dotenv key cannot have an equals sign")
    } else if key.contains(&b'\n') {
        Err("a dotenv key cannot have a line break")
    } else {
        Ok(())
    }
}
