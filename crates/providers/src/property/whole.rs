//! Values that are one text: of Vault and OpenBao an object, of the others anything.

use selkie_crypto::Secret;

use super::lookup::{at_path, name_or_path, text_of};
use super::{Pairs, Unfit, members};
use crate::Dialect;
use crate::json::{Escape, Node, Numbers, parse, write};

pub(super) fn value(
    dialect: Dialect,
    whole: &Secret,
    property: Option<&str>,
) -> Result<Secret, Unfit> {
    let whole = match dialect {
        Dialect::Vault | Dialect::OpenBao => &encoded(whole)?,
        Dialect::Aws | Dialect::Fake => whole,
    };
    let json = whole.expose();
    let Some(property) = property else {
        return Ok(Secret::from(json.to_vec()));
    };
    match dialect {
        Dialect::Vault => match named(json, property)? {
            Some(found) => Ok(found),
            None => at_path(json, property)?.ok_or(Unfit::Missing),
        },
        // Where a property is no string the peer finds none; here it is what Vault's rules make of it.
        Dialect::OpenBao => named(json, property)?.ok_or(Unfit::Missing),
        Dialect::Aws => name_or_path(json, property)?.ok_or(Unfit::Missing),
        Dialect::Fake => at_path(json, property)?.ok_or(Unfit::NotThere),
    }
}

pub(super) fn pairs(
    dialect: Dialect,
    whole: &Secret,
    property: Option<&str>,
) -> Result<Pairs, Unfit> {
    let taken = value(dialect, whole, property)?;
    match dialect {
        Dialect::Vault | Dialect::OpenBao => members::as_decoded(taken.expose()),
        Dialect::Aws | Dialect::Fake => members::as_spelled(taken.expose()),
    }
}

/// The object as the peer holds it: decoded, with the text of its numbers, and encoded again.
fn encoded(whole: &Secret) -> Result<Secret, Unfit> {
    let mut out = Secret::with_capacity(whole.len());
    write(
        &read(whole.expose())?,
        Numbers::Kept,
        Escape::Html,
        &mut out,
    )
    .map_err(|_| Unfit::NoObject)?;
    Ok(out)
}

/// The member of exactly this name.
fn named(json: &[u8], property: &str) -> Result<Option<Secret>, Unfit> {
    Ok(read(json)?.member(property.as_bytes()).map(text_of))
}

fn read(json: &[u8]) -> Result<Node<'_>, Unfit> {
    parse(json).map_err(|_| Unfit::NoObject)
}
