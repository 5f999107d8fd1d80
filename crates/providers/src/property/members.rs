//! The members of a JSON object as pairs, in two ways.

use selkie_crypto::Secret;

use super::lookup::text_of;
use super::{Pairs, Unfit};
use crate::json::{Escape, Node, Numbers, Shape, float, parse, write, write_plain};

/// Values that are no strings keep their text, blanks and all.
pub(super) fn as_spelled(json: &[u8]) -> Result<Pairs, Unfit> {
    members(json, |node| Ok(text_of(node)))
}

/// Values went through Go's types: numbers lose digits beyond 2^53, nested values are written anew, by name, with `<`, `>` and `&` spelled out.
pub(super) fn as_decoded(json: &[u8]) -> Result<Pairs, Unfit> {
    members(json, |node| {
        let mut out = Secret::new();
        match node.shape {
            Shape::Number => {
                let number = float(node.raw).map_err(|_| Unfit::NoObject)?;
                write_plain(number, &mut out);
            }
            Shape::Array(_) | Shape::Object(_) => encode(node, Escape::Html, &mut out)?,
            Shape::Null | Shape::Bool | Shape::String => return Ok(text_of(node)),
        }
        Ok(out)
    })
}

/// Every value is written anew as JSON, strings with their quotes.
pub(super) fn as_json(json: &[u8]) -> Result<Pairs, Unfit> {
    members(json, |node| {
        let mut out = Secret::new();
        encode(node, Escape::Nothing, &mut out)?;
        Ok(out)
    })
}

fn encode(node: &Node<'_>, escape: Escape, out: &mut Secret) -> Result<(), Unfit> {
    write(node, Numbers::Floats, escape, out).map_err(|_| Unfit::NoObject)
}

/// The members by name. `null` is an object without any to Go.
fn members(
    json: &[u8],
    value: impl Fn(&Node<'_>) -> Result<Secret, Unfit>,
) -> Result<Pairs, Unfit> {
    let whole = parse(json).map_err(|_| Unfit::NoObject)?;
    if let Shape::Null = whole.shape {
        return Ok(Pairs::new());
    }
    whole
        .members()
        .ok_or(Unfit::NoObject)?
        .into_iter()
        .map(|(name, node)| {
            let name = String::from_utf8_lossy(name.expose()).into_owned();
            Ok((name, value(node)?))
        })
        .collect()
}
