//! Comments of a sealed file.
//!
//! They are not in the MAC, they share their associated data with the items of lists, and the type in a token is not
//! authenticated: so a token's nonce is what tells whether a comment is a copied value.

use std::collections::HashSet;

use selkie_crypto::{Cipher, Kind, Secret, Token};

use super::{Part, Used, UsedComment};
use crate::error::Error;
use crate::metadata::Metadata;
use crate::tree::{Text, Tree};
use crate::walk::Walk;
use crate::warning::Warning;

/// Refuses a comment, or a list item that claims to be one, whose nonce stands on another token of the file as well.
pub(super) fn check_origin(tree: &Tree, metadata: &Metadata, parts: &[Part]) -> Result<(), Error> {
    let leaves = || parts.iter().flat_map(|part| &part.leaves);
    let items: Vec<_> = leaves().filter(|leaf| leaf.kind == Kind::Comment).collect();
    let lines: Vec<_> = tree
        .comments
        .iter()
        .filter_map(|comment| Some((comment.start, Token::parse(tree.text(comment.text)).ok()?)))
        .collect();
    if items.is_empty() && lines.is_empty() {
        return Ok(());
    }
    let own = [metadata.mac.as_deref(), metadata.layout.as_deref()];
    let own = own
        .into_iter()
        .flatten()
        .filter_map(|text| Token::parse(text.as_bytes()).ok());
    let mut values: HashSet<Vec<u8>> = own.map(|token| token.nonce().to_vec()).collect();
    values.extend(
        leaves()
            .filter(|leaf| leaf.kind != Kind::Comment)
            .filter_map(|leaf| Some(leaf.nonce?.as_bytes().to_vec())),
    );
    values.extend(parts.iter().flat_map(|part| part.odd.iter().cloned()));

    let is_value = |token: &Token<'_>| values.contains(token.nonce());
    let copied_item = items
        .into_iter()
        .find(|leaf| Token::parse(tree.value(leaf.node)).is_ok_and(|token| is_value(&token)));
    let copied_line = lines.iter().find(|(_, token)| is_value(token));
    match (
        copied_item.map(|leaf| tree.node(leaf.node).start),
        copied_line.map(|(start, _)| *start),
    ) {
        (Some(start), _) | (None, Some(start)) => Err(Error::Forgery {
            line: tree.line(start),
        }),
        (None, None) => Ok(()),
    }
}

/// Opens comments in place. One that is plain, or does not open, stays as it is.
pub(super) fn open(
    tree: &mut Tree,
    walk: &mut Walk,
    cipher: &Cipher,
    used: &mut Used,
) -> Vec<Warning> {
    let mut warnings = Vec::new();
    let Walk {
        comments, paths, ..
    } = walk;
    for visit in comments {
        let comment = tree.comments[visit.comment as usize];
        let Ok(token) = Token::parse(tree.text(comment.text)) else {
            visit.encrypted = false;
            continue;
        };
        if !visit.encrypted {
            continue;
        }
        let path = visit.associated(paths);
        let mut text = Secret::new();
        let Ok(nonce) = cipher.open(&token, path, &mut text) else {
            visit.encrypted = false;
            warnings.push(Warning::Comment {
                line: tree.line(comment.start),
            });
            continue;
        };
        let start = tree.arena.len();
        tree.arena.extend_from_slice(text.expose());
        tree.comments[visit.comment as usize].text = Text::in_arena(start, tree.arena.len());
        if let Some(nonce) = nonce {
            used.comments.push(UsedComment {
                path: path.to_vec(),
                text,
                nonce,
                start: comment.start,
            });
        }
    }
    warnings
}
