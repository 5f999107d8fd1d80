//! One property of a text, by its path.

use selkie_crypto::Secret;

use super::Unfit;
use crate::json::{Node, Shape};
use crate::path;

/// What a path leads to.
pub(super) fn at_path(json: &[u8], property: &str) -> Result<Option<Secret>, Unfit> {
    Ok(path::get(json, property)?.map(|item| item.text()))
}

/// What a path leads to that may be one name with dots in it: that name first, if there is a dot.
pub(super) fn name_or_path(json: &[u8], property: &str) -> Result<Option<Secret>, Unfit> {
    if property.contains('.')
        && let Some(found) = at_path(json, &property.replace('.', "\\."))?
    {
        return Ok(Some(found));
    }
    at_path(json, property)
}

/// The same the other way round: the path first, then one name.
pub(super) fn path_or_name(json: &[u8], property: &str) -> Result<Option<Secret>, Unfit> {
    match at_path(json, property)? {
        None if property.contains('.') => at_path(json, &property.replace('.', "\\.")),
        found => Ok(found),
    }
}

/// A value of a document in Go's form, as it stands in a Secret: a string without quotes, `null` as nothing, the rest as it is spelled.
pub(super) fn text_of(node: &Node<'_>) -> Secret {
    match (&node.shape, node.text()) {
        (_, Some(text)) => text.decoded(),
        (Shape::Null, None) => Secret::new(),
        (_, None) => Secret::from(node.raw.to_vec()),
    }
}
