//! What a webhook answered, or a path found in it.

use selkie_crypto::Secret;

use super::{Pairs, Unfit, members};
use crate::json::{Escape, Node, Numbers, Shape, float, parse, write, write_plain};

/// One value: a text without quotes, of a list the first item, an object as JSON.
pub(super) fn value(found: &Secret) -> Result<Secret, Unfit> {
    one(&read(found.expose())?)
}

/// The members of an object, or of a text that is one.
pub(super) fn pairs(found: &Secret) -> Result<Pairs, Unfit> {
    let whole = read(found.expose())?;
    if let Some(text) = whole.text() {
        let inner = text.decoded();
        return object(inner.expose());
    }
    object(found.expose())
}

fn object(json: &[u8]) -> Result<Pairs, Unfit> {
    match read(json)?.shape {
        Shape::Object(_) => members::as_decoded(json),
        _ => Err(Unfit::NoObject),
    }
}

fn one(node: &Node<'_>) -> Result<Secret, Unfit> {
    let mut out = Secret::new();
    match &node.shape {
        Shape::Null => {}
        Shape::Bool => out.extend_from_slice(node.raw),
        Shape::String => {
            return Ok(node
                .text()
                .map(crate::json::Text::decoded)
                .unwrap_or_default());
        }
        // The peer rounds what is no integer, and integers beyond 2^53.
        Shape::Number if is_integer(node.raw) => out.extend_from_slice(node.raw),
        Shape::Number => write_plain(float(node.raw).map_err(|_| Unfit::NoObject)?, &mut out),
        Shape::Array(items) => return one(items.first().ok_or(Unfit::Missing)?),
        Shape::Object(_) => {
            write(node, Numbers::Floats, Escape::Html, &mut out).map_err(|_| Unfit::NoObject)?;
        }
    }
    Ok(out)
}

fn is_integer(raw: &[u8]) -> bool {
    raw.iter().all(|b| b.is_ascii_digit() || *b == b'-')
}

fn read(json: &[u8]) -> Result<Node<'_>, Unfit> {
    parse(json).map_err(|_| Unfit::NoObject)
}
