//! The plain file: a tree of one value that is all of its bytes.

use selkie_crypto::{Kind, Secret};

use super::KEY;
use super::frame::{HEAD, tail};
use crate::error::Error;
use crate::metadata::Field;
use crate::splice::Edit;
use crate::token::{Put, Sealing};
use crate::tree::{Document, Insert, LARGEST, Node, Shape, Style, Text, Tree};
use crate::walk::Walk;

/// The tree over the bytes of a plain file.
pub(crate) fn read(source: Secret) -> Result<Tree, Error> {
    if source.len() > LARGEST {
        return Err(Error::TooLarge);
    }
    let stop = source.len() as u32;
    let root = Node {
        shape: Shape::Mapping,
        style: Style::Flow,
        flags: 0,
        indent: 0,
        key: Text::default(),
        text: Text::default(),
        entry: 0,
        head: 0,
        start: 0,
        stop,
        end: 2,
        parent: 0,
    };
    let value = Node {
        shape: Shape::Leaf(Kind::Str),
        style: Style::Plain,
        key: Text::in_arena(0, KEY.len()),
        text: Text::in_source(0, source.len()),
        ..root
    };
    Ok(Tree {
        source,
        arena: Secret::from(KEY.to_owned()),
        nodes: vec![root, value],
        comments: Vec::new(),
        documents: vec![Document {
            root: 0,
            metadata: None,
            insert: Insert::None,
        }],
        metadata_slots: Vec::new(),
        properties: Vec::new(),
        key_references: Vec::new(),
        references: Vec::new(),
    })
}

/// Puts the head of the frame and the value's token in the place of all bytes; the rest of the frame comes with the
/// metadata.
pub(crate) fn seal_edits(
    tree: &Tree,
    walk: &Walk,
    sealing: &mut Sealing<'_>,
) -> Result<Vec<Edit<Put>>, Error> {
    let mut edits = vec![Edit {
        start: 0,
        stop: 0,
        put: Put::text(HEAD),
    }];
    for (leaf, visit) in walk.leaves.iter().enumerate() {
        if tree.value(visit.node).is_empty() {
            continue;
        }
        edits.push(Edit {
            start: tree.node(visit.node).start,
            stop: tree.node(visit.node).stop,
            put: Put::Token {
                leaf: leaf as u32,
                nonce: sealing.leaf_nonce(tree, walk, visit)?,
                quote: None,
                indent: 0,
            },
        });
    }
    Ok(edits)
}

/// Puts the rest of the frame behind the value.
pub(crate) fn metadata_edits(
    tree: &Tree,
    fields: &[(String, Field)],
) -> Result<Vec<Edit<Put>>, Error> {
    let stop = tree.source().len() as u32;
    Ok(vec![Edit {
        start: stop,
        stop,
        put: Put::Text(tail(fields)?),
    }])
}

/// The plain file out of an opened JSON object.
pub(crate) fn opened(tree: &Tree) -> Result<Tree, Error> {
    read(emit(tree)?)
}

/// The bytes of the file that a tree of any format stands for.
///
/// # Errors
/// [`Error::Conversion`] if there is no text where the bytes should be, or more than one document.
pub(crate) fn emit(tree: &Tree) -> Result<Secret, Error> {
    let refused = |path: String, reason| Err(Error::Conversion { path, reason });
    let [document] = tree.documents[..] else {
        return refused(
            String::new(),
            "a binary file is one document; there are several",
        );
    };
    if tree.node(document.root).shape != Shape::Mapping {
        return refused(String::new(), LACK);
    }
    // As SOPS does, the first one where several have that key.
    let value = tree
        .children(document.root)
        .find(|child| tree.text(tree.node(*child).key) == KEY.as_bytes());
    match value {
        Some(value) if matches!(tree.node(value).shape, Shape::Leaf(Kind::Str | Kind::Bytes)) => {
            Ok(Secret::from(tree.value(value).to_vec()))
        }
        Some(value) => Err(no_text(tree, value)),
        None => refused(String::new(), LACK),
    }
}

/// The refusal of a node that is no text.
pub(crate) fn no_text(tree: &Tree, node: u32) -> Error {
    Error::Conversion {
        path: tree.path_text(node),
        reason: "a binary file is a text, and this is none",
    }
}

const LACK: &str =
    "no value `data`, which is all that a binary file is; it may be another format's";
